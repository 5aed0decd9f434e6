package slipway.change;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static slipway.change.TheService.PATIENCE;
import static slipway.change.TheService.approve;
import static slipway.change.TheService.askForLeave;
import static slipway.change.TheService.awaitState;
import static slipway.change.TheService.example;
import static slipway.change.TheService.kinds;
import static slipway.change.TheService.service;
import static slipway.change.TheService.show;
import static slipway.change.TheService.submitFor;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import slipway.messaging.RunningService.Answer;
import tools.jackson.databind.JsonNode;

/// Freezes, delegations, templates, policies, drafts and the gate over HTTP.
class GovernanceTest {

    private static final String MANAGER = "rosa:change-managers,policy-owners";
    private static final String DANA = "dana:developers";

    @AfterEach
    void nothing_is_frozen() {
        service().get("/freezes").body().forEach(line -> {
            if (line.get("liftedBy").isNull()) {
                post(MANAGER, "/freezes/" + line.get("freeze").get("id").stringValue() + "/lift", "reason: test is over");
            }
        });
    }

    private static Answer post(String who, String path, String yaml) {
        return service().ask(who, "POST", path, "application/yaml", yaml);
    }

    private static JsonNode good(Answer answer) {
        assertThat(answer.status()).as("%s", answer.body()).isBetween(200, 201);
        return answer.body();
    }

    private static JsonNode gate(String id) {
        return good(service().get("/api/gates/" + id));
    }

    private static String scheduled(String ci) {
        String id = submitFor(ci, 2);
        approve(id, "aki:approvers");
        approve(id, "sam:approvers");
        awaitState(id, "SCHEDULED");
        return id;
    }

    private static String freeze(String ci) {
        return """
                name: Stocktaking
                reason: Nobody counts twice
                scope: {configurationItems: [%s]}
                when: {start: "2020-01-01T00:00", zone: Europe/Paris, duration: P1D, rule: FREQ=DAILY}
                """
                .formatted(ci);
    }

    @Test
    void a_freeze_shows_what_it_will_hold_holds_it_and_lifting_it_releases_just_that() {
        String id = scheduled("ci-1");
        good(post(DANA, "/changes/" + id + "/hold", "reason: waiting for a part"));
        String other = scheduled("ci-3");
        JsonNode preview = good(post(MANAGER, "/freezes/preview", freeze("ci-3")));
        assertThat(preview.get("holds").toString()).isEqualTo("[\"" + other + "\"]");

        assertThat(post(DANA, "/freezes", freeze("ci-3")).status()).isEqualTo(403);
        String freeze = good(post(MANAGER, "/freezes", freeze("ci-3"))).get("id").stringValue();
        await().atMost(PATIENCE).until(() -> !show(other).get("holds").isEmpty());
        assertThat(gate(other).get("verdict").stringValue()).isEqualTo("BLOCKED");
        assertThat(gate(other).get("reason").stringValue()).contains("Stocktaking");
        askForLeave(other, "REL-" + other);
        await().atMost(PATIENCE).until(() -> !show(other).get("refusals").isEmpty());

        good(post(MANAGER, "/freezes/" + freeze + "/lift", "reason: all is counted"));
        await().atMost(PATIENCE).until(() -> show(other).get("holds").isEmpty());
        assertThat(gate(other).get("verdict").stringValue()).isEqualTo("OPEN");
        assertThat(show(id).get("holds").size()).isEqualTo(1);
        good(post(DANA, "/changes/" + id + "/unhold", "reason: the part is here"));
        good(post(DANA, "/changes/" + id + "/cancel", "reason: done"));
        good(post(DANA, "/changes/" + other + "/cancel", "reason: done"));
    }

    @Test
    void the_approvers_of_a_freeze_let_one_change_through() {
        String id = scheduled("ci-1");
        String freeze = good(post(MANAGER, "/freezes", freeze("ci-1"))).get("id").stringValue();
        await().atMost(PATIENCE).until(() -> !show(id).get("holds").isEmpty());
        String pass = "{changeId: " + id + ", reason: needed for counting}";
        assertThat(post("aki:approvers", "/freezes/" + freeze + "/override", pass).status()).isEqualTo(409);
        good(post(MANAGER, "/freezes/" + freeze + "/override", pass));
        await().atMost(PATIENCE).until(() -> show(id).get("holds").isEmpty());
        good(post(DANA, "/changes/" + id + "/cancel", "reason: done"));
    }

    @Test
    void a_calendar_goes_out_and_comes_in_as_icalendar() {
        String id = scheduled("ci-1");
        String out = service().text("/calendar.ics");
        assertThat(out).contains("BEGIN:VCALENDAR", "UID:" + id);
        String in = """
                BEGIN:VCALENDAR
                VERSION:2.0
                PRODID:-//other//EN
                BEGIN:VEVENT
                UID:x
                DTSTAMP:20260101T000000Z
                SUMMARY:Winter sale
                DTSTART;TZID=Europe/Paris:20400107T080000
                DURATION:P14D
                END:VEVENT
                END:VCALENDAR
                """
                .replace("\n", "\r\n");
        Answer taken = service().ask(MANAGER, "POST", "/freezes/ics", "text/calendar", in);
        assertThat(taken.status()).as("%s", taken.body()).isEqualTo(201);
        assertThat(service().text("/calendar.ics")).contains("SUMMARY:Winter sale", "TZID=Europe/Paris");
        Answer bad = service().ask(MANAGER, "POST", "/freezes/ics", "text/calendar", in.replace(";TZID=Europe/Paris", ""));
        assertThat(bad.status()).isEqualTo(422);
        good(post(DANA, "/changes/" + id + "/cancel", "reason: done"));
    }

    @Test
    void free_slots_and_what_is_in_the_way_are_told() {
        String id = scheduled("ci-1");
        String second = submitFor("ci-1", 2);
        JsonNode conflicts = good(service().get("/changes/" + second + "/conflicts"));
        assertThat(conflicts.findValuesAsString("kind")).contains("SAME_ITEM", "IMPLEMENTER");
        JsonNode slots = good(service().get("/changes/" + second + "/slots?count=2"));
        assertThat(slots.size()).isEqualTo(2);
        assertThat(slots.get(0).get("notBefore").stringValue())
                .isGreaterThanOrEqualTo(show(id).get("scheduled").get("notAfter").stringValue());
        assertThat(service().get("/changes/" + second + "/slots?count=0").status()).isEqualTo(400);
        good(post(DANA, "/changes/" + id + "/cancel", "reason: done"));
        good(post(DANA, "/changes/" + second + "/cancel", "reason: done"));
    }

    @Test
    void a_delegate_votes_while_the_delegation_lasts() {
        String id = submitFor("ci-1", 2);
        String vote = "{decision: approve, onBehalfOf: aki}";
        assertThat(post("noa:ecab", "/changes/" + id + "/votes", vote).reasons())
                .containsExactly("aki has not delegated their votes to noa for now");
        Answer given = post(
                "aki:approvers", "/delegations", "{delegate: noa, during: {notBefore: now, notAfter: now+P7D}, reason: holiday}");
        String delegation = good(given).get("id").stringValue();
        good(post("noa:ecab", "/changes/" + id + "/votes", vote));
        assertThat(show(id).get("votes").get(0).get("onBehalfOf").stringValue()).isEqualTo("aki");
        assertThat(service().ask("tim:ecab", "DELETE", "/delegations/" + delegation, "application/yaml", "").status())
                .isEqualTo(409);
        assertThat(service().ask("aki:approvers", "DELETE", "/delegations/" + delegation, "application/yaml", "").status())
                .isEqualTo(204);
        Answer bad = post("aki:approvers", "/delegations", "{delegate: aki, during: {notBefore: now, notAfter: now}}");
        assertThat(bad.reasons())
                .satisfiesExactly(
                        reason -> assertThat(reason).startsWith("delegate: nobody delegates to themselves"),
                        reason -> assertThat(reason).startsWith("during: must end"),
                        reason -> assertThat(reason).startsWith("reason: is missing"));
        good(post(DANA, "/changes/" + id + "/cancel", "reason: done"));
    }

    @Test
    void a_draft_is_written_in_peace_amended_for_the_state_it_was_meant_for_and_submitted() {
        JsonNode draft = good(post(DANA, "/changes/drafts", "title: Only a thought\n"));
        String id = draft.get("id").stringValue();
        assertThat(draft.get("state").stringValue()).isEqualTo("DRAFT");
        assertThat(post(DANA, "/changes/" + id + "/submit", "").reasons()).contains("type: is missing; NORMAL, STANDARD, EMERGENCY or LATENT");
        String whole = example("rfc.yaml").replace("  - inventory-web\n  - inventory-db\n", "  - ci-1\n");
        Answer outdated = service().ask(DANA, "PUT", "/changes/" + id, "application/yaml", whole, Map.of("If-Match", "\"7\""));
        assertThat(outdated.status()).isEqualTo(412);
        Answer saved = service().ask(DANA, "PUT", "/changes/" + id, "application/yaml", whole, Map.of("If-Match", "\"1\""));
        assertThat(good(saved).get("sequence").intValue()).isEqualTo(2);
        assertThat(post("aki:approvers", "/changes/" + id + "/submit", "").status()).isEqualTo(409);
        // A window that began with the draft is over; nobody starts in the past.
        assertThat(post(DANA, "/changes/" + id + "/submit", "").reasons())
                .allMatch(reason -> reason.startsWith("window: starts in the past"));
        String later = whole.replace("notBefore: now", "notBefore: now+PT1H");
        good(service().ask(DANA, "PUT", "/changes/" + id, "application/yaml", later));
        assertThat(good(post(DANA, "/changes/" + id + "/submit", "")).get("state").stringValue())
                .isEqualTo("AWAITING_APPROVAL");
        assertThat(gate(id).get("verdict").stringValue()).isEqualTo("PENDING");
        good(approve(id, "aki:approvers"));
        JsonNode amended = good(service().ask(DANA, "PUT", "/changes/" + id, "application/yaml",
                later.replace("Switch every instance back", "Switch all back")));
        assertThat(amended.get("state").stringValue()).isEqualTo("AWAITING_APPROVAL");
        assertThat(amended.get("mayStillVote").toString()).contains("aki");
        assertThat(kinds(id)).contains("ApprovalSuperseded", "ChangeAmended");
        good(post(DANA, "/changes/" + id + "/cancel", "reason: done"));
        assertThat(gate(id).get("verdict").stringValue()).isEqualTo("DENIED");
    }

    @Test
    void a_request_with_an_idempotency_key_makes_one_change_however_often_it_comes() {
        String yaml = example("rfc.yaml").replace("  - inventory-web\n  - inventory-db\n", "  - ci-1\n");
        Map<String, String> key = Map.of("Idempotency-Key", "pipeline-run-7");
        JsonNode first = good(service().ask(DANA, "POST", "/changes", "application/yaml", yaml, key));
        JsonNode again = good(service().ask(DANA, "POST", "/changes", "application/yaml", yaml, key));
        assertThat(again.get("id")).isEqualTo(first.get("id"));
        Answer other = service().ask(DANA, "POST", "/changes", "application/yaml", yaml.replace("Show", "Hide"), key);
        assertThat(other.status()).isEqualTo(422);
        assertThat(other.reasons()).containsExactly("Idempotency-Key: came before with another request");
        good(post(DANA, "/changes/" + first.get("id").stringValue() + "/cancel", "reason: done"));
    }

    @Test
    void whatever_is_posted_with_a_key_is_done_once_and_answered_as_the_first_time() {
        String id = submitFor("ci-1", 2);
        Map<String, String> key = Map.of("Idempotency-Key", "hold-" + id);
        String path = "/changes/" + id + "/hold";
        JsonNode first = good(service().ask(DANA, "POST", path, "application/yaml", "reason: wait", key));
        good(post(DANA, "/changes/" + id + "/unhold", "reason: go on"));
        JsonNode again = good(service().ask(DANA, "POST", path, "application/yaml", "reason: wait", key));
        assertThat(again).isEqualTo(first);
        assertThat(show(id).get("holds").isEmpty()).as("not held again").isTrue();
        Answer elsewhere =
                service().ask(DANA, "POST", "/changes/" + id + "/cancel", "application/yaml", "reason: wait", key);
        assertThat(elsewhere.status()).isEqualTo(422);
        Map<String, String> wrong = Map.of("Idempotency-Key", "wrong-" + id);
        assertThat(service().ask("olu:auditors", "POST", path, "application/yaml", "reason: x", wrong).status())
                .isEqualTo(409);
        assertThat(service().ask("olu:auditors", "POST", path, "application/yaml", "reason: y", wrong).status())
                .as("a refusal is not kept")
                .isEqualTo(409);
        good(post(DANA, "/changes/" + id + "/cancel", "reason: done"));
    }

    @Test
    void what_was_meant_for_an_earlier_state_is_refused_whatever_is_asked() {
        String id = submitFor("ci-1", 2);
        Map<String, String> read = Map.of("If-Match", "\"" + show(id).get("sequence").longValue() + "\"");
        good(service().ask(DANA, "POST", "/changes/" + id + "/hold", "application/yaml", "reason: wait", read));
        assertThat(service().ask(DANA, "POST", "/changes/" + id + "/cancel", "application/yaml", "reason: no", read)
                        .status())
                .isEqualTo(412);
        String vote = "{decision: approve, planDigest: 'sha256:another'}";
        assertThat(post("aki:approvers", "/changes/" + id + "/votes", vote).reasons())
                .singleElement()
                .asString()
                .startsWith("planDigest: the plan is another one by now");
        good(post(DANA, "/changes/" + id + "/cancel", "reason: done"));
    }

    @Test
    void a_character_that_no_column_takes_is_a_fault_of_the_request() {
        for (String path : List.of("/changes/drafts", "/delegations")) {
            Answer answer = post(DANA, path, "{title: \"a\\0b\", reason: \"a\\0b\"}");
            assertThat(answer.status()).as(path).isBetween(400, 422);
            assertThat(answer.reasons()).as(path).anyMatch(reason -> reason.contains("must not have the character NUL"));
        }
        assertThat(service().get("/changes?ci=%00").status()).isEqualTo(400);
    }

    @Test
    void a_lifted_freeze_lets_the_first_of_two_have_the_calendar_and_tells_the_other() {
        String freeze = good(post(MANAGER, "/freezes", freeze("ci-3"))).get("id").stringValue();
        String first = submitFor("ci-3", 2);
        String second = submitFor("ci-3", 2);
        for (String id : List.of(first, second)) {
            approve(id, "aki:approvers");
            approve(id, "sam:approvers");
            await().atMost(PATIENCE).until(() -> !show(id).get("holds").isEmpty());
        }
        good(post(MANAGER, "/freezes/" + freeze + "/lift", "reason: all is counted"));
        awaitState(first, "SCHEDULED");
        await().atMost(PATIENCE).until(() -> show(second).get("holds").isEmpty());
        assertThat(show(second).get("state").stringValue()).isEqualTo("APPROVED");
        good(post(DANA, "/changes/" + first + "/cancel", "reason: done"));
        awaitState(second, "SCHEDULED");
        good(post(DANA, "/changes/" + second + "/cancel", "reason: done"));
    }

    @Test
    void what_was_told_before_the_approval_is_waited_for_after_it() {
        String first = scheduled("ci-3");
        String second = submitFor("ci-3", 2);
        assertThat(kinds(second)).contains("ConflictDetected");
        approve(second, "aki:approvers");
        approve(second, "sam:approvers");
        awaitState(second, "APPROVED");
        good(post(DANA, "/changes/" + first + "/cancel", "reason: done"));
        awaitState(second, "SCHEDULED");
        good(post(DANA, "/changes/" + second + "/cancel", "reason: done"));
    }

    @Test
    void nobody_lets_their_own_change_through_a_freeze() {
        String id = scheduled("ci-3");
        String freeze = good(post(MANAGER, "/freezes", freeze("ci-3"))).get("id").stringValue();
        String pass = "{changeId: " + id + ", reason: it is mine}";
        assertThat(post("dana:change-managers", "/freezes/" + freeze + "/override", pass).reasons())
                .singleElement()
                .asString()
                .startsWith("separation of duties: dana");
        assertThat(post(MANAGER, "/freezes/" + freeze + "/override", "{changeId: CHG-999999, reason: early}").status())
                .isEqualTo(422);
        good(post(DANA, "/changes/" + id + "/cancel", "reason: done"));
    }

    @Test
    void lists_are_filtered_and_go_on_page_by_page() {
        List<String> ids = List.of(submitFor("ci-1", 2), submitFor("ci-1", 2), submitFor("ci-1", 2)).reversed();
        String filter = "/changes?ci=ci-1&state=awaiting_approval&person=dana&service=inventory-web&limit=2";
        JsonNode page = good(service().get(filter));
        assertThat(page.get("changes").findValuesAsString("id")).isEqualTo(ids.subList(0, 2));
        JsonNode next = good(service().get(filter + "&after=" + page.get("next").stringValue()));
        assertThat(next.get("changes").findValuesAsString("id")).startsWith(ids.get(2));
        assertThat(good(service().get("/changes?ci=ci-1&person=nobody")).get("changes").size()).isZero();
        assertThat(good(service().get("/changes?ci=ci-1&from=2090-01-01T00:00:00Z")).get("changes").size()).isZero();
        Answer bad = service().get("/changes?state=lost&from=soon&limit=0&colour=red");
        assertThat(bad.status()).isEqualTo(400);
        assertThat(bad.reasons()).hasSize(4);
        ids.forEach(id -> good(post(DANA, "/changes/" + id + "/cancel", "reason: done")));
    }

    @Test
    void the_risk_is_explained_and_raised_by_a_person() {
        String id = submitFor("ci-1", 2);
        JsonNode explained = good(service().get("/changes/" + id + "/explanation"));
        assertThat(explained.get("factors").size()).isEqualTo(8);
        assertThat(explained.get("level").stringValue()).isEqualTo("LOW");
        assertThat(explained.get("policy").get("matchedRules").size()).isPositive();
        good(post(MANAGER, "/changes/" + id + "/risk", "{level: moderate, reason: the shop is full}"));
        assertThat(good(service().get("/changes/" + id + "/explanation")).get("floors").toString())
                .contains("rosa raised it to MODERATE: the shop is full");
        assertThat(post(MANAGER, "/changes/" + id + "/risk", "{level: low, reason: x}").reasons())
                .containsExactly("level: the risk is MODERATE and may be raised, never lowered");
        good(post(DANA, "/changes/" + id + "/cancel", "reason: done"));
    }

    @Test
    void a_policy_is_checked_published_and_holds_from_then_on() {
        JsonNode before = good(service().get("/policy"));
        String text = before.get("text").stringValue();
        String broken = text.replace("type == 'STANDARD' || type == 'LATENT'", "type == 'STANDARD'")
                .replace("version: \"1\"", "version: \"2\"");
        assertThat(post(DANA, "/policy/check", broken).status()).isEqualTo(403);
        JsonNode found = good(post(MANAGER, "/policy/check", broken));
        assertThat(found.get("faults").get(0).stringValue()).contains("there is no answer for", "LOW LATENT");
        Answer refused = service().ask(MANAGER, "PUT", "/policy", "application/yaml", broken);
        assertThat(refused.status()).isEqualTo(422);
        assertThat(service().ask(DANA, "PUT", "/policy", "application/yaml", text).reasons())
                .contains("dana is not in the group policy-owners");
        String strict = text.replace("version: \"1\"", "version: \"strict\"").replace("risk in ['MODERATE',", "risk in ['LOW', 'MODERATE',");
        good(service().ask(MANAGER, "PUT", "/policy", "application/yaml", strict));
        String id = submitFor("ci-1", 2);
        assertThat(show(id).get("policy").get("policyVersion").stringValue()).isEqualTo("default/strict");
        assertThat(show(id).get("stages").size()).isEqualTo(2);
        good(service().ask(MANAGER, "PUT", "/policy", "application/yaml", text));
        assertThat(good(service().get("/policy")).get("hash")).isEqualTo(before.get("hash"));
        Answer reused = service().ask(MANAGER, "PUT", "/policy", "application/yaml", text + "# other\n");
        assertThat(reused.reasons()).contains("version: default/1 was published with another text; name a new version");
        good(post(DANA, "/changes/" + id + "/cancel", "reason: done"));
    }

    @Test
    void a_standard_change_needs_nobody_until_its_template_fails_and_then_falls_to_normal() {
        good(post(MANAGER, "/templates", """
                name: restart
                version: 1
                title: Restart
                services: [inventory-web]
                configurationItems: [ci-1, ci-3]
                environments: [dev, qa, staging, prod]
                implementationPlan: |
                  Roll out environment by environment. In prod one instance first (canary), then the others.
                  The schema migration only adds a table.
                rollbackPlan: |
                  Switch every instance back to the version before; restore the database from the release's own backup.
                testPlan: |
                  Unit and contract tests of the package; probes of the canary; validation of every instance.
                maxRisk: MODERATE
                maxSeconds: 86400
                parameters:
                  - {name: count, least: 1, most: 3}
                """));
        String standard = example("rfc.yaml")
                .replace("type: NORMAL", "type: STANDARD\ntemplateRef: restart@1\nparameters: {count: \"2\"}")
                .replaceAll("(testEvidence|doneBefore|dataTouched|businessHours|leadTime): \\d", "$1: 1");
        String failing = good(post(DANA, "/changes", standard.replace("  - inventory-web\n  - inventory-db\n", "  - ci-1\n")))
                .get("id").stringValue();
        String waiting = good(post(DANA, "/changes", standard.replace("  - inventory-web\n  - inventory-db\n", "  - ci-3\n")))
                .get("id").stringValue();
        assertThat(show(failing).get("approval").get("by").stringValue()).isEqualTo("TEMPLATE");
        awaitState(failing, "SCHEDULED");
        awaitState(waiting, "SCHEDULED");
        askForLeave(failing, "REL-" + failing);
        awaitState(failing, "IMPLEMENTING");
        TheService.rollBack(failing, "REL-" + failing);
        awaitState(failing, "REVIEW");
        awaitState(waiting, "AWAITING_APPROVAL");
        assertThat(show(waiting).get("treatedAs").stringValue()).isEqualTo("NORMAL");
        assertThat(good(service().get("/templates")).get(0).get("live").booleanValue()).isFalse();
        good(post(DANA, "/changes/" + waiting + "/cancel", "reason: done"));
    }

    @Test
    void a_vote_without_a_good_token_is_refused_and_told_in_the_story_of_the_change() {
        String id = submitFor("ci-1", 2);
        assertThat(service().askWithout("POST", "/changes/" + id + "/votes", "decision: approve").status()).isEqualTo(401);
        assertThat(service().askWithout("POST", "/changes/" + id + "/votes", "decision: approve").status()).isEqualTo(401);
        assertThat(kinds("ATT-" + id)).hasSize(1);
        assertThat(approve(id, "dana:approvers").status()).isEqualTo(409);
        assertThat(kinds("ATT-" + id)).containsExactly("ApprovalAttemptRefused", "ApprovalAttemptRefused");
        assertThat(kinds(id)).as("nobody from outside moves its sequence").doesNotContain("ApprovalAttemptRefused");
        assertThat(service().get("/changes/ATT-" + id).status()).isEqualTo(404);
        good(post(DANA, "/changes/" + id + "/cancel", "reason: done"));
    }

    @Test
    void an_emergency_breaks_the_glass_and_a_late_one_is_registered() {
        String emergency = example("rfc.yaml")
                .replace("type: NORMAL", "type: EMERGENCY\nincidentRef: INC-7")
                .replace("  - inventory-web\n  - inventory-db\n", "  - ci-1\n");
        String id = good(post(DANA, "/changes", emergency)).get("id").stringValue();
        assertThat(show(id).get("mayStillVote").toString()).isEqualTo("[\"noa\",\"tim\"]");
        JsonNode broken = good(post("noa:ecab,break-glass", "/changes/" + id + "/break-glass", "reason: nobody answers"));
        assertThat(broken.get("ratification").get("ratifiers").toString()).isEqualTo("[\"tim\"]");
        good(post("tim:ecab", "/changes/" + id + "/ratification", "{decision: approve, reason: it was right}"));
        assertThat(show(id).get("ratification").get("resolved").booleanValue()).isTrue();
        good(post(DANA, "/changes/" + id + "/cancel", "reason: done"));

        String late = example("rfc.yaml").replace("type: NORMAL", "type: LATENT").replace("notAfter: now+PT2H", "notAfter: now+PT1S");
        JsonNode registered = good(post(DANA, "/changes", late));
        assertThat(registered.get("state").stringValue()).isEqualTo("REVIEW");
        assertThat(registered.get("ratification").get("resolved").booleanValue()).isFalse();
    }

    @Test
    void the_gate_waits_while_it_is_pending_and_refuses_what_it_does_not_understand() {
        String id = submitFor("ci-1", 2);
        assertThat(good(service().get("/api/gates/" + id + "?wait=1s")).get("reason").stringValue())
                .isEqualTo("approval is missing: peer 1");
        assertThat(service().get("/api/gates/" + id + "?wait=1h").status()).isEqualTo(400);
        assertThat(service().get("/api/gates/CHG-0").status()).isEqualTo(404);
        assertThat(good(service().get("/api/gates/" + id + "?environment=moon")).get("verdict").stringValue())
                .isEqualTo("DENIED");
        good(post(DANA, "/changes/" + id + "/cancel", "reason: done"));
    }

    @Test
    void the_interface_is_described_as_openapi() {
        JsonNode api = service().get("/v3/api-docs").body();
        assertThat(api.get("openapi").stringValue()).startsWith("3.");
        assertThat(api.get("paths").propertyNames())
                .contains("/changes", "/changes/{id}/votes", "/api/gates/{changeId}", "/freezes", "/policy", "/templates");
        assertThat(api.at("/paths/~1changes~1{id}~1votes/post/parameters").findValuesAsString("name"))
                .contains("Idempotency-Key", "If-Match");
    }
}
