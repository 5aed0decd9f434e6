package slipway.change.domain;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import slipway.change.calendar.FreezeScope;
import slipway.change.calendar.Recurrence;
import slipway.change.calendar.Target;
import slipway.change.domain.FreezeEvent.FreezeDeclared;
import slipway.change.domain.FreezeEvent.FreezeLifted;
import slipway.change.domain.FreezeEvent.FreezeOverridden;
import slipway.decider.Decider;
import slipway.decider.Decision;
import slipway.decider.Wording;

/// A time in which nothing starts: declared, lifted, and let through for one change by its own approvers.
public final class FreezeDecider implements Decider<FreezeDecider.Command, FreezeDecider.State, FreezeEvent> {

    private static final int MOST_NAMED = 100;

    public sealed interface Command {}

    /// @param uid of the calendar's event that it was read from; null: somebody wrote it
    /// @param letThrough by the freeze that it goes on for, as [Target#pass]
    /// @param environments all that there are
    /// @param unread faults found while reading
    public record Declare(
            Asker by,
            String name,
            String reason,
            FreezeScope scope,
            Recurrence when,
            String approverGroup,
            @Nullable String uid,
            Set<String> letThrough,
            Environments environments,
            List<String> unread)
            implements Command {}

    public record Lift(Asker by, String reason) implements Command {}

    /// @param planDigest of the plan that may pass; another one has to ask again
    /// @param parties who asks for the change, carries it out or wrote its plan: no freeze is opened for one's own
    public record LetThrough(Asker by, String changeId, String planDigest, Set<String> parties, String reason)
            implements Command {}

    public sealed interface State {}

    public record None() implements State {}

    /// @param letThrough as [Target#pass]
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
        reasons.addAll(Wording.name("name", declare.name()));
        reasons.addAll(Wording.reason("reason", declare.reason()));
        reasons.addAll(Wording.name("approverGroup", declare.approverGroup()));
        reasons.addAll(Wording.line("UID", declare.uid()));
        scope("scope.environments", declare.scope().environments(), reasons);
        reasons.addAll(declare.environments().faults("scope.environments", declare.scope().environments()));
        scope("scope.services", declare.scope().services(), reasons);
        scope("scope.configurationItems", declare.scope().configurationItems(), reasons);
        reasons.addAll(declare.when().faults("when."));
        return reasons.isEmpty()
                ? Decision.accept(new FreezeDeclared(
                        declare.name(),
                        declare.reason(),
                        declare.scope(),
                        declare.when(),
                        declare.approverGroup(),
                        declare.by().id(),
                        declare.uid(),
                        declare.letThrough().stream().sorted().toList()))
                : Decision.refuse(reasons);
    }

    private static Decision<FreezeEvent> lift(Lift lift, State state) {
        List<String> reasons = new ArrayList<>();
        if (!lift.by().managesChanges()) {
            reasons.add(lift.by().id() + " is not in the group " + Asker.CHANGE_MANAGERS);
        }
        reasons.addAll(Wording.reason("reason", lift.reason()));
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
        pass.by().everybody().stream().filter(pass.parties()::contains).forEach(person ->
                reasons.add("separation of duties: " + person + " asks for " + pass.changeId()
                        + ", carries it out or wrote its plan, and never lets it through a freeze"));
        reasons.addAll(Wording.reason("reason", pass.reason()));
        if (!reasons.isEmpty()) {
            return Decision.refuse(reasons);
        }
        return letThrough.contains(Target.pass(pass.changeId(), pass.planDigest()))
                ? Decision.nothing()
                : Decision.accept(
                        new FreezeOverridden(pass.changeId(), pass.by().id(), pass.reason(), pass.planDigest()));
    }

    private static void scope(String field, List<String> names, List<String> reasons) {
        if (names.size() > MOST_NAMED) {
            reasons.add(field + ": has more than " + MOST_NAMED + " entries");
        }
        names.forEach(name -> reasons.addAll(Wording.name(field, name)));
    }

    @Override
    public State evolve(State state, FreezeEvent fact) {
        return switch (fact) {
            case FreezeDeclared declared -> new Holding(declared.approverGroup(), Set.copyOf(declared.letThrough()));
            case FreezeLifted _ -> new Over();
            case FreezeOverridden overridden -> {
                Set<String> more = new HashSet<>(state instanceof Holding holding ? holding.letThrough() : Set.of());
                more.add(Target.pass(overridden.changeId(), String.valueOf(overridden.planDigest())));
                yield new Holding(state instanceof Holding holding ? holding.approverGroup() : "", Set.copyOf(more));
            }
        };
    }
}
