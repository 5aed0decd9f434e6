package slipway.notification;

import java.io.IOException;
import java.net.URI;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Set;
import slipway.messaging.NotYet;
import slipway.notification.Outside.Answer;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Slack's Web API with a bot token. Slack answers 200 to nearly everything; what it thinks of a call is in the body.
final class SlackApi {

    private static final Set<String> LIMITED = Set.of("ratelimited", "rate_limited", "message_limit_exceeded");

    /// Errors that say "not now", or that an operator mends without touching the message: a new token, a scope.
    private static final Set<String> NOT_NOW = Set.of(
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

    private final String api;
    private final SecretFile tokenFile;
    private final Outside outside;
    private final InstantSource clock;
    private final JsonMapper json = new JsonMapper();
    private volatile Instant pausedUntil = Instant.MIN;

    /// @param api base URL
    /// @param tokenFile holds the bot token and nothing else; read at each call, so that a new token needs no restart
    SlackApi(URI api, SecretFile tokenFile, Outside outside, InstantSource clock) {
        this.api = api + (api.toString().endsWith("/") ? "" : "/");
        this.tokenFile = tokenFile;
        this.outside = outside;
        this.clock = clock;
    }

    /// What Slack says for good.
    sealed interface Said {

        record Done(JsonNode body) implements Said {}

        /// @param error Slack's word
        record Refused(String error) implements Said {}
    }

    /// @throws NotYet Slack wants to be left alone: all that goes there waits
    /// @throws IOException not now
    Said call(String method, Map<String, ?> body, Channel.Attempt attempt) throws IOException, NotYet {
        if (clock.instant().isBefore(pausedUntil)) {
            throw new NotYet("Slack asked for a pause until " + pausedUntil, pausedUntil);
        }
        String token = tokenFile.read();
        Answer answer = outside.post(
                URI.create(api + method),
                Map.of("Content-Type", "application/json; charset=utf-8", "Authorization", "Bearer " + token),
                json.writeValueAsString(body),
                attempt);
        if (answer.status() == 429) {
            throw limited(answer);
        }
        if (answer.status() != 200) {
            throw new IOException("Slack answers " + answer.status());
        }
        JsonNode said = read(answer.body());
        if (said.path("ok").asBoolean(false)) {
            return new Said.Done(said);
        }
        String error = said.path("error").asString("no error named");
        if (LIMITED.contains(error)) {
            throw limited(answer);
        }
        if (NOT_NOW.contains(error)) {
            throw new IOException("Slack answers " + error);
        }
        return new Said.Refused(error);
    }

    private NotYet limited(Answer answer) {
        pausedUntil = answer.until(clock.instant());
        return new NotYet("Slack limits the rate: left alone until " + pausedUntil, pausedUntil);
    }

    private JsonNode read(String body) throws IOException {
        try {
            return json.readTree(body);
        } catch (JacksonException e) {
            throw new IOException("Slack's answer is not JSON", e);
        }
    }
}
