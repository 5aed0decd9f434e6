package slipway.notification;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import slipway.notification.domain.VoteDecision;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A vote that somebody clicked.
///
/// @param id the same for the same click
/// @param user member id
/// @param reason null: none
/// @param planDigest of the plan that they were shown; null: not known
/// @param responseUrl where they can be told something
record SlackClick(
        String id,
        String user,
        String changeId,
        VoteDecision decision,
        @Nullable String reason,
        @Nullable String planDigest,
        String responseUrl) {

    private static final JsonMapper JSON = new JsonMapper();

    /// @param form as Slack sends it: one field `payload`, with JSON
    /// @return empty: something else was clicked
    /// @throws IllegalArgumentException it is no form, or no JSON
    static Optional<SlackClick> read(byte[] form) {
        String payload = Arrays.stream(new String(form, StandardCharsets.UTF_8).split("&"))
                .filter(each -> each.startsWith("payload="))
                .map(each -> URLDecoder.decode(each.substring("payload=".length()), StandardCharsets.UTF_8))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("there is no payload"));
        try {
            return read(JSON.readTree(payload));
        } catch (JacksonException e) {
            throw new IllegalArgumentException("the payload is no JSON", e);
        }
    }

    private static Optional<SlackClick> read(JsonNode said) {
        JsonNode action = said.path("actions").path(0);
        String which = action.path("action_id").asString("");
        VoteDecision decision =
                switch (which) {
                    case SlackBlocks.APPROVE -> VoteDecision.APPROVE;
                    case SlackBlocks.REJECT -> VoteDecision.REJECT;
                    default -> VoteDecision.UNKNOWN;
                };
        if (decision == VoteDecision.UNKNOWN || !said.path("type").asString("").equals("block_actions")) {
            return Optional.empty();
        }
        String user = said.at("/user/id").asString("");
        String[] value = action.path("value").asString("").split(" ", 2);
        String reason = said.path("state").path("values").path(SlackBlocks.REASON).path(SlackBlocks.REASON).path("value").asString("").strip();
        return Optional.of(new SlackClick(
                id(user, action.path("action_ts").asString(""), which, value[0]),
                user,
                value[0],
                decision,
                reason.isEmpty() ? null : reason,
                value.length == 2 ? value[1] : null,
                said.path("response_url").asString("")));
    }

    private static String id(String... parts) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(String.join("\n", parts).getBytes(StandardCharsets.UTF_8));
            return "VOT-" + HexFormat.of().formatHex(hash, 0, 16);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
