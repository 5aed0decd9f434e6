package slipway.notification.domain;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import slipway.decider.Decider;
import slipway.decider.Decision;
import slipway.decider.Wording;
import slipway.notification.domain.SilenceEvent.SilenceDeclared;
import slipway.notification.domain.SilenceEvent.SilenceEnded;

/// A silence is of something, for a reason, and never for ever: one that everybody forgot would hide the next failure.
public final class SilenceDecider implements Decider<SilenceDecider.Command, SilenceDecider.State, SilenceEvent> {

    public static final Duration LONGEST = Duration.ofDays(90);

    public sealed interface Command {

        /// @param at now
        record Declare(List<SilenceMatcher> matchers, Instant from, Instant until, String reason, String by, Instant at)
                implements Command {}

        /// @param at now
        record End(String by, Instant at) implements Command {}
    }

    public sealed interface State {

        record None() implements State {}

        record Declared(Instant until) implements State {}

        record Ended() implements State {}
    }

    @Override
    public State initial() {
        return new State.None();
    }

    @Override
    public Decision<SilenceEvent> decide(Command command, State state) {
        return switch (command) {
            case Command.Declare declare ->
                switch (state) {
                    case State.None() -> declare(declare);
                    case State.Declared _, State.Ended() -> Decision.nothing();
                };
            case Command.End(var by, var at) ->
                switch (state) {
                    case State.None() -> Decision.refuse("there is no such silence");
                    case State.Declared(var until) when !until.isAfter(at) ->
                        Decision.refuse("it ended by itself at " + until);
                    case State.Declared _ -> Decision.accept(new SilenceEnded(by));
                    case State.Ended() -> Decision.nothing();
                };
        };
    }

    private static Decision<SilenceEvent> declare(Command.Declare it) {
        List<String> reasons = new ArrayList<>();
        if (it.matchers().isEmpty()) {
            reasons.add("match: names no label; it would silence everything");
        }
        if (!it.until().isAfter(it.from())) {
            reasons.add("until: has to be after from");
        } else if (!it.until().isAfter(it.at())) {
            reasons.add("until: has passed");
        }
        if (it.until().isAfter(it.at().plus(LONGEST))) {
            reasons.add("until: is more than " + LONGEST.toDays() + " days from now");
        }
        reasons.addAll(Wording.reason("reason", it.reason()));
        return reasons.isEmpty()
                ? Decision.accept(new SilenceDeclared(it.matchers(), it.from(), it.until(), it.reason(), it.by()))
                : Decision.refuse(reasons);
    }

    @Override
    public State evolve(State state, SilenceEvent fact) {
        return switch (fact) {
            case SilenceDeclared declared -> new State.Declared(declared.until());
            case SilenceEnded _ -> new State.Ended();
        };
    }
}
