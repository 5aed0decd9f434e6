package slipway.change;

import static org.assertj.core.api.Assertions.assertThat;
import static slipway.change.TheService.DANA;
import static slipway.change.TheService.MANAGER;
import static slipway.change.TheService.approve;
import static slipway.change.TheService.askForLeave;
import static slipway.change.TheService.awaitState;
import static slipway.change.TheService.example;
import static slipway.change.TheService.good;
import static slipway.change.TheService.kinds;
import static slipway.change.TheService.post;
import static slipway.change.TheService.service;
import static slipway.change.TheService.show;
import static slipway.change.TheService.submitFor;

import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import slipway.messaging.RunningService.Answer;
import tools.jackson.databind.JsonNode;

/// Delegations, templates, policies, emergencies and the gate over HTTP.
class GovernanceTest {

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
                .isEqualTo(403);
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
                restoreDataOnRollback: true
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
    void what_happened_before_it_was_told_says_when() {
        String late = example("rfc.yaml")
                .replace("type: NORMAL", "type: LATENT")
                .replace("  - inventory-web\n  - inventory-db\n", "  - ci-1\n")
                .replaceFirst("notBefore: \\S+", "notBefore: 2025-10-01T10:00:00Z")
                .replaceFirst("notAfter: \\S+", "notAfter: 2025-10-01T12:00:00Z");
        String id = good(post(DANA, "/changes", late)).get("id").stringValue();
        assertThat(happened(id, "RFCSubmitted")).isEqualTo("2025-10-01T10:00:00Z");
        assertThat(happened(id, "ReviewOpened")).as("that was now").startsWith("20").isGreaterThan("2025-10-02");
        for (JsonNode ratifier : show(id).at("/ratification/ratifiers")) {
            // Whoever comes after it was ratified is not needed any more.
            post(ratifier.stringValue() + ":approvers", "/changes/" + id + "/ratification", "{decision: approve, reason: it was right}");
        }
        assertThat(show(id).at("/ratification/resolved").booleanValue()).as("%s", show(id).get("ratification")).isTrue();
        good(post(MANAGER, "/changes/" + id + "/review", "{outcome: SUCCESSFUL, findings: nothing happened}"));
        good(post(MANAGER, "/changes/" + id + "/close", "outcome: SUCCESSFUL"));
        assertThat(show(id).get("state").stringValue()).isEqualTo("CLOSED");
        String outcome = "{outcome: FAILED_NOT_BACKED_OUT, incidentRef: INC-9, reason: orders were lost, happenedAt: '%s'}";
        assertThat(post(MANAGER, "/changes/" + id + "/outcome", outcome.formatted("2999-01-01T00:00:00Z")).reasons())
                .containsExactly("happenedAt: has not come yet");
        assertThat(post(MANAGER, "/changes/" + id + "/outcome", outcome.formatted("2001-01-01T00:00:00Z")).reasons())
                .containsExactly("happenedAt: is before its window, which began at 2025-10-01T10:00:00Z");
        good(post(MANAGER, "/changes/" + id + "/outcome", outcome.formatted("2025-10-01T13:00:00Z")));
        assertThat(happened(id, "ChangeOutcomeReclassified")).isEqualTo("2025-10-01T13:00:00Z");
    }

    private static String happened(String id, String type) {
        return service().bean(JdbcClient.class).sql("select to_char(occurred_at at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"') from journal where aggregate_id = ? and type like ?")
                .params(id, "%." + type)
                .query(String.class)
                .single();
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
}
