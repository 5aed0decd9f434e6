package slipway.notification;

import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import slipway.messaging.NotYet;
import slipway.notification.Channel.Delivery.Delivered;
import slipway.notification.Channel.Delivery.Undeliverable;
import slipway.notification.LivingMessages.Place;
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

    /// The message is no longer there, or may not be changed: there has to be another.
    private static final Set<String> GONE =
            Set.of("message_not_found", "cant_update_message", "edit_window_closed", "is_inactive", "thread_not_found", "cannot_reply_to_message");

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
        return LivingMessages.isOneStory(to.group()) && living.of(to).isEmpty() ? pace.multipliedBy(2) : pace;
    }

    /// Slack's own id, as soon as it told it.
    @Override
    public String place(To to) {
        return living.place(to.address());
    }

    @Override
    public Delivery send(Message message, To to, Attempt attempt) throws IOException, NotYet {
        if (!LivingMessages.isOneStory(to.group())) {
            Said said = post(message, to.address(), SlackBlocks.of(message), Map.of(), attempt);
            if (said instanceof Done(var body)) {
                living.leads(to.address(), body.path("channel").asString(to.address()));
            }
            return said(said, to);
        }
        Optional<Place> before = living.of(to);
        if (before.isPresent() && isUpToDate(before.get(), message, to, attempt)) {
            return reply(before.get(), message, to, attempt);
        }
        // Whatever Slack has against changing it: to a post it says what that is.
        Place gone = before.orElseGet(() -> new Place(living.place(to.address()), ""));
        if (!living.begin(gone, to.group())) {
            throw new NotYet("somebody else just posts the message of " + to.group() + " there");
        }
        Said begun;
        try {
            begun = post(message, to.address(), state(message), Map.of(), attempt);
        } catch (IOException | NotYet e) {
            living.drop(gone, to.group());
            throw e;
        }
        if (!(begun instanceof Done(var body))) {
            living.drop(gone, to.group());
            return said(begun, to);
        }
        Place posted = new Place(body.path("channel").asString(to.address()), body.path("ts").asString(""));
        return reply(living.begins(to, gone, posted, message.newest()), message, to, attempt);
    }

    /// @return false: it cannot be
    private boolean isUpToDate(Place place, Message message, To to, Attempt attempt) throws IOException, NotYet {
        return !living.shows(place, to.group(), message.newest()) || slack.call(UPDATE, root(message, place), attempt) instanceof Done;
    }

    private Delivery reply(Place place, Message message, To to, Attempt attempt) throws IOException, NotYet {
        Said added = post(
                message, place.place(), SlackBlocks.of(message), Map.of("thread_ts", place.ts(), "reply_broadcast", to.again()), attempt);
        if (added instanceof Refused(var error) && GONE.contains(error)) {
            living.ends(place, to.group());
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

    private Map<String, Object> root(Message message, Place place) {
        Map<String, Object> body = body(message, place.place(), state(message));
        body.put("ts", place.ts());
        return body;
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
