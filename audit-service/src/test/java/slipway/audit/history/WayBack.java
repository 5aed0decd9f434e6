package slipway.audit.history;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import slipway.audit.history.Chronicle.Why;
import slipway.audit.history.ReleaseStory.Touched;
import slipway.events.EnvironmentLeft;
import slipway.events.Meta;
import slipway.events.RollbackCause;
import slipway.events.Stage;
import slipway.events.StepKind;
import slipway.events.release.DataRestoreRequested;
import slipway.events.release.ReleaseResolved;
import slipway.events.release.RollbackCompleted;
import slipway.events.release.RollbackFailed;
import slipway.events.release.RollbackTriggered;
import slipway.events.release.RolloutStepCompleted;
import slipway.events.release.RolloutStepStarted;

/// A release is taken back: what runs, and where the plan says so the data.
final class WayBack {

    private final ReleaseStory release;

    WayBack(ReleaseStory release) {
        this.release = release;
    }

    void go(Meta because, Stage failed, String reason) {
        RollbackCause cause = reason.startsWith(Canary.NAME) ? RollbackCause.CANARY_FAILED : RollbackCause.STEP_FAILED;
        List<Touched> back = new ArrayList<>(release.touched.values()).reversed();
        boolean data = release.change.rfc().getRestoreDataOnRollback() && release.migrates();
        Touched here = back.getFirst();
        Meta triggered = release.tell(because, meta -> new RollbackTriggered(
                meta,
                failed.getEnvironment(),
                back.stream().map(each -> each.stage().getEnvironment()).toList(),
                cause,
                reason,
                here.before(),
                data,
                here.set().id(),
                here.set().manifest(),
                here.set().recoveryPoint(),
                release.carried(),
                List.of(),
                List.of()));
        release.story.after(1, () -> release.change.rollsBack(triggered, cause + " in " + failed.getEnvironment() + ": " + reason));
        revert(because, back, 0, data);
    }

    private void revert(Meta because, List<Touched> back, int index, boolean data) {
        Touched to = back.get(index);
        String environment = to.stage().getEnvironment();
        Meta started = release.tell(because, meta -> new RolloutStepStarted(
                meta, environment, index + 1, StepKind.REVERT, environment, 1, List.of(), List.of()));
        int seconds = release.dice.between(5, 40);
        boolean fails = index == 0 && release.dice.in(Shares.ROLLBACK_FAILS);
        release.story.after(seconds, () -> {
            if (fails) {
                failed(started, back, environment);
                return;
            }
            release.tell(started, meta -> new RolloutStepCompleted(
                    meta, environment, index + 1, StepKind.REVERT, environment, 1, false, to.before(), seconds * 1000L));
            if (index + 1 < back.size()) {
                revert(started, back, index + 1, data);
            } else if (data) {
                restore(started, back, 0, 0);
            } else {
                completed(started, back, null);
            }
        });
    }

    private void restore(Meta because, List<Touched> back, int index, long lost) {
        Touched of = back.get(index);
        Meta asked = release.tell(because, meta -> new DataRestoreRequested(
                meta,
                of.stage().getEnvironment(),
                of.set().id(),
                of.set().manifest(),
                release.approvers(),
                index == 0 ? null : Long.valueOf(lost)));
        of.set().restore(asked, release.approvers(), restored -> {
            long most = Math.max(lost, restored.getDataLossMillis());
            if (index + 1 < back.size()) {
                restore(restored.getMeta(), back, index + 1, most);
            } else {
                completed(restored.getMeta(), back, most);
            }
        });
    }

    private void completed(Meta because, List<Touched> back, @Nullable Long lost) {
        String to = back.getFirst().before();
        Meta completed = release.tell(because, meta -> new RollbackCompleted(
                meta, to, to, lost != null, lost, release.carried()));
        free(back);
        String data = lost == null ? "" : "; data restored, writes of " + lost + " ms lost";
        release.story.after(1, () -> release.change.rolledBack(completed, "rolled back to " + to + data));
    }

    /// A person mends it by hand.
    private void failed(Meta because, List<Touched> back, String environment) {
        String reason = environment + "-1 does not answer as " + back.getFirst().before() + " within 30 s";
        Meta failed = release.tell(because, meta -> new RollbackFailed(meta, environment, reason, release.carried()));
        release.story.after(
                1, () -> release.change.notRolledBack(failed, "the rollback failed in " + environment + ": " + reason));
        release.story.after(release.dice.between(4, 15) * 60L, () -> {
            String manager = release.dice.one(release.world.company.group(Company.MANAGERS));
            release.chronicle.tell(
                    release.aggregate,
                    Why.person(manager),
                    meta -> new ReleaseResolved(
                            meta,
                            release.change.rfc().getService(),
                            manager + ": switched back by hand, and looked at each instance",
                            back.stream().map(each -> new EnvironmentLeft(each.stage().getEnvironment(), each.before())).toList(),
                            release.carried()));
            free(back);
        });
    }

    private static void free(List<Touched> back) {
        back.forEach(each -> {
            each.where().digest = each.before();
            each.where().rollsOut = null;
        });
    }
}
