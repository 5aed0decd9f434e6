package slipway.audit.history;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;
import slipway.audit.history.Chronicle.Aggregate;
import slipway.audit.history.Chronicle.Why;
import slipway.events.CarriedChange;
import slipway.events.Component;
import slipway.events.Gate;
import slipway.events.GateVerdict;
import slipway.events.Leave;
import slipway.events.Meta;
import slipway.events.Outcome;
import slipway.events.PackageCheck;
import slipway.events.PauseCause;
import slipway.events.PlannedStep;
import slipway.events.RevocationCause;
import slipway.events.Rfc;
import slipway.events.ShapePart;
import slipway.events.Stage;
import slipway.events.StepKind;
import slipway.events.Topics;
import slipway.events.change.ChangeScheduled;
import slipway.events.release.BackupCheckRequested;
import slipway.events.release.BackupRequested;
import slipway.events.release.CarriedChangeClosed;
import slipway.events.release.ImplementationRequested;
import slipway.events.release.LeaveRevoked;
import slipway.events.release.PackageBuilt;
import slipway.events.release.PackageTested;
import slipway.events.release.ReleaseAborted;
import slipway.events.release.ReleaseBlocked;
import slipway.events.release.ReleaseClosed;
import slipway.events.release.ReleaseDeployed;
import slipway.events.release.ReleaseGateEvaluated;
import slipway.events.release.ReleasePauseRequested;
import slipway.events.release.ReleasePaused;
import slipway.events.release.ReleasePlanned;
import slipway.events.release.ReleasePromoted;
import slipway.events.release.ReleaseResumeRequested;
import slipway.events.release.ReleaseResumed;
import slipway.events.release.ReleaseStarted;
import slipway.events.release.RolloutStepCompleted;
import slipway.events.release.RolloutStepStarted;

/// The release of one change, environment by environment.
final class ReleaseStory {

    static final String SERVICE = "release-service";
    private static final String PROD = "prod";

    final World world;
    final Chronicle chronicle;
    final Chronicle.Story story;
    final Dice dice;
    final ChangeStory change;
    final Aggregate aggregate;
    final List<BackupStory> sets = new ArrayList<>();
    final Map<String, Touched> touched = new LinkedHashMap<>();
    private final WayBack wayBack;
    private List<Stage> stages = List.of();
    private List<String> approvers = List.of();
    private int plans;
    private int attempts;
    private int environment;
    private boolean over;
    private boolean blocked;
    private String digest = "";
    private boolean migrates;
    private @Nullable Held held;

    /// An environment that was started.
    ///
    /// @param before what ran there
    record Touched(Stage stage, String before, BackupStory set, World.Environment where) {}

    /// Leave was taken back while a step was under way.
    private record Held(PauseCause cause, String reason) {}

    ReleaseStory(World world, Chronicle.Story story, Dice dice, ChangeStory change, Aggregate changes) {
        this.world = world;
        this.chronicle = world.chronicle;
        this.story = story;
        this.dice = dice;
        this.change = change;
        this.aggregate = chronicle.aggregate(Topics.RELEASE, "REL-" + change.id(), changes);
        this.wayBack = new WayBack(this);
    }

    String id() {
        return aggregate.id();
    }

    String digest() {
        return digest;
    }

    List<String> approvers() {
        return approvers;
    }

    List<String> carried() {
        return List.of(change.id());
    }

    boolean migrates() {
        return migrates;
    }

    /// @param begins whether anybody, or the clock, starts it
    void plan(ChangeScheduled scheduled, boolean begins) {
        int mine = ++plans;
        blocked = false;
        Rfc rfc = change.rfc();
        int tier = world.company.item(rfc.getService()).tier();
        migrates = rfc.getConfigurationItems().size() > 1;
        stages = rfc.getEnvironments().stream()
                .map(each -> Rollout.stage(change.service(), each, migrates, tier))
                .toList();
        approvers = scheduled.getApprovers();
        CarriedChange carried = new CarriedChange(
                change.id(),
                scheduled.getTitle(),
                scheduled.getLinks(),
                scheduled.getPlanDigest(),
                scheduled.getWindow(),
                scheduled.getDigest(),
                scheduled.getRestoreDataOnRollback(),
                scheduled.getRequester(),
                scheduled.getImplementer(),
                approvers,
                scheduled.getWrittenBy(),
                scheduled.getConfigurationItems());
        Meta planned = tell(scheduled.getMeta(), meta -> new ReleasePlanned(
                meta,
                carried(),
                scheduled.getService(),
                List.of(new Component(
                        scheduled.getService(),
                        scheduled.getVersion(),
                        world.environment(scheduled.getService(), scheduled.getEnvironments().getLast()).digest,
                        scheduled.getDigest(),
                        null)),
                scheduled.getEnvironments(),
                stages.getLast().getStrategy(),
                scheduled.getPlanDigest(),
                scheduled.getWindow(),
                scheduled.getDigest(),
                scheduled.getRestoreDataOnRollback(),
                scheduled.getRequester(),
                scheduled.getImplementer(),
                approvers,
                stages,
                List.of(carried),
                null,
                false,
                !begins));
        story.after(dice.between(20, 240), () -> {
            if (mine == plans && !over) {
                build(planned, scheduled, begins, mine);
            }
        });
    }

    private void build(Meta planned, ChangeScheduled scheduled, boolean begins, int mine) {
        digest = scheduled.getDigest() == null ? dice.digest() : scheduled.getDigest();
        Meta built = tell(planned, meta -> new PackageBuilt(
                meta,
                digest,
                (long) dice.between(200_000, 90_000_000),
                dice.between(10, 4_000),
                "packages/" + digest.substring("sha256:".length()) + ".tar",
                null,
                List.of(),
                List.of()));
        story.after(dice.between(5, 60), () -> {
            if (mine != plans || over) {
                return;
            }
            Meta tested = tell(built, meta -> new PackageTested(
                    meta,
                    digest,
                    List.of(
                            new PackageCheck("digest", true, "read back as " + digest, null),
                            new PackageCheck("content", true, "nothing is missing", null)),
                    migrates ? 1 : 0));
            if (begins) {
                story.at(Working.later(scheduled.getWindow().getNotBefore(), chronicle.now()), () -> {
                    if (mine == plans && !over) {
                        environment = 0;
                        attempts = 0;
                        secure(tested);
                    }
                });
            }
        });
    }

    Meta tell(Meta because, Function<Meta, SpecificRecord> fact) {
        return chronicle.tell(aggregate, Why.reaction(SERVICE, because), fact);
    }

    private Stage stage() {
        return stages.get(environment);
    }

    /// The way back first.
    private void secure(Meta because) {
        Stage stage = stage();
        attempts++;
        String set = "BKP-" + id() + "-" + stage.getEnvironment() + "-" + attempts;
        Meta requested = tell(because, meta -> new BackupRequested(
                meta, stage.getEnvironment(), set, stage.getBackupPlan(), stage.getRpoSeconds(), stage.getMinLevel()));
        BackupStory backup =
                new BackupStory(world, story, dice, aggregate, set, stage, change.rfc().getConfigurationItems());
        sets.add(backup);
        int mine = plans;
        boolean unproven = isProd() && change.breaks(Breach.BACKUP_NOT_VERIFIED);
        backup.take(requested, unproven, proven -> {
            if (!over && mine == plans) {
                Meta asked = tell(proven, meta -> new BackupCheckRequested(
                        meta, stage.getEnvironment(), set, backup.manifest(), change.rfc().getConfigurationItems()));
                story.after(dice.between(1, 4), () -> {
                    Meta checked = backup.check(asked);
                    if (!over && mine == plans) {
                        request(checked, backup, 0);
                    }
                });
            }
        });
    }

    private boolean isProd() {
        return stage().getEnvironment().equals(PROD);
    }

    private World.Environment here() {
        return world.environment(change.rfc().getService(), stage().getEnvironment());
    }

    /// @param resumesAt 0: it begins
    private void request(Meta because, BackupStory backup, int resumesAt) {
        gates(because, backup, resumesAt > 0);
        Rfc rfc = change.rfc();
        Meta asked = tell(because, meta -> new ImplementationRequested(
                meta,
                change.id(),
                stage().getEnvironment(),
                digest,
                change.planDigest(),
                backup.id(),
                backup.manifest(),
                backup.level(),
                backup.startBy(),
                resumesAt,
                List.of(),
                List.of()));
        story.after(1, () -> change.leave.answer(asked, this, stage().getEnvironment(), resumesAt));
    }

    private void gates(Meta because, BackupStory backup, boolean resumes) {
        World.Environment where = here();
        Rfc rfc = change.rfc();
        Instant end = change.window().getNotAfter();
        if (!chronicle.now().isBefore(end) && change.isPlain()) {
            throw new IllegalStateException(id() + " comes too late to " + stage().getEnvironment() + ": " + chronicle.now());
        }
        long token = resumes ? where.token : ++where.token;
        List<String> before =
                stages.subList(0, environment).stream().map(Stage::getEnvironment).toList();
        gate(because, Gate.APPROVAL, "approved by " + String.join(", ", approvers));
        gate(because, Gate.WINDOW, "open until " + end);
        gate(because, Gate.BACKUP, backup.id() + " is proven to " + backup.level()
                + (resumes ? ", and is the one it began with"
                        : ", " + Working.seconds(backup.recoveryPoint(), chronicle.now()) + " s old, and of what is there"));
        gate(because, Gate.LEASE, "held, token " + token);
        gate(because, Gate.DIGESTS, "new " + digest + (resumes ? ", the way back is to " : ", previous ") + where.digest);
        gate(because, Gate.PROMOTION,
                before.isEmpty() ? "the first environment" : "the same digest runs in " + String.join(", ", before));
        gate(because, Gate.SEPARATION,
                "no approver is requester, implementer or author of the change: " + rfc.getRequester() + ", " + rfc.getImplementer());
    }

    private void gate(Meta because, Gate gate, String reason) {
        tell(because, meta -> new ReleaseGateEvaluated(meta, stage().getEnvironment(), gate, GateVerdict.OPEN, reason));
    }

    void refused(Meta refusal, List<String> reasons) {
        blocked = true;
        tell(refusal, meta -> new ReleaseBlocked(meta, stage().getEnvironment(), reasons));
    }

    /// What kept it from its start is gone.
    void goOn(Meta lifted) {
        if (!over && blocked) {
            blocked = false;
            secure(lifted);
        }
    }

    void start(Meta authorised, String authorisation, long epoch) {
        Stage stage = stage();
        World.Environment where = here();
        boolean twice = isProd() && where.rollsOut != null;
        if (twice && where.waits == null) {
            throw new IllegalStateException(where.rollsOut + " and " + id() + " are both in " + stage.getEnvironment());
        }
        BackupStory backup = sets.getLast();
        List<ShapePart> before = Rollout.before(stage, where.digest);
        touched.put(stage.getEnvironment(), new Touched(stage, where.digest, backup, where));
        Meta started = tell(authorised, meta -> new ReleaseStarted(
                meta,
                stage.getEnvironment(),
                digest,
                stage.getStrategy(),
                backup.id(),
                authorisation,
                epoch,
                where.token,
                before,
                List.of(new Leave(change.id(), authorisation, epoch)),
                migrates));
        Runnable other = where.waits;
        where.waits = null;
        if (other != null) {
            story.after(60, other);
        }
        where.rollsOut = id();
        step(authorised, 1, before);
    }

    /// @param number from 1
    private void step(Meta because, int number, List<ShapePart> from) {
        Stage stage = stage();
        PlannedStep step = stage.getSteps().get(number - 1);
        List<ShapePart> to = Rollout.after(step, from, digest);
        Meta started = tell(because, meta -> new RolloutStepStarted(
                meta, stage.getEnvironment(), number, step.getKind(), step.getName(), 1, from, to));
        if (isProd() && number == 1 && dice.in(Shares.HELD_RUNNING)) {
            story.after(1, change.leave::holdRunning);
        }
        if (step.getKind() == StepKind.ANALYSE) {
            Canary.Judged judged = Canary.judge(
                    step.getName(), chronicle.now(), isProd() && change.isPlain() && dice.in(Shares.CANARY_FAILS), dice);
            story.after(judged.seconds(), () -> analysed(started, number, to, judged));
            return;
        }
        int seconds = Rollout.seconds(step, dice);
        boolean fails = step.getKind() == StepKind.SWITCH && change.isPlain() && dice.in(isProd() ? Shares.STEP_FAILS : Shares.STEP_FAILS_BEFORE);
        Runnable ends = () -> {
            if (fails) {
                wayBack.go(started, stage, "SWITCH " + step.getName() + ": it does not answer as " + digest + " within 30 s");
            } else {
                completed(started, number, to, digest, seconds * 1000L);
            }
        };
        if (isProd() && number == 1 && world.company.services().getFirst().equals(change.service()) && change.breaks(Breach.TWO_ROLLOUTS)) {
            // Whoever comes next does not wait for it, and then it goes on.
            here().waits = ends;
        } else {
            story.after(seconds, ends);
        }
    }

    private void analysed(Meta started, int number, List<ShapePart> shape, Canary.Judged judged) {
        Stage stage = stage();
        tell(started, meta -> judged.told(meta, stage.getEnvironment(), number));
        if (judged.passed()) {
            completed(started, number, shape, judged.reason(), 0);
        } else {
            wayBack.go(started, stage, judged.reason());
        }
    }

    private void completed(Meta started, int number, List<ShapePart> shape, String observed, long millis) {
        Stage stage = stage();
        PlannedStep step = stage.getSteps().get(number - 1);
        int times = isProd() && change.breaks(Breach.STEP_TWICE) ? 2 : 1;
        for (int i = 0; i < times; i++) {
            tell(started, meta -> new RolloutStepCompleted(
                    meta, stage.getEnvironment(), number, step.getKind(), step.getName(), 1, false, observed, millis));
        }
        if (number == stage.getSteps().size()) {
            deployed(started, stage, shape);
        } else if (held != null) {
            Held by = held;
            held = null;
            tell(started, meta -> new ReleasePaused(meta, stage.getEnvironment(), number + 1, by.cause(), by.reason()));
            change.leave.standsStill(number + 1, shape);
        } else {
            step(started, number + 1, shape);
        }
    }

    /// Leave is withdrawn while a step is under way: it is done first.
    void revoked(Meta because, long epoch, String reason) {
        tell(because, meta -> new LeaveRevoked(meta, change.id(), epoch, RevocationCause.HOLD, reason));
        int under = 1;
        tell(because, meta -> new ReleasePauseRequested(meta, stage().getEnvironment(), under, PauseCause.HOLD, reason));
        held = new Held(PauseCause.HOLD, reason);
    }

    void askToResume(Meta lifted, int step) {
        Meta asked = tell(lifted, meta -> new ReleaseResumeRequested(meta, stage().getEnvironment(), step));
        story.after(2, () -> request(asked, sets.getLast(), step));
    }

    void resume(Meta authorised, String authorisation, long epoch, int step, List<ShapePart> shape) {
        tell(authorised, meta -> new ReleaseResumed(
                meta,
                stage().getEnvironment(),
                step,
                List.of(new Leave(change.id(), authorisation, epoch)),
                here().token));
        step(authorised, step, shape);
    }

    private void deployed(Meta because, Stage stage, List<ShapePart> shape) {
        World.Environment where = here();
        boolean last = environment == stages.size() - 1;
        int parts = (int) shape.stream().filter(part -> digest.equals(part.getDigest())).count();
        Instant soaked = chronicle.now().plusSeconds(stage.getSoakSeconds());
        Meta deployed = tell(because, meta -> new ReleaseDeployed(
                meta, stage.getEnvironment(), digest, digest, parts, last, carried(), soaked));
        where.digest = digest;
        where.rollsOut = null;
        where.lastRelease = id();
        where.lastChange = change.id();
        where.lastRequest = change.rfc();
        if (last) {
            change.deployed(deployed);
            return;
        }
        story.at(soaked, () -> {
            if (!over) {
                environment++;
                attempts = 0;
                Meta promoted = tell(deployed, meta -> new ReleasePromoted(
                        meta, stage.getEnvironment(), stage().getEnvironment()));
                secure(promoted);
            }
        });
    }

    /// Its change ended before anything was touched.
    void abort(Meta because, String reason) {
        if (over) {
            return;
        }
        over = true;
        Meta aborted = tell(because, meta -> new ReleaseAborted(meta, reason, carried(), List.of()));
        sets.forEach(set -> set.letGo(aborted, "aborted"));
    }

    void close(Meta closed, Outcome outcome) {
        over = true;
        tell(closed, meta -> new CarriedChangeClosed(meta, change.id(), outcome));
        Meta end = tell(closed, meta -> new ReleaseClosed(meta, outcome));
        sets.forEach(set -> set.letGo(end, "closed"));
    }
}
