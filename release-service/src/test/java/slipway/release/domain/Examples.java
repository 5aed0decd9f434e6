package slipway.release.domain;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import slipway.decider.Story;
import slipway.release.analysis.Analysis;
import slipway.release.analysis.Measured;
import slipway.release.analysis.Measurement;
import slipway.release.domain.ReleaseCommand.BackupProof;
import slipway.release.domain.ReleaseCommand.BackupTerms;
import slipway.release.domain.ReleaseEvent.ReleasePlanned;

/// A release of version 2.1.0 to `dev`, which has one instance, and `prod`, which has two, a canary and a database.
final class Examples {

    static final Instant AT = Instant.parse("2026-03-02T10:00:00Z");
    static final Instant OPENS = AT.minusSeconds(60);
    static final Instant ENDS = AT.plusSeconds(3600);

    static final String NEW = digest('a');
    static final String OLD = digest('0');
    static final String MANIFEST = digest('e');

    static final String DEV_SET = "BKP-REL-CHG-7-dev-1";
    static final String PROD_SET = "BKP-REL-CHG-7-prod-1";
    static final BackupTerms DEV = new BackupTerms("dev", "web-dev", 600, VerificationLevel.V2);
    static final BackupTerms PROD = new BackupTerms("prod", "web-prod", 600, VerificationLevel.V4);

    static final Stage DEV_STAGE = stage(
            DEV, Strategy.ALL_AT_ONCE, steps(Strategy.ALL_AT_ONCE, "dev", false, List.of("dev-1")));
    static final Stage PROD_STAGE = stage(
            PROD, Strategy.CANARY, steps(Strategy.CANARY, "prod", true, List.of("prod-1", "prod-2")));

    static final Shape DEV_BEFORE = Shape.of(new Shape.Part("dev-1", OLD, 100));
    static final Shape DEV_AFTER = Shape.of(new Shape.Part("dev-1", NEW, 100));
    static final Shape PROD_BEFORE = Shape.of(new Shape.Part("prod-1", OLD, 50), new Shape.Part("prod-2", OLD, 50));

    static final List<String> CHANGES = List.of("CHG-7");
    static final List<Leave> LEAVE = List.of(new Leave("CHG-7", "AUT-1", 1));

    static final ReleaseCommand PAUSE = new ReleaseCommand.Pause("kim: odd errors");
    static final ReleaseCommand ASK = new ReleaseCommand.AskToResume(List.of());

    private Examples() {}

    static String digest(char hex) {
        return "sha256:" + String.valueOf(hex).repeat(64);
    }

    static Story<ReleaseCommand, ReleaseState, ReleaseEvent> story() {
        return Story.of(new ReleaseDecider());
    }

    static List<Step> steps(Strategy strategy, String environment, boolean migrates, List<String> instances) {
        return Strategies.steps(
                strategy, environment, migrates, instances, new Strategies.Tuning(1, List.of(), 0, "", false));
    }

    static Stage stage(BackupTerms terms, Strategy strategy, List<Step> steps) {
        return new Stage(
                terms.environment(),
                "directory",
                strategy,
                steps,
                0,
                terms.plan(),
                terms.rpoSeconds(),
                terms.minLevel(),
                null,
                List.of(Analysis.threshold(Analysis.PROBE, List.of(Measured.http(5, 1)))));
    }

    static ReleasePlanned plan(@Nullable String pinned, boolean restore, List<String> approvers) {
        return plan(pinned, restore, approvers, List.of(DEV_STAGE, PROD_STAGE));
    }

    static ReleasePlanned plan(
            @Nullable String pinned, boolean restore, List<String> approvers, List<Stage> stages) {
        return new ReleasePlanned(
                List.of("CHG-7"),
                "inventory-web",
                List.of(new Component("inventory-web", "2.1.0", OLD, null, null)),
                List.of("dev", "prod"),
                Strategy.CANARY,
                "sha256:plan",
                new Window(OPENS, ENDS),
                pinned,
                restore,
                "dana",
                "dana",
                approvers,
                stages,
                List.of(),
                null,
                false,
                false);
    }

    static ReleasePlanned plan() {
        return plan(null, true, List.of("aki", "sam"));
    }

    static CarriedChange carried(
            String id, String requester, List<String> approvers, Instant until) {
        return new CarriedChange(
                id,
                "Another one",
                List.of(),
                "sha256:plan-" + id,
                new Window(OPENS, until),
                null,
                true,
                requester,
                requester,
                approvers,
                List.of(requester));
    }

    static ReleaseEvent.PackageBuilt archive(String digest) {
        return new ReleaseEvent.PackageBuilt(digest, 1234, 5, "store/a.tar.gz", null, List.of(), List.of());
    }

    static ReleaseCommand built(ReleasePlanned plan) {
        return new ReleaseCommand.RecordPackage(plan, archive(NEW));
    }

    static ReleaseCommand tested(ReleasePlanned plan) {
        return new ReleaseCommand.RecordTest(plan, NEW, List.of(new PackageCheck("digest", true, "same")), 1);
    }

    static ReleaseCommand.PassGates gates(BackupTerms terms, String set) {
        return gates(terms, set, terms.minLevel(), AT.minusSeconds(5));
    }

    static ReleaseCommand.PassGates gates(
            BackupTerms terms, String set, VerificationLevel level, Instant recoveryPoint) {
        return new ReleaseCommand.PassGates(
                new BackupProof(terms.environment(), set, level, MANIFEST, recoveryPoint),
                new Gates.Findings(AT, 11, NEW, DEV_BEFORE, List.of(), null, null));
    }

    static ReleaseCommand start(BackupTerms terms) {
        return start(terms, AT);
    }

    static ReleaseCommand start(BackupTerms terms, Instant at) {
        return new ReleaseCommand.Start(
                "CHG-7",
                terms.environment(),
                at,
                ENDS,
                "AUT-1",
                1,
                11,
                terms.environment().equals("prod") ? PROD_BEFORE : DEV_BEFORE,
                true);
    }

    static ReleaseCommand retry() {
        return new ReleaseCommand.Retry(List.of(DEV_STAGE, PROD_STAGE), AT);
    }

    static ReleaseCommand done(String environment, int step, String observed) {
        return new ReleaseCommand.CompleteStep(environment, step, 1, AT, 1, false, observed, 12);
    }

    /// By the probe of prod: five samples, of which one may be bad.
    static ReleaseCommand judge(List<Measurement> samples) {
        return new ReleaseCommand.JudgeCanary("prod", 3, 1, AT, samples);
    }

    static List<Measurement> samples(int good, int bad) {
        List<Measurement> samples = new ArrayList<>();
        for (int i = 0; i < good + bad; i++) {
            boolean ok = i < good;
            samples.add(Measured.answer(ok, ok ? "200 /" : "404 /settings/prod.json"));
        }
        return samples;
    }

    /// Packaged and tested.
    static Story<ReleaseCommand, ReleaseState, ReleaseEvent> packaged(ReleasePlanned plan) {
        return story().after(new ReleaseCommand.Plan(plan), built(plan), tested(plan));
    }

    /// The way back of dev is being secured.
    static Story<ReleaseCommand, ReleaseState, ReleaseEvent> securingDev(ReleasePlanned plan) {
        return packaged(plan).after(new ReleaseCommand.Begin(false, AT));
    }

    static Story<ReleaseCommand, ReleaseState, ReleaseEvent> rollingDev(ReleasePlanned plan) {
        return rollingDev(plan, false);
    }

    /// @param asked somebody started it
    static Story<ReleaseCommand, ReleaseState, ReleaseEvent> rollingDev(ReleasePlanned plan, boolean asked) {
        return packaged(plan).after(new ReleaseCommand.Begin(asked, AT), gates(DEV, DEV_SET), start(DEV));
    }

    /// Deployed in dev, and the way back of prod is being secured.
    static Story<ReleaseCommand, ReleaseState, ReleaseEvent> securingProd(ReleasePlanned plan) {
        return rollingDev(plan)
                .after(done("dev", 1, NEW), done("dev", 2, NEW), new ReleaseCommand.Begin(false, AT));
    }

    /// The migration of prod is under way.
    static Story<ReleaseCommand, ReleaseState, ReleaseEvent> migratingProd(ReleasePlanned plan) {
        return securingProd(plan).after(gates(PROD, PROD_SET), start(PROD));
    }

    /// The canary of prod is being analysed.
    static Story<ReleaseCommand, ReleaseState, ReleaseEvent> analysingProd(ReleasePlanned plan) {
        return migratingProd(plan).after(done("prod", 1, "applied V1.sql"), done("prod", 2, NEW));
    }

    /// Deployed everywhere.
    static Story<ReleaseCommand, ReleaseState, ReleaseEvent> released(ReleasePlanned plan) {
        return analysingProd(plan).after(judge(samples(5, 0)), done("prod", 4, NEW), done("prod", 5, NEW));
    }

    /// The canary failed, and prod is being switched back.
    static Story<ReleaseCommand, ReleaseState, ReleaseEvent> reverting(ReleasePlanned plan) {
        return analysingProd(plan).after(judge(samples(0, 5)));
    }

    /// The first of prod's instances is being switched.
    static Story<ReleaseCommand, ReleaseState, ReleaseEvent> switching() {
        return migratingProd(plan()).after(done("prod", 1, "applied V1.sql"));
    }

    /// It stands still before the analysis.
    static Story<ReleaseCommand, ReleaseState, ReleaseEvent> paused() {
        return switching().after(PAUSE, done("prod", 2, NEW));
    }
}
