package slipway.audit;

import java.util.ArrayList;
import java.util.List;

/// What was found, for people: a thousand lines at most, because more nobody reads; how many more there are is told.
final class Faults {

    private static final int MOST = 1_000;

    private final List<String> first = new ArrayList<>();
    private long more;

    void add(String fault) {
        if (first.size() < MOST) {
            first.add(fault);
        } else {
            more++;
        }
    }

    List<String> all() {
        List<String> all = new ArrayList<>(first);
        if (more > 0) {
            all.add("and " + more + " more");
        }
        return all;
    }
}
