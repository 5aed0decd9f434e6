package slipway.notification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;
import slipway.http.Misconfigured;

/// What people wrote for the service, before it starts.
class SetupTest {

    @TempDir
    private Path folder;

    private Path write(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }

    private static List<String> faults(Map<String, Object> settings) {
        StandardEnvironment environment = new StandardEnvironment();
        environment.getPropertySources()
                .addFirst(new MapPropertySource("these", Map.of(
                        "slipway.mail.from", "slipway@localhost", "slipway.slack.api", "https://slack.com/api", "slipway.slack.pace", "1s")));
        environment.getPropertySources().addFirst(new MapPropertySource("those", settings));
        List<String> faults = new ArrayList<>();
        try {
            Setup.read(environment);
        } catch (Misconfigured e) {
            faults.addAll(e.faults());
        }
        return faults;
    }

    private Map<String, Object> manyFaults() throws IOException {
        Path templates = Files.createDirectory(folder.resolve("templates"));
        Files.writeString(templates.resolve("ChangeCancelled.peb"), "cancelled {{ reasn }}\n");
        Files.writeString(templates.resolve("ReleaseBlocked.peb"), "blocked\n{{ nothing }}\n");
        Path file = write("n.yaml", """
                people:
                  rosa: {slack: "@rosa"}
                  kim: {slack: U012345678}
                  lin: {slack: U012345678}
                endpoints: {hook: {channel: webhook, url: "https://h.example.org", secretFiles: [%s/none, %s/blank]}}
                receivers: {ops: {channel: slack, to: ["#ops"]}}
                route: {receivers: [nobody]}
                """.formatted(folder, folder));
        write("blank", " \n");
        return Map.of(
                "slipway.notifications", file.toString(),
                "slipway.templates", templates.toString(),
                "slipway.slack.token-file", folder.resolve("token").toString(),
                "slipway.slack.signing-secret-file", folder.resolve("blank").toString(),
                "slipway.slack.api", "http://slack.example.org/api",
                "slipway.mail.from", "Slipway <slipway@example.org>",
                "slipway.slack.pace", "fast",
                "slipway.change-url", "slipway.example.org");
    }

    @Test
    void every_fault_of_all_files_and_settings_is_named_once_with_its_place() throws IOException {
        assertThat(faults(manyFaults()).stream().map(each -> each.replace(folder + "/", "")))
                .containsExactlyInAnyOrder(
                        "slipway.slack.signing-secret-file: blank holds no secret, or more than one",
                        "slipway.slack.token-file: token is not there",
                        "slipway.slack.api: http://slack.example.org/api is not encrypted: only https, except to this machine",
                        "slipway.slack.pace: 'fast' is no time between two messages such as 1s or PT1S",
                        "n.yaml: people.rosa.slack: '@rosa' is no Slack channel or member",
                        "n.yaml: people.lin.slack: 'U012345678' is kim's: who clicks there would be one of two",
                        "n.yaml: endpoints.hook.secretFiles: none is not there",
                        "n.yaml: endpoints.hook.secretFiles: blank holds no secret, or more than one",
                        "n.yaml: route.receivers: there is no receiver 'nobody'",
                        "templates/ChangeCancelled.peb:1: there is no 'reasn', or it is null in some facts",
                        "templates/ReleaseBlocked.peb:2: there is no 'nothing', or it is null in some facts",
                        "slipway.mail.from: 'Slipway <slipway@example.org>' is no address such as slipway@example.org, without a name beside it",
                        "SLIPWAY_CHANGE_URL: must be an address such as https://slipway.example.org, not 'slipway.example.org'");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "  \n", "0123456789abcde\n"})
    void a_signing_secret_with_which_anybody_could_sign_keeps_the_service_from_starting(String secret) throws IOException {
        assertThat(faults(Map.of("slipway.slack.signing-secret-file", write("secret", secret).toString()))).singleElement().asString()
                .startsWith("slipway.slack.signing-secret-file: " + folder.resolve("secret") + " holds ");
        assertThat(faults(Map.of("slipway.slack.signing-secret-file", write("secret", "0123456789abcdef\n").toString()))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " \n", "xoxb-1 xoxb-2"})
    void a_token_file_without_one_token_keeps_the_service_from_starting(String token) throws IOException {
        assertThat(faults(Map.of("slipway.slack.token-file", write("token", token).toString(), "slipway.slack.api", "https://slack.com/api")))
                .singleElement().asString().startsWith("slipway.slack.token-file: " + folder.resolve("token")).doesNotContain("xoxb");
    }

    @Test
    void a_token_file_that_is_no_text_is_named() throws IOException {
        Path file = Files.write(folder.resolve("token"), new byte[] {(byte) 0xff, 1});
        assertThat(faults(Map.of("slipway.slack.token-file", " " + file + " "))).containsExactly("slipway.slack.token-file: " + file + " is no text");
    }

    @Test
    void the_log_of_a_start_that_fails_is_its_faults_and_no_stack_trace() throws IOException {
        String[] settings = manyFaults().entrySet().stream().map(each -> "--" + each.getKey() + "=" + each.getValue()).toArray(String[]::new);

        ByteArrayOutputStream log = new ByteArrayOutputStream();
        PrintStream before = System.out;
        System.setOut(new PrintStream(log, true, StandardCharsets.UTF_8));
        try {
            assertThatThrownBy(() -> NotificationService.application().run(settings)).isInstanceOf(Misconfigured.class);
        } finally {
            System.setOut(before);
        }
        assertThat(log.toString(StandardCharsets.UTF_8))
                .containsOnlyOnce("13 faults in its files and settings:")
                .containsOnlyOnce("people.rosa.slack: '@rosa' is no Slack channel or member")
                .containsOnlyOnce("Mend all of them, and start it again.")
                .doesNotContain("Caused by", "\tat ");
    }
}
