package slipway.change;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static slipway.change.TheService.PATIENCE;
import static slipway.change.TheService.approve;
import static slipway.change.TheService.askForLeave;
import static slipway.change.TheService.awaitState;
import static slipway.change.TheService.example;
import static slipway.change.TheService.kinds;
import static slipway.change.TheService.publish;
import static slipway.change.TheService.service;
import static slipway.change.TheService.show;
import static slipway.change.TheService.submit;
import static slipway.change.TheService.submitFor;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.springframework.dao.DataIntegrityViolationException;
import slipway.change.domain.ChangeEvent;
import slipway.events.ChangeType;
import slipway.events.Rfc;
import slipway.events.RiskAnswers;
import slipway.events.RollbackCause;
import slipway.events.Topics;
import slipway.events.Window;
import slipway.events.change.RFCSubmitted;
import slipway.events.release.ReleaseDeployed;
import slipway.events.release.RollbackCompleted;
import slipway.events.release.RollbackTriggered;
import slipway.messaging.RunningService;
import slipway.messaging.RunningService.Answer;
import tools.jackson.databind.JsonNode;

/// The service at work: HTTP and Kafka in, facts out, timers and calendar in between.
class ChangeServiceTest {

    @Test
    void a_change_goes_from_the_request_to_its_review_and_is_closed_by_a_person() {
        Answer submitted = submit(example("rfc.yaml"));
        assertThat(submitted.status()).as("%s", submitted.body()).isEqualTo(201);
        String id = submitted.body().get("id").stringValue();
        assertThat(id).startsWith("CHG-");
        assertThat(submitted.body().get("risk").get("level").stringValue()).isEqualTo("MODERATE");
        assertThat(submitted.body().get("mayStillVote").toString()).isEqualTo("[\"aki\",\"sam\"]");

        assertThat(approve(id, "dana:approvers").status()).isEqualTo(409);
        assertThat(approve(id, "aki:approvers").status()).isEqualTo(200);
        assertThat(approve(id, "sam:approvers").body().get("state").stringValue())
                .as("the calendar may have been reserved before the answer was read")
                .isIn("APPROVED", "SCHEDULED");
        awaitState(id, "SCHEDULED");

        String release = "REL-" + id;
        askForLeave(id, release);
        awaitState(id, "IMPLEMENTING");
        publish(
                new ReleaseDeployed(RunningService.meta(release, 2, id), "dev", "sha256:a", "sha256:a", 1, true, List.of(), null),
                release);
        awaitState(id, "REVIEW");
        Answer closed = service().post(
                "rosa:change-managers",
                "/changes/" + id + "/review",
                "{\"outcome\": \"SUCCESSFUL_WITH_ISSUES\", \"findings\": \"telemetry is missing\"}");
        assertThat(closed.status()).as("%s", closed.body()).isEqualTo(200);
        assertThat(kinds(id))
                // What other tests have in the calendar meanwhile.
                .filteredOn(kind -> !kind.startsWith("Conflict"))
                .containsExactly(
                        "RFCSubmitted",
                        "ImpactAssessed",
                        "RiskAssessed",
                        "PolicyEvaluated",
                        "ApprovalRequested",
                        "ApprovalRequested",
                        "ApprovalVoteCast",
                        "ApprovalVoteCast",
                        "ChangeApproved",
                        "ChangeScheduled",
                        "ImplementationAuthorised",
                        "ImplementationCompleted",
                        "ReviewOpened",
                        "PostImplementationReviewCompleted",
                        "ChangeClosed");
        JsonNode line = service().get("/changes?state=closed")
                .body()
                .get("changes")
                .valueStream()
                .filter(each -> each.get("id").stringValue().equals(id))
                .findFirst()
                .orElseThrow();
        assertThat(line.get("outcome").stringValue()).isEqualTo("SUCCESSFUL_WITH_ISSUES");
        assertThat(line.get("risk").stringValue()).isEqualTo("MODERATE");
        assertThat(line.get("requester").stringValue()).isEqualTo("dana");
    }

    @Test
    void every_fault_of_a_written_request_is_named_at_once_and_nothing_is_stored() {
        int before = service().get("/changes").body().get("changes").size();
        Answer refused = submit(example("rfc-incomplete.yaml"));
        assertThat(refused.status()).isEqualTo(422);
        assertThat(refused.reasons())
                .satisfiesExactlyInAnyOrder(
                        reason -> assertThat(reason).startsWith("titel: there is no such field"),
                        reason -> assertThat(reason).startsWith("title: is missing"),
                        reason -> assertThat(reason).startsWith("version: must be text, not 2.1; put it in quotes"),
                        reason -> assertThat(reason).startsWith("implementer: nobody called 'nobody-we-know'"),
                        reason -> assertThat(reason).contains("no configuration item 'inventory-cache'"),
                        reason -> assertThat(reason).startsWith("environments: is missing"),
                        reason -> assertThat(reason).startsWith("rollbackPlan: is missing"),
                        reason -> assertThat(reason).startsWith("window: starts more than 30 days ago"),
                        reason -> assertThat(reason).startsWith("soakSeconds: must be 0"),
                        reason -> assertThat(reason).startsWith("riskAnswers.testEvidence: must be 1 to 5"),
                        reason -> assertThat(reason).startsWith("riskAnswers.rollbackAutomated: is missing"),
                        reason -> assertThat(reason).startsWith("riskAnswers.recoverableInWindow: is missing"),
                        reason -> assertThat(reason).startsWith("riskAnswers.teamsInvolved: is missing"),
                        reason -> assertThat(reason).startsWith("riskAnswers.dataTouched: is missing"),
                        reason -> assertThat(reason).startsWith("riskAnswers.businessHours: is missing"),
                        reason -> assertThat(reason).startsWith("riskAnswers.leadTime: is missing"));
        assertThat(service().get("/changes").body().get("changes").size()).isEqualTo(before);
    }

    @Test
    void nobody_asks_in_another_s_name() {
        Answer refused = service().ask("aki:approvers", "POST", "/changes", "application/yaml", example("rfc.yaml"));
        assertThat(refused.status()).isEqualTo(422);
        assertThat(refused.reasons()).containsExactly("requester: is dana, but aki is asking");
    }

    @Test
    void what_is_not_readable_is_refused_with_line_and_column() {
        Answer yaml = submit("type: NORMAL\ntitle: [a, b\njustification: x\n");
        assertThat(yaml.status()).isEqualTo(400);
        assertThat(yaml.reasons().getFirst()).matches("line 3, column \\d+: .+");
        Answer json = service().post("dana:developers", "/changes", "{\"type\": \"NORMAL\",\n \"title\": }");
        assertThat(json.status()).isEqualTo(400);
        assertThat(json.reasons().getFirst()).matches("line 2, column \\d+: .+");
        Answer twice = submit("type: NORMAL\ntype: STANDARD\n");
        assertThat(twice.status()).isEqualTo(400);
        assertThat(service().post("dana:developers", "/changes", "").reasons()).containsExactly("the body is empty");
        Answer csv = service().ask("dana:developers", "POST", "/changes", "text/csv", "a,b");
        assertThat(csv.status()).isEqualTo(415);
        assertThat(csv.reasons()).allMatch(reason -> reason.startsWith("Content-Type 'text/csv"));
        assertThat(submit("- a\n- b\n").reasons().getFirst()).contains("not a list");
        assertThat(service().get("/changes/CHG-0").status()).isEqualTo(404);
        assertThat(service().get("/changes?state=lost").status()).isEqualTo(400);
    }

    @Test
    void of_two_changes_of_the_same_item_one_waits_until_the_other_is_gone() {
        List<String> ids = Stream.of(submitFor("ci-2", 2), submitFor("ci-2", 2)).toList();
        ids.parallelStream().forEach(id -> {
            approve(id, "aki:approvers");
            approve(id, "sam:approvers");
        });
        await().atMost(PATIENCE)
                .until(() -> ids.stream()
                        .map(id -> show(id).get("state").stringValue())
                        .sorted()
                        .toList()
                        .equals(List.of("APPROVED", "SCHEDULED")));
        String holder = ids.stream()
                .filter(id -> show(id).get("state").stringValue().equals("SCHEDULED"))
                .findFirst()
                .orElseThrow();
        String waiting = ids.stream().filter(id -> !id.equals(holder)).findFirst().orElseThrow();
        await().atMost(PATIENCE).until(() -> show(waiting).get("conflicts").valueStream()
                .anyMatch(conflict -> conflict.get("kind").stringValue().equals("SAME_ITEM")
                        && conflict.get("with").stringValue().equals(holder)));

        service().post("dana:developers", "/changes/" + holder + "/cancel", "{\"reason\": \"not needed\"}");
        awaitState(waiting, "SCHEDULED");
    }

    @Test
    void the_database_lets_only_one_of_two_reservations_of_the_same_time_win() {
        Reservations calendar = service().bean(Reservations.class);
        slipway.change.calendar.Window night =
                new slipway.change.calendar.Window(Instant.EPOCH, Instant.EPOCH.plusSeconds(60));
        slipway.change.calendar.Window after =
                new slipway.change.calendar.Window(night.notAfter(), night.notAfter().plusSeconds(60));
        calendar.project(scheduled("attic", night), RunningService.meta("CHG-A", 1, "CHG-A"));
        calendar.project(scheduled("attic", after), RunningService.meta("CHG-B", 1, "CHG-B"));
        assertThatThrownBy(() ->
                        calendar.project(scheduled("attic", night), RunningService.meta("CHG-C", 1, "CHG-C")))
                .isInstanceOf(DataIntegrityViolationException.class);
        assertThat(calendar.others("CHG-C", night))
                .extracting(Reservations.Booking::changeId)
                .contains("CHG-A");
        assertThat(calendar.others("CHG-A", night))
                .extracting(Reservations.Booking::changeId)
                .doesNotContain("CHG-A");
    }

    private static ChangeEvent.ChangeScheduled scheduled(String ci, slipway.change.calendar.Window window) {
        return new ChangeEvent.ChangeScheduled(
                window, "RSV", "p", "s", "1", null, List.of("dev"), List.of(ci), false, "dana", "dana", List.of(), 0,
                "a title", List.of(), List.of("dana"));
    }

    @Test
    void a_release_that_was_taken_back_is_reviewed_and_makes_the_next_change_riskier() {
        String id = submitFor("ci-4", 2);
        approve(id, "aki:approvers");
        approve(id, "sam:approvers");
        awaitState(id, "SCHEDULED");
        String release = "REL-" + id;
        askForLeave(id, release);
        publish(
                new RollbackTriggered(
                        RunningService.meta(release, 2, id),
                        "dev",
                        List.of("dev"),
                        RollbackCause.CANARY_FAILED,
                        "3 of 5 probes failed",
                        "sha256:b",
                        true,
                        "BKP-1",
                        "sha256:c",
                        null,
                        List.of(id),
                        List.of(),
                        List.of()),
                release);
        awaitState(id, "ROLLING_BACK");
        publish(
                new RollbackCompleted(RunningService.meta(release, 3, id), "sha256:b", "sha256:b", true, 1500L, List.of(id)),
                release);
        awaitState(id, "REVIEW");
        assertThat(show(id).get("rolledBackBecause").stringValue())
                .isEqualTo("CANARY_FAILED in dev: 3 of 5 probes failed");
        assertThat(show(id).get("review").get("cause").stringValue())
                .isEqualTo("rolled back to sha256:b; data restored, writes of 1500 ms lost");

        String again = example("rfc.yaml").replace("  - inventory-web\n  - inventory-db\n", "  - ci-4\n");
        assertThat(submit(again).reasons().getFirst()).contains("the risk is HIGH", "board asks for 3");
    }

    @Test
    void a_request_that_nobody_answers_in_time_expires() {
        String yaml = example("rfc.yaml").replace("now+PT2H", "now+PT2S");
        String id = submit(yaml).body().get("id").stringValue();
        awaitState(id, "EXPIRED");
    }

    @Test
    void a_request_from_another_system_becomes_a_change_and_a_bad_one_a_refusal() {
        Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
        String title = "from outside " + now;
        RFCSubmitted good = outside(title, "ci-3", now.plusSeconds(600));
        service().publish(Topics.CHANGE_REQUESTS, good, "x");
        service().publish(Topics.CHANGE_REQUESTS, good, "x");
        service().publish(Topics.CHANGE_REQUESTS, outside(title, "nowhere", now.minusSeconds(600)), "y");

        JsonNode line = await().atMost(PATIENCE).until(() -> lines(title), found -> found.size() == 1).getFirst();
        String id = line.get("id").stringValue();
        assertThat(line.get("state").stringValue()).isEqualTo("AWAITING_APPROVAL");
        assertThat(show(id).get("rfc").get("requester").stringValue()).isEqualTo("dana");
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(refusal(id).reasons())
                .satisfiesExactly(
                        reason -> assertThat(reason).contains("'nowhere'"),
                        reason -> assertThat(reason).contains("in the past")));
        assertThat(refusal(id).source()).isEqualTo("actor:jira");
        assertThat(lines(title)).hasSize(1);
    }

    @Test
    void a_request_whose_headers_name_another_one_than_its_record_is_refused_with_both_and_one_whose_agree_is_taken() {
        String before = submitFor("ci-1", 2);
        Instant end = Instant.now().truncatedTo(ChronoUnit.MILLIS).plusSeconds(600);
        String title = "of two minds " + end;
        RFCSubmitted request = outside(title, "ci-1", end);
        request.put(request.getSchema().getField("source").pos(), "/jira");
        request.put(request.getSchema().getField("sourceId").pos(), "SHOP-118 " + end);
        service().publish(
                Topics.CHANGE_REQUESTS, request, "x", Map.of("ce_source", "/other", "ce_id", "SHOP-119 " + end));
        service().publish(
                Topics.CHANGE_REQUESTS, request, "x", Map.of("ce_source", "/jira", "ce_id", "SHOP-118 " + end));

        JsonNode line = await().atMost(PATIENCE).until(() -> lines(title), found -> found.size() == 1).getFirst();
        assertThat(line.get("state").stringValue()).isEqualTo("AWAITING_APPROVAL");
        ChangeEvent.RFCRefused refusal = refusal(before);
        assertThat(refusal.reasons())
                .containsExactly(
                        "ce_source: the header says '/other', and source of the record '/jira'",
                        "ce_id: the header says 'SHOP-119 " + end + "', and sourceId of the record 'SHOP-118 " + end + "'");
        assertThat(refusal.source()).as("answered to whoever the record names").isEqualTo("/jira");
        service().post("dana:developers", "/changes/" + before + "/cancel", "{\"reason\": \"done\"}");
        service().post("dana:developers", "/changes/" + line.get("id").stringValue() + "/cancel", "{\"reason\": \"done\"}");
    }

    /// The refusal has the id after the one of the accepted request, unless other tests were faster.
    private static ChangeEvent.RFCRefused refusal(String afterId) {
        int number = Integer.parseInt(afterId.substring("CHG-".length()));
        return Stream.iterate(number, each -> each < number + 50, each -> each + 1)
                .flatMap(each -> service().<ChangeEvent>facts("changes", "CHG-" + each).stream())
                .filter(ChangeEvent.RFCRefused.class::isInstance)
                .map(ChangeEvent.RFCRefused.class::cast)
                .findFirst()
                .orElseThrow(() -> new AssertionError("no refusal yet"));
    }

    private static List<JsonNode> lines(String title) {
        return service().get("/changes")
                .body()
                .get("changes")
                .valueStream()
                .filter(each -> each.get("title").stringValue().equals(title))
                .toList();
    }

    static RFCSubmitted outside(String title, String ci, Instant end) {
        Rfc rfc = new Rfc(
                ChangeType.NORMAL,
                title,
                "why",
                "dana",
                "dana",
                "inventory-web",
                "2.1.0",
                null,
                List.of(ci),
                List.of("dev"),
                "how",
                "back",
                "test",
                null,
                false,
                false,
                false,
                new Window(end.minusSeconds(300), end),
                0L,
                new RiskAnswers(1, 1, 1, 1, 1, 1, 1, 1),
                null,
                null,
                List.of(),
                0L,
                null,
                List.of(),
                List.of(),
                List.of(),
                Map.of(),
                List.of(),
                List.of());
        return new RFCSubmitted(RunningService.meta("JIRA-1", 0, "JIRA-1"), rfc, null, null, null, List.of());
    }
}
