package slipway.audit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;
import slipway.audit.history.Breach;
import slipway.audit.history.Happening;
import slipway.audit.history.History;

/// A small year in which everything went wrong once, in a ledger of its own; lived once for all tests, which only look at it.
final class Year {

    private static final int CHANGES = 400;

    private static @Nullable Year lived;

    private final Workbench bench;
    private final History history;
    private final List<Happening> facts;

    private Year() {
        try {
            bench = new Workbench("year");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        history = History.year(1, CHANGES, bench.log().wire(), EnumSet.allOf(Breach.class));
        facts = history.stream().toList();
        bench.live(facts);
        new Leaves(bench.jdbc(), bench.transaction()).grow(Integer.MAX_VALUE, Map.of());
    }

    private static synchronized Year year() {
        Year year = lived;
        if (year == null) {
            year = new Year();
            lived = year;
        }
        return year;
    }

    /// In the order in which they were recorded.
    static List<Happening> facts() {
        return year().facts;
    }

    /// The id of the change, or of its release, that did it.
    static Map<Breach, String> broken() {
        return year().history.broken();
    }

    /// By its id.
    static String schema(int id) {
        return year().bench.log().schema(id);
    }

    static Entries entries() {
        return year().bench.log().entries();
    }

    static JdbcClient jdbc() {
        return year().bench.jdbc();
    }

    static TransactionTemplate transaction() {
        return year().bench.transaction();
    }
}
