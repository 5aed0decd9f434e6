package slipway.release.domain;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import slipway.decider.Decision;
import slipway.release.domain.ReleaseEvent.PackageBuilt;
import slipway.release.domain.ReleaseEvent.PackageTested;
import slipway.release.domain.ReleaseEvent.ReleaseBlocked;
import slipway.release.domain.ReleaseEvent.ReleaseGateEvaluated;
import slipway.release.domain.ReleaseEvent.ReleasePromoted;
import slipway.release.domain.ReleaseState.Asking;
import slipway.release.domain.ReleaseState.Building;
import slipway.release.domain.ReleaseState.Nothing;
import slipway.release.domain.ReleaseState.Packaged;
import slipway.release.domain.ReleaseState.Securing;
import slipway.release.domain.ReleaseState.Testing;

/// Everything before an environment is touched: plan, package, test, way back, gates, leave.
final class Preparation {

    private Preparation() {}

    /// A change that was amended, or whose window moved, is planned anew as long as nothing of the release was started.
    static Decision<ReleaseEvent> plan(ReleaseCommand.Plan plan, ReleaseState state) {
        return switch (state) {
            case Nothing _, ReleaseState.Joined _ -> Decision.accept(plan.plan());
            case Building _,
                    Testing _,
                    Packaged _,
                    Securing _,
                    Asking _,
                    ReleaseState.Paused _,
                    ReleaseState.Blocked _ -> {
                Journey journey = ((ReleaseState.Open) state).journey();
                boolean another = !journey.plan().equals(plan.plan());
                yield another && journey.touched().isEmpty()
                        ? Decision.accept(plan.plan())
                        : Decision.nothing();
            }
            case ReleaseState.Rolling _,
                    ReleaseState.Indeterminate _,
                    ReleaseState.Reverting _,
                    ReleaseState.AwaitingRestore _,
                    ReleaseState.Restoring _,
                    ReleaseState.NeedsHuman _,
                    ReleaseState.Released _,
                    ReleaseState.RolledBack _,
                    ReleaseState.Resolved _,
                    ReleaseState.Aborted _,
                    ReleaseState.Closed _ ->
                Decision.nothing();
        };
    }

    static Decision<ReleaseEvent> built(ReleaseCommand.RecordPackage built, ReleaseState state) {
        if (!(state instanceof Building(var journey)) || !journey.plan().equals(built.plan())) {
            return Decision.nothing();
        }
        PackageBuilt fact = built.built();
        List<String> others = List.copyOf(journey.plan().against(fact.digest()));
        return others.isEmpty() ? Decision.accept(fact) : Decision.accept(fact, new ReleaseBlocked(null, others));
    }

    static Decision<ReleaseEvent> tested(ReleaseCommand.RecordTest tested, ReleaseState state) {
        if (!(state instanceof Testing(var journey, var digest))
                || !digest.equals(tested.digest())
                || !journey.plan().equals(tested.plan())) {
            return Decision.nothing();
        }
        PackageTested fact = new PackageTested(tested.digest(), tested.checks(), tested.migrations());
        List<String> faults = tested.checks().stream()
                .filter(check -> !check.passed())
                .map(check -> check.name() + ": " + check.detail())
                .toList();
        if (tested.checks().isEmpty()) {
            // Nothing measured is never a pass.
            return Decision.accept(fact, new ReleaseBlocked(null, List.of("the package was not tested at all")));
        }
        if (!faults.isEmpty()) {
            return Decision.accept(fact, new ReleaseBlocked(null, faults));
        }
        return journey.held() == null
                ? Decision.accept(fact)
                : Decision.accept(
                        fact, new ReleaseEvent.ReleasePaused(journey.next(), 0, PauseCause.PERSON, journey.held()));
    }

    static Decision<ReleaseEvent> block(ReleaseCommand.Block block, ReleaseState state) {
        return switch (state) {
            case Building _, Testing _ -> blockAt(null, block);
            case Packaged(var journey) -> blockAt(journey.next(), block);
            case Securing securing -> blockAt(securing.terms().environment(), block);
            // What is half rolled out is not blocked; it stands still as before.
            case Asking(_, _, _, _, ReleaseState.Paused resumes) when resumes != null ->
                Decision.accept(new ReleaseEvent.ReleasePaused(
                        resumes.environment(), resumes.step(), resumes.cause(), String.join("; ", block.reasons())));
            case Asking asking -> blockAt(asking.environment(), block);
            case ReleaseState.Paused paused when paused.resuming() && paused.environment().equals(block.environment()) ->
                Decision.accept(new ReleaseEvent.ReleasePaused(
                        paused.environment(), paused.step(), paused.cause(), String.join("; ", block.reasons())));
            case Nothing _,
                    ReleaseState.Rolling _,
                    ReleaseState.Paused _,
                    ReleaseState.Indeterminate _,
                    ReleaseState.Blocked _,
                    ReleaseState.Reverting _,
                    ReleaseState.AwaitingRestore _,
                    ReleaseState.Restoring _,
                    ReleaseState.NeedsHuman _,
                    ReleaseState.Released _,
                    ReleaseState.RolledBack _,
                    ReleaseState.Resolved _,
                    ReleaseState.Aborted _,
                    ReleaseState.Joined _,
                    ReleaseState.Closed _ ->
                Decision.nothing();
        };
    }

    /// A reason that comes late is about a place where the release no longer is.
    private static Decision<ReleaseEvent> blockAt(@Nullable String here, ReleaseCommand.Block block) {
        return Objects.equals(block.environment(), here)
                ? Decision.accept(new ReleaseBlocked(here, block.reasons()))
                : Decision.nothing();
    }

    static Decision<ReleaseEvent> begin(ReleaseCommand.Begin begin, ReleaseState state) {
        if (begin.asked() && (state instanceof Building || state instanceof Testing)) {
            return Decision.refuse("its package is still being made (" + state.status() + "): start it when it is PACKAGED");
        }
        if (!(state instanceof Packaged(var journey))) {
            return begin.asked()
                    ? Decision.refuse("there is nothing to start: the release is " + state.status())
                    : Decision.nothing();
        }
        if (begin.asked()) {
            if (!journey.deployed().isEmpty()) {
                return Decision.refuse("it is started; to end the soak of " + journey.deployed().getLast() + " now, promote it");
            }
            Instant opens = journey.plan().window().notBefore();
            return begin.at().isBefore(opens)
                    ? Decision.refuse("its window opens at " + opens)
                    : Decision.accept(opened(journey));
        }
        // A timer of another plan, or of another environment, may come too early; then there is a later one.
        boolean waits = journey.plan().manualStart() && journey.deployed().isEmpty()
                || begin.at().isBefore(journey.opensAt());
        return waits ? Decision.nothing() : Decision.accept(opened(journey));
    }

    /// The way back of the next environment is secured; the first one needs no promotion.
    static List<ReleaseEvent> opened(Journey journey) {
        String next = journey.next();
        return journey.deployed().isEmpty() || journey.backups() > 0
                ? List.of(journey.backup(next))
                : List.of(new ReleasePromoted(journey.deployed().getLast(), next), journey.backup(next));
    }

    static Decision<ReleaseEvent> backupRefused(ReleaseCommand.RefuseBackup refused, ReleaseState state) {
        return state instanceof Securing(_, var terms, var set) && set.equals(refused.backupSetId())
                ? Decision.accept(new ReleaseBlocked(terms.environment(), refused.reasons()))
                : Decision.nothing();
    }

    static Decision<ReleaseEvent> gates(ReleaseCommand.PassGates pass, ReleaseState state) {
        if (!(state instanceof Securing(var journey, var terms, var set))
                || !set.equals(pass.proof().backupSetId())) {
            return Decision.nothing();
        }
        List<ReleaseGateEvaluated> gates = Gates.toStart(journey, terms, pass.proof(), pass.findings());
        List<String> closed = Gates.closed(gates);
        List<ReleaseEvent> facts = new ArrayList<>(gates);
        if (closed.isEmpty()) {
            facts.add(Control.request(journey, pass.proof(), journey.changeId(), List.of(), 0));
        } else if (closed.size() == 1 && Gates.isOvertaken(pass.proof(), pass.findings())) {
            // It waited behind another release. Now nobody else works there, and the next one is of what that one left.
            facts.add(journey.backup(terms.environment()));
        } else {
            facts.add(new ReleaseBlocked(terms.environment(), closed));
        }
        return Decision.accept(facts);
    }

    /// The package that was tested. Every state in which an environment is near has one.
    static String digest(Journey journey) {
        if (journey.digest() == null) {
            throw new IllegalStateException("no package was tested: the facts are out of order");
        }
        return journey.digest();
    }
}
