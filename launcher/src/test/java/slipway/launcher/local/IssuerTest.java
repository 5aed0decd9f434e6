package slipway.launcher.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
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
}
