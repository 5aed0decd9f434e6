package slipway.release.domain;

import java.util.List;
import org.jspecify.annotations.Nullable;
import slipway.release.domain.ReleaseCommand.BackupProof;
import slipway.release.domain.ReleaseCommand.BackupTerms;

/// Where a release is. Each state carries what its next decision needs.
public sealed interface ReleaseState {

    record Nothing() implements ReleaseState {}

    /// Still under way, or stopped where it can go on.
    sealed interface Open extends ReleaseState {
        Journey journey();

        /// The same place with something learnt on the way.
        default Open with(Journey other) {
            return switch (this) {
                case Building _ -> new Building(other);
                case Testing(_, var digest) -> new Testing(other, digest);
                case Packaged _ -> new Packaged(other);
                case Securing(_, var terms, var set) -> new Securing(other, terms, set);
                case Asking(_, var proof, var change, var given, var resumes) ->
                    new Asking(other, proof, change, given, resumes);
                case Rolling(_, var here, var step, var attempt, var from, var to, var turn) ->
                    new Rolling(other, here, step, attempt, from, to, turn);
                case Paused(_, var here, var step, var attempt, var shape, var cause, var reason, var resuming) ->
                    new Paused(other, here, step, attempt, shape, cause, reason, resuming);
                case Indeterminate(var at) -> new Indeterminate((Rolling) at.with(other));
                case Blocked(_, var here) -> new Blocked(other, here);
                case Reverting(_, var left, var step, var attempt, var to, var observed, var by, var lost) ->
                    new Reverting(other, left, step, attempt, to, observed, by, lost);
                case AwaitingRestore(_, var left, var reverted) -> new AwaitingRestore(other, left, reverted);
                case Restoring(_, var left, var reverted, var approvedBy) ->
                    new Restoring(other, left, reverted, approvedBy);
                case NeedsHuman(_, var at) -> new NeedsHuman(other, at);
                case Released _ -> new Released(other);
                case RolledBack _ -> new RolledBack(other);
                case Resolved _ -> new Resolved(other);
            };
        }
    }

    /// Its package is being built.
    record Building(Journey journey) implements Open {}

    /// Its package is being tested.
    record Testing(Journey journey, String digest) implements Open {}

    /// Its package is tested; the window is waited for.
    record Packaged(Journey journey) implements Open {}

    /// The way back of an environment is being secured, and then its gates are looked at.
    record Securing(Journey journey, BackupTerms terms, String backupSetId) implements Open {}

    /// change-service is asked for leave, one change after the other.
    ///
    /// @param changeId that is asked for
    /// @param given leave of the changes before it
    /// @param resumes the rollout that goes on; null: it begins
    record Asking(
            Journey journey, BackupProof proof, String changeId, List<Leave> given, @Nullable Paused resumes)
            implements Open {

        public String environment() {
            return proof.environment();
        }

        /// From now on there is something to take back.
        Asking starting(Shape before, List<Leave> leaves, boolean pendingMigrations) {
            Touched touched =
                    Touched.started(environment(), proof, before, pendingMigrations);
            return new Asking(journey.touching(touched).given(leaves), proof, changeId, given, resumes);
        }
    }

    /// A step is being done in an environment.
    ///
    /// @param step from 1
    /// @param attempt from 1; a person who looked has it tried again
    /// @param from what the environment looks like before the step
    /// @param to what it looks like after it
    /// @param turn what comes instead of the next step; null: the next step
    record Rolling(
            Journey journey, String environment, int step, int attempt, Shape from, Shape to, @Nullable Turn turn)
            implements Open {

        public Step current() {
            return journey.steps(environment).get(step - 1);
        }

        public boolean isAt(String environment, int step, int attempt) {
            return this.environment.equals(environment) && this.step == step && this.attempt == attempt;
        }

        Rolling turning(Turn other) {
            return new Rolling(journey, environment, step, attempt, from, to, other);
        }

        boolean isLast() {
            return step == journey.steps(environment).size();
        }
    }

    /// What was asked for while a step was under way.
    sealed interface Turn {

        /// @param goOn what it was for is over by now: it asks to go on as soon as it stands still
        record Pause(PauseCause cause, String reason, boolean goOn) implements Turn {}

        record Back(RollbackCause cause, String reason, List<String> triggeredBy) implements Turn {}
    }

    /// It stands still between two steps.
    ///
    /// @param step that is next; 0: the environment was not started
    /// @param attempt of that step, from 1
    /// @param shape what the environment looks like
    /// @param resuming somebody asked that it goes on, and nobody that it stays
    record Paused(
            Journey journey,
            String environment,
            int step,
            int attempt,
            Shape shape,
            PauseCause cause,
            String reason,
            boolean resuming)
            implements Open {

        Paused asked() {
            return new Paused(journey, environment, step, attempt, shape, cause, reason, true);
        }
    }

    /// What is there is neither what was before the step nor what it makes; a person has to look.
    record Indeterminate(Rolling at) implements Open {
        @Override
        public Journey journey() {
            return at.journey();
        }
    }

    /// Something is in the way, and nothing of this environment is touched.
    ///
    /// @param environment where; null before the first
    record Blocked(Journey journey, @Nullable String environment) implements Open {}

    /// Environments are being switched back.
    ///
    /// @param left still to be switched back, the current one first
    /// @param step which of them the current one is, from 1
    /// @param attempt of the current one, from 1
    /// @param toDigest where the failing environment goes back to; null: it ran nothing before, or that is not known
    /// @param observed what the failing environment was seen to run afterwards, `nothing` in words; null before it was seen
    /// @param triggeredBy the person who wanted it, and who acted in their place; empty: nobody, it failed
    /// @param lostMillis the most writes that data lost that went back so far; null: none did
    record Reverting(
            Journey journey,
            List<String> left,
            int step,
            int attempt,
            @Nullable String toDigest,
            @Nullable String observed,
            List<String> triggeredBy,
            @Nullable Long lostMillis)
            implements Open {

        Reverting losing(@Nullable Long millis) {
            return new Reverting(journey, left, step, attempt, toDigest, observed, triggeredBy, millis);
        }

        boolean isAt(String environment) {
            return !left.isEmpty() && left.getFirst().equals(environment);
        }
    }

    /// The code is back; whether the data go back further than the approved plan covers is for a person to say.
    ///
    /// @param left still to be restored
    record AwaitingRestore(Journey journey, List<Touched> left, Reverting reverted) implements Open {}

    /// Data is being brought back.
    ///
    /// @param left still to be restored, the current one first
    /// @param approvedBy who took it upon them
    record Restoring(
            Journey journey, List<Touched> left, Reverting reverted, List<String> approvedBy)
            implements Open {}

    /// The rollback failed; leases are kept until a person has mended it.
    ///
    /// @param at what failed and can be tried again, [Reverting] or [Restoring]; null: its backup is lost, or it is past its point of
    ///     no return
    record NeedsHuman(Journey journey, @Nullable Open at) implements Open {}

    /// Deployed in every environment.
    record Released(Journey journey) implements Open {}

    record RolledBack(Journey journey) implements Open {}

    /// Its way back failed, and a person mended by hand what there was to mend.
    record Resolved(Journey journey) implements Open {}

    record Aborted() implements ReleaseState {}

    /// Another release carries its change.
    record Joined(String into) implements ReleaseState {}

    record Closed(Outcome outcome) implements ReleaseState {}

    /// Its name, as lists show it.
    default String status() {
        return switch (this) {
            case Nothing _ -> "NOTHING";
            case Building _ -> "BUILDING";
            case Testing _ -> "TESTING";
            case Packaged _ -> "PACKAGED";
            case Securing _ -> "SECURING";
            case Asking _ -> "READY";
            case Rolling running -> running.current().kind().status();
            case Paused _ -> "PAUSED";
            case Indeterminate _ -> "INDETERMINATE";
            case Blocked _ -> "BLOCKED";
            case Reverting _ -> "ROLLING_BACK";
            case AwaitingRestore _ -> "AWAITING_APPROVAL";
            case Restoring _ -> "RESTORING";
            case NeedsHuman _ -> "NEEDS_HUMAN";
            case Released _ -> "RELEASED";
            case RolledBack _ -> "ROLLED_BACK";
            case Resolved _ -> "RESOLVED";
            case Aborted _ -> "ABANDONED";
            case Joined _ -> "JOINED";
            case Closed _ -> "CLOSED";
        };
    }
}
