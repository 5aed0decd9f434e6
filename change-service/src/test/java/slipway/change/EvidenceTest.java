package slipway.change;

import static org.assertj.core.api.Assertions.assertThat;
import static slipway.change.Sending.ARGOCD_TOKEN;
import static slipway.change.Sending.BOT;
import static slipway.change.Sending.JENKINS_TOKEN;
import static slipway.change.Sending.commit;
import static slipway.change.Sending.example;
import static slipway.change.Sending.github;
import static slipway.change.Sending.merged;
import static slipway.change.Sending.newId;
import static slipway.change.Sending.pullRequest;
import static slipway.change.Sending.send;
import static slipway.change.TheService.good;
import static slipway.change.TheService.service;
import static slipway.change.TheService.show;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import slipway.change.domain.ChangeEvent;
import slipway.messaging.RunningService.Answer;
import tools.jackson.databind.JsonNode;

/// What other systems say about changes that are there, and about where they run.
class EvidenceTest {

    private static String drafted(int pullRequest) {
        return github("pull_request", newId(), pullRequest(pullRequest)).body().at("/results/0").stringValue();
    }

    private static String workflowRun(int pullRequest, String conclusion) {
        return example("github/workflow_run.json")
                .replace("\"number\": 2,", "\"number\": " + pullRequest + ",")
                .replace("ec26c3e57ca3a959ca5aad62de7213c562f8c821", commit(pullRequest))
                .replace("\"conclusion\": \"success\"", "\"conclusion\": \"" + conclusion + "\"");
    }

    private static JsonNode taken(Answer answer) {
        assertThat(answer.body().get("state").stringValue()).as("%s", answer.body()).isEqualTo("TAKEN");
        return answer.body().get("results");
    }

    @Test
    void a_draft_takes_over_what_the_pipeline_knows_and_nothing_that_nobody_asked_it() {
        String change = drafted(3001);
        assertThat(taken(github("workflow_run", newId(), workflowRun(3001, "success"))).toString()).isEqualTo("[\"" + change + "\"]");
        JsonNode draft = show(change);
        assertThat(draft.at("/rfc/evidence/0/kind").stringValue()).isEqualTo("TESTED");
        assertThat(draft.at("/rfc/evidence/0/reference").stringValue()).isEqualTo("https://github.com/Codertocat/Hello-World/actions/runs/1404582023");
        assertThat(draft.at("/rfc/riskAnswers/testEvidence").intValue()).isEqualTo(2);
        assertThat(draft.at("/evidence/0/title").stringValue()).isEqualTo("CI #37: success");
        assertThat(draft.at("/evidence/0/passed").booleanValue()).isTrue();
        assertThat(service().<ChangeEvent>facts("changes", change)).last().isInstanceOfSatisfying(
                ChangeEvent.RFCDrafted.class, filled -> assertThat(filled.writtenBy()).as("no person wrote it").isEmpty());

        taken(github("workflow_run", newId(), workflowRun(3001, "failure").replace("1404582023", "1404582024")));
        assertThat(show(change).at("/evidence")).hasSize(2);
        assertThat(show(change).at("/rfc/evidence")).as("what passed before speaks for nothing any more").isEmpty();
        assertThat(show(change).at("/rfc/riskAnswers/testEvidence").intValue()).isZero();
        taken(github("workflow_run", newId(), workflowRun(3001, "success").replace("1404582023", "1404582025")));
        assertThat(show(change).at("/rfc/evidence/0/reference").stringValue()).endsWith("1404582025");
        assertThat(show(change).at("/rfc/riskAnswers/testEvidence").intValue()).isEqualTo(2);
        assertThat(github("workflow_run", newId(), workflowRun(3002, "success")).reasons())
                .containsExactly("there is no change for https://github.com/Codertocat/Hello-World/pull/3002;"
                        + " one that is about the same later will be shown it");
        assertThat(github("workflow_run", newId(), workflowRun(3001, "cancelled")).reasons())
                .containsExactly("only a workflow run that passed or failed says something");
    }

    @Test
    void whoever_answered_that_it_was_not_tested_is_not_corrected() {
        String change = drafted(3003);
        assertThat(service().ask("dana:developers", "PUT", "/changes/" + change, "application/yaml", "riskAnswers: {testEvidence: 4}", Map.of())
                        .status())
                .isEqualTo(200);
        taken(github("workflow_run", newId(), workflowRun(3003, "success")));
        assertThat(show(change).at("/rfc/riskAnswers/testEvidence").intValue()).isEqualTo(4);
        assertThat(show(change).at("/rfc/evidence")).isEmpty();
        assertThat(show(change).at("/evidence")).hasSize(1);
    }

    @Test
    void builds_operations_and_deployments_are_evidence_for_the_change_that_they_name() {
        String change = drafted(3004);
        taken(send("jenkins", example("jenkins/finalized.json").replace("CHG-0", change), Map.of("X-Slipway-Token", JENKINS_TOKEN)));
        taken(send("argocd", example("argocd/succeeded.json").replace("CHG-0", change), Map.of("X-Slipway-Token", ARGOCD_TOKEN)));
        taken(github("deployment", newId(), example("github/deployment.json").replace("CHG-0", change)));
        assertThat(show(change).get("evidence").valueStream().map(each -> each.get("title").stringValue()))
                .containsExactly(
                        "inventory-web #18: SUCCESS",
                        "inventory-web at c6d86dc654b12425e706bcf951adfe5a8627a517: Succeeded, Healthy",
                        "Deployment of master to production by Codertocat");
        JsonNode shown = show(change).at("/evidence/2");
        assertThat(shown.get("passed").isNull()).as("it was only started").isTrue();
        assertThat(shown.get("digest").stringValue()).matches("sha256:[0-9a-f]{64}");
        assertThat(send("jenkins", example("jenkins/finalized.json").replace("CHG-0", change), Map.of("X-Slipway-Token", JENKINS_TOKEN)).status())
                .as("it says so once")
                .isEqualTo(200);
    }

    @Test
    void a_deployment_names_its_change_in_an_object_or_in_a_text_that_has_one() {
        String change = drafted(3040);
        String payload = "\"payload\": {\"change\": \"CHG-0\"}";
        assertThat(example("github/deployment.json")).contains(payload);
        String text = example("github/deployment.json").replace(payload, "\"payload\": \"{\\\"change\\\": \\\"" + change + "\\\"}\"");
        taken(github("deployment", newId(), text));
        assertThat(show(change).get("evidence")).hasSize(1);
        for (String other : List.of("\"just a text\"", "\"\"", "\"[1]\"", "null")) {
            assertThat(github("deployment", newId(), example("github/deployment.json").replace(payload, "\"payload\": " + other)).reasons())
                    .containsExactly("no rule of github is for it");
        }
    }

    @Test
    void a_link_that_is_none_of_the_web_is_left_out_and_told() {
        String change = drafted(3041);
        Answer build = send("jenkins", example("jenkins/finalized.json").replace("CHG-0", change).replace("/18/", "/3041/")
                .replaceAll("\"full_url\": \"[^\"]*\"", "\"full_url\": \"javascript:alert(3041)\""), Map.of("X-Slipway-Token", JENKINS_TOKEN));
        taken(build);
        assertThat(build.reasons()).containsExactly("reference: 'javascript:alert(3041)' is no http or https link, and was left out");
        assertThat(show(change).at("/evidence/0/reference").isNull()).isTrue();
    }

    @Test
    void nobody_speaks_for_the_change_of_another_service_that_they_name() {
        String change = drafted(3005);
        String billing = example("jenkins/finalized.json").replace("CHG-0", change).replace("/18/", "/3005/").replace("\"name\": \"inventory-web\"", "\"name\": \"billing\"");
        assertThat(send("jenkins", billing, Map.of("X-Slipway-Token", JENKINS_TOKEN)).reasons())
                .containsExactly("service: it is of billing, and the change of inventory-web");
        assertThat(send("jenkins", billing.replace("\"billing\"", "\"payroll\"").replace("/3005/", "/3006/"), Map.of("X-Slipway-Token", JENKINS_TOKEN)).reasons())
                .containsExactly("the job is not under settings.services of jenkins");
        assertThat(send("argocd", example("argocd/succeeded.json").replace("CHG-0", change).replace("\"app\": \"inventory-web\"", "\"app\": \"billing\""),
                        Map.of("X-Slipway-Token", ARGOCD_TOKEN)).reasons())
                .containsExactly("service: it is of billing, and the change of inventory-web");
        assertThat(show(change).get("evidence")).isEmpty();
    }

    @Test
    void what_is_said_of_the_merge_commit_is_evidence_for_its_pull_request_whichever_came_first() {
        String change = drafted(3007);
        String merge = "decade" + "7".repeat(34);
        github("workflow_run", newId(), pushed("master", merge));
        assertThat(taken(github("pull_request", newId(), merged(3007, merge))).toString()).isEqualTo("[\"" + change + "\"]");
        taken(github("workflow_run", newId(), pushed("master", merge).replace("1404582023", "1404582077")));
        assertThat(show(change).get("evidence")).hasSize(2);
        // Told before there is a draft.
        String early = "decade" + "8".repeat(34);
        Answer link = github("pull_request", newId(), merged(3998, early));
        assertThat(link.reasons())
                .containsExactly("there is no change for https://github.com/Codertocat/Hello-World/pull/3998; one that is written for it later will know it");
        String late = drafted(3998);
        assertThat(delivery(link.body().get("id")).at("/results/0").stringValue()).isEqualTo(late);
        assertThat(taken(github("workflow_run", newId(), pushed("master", early))).toString()).isEqualTo("[\"" + late + "\"]");
    }

    @Test
    void a_pull_request_of_another_repository_is_not_ours_of_the_same_number() {
        String change = drafted(3009);
        String upstream = workflowRun(3009, "success").replace("repos/Codertocat/Hello-World/pulls", "repos/upstream/Hello-World/pulls")
                .replace(commit(3009), commit(13009));
        assertThat(github("workflow_run", newId(), upstream).body().get("state").stringValue()).isEqualTo("IGNORED");
        assertThat(show(change).get("evidence")).isEmpty();
    }

    @Test
    void what_is_said_of_a_commit_is_no_evidence_for_the_change_of_another_service() {
        String change = drafted(3011);
        String billing = example("jenkins/finalized.json").replaceAll("\"parameters\": .*,", "").replace("/18/", "/3011/")
                .replace("\"name\": \"inventory-web\"", "\"name\": \"billing\"").replace("c6d86dc654b12425e706bcf951adfe5a8627a517", commit(3011));
        assertThat(send("jenkins", billing, Map.of("X-Slipway-Token", JENKINS_TOKEN)).reasons())
                .containsExactly("service: it is of billing, and the change of inventory-web");
        assertThat(show(change).get("evidence")).isEmpty();
    }

    @Test
    void a_pull_request_that_moved_is_about_its_new_commit_too() {
        String change = drafted(3008);
        taken(github("pull_request", newId(), pullRequest(3008).replace("\"action\": \"opened\"", "\"action\": \"synchronize\"").replace(commit(3008), commit(13008))));
        // Of one from a fork GitHub names no pull request.
        taken(github("workflow_run", newId(), pushed("changes", commit(13008)).replace("\"event\": \"push\"", "\"event\": \"pull_request\"")));
        assertThat(show(change).get("evidence")).hasSize(1);
    }

    @Test
    void evidence_for_what_is_not_there_is_refused_and_can_be_sent_again_by_hand() {
        String build = example("jenkins/finalized.json").replace("CHG-0", "CHG-999999").replace("/18/", "/19/");
        Answer refused = send("jenkins", build, Map.of("X-Slipway-Token", JENKINS_TOKEN));
        assertThat(refused.body().get("state").stringValue()).isEqualTo("REFUSED");
        assertThat(refused.reasons()).containsExactly("there is nothing to show it for: there is no such change");
    }

    @Test
    void an_artifact_that_was_packaged_from_a_change_is_pinned_in_its_draft() {
        String digest = "sha256:" + "b".repeat(64);
        String id = newId();
        Answer merged = cloudEvent("dev.cdevents.change.merged.0.1.2", "change", id, "{\"repository\": {\"id\": \"inventory\", \"source\": \"/forge\"}}");
        String change = taken(merged).get(0).stringValue();
        taken(cloudEvent(
                "dev.cdevents.artifact.packaged.0.1.1", "artifact", "pkg:oci/inventory-web@" + digest.replace(":", "%3A"),
                "{\"change\": {\"id\": \"" + id + "\", \"source\": \"/forge\"}}"));
        assertThat(show(change).at("/rfc/artifacts/0").stringValue()).isEqualTo(digest);
    }

    private static String pushed(String branch, String commit) {
        return example("github/workflow_run.json")
                .replaceAll("\"pull_requests\": \\[.*\\]", "\"pull_requests\": []")
                .replace("\"event\": \"pull_request\"", "\"event\": \"push\"")
                .replace("\"head_branch\": \"changes\"", "\"head_branch\": \"" + branch + "\"")
                .replace("ec26c3e57ca3a959ca5aad62de7213c562f8c821", commit);
    }

    @Test
    void what_vendors_leave_out_or_null_is_no_fault() {
        String change = drafted(3020);
        taken(github("workflow_run", newId(), workflowRun(3020, "success").replaceFirst("\"name\": \"CI\"", "\"name\": null")));
        taken(send("jenkins", example("jenkins/finalized.json").replace("CHG-0", change).replace("/18/", "/3020/")
                .replaceAll("\"full_url\": .*,", "").replaceAll("\"scm\": .*,", ""), Map.of("X-Slipway-Token", JENKINS_TOKEN)));
        taken(send("argocd", example("argocd/succeeded.json").replace("CHG-0", change).replaceAll("\"revision\": \".*\"", "\"revision\": null"),
                Map.of("X-Slipway-Token", ARGOCD_TOKEN)));
        assertThat(send("argocd", example("argocd/succeeded.json").replace("CHG-0", change).replace("Succeeded", "Running")
                        .replaceAll("\"finishedAt\": \".*\"", "\"finishedAt\": null"), Map.of("X-Slipway-Token", ARGOCD_TOKEN)).reasons())
                .containsExactly("only an operation that is through says how it went");
        assertThat(show(change).get("evidence").valueStream().map(each -> each.get("title").stringValue()))
                .containsExactly("Workflow #37: success", "inventory-web #18: SUCCESS", "inventory-web: Succeeded, Healthy");
    }

    private static Answer cloudEvent(String type, String subject, String id, String content) {
        String event = newId();
        return service().ask(BOT, "POST", "/ingest/cloudevents", "application/cloudevents+json", """
                {"specversion": "1.0", "id": "%s", "source": "/forge", "type": "%s", "time": "2026-03-02T10:00:00Z",
                 "datacontenttype": "application/json",
                 "data": {"context": {"version": "0.3.0", "id": "%s", "source": "/forge", "type": "%s", "timestamp": "2026-03-02T10:00:00Z"},
                          "subject": {"id": "%s", "source": "/forge", "type": "%s", "content": %s}}}
                """.formatted(event, type, event, type, id, subject, content), Map.of());
    }

    private static JsonNode delivery(JsonNode id) {
        return good(service().get("/deliveries/" + id.stringValue()));
    }
}
