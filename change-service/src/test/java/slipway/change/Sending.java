package slipway.change;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.springframework.core.env.Environment;
import slipway.messaging.RunningService.Answer;
import tools.jackson.databind.json.JsonMapper;

/// Other systems that send, with secrets of their own.
final class Sending {

    static final String GITHUB_SECRET = "It's a Secret to Everybody";
    static final String NEXT_GITHUB_SECRET = "the next secret of github";
    static final String SHOP_TOKEN = "the token of the shop";
    static final String GITLAB_TOKEN = "the token of gitlab";
    static final String JIRA_SECRET = "the secret of jira";
    static final String SERVICENOW_LOGIN = "servicenow:the password of servicenow";
    static final String ALERTMANAGER_LOGIN = "alertmanager:the password of alertmanager";
    static final String JENKINS_TOKEN = "the token of jenkins";
    static final String ARGOCD_TOKEN = "the token of argocd";
    static final GitHubFake GITHUB = new GitHubFake();
    static final String BOT = "ci:integrations";

    private static final Path RESOURCES = Path.of("src/test/resources/intake");
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private Sending() {}

    /// Settings of the service under test.
    static List<String> properties() {
        try {
            Path folder = Files.createTempDirectory("intake");
            Path github = Files.writeString(folder.resolve("github.secret"), GITHUB_SECRET + "\n");
            Path next = Files.writeString(folder.resolve("github-next.secret"), NEXT_GITHUB_SECRET);
            Path app = Files.writeString(folder.resolve("app.pem"), GITHUB.privateKey());
            Path shop = Files.writeString(folder.resolve("shop.secret"), SHOP_TOKEN);
            Path gitlab = Files.writeString(folder.resolve("gitlab.secret"), GITLAB_TOKEN);
            Path jira = Files.writeString(folder.resolve("jira.secret"), JIRA_SECRET);
            Path servicenow = Files.writeString(folder.resolve("servicenow.secret"), SERVICENOW_LOGIN);
            Path alertmanager = Files.writeString(folder.resolve("alertmanager.secret"), ALERTMANAGER_LOGIN);
            Path jenkins = Files.writeString(folder.resolve("jenkins.secret"), JENKINS_TOKEN);
            Path argocd = Files.writeString(folder.resolve("argocd.secret"), ARGOCD_TOKEN);
            Path file = Files.writeString(folder.resolve("intake.yaml"), """
                    sources:
                      github:
                        secretFiles: [%s, %s]
                        people: {Codertocat: dana, octocat: sam}
                        app: {id: "%s", privateKeyFile: %s, api: "%s"}
                        settings:
                          environments: {production: prod}
                          services:
                            Codertocat/Hello-World:
                              service: inventory-web
                              configurationItems: [ci-1]
                              environments: [dev, qa, staging, prod]
                              implementer: dana
                            Codertocat/Billing:
                              service: billing
                              configurationItems: [ci-1]
                              environments: [dev, qa, staging, prod]
                              implementer: dana
                      cloudevents:
                        people: {web: dana}
                        settings:
                          services:
                            inventory:
                              service: inventory-web
                              configurationItems: [ci-1]
                              environments: [dev, qa, staging, prod]
                              implementer: dana
                              owner: web
                            inventory-web:
                              service: inventory-web
                              configurationItems: [ci-1]
                              environments: [dev, qa, staging, prod]
                              implementer: dana
                              owner: web
                      gitlab:
                        secretFiles: [%s]
                        people: {root: dana, web: dana}
                        settings: {services: {gitlabhq/gitlab-test: {service: inventory-web, configurationItems: [ci-1], environments: [dev], implementer: dana, owner: web}}}
                      jira:
                        secretFiles: [%s]
                        people: {"99:27935d01-92a7-4687-8272-a9b8d3b2ae2e": dana}
                        settings: {projects: {JRA: {service: inventory-web, configurationItems: [ci-1], environments: [dev], implementer: dana}}}
                      servicenow:
                        secretFiles: [%s]
                        people: {6816f79cc0a8016401c5a33be04be441: dana, 681ccaf9c0a8016400b98a06818d57c7: sam, aki.a: aki}
                        settings: {items: {b0c4030ac0a800090152e7a4564ca36c: {service: inventory-web, configurationItems: [ci-1], environments: [dev]}}}
                      alertmanager:
                        secretFiles: [%s]
                        people: {sre: rosa}
                        settings: {owner: sre, freezeFor: PT4H, items: {db-2.example.org: ci-2}}
                      jenkins: {secretFiles: [%s], settings: {services: {inventory-web: inventory-web, billing: billing}}}
                      argocd: {secretFiles: [%s], settings: {services: {inventory-web: inventory-web, billing: billing}}}
                      shop:
                        secretFiles: [%s]
                        people: {shop-bot: dana}
                    """.formatted(github, next, GitHubFake.APP, app, GITHUB.api(), gitlab, jira, servicenow, alertmanager, jenkins, argocd, shop));
            return List.of(
                    "slipway.intake.file=" + file,
                    "slipway.intake.sources=" + RESOURCES.resolve("sources"),
                    "slipway.intake.sweep-every=200ms",
                    "slipway.intake.forget-every=200ms");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String example(String name) {
        try {
            return Files.readString(RESOURCES.resolve(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// What a pull request of GitHub's example was opened with; each has its own.
    static String commit(int pullRequest) {
        return String.format("%040x", pullRequest);
    }

    static String pullRequest(int number) {
        return example("github/pull_request.json")
                .replace("/pull/2\"", "/pull/" + number + "\"")
                .replace("ec26c3e57ca3a959ca5aad62de7213c562f8c821", commit(number));
    }

    static String merged(int number, String as) {
        return pullRequest(number)
                .replace("\"action\": \"opened\"", "\"action\": \"closed\"")
                .replace("\"merged\": false", "\"merged\": true")
                .replace("\"merge_commit_sha\": null", "\"merge_commit_sha\": \"" + as + "\"");
    }

    /// As GitHub sends it.
    static Answer github(String event, String delivery, String body) {
        return github(event, delivery, body, GITHUB_SECRET);
    }

    static Answer github(String event, String delivery, String body, String secret) {
        return send("github", body, Map.of(
                "Content-Type", "application/json",
                "User-Agent", "GitHub-Hookshot/044aadd",
                "X-GitHub-Hook-ID", "292430182",
                "X-GitHub-Event", event,
                "X-GitHub-Delivery", delivery,
                "X-Hub-Signature-256", "sha256=" + hmac(secret, body)));
    }

    static String newId() {
        return UUID.randomUUID().toString();
    }

    static Answer send(String source, String body, Map<String, String> headers) {
        String port = TheService.service().bean(Environment.class).getProperty("local.server.port");
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/ingest/" + source))
                .POST(HttpRequest.BodyPublishers.ofString(body));
        headers.forEach(request::header);
        try {
            HttpResponse<String> answer = HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
            return new Answer(answer.statusCode(), new JsonMapper().readTree(answer.body()));
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    static String hmac(String secret, String body) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret.getBytes(UTF_8), "HmacSHA256"));
            return HexFormat.of().formatHex(mac.doFinal(body.getBytes(UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
