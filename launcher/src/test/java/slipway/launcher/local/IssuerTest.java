package slipway.launcher.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtDecoders;
import slipway.launcher.local.Ports.For;

class IssuerTest {

    @TempDir
    Path directory;

    @Test
    void a_service_that_knows_only_the_issuers_address_trusts_its_tokens_even_after_a_restart() throws Exception {
        Path inventory = directory.resolve("inventory.yaml");
        Files.writeString(inventory, """
                people:
                  - {id: aki, name: Aki, email: aki@shop.example, groups: [developers, approvers]}
                configurationItems: []
                """);
        int port = Ports.free().of(For.ISSUER);
        try (Home home = Home.take(directory.resolve("home"))) {
            String token;
            try (Issuer issuer = new Issuer(home, inventory, port)) {
                issuer.start();
                HttpResponse<String> answer = post(issuer, "person=aki");
                assertThat(answer.statusCode()).isEqualTo(200);
                token = answer.body().replaceAll(".*\"access_token\":\"([^\"]+)\".*", "$1");
                assertThat(post(issuer, "person=eve").statusCode()).isEqualTo(400);
                assertThat(post(issuer, "").statusCode()).isEqualTo(400);
                assertThatThrownBy(() -> issuer.tokenFor("eve")).hasMessage("nobody is called eve; there are aki");
            }
            try (Issuer issuer = new Issuer(home, inventory, port)) {
                issuer.start();
                Jwt jwt = JwtDecoders.fromIssuerLocation(issuer.url()).decode(token);
                assertThat(jwt.getSubject()).isEqualTo("aki");
                assertThat(jwt.getAudience()).containsExactly("slipway");
                assertThat(jwt.getClaimAsStringList("groups")).containsExactly("developers", "approvers");
            }
        }
    }

    private static HttpResponse<String> post(Issuer issuer, String form) throws Exception {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create(issuer.url() + "/token"))
                                .POST(HttpRequest.BodyPublishers.ofString(form))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
    }

    private static final Map<String, String> ASKED = Map.of(
            "response_type", "code",
            "client_id", Issuer.CLIENT,
            "scope", "openid",
            "redirect_uri", "http://localhost:7601/sign-in/back",
            "state", "the state&",
            "nonce", "the nonce",
            "code_challenge_method", "S256",
            // Of the verifier in RFC 7636, appendix B.
            "code_challenge", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
    private static final String VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

    @Test
    void a_person_who_is_chosen_comes_back_with_a_code_that_is_good_once_for_a_minute_and_for_whoever_asked() throws Exception {
        Path inventory = Files.writeString(directory.resolve("inventory.yaml"), """
                people:
                  - {id: aki, name: "Aki <b>", email: aki@shop.example, groups: [approvers]}
                """);
        AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-03-02T10:00:00Z"));
        try (Home home = Home.take(directory.resolve("home"));
                Issuer issuer = new Issuer(
                        home, inventory, Issuer.Place.local(Ports.free().of(For.ISSUER)), home.password(Issuer.CLIENT_SECRET), now::get)) {
            issuer.start();
            HttpResponse<String> page = ask(issuer, "GET", "/authorize?" + form(ASKED), "");
            assertThat(page.statusCode()).isEqualTo(200);
            assertThat(page.body()).contains("on this machine only", "value=\"aki\">Aki &lt;b&gt;</button>", "value=\"the state&amp;\"");
            assertThat(page.headers().firstValue("Location")).as("looking signs nobody in").isEmpty();
            assertThat(ask(issuer, "GET", "/authorize?person=aki&" + form(ASKED), "").statusCode()).isEqualTo(200);

            String login = "Basic " + Base64.getEncoder()
                    .encodeToString((Issuer.CLIENT + ":" + home.password("sign-in.secret")).getBytes(StandardCharsets.UTF_8));
            HttpResponse<String> good = redeem(issuer, code(issuer), VERIFIER, "http://localhost:7601/sign-in/back", login);
            assertThat(good.statusCode()).as("%s", good.body()).isEqualTo(200);
            Jwt id = JwtDecoders.fromIssuerLocation(issuer.url())
                    .decode(good.body().replaceAll(".*\"id_token\":\"([^\"]+)\".*", "$1"));
            assertThat(id.getSubject()).isEqualTo("aki");
            assertThat(id.getAudience()).containsExactly(Issuer.CLIENT);
            assertThat(id.getClaimAsString("nonce")).isEqualTo("the nonce");
            assertThat(id.getClaimAsStringList("groups")).containsExactly("approvers");

            String back = "http://localhost:7601/sign-in/back";
            String used = code(issuer);
            redeem(issuer, used, VERIFIER, back, login);
            assertThat(redeem(issuer, used, VERIFIER, back, login).statusCode()).as("twice").isEqualTo(400);
            assertThat(redeem(issuer, code(issuer), "another" + VERIFIER, back, login).statusCode()).as("PKCE").isEqualTo(400);
            assertThat(redeem(issuer, code(issuer), VERIFIER, back + "2", login).statusCode()).as("redirect").isEqualTo(400);
            assertThat(redeem(issuer, code(issuer), VERIFIER, back, "Basic eDp5").statusCode()).as("client").isEqualTo(401);
            String late = code(issuer);
            now.set(now.get().plusSeconds(60));
            assertThat(redeem(issuer, late, VERIFIER, back, login).statusCode()).as("a minute later").isEqualTo(400);
        }
    }

    @Test
    void nobody_is_sent_away_from_this_machine_nor_without_proof_of_who_asked() throws Exception {
        Path inventory = Files.writeString(directory.resolve("inventory.yaml"), "people: []\n");
        try (Home home = Home.take(directory.resolve("home"));
                Issuer issuer = new Issuer(home, inventory, Ports.free().of(For.ISSUER))) {
            issuer.start();
            for (String where : new String[] {
                "https://evil.example/back", "http://localhost@evil.example/", "http://localhost.evil.example/", "javascript:alert(1)", "//localhost/",
                "http://localhost/?x=y"
            }) {
                HttpResponse<String> refused = ask(issuer, "POST", "/authorize", form(with("redirect_uri", where)) + "&person=aki");
                assertThat(refused.statusCode()).as(where).isEqualTo(400);
                assertThat(refused.headers().firstValue("Location")).isEmpty();
                assertThat(refused.body()).contains("redirect_uri: must be on this machine");
            }
            assertThat(ask(issuer, "GET", "/authorize", "").body())
                    .contains("client_id: must be", "code_challenge_method: must be S256", "nonce: is missing", "state: is missing", "code_challenge: is missing");
            assertThat(ask(issuer, "GET", "/authorize?" + form(with("code_challenge_method", "plain")), "").statusCode()).isEqualTo(400);
        }
    }

    private static Map<String, String> with(String name, String value) {
        Map<String, String> changed = new TreeMap<>(ASKED);
        changed.put(name, value);
        return changed;
    }

    private static String code(Issuer issuer) throws Exception {
        String location = ask(issuer, "POST", "/authorize", form(ASKED) + "&person=aki")
                .headers().firstValue("Location").orElseThrow();
        assertThat(location).matches("http://localhost:7601/sign-in/back\\?code=[0-9a-f-]{36}&state=the\\+state%26");
        return location.replaceAll(".*code=([0-9a-f-]+)&.*", "$1");
    }

    private static HttpResponse<String> redeem(Issuer issuer, String code, String verifier, String redirect, String login) throws Exception {
        return HttpClient.newHttpClient().send(
                HttpRequest.newBuilder(URI.create(issuer.url() + "/token"))
                        .header("Authorization", login)
                        .POST(HttpRequest.BodyPublishers.ofString(form(Map.of(
                                "grant_type", "authorization_code", "code", code, "code_verifier", verifier, "redirect_uri", redirect))))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private static HttpResponse<String> ask(Issuer issuer, String method, String path, String form) throws Exception {
        return HttpClient.newHttpClient().send(
                HttpRequest.newBuilder(URI.create(issuer.url() + path))
                        .method(method, HttpRequest.BodyPublishers.ofString(form))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private static String form(Map<String, String> fields) {
        return fields.entrySet().stream()
                .map(each -> each.getKey() + "=" + URLEncoder.encode(each.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
    }
}
