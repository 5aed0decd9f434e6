package slipway.change;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static slipway.change.TheService.DANA;
import static slipway.change.TheService.MANAGER;
import static slipway.change.TheService.PATIENCE;
import static slipway.change.TheService.awaitState;
import static slipway.change.TheService.example;
import static slipway.change.TheService.good;
import static slipway.change.TheService.kinds;
import static slipway.change.TheService.post;
import static slipway.change.TheService.scheduled;
import static slipway.change.TheService.service;
import static slipway.change.TheService.show;
import static slipway.change.TheService.submitFor;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import slipway.change.domain.ChangeEvent;
import slipway.messaging.RunningService.Answer;

/// What is refused over HTTP, in which words and with which number: 422 what is written wrongly, 403 what is for others, 409 what
/// is asked at the wrong time.
class RefusalsTest {

    private static final String OPERATOR = "olu:operators";

    private static String rfcOf(String ci) {
        return example("rfc.yaml").replace("  - inventory-web\n  - inventory-db\n", "  - " + ci + "\n");
    }

    private static Answer put(String who, String path, String yaml) {
        return service().ask(who, "PUT", path, "application/yaml", yaml);
    }

    private static void over(String id) {
        good(post(DANA, "/changes/" + id + "/cancel", "reason: done"));
    }

    @Test
    void an_amendment_with_faults_is_refused_like_a_request_with_faults() {
        String id = submitFor("ci-1", 2);
        String faulty = rfcOf("nowhere").replace("soakSeconds: 5", "soakSeconds: -1");
        Answer submitted = post(DANA, "/changes", faulty);
        Answer amended = put(DANA, "/changes/" + id, faulty);
        assertThat(submitted.status()).isEqualTo(422);
        assertThat(amended.status()).isEqualTo(422);
        assertThat(amended.reasons()).containsAll(submitted.reasons());
        over(id);
    }

    @Test
    void what_a_form_lacks_is_a_fault_of_the_form_and_no_matter_of_the_state() {
        String id = submitFor("ci-1", 2);
        for (String path : List.of("hold", "unhold", "cancel")) {
            Answer answer = post(DANA, "/changes/" + id + "/" + path, "{}");
            assertThat(answer.status()).as(path).isEqualTo(422);
            assertThat(answer.reasons()).as(path).containsExactly("reason: is missing");
        }
        assertThat(post("noa:ecab,break-glass", "/changes/" + id + "/break-glass", "reason: ' '").status()).isEqualTo(422);
        assertThat(post("aki:approvers", "/changes/" + id + "/hold", "reason: \"a\\u001bb\"").reasons())
                .containsExactly("reason: has the character U+001B, which nobody sees; leave it out");
        over(id);
    }

    @Test
    void a_malformed_vote_is_no_attempt_to_approve() {
        String id = submitFor("ci-1", 2);
        for (String vote : List.of("{}", "decision: perhaps", "decision: reject", "{decision: approve, stag: peer}")) {
            assertThat(post("aki:approvers", "/changes/" + id + "/votes", vote).status()).as(vote).isEqualTo(422);
        }
        assertThat(service().<ChangeEvent>facts("changes", "ATT-" + id)).isEmpty();
        assertThat(post(DANA, "/changes/" + id + "/votes", "decision: approve").status()).isEqualTo(409);
        assertThat(kinds("ATT-" + id)).containsExactly("ApprovalAttemptRefused");
        over(id);
    }

    @Test
    void whoever_is_not_in_the_group_is_told_that_it_is_not_for_them() {
        String id = submitFor("ci-1", 2);
        assertThat(post("aki:approvers", "/changes/" + id + "/break-glass", "reason: night").status()).isEqualTo(403);
        assertThat(service().<ChangeEvent.ApprovalAttemptRefused>facts("changes", "ATT-" + id))
                .singleElement()
                .satisfies(attempt -> assertThat(attempt.authenticated()).isTrue())
                .satisfies(attempt -> assertThat(attempt.who()).isEqualTo("aki"));
        String freeze = good(post(MANAGER, "/freezes", """
                        name: far away
                        reason: a test
                        scope: {services: [nothing]}
                        when: {start: "2040-01-07T08:00", zone: Europe/Paris, duration: P1D}
                        """))
                .get("id").stringValue();
        assertThat(post("aki:approvers", "/freezes/" + freeze + "/override", "{changeId: " + id + ", reason: x}").status())
                .isEqualTo(403);
        assertThat(post(MANAGER, "/freezes/" + freeze + "/override", "{changeId: " + id + "}").status()).isEqualTo(422);
        good(post(MANAGER, "/freezes/" + freeze + "/override", "{changeId: " + id + ", reason: x}"));
        String delegation = good(post(
                        "aki:approvers",
                        "/delegations",
                        "{delegate: noa, during: {notBefore: now, notAfter: now+P1D}, reason: holiday}"))
                .get("id").stringValue();
        assertThat(service().ask("tim:ecab", "DELETE", "/delegations/" + delegation, "application/yaml", "").status())
                .isEqualTo(403);
        service().ask("aki:approvers", "DELETE", "/delegations/" + delegation, "application/yaml", "");
        over(id);
    }

    @Test
    void a_draft_is_submitted_in_the_state_that_was_read() {
        String id = good(post(DANA, "/changes/drafts", rfcOf("ci-1").replace("notBefore: now", "notBefore: now+PT1H")))
                .get("id").stringValue();
        Answer outdated = service()
                .ask(DANA, "POST", "/changes/" + id + "/submit", "application/yaml", "", Map.of("If-Match", "\"7\""));
        assertThat(outdated.status()).isEqualTo(412);
        // The names of headers are the same in any case: these are two of one name.
        Map<String, String> both = Map.of("If-Match", "\"1\"", "if-match", "\"7\"");
        assertThat(service()
                        .ask(DANA, "POST", "/changes/" + id + "/submit", "application/yaml", "", both)
                        .status())
                .isEqualTo(400);
        assertThat(show(id).get("state").stringValue()).isEqualTo("DRAFT");
        good(service().ask(DANA, "POST", "/changes/" + id + "/submit", "application/yaml", "", Map.of("If-Match", "\"1\"")));
        over(id);
    }

    @Test
    void half_an_inventory_is_no_inventory_and_what_changes_need_stays() {
        assertThat(put(OPERATOR, "/inventory", "{}").reasons())
                .containsExactly(
                        "people: is missing; an empty list is written as []",
                        "configurationItems: is missing; an empty list is written as []");
        String id = scheduled("ci-1");
        Answer item = service().ask(OPERATOR, "DELETE", "/inventory/items/ci-1", "application/yaml", "");
        assertThat(item.status()).isEqualTo(422);
        assertThat(item.reasons()).anyMatch(reason ->
                reason.startsWith("configurationItems: 'ci-1' is needed by") && reason.contains(id));
        Answer person = service().ask(OPERATOR, "DELETE", "/inventory/people/dana", "application/yaml", "");
        assertThat(person.status()).isEqualTo(422);
        assertThat(person.reasons()).anyMatch(reason -> reason.startsWith("people: 'dana' is needed by"));
        Answer everything = put(OPERATOR, "/inventory", "{people: [], configurationItems: []}");
        assertThat(everything.status()).isEqualTo(422);
        assertThat(everything.reasons()).anyMatch(reason -> reason.contains(id));
        over(id);
    }

    @Test
    void rights_end_with_the_group_and_whoever_waits_for_nobody_is_told() {
        String id = submitFor("ci-1", 2);
        good(put(OPERATOR, "/inventory/people/aki", "{name: Aki, email: aki@example.org, groups: [developers]}"));
        try {
            assertThat(post("aki:approvers", "/changes/" + id + "/votes", "decision: approve").reasons())
                    .containsExactly("aki was asked, but is no longer in a group that may vote on this");
            good(put(OPERATOR, "/inventory/people/sam", "{name: Sam, email: sam@example.org, groups: [web-owners]}"));
            awaitState(id, "AWAITING_APPROVAL");
            await().atMost(PATIENCE).until(() -> kinds(id).contains("ApprovalEscalated"));
            assertThat(show(id).get("mayStillVote").toString()).contains("rosa");
        } finally {
            good(put(OPERATOR, "/inventory/people/aki", "{name: Aki, email: aki@example.org, groups: [developers, approvers]}"));
            good(put(OPERATOR, "/inventory/people/sam", "{name: Sam, email: sam@example.org, groups: [web-owners, approvers]}"));
        }
        over(id);
    }

    @Test
    void whoever_acts_in_another_s_name_is_in_the_fact_and_votes_on_no_change_of_their_own() {
        String id = submitFor("ci-1", 2);
        assertThat(post("aki/dana:approvers", "/changes/" + id + "/votes", "decision: approve").reasons())
                .singleElement()
                .asString()
                .contains("dana is the requester and never votes on this change, nor in the name of aki");
        good(post("aki/a-bot:approvers", "/changes/" + id + "/votes", "decision: approve"));
        assertThat(service().<ChangeEvent>facts("changes", id))
                .anySatisfy(fact -> assertThat(fact)
                        .isInstanceOfSatisfying(
                                ChangeEvent.ApprovalVoteCast.class,
                                vote -> assertThat(vote.through()).containsExactly("a-bot")));
        over(id);
    }
}
