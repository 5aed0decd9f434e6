package slipway.release;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static slipway.release.TheReleases.act;
import static slipway.release.TheReleases.assertServed;
import static slipway.release.TheReleases.folder;
import static slipway.release.TheReleases.inTheCloud;
import static slipway.release.TheReleases.old;
import static slipway.release.TheReleases.served;
import static slipway.release.TheReleases.service;
import static slipway.release.TheReleases.show;
import static slipway.release.TheReleases.status;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import slipway.messaging.RunningService.Answer;
import slipway.release.domain.DriftEvent;
import slipway.release.domain.Leave;
import slipway.release.domain.ReleaseEvent;
import slipway.release.domain.ReleaseEvent.BackupRequested;
import slipway.release.domain.ReleaseEvent.ImplementationRequested;
import slipway.release.domain.ReleaseEvent.PackageBuilt;
import slipway.release.domain.ReleaseEvent.PackageTested;
import slipway.release.domain.ReleaseEvent.ReleaseBlocked;
import slipway.release.domain.ReleaseEvent.ReleaseDeployed;
import slipway.release.domain.ReleaseEvent.ReleaseStarted;
import slipway.release.domain.ReleaseEvent.RollbackCompleted;
import slipway.release.domain.ReleaseEvent.RolloutStepCompleted;
import slipway.release.domain.Shape;
import slipway.release.domain.StepKind;

/// Plans that people write for changes that are scheduled.
class ReleasePlanTest {

    private static final String WHY = "{\"reason\": \"planned\"}";

    @BeforeEach
    void estate() throws IOException {
        TheReleases.estate();
    }

    private static Answer plan(String who, String yaml) {
        return service.ask(who, "POST", "/releases", "application/yaml", yaml);
    }

    private static Neighbours waiting() {
        return new Neighbours(service, Set.of()).schedule("2.1.0").until(BackupRequested.class);
    }

    @Test
    void two_changes_go_out_as_one_by_steps_of_their_own_built_and_tested_with_evidence() {
        Neighbours thread = Neighbours.of(service);
        // So far it goes by itself: with nobody to prove the backup, nothing of it is started.
        thread.answering(false).schedule("2.1.0").until(BackupRequested.class);
        String one = thread.changes().getFirst();
        String other = thread.another(one + "-b", "olu");
        Answer planned = plan(
                "rosa:change-managers",
                """
                changes: [%s, %s]
                start: MANUAL
                components: [{name: web, version: "2.1.0", previousDigest: "%s"}]
                build: {argv: [/bin/sh, build.sh, "{version}"], output: "out/{version}"}
                tests: [{name: unit, argv: [/bin/sh, unit.sh], report: report.xml}]
                environments:
                  - name: dev
                    rehearseRollback: true
                  - name: prod
                    steps:
                      - {setInstances: 1}
                      - {pause: {}}
                      - {analysis: probe}
                      - {pause: {seconds: 1}}
                      - {setInstances: 2}
                      - {bake: {seconds: 1}}
                """
                        .formatted(one, other, old));
        assertThat(planned.status()).as("%s", planned.body()).isEqualTo(200);
        assertThat(service.get("/releases/REL-" + other).body().get("status").stringValue())
                .isEqualTo("JOINED");
        thread.answering(true).until(PackageTested.class, 2);
        PackageBuilt built = thread.all(PackageBuilt.class).getLast();
        assertThat(built.run().exit()).isZero();
        assertThat(service.text("/releases/" + thread.release() + "/evidence/" + built.run().logDigest()))
                .isEqualTo("building 2.1.0\n");
        PackageTested tested = thread.all(PackageTested.class).getLast();
        assertThat(tested.checks().getLast().run().argv()).containsExactly("/bin/sh", "unit.sh");
        assertThat(service.text("/releases/" + thread.release() + "/evidence/"
                        + tested.checks().getLast().run().reportDigest()))
                .isEqualTo("<ok/>\n");

        assertThat(status(thread)).as("somebody has to start it").isEqualTo("PACKAGED");
        assertThat(act(thread, "olu:operators", "start", WHY).status()).isEqualTo(200);
        thread.until(ReleaseDeployed.class, 1);
        assertThat(thread.all(ReleaseStarted.class).getFirst().leaves())
                .extracting(Leave::changeId)
                .containsExactly(one, other);
        thread.untilAt("prod", StepKind.PAUSE);
        assertThat(status(thread)).isEqualTo("PAUSED");
        assertThat(act(thread, "olu:operators", "promote", WHY).status()).isEqualTo(200);
        thread.until(ReleaseDeployed.class, 2);
        assertServed("2.1.0 built");
        assertThat(thread.all(RolloutStepCompleted.class))
                .filteredOn(step -> step.kind() == StepKind.REHEARSE)
                .singleElement()
                .satisfies(step -> {
                    assertThat(step.observed()).isEqualTo(old);
                    assertThat(step.millis()).isPositive();
                });
        assertThat(thread.all(RolloutStepCompleted.class))
                .filteredOn(step -> step.environment().equals("prod"))
                .extracting(RolloutStepCompleted::kind, RolloutStepCompleted::observed)
                .contains(
                        tuple(StepKind.PAUSE, "promoted by olu: planned"),
                        tuple(StepKind.PAUSE, "waited 1 s"));
        assertThat(thread.all(RolloutStepCompleted.class))
                .filteredOn(step -> step.kind() == StepKind.BAKE)
                .singleElement()
                .satisfies(step -> assertThat(step.observed()).matches("0 of [1-9][0-9]* looks were bad in 1 s"));
        assertThat(service.text("/releases/" + thread.release() + "/notes"))
                .startsWith("# web 2.1.0\n")
                .contains("**" + other + "** Show the stock of every shop (asked for by olu, approved by aki)")
                .contains("- unit: exit code 0, log `sha256:")
                .contains("- prod: `sha256:");
    }

    @Test
    void a_plan_that_chooses_another_deployer_goes_out_by_it_is_watched_by_it_and_goes_back_by_it() throws Exception {
        Neighbours thread = Neighbours.of(service);
        thread.answering(false).schedule("2.1.0").until(BackupRequested.class);
        String change = thread.changes().getFirst();
        Answer planned = plan(
                "rosa:change-managers",
                """
                changes: [%s]
                start: AUTOMATIC
                environments:
                  - {name: prod, deployer: command, steps: [{switch: true}, {rehearseRollback: true}]}
                """
                        .formatted(change));
        assertThat(planned.status()).as("%s", planned.body()).isEqualTo(200);
        thread.answering(true).until(ReleaseDeployed.class, 2);
        String digest = thread.all(ReleaseDeployed.class).getLast().digest();
        assertThat(inTheCloud()).isEqualTo(digest);
        assertThat(served("prod-1")).as("what the default deployer moves is left alone").isEqualTo("2.0.0");
        assertThat(thread.all(ReleaseStarted.class).getLast().before())
                .containsExactly(new Shape.Part("cloud", old, Shape.ALL));

        service.bean(DriftWatch.class).look();
        // Another test's drift may end by this look.
        assertThat(service.<DriftEvent>facts("drifts", "ENV-web-prod"))
                .noneMatch(fact -> fact instanceof DriftEvent.EnvironmentDriftDetected drift
                        && drift.releaseId().equals(thread.release()));

        assertThat(act(thread, "olu:operators", "rollback", WHY).status()).isEqualTo(200);
        thread.until(RollbackCompleted.class, 1);
        assertThat(inTheCloud()).isEqualTo(old);
        assertServed("2.0.0");
        String prod = thread.release() + "/prod/";
        assertThat(Files.readAllLines(folder.resolve("cloud/keys")))
                .as("of a rehearsal, too, so that who remembers keys goes back in need")
                .containsExactly(prod + "2", prod + "3/back", prod + "4", prod + "back");
    }

    @Test
    void a_build_or_a_test_that_fails_stops_the_release_and_what_it_said_is_kept() {
        Neighbours thread = waiting();
        String change = thread.changes().getFirst();
        assertThat(plan("rosa:change-managers", "{changes: [" + change + "], tests: [{name: unit, argv: [/bin/sh, fail.sh]}]}")
                        .status())
                .isEqualTo(200);
        thread.until(ReleaseBlocked.class, 1);
        String reason = thread.all(ReleaseBlocked.class).getFirst().reasons().getFirst();
        assertThat(reason).startsWith("unit: unit ended with exit code 3; what it said is kept as sha256:");
        String log = reason.substring(reason.indexOf("sha256:"));
        assertThat(service.text("/releases/" + thread.release() + "/evidence/" + log))
                .isEqualTo("one of two failed\n");
        assertThat(service.get("/releases/" + thread.release() + "/evidence/sha256:" + "0".repeat(64)).status())
                .isEqualTo(404);
        assertThat(service.get("/releases/" + thread.release() + "/evidence/password").status())
                .isEqualTo(404);
        act(thread, "rosa:change-managers", "abort", WHY);
    }

    @Test
    void a_test_waits_while_another_program_works_in_the_workshop_and_does_not_fail() throws Exception {
        Neighbours thread = new Neighbours(service, Set.of());
        try (Workbench _ = Workbench.at(folder.resolve("workshop"), 9)) {
            thread.schedule("2.1.0").until(PackageBuilt.class, 1);
            TimeUnit.MILLISECONDS.sleep(1500);
            assertThat(status(thread)).isEqualTo("TESTING");
        }
        thread.until(PackageTested.class, 1);
        assertThat(thread.all(ReleaseBlocked.class)).isEmpty();
        act(thread, "rosa:change-managers", "abort", WHY);
    }

    @Test
    void every_fault_of_a_plan_is_named_at_once_and_nothing_is_planned() {
        Neighbours thread = waiting();
        String change = thread.changes().getFirst();
        Answer faulty = plan(
                "rosa:change-managers",
                """
                changes: [%s, CHG-none, %s]
                components: [{name: shop, version: "2.0.0", digest: latest}]
                rollback: NEVER
                build: {argv: [curl, "https://example.org"], output: ../out}
                commits: {from: "--upload-pack=x", to: v2}
                environments:
                  - {name: mars}
                  - {name: dev, deployer: helm, minLevel: V0, soakSeconds: -1, pointOfNoReturn: RETIRE}
                  - {name: prod, steps: [{setInstances: 3}, {setWeight: 10, preview: true}, {analysis: gut}], colour: red}
                """
                        .formatted(change, change));
        assertThat(faulty.status()).isEqualTo(422);
        assertThat(faulty.reasons()).extracting(reason -> reason.substring(0, reason.indexOf(": "))).contains(
                "changes",
                "components[0].name",
                "components[0].version",
                "components[0].digest",
                "rollback",
                "build.argv",
                "build.output",
                "commits.from",
                "environments[0].name",
                "environments[1].deployer",
                "environments[1].minLevel",
                "environments[1].soakSeconds",
                "environments[1].pointOfNoReturn",
                "environments[2].steps[0].setInstances",
                "environments[2].steps[1]",
                "environments[2].steps[2].analysis",
                "environments[2].colour");
        assertThat(thread.all(ReleaseEvent.ReleasePlanned.class)).hasSize(1);
        assertThat(plan("dana:developers", "changes: [" + change + "]").status()).isEqualTo(403);
        act(thread, "rosa:change-managers", "abort", WHY);
        assertThat(plan("rosa:change-managers", "changes: [" + change + "]").reasons())
                .containsExactly("changes: the release of " + change + " is over: " + thread.release() + " is ABANDONED");
        assertThat(plan("rosa:change-managers", "{changes: [CHG-0], components: [{name: web}]}").reasons())
                .containsExactly(
                        "changes: CHG-0 is not scheduled, as far as is known here; if it was only just now, try again in a moment");
    }

    @Test
    void a_plan_for_a_change_that_is_joined_elsewhere_is_refused_whole() {
        Neighbours first = waiting();
        Neighbours second = waiting();
        Neighbours third = waiting();
        String one = first.changes().getFirst();
        String two = second.changes().getFirst();
        String three = third.changes().getFirst();
        assertThat(plan("rosa:change-managers", "changes: [%s, %s]".formatted(one, two)).status())
                .isEqualTo(200);
        assertThat(plan("rosa:change-managers", "changes: [%s, %s]".formatted(three, two)).reasons())
                .contains("changes: %s is carried by REL-%s and cannot be left out any more".formatted(one, one));
        assertThat(plan("rosa:change-managers", "changes: [%s, %s]".formatted(one, two)).status())
                .as("the same again")
                .isEqualTo(200);
        assertThat(plan("rosa:change-managers", "changes: [%s]".formatted(one)).reasons())
                .containsExactly("changes: %s is carried by REL-%s and cannot be left out any more".formatted(two, one));
        assertThat(third.all(ReleaseEvent.ReleasePlanned.class)).hasSize(1);
        assertThat(List.of(show(second).get("status").stringValue())).containsExactly("JOINED");
        act(first, "rosa:change-managers", "abort", WHY);
        act(third, "rosa:change-managers", "abort", WHY);
    }

    @Test
    void the_catalogue_s_own_tests_run_where_no_plan_says_otherwise() {
        Neighbours thread = waiting();
        assertThat(thread.all(PackageTested.class).getLast().checks())
                .filteredOn(check -> check.run() != null)
                .singleElement()
                .satisfies(check -> assertThat(check.run().argv()).containsExactly("/bin/sh", "lint.sh", "2.1.0"));
        assertThat(thread.all(ImplementationRequested.class)).isEmpty();
        act(thread, "rosa:change-managers", "abort", WHY);
    }
}
