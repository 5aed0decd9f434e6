package slipway.change;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static slipway.change.TheService.DANA;
import static slipway.change.TheService.PATIENCE;
import static slipway.change.TheService.good;
import static slipway.change.TheService.kinds;
import static slipway.change.TheService.post;
import static slipway.change.TheService.service;
import static slipway.change.TheService.show;
import static slipway.change.TheService.submitFor;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import slipway.change.domain.ChangeEvent;
import slipway.change.domain.VoteAnswerEvent.ApprovalVoteAnswered;
import slipway.change.domain.VoteDecision;
import slipway.events.Actor;
import slipway.events.ActorKind;
import slipway.events.Meta;
import slipway.events.Topics;
import slipway.events.notification.ApprovalVoteRequested;
import slipway.messaging.RunningService;

/// Votes that notification-service passes on.
class VotesElsewhereTest {

    private static ApprovalVoteAnswered vote(
            String change, String person, slipway.events.VoteDecision decision, @Nullable String reason, @Nullable String plan) {
        Meta meta = RunningService.meta("VOT-" + change + person + decision + plan, 1, change);
        meta.put(meta.getSchema().getField("actor").pos(), new Actor("notification-service", ActorKind.SERVICE, person));
        service().publish(
                Topics.NOTIFICATION,
                new ApprovalVoteRequested(meta, change, person, decision, reason, plan, "slack", "U012345678"),
                meta.getAggregateId());
        List<ApprovalVoteAnswered> answers = await().atMost(PATIENCE)
                .until(() -> service().facts("answered", "ANS-" + meta.getAggregateId()), facts -> !facts.isEmpty());
        return answers.getFirst();
    }

    @Test
    void a_vote_counts_as_if_it_were_given_here_and_says_through_whom_it_came() {
        String id = submitFor("ci-1", 2);
        String plan = show(id).get("planDigest").stringValue();

        ApprovalVoteAnswered answer = vote(id, "aki", slipway.events.VoteDecision.APPROVE, null, plan);

        assertThat(answer.counted()).as("%s", answer.reasons()).isTrue();
        assertThat(answer.decision()).isEqualTo(VoteDecision.APPROVE);
        assertThat(show(id).get("votes").get(0).get("voter").stringValue()).isEqualTo("aki");
        assertThat(service().<ChangeEvent>facts("changes", id))
                .filteredOn(ChangeEvent.ApprovalVoteCast.class::isInstance)
                .singleElement()
                .isEqualTo(new ChangeEvent.ApprovalVoteCast(
                        "peer", "aki", VoteDecision.APPROVE, null, null, List.of("notification-service")));
        good(post(DANA, "/changes/" + id + "/cancel", "reason: done"));
    }

    @Test
    void the_rules_of_any_vote_hold_and_every_reason_is_told() {
        String id = submitFor("ci-1", 2);

        ApprovalVoteAnswered own = vote(id, "dana", slipway.events.VoteDecision.APPROVE, null, "sha256:another");
        assertThat(own.counted()).isFalse();
        assertThat(own.reasons())
                .anyMatch(reason -> reason.startsWith("separation of duties: dana"))
                .anyMatch(reason -> reason.startsWith("planDigest: the plan is another one"));
        assertThat(kinds("ATT-" + id)).containsExactly("ApprovalAttemptRefused");
        assertThat(vote(id, "aki", slipway.events.VoteDecision.REJECT, null, null).reasons())
                .containsExactly("reason: is missing; whoever rejects says why");
        assertThat(kinds("ATT-" + id)).as("what is written wrongly is no attempt").hasSize(1);
        assertThat(kinds(id)).doesNotContain("ApprovalVoteCast");
        good(post(DANA, "/changes/" + id + "/cancel", "reason: done"));
    }

    @Test
    void what_is_no_change_has_no_votes() {
        assertThat(vote("CHG-999999", "aki", slipway.events.VoteDecision.APPROVE, null, null).reasons())
                .containsExactly("there is no change CHG-999999");
        assertThat(vote("INVENTORY", "aki", slipway.events.VoteDecision.APPROVE, null, null).reasons())
                .containsExactly("there is no change INVENTORY");
    }
}
