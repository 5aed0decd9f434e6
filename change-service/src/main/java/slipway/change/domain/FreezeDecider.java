package slipway.change.domain;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import slipway.change.calendar.FreezeScope;
import slipway.change.calendar.Recurrence;
import slipway.change.domain.FreezeEvent.FreezeDeclared;
import slipway.change.domain.FreezeEvent.FreezeLifted;
import slipway.change.domain.FreezeEvent.FreezeOverridden;
import slipway.decider.Decider;
import slipway.decider.Decision;

/// A time in which nothing starts: declared, lifted, and let through for one change by its own approvers.
public final class FreezeDecider implements Decider<FreezeDecider.Command, FreezeDecider.State, FreezeEvent> {

    public sealed interface Command {}

    /// @param unread faults found while reading
    public record Declare(
            Asker by,
            String name,
            String reason,
            FreezeScope scope,
            Recurrence when,
            String approverGroup,
            List<String> unread)
            implements Command {}

    public record Lift(Asker by, String reason) implements Command {}

    /// @param parties who asks for the change and who carries it out: no freeze is opened for one's own
    public record LetThrough(Asker by, String changeId, List<String> parties, String reason) implements Command {}

    public sealed interface State {}

    public record None() implements State {}

    public record Holding(String approverGroup, Set<String> letThrough) implements State {}

    public record Over() implements State {}

    @Override
    public State initial() {
        return new None();
    }

    @Override
    public Decision<FreezeEvent> decide(Command command, State state) {
        return switch (command) {
            case Declare declare -> declare(declare, state);
            case Lift lift -> lift(lift, state);
            case LetThrough pass -> letThrough(pass, state);
        };
    }

    private static Decision<FreezeEvent> declare(Declare declare, State state) {
        if (!(state instanceof None)) {
            return Decision.nothing();
        }
        List<String> reasons = new ArrayList<>(declare.unread());
        if (!declare.by().managesChanges()) {
            reasons.add(declare.by().id() + " is not in the group " + Asker.CHANGE_MANAGERS);
        }
        present("name", declare.name(), reasons);
        present("reason", declare.reason(), reasons);
        present("approverGroup", declare.approverGroup(), reasons);
        reasons.addAll(declare.when().faults("when."));
        return reasons.isEmpty()
                ? Decision.accept(new FreezeDeclared(
                        declare.name(),
                        declare.reason(),
                        declare.scope(),
                        declare.when(),
                        declare.approverGroup(),
                        declare.by().id()))
                : Decision.refuse(reasons);
    }

    private static Decision<FreezeEvent> lift(Lift lift, State state) {
        List<String> reasons = new ArrayList<>();
        if (!lift.by().managesChanges()) {
            reasons.add(lift.by().id() + " is not in the group " + Asker.CHANGE_MANAGERS);
        }
        present("reason", lift.reason(), reasons);
        return switch (state) {
            case None _ -> Decision.refuse("there is no such freeze");
            case Over _ -> Decision.nothing();
            case Holding _ ->
                reasons.isEmpty()
                        ? Decision.accept(new FreezeLifted(lift.by().id(), lift.reason()))
                        : Decision.refuse(reasons);
        };
    }

    private static Decision<FreezeEvent> letThrough(LetThrough pass, State state) {
        if (!(state instanceof Holding(var approverGroup, var letThrough))) {
            return Decision.refuse("there is no freeze that holds");
        }
        List<String> reasons = new ArrayList<>();
        if (!pass.by().groups().contains(approverGroup)) {
            reasons.add(pass.by().id() + " is not in the group " + approverGroup);
        }
        if (pass.parties().contains(pass.by().id())) {
            reasons.add("separation of duties: " + pass.by().id() + " asks for " + pass.changeId()
                    + " or carries it out, and never lets it through a freeze");
        }
        present("reason", pass.reason(), reasons);
        if (!reasons.isEmpty()) {
            return Decision.refuse(reasons);
        }
        return letThrough.contains(pass.changeId())
                ? Decision.nothing()
                : Decision.accept(new FreezeOverridden(pass.changeId(), pass.by().id(), pass.reason()));
    }

    private static void present(String field, String text, List<String> reasons) {
        if (text.isBlank()) {
            reasons.add(field + ": is missing");
        }
    }

    @Override
    public State evolve(State state, FreezeEvent fact) {
        return switch (fact) {
            case FreezeDeclared declared -> new Holding(declared.approverGroup(), Set.of());
            case FreezeLifted _ -> new Over();
            case FreezeOverridden overridden -> {
                Set<String> more = new HashSet<>(state instanceof Holding holding ? holding.letThrough() : Set.of());
                more.add(overridden.changeId());
                yield new Holding(state instanceof Holding holding ? holding.approverGroup() : "", Set.copyOf(more));
            }
        };
    }
}
