package slipway.change;

import static org.assertj.core.api.Assertions.assertThat;
import static slipway.change.TheService.DANA;
import static slipway.change.TheService.MANAGER;
import static slipway.change.TheService.example;
import static slipway.change.TheService.good;
import static slipway.change.TheService.kinds;
import static slipway.change.TheService.post;
import static slipway.change.TheService.service;
import static slipway.change.TheService.show;
import static slipway.change.TheService.submit;
import static slipway.change.TheService.submitFor;

import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/// The page that people vote on.
class ApprovalControllerTest {

    private static void over(String id) {
        good(post(DANA, "/changes/" + id + "/cancel", "reason: done"));
    }

    @Test
    void whoever_looks_decides_nothing_and_whoever_presses_the_button_votes_once() {
        // Two have to approve it: the first approval is not the end.
        String id = submitFor("ci-3", 2);
        List<String> before = kinds(id);
        Browser aki = Browser.of("aki", id, "approvers");
        for (String method : List.of("GET", "HEAD", "OPTIONS")) {
            for (String address : List.of("/approve/" + id, "/approve/" + id + "?decision=approve&reason=x&plan=&shown=0")) {
                aki.send(HttpRequest.newBuilder(aki.uri(address)).method(method, HttpRequest.BodyPublishers.noBody()));
                new Browser().send(HttpRequest.newBuilder(aki.uri(address)).method(method, HttpRequest.BodyPublishers.noBody()));
            }
        }
        assertThat(kinds(id)).isEqualTo(before);

        Map<String, String> form = Browser.form(aki.open("/approve/" + id).body());
        String page = aki.sendForm(id, form, "approve", "looks\r\ngood");
        assertThat(page).contains("Your approval counts.", "looks\ngood");
        assertThat(show(id).get("votes").get(0).get("reason").stringValue()).isEqualTo("looks\ngood");
        aki.open("/approve/" + id);
        assertThat(aki.sendForm(id, form, "approve", "looks\ngood")).contains("Your approval counts.");
        assertThat(kinds(id)).as("as over the API: the same vote again is none").filteredOn("ApprovalVoteCast"::equals).hasSize(1);
        over(id);
    }

    @Test
    void the_page_has_what_an_approver_has_to_know() {
        String id = submitFor("ci-1", 2);
        HttpResponse<String> page = Browser.of("sam", id).open("/approve/" + id);
        assertThat(page.body())
                .contains("<h1>Show the stock of every shop</h1>", id + " · awaiting approval")
                .contains("inventory-web 2.1.0", "dev, qa, staging, prod", "ci-1", "Customers drive to shops that have sold out")
                .contains("A rollback restores data from the release&#39;s own backup")
                .contains("impact 1 × likelihood", "The schema migration only adds a table.", "Switch every instance back")
                .contains("peer: 1 of 1 missing", "Not yet heard: aki, sam")
                .contains("<a href=\"https://git.example.org/inventory-web/pulls/118\"")
                .contains("value=\"approve\"", "value=\"reject\"")
                .contains(show(id).get("planDigest").stringValue());
        assertThat(page.headers().firstValue("Content-Security-Policy").orElseThrow())
                .contains("default-src 'none'", "frame-ancestors 'none'", "form-action 'self'", "base-uri 'none'")
                .doesNotContain("unsafe");
        assertThat(page.headers().firstValue("Cache-Control").orElseThrow()).contains("no-store");
        assertThat(page.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
        assertThat(page.body()).as("nothing runs and nothing is loaded").doesNotContain("<script", "<img", "<link", "src=", "@import", "url(");
        over(id);
    }

    @Test
    void who_may_not_vote_is_told_why_and_leaves_a_trace_when_they_try() {
        String id = submitFor("ci-1", 2);
        Browser dana = Browser.of("dana", id, "approvers");
        String page = dana.open("/approve/" + id).body();
        assertThat(page)
                .contains("You may not vote:", "separation of duties: dana is the requester and never votes on this change")
                .doesNotContain("name=\"decision\"");
        Map<String, String> form = new TreeMap<>(Browser.form(page));
        form.put("plan", show(id).get("planDigest").stringValue());
        form.put("shown", Browser.form(Browser.of("aki", id).open("/approve/" + id).body()).get("shown"));
        assertThat(dana.sendForm(id, form, "approve", "")).contains("was not counted", "separation of duties: dana");
        assertThat(kinds("ATT-" + id)).containsExactly("ApprovalAttemptRefused");
        assertThat(kinds(id)).doesNotContain("ApprovalVoteCast");
        assertThat(Browser.of("eve", id).open("/approve/" + id).body()).contains("eve is not among those who may vote");
        over(id);
    }

    @Test
    void a_form_that_did_not_come_from_the_page_votes_for_nobody() {
        String id = submitFor("ci-1", 2);
        Browser aki = Browser.of("aki", id);
        Map<String, String> form = new TreeMap<>(Browser.form(aki.open("/approve/" + id).body()));
        form.put("decision", "approve");
        Map<String, String> without = new TreeMap<>(form);
        without.remove("_csrf");
        HttpResponse<String> refused = aki.post("/approve/" + id, without);
        assertThat(refused.statusCode()).isEqualTo(403);
        assertThat(refused.body()).contains("Nothing was done", "Open the link again");
        assertThat(new Browser().post("/approve/" + id, form).statusCode()).as("nobody is signed in").isEqualTo(403);
        Map<String, String> anothers = new TreeMap<>(form);
        anothers.put("_csrf", Browser.form(Browser.of("sam", id).open("/approve/" + id).body()).get("_csrf"));
        assertThat(aki.post("/approve/" + id, anothers).statusCode()).isEqualTo(403);
        assertThat(kinds(id)).doesNotContain("ApprovalVoteCast");
        assertThat(kinds("ATT-" + id)).as("told once a minute, as over the API").containsExactly("ApprovalAttemptRefused");
        over(id);
    }

    @Test
    void a_vote_is_for_what_was_shown_and_never_for_what_came_after() {
        String id = submitFor("ci-1", 2);
        Browser aki = Browser.of("aki", id);
        Map<String, String> early = Browser.form(aki.open("/approve/" + id).body());
        assertThat(service().post(MANAGER, "/changes/" + id + "/risk", "{\"level\": \"MODERATE\", \"reason\": \"black friday\"}").status())
                .isEqualTo(200);
        assertThat(show(id).get("planDigest").stringValue()).as("the plan is the same").isEqualTo(early.get("plan"));
        String page = aki.sendForm(id, early, "approve", "fine & dandy");
        assertThat(page)
                .contains("was not counted", id + " is not what you were shown any more", "black friday")
                .contains(">fine &amp; dandy</textarea>");
        assertThat(kinds(id)).doesNotContain("ApprovalVoteCast");

        Map<String, String> forged = new TreeMap<>(Browser.form(page));
        forged.put("plan", "sha256:another");
        assertThat(aki.sendForm(id, forged, "approve", "")).contains("planDigest: the plan is another one by now");
        assertThat(aki.vote(id, "approve", "")).as("looked at again").contains("Your approval counts.");
        over(id);
    }

    @Test
    void votes_of_others_do_not_make_it_another_page() {
        String id = submitFor("ci-3", 2);
        Browser aki = Browser.of("aki", id);
        Map<String, String> form = Browser.form(aki.open("/approve/" + id).body());
        assertThat(TheService.approve(id, "sam:approvers").status()).isEqualTo(200);
        assertThat(aki.sendForm(id, form, "approve", "")).contains("Your approval counts.");
        over(id);
    }

    @Test
    void whoever_rejects_says_why_and_what_is_only_written_wrongly_is_no_attempt() {
        String id = submitFor("ci-1", 2);
        Browser aki = Browser.of("aki", id);
        assertThat(aki.vote(id, "reject", " ")).contains("reason: is missing; whoever rejects says why");
        assertThat(aki.vote(id, "maybe", "x")).contains("decision: must be approve or reject");
        assertThat(aki.vote(id, "approve", "a\u202eb")).contains("U+202E");
        assertThat(kinds("ATT-" + id)).isEmpty();
        assertThat(aki.vote(id, "reject", "not <b>now</b>")).contains("Your rejection counts.", "not &lt;b&gt;now&lt;/b&gt;");
        Browser sam = Browser.of("sam", id);
        assertThat(sam.vote(id, "reject", "nor tomorrow")).contains("rejected by sam: nor tomorrow");
        assertThat(sam.open("/approve/" + id).body()).contains("there is nothing to vote on: the change is REJECTED");
    }

    @Test
    void what_others_wrote_is_text() {
        String id = good(submit(example("rfc.yaml")
                        .replace("title: Show the stock of every shop", "title: '<script>alert(1)</script>{{ 7*7 }}'")
                        .replace("  - inventory-web\n  - inventory-db\n", "  - ci-1\n")
                        .replace("  - https://git.example.org/inventory-web/pulls/118", "  - 'https://x.example/?<img/src=x>'")))
                .get("id").stringValue();
        String page = Browser.of("aki", id).vote(id, "reject", "</textarea><script>alert(2)</script>");
        assertThat(page)
                .contains("&lt;script&gt;alert(1)&lt;/script&gt;{{ 7*7 }}", "&lt;script&gt;alert(2)&lt;/script&gt;")
                .doesNotContain("<script", "<img");
        over(id);
    }

    @Test
    void a_delegate_votes_in_the_place_of_another_on_the_page_too() {
        String given = good(service().post(
                        "aki:approvers", "/delegations", "{\"delegate\": \"sam\", \"during\": {\"notBefore\": \"now\", \"notAfter\": \"now+PT1H\"}, \"reason\": \"holiday\"}"))
                .get("id").stringValue();
        String id = submitFor("ci-1", 2);
        Browser sam = Browser.of("sam", id);
        String page = sam.open("/approve/" + id).body();
        assertThat(page).contains("In the place of aki");
        Map<String, String> form = Browser.form(page);
        assertThat(form).containsEntry("inPlaceOf", "aki");
        assertThat(sam.sendForm(id, form, "approve", "")).contains("sam in the place of aki: approve");
        service().ask("aki:approvers", "DELETE", "/delegations/" + given, "application/yaml", "");
        over(id);
    }

    @Test
    void what_was_not_written_yet_or_was_never_taken_has_a_page_without_a_button() {
        String draft = good(service().post("dana:developers", "/changes/drafts", "{\"title\": \"half a thought\"}")).get("id").stringValue();
        assertThat(Browser.of("aki", draft).open("/approve/" + draft).body())
                .contains("half a thought", "there is nothing to vote on: the change is DRAFT")
                .doesNotContain("name=\"decision\"", "null");
        over(draft);
        assertThat(Browser.of("aki", draft).open("/approve/" + draft).body()).contains("cancelled by dana: done");
    }

    @Test
    void there_is_no_page_of_a_change_that_there_is_not() {
        String id = submitFor("ci-1", 2);
        Browser aki = Browser.of("aki", id);
        for (String unknown : List.of("CHG-0", "INVENTORY", "ATT-" + id)) {
            HttpResponse<String> page = aki.open("/approve/" + unknown);
            assertThat(page.statusCode()).isEqualTo(404);
            assertThat(page.body()).contains("<h1>Not found</h1>", "there is no change " + unknown);
        }
        over(id);
    }
}
