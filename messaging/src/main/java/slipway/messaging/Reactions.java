package slipway.messaging;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;

/// The choreography of one service as a table: fact → what we do. Because it is data, it can be drawn and checked. A fact
/// that no row names is acknowledged and forgotten, so that owners may add facts freely.
///
/// Rows on foreign facts run in the transaction of the inbox, rows on the service's own facts in the transaction that
/// stores them; neither can be lost or doubled.
public final class Reactions {

    private final Map<Class<?>, List<Row<?>>> byFact;
    private final List<Row<?>> rows;
    private final List<Watcher> watchers;

    private Reactions(List<Row<?>> rows, List<Watcher> watchers) {
        this.rows = List.copyOf(rows);
        this.watchers = List.copyOf(watchers);
        this.byFact = rows.stream().collect(Collectors.groupingBy(Row::fact));
        Set<String> names = new HashSet<>();
        for (Row<?> row : rows) {
            if (!names.add(row.name())) {
                throw new IllegalArgumentException("two reactions are called '" + row.name() + "'");
            }
        }
    }

    /// What a row does.
    sealed interface Verb<F extends SpecificRecord> {

        /// Decide at once, in the transaction that brought the fact.
        record Decide<F extends SpecificRecord>(BiFunction<F, Fact, List<Order<?>>> orders) implements Verb<F> {}

        /// Do something outside, as a durable job.
        ///
        /// @param unhurried whether it may take its time, be interrupted at any line and done again, such as what only looks at something; null: it never may
        record Perform<F extends SpecificRecord>(
                Effect<F> effect, Function<F, @Nullable Instant> notBefore, @Nullable Predicate<F> unhurried)
                implements Verb<F> {}
    }

    /// @param fact the generated class of the fact
    /// @param name what we do, in words; identifies the job
    record Row<F extends SpecificRecord>(Class<F> fact, String name, Verb<F> verb) {}

    /// Sees every fact in the transaction that brought it, whatever its type.
    @FunctionalInterface
    public interface Watcher {
        void see(Fact fact);

        /// The number of it was used before: it comes again, or somebody gave its number twice.
        default void seeAgain(Fact fact) {}
    }

    List<Row<?>> on(SpecificRecord payload) {
        return byFact.getOrDefault(payload.getClass(), List.of());
    }

    List<Row<?>> rows() {
        return rows;
    }

    /// Whether there are jobs that only look.
    boolean look() {
        return rows.stream().anyMatch(row -> row.verb() instanceof Verb.Perform<?>(_, _, var looks) && looks != null);
    }

    List<Watcher> watchers() {
        return watchers;
    }

    public static Table table() {
        return new Table();
    }

    /// Collects the rows.
    public static final class Table {

        private final List<Row<?>> rows = new ArrayList<>();
        private final List<Watcher> watchers = new ArrayList<>();

        private Table() {}

        /// On this fact, decide at once. An empty list: nothing to do.
        public <F extends SpecificRecord> Table decide(
                Class<F> fact, String name, Function<F, List<Order<?>>> orders) {
            return decideAsSent(fact, name, (payload, _) -> orders.apply(payload));
        }

        /// The same, where it matters how it was sent: what its headers say beside the record.
        public <F extends SpecificRecord> Table decideAsSent(
                Class<F> fact, String name, BiFunction<F, Fact, List<Order<?>>> orders) {
            rows.add(new Row<>(fact, name, new Verb.Decide<>(orders)));
            return this;
        }

        /// On this fact, do something outside as soon as possible.
        public <F extends SpecificRecord> Table perform(Class<F> fact, String name, Effect<F> effect) {
            return performAt(fact, name, _ -> null, effect);
        }

        /// On this fact, do something outside as soon as possible; what is unhurried, as [#performAt(Class, String, Function, Predicate, Effect)] says.
        public <F extends SpecificRecord> Table perform(
                Class<F> fact, String name, Predicate<F> unhurried, Effect<F> effect) {
            return performAt(fact, name, _ -> null, unhurried, effect);
        }

        /// On this fact, do something at or after a moment: a timer. A null moment means at once.
        public <F extends SpecificRecord> Table performAt(
                Class<F> fact, String name, Function<F, @Nullable Instant> notBefore, Effect<F> effect) {
            rows.add(new Row<>(fact, name, new Verb.Perform<>(effect, notBefore, null)));
            return this;
        }

        /// The same. What is unhurried, such as what only looks at something outside, keeps nobody from acting, however long it takes: it has threads of its own, one
        /// each. It must hold neither locks nor connections while it waits, and is interrupted when the service stops.
        public <F extends SpecificRecord> Table performAt(
                Class<F> fact,
                String name,
                Function<F, @Nullable Instant> notBefore,
                Predicate<F> unhurried,
                Effect<F> effect) {
            rows.add(new Row<>(fact, name, new Verb.Perform<>(effect, notBefore, unhurried)));
            return this;
        }

        /// On every fact that this service listens to.
        public Table watch(Watcher watcher) {
            watchers.add(watcher);
            return this;
        }

        public Reactions build() {
            return new Reactions(rows, watchers);
        }
    }
}
