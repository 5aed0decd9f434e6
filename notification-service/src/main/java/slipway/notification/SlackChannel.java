package slipway.notification;

import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import slipway.messaging.NotYet;
import slipway.notification.Channel.Delivery.Delivered;
import slipway.notification.Channel.Delivery.Undeliverable;
import slipway.notification.LivingMessages.MessageRef;
import slipway.notification.SlackApi.Said;
import slipway.notification.SlackApi.Said.Done;
import slipway.notification.SlackApi.Said.Refused;
import tools.jackson.databind.JsonNode;

/// Slack. A story has one message, which always shows how it stands; in its thread is everything that was told of it. What is told of several
/// stories at once is a message of its own.
///
/// Slack knows no idempotency key. When this service dies, or the answer is lost, between Slack taking a post and that being stored, the job
/// posts it once more: at most one repeat for each such moment, never a loss. Every post carries the notification's id in its
/// `metadata`, so that a reader of the channel (a person or a bot) can tell a repeat.
///
/// A message goes to exactly one Slack channel or member, because posts to two could not be told of in one receipt.
final class SlackChannel implements Channel {

    private static final String POST = "chat.postMessage";
    private static final String UPDATE = "chat.update";
    private static final String DELETE = "chat.delete";

    /// The message is no longer there, or may not be changed: there has to be another.
    private static final Set<String> GONE =
            Set.of("message_not_found", "cant_update_message", "edit_window_closed", "is_inactive", "thread_not_found", "cannot_reply_to_message");

    private static final Logger LOG = LoggerFactory.getLogger(SlackChannel.class);

    private final SlackApi slack;
    private final LivingMessages living;
    private final Ballots ballots;
    private final Function<String, Story> stories;
    private final Duration pace;

    /// What is to be voted on.
    @FunctionalInterface
    interface Ballots {

        /// Empty: nothing of this change, or nobody can vote here.
        Optional<SlackBlocks.Ballot> of(String changeId);
    }

    /// @param stories what is known of a change
    /// @param pace an address is left alone for so long after a post
    SlackChannel(SlackApi slack, LivingMessages living, Ballots ballots, Function<String, Story> stories, Duration pace) {
        this.slack = slack;
        this.living = living;
        this.ballots = ballots;
        this.stories = stories;
        this.pace = pace;
    }

    /// Where a story begins there are two posts; changing one is none.
    @Override
    public Duration rest(To to) {
        return LivingMessages.isOneStory(to.group()) && !living.of(to).isPosted() ? pace.multipliedBy(2) : pace;
    }

    /// Slack's own id, as soon as it told it.
    @Override
    public String place(To to) {
        return living.channelId(to.address());
    }

    @Override
    public Delivery send(Message message, To to, Attempt attempt) throws IOException, NotYet {
        if (!LivingMessages.isOneStory(to.group())) {
            Said said = post(message, to.address(), SlackBlocks.of(message), Map.of(), attempt);
            if (said instanceof Done(var body)) {
                living.resolves(to.address(), body.path("channel").asString(to.address()));
            }
            return said(said, to);
        }
        deleteDoubles(to, attempt);
        MessageRef seen = living.of(to);
        if (!living.claim(seen, to.group(), message.id())) {
            throw new NotYet("somebody else just posts or changes the message of " + to.group() + " there");
        }
        MessageRef root = seen;
        boolean goesOn = true;
        try {
            if (!seen.isPosted() || !isUpToDate(seen, message, to, attempt)) {
                if (seen.isPosted()) {
                    living.costs(seen, pace);
                }
                // Whatever Slack has against changing it: to a post it says what that is.
                Said begun = post(message, to.address(), state(message), Map.of(), attempt);
                if (!(begun instanceof Done(var body))) {
                    return said(begun, to);
                }
                root = new MessageRef(body.path("channel").asString(to.address()), body.path("ts").asString(""));
                goesOn = living.posted(to, seen, root, message.newest());
            }
        } finally {
            living.release(seen, to.group(), message.id());
        }
        // What was posted twice is found by then: where the address leads is known.
        return goesOn ? reply(root, message, to, attempt) : send(message, to, attempt);
    }

    /// @return false: it cannot be
    private boolean isUpToDate(MessageRef root, Message message, To to, Attempt attempt) throws IOException, NotYet {
        if (living.showsLater(root, to.group(), message.newest())) {
            return true;
        }
        Map<String, Object> body = body(message, root.channelId(), state(message));
        body.put("ts", root.ts());
        if (!(slack.call(UPDATE, body, attempt) instanceof Done)) {
            return false;
        }
        living.showing(root, to.group(), message.newest());
        return true;
    }

    /// Somebody who wrote the same channel otherwise was faster: two messages would ask for the same vote.
    private void deleteDoubles(To to, Attempt attempt) throws IOException, NotYet {
        for (MessageRef each : living.doubles(to)) {
            Said said = slack.call(DELETE, Map.of("channel", each.channelId(), "ts", each.ts()), attempt);
            if (said instanceof Refused(var error) && !GONE.contains(error)) {
                LOG.warn("The message {} of {} in {}, which is there twice, stays: Slack answers {}", each.ts(), to.group(), each.channelId(), error);
            }
            living.isNoDouble(each, to.group());
        }
    }

    private Delivery reply(MessageRef root, Message message, To to, Attempt attempt) throws IOException, NotYet {
        Said added = post(
                message, root.channelId(), SlackBlocks.of(message), Map.of("thread_ts", root.ts(), "reply_broadcast", to.again()), attempt);
        if (added instanceof Refused(var error) && GONE.contains(error)) {
            living.forget(root, to.group(), message.id());
            throw new IOException("Slack answers " + error + ": the message will be posted anew");
        }
        return said(added, to);
    }

    private Said post(Message message, String channel, List<Map<String, Object>> blocks, Map<String, ?> more, Attempt attempt)
            throws IOException, NotYet {
        Map<String, Object> body = body(message, channel, blocks);
        body.putAll(more);
        body.put("unfurl_links", false);
        body.put("unfurl_media", false);
        return slack.call(POST, body, attempt);
    }

    private List<Map<String, Object>> state(Message message) {
        String story = message.changeId();
        return SlackBlocks.state(message, stories.apply(story), ballots.of(story).orElse(null));
    }

    private static Map<String, Object> body(Message message, String channel, List<Map<String, Object>> blocks) {
        Map<String, Object> body = new HashMap<>();
        body.put("channel", channel);
        body.put("text", Markup.escaped(message.subject()));
        body.put("blocks", blocks);
        body.put(
                "metadata",
                Map.of(
                        "event_type",
                        "slipway_fact",
                        "event_payload",
                        Map.of(
                                "notification_id", message.id(),
                                "fact_id", message.factId(),
                                "change_id", message.changeId())));
        return body;
    }

    private static Delivery said(Said said, To to) {
        return switch (said) {
            case Done(JsonNode body) ->
                new Delivered(body.path("channel").asString(to.address()) + "/" + body.path("ts").asString("?"));
            case Refused(var error) -> new Undeliverable("Slack answers " + error + " for " + to.address());
        };
    }
}
