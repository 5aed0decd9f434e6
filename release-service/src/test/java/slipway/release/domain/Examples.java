package slipway.release.domain;

import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import slipway.decider.Story;
import slipway.release.domain.ReleaseCommand.BackupProof;
import slipway.release.domain.ReleaseCommand.BackupTerms;
import slipway.release.domain.ReleaseCommand.CompleteStep;
import slipway.release.domain.ReleaseCommand.Step;
import slipway.release.domain.ReleaseEvent.PackageCheck;
import slipway.release.domain.ReleaseEvent.ProbeSample;
import slipway.release.domain.ReleaseEvent.ReleasePlanned;

/// A release of two environments: staging at once, prod with a canary and a migration.
final class Examples {

    static final Instant NOON = Instant.parse("2026-03-02T12:00:00Z");
    static final String NEW = "sha256:new";
    static final String OLD = "sha256:old";
    static final String STAGING_SET = "BKP-REL-CHG-7-staging-1";
    static final String PROD_SET = "BKP-REL-CHG-7-prod-1";

    static final List<Step> STAGING = Rollout.steps("staging", Strategy.ALL_AT_ONCE, false, List.of("s-1"));
    static final List<Step> PROD = Rollout.steps("prod", Strategy.CANARY, true, List.of("p-1", "p-2"));

    private Examples() {}

    static Story<ReleaseCommand, ReleaseState, ReleaseEvent> release() {
        return Story.of(new ReleaseDecider());
    }

    static ReleasePlanned plan() {
        return plan(true, null, List.of("aki", "sam"));
    }

    static ReleasePlanned plan(boolean restoresData, @Nullable String pinned, List<String> approvers) {
        return new ReleasePlanned(
                List.of("CHG-7"),
                "shop",
                List.of(new ReleaseEvent.Component("shop", "2.0", OLD)),
                List.of("staging", "prod"),
                Strategy.CANARY,
                "sha256:plan",
                new ReleaseEvent.Window(NOON, NOON.plusSeconds(3600)),
                pinned,
                restoresData,
                "dana",
                "dana",
                approvers);
    }

    static ReleaseCommand plan(ReleasePlanned plan) {
        return new ReleaseCommand.Plan(plan);
    }

    static ReleaseCommand built() {
        return new ReleaseCommand.RecordPackage(NEW, 10, 1, "new.tar.gz");
    }

    static ReleaseCommand tested(boolean passed) {
        return new ReleaseCommand.RecordTest(NEW, List.of(new PackageCheck("unpack", passed, "looked at")));
    }

    static BackupTerms terms(String environment) {
        return new BackupTerms(environment, "shop-" + environment, 600, VerificationLevel.V2);
    }

    static ReleaseCommand begin() {
        return new ReleaseCommand.Begin(terms("staging"));
    }

    static ReleaseCommand gates(String environment, String set) {
        return gates(environment, set, VerificationLevel.V4, findings());
    }

    static ReleaseCommand gates(String environment, String set, VerificationLevel level, Gates.Findings findings) {
        return new ReleaseCommand.PassGates(new BackupProof(environment, set, level, "sha256:" + set, NOON), findings);
    }

    static Gates.Findings findings() {
        return new Gates.Findings(NOON.plusSeconds(60), 3, NEW, OLD, true);
    }

    static ReleaseCommand start(String environment, List<Step> steps) {
        return new ReleaseCommand.Start(environment, "AUT-1", 1, 3, Strategy.CANARY, steps);
    }

    static ReleaseCommand done(String environment, int step, List<Step> steps) {
        return done(environment, step, steps, NEW);
    }

    static ReleaseCommand done(String environment, int step, List<Step> steps, String observed) {
        BackupTerms next = environment.equals("staging") ? terms("prod") : null;
        return new CompleteStep(environment, step, 1, false, observed, steps, next);
    }

    static ReleaseCommand judge(int bad, int samples) {
        return new ReleaseCommand.JudgeCanary("prod", 3, samples(bad, samples), 1, PROD, OLD);
    }

    static List<ProbeSample> samples(int bad, int samples) {
        return IntStream.range(0, samples)
                .mapToObj(i -> new ProbeSample("p-1", NOON, 900, i >= bad, i < bad ? "404" : "200"))
                .toList();
    }

    /// Up to a tested package, whose first backup is asked for.
    static Story<ReleaseCommand, ReleaseState, ReleaseEvent> secured() {
        return secured(plan());
    }

    static Story<ReleaseCommand, ReleaseState, ReleaseEvent> secured(ReleasePlanned plan) {
        return release().after(plan(plan), built(), tested(true), begin());
    }

    /// Up to the first step in staging.
    static Story<ReleaseCommand, ReleaseState, ReleaseEvent> inStaging() {
        return inStaging(plan());
    }

    static Story<ReleaseCommand, ReleaseState, ReleaseEvent> inStaging(ReleasePlanned plan) {
        return secured(plan).after(gates("staging", STAGING_SET), start("staging", STAGING));
    }

    /// Deployed in staging, its gates open in prod, the migration is the next step.
    static Story<ReleaseCommand, ReleaseState, ReleaseEvent> inProd(ReleasePlanned plan) {
        return inStaging(plan)
                .after(
                        done("staging", 1, STAGING),
                        done("staging", 2, STAGING),
                        gates("prod", PROD_SET),
                        start("prod", PROD));
    }

    /// In prod, migrated, the canary switched: its analysis is the next step.
    static Story<ReleaseCommand, ReleaseState, ReleaseEvent> atTheCanary() {
        return atTheCanary(plan());
    }

    static Story<ReleaseCommand, ReleaseState, ReleaseEvent> atTheCanary(ReleasePlanned plan) {
        return inProd(plan).after(done("prod", 1, PROD, "migrated"), done("prod", 2, PROD));
    }
}
