package slipway.notification;

import java.io.IOException;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;
import slipway.events.change.ApprovalVoteAnswered;
import slipway.messaging.Cause;
import slipway.messaging.Decisions;
import slipway.messaging.Effect;
import slipway.messaging.NotYet;
import slipway.messaging.Order;
import slipway.notification.Outside.Answer;
import slipway.notification.domain.VoteDecider.Pass;
import slipway.notification.domain.VoteDecider.Passed;
import slipway.notification.domain.VoteEvent;
import slipway.notification.domain.VoteEvent.ApprovalVoteRequested;
import tools.jackson.databind.json.JsonMapper;

/// Votes that people click in Slack: stored, passed on as a wish, and answered where they clicked, for them alone.
final class SlackVotes implements Effect<ApprovalVoteAnswered> {

    private static final Logger LOG = LoggerFactory.getLogger(SlackVotes.class);
    private static final String SLACK = "hooks.slack.com";

    private final String service;
    private final Routing routing;
    private final Decisions<Pass, Passed, VoteEvent> votes;
    private final JdbcClient jdbc;
    private final TransactionTemplate transaction;
    private final Outside outside;
    private final String apiHost;
    private final JsonMapper json = new JsonMapper();

    /// @param service who acts in the person's place
    /// @param api where Slack is
    SlackVotes(
            String service,
            Routing routing,
            Decisions<Pass, Passed, VoteEvent> votes,
            JdbcClient jdbc,
            TransactionTemplate transaction,
            Outside outside,
            URI api) {
        this.service = service;
        this.routing = routing;
        this.votes = votes;
        this.jdbc = jdbc;
        this.transaction = transaction;
        this.outside = outside;
        this.apiHost = String.valueOf(api.getHost());
    }

    /// Stored when it returns; nothing that takes time happens before.
    void take(SlackClick click) {
        Optional<String> person = routing.personOfSlack(click.user());
        if (person.isEmpty() || !Description.isChange(click.changeId())) {
            String why = person.isEmpty()
                    ? "nobody here has the Slack account " + click.user() + ": the routing file has to say who you are"
                    : "that is no change";
            // Nothing was asked that could be lost: who hears nothing clicks again.
            Thread.ofVirtual().name("slack-answer").start(() -> tellAtOnce(click, why));
            return;
        }
        transaction.executeWithoutResult(_ -> {
            jdbc.sql("insert into vote_reply (vote_id, url) values (?, ?) on conflict do nothing")
                    .params(click.id(), click.responseUrl())
                    .update();
            votes.decide(
                    click.id(),
                    new Pass(new ApprovalVoteRequested(
                            click.changeId(),
                            person.get(),
                            click.decision(),
                            click.reason(),
                            click.planDigest(),
                            Receiver.SLACK,
                            click.user())),
                    Cause.person(person.get(), List.of(service), click.changeId()));
        });
    }

    @Override
    public List<Order<?>> perform(ApprovalVoteAnswered answered) throws IOException, NotYet {
        Optional<String> url = jdbc.sql("select url from vote_reply where vote_id = ?")
                .param(answered.getVoteId())
                .query(String.class)
                .optional();
        if (url.isPresent()) {
            tell(url.get(), text(answered));
            jdbc.sql("delete from vote_reply where vote_id = ?").param(answered.getVoteId()).update();
        }
        return List.of();
    }

    private static String text(ApprovalVoteAnswered it) {
        String vote = it.getDecision() == slipway.events.VoteDecision.APPROVE ? "approval" : "rejection";
        return it.getCounted()
                ? "Your %s of %s counts.".formatted(vote, it.getChangeId())
                : "Your %s of %s does not count: %s.".formatted(vote, it.getChangeId(), String.join("; ", it.getReasons()));
    }

    private void tellAtOnce(SlackClick click, String why) {
        try {
            tell(click.responseUrl(), "Your vote on %s does not count: %s.".formatted(click.changeId(), why));
        } catch (IOException | NotYet e) {
            LOG.warn("somebody who clicked in Slack could not be told: {}", e.getMessage());
        }
    }

    /// What Slack gives for that ends after half an hour: then nobody can be told any more, and 4xx says so.
    private void tell(String url, String text) throws IOException, NotYet {
        Optional<URI> where = where(url);
        if (where.isEmpty()) {
            LOG.warn("Slack wants an answer where it is not: nobody is told");
            return;
        }
        Answer answer = outside.post(
                where.get(),
                Map.of("Content-Type", "application/json; charset=utf-8"),
                json.writeValueAsString(Map.of(
                        "response_type", "ephemeral", "replace_original", false, "text", Markup.escaped(text))),
                // Whoever clicked may be told twice.
                () -> {});
        if (answer.status() == 429) {
            Instant until = answer.until(Instant.now());
            throw new NotYet("Slack limits the rate: left alone until " + until, until);
        }
        if (answer.status() >= 500) {
            throw new IOException("Slack answers " + answer.status());
        }
        if (!answer.took()) {
            LOG.warn("somebody who clicked in Slack could not be told: Slack answers {}", answer.status());
        }
    }

    private Optional<URI> where(String url) {
        try {
            URI uri = URI.create(url);
            boolean slack = SLACK.equals(uri.getHost()) || apiHost.equals(uri.getHost());
            return slack && Outside.fault(uri).isEmpty() ? Optional.of(uri) : Optional.empty();
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }
}
