package slipway.upgrade;

import java.util.ArrayList;
import java.util.List;
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
import slipway.messaging.Journal;
import slipway.messaging.Reactions;

/// A service as it is today: it holds changes.
@SpringBootConfiguration
@EnableAutoConfiguration
@Import(Door.class)
class Today {

    enum Kind {
        MANUAL,
        FREEZE,
        UNKNOWN
    }

    sealed interface Event {
        record ChangeHeld(Kind kind, String ref, String reason) implements Event {}
    }

    record Hold(String reason) {}

    record State(List<Event.ChangeHeld> holds) {}

    /// Each hold refers to the one before: nobody can decide it who did not read that one.
    static final class Rules implements Decider<Hold, State, Event> {

        @Override
        public State initial() {
            return new State(List.of());
        }

        @Override
        public Decision<Event> decide(Hold hold, State state) {
            String before = state.holds().isEmpty() ? "nothing" : state.holds().getLast().reason();
            return Decision.accept(new Event.ChangeHeld(Kind.MANUAL, before, hold.reason()));
        }

        @Override
        public State evolve(State state, Event event) {
            return switch (event) {
                case Event.ChangeHeld held -> {
                    List<Event.ChangeHeld> holds = new ArrayList<>(state.holds());
                    holds.add(held);
                    yield new State(List.copyOf(holds));
                }
            };
        }
    }

    @Bean
    Decisions<Hold, State, Event> decisions(Journal journal, JdbcClient jdbc) {
        return journal.decisions(new Rules(), Event.class, "slipway.events.change", (event, meta) -> {
            switch (event) {
                case Event.ChangeHeld held ->
                    jdbc.sql("insert into holds (change, reason) values (?, ?)")
                            .params(meta.getAggregateId(), held.reason())
                            .update();
            }
        });
    }

    @Bean
    Reactions reactions(Decisions<Hold, State, Event> decisions, JdbcClient jdbc) {
        Outside outside = new Outside(jdbc);
        return Reactions.table()
                .decide(ReleaseAborted.class, "hold the change of an aborted release", fact -> List.of(
                        decisions.order("CHG-of-" + fact.getMeta().getAggregateId(), new Hold(fact.getReason()))))
                .perform(ReleaseClosed.class, "ask outside, then hold", fact -> {
                    String release = fact.getMeta().getAggregateId();
                    outside.act("today", release);
                    return List.of(decisions.order("CHG-of-" + release, new Hold("closed " + fact.getOutcome())));
                })
                .build();
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
                            case Event.ChangeHeld(var kind, var ref, var reason) -> kind + " " + reason + " after " + ref;
                        })
                        .toList();
            }
        };
    }

    public static void main(String[] arguments) throws Exception {
        Door.open(Today.class, arguments);
    }
}
