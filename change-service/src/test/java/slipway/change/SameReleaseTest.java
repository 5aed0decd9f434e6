package slipway.change;

import static org.assertj.core.api.Assertions.assertThat;
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
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import slipway.change.domain.ChangeEvent;
import slipway.messaging.RunningService.Answer;
import tools.jackson.databind.JsonNode;

/// What speaks of the same commit, tag or artifact finds each other, whoever says so and whichever comes first.
class SameReleaseTest {

    @Test
    void what_was_merged_packaged_and_published_is_one_draft_whichever_is_told_first() {
        for (boolean mergedFirst : List.of(true, false)) {
            String digest = "sha256:" + (mergedFirst ? "5" : "6").repeat(64);
            String id = newId();
            String purl = "pkg:oci/inventory-web@" + digest.replace(":", "%3A");
            Supplier<String> merged = () -> taken(cloudEvent(
                    "dev.cdevents.change.merged.0.1.2", "change", id, "{\"repository\": {\"id\": \"inventory\", \"source\": \"/forge\"}}"))
                    .get(0).stringValue();
            Supplier<String> published = () -> taken(cloudEvent("dev.cdevents.artifact.published.0.1.1", "artifact", purl, "{}")).get(0).stringValue();
            cloudEvent("dev.cdevents.artifact.packaged.0.1.1", "artifact", purl, "{\"change\": {\"id\": \"" + id + "\", \"source\": \"/forge\"}}");
            String first = mergedFirst ? merged.get() : published.get();
            assertThat(mergedFirst ? published.get() : merged.get()).isEqualTo(first);
            assertThat(show(first).at("/rfc/artifacts")).singleElement().satisfies(pinned -> assertThat(pinned.stringValue()).isEqualTo(digest));
            assertThat(show(first).get("evidence").findValuesAsString("kind")).containsExactlyInAnyOrder("BUILT", "ANNOUNCED");
        }
    }

    @Test
    void a_release_of_the_very_commit_of_a_pull_request_is_its_draft_until_that_is_submitted() {
        String change = drafted(3030);
        String merge = "decade" + "9".repeat(34);
        taken(github("pull_request", newId(), merged(3030, merge)));
        assertThat(released("v3.3.0", merge)).isEqualTo(change);
        assertThat(show(change).at("/rfc/version").stringValue()).isEqualTo("3.3.0");
        assertThat(service().<ChangeEvent>facts("changes", change))
                .as("whoever published what will be deployed has a hand in it")
                .last()
                .isInstanceOfSatisfying(ChangeEvent.RFCDrafted.class, drafted -> assertThat(drafted.writtenBy()).contains("dana"));
        assertThat(released("v3.3.1", "decade" + "0".repeat(34))).as("of another commit").isNotEqualTo(change);
    }

    @Test
    void a_release_takes_over_what_is_known_of_its_commit_whoever_said_so_and_whichever_came_first() {
        String commit = "c0ffee" + "1".repeat(34);
        Answer early = github("workflow_run", newId(), pushed("master", commit));
        assertThat(early.body().get("state").stringValue()).isEqualTo("IGNORED");
        assertThat(early.reasons().getFirst()).contains("there is no change for commit " + commit, "later will be shown it");
        taken(send("jenkins", example("jenkins/finalized.json").replace("CHG-0", drafted(3010)).replace("/18/", "/3010/")
                .replace("c6d86dc654b12425e706bcf951adfe5a8627a517", commit), Map.of("X-Slipway-Token", JENKINS_TOKEN)));

        String release = released("v3.0.1", commit);
        JsonNode draft = show(release);
        assertThat(draft.get("evidence").valueStream().map(each -> each.get("title").stringValue()))
                .containsExactly("CI #37: success", "inventory-web #18: SUCCESS");
        assertThat(draft.at("/rfc/riskAnswers/testEvidence").intValue()).isEqualTo(2);
        assertThat(draft.at("/rfc/evidence")).hasSize(2);
        assertThat(delivery(early.body().get("id")).at("/results/0").stringValue()).isEqualTo(release);

        taken(github("workflow_run", newId(), pushed("master", commit).replace("1404582023", "1404582099").replace("\"success\"", "\"failure\"")));
        assertThat(show(release).get("evidence")).as("what is said afterwards, too").hasSize(3);
        assertThat(show(released("v3.0.2", "master")).get("evidence")).as("another release").isEmpty();
    }

    @Test
    void a_release_of_a_branch_takes_over_the_run_of_its_tag_and_of_nothing_else_called_so() {
        String commit = "c0ffee" + "2".repeat(34);
        github("workflow_run", newId(), pushed("v3.1.0", commit));
        github("workflow_run", newId(), pushed("v3.1.0", commit).replace("\"event\": \"push\"", "\"event\": \"pull_request\"").replace("1404582023", "1404582100"));
        assertThat(show(released("v3.1.0", "master")).get("evidence")).hasSize(1);
    }

    @Test
    void a_release_of_gitlab_takes_over_its_pipelines() {
        String commit = "c0ffee" + "3".repeat(34);
        String pipeline = example("gitlab/pipeline.json").replace("bcbb5ec396a2c0f828686f14fac9b80b780504f2", commit);
        gitlab("Pipeline Hook", pipeline.replace("\"success\"", "\"running\""));
        gitlab("Pipeline Hook", pipeline);
        JsonNode draft = show(taken(gitlab("Release Hook", example("gitlab/release.json")
                        .replace("v1.1", "v1.9").replace("ee0a3fb31ac16e11b9dbb596ad16d4af654d08f8", commit)))
                .get(0).stringValue());
        assertThat(draft.at("/evidence/0/title").stringValue()).isEqualTo("Pipeline #31: success");
        assertThat(draft.at("/evidence/0/reference").stringValue()).isEqualTo("http://example.com/gitlab-org/gitlab-test/-/pipelines/31");
        assertThat(draft.get("evidence")).hasSize(1);
        assertThat(draft.at("/rfc/riskAnswers/testEvidence").intValue()).isEqualTo(2);
    }

    @Test
    void a_published_artifact_takes_over_what_is_known_of_its_digest_and_no_other_does() {
        String digest = "sha256:" + "d".repeat(64);
        String purl = "pkg:oci/inventory-web@" + digest.replace(":", "%3A");
        cloudEvent("dev.cdevents.artifact.packaged.0.1.1", "artifact", purl, "{\"change\": {\"id\": \"of-nobody\", \"source\": \"/forge\"}}");
        String draft = taken(cloudEvent("dev.cdevents.artifact.published.0.1.1", "artifact", purl + "?repository_url=x", "{}")).get(0).stringValue();
        assertThat(show(draft).at("/evidence/0/kind").stringValue()).isEqualTo("BUILT");
        String other = taken(cloudEvent("dev.cdevents.artifact.published.0.1.1", "artifact", "pkg:oci/inventory-web@7.7.7", "{}")).get(0).stringValue();
        assertThat(show(other).get("evidence")).isEmpty();
    }

    private static String drafted(int pullRequest) {
        return github("pull_request", newId(), pullRequest(pullRequest)).body().at("/results/0").stringValue();
    }

    private static JsonNode taken(Answer answer) {
        assertThat(answer.body().get("state").stringValue()).as("%s", answer.body()).isEqualTo("TAKEN");
        return answer.body().get("results");
    }

    private static String released(String tag, String commitish) {
        return taken(github("release", newId(), example("github/release.json")
                        .replace("v2.1.0", tag)
                        .replace("\"target_commitish\": \"master\"", "\"target_commitish\": \"" + commitish + "\"")))
                .get(0).stringValue();
    }

    private static String pushed(String branch, String commit) {
        return example("github/workflow_run.json")
                .replaceAll("\"pull_requests\": \\[.*\\]", "\"pull_requests\": []")
                .replace("\"event\": \"pull_request\"", "\"event\": \"push\"")
                .replace("\"head_branch\": \"changes\"", "\"head_branch\": \"" + branch + "\"")
                .replace("ec26c3e57ca3a959ca5aad62de7213c562f8c821", commit);
    }

    private static Answer gitlab(String event, String body) {
        return send("gitlab", body, Map.of(
                "Content-Type", "application/json", "X-Gitlab-Token", Sending.GITLAB_TOKEN, "X-Gitlab-Event", event, "X-Gitlab-Event-UUID", newId()));
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
