package slipway.change;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static slipway.change.TheService.DANA;
import static slipway.change.TheService.ISSUER;
import static slipway.change.TheService.good;
import static slipway.change.TheService.post;
import static slipway.change.TheService.submitFor;

import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Whoever comes with a browser: signed in by the issuer, for one page, in a session that nobody else can have.
class SignInTest {

    private static String change;

    @TempDir
    Path folder;

    @BeforeAll
    static void begin() {
        change = submitFor("ci-1", 2);
    }

    @AfterAll
    static void end() {
        good(post(DANA, "/changes/" + change + "/cancel", "reason: done"));
    }

    private static String location(HttpResponse<String> answer) {
        return answer.headers().firstValue("Location").orElseThrow();
    }

    @Test
    void a_link_leads_over_the_issuer_back_to_its_page_and_the_session_changes_its_name_on_the_way() {
        ISSUER.signsIn("aki", "approvers");
        Browser browser = new Browser();
        HttpResponse<String> first = browser.get("/approve/" + change);
        assertThat(first.statusCode()).isEqualTo(302);
        String before = browser.session();
        assertThat(first.headers().firstValue("Set-Cookie").orElseThrow()).contains("HttpOnly", "SameSite=Lax").doesNotContain("Secure");

        HttpResponse<String> toIssuer = browser.get(location(first));
        assertThat(location(toIssuer))
                .startsWith(ISSUER.url() + "/authorize?response_type=code")
                .contains("scope=openid", "code_challenge_method=S256", "nonce=", "state=")
                .contains("redirect_uri=" + browser.uri("/sign-in/back"));
        HttpResponse<String> back = browser.get(location(browser.get(location(toIssuer))));
        assertThat(location(back)).isEqualTo("/approve/" + change);
        assertThat(browser.session()).as("whoever knew it before has nothing").isNotEmpty().isNotEqualTo(before);

        HttpResponse<String> page = browser.get(location(back));
        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.body()).contains("<span>aki</span>");
    }

    @Test
    void a_session_is_good_for_the_page_and_for_nothing_else() {
        Browser browser = Browser.of("rosa", change, "change-managers", "operators");
        assertThat(browser.get("/changes/" + change).statusCode()).isEqualTo(401);
        assertThat(browser.post("/changes/" + change + "/hold", Map.of("reason", "x")).statusCode()).isEqualTo(401);
        assertThat(browser.get("/actuator/parked").statusCode()).isEqualTo(401);
        HttpResponse<String> bearer = new Browser()
                .send(HttpRequest.newBuilder(browser.uri("/approve/" + change)).header("Authorization", "Bearer aki~approvers"));
        assertThat(bearer.statusCode()).as("and a token not for the page").isEqualTo(302);
    }

    @Test
    void an_answer_that_this_browser_did_not_ask_for_signs_nobody_in() {
        ISSUER.signsIn("aki", "approvers");
        Browser attacker = new Browser();
        String back = location(attacker.get(location(attacker.get(location(attacker.get("/approve/" + change))))));

        Browser victim = new Browser();
        victim.get(location(victim.get("/approve/" + change)));
        HttpResponse<String> injected = victim.get(back);
        assertThat(injected.statusCode()).isEqualTo(401);
        assertThat(injected.body()).contains("You are not signed in");
        assertThat(victim.get("/approve/" + change).statusCode()).isEqualTo(302);
        HttpResponse<String> forged = victim.get("/sign-in/back?code=1&state=%3Cscript%3E");
        assertThat(forged.statusCode()).isEqualTo(401);
        assertThat(forged.body()).doesNotContain("<script>");
        HttpResponse<String> told = victim.get("/sign-in/back?error=call_0900&error_description=call%200900&state=x");
        assertThat(told.body()).doesNotContain("0900");
    }

    @Test
    void an_id_token_for_another_service_or_another_sign_in_or_of_nobody_is_none() {
        String page = "/approve/" + change;
        ISSUER.signsIn(claims -> claims.subject("aki").audience("slipway"));
        assertThat(new Browser().open(page).statusCode()).isEqualTo(401);
        ISSUER.signsIn(claims -> claims.subject("aki").claim("nonce", "another"));
        assertThat(new Browser().open(page).statusCode()).isEqualTo(401);
        ISSUER.signsIn(claims -> claims.subject("aki").issuer("https://elsewhere.example"));
        assertThat(new Browser().open(page).statusCode()).isEqualTo(401);
        ISSUER.signsIn(claims -> claims.subject("a\nb"));
        assertThat(new Browser().open(page).body()).contains("no_person");
        ISSUER.signsIn("aki");
        assertThat(new Browser().open(page).statusCode()).isEqualTo(200);
    }

    @Test
    void nobody_is_led_elsewhere() {
        for (String address : new String[] {
            "/approve/" + change + "?continue=https://evil.example&redirect_uri=https://evil.example",
            "/sign-in/to/issuer?redirect_uri=https://evil.example&redirectUri=https://evil.example",
        }) {
            ISSUER.signsIn("aki");
            Browser browser = new Browser();
            HttpResponse<String> answer = browser.get(address);
            while (answer.statusCode() / 100 == 3) {
                String next = answer.uri().resolve(location(answer)).toString();
                assertThat(next).doesNotContain("evil").matches(each -> each.startsWith(ISSUER.url()) || each.startsWith(browser.uri("/").toString()));
                answer = browser.get(next);
            }
            assertThat(answer.statusCode()).isEqualTo(200);
        }
        assertThat(new Browser().get("/approve/%2f%2fevil.example").headers().firstValue("Location")).isEmpty();
        assertThat(new Browser().get("/approve/a/b").statusCode()).isEqualTo(404);
        assertThat(new Browser().get("/sign-in/to/elsewhere").statusCode()).isEqualTo(401);
    }

    @Test
    void whoever_signs_out_is_out_and_only_who_pressed_the_button_does() {
        Browser browser = Browser.of("aki", change);
        assertThat(browser.get("/sign-out").statusCode()).as("a picture in a mail does not").isEqualTo(404);
        assertThat(browser.post("/sign-out", Map.of()).statusCode()).isEqualTo(403);
        assertThat(browser.get("/approve/" + change).statusCode()).isEqualTo(200);
        HttpResponse<String> out = browser.post("/sign-out", Browser.form(browser.get("/approve/" + change).body()));
        assertThat(out.body()).contains("You are signed out");
        assertThat(browser.get("/approve/" + change).statusCode()).isEqualTo(302);
    }

    @Test
    void every_setting_that_is_wrong_is_named_at_the_start() throws Exception {
        Path empty = Files.writeString(folder.resolve("empty"), "\n");
        Path secret = Files.writeString(folder.resolve("secret"), "s3cret\n");
        assertThatThrownBy(() -> SignIn.of("i", "page", "", "ftp://x"))
                .hasMessageEndingWith("- SLIPWAY_CHANGE_URL: must be an address such as https://slipway.example.org\n"
                        + "- SLIPWAY_SIGN_IN_CLIENT_SECRET_FILE: is missing; the file that holds the secret of SLIPWAY_SIGN_IN_CLIENT_ID");
        assertThatThrownBy(() -> SignIn.of("i", "page", empty.toString(), "http://slipway.example.org"))
                .hasMessageEndingWith("- SLIPWAY_CHANGE_URL: must be https, except on this machine\n"
                        + "- SLIPWAY_SIGN_IN_CLIENT_SECRET_FILE: is empty: " + empty);
        assertThatThrownBy(() -> SignIn.of("i", "page", folder.resolve("none").toString(), "https://a@b"))
                .hasMessageContaining("must have neither user")
                .hasMessageContaining("cannot be read");
        assertThatThrownBy(() -> SignIn.of("i", "", secret.toString(), "")).hasMessageContaining("but not SLIPWAY_SIGN_IN_CLIENT_ID");
        SignIn good = SignIn.of("i", "page", secret.toString(), "https://slipway.example.org/");
        assertThat(good.isSecure()).isTrue();
        assertThat(good.back()).isEqualTo("https://slipway.example.org/sign-in/back");
        assertThat(good).as("no secret in a log").asString().doesNotContain("s3cret");
    }
}
