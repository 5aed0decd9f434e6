package slipway.notification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import slipway.events.change.ChangeCancelled;
import slipway.notification.Channel.Delivery.Delivered;
import slipway.notification.Channel.Delivery.Undeliverable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Against a small server that answers as Slack's documentation says.
class SlackChannelTest {

    private static final String TOKEN = "xoxb-the-secret";
    private static final List<String> TO = List.of("#releases");

    @TempDir
    Path folder;

    private final List<JsonNode> posts = new ArrayList<>();
    private HttpServer slack;
    private int status = 200;
    private String answer = "{\"ok\":true,\"channel\":\"C123\",\"ts\":\"1700000000.000100\"}";
    private String retryAfter = "30";
    private Instant now = Instant.parse("2026-03-01T10:00:00Z");
    private SlackChannel channel;

    @BeforeEach
    void start() throws IOException {
        slack = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        slack.createContext("/api/chat.postMessage", exchange -> {
            boolean known = ("Bearer " + TOKEN).equals(exchange.getRequestHeaders().getFirst("Authorization"));
            posts.add(new JsonMapper().readTree(exchange.getRequestBody()));
            exchange.getResponseHeaders().add("Retry-After", retryAfter);
            String said = known ? answer : "{\"ok\":false,\"error\":\"invalid_auth\"}";
            byte[] bytes = said.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status, bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        });
        slack.start();
        Path token = Files.writeString(folder.resolve("token"), TOKEN + "\n");
        URI api = URI.create("http://127.0.0.1:" + slack.getAddress().getPort() + "/api");
        channel = new SlackChannel(api, token, () -> now);
    }

    @AfterEach
    void stop() {
        slack.stop(0);
    }

    @Test
    void a_message_is_posted_with_the_id_of_its_fact() throws IOException {
        assertThat(channel.send(Samples.message(), TO)).isEqualTo(new Delivered("C123/1700000000.000100"));

        JsonNode post = posts.getFirst();
        assertThat(post.get("channel").asString()).isEqualTo("#releases");
        assertThat(post.get("text").asString())
                .startsWith("*[CHG-7] approval needed: peer*\n")
                .contains("aki, sam");
        assertThat(post.at("/metadata/event_payload/notification_id").asString()).isEqualTo("NTF-fact-1-cab");
        assertThat(post.at("/metadata/event_payload/fact_id").asString()).isEqualTo("fact-1");
    }

    @Test
    void a_title_cannot_call_everybody() throws IOException {
        var fact = new ChangeCancelled(Samples.meta(), "eve", "<!channel> & more");

        channel.send(Message.of("NTF-fact-1-ops", List.of(fact)), TO);

        assertThat(posts.getFirst().get("text").asString()).contains("&lt;!channel&gt; &amp; more");
    }

    @ParameterizedTest
    @ValueSource(strings = {"channel_not_found", "is_archived", "not_in_channel", "msg_too_long"})
    void what_no_repetition_mends_is_a_failure_for_good(String error) throws IOException {
        answer = "{\"ok\":false,\"error\":\"" + error + "\"}";

        assertThat(channel.send(Samples.message(), TO))
                .isEqualTo(new Undeliverable("Slack answers " + error + " for #releases"));
    }

    @Test
    void a_token_that_slack_does_not_know_waits_for_a_new_one_in_its_file() throws IOException {
        Files.writeString(folder.resolve("token"), "xoxb-revoked");
        assertThatThrownBy(() -> channel.send(Samples.message(), TO))
                .isInstanceOf(IOException.class)
                .hasMessage("Slack answers invalid_auth");

        Files.writeString(folder.resolve("token"), TOKEN);
        assertThat(channel.send(Samples.message(), TO)).isInstanceOf(Delivered.class);
    }

    @Test
    void a_limited_rate_is_left_alone_until_slack_wants_to_hear_of_us_again() throws IOException {
        status = 429;
        answer = "{\"ok\":false,\"error\":\"ratelimited\"}";
        assertThatThrownBy(() -> channel.send(Samples.message(), TO)).hasMessageContaining("paused for 30 s");

        status = 200;
        answer = "{\"ok\":true}";
        now = now.plusSeconds(29);
        assertThatThrownBy(() -> channel.send(Samples.message(), TO)).hasMessageContaining("asked for a pause");
        assertThat(posts).hasSize(1);

        now = now.plusSeconds(1);
        assertThat(channel.send(Samples.message(), TO)).isInstanceOf(Delivered.class);
    }

    @Test
    void a_pause_that_cannot_be_read_is_half_a_minute() {
        status = 429;
        retryAfter = "soon";

        assertThatThrownBy(() -> channel.send(Samples.message(), TO)).hasMessageContaining("paused for 30 s");
    }

    @Test
    void an_outage_or_an_answer_that_is_no_json_is_tried_again() {
        status = 503;
        assertThatThrownBy(() -> channel.send(Samples.message(), TO)).hasMessage("Slack answers 503");
        status = 200;
        answer = "<html>";
        assertThatThrownBy(() -> channel.send(Samples.message(), TO)).hasMessage("Slack's answer is not JSON");
    }

    @Test
    void no_failure_tells_the_token() throws IOException {
        Files.writeString(folder.resolve("token"), TOKEN + "\nand more");

        assertThatThrownBy(() -> channel.send(Samples.message(), TO))
                .hasMessageContaining("holds more than a token")
                .hasNoCause()
                .hasMessageNotContaining("secret");
    }
}
