package slipway.change.hindsight;

import static org.assertj.core.api.Assertions.assertThat;
import static slipway.change.hindsight.Tales.DAY;
import static slipway.change.hindsight.Tales.PEOPLE;
import static slipway.change.hindsight.Tales.SPRING;
import static slipway.change.hindsight.Tales.THEN;
import static slipway.change.hindsight.Tales.asked;
import static slipway.change.hindsight.Tales.auto;
import static slipway.change.hindsight.Tales.deny;
import static slipway.change.hindsight.Tales.policy;
import static slipway.change.hindsight.Tales.require;
import static slipway.change.hindsight.Tales.stage;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import slipway.change.calendar.Window;
import slipway.change.domain.ApprovedBy;
import slipway.change.domain.ChangeEvent;
import slipway.change.domain.Outcome;
import slipway.change.domain.PolicyResult;
import slipway.change.domain.VoteDecision;
import slipway.change.hindsight.Backtest.Check;
import slipway.change.hindsight.Backtest.Result;
import slipway.change.policy.Electorate;
import slipway.change.policy.Policy;
import slipway.change.policy.PolicyText.StageText;

class BacktestTest {

    private static final Duration HOUR = Duration.ofHours(1);
    private static final Duration DAYS = Duration.ofDays(2);
    private static final Policy OWNER_NO_MORE = policy(
            "candidate", List.of(auto("risk == 'LOW'"), require("risk != 'LOW'", "peer")), stage("peer", "approvers", 1));
    private static final Policy NOBODY = policy("candidate", List.of(auto("true")));
    private static final Policy EVERYBODY =
            policy("candidate", List.of(require("true", "peer")), stage("peer", "approvers", 1));
    private static final Policy NO = policy("candidate", List.of(deny("true")));

    private record Known(Electorate recorded, Policy then) implements Backtest.Past {

        @Override
        public Electorate people(String inventoryVersion) {
            return Tales.INVENTORY.equals(inventoryVersion) ? recorded : null;
        }

        @Override
        public Optional<Policy> policy(String hash) {
            return Optional.ofNullable(then).filter(policy -> policy.hash().equals(hash));
        }
    }

    private static Backtest.Report test(Policy candidate, Tales... tales) {
        return test(candidate, new Known(new Electorate(PEOPLE), THEN), tales);
    }

    private static Backtest.Report test(Policy candidate, Backtest.Past past, Tales... tales) {
        Backtest backtest = new Backtest(candidate, SPRING, 10, past);
        for (int i = 0; i < tales.length; i++) {
            backtest.add("CHG-" + (i + 1), tales[i].story());
        }
        return backtest.report();
    }

    private static Backtest.Change only(Backtest.Report report) {
        assertThat(report.different().list()).hasSize(1);
        return report.different().list().getFirst();
    }

    private static Tales peerThenOwner() {
        return asked("MODERATE")
                .after(HOUR)
                .vote("peer", "aki")
                .after(DAYS)
                .vote("owner", "sam")
                .approved(ApprovedBy.HUMAN);
    }

    @Test
    void a_policy_that_decided_would_decide_the_same_again() {
        Backtest.Report report = test(THEN, asked("LOW"), peerThenOwner(), asked("HIGH"));
        assertThat(report.totals().changes())
                .isEqualTo(Map.of(Result.SAME, 3L, Result.DIFFERENT, 0L, Result.UNDECIDABLE, 0L));
        assertThat(report.totals().checks()).containsEntry(Check.REPRODUCED, 3L).containsEntry(Check.CONTRADICTED, 0L);
    }

    @Test
    void without_the_stage_that_came_last_the_wait_would_have_ended_with_the_one_before() {
        Backtest.Report report = test(OWNER_NO_MORE, peerThenOwner().closed(Outcome.SUCCESSFUL));
        Backtest.Change change = only(report);
        assertThat(change.waitedSeconds()).isEqualTo(HOUR.plus(DAYS).toSeconds());
        assertThat(change.savedSeconds()).isEqualTo(DAYS.toSeconds());
        assertThat(change.mayWaitLonger()).isFalse();
        assertThat(change.after().stages()).extracting(Side.StageSeen::name).containsExactly("peer");
        assertThat(report.totals().answers()).containsExactly(Map.entry("APPROVAL_REQUIRED -> APPROVAL_REQUIRED", 1L));
        assertThat(report.totals().savedSeconds()).isEqualTo(DAYS.toSeconds());
    }

    @Test
    void of_the_stages_that_are_left_the_last_one_ends_the_wait() {
        Tales three = asked("EXTREME")
                .after(HOUR)
                .vote("peer", "aki")
                .after(HOUR)
                .vote("owner", "sam")
                .after(DAYS)
                .vote("manager", "rosa")
                .approved(ApprovedBy.HUMAN);
        Policy managerNoMore = policy(
                "candidate",
                List.of(auto("risk == 'LOW'"), require("risk != 'LOW'", "peer", "owner")),
                stage("peer", "approvers", 1),
                stage("owner", "owners", 1));
        assertThat(only(test(managerNoMore, three)).savedSeconds()).isEqualTo(DAYS.toSeconds());
    }

    @Test
    void without_a_stage_that_came_first_nothing_is_saved() {
        Policy peerNoMore = policy(
                "candidate", List.of(auto("risk == 'LOW'"), require("risk != 'LOW'", "owner")), stage("owner", "owners", 1));
        Backtest.Report report = test(peerNoMore, peerThenOwner());
        assertThat(only(report).savedSeconds()).isNull();
        assertThat(only(report).mayWaitLonger()).isFalse();
        assertThat(report.totals().sooner()).isZero();
    }

    @Test
    void approved_at_once_it_would_have_waited_for_nobody() {
        assertThat(only(test(NOBODY, peerThenOwner())).savedSeconds()).isEqualTo(HOUR.plus(DAYS).toSeconds());
        assertThat(only(test(NOBODY, asked("MODERATE"))).savedSeconds())
                .as("nobody has approved it yet, so nobody knows how long it waits")
                .isNull();
    }

    @Test
    void a_vote_of_somebody_who_was_asked_later_counts_where_people_would_have_been_asked_alike() {
        Tales escalated = asked("MODERATE")
                .after(HOUR)
                .vote("peer", "rosa")
                .after(DAYS)
                .vote("owner", "sam")
                .approved(ApprovedBy.HUMAN);
        assertThat(only(test(OWNER_NO_MORE, escalated)).savedSeconds()).isEqualTo(DAYS.toSeconds());
        Policy ownersAsPeers = policy(
                "candidate",
                List.of(auto("risk == 'LOW'"), require("risk != 'LOW'", "peer")),
                stage("peer", "owners", 1));
        assertThat(only(test(ownersAsPeers, escalated)).mayWaitLonger()).isTrue();
    }

    @Test
    void a_quorum_that_was_not_there_may_take_longer_and_nobody_knows_how_long() {
        Policy twoPeers = policy(
                "candidate",
                List.of(auto("risk == 'LOW'"), require("risk != 'LOW'", "peer")),
                stage("peer", "approvers", 2));
        Backtest.Report report = test(twoPeers, peerThenOwner());
        assertThat(only(report).savedSeconds()).isNull();
        assertThat(only(report).mayWaitLonger()).isTrue();
        assertThat(report.totals().mayWaitLonger()).isOne();
    }

    @Test
    void where_a_no_would_have_been_a_veto_nobody_would_have_been_through_sooner() {
        Tales against = asked("MODERATE")
                .told(new ChangeEvent.ApprovalVoteCast("peer", "lea", VoteDecision.REJECT, "not now", null, List.of()))
                .after(HOUR)
                .vote("peer", "aki")
                .after(DAYS)
                .vote("owner", "sam")
                .approved(ApprovedBy.HUMAN);
        assertThat(only(test(OWNER_NO_MORE, against)).savedSeconds()).isEqualTo(DAYS.toSeconds());
        Policy ownersMayVeto = policy(
                "candidate",
                List.of(auto("risk == 'LOW'"), require("risk != 'LOW'", "peer")),
                new StageText("peer", "'approvers' in groups", 1, null, "'owners' in groups", Duration.ofDays(3), null, Duration.ZERO));
        assertThat(only(test(ownersMayVeto, against)).savedSeconds()).isNull();
        assertThat(only(test(ownersMayVeto, against)).mayWaitLonger()).isTrue();
    }

    @Test
    void a_vote_that_was_taken_back_is_counted_from_when_it_was_given_again() {
        Tales wavering = asked("MODERATE")
                .vote("peer", "aki")
                .after(HOUR)
                .told(new ChangeEvent.ApprovalVoteCast("peer", "aki", VoteDecision.REJECT, "wait", null, List.of()))
                .after(HOUR)
                .vote("peer", "aki")
                .after(DAYS)
                .vote("owner", "sam")
                .approved(ApprovedBy.HUMAN);
        assertThat(only(test(OWNER_NO_MORE, wavering)).savedSeconds()).isEqualTo(DAYS.toSeconds());
    }

    @Test
    void what_would_have_been_stopped_and_what_would_have_been_looked_at_are_two_things() {
        Tales failed = asked("LOW").approved(ApprovedBy.POLICY).closed(Outcome.BACKED_OUT);
        Tales went = asked("LOW").approved(ApprovedBy.POLICY).closed(Outcome.SUCCESSFUL);
        Backtest.Report denied = test(NO, failed, went);
        assertThat(denied.totals().effects())
                .containsEntry(Effect.FAILURE_STOPPED, 1L)
                .containsEntry(Effect.SUCCESS_STOPPED, 1L)
                .containsEntry(Effect.FAILURE_LOOKED_AT, 0L);
        assertThat(denied.totals().failed()).isOne();
        Backtest.Report looked = test(EVERYBODY, failed, went);
        assertThat(looked.totals().effects())
                .containsEntry(Effect.FAILURE_STOPPED, 0L)
                .containsEntry(Effect.FAILURE_LOOKED_AT, 1L);
        assertThat(looked.totals().mayWaitLonger()).isEqualTo(2);
    }

    @Test
    void a_stage_that_nobody_could_fill_stops_as_a_denial_does() {
        Policy board = policy("candidate", List.of(require("true", "board")), stage("board", "cab", 1));
        Backtest.Report report = test(board, asked("LOW").approved(ApprovedBy.POLICY).closed(Outcome.FAILED_NOT_BACKED_OUT));
        assertThat(only(report).after().unfillable()).containsExactly("board");
        assertThat(only(report).effect()).isEqualTo(Effect.FAILURE_STOPPED);
    }

    @Test
    void what_people_stopped_or_saw_and_nobody_would_have() {
        Tales refused = asked("MODERATE").told(new ChangeEvent.ChangeRejected("peer", "aki", "no capacity"));
        Tales seen = peerThenOwner().closed(Outcome.SUCCESSFUL).told(new ChangeEvent.ChangeOutcomeReclassified(
                Outcome.SUCCESSFUL, Outcome.FAILED_NOT_BACKED_OUT, "INC-1", "rosa", "found later"));
        Tales missed = peerThenOwner().told(new ChangeEvent.ChangeExpired("not started until the approval ended"));
        assertThat(test(NOBODY, refused, seen, missed).totals().effects())
                .containsEntry(Effect.REFUSAL_PASSED, 1L)
                .containsEntry(Effect.FAILURE_UNSEEN, 1L);
    }

    @Test
    void one_in_review_has_failed_when_the_facts_say_so_although_it_is_not_over() {
        Tales open = asked("LOW")
                .approved(ApprovedBy.POLICY)
                .told(new ChangeEvent.ReviewOpened("rolled back", List.of(), Outcome.BACKED_OUT, true, DAY));
        Backtest.Change change = only(test(NO, open));
        assertThat(change.outcome()).isEqualTo("BACKED_OUT");
        assertThat(change.over()).isFalse();
        assertThat(change.effect()).isEqualTo(Effect.FAILURE_STOPPED);
    }

    @Test
    void what_was_registered_after_it_was_done_no_policy_could_have_stopped() {
        Tales late = asked("LATENT", "MODERATE", Map.of()).closed(Outcome.FAILED_NOT_BACKED_OUT);
        assertThat(only(test(NO, late)).effect()).isNull();
    }

    @Test
    void an_input_that_was_not_recorded_makes_it_undecidable_and_is_named() {
        Policy reading = policy("candidate", List.of(auto("reached < 10 && !outage")));
        Backtest.Report report = test(
                reading,
                asked("NORMAL", "LOW", Map.of("reached", "", "outage", "")),
                asked("NORMAL", "LOW", Map.of("service", "")));
        assertThat(report.totals().changes()).containsEntry(Result.UNDECIDABLE, 1L).containsEntry(Result.SAME, 1L);
        assertThat(report.totals().notRecorded()).isEqualTo(Map.of("reached", 1L, "outage", 1L));
        assertThat(report.undecidable().list()).singleElement().satisfies(unknown -> {
            assertThat(unknown.id()).isEqualTo("CHG-1");
            assertThat(unknown.notRecorded()).isEqualTo(Set.of("reached", "outage"));
        });
    }

    @Test
    void without_the_people_of_that_time_a_stage_that_is_asked_alike_has_the_same_people_and_another_is_undecidable() {
        Known nobodyKnown = new Known(null, THEN);
        Backtest.Report same = test(THEN, nobodyKnown, peerThenOwner());
        assertThat(same.totals().changes()).containsEntry(Result.SAME, 1L);
        assertThat(same.totals().checks()).containsEntry(Check.IN_PART, 1L);
        Policy others = policy(
                "candidate",
                List.of(auto("risk == 'LOW'"), require("risk != 'LOW'", "peer", "owner")),
                stage("peer", "approvers", 1),
                stage("owner", "change-managers", 1));
        assertThat(test(others, nobodyKnown, peerThenOwner()).undecidable().list())
                .singleElement()
                .satisfies(unknown -> assertThat(unknown.notRecorded()).isEqualTo(Set.of("people")));
        Backtest.Change fewer = only(test(OWNER_NO_MORE, nobodyKnown, peerThenOwner()));
        assertThat(fewer.savedSeconds()).as("the peer is asked as then").isEqualTo(DAYS.toSeconds());
        assertThat(test(OWNER_NO_MORE, new Known(null, null), peerThenOwner()).different().list())
                .singleElement()
                .satisfies(change -> {
                    assertThat(change.savedSeconds()).isNull();
                    assertThat(change.mayWaitLonger()).isTrue();
                });
    }

    @Test
    void a_record_that_its_own_policy_does_not_give_is_told() {
        Tales touched = asked("MODERATE").answering(PolicyResult.AUTO);
        Backtest.Report report = test(THEN, touched, asked("LOW"));
        assertThat(report.contradicted().list())
                .singleElement()
                .satisfies(told -> assertThat(told.disagreements().getFirst())
                        .isEqualTo("answer: recorded AUTO, calculated APPROVAL_REQUIRED"));
        assertThat(test(THEN, new Known(new Electorate(PEOPLE), null), touched).totals().checks()).containsEntry(Check.NOT_CHECKED, 1L);
    }

    @Test
    void each_evaluation_is_made_again_and_the_last_one_counts() {
        Tales revised = asked("HIGH")
                .told(new ChangeEvent.ChangeRejected("peer", "aki", "too much"))
                .after(DAYS)
                .assessed("NORMAL", "LOW", Map.of())
                .approved(ApprovedBy.POLICY);
        Policy strictAboutHigh = policy(
                "candidate",
                List.of(auto("risk == 'LOW'"), deny("risk == 'HIGH'"), require("risk == 'MODERATE'", "peer")),
                stage("peer", "approvers", 1));
        Backtest.Report report = test(strictAboutHigh, revised);
        assertThat(report.totals().evaluations()).containsEntry(Result.DIFFERENT, 1L).containsEntry(Result.SAME, 1L);
        assertThat(report.totals().changes()).containsEntry(Result.DIFFERENT, 0L).containsEntry(Result.SAME, 1L);
    }

    @Test
    void what_was_evaluated_at_another_time_is_not_looked_at() {
        Backtest backtest = new Backtest(NO, new Window(DAY.plusSeconds(1), SPRING.notAfter()), 10, new Known(new Electorate(PEOPLE), THEN));
        backtest.add("CHG-1", asked("LOW").story());
        assertThat(backtest.report().totals().evaluations()).containsEntry(Result.DIFFERENT, 0L);
    }

    @Test
    void of_a_long_list_the_newest_are_told_and_all_are_counted() {
        Backtest backtest = new Backtest(NO, SPRING, 2, new Known(new Electorate(PEOPLE), THEN));
        for (int i = 1; i <= 5; i++) {
            Tales tale = asked("LOW").after(HOUR.multipliedBy(i)).assessed("NORMAL", "LOW", Map.of());
            backtest.add("CHG-" + i, tale.story());
        }
        assertThat(backtest.report().different().list()).extracting(Backtest.Change::id).containsExactly("CHG-5", "CHG-4");
        assertThat(backtest.report().different().more()).isEqualTo(3);
        assertThat(backtest.report().totals().changes()).containsEntry(Result.DIFFERENT, 5L);
    }
}
