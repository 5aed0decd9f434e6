package slipway.release.domain;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import slipway.release.domain.ReleaseCommand.BackupTerms;

/// Where a release is. Each state carries what its next decision needs.
public sealed interface ReleaseState {

    record Nothing() implements ReleaseState {}

    /// Still under way, or stopped where it can go on.
    sealed interface Open extends ReleaseState {
        Journey journey();
    }

    /// Its package is being built.
    record Building(Journey journey) implements Open {}

    /// Its package is being tested.
    record Testing(Journey journey, String digest) implements Open {}

    /// Its package is tested; the window is waited for.
    record Packaged(Journey journey) implements Open {}

    /// The way back of an environment is being secured, and then its gates are looked at.
    record Securing(Journey journey, BackupTerms terms, String backupSetId) implements Open {}

    /// change-service is asked for leave.
    ///
    /// @param startBy until when the backup is young enough; null: that was not said
    record Asking(
            Journey journey, String environment, String backupSetId, String manifestDigest, @Nullable Instant startBy)
            implements Open {}

    /// A step is being done in an environment.
    ///
    /// @param step from 1
    /// @param attempt from 1; a person who looked has it tried again
    /// @param from what the environment looks like before the step
    /// @param to what it looks like after it
    record Rolling(Journey journey, String environment, int step, int attempt, Shape from, Shape to)
            implements Open {

        public Step current() {
            return journey.steps(environment).get(step - 1);
        }

        boolean isAt(String environment, int step) {
            return this.environment.equals(environment) && this.step == step;
        }

        boolean isLast() {
            return step == journey.steps(environment).size();
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
    /// @param attempt of the current one, from 1
    /// @param toDigest where the failing environment goes back to; null: it ran nothing before, or that is not known
    /// @param observed what the failing environment was seen to run afterwards, `nothing` in words; null before it was seen
    record Reverting(
            Journey journey,
            List<String> left,
            int attempt,
            @Nullable String toDigest,
            @Nullable String observed)
            implements Open {

        boolean isAt(String environment) {
            return !left.isEmpty() && left.getFirst().equals(environment);
        }
    }

    /// Data is being brought back.
    ///
    /// @param left still to be restored, the current one first
    record Restoring(Journey journey, List<Journey.Touched> left, Reverting reverted) implements Open {}

    /// The rollback failed; leases are kept until a person has mended it.
    ///
    /// @param reverting where it failed at switching back, which can be tried again; null: it failed at the data
    record NeedsHuman(Journey journey, @Nullable Reverting reverting) implements Open {}

    /// Deployed in every environment.
    record Released(Journey journey) implements Open {}

    record RolledBack(Journey journey) implements Open {}

    record Aborted() implements ReleaseState {}

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
            case Rolling _ -> "RUNNING";
            case Indeterminate _ -> "INDETERMINATE";
            case Blocked _ -> "BLOCKED";
            case Reverting _ -> "ROLLING_BACK";
            case Restoring _ -> "RESTORING";
            case NeedsHuman _ -> "NEEDS_HUMAN";
            case Released _ -> "RELEASED";
            case RolledBack _ -> "ROLLED_BACK";
            case Aborted _ -> "ABANDONED";
            case Closed _ -> "CLOSED";
        };
    }
}
