package slipway.change.domain;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import slipway.change.calendar.Window;
import slipway.change.domain.DelegationEvent.ApprovalDelegated;
import slipway.change.domain.DelegationEvent.DelegationEnded;
import slipway.decider.Decider;
import slipway.decider.Decision;
import slipway.decider.Wording;

/// A person lets another vote in their place for a while. What the one may not vote on, the other may not either.
public final class DelegationDecider
        implements Decider<DelegationDecider.Command, DelegationDecider.State, DelegationEvent> {

    private static final Duration LONGEST = Duration.ofDays(366);

    public sealed interface Command {}

    /// @param unread faults found while reading
    public record Delegate(
            String principal, String delegate, Window during, String reason, Inventory inventory, List<String> unread,
            Instant at)
            implements Command {}

    public record End(Asker by) implements Command {}

    public sealed interface State {}

    public record None() implements State {}

    public record Given(String principal, String delegate) implements State {}

    public record Ended() implements State {}

    @Override
    public State initial() {
        return new None();
    }

    @Override
    public Decision<DelegationEvent> decide(Command command, State state) {
        return switch (command) {
            case Delegate given -> delegate(given, state);
            case End end -> end(end, state);
        };
    }

    private static Decision<DelegationEvent> delegate(Delegate given, State state) {
        if (!(state instanceof None)) {
            return Decision.nothing();
        }
        List<String> reasons = new ArrayList<>(given.unread());
        if (!given.inventory().knowsPerson(given.delegate())) {
            reasons.add("delegate: nobody called '" + given.delegate() + "' is in the inventory");
        } else if (given.delegate().equals(given.principal())) {
            reasons.add("delegate: nobody delegates to themselves");
        }
        if (given.during().neverOpens() || given.during().isOver(given.at())) {
            reasons.add("during: must end after it starts, and in the future");
        } else if (given.during().length().compareTo(LONGEST) > 0) {
            reasons.add("during: is longer than " + LONGEST.toDays() + " days");
        }
        reasons.addAll(Wording.reason("reason", given.reason()));
        return reasons.isEmpty()
                ? Decision.accept(
                        new ApprovalDelegated(given.principal(), given.delegate(), given.during(), given.reason()))
                : Decision.refuse(reasons);
    }

    private static Decision<DelegationEvent> end(End end, State state) {
        return switch (state) {
            case None _ -> Decision.refuse("there is no such delegation");
            case Ended _ -> Decision.nothing();
            case Given(var principal, var delegate) -> {
                boolean theirs = List.of(principal, delegate).contains(end.by().id());
                yield theirs || end.by().managesChanges()
                        ? Decision.accept(new DelegationEnded(end.by().id()))
                        : Decision.refuse(end.by().id() + " neither gave this delegation nor got it, nor is in the group "
                                + Asker.CHANGE_MANAGERS);
            }
        };
    }

    @Override
    public State evolve(State state, DelegationEvent fact) {
        return switch (fact) {
            case ApprovalDelegated given -> new Given(given.principal(), given.delegate());
            case DelegationEnded _ -> new Ended();
        };
    }
}
