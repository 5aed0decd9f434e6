package slipway.release;

import static org.assertj.core.api.Assertions.assertThat;
import static slipway.release.TheReleases.act;
import static slipway.release.TheReleases.assertNoLeases;
import static slipway.release.TheReleases.assertServed;
import static slipway.release.TheReleases.old;
import static slipway.release.TheReleases.service;
import static slipway.release.TheReleases.show;
import static slipway.release.TheReleases.status;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import slipway.events.Topics;
import slipway.events.change.AlertReceived;
import slipway.messaging.RunningService;
import slipway.messaging.RunningService.Answer;
import slipway.release.domain.DriftEvent;
import slipway.release.domain.PauseCause;
import slipway.release.domain.ReleaseEvent.BackupLost;
import slipway.release.domain.ReleaseEvent.BackupRequested;
import slipway.release.domain.ReleaseEvent.ImplementationRequested;
import slipway.release.domain.ReleaseEvent.LeaveRevoked;
import slipway.release.domain.ReleaseEvent.PackageTested;
import slipway.release.domain.ReleaseEvent.ReleaseDeployed;
import slipway.release.domain.ReleaseEvent.ReleasePaused;
import slipway.release.domain.ReleaseEvent.ReleaseResumed;
import slipway.release.domain.ReleaseEvent.RollbackCompleted;
import slipway.release.domain.ReleaseEvent.RollbackFailed;
import slipway.release.domain.ReleaseEvent.RollbackTriggered;
import slipway.release.domain.RollbackCause;
import slipway.release.domain.Shape;
import slipway.release.domain.StepKind;
import slipway.release.packages.Packages;
import tools.jackson.databind.JsonNode;

/// People and changes that step in while a release is under way.
class ReleaseControlTest {

    private static final String WHY = "{\"reason\": \"odd errors\"}";

    @BeforeEach
    void estate() throws IOException {
        TheReleases.estate();
    }

    @Test
    void a_release_that_is_paused_between_environments_goes_on_with_a_fresh_backup() {
        Neighbours thread =
                new Neighbours(service, Set.of(ImplementationRequested.class)).schedule("2.1.0").until(BackupRequested.class);
        assertThat(act(thread, "olu:operators", "pause", WHY).status()).isEqualTo(200);
        assertThat(status(thread)).isEqualTo("PAUSED");
        assertThat(show(thread).get("paused").get("reason").stringValue()).isEqualTo("olu: odd errors");
        thread.proveBackup(thread.all(BackupRequested.class).getFirst());
        assertThat(act(thread, "olu:operators", "promote", WHY).reasons())
                .containsExactly("there is no waiting to skip: the release is PAUSED");
        assertThat(act(thread, "olu:operators", "resume", WHY).status()).isEqualTo(200);
        thread.until(BackupRequested.class, 2);
        assertThat(act(thread, "olu:operators", "abort", WHY).status()).isEqualTo(200);
    }

    /// It waits in prod, after the first of two instances, for somebody's word.
    private static Neighbours halfway() {
        Neighbours thread = Neighbours.of(service);
        thread.answering(false).schedule("2.1.0").until(BackupRequested.class);
        String plan =
                """
                changes: [%s]
                environments: [{name: prod, steps: [{setInstances: 1}, {pause: {}}, {setInstances: 2}]}]
                """
                        .formatted(thread.changes().getFirst());
        assertThat(service.ask("rosa:change-managers", "POST", "/releases", "application/yaml", plan).status())
                .isEqualTo(200);
        thread.answering(true).until(PackageTested.class, 2);
        act(thread, "olu:operators", "start", WHY);
        return thread.untilAt("prod", StepKind.PAUSE);
    }

    @Test
    void a_hold_that_comes_in_the_middle_stops_it_and_lifting_it_lets_it_end_with_new_leave() {
        Neighbours thread = halfway().hold().until(LeaveRevoked.class, 1);
        act(thread, "olu:operators", "promote", WHY);
        thread.until(ReleasePaused.class, 1);
        assertThat(thread.all(ReleasePaused.class).getFirst().cause()).isEqualTo(PauseCause.HOLD);
        thread.lift().until(ReleaseDeployed.class, 2);
        assertServed("2.1.0");
        assertNoLeases(thread);
        assertThat(thread.all(ReleaseResumed.class))
                .singleElement()
                .satisfies(resumed -> assertThat(resumed.leaves().getFirst().epoch()).isEqualTo(2));
    }

    @Test
    void a_backup_that_is_found_corrupt_in_the_middle_lets_it_only_go_back() {
        Neighbours thread = halfway();
        thread.corruptBackup(thread.all(BackupRequested.class).getLast(), "a byte of orders.dump differs");
        thread.until(BackupLost.class, 1);
        act(thread, "olu:operators", "promote", WHY);
        thread.until(ReleasePaused.class, 1);
        act(thread, "olu:operators", "resume", WHY);
        thread.until(ReleasePaused.class, 2);
        assertThat(show(thread).get("paused").get("reason").stringValue())
                .startsWith("gate BACKUP is closed")
                .endsWith("was found corrupt since");
        act(thread, "olu:operators", "abort", WHY);
        thread.until(RollbackFailed.class, 1);
        assertServed("2.0.0");
        assertThat(thread.all(RollbackFailed.class).getFirst().reason())
                .as("the code is back; its data cannot be")
                .startsWith("the data of prod cannot go back")
                .endsWith("is no way back any more");
        assertThat(act(thread, "olu:operators", "resolve", WHY).status()).isEqualTo(200);
    }

    @Test
    void an_alert_in_the_middle_takes_it_back_at_once_and_so_does_giving_it_up() {
        Neighbours alerted = halfway();
        assertThat(alert("alertmanager:alerting", "firing", "prod").body().get("rolledBack").toString())
                .contains(alerted.release());
        alerted.until(RollbackCompleted.class, 1);
        assertServed("2.0.0");
        assertThat(alerted.all(RollbackTriggered.class).getFirst().triggeredBy()).containsExactly("alertmanager");
        Neighbours given = halfway();
        assertThat(act(given, "olu:operators", "abort", WHY).status()).isEqualTo(200);
        given.until(RollbackCompleted.class, 1);
        assertServed("2.0.0");
        assertThat(given.all(RollbackTriggered.class).getFirst().triggeredBy()).containsExactly("olu");
    }

    @Test
    void what_is_deployed_everywhere_is_taken_back_on_somebody_s_word() {
        Neighbours thread = Neighbours.of(service).schedule("2.1.0").until(ReleaseDeployed.class, 2);
        assertThat(act(thread, "olu:operators", "abort", WHY).reasons())
                .containsExactly("it is deployed everywhere; to go back, roll it back");
        JsonNode preview =
                service.get("/releases/" + thread.release() + "/rollback").body();
        assertThat(preview.get("way").get("toDigest").stringValue()).isEqualTo(old);
        assertThat(preview.get("way").get("backupSetId").stringValue())
                .isEqualTo("BKP-" + thread.release() + "-prod-1");
        assertThat(preview.get("dataLossMillis").longValue()).isPositive();
        assertThat(preview.get("approvalNeeded").booleanValue()).isFalse();
        assertThat(act(thread, "dana:developers", "rollback", WHY).status()).isEqualTo(403);
        assertThat(act(thread, "olu:operators", "rollback", WHY).status()).isEqualTo(200);
        thread.until(RollbackCompleted.class, 1);
        assertServed("2.0.0");
        assertNoLeases(thread);
        RollbackTriggered back = thread.all(RollbackTriggered.class).getFirst();
        assertThat(back.cause()).isEqualTo(RollbackCause.PERSON);
        assertThat(back.environments()).containsExactly("prod", "dev");
    }

    @Test
    void who_asks_about_what_went_on_meanwhile_is_told_so() {
        Neighbours thread = new Neighbours(service, Set.of()).schedule("2.1.0").until(BackupRequested.class);
        long sequence = show(thread).get("sequence").longValue();
        Answer late = service.ask(
                "olu:operators",
                "POST",
                "/releases/" + thread.release() + "/abort",
                "application/json",
                WHY,
                Map.of("If-Match", "\"" + (sequence - 1) + "\""));
        assertThat(late.status()).isEqualTo(412);
        Answer odd = service.ask(
                "olu:operators",
                "POST",
                "/releases/" + thread.release() + "/abort",
                "application/json",
                WHY,
                Map.of("If-Match", "last"));
        assertThat(odd.status()).isEqualTo(400);
        Answer good = service.ask(
                "olu:operators",
                "POST",
                "/releases/" + thread.release() + "/abort",
                "application/json",
                WHY,
                Map.of("If-Match", "\"" + sequence + "\""));
        assertThat(good.status()).isEqualTo(200);
        assertThat(act(thread, "olu:operators", "rollback", WHY).status()).isEqualTo(409);
        Answer again = act(thread, "olu:operators", "abort", WHY);
        assertThat(again.status()).isEqualTo(409);
        assertThat(again.reasons()).containsExactly("there is nothing to abort: the release is ABANDONED");
    }

    @Test
    void who_plans_or_starts_what_went_on_meanwhile_is_told_so_and_nothing_is_done() {
        Neighbours thread = new Neighbours(service, Set.of()).schedule("2.1.0").until(BackupRequested.class);
        String plan = "changes: [" + thread.changes().getFirst() + "]";
        long sequence = show(thread).get("sequence").longValue();
        assertThat(conditional("/releases", plan, sequence - 1).status()).isEqualTo(412);
        assertThat(show(thread).get("sequence").longValue()).isEqualTo(sequence);
        assertThat(conditional("/releases", plan, sequence).status()).isEqualTo(200);
        thread.until(PackageTested.class, 2);
        long planned = show(thread).get("sequence").longValue();
        String start = "/releases/" + thread.release() + "/start";
        assertThat(conditional(start, WHY, sequence).status()).isEqualTo(412);
        assertThat(conditional(start, WHY, planned).status()).isEqualTo(200);
        act(thread, "olu:operators", "abort", WHY);
    }

    private static Answer conditional(String path, String body, long sequence) {
        return service.ask(
                "olu:operators", "POST", path, "application/yaml", body, Map.of("If-Match", "\"" + sequence + "\""));
    }

    private static Answer alert(String who, String status, String environment) {
        return alert(who, status, environment, Instant.now());
    }

    private static Answer alert(String who, String status, String environment, Instant startsAt) {
        return service.post(
                who,
                "/alerts",
                """
                {"version": "4", "status": "firing", "receiver": "slipway", "alerts": [{"status": "%s",
                 "labels": {"alertname": "ErrorBudgetBurn", "slipway_service": "web", "slipway_environment": "%s"},
                 "annotations": {"summary": "errors burn the budget"}, "startsAt": "%s"}]}
                """
                        .formatted(status, environment, startsAt));
    }

    @Test
    void an_alert_takes_back_the_release_that_was_there_last_and_once() {
        Neighbours thread = Neighbours.of(service).schedule("2.1.0").until(ReleaseDeployed.class, 2);
        assertThat(alert("dana:developers", "firing", "prod").status()).isEqualTo(403);
        assertThat(alert("alertmanager:alerting", "resolved", "prod").body().get("rolledBack")).isEmpty();
        assertThat(alert("alertmanager:alerting", "firing", "mars").body().get("left").toString())
                .contains("no release was in 'mars' of 'web'");

        assertThat(alert("alertmanager:alerting", "firing", "prod", Instant.now().minusSeconds(3600))
                        .body()
                        .get("left")
                        .toString())
                .contains("it fires since before " + thread.release() + " was started in prod");
        assertThat(alert("alertmanager:alerting", "firing", "prod").body().get("rolledBack").toString())
                .contains(thread.release());
        assertThat(alert("alertmanager:alerting", "firing", "prod").body().get("rolledBack")).isEmpty();
        thread.until(RollbackCompleted.class, 1);
        assertServed("2.0.0");
        RollbackTriggered back = thread.all(RollbackTriggered.class).getFirst();
        assertThat(back.cause()).isEqualTo(RollbackCause.SLO_ALERT);
        assertThat(back.reason()).isEqualTo("ErrorBudgetBurn: errors burn the budget");
    }

    @Test
    void an_alert_that_came_in_by_the_door_of_changes_leads_to_the_same() {
        Neighbours thread = Neighbours.of(service).schedule("2.1.0").until(ReleaseDeployed.class, 2);
        told("ALT-1", "mars", Instant.now());
        told("ALT-2", "prod", Instant.now().minusSeconds(3600));
        told("ALT-3", "prod", Instant.now());
        thread.until(RollbackCompleted.class, 1);
        RollbackTriggered back = thread.all(RollbackTriggered.class).getFirst();
        assertThat(back.cause()).isEqualTo(RollbackCause.SLO_ALERT);
        assertThat(back.reason()).isEqualTo("ErrorBudgetBurn of ALT-3: errors burn the budget");
    }

    @Test
    void an_alert_on_a_configuration_item_takes_back_the_release_whose_change_touches_it_whatever_its_service() {
        Neighbours thread = Neighbours.of(service).touching("web-front", "db").schedule("2.1.0").until(ReleaseDeployed.class, 2);
        assertThat(labelled("prod", "\"slipway_ci\": \"web\"").get("left").toString())
                .contains("no release that is in 'prod' touches 'web'");
        told("ALT-11", "", "web", "prod", Instant.now());
        told("ALT-12", "", "db", "mars", Instant.now());
        told("ALT-13", "", "db", "prod", Instant.now().minusSeconds(3600));
        told("ALT-14", "", "db", "prod", Instant.now());
        thread.until(RollbackCompleted.class, 1);
        assertThat(thread.all(RollbackTriggered.class)).singleElement()
                .satisfies(back -> assertThat(back.reason()).isEqualTo("ErrorBudgetBurn of ALT-14: errors burn the budget"));
    }

    @Test
    void an_alert_of_a_service_on_an_item_that_it_shares_leaves_the_neighbour_where_it_is() {
        Neighbours web = Neighbours.of(service).touching("web-front", "db").schedule("2.1.0").until(ReleaseDeployed.class, 2);
        Neighbours shop = Neighbours.of(service).releasing("shop", "prod").touching("shop-api", "db").schedule("2.1.0").until(ReleaseDeployed.class);

        JsonNode other = labelled("prod", "\"slipway_service\": \"web\", \"slipway_ci\": \"shop-api\"");
        assertThat(other.get("rolledBack")).isEmpty();
        assertThat(other.get("left").toString()).contains("no change of " + web.release() + " of 'web' touches 'shop-api'");
        told("ALT-21", "shop", "web-front", "prod", Instant.now());

        assertThat(labelled("prod", "\"slipway_service\": \"web\", \"slipway_ci\": \"db\"").get("rolledBack").valueStream())
                .extracting(JsonNode::stringValue)
                .containsExactly(web.release());
        web.until(RollbackCompleted.class, 1);
        assertThat(shop.all(RollbackTriggered.class)).isEmpty();

        assertThat(labelled("prod", "\"slipway_ci\": \"db\"").get("rolledBack").valueStream())
                .extracting(JsonNode::stringValue)
                .containsExactly(shop.release());
        shop.until(RollbackCompleted.class, 1);
    }

    @Test
    void only_the_label_that_names_an_item_does_and_a_blank_one_names_none() {
        Neighbours thread = Neighbours.of(service).schedule("2.1.0").until(ReleaseDeployed.class, 2);
        assertThat(labelled("prod", "\"slipway_service\": \"mars\", \"slipway_ci\": \" \"").get("left").toString())
                .contains("no release was in 'prod' of 'mars'");
        assertThat(labelled("prod", "\"slipway_service\": \"web\", \"ci\": \"github-actions\", \"slipway_ci\": \"\"").get("rolledBack").toString())
                .contains(thread.release());
        thread.until(RollbackCompleted.class, 1);
    }

    private static JsonNode labelled(String environment, String labels) {
        return service.post(
                        "alertmanager:alerting",
                        "/alerts",
                        """
                        {"version": "4", "status": "firing", "receiver": "slipway", "alerts": [{"status": "firing",
                         "labels": {"alertname": "DiskFull", "slipway_environment": "%s", %s}, "startsAt": "%s"}]}
                        """
                                .formatted(environment, labels, Instant.now()))
                .body();
    }

    private static void told(String id, String environment, Instant startsAt) {
        told(id, "web", null, environment, startsAt);
    }

    private static void told(
            String id, String of, @Nullable String configurationItem, String environment, Instant startsAt) {
        service.publish(
                Topics.CHANGE,
                new AlertReceived(
                        RunningService.meta(id, 1, id),
                        "ErrorBudgetBurn of " + id,
                        of,
                        environment,
                        "errors burn the budget",
                        startsAt.truncatedTo(ChronoUnit.MILLIS),
                        "alertmanager",
                        id,
                        configurationItem),
                id);
    }

    @Test
    void a_faulty_alert_is_refused_with_every_fault_and_the_good_ones_beside_it_are_not_acted_on() {
        assertThat(service.post("alertmanager:alerting", "/alerts", "{}").reasons())
                .containsExactly("alerts: is missing; this is for Alertmanager's webhook");
        assertThat(service.post("alertmanager:alerting", "/alerts", "{\"alerts\": {}}").reasons())
                .containsExactly("alerts: must be a list, not fields with values");
        Neighbours thread = Neighbours.of(service).schedule("2.1.0").until(ReleaseDeployed.class, 2);
        Answer answer = service.post(
                "alertmanager:alerting",
                "/alerts",
                """
                {"alerts": [{"status": "firing", "labels": {"slipway_service": "web", "slipway_environment": "prod"},
                   "startsAt": "%s", "generatorURL": 7},
                  {"status": "burning", "labels": {"slipway_service": 7}, "annotations": "none", "startsAt": "today"}, "x"]}
                """
                        .formatted(Instant.now()));
        assertThat(answer.status()).isEqualTo(422);
        assertThat(answer.reasons())
                .extracting(reason -> reason.substring(0, reason.indexOf(": ")))
                .containsExactlyInAnyOrder(
                        "alerts[1].status",
                        "alerts[1].labels.slipway_service",
                        "alerts[1].annotations",
                        "alerts[1].startsAt",
                        "alerts[2]");
        assertThat(status(thread)).isEqualTo("RELEASED");
        act(thread, "olu:operators", "rollback", WHY);
        thread.until(RollbackCompleted.class, 1);
    }

    @Test
    void what_somebody_puts_there_outside_of_any_release_is_found_while_nobody_works_there() throws Exception {
        Neighbours thread = Neighbours.of(service).schedule("2.1.0").until(ReleaseDeployed.class, 2);
        DriftWatch watch = service.bean(DriftWatch.class);
        watch.look();
        List<DriftEvent> before = service.facts("drifts", "ENV-web-prod");

        Path current = TheReleases.folder.resolve("prod-2/current");
        Files.delete(current);
        Files.createSymbolicLink(current, Path.of("releases", Packages.hex(old)));
        watch.look();
        watch.look();
        List<DriftEvent> found = service.facts("drifts", "ENV-web-prod");
        assertThat(found).hasSize(before.size() + 1);
        assertThat(found.getLast()).isInstanceOfSatisfying(DriftEvent.EnvironmentDriftDetected.class, drift -> {
            assertThat(drift.releaseId()).isEqualTo(thread.release());
            assertThat(drift.changeIds()).isEqualTo(thread.changes());
            assertThat(drift.observed()).extracting(Shape.Part::digest).contains(old);
        });

        Neighbours next = new Neighbours(service, Set.of(BackupRequested.class))
                .schedule("2.1.0")
                .until(ImplementationRequested.class);
        Files.delete(TheReleases.folder.resolve("dev-1/current"));
        watch.look();
        assertThat(service.<DriftEvent>facts("drifts", "ENV-web-dev"))
                .as("a release works there: whatever is seen is its work")
                .noneMatch(fact -> fact instanceof DriftEvent.EnvironmentDriftDetected drift
                        && drift.releaseId().equals(thread.release()));
        act(next, "olu:operators", "abort", WHY);
    }

    @Test
    void an_environment_whose_drift_cannot_be_decided_keeps_no_other_from_being_looked_at() throws Exception {
        Neighbours thread = Neighbours.of(service).schedule("2.1.0").until(ReleaseDeployed.class, 2);
        DriftWatch watch = service.bean(DriftWatch.class);
        JdbcClient jdbc = service.bean(JdbcClient.class);
        watch.look();
        int before = service.facts("drifts", "ENV-web-prod").size();
        for (String instance : List.of("dev-1", "prod-1")) {
            Path current = TheReleases.folder.resolve(instance).resolve("current");
            Files.delete(current);
            Files.createSymbolicLink(current, Path.of("releases", Packages.hex(old)));
        }
        jdbc.sql(
                        """
                        create function no_drift() returns trigger language plpgsql as $$ begin raise exception 'not in dev'; end $$;
                        create trigger no_drift before insert on journal
                            for each row when (new.aggregate_id = 'ENV-web-dev') execute function no_drift()
                        """)
                .update();
        try {
            watch.look();
        } finally {
            jdbc.sql("drop trigger no_drift on journal; drop function no_drift").update();
        }
        assertThat(service.facts("drifts", "ENV-web-prod")).hasSize(before + 1);
        watch.look();
        assertThat(service.<DriftEvent>facts("drifts", "ENV-web-dev").getLast())
                .as("what failed is told in the next round")
                .isInstanceOfSatisfying(DriftEvent.EnvironmentDriftDetected.class, drift ->
                        assertThat(drift.releaseId()).isEqualTo(thread.release()));
    }
}
