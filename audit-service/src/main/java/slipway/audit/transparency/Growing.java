package slipway.audit.transparency;

import java.util.ArrayList;
import java.util.List;

/// The root of a tree while its leaves come one after the other; remembers one hash a level.
final class Growing {

    private final List<Hash> complete = new ArrayList<>();
    private long size;

    void add(Hash leaf) {
        Hash hash = leaf;
        for (long before = size; (before & 1) == 1; before >>>= 1) {
            hash = Hash.join(complete.removeLast(), hash);
        }
        complete.add(hash);
        size++;
    }

    long size() {
        return size;
    }

    Hash root() {
        if (complete.isEmpty()) {
            return Hash.EMPTY;
        }
        Hash root = complete.getLast();
        for (int each = complete.size() - 2; each >= 0; each--) {
            root = Hash.join(complete.get(each), root);
        }
        return root;
    }
}
