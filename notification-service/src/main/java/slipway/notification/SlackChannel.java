package slipway.notification;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Slack by `chat.postMessage` with a bot token.
///
/// Slack knows no idempotency key. When this service dies, or the answer is lost, between Slack taking the message and
/// the receipt being stored, the job posts it once more: at most one repeat for each such moment, never a loss. Every
/// post carries the notification's id in its `metadata`, so that a reader of the channel (a person or a bot) can tell a
/// repeat.
///
/// A message goes to exactly one Slack channel or member, because posts to two could not be told of in one receipt.
final class SlackChannel implements Channel {

    /// Errors that say "not now", or that an operator mends without touching the message: a new token, a scope.
    private static final Set<String> NOT_NOW = Set.of(
            "ratelimited",
            "rate_limited",
            "internal_error",
            "fatal_error",
            "service_unavailable",
            "request_timeout",
            "team_added_to_org",
            "not_authed",
            "invalid_auth",
            "token_expired",
            "token_revoked",
            "account_inactive",
            "missing_scope",
            "access_denied",
            "no_permission",
            "org_login_required",
            "ekm_access_denied");

    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final Duration DEFAULT_PAUSE = Duration.ofSeconds(30);
    private static final int LONGEST_TEXT = 3_500;

    private final URI endpoint;
    private final Path tokenFile;
    private final InstantSource clock;
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(TIMEOUT).build();
    private final JsonMapper json = new JsonMapper();
    private volatile Instant pausedUntil = Instant.MIN;

    /// @param api base URL of Slack's Web API
    /// @param tokenFile holds the bot token and nothing else; read at each post, so that a new token needs no restart
    SlackChannel(URI api, Path tokenFile, InstantSource clock) {
        this.endpoint = URI.create(api + (api.toString().endsWith("/") ? "" : "/") + "chat.postMessage");
        this.tokenFile = tokenFile;
        this.clock = clock;
    }

    @Override
    public Delivery send(Message message, List<String> to) throws IOException {
        if (clock.instant().isBefore(pausedUntil)) {
            throw new IOException("Slack asked for a pause until " + pausedUntil);
        }
        HttpResponse<String> answer = post(body(message, to.getFirst()));
        if (answer.statusCode() == 429) {
            Duration pause = pause(answer);
            pausedUntil = clock.instant().plus(pause);
            throw new IOException("Slack limits the rate: paused for " + pause.toSeconds() + " s");
        }
        if (answer.statusCode() != 200) {
            throw new IOException("Slack answers " + answer.statusCode());
        }
        JsonNode said = read(answer.body());
        if (said.path("ok").asBoolean(false)) {
            return new Delivery.Delivered(said.path("channel").asString(to.getFirst()) + "/"
                    + said.path("ts").asString("?"));
        }
        String error = said.path("error").asString("no error named");
        if (NOT_NOW.contains(error)) {
            throw new IOException("Slack answers " + error);
        }
        return new Delivery.Undeliverable("Slack answers " + error + " for " + to.getFirst());
    }

    private HttpResponse<String> post(String body) throws IOException {
        String token = Files.readString(tokenFile).strip();
        HttpRequest.Builder request = HttpRequest.newBuilder(endpoint)
                .timeout(TIMEOUT)
                .header("Content-Type", "application/json; charset=utf-8")
                .POST(HttpRequest.BodyPublishers.ofString(body));
        try {
            request.header("Authorization", "Bearer " + token);
        } catch (IllegalArgumentException e) {
            // The exception's text quotes the token.
            throw new IOException("the token file " + tokenFile + " holds more than a token");
        }
        try {
            return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while posting to Slack", e);
        }
    }

    private String body(Message message, String channel) {
        String text = "*" + escaped(message.subject()) + "*\n" + escaped(String.join("\n", message.lines()));
        return json.writeValueAsString(Map.of(
                "channel",
                channel,
                "text",
                text.length() > LONGEST_TEXT ? text.substring(0, LONGEST_TEXT) + "…" : text,
                "unfurl_links",
                false,
                "metadata",
                Map.of(
                        "event_type",
                        "slipway_fact",
                        "event_payload",
                        Map.of(
                                "notification_id", message.id(),
                                "fact_id", message.factId(),
                                "change_id", message.changeId()))));
    }

    /// Slack's three control characters; otherwise a title with `<!channel>` in it would call everybody.
    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }

    private static Duration pause(HttpResponse<String> answer) {
        try {
            return answer.headers()
                    .firstValue("Retry-After")
                    .map(seconds -> Duration.ofSeconds(Long.parseUnsignedLong(seconds.strip())))
                    .orElse(DEFAULT_PAUSE);
        } catch (NumberFormatException e) {
            return DEFAULT_PAUSE;
        }
    }

    private JsonNode read(String body) throws IOException {
        try {
            return json.readTree(body);
        } catch (JacksonException e) {
            throw new IOException("Slack's answer is not JSON", e);
        }
    }
}
