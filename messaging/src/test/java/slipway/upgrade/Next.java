package slipway.upgrade;

import java.util.ArrayList;
import java.util.List;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.simple.JdbcClient;
import slipway.decider.Decider;
import slipway.decider.Decision;
import slipway.events.release.ReleaseAborted;
import slipway.events.release.ReleaseClosed;
import slipway.messaging.Cause;
import slipway.messaging.Decisions;
import slipway.messaging.Fact;
import slipway.messaging.Journal;
import slipway.messaging.Reactions;

/// The next version of [Today]. It gives holds a ticket and a kind of their own, can shelve a change, and reacts to what release-service tells only from its next
/// version on. Compiled against today's contract; it runs with the next one ([NextContract]).
@SpringBootConfiguration
@EnableAutoConfiguration
@Import(Door.class)
class Next {

    enum Kind {
        MANUAL,
        FREEZE,
        INCIDENT,
        UNKNOWN
    }

    sealed interface Event {
        record ChangeHeld(Kind kind, String ref, String reason, @Nullable String ticket) implements Event {}

        record ChangeShelved(String by, String reason) implements Event {}
    }

    record Hold(String reason) {}

    record State(List<Event.ChangeHeld> holds) {}

    static final class Rules implements Decider<Hold, State, Event> {

        @Override
        public State initial() {
            return new State(List.of());
        }

        @Override
        public Decision<Event> decide(Hold hold, State state) {
            if (hold.reason().equals("shelve it")) {
                return Decision.accept(new Event.ChangeShelved("dana", hold.reason()));
            }
            String before = state.holds().isEmpty() ? "nothing" : state.holds().getLast().reason();
            String ticket = "INC-" + (state.holds().size() + 1);
            return Decision.accept(new Event.ChangeHeld(Kind.INCIDENT, before, hold.reason(), ticket));
        }

        @Override
        public State evolve(State state, Event event) {
            return switch (event) {
                case Event.ChangeHeld held -> {
                    List<Event.ChangeHeld> holds = new ArrayList<>(state.holds());
                    holds.add(held);
                    yield new State(List.copyOf(holds));
                }
                case Event.ChangeShelved _ -> state;
            };
        }
    }

    @Bean
    Decisions<Hold, State, Event> decisions(Journal journal, JdbcClient jdbc) {
        return journal.decisions(new Rules(), Event.class, "slipway.events.change", (event, meta) -> {
            switch (event) {
                case Event.ChangeHeld held ->
                    jdbc.sql("insert into holds (change, reason, ticket) values (?, ?, ?)")
                            .params(meta.getAggregateId(), held.reason(), held.ticket())
                            .update();
                case Event.ChangeShelved _ -> {}
            }
        });
    }

    @Bean
    Reactions reactions(Decisions<Hold, State, Event> decisions, JdbcClient jdbc) throws ClassNotFoundException {
        Outside outside = new Outside(jdbc);
        return Reactions.table()
                .decide(ReleaseAborted.class, "hold the change of an aborted release", fact -> List.of(
                        decisions.order("CHG-of-" + fact.getMeta().getAggregateId(), new Hold(fact.getReason()))))
                .perform(ReleaseClosed.class, "ask outside, then hold", fact -> {
                    String release = fact.getMeta().getAggregateId();
                    outside.act("next", release);
                    return List.of(decisions.order("CHG-of-" + release, new Hold("closed " + fact.getOutcome())));
                })
                .perform(added("slipway.events.release.ReleaseShelved"), "hold the change of a shelved release", fact -> {
                    String release = Fact.metaOf(fact).getAggregateId();
                    outside.act("next", release);
                    return List.of(decisions.order("CHG-of-" + release, new Hold("shelved")));
                })
                .build();
    }

    /// There is no such class where this is compiled.
    @SuppressWarnings("unchecked")
    private static Class<SpecificRecord> added(String type) throws ClassNotFoundException {
        return (Class<SpecificRecord>) Class.forName(type);
    }

    @Bean
    Door.Holds holds(Decisions<Hold, State, Event> decisions) {
        return new Door.Holds() {
            @Override
            public void hold(String change, String reason) {
                decisions.decide(change, new Hold(reason), Cause.person("dana", null));
            }

            @Override
            public List<String> told(String change) {
                return decisions.facts(change).stream()
                        .map(event -> switch (event) {
                            case Event.ChangeHeld(var kind, var ref, var reason, var ticket) ->
                                kind + " " + reason + " after " + ref + " " + ticket;
                            case Event.ChangeShelved(var by, _) -> "shelved by " + by;
                        })
                        .toList();
            }
        };
    }

    public static void main(String[] arguments) throws Exception {
        Door.open(Next.class, arguments);
    }
}
