package slipway.change.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static slipway.change.domain.Examples.INVENTORY;
import static slipway.change.domain.Examples.NOW;
import static slipway.change.domain.Examples.WINDOW;
import static slipway.change.domain.Examples.answers;
import static slipway.change.domain.Examples.lowRisk;
import static slipway.change.domain.Examples.now;
import static slipway.change.domain.Examples.rfc;
import static slipway.change.domain.Examples.story;
import static slipway.change.domain.Examples.submit;
import static slipway.change.domain.Examples.submitted;
import static slipway.change.domain.Examples.with;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import slipway.change.calendar.Window;
import slipway.change.domain.ChangeCommand.Submit;
import slipway.change.domain.ChangeCommand.TakeIn;
import slipway.change.domain.ChangeEvent.ApprovalRequested;
import slipway.change.domain.ChangeEvent.ImpactAssessed;
import slipway.change.domain.ChangeEvent.PolicyEvaluated;
import slipway.change.domain.ChangeEvent.RFCRefused;
import slipway.change.domain.ChangeEvent.RFCSubmitted;
import slipway.change.domain.ChangeEvent.RiskAssessed;

class SubmissionTest {

    private static final Rfc EMPTY = new Rfc(
            ChangeType.UNKNOWN,
            "",
            "",
            "",
            "",
            "",
            "",
            "sha256:short",
            List.of(),
            List.of(),
            "",
            "",
            "",
            null,
            false,
            false,
            false,
            new Window(NOW.minusSeconds(20), NOW.minusSeconds(10)),
            -1,
            answers(0),
            null,
            null,
            List.of(),
            0,
            null,
            List.of(),
            List.of(),
            List.of(),
            Map.of(),
            List.of(),
            List.of());

    @Test
    void a_request_is_taken_assessed_and_put_to_the_vote_at_once() {
        story().when(submit(rfc()))
                .thenKinds(
                        RFCSubmitted.class,
                        ImpactAssessed.class,
                        RiskAssessed.class,
                        PolicyEvaluated.class,
                        ApprovalRequested.class,
                        ApprovalRequested.class);
    }

    @Test
    void the_vote_is_asked_of_the_approvers_without_requester_and_implementer() {
        ApprovalRequested asked = story().when(submit(rfc())).fact(ApprovalRequested.class);
        assertThat(asked).isEqualTo(new ApprovalRequested(
                new ApprovalStage("peer", List.of("aki", "sam"), 1, List.of()), WINDOW.notAfter(), List.of(), 0));
    }

    @Test
    void the_wait_for_an_approval_ends_after_14_days_when_the_window_ends_later() {
        Window far = new Window(NOW.plus(Duration.ofDays(13)), NOW.plus(Duration.ofDays(31)));
        ApprovalRequested asked = story().when(submit(with(answers(2), List.of("inventory-web"), far)))
                .fact(ApprovalRequested.class);
        assertThat(asked.dueAt()).isEqualTo(NOW.plus(Duration.ofDays(14)));
    }

    @Test
    void every_fault_of_a_request_is_named_at_once() {
        story().when(submit(EMPTY))
                .thenRefused(
                        "type: is missing",
                        "title: is missing",
                        "justification: is missing",
                        "requester: is missing",
                        "implementer: is missing",
                        "service: is missing",
                        "version: is missing",
                        "digest: must be sha256:",
                        "configurationItems: is missing",
                        "environments: is missing",
                        "implementationPlan: is missing",
                        "rollbackPlan: is missing",
                        "testPlan: is missing",
                        "soakSeconds: must be 0",
                        "window: is in the past",
                        "riskAnswers.testEvidence: is missing",
                        "riskAnswers.doneBefore: is missing",
                        "riskAnswers.rollbackAutomated: is missing",
                        "riskAnswers.recoverableInWindow: is missing",
                        "riskAnswers.teamsInvolved: is missing",
                        "riskAnswers.dataTouched: is missing",
                        "riskAnswers.businessHours: is missing",
                        "riskAnswers.leadTime: is missing");
    }

    @Test
    void faults_found_while_reading_come_first_and_are_not_named_twice() {
        Window placeholder = new Window(NOW, NOW);
        Rfc rfc = with(answers(2), List.of("inventory-web", "nowhere"), placeholder);
        List<String> unread = List.of("titel: is no field of a request", "window.notAfter: 'soon' is no time");
        story().when(new Submit(rfc, List.of("dana"), unread, now()))
                .thenRefused("titel:", "window.notAfter: 'soon'", "no configuration item 'nowhere'");
    }

    @Test
    void unknown_people_items_named_twice_and_answers_out_of_range_are_faults() {
        Rfc known = with(answers(6), List.of("shop", "shop"), WINDOW);
        Inventory nobody = new Inventory(List.of(), INVENTORY.configurationItems());
        story().when(new Submit(known, List.of("dana"), List.of(), now(nobody)))
                .thenRefused(
                        "requester: nobody called 'dana'",
                        "implementer: nobody called 'dana'",
                        "'shop' is there twice",
                        "must be 1 to 5, not 6",
                        "must be 1 to 5, not 6",
                        "must be 1 to 5, not 6",
                        "must be 1 to 5, not 6",
                        "must be 1 to 5, not 6",
                        "must be 1 to 5, not 6",
                        "must be 1 to 5, not 6",
                        "must be 1 to 5, not 6");
    }

    @Test
    void a_window_may_start_now_but_not_before() {
        story().when(submit(with(answers(2), List.of("shop"), new Window(NOW, NOW.plusSeconds(60)))))
                .facts();
        story().when(submit(with(answers(2), List.of("shop"), new Window(NOW.minusMillis(1), NOW.plusSeconds(60)))))
                .thenRefused("window: starts in the past");
    }

    @Test
    void a_window_that_ends_before_it_starts_is_a_fault() {
        story().when(submit(with(answers(2), List.of("shop"), new Window(NOW.plusSeconds(60), NOW.plusSeconds(60)))))
                .thenRefused("window: must end after it starts");
    }

    @Test
    void an_emergency_may_have_begun_but_names_its_incident() {
        Window open = new Window(NOW.minusSeconds(60), NOW.plusSeconds(60));
        story().when(submit(rfc(
                        ChangeType.EMERGENCY, answers(2), List.of("shop"), open, null, false, false, "INC-1")))
                .facts();
        story().when(submit(rfc(ChangeType.EMERGENCY, answers(2), List.of("shop"), open, null, false, false, null)))
                .thenRefused("incidentRef: is missing");
    }

    @Test
    void an_exploited_vulnerability_is_reason_enough_for_an_emergency() {
        Rfc patched = Amended.of(rfc(ChangeType.EMERGENCY, answers(2), List.of("shop"), WINDOW, null, false, false, null))
                .evidence(new Evidence(EvidenceKind.EXPLOITED_CVE, "CVE-2026-1234"));
        story().when(submit(patched)).facts();
    }

    @Test
    void a_standard_change_needs_its_template() {
        story().when(submit(rfc(ChangeType.STANDARD, answers(2), List.of("shop"), WINDOW, null, false, false, null)))
                .thenRefused("templateRef: is missing");
    }

    @Test
    void a_latent_change_was_made_already_and_goes_straight_to_its_review() {
        Window past = new Window(NOW.minusSeconds(3600), NOW.minusSeconds(1800));
        Rfc late = rfc(ChangeType.LATENT, answers(2), List.of("inventory-web"), past, null, false, false, null);
        story().when(submit(late))
                .thenKinds(
                        RFCSubmitted.class,
                        ImpactAssessed.class,
                        RiskAssessed.class,
                        PolicyEvaluated.class,
                        ChangeEvent.UnauthorisedChangeDetected.class,
                        ChangeEvent.ReviewOpened.class);
        story().when(submit(rfc(ChangeType.LATENT, answers(2), List.of("shop"), WINDOW, null, false, false, null)))
                .thenRefused("window: starts in the future");
    }

    @Test
    void an_approval_that_nobody_can_give_is_refused_at_submission() {
        Inventory few = new Inventory(
                INVENTORY.people().stream()
                        .filter(person -> !person.groups().contains("cab"))
                        .toList(),
                INVENTORY.configurationItems());
        story().when(new Submit(with(answers(2), List.of("payments"), WINDOW), List.of("dana"), List.of(), now(few)))
                .thenRefused("nobody can give it: the risk is HIGH; without requester dana and implementer dana there are "
                        + "too few different people: board asks for 3 and may be given by []");
    }

    @Test
    void what_the_policy_denies_is_refused_with_its_reason() {
        story().when(submit(with(answers(4), List.of("payments"), WINDOW)))
                .thenRefused("approval: rehearse the rollback");
    }

    @Test
    void what_the_policy_approves_by_itself_is_approved_at_once() {
        Rfc shown = Amended.of(lowRisk()).evidence(new Evidence(EvidenceKind.TESTED, "https://ci.example.org/7"));
        ChangeEvent.ChangeApproved approved =
                story().when(submit(shown)).fact(ChangeEvent.ChangeApproved.class);
        assertThat(approved.by()).isEqualTo(ApprovedBy.POLICY);
        assertThat(approved.approvers()).containsExactly("policy test/1");
    }

    @Test
    void what_stands_in_the_way_is_told_to_those_who_vote() {
        Conflict busy = new Conflict(ConflictKind.IMPLEMENTER, "", "CHG-1", "dana is busy");
        story().when(new Submit(rfc(), List.of("dana"), List.of(), now(busy)))
                .thenKinds(
                        RFCSubmitted.class,
                        ImpactAssessed.class,
                        RiskAssessed.class,
                        ChangeEvent.ConflictDetected.class,
                        PolicyEvaluated.class,
                        ApprovalRequested.class,
                        ApprovalRequested.class);
    }

    @Test
    void what_was_submitted_is_not_submitted_again() {
        submitted(rfc()).when(submit(rfc())).thenRefused("submitted already");
    }

    @Test
    void a_request_through_the_open_door_keeps_where_it_came_from() {
        RFCSubmitted taken = story().when(new TakeIn(submit(rfc()), "/jira", "42")).fact(RFCSubmitted.class);
        assertThat(taken).isEqualTo(new RFCSubmitted(rfc(), PlanDigest.of(rfc()), "/jira", "42", List.of("dana")));
    }

    @Test
    void a_bad_request_through_the_open_door_is_answered_by_a_fact_with_every_reason() {
        Rfc bad = with(answers(2), List.of("nowhere"), new Window(NOW.minusSeconds(9), NOW.minusSeconds(8)));
        story().when(new TakeIn(submit(bad), "/jira", "42"))
                .then(new RFCRefused(
                        "Inventory 2.1.0",
                        "/jira",
                        "42",
                        List.of(
                                "configurationItems: there is no configuration item 'nowhere'",
                                "window: is in the past: it ended at 2026-03-02T09:59:52Z")));
    }

    @Test
    void what_came_through_the_open_door_twice_is_taken_once() {
        TakeIn good = new TakeIn(submit(rfc()), "/jira", "42");
        story().after(good).when(good).thenNothing();
        TakeIn bad = new TakeIn(submit(EMPTY), "/jira", "43");
        story().after(bad).when(bad).thenNothing();
    }

    @Test
    void evidence_that_contradicts_an_answer_is_no_evidence() {
        Rfc untested = Amended.of(with(answers(4), List.of("inventory-web"), WINDOW))
                .evidence(
                        new Evidence(EvidenceKind.TESTED, "https://ci.example.org/7"),
                        new Evidence(EvidenceKind.REHEARSED_ROLLBACK, "SHOP-118"),
                        new Evidence(EvidenceKind.DONE_BEFORE, "CHG-5"));
        story().when(submit(untested))
                .thenRefused(
                        "evidence: TESTED contradicts riskAnswers.testEvidence, which is 4",
                        "evidence: REHEARSED_ROLLBACK contradicts riskAnswers.rollbackAutomated, which is 4",
                        "evidence: DONE_BEFORE contradicts riskAnswers.doneBefore, which is 4");
    }

    @Test
    void evidence_is_something_that_others_can_look_up() {
        for (String reference : List.of("x", "trust me", "http://", "javascript:alert(1)")) {
            story().when(submit(Amended.of(lowRisk()).evidence(new Evidence(EvidenceKind.TESTED, reference))))
                    .thenRefused("cannot be looked up");
        }
        for (String reference : List.of("https://ci.example.org/runs/4711", "SHOP-118", "CHG-7", "CVE-2026-1234", "GHSA-7rjr-3q55-vv33")) {
            assertThat(story().when(submit(Amended.of(lowRisk()).evidence(new Evidence(EvidenceKind.TESTED, reference))))
                            .facts())
                    .as(reference)
                    .isNotEmpty();
        }
    }

    @Test
    void that_it_was_done_before_is_only_believed_by_a_policy_when_our_own_facts_say_so() {
        Rfc again = Amended.of(lowRisk()).evidence(new Evidence(EvidenceKind.DONE_BEFORE, "CHG-5"));
        assertThat(story().when(submit(again)).fact(PolicyEvaluated.class).inputs()).containsEntry("evidence", "[]");
        History known = new History(Set.of(), Set.of(), Set.of("CHG-5"));
        Circumstances then = new Circumstances(Examples.INVENTORY, known, Examples.POLICY, null, List.of(), Examples.ENVIRONMENTS, NOW);
        assertThat(story().when(new Submit(again, List.of("dana"), List.of(), then))
                        .fact(PolicyEvaluated.class)
                        .inputs())
                .containsEntry("evidence", "[DONE_BEFORE]");
    }

    @Test
    void a_window_that_opens_after_the_approval_has_ended_is_told_to_be_too_early_to_ask_for() {
        Instant opens = NOW.plus(Duration.ofDays(14));
        Rfc far = with(answers(2), List.of("inventory-web"), new Window(opens, opens.plusSeconds(3600)));
        story().when(submit(far)).thenRefused("window: opens at " + opens + ", but an approval lasts 14 days");
        Rfc near = with(answers(2), List.of("inventory-web"), new Window(opens.minusMillis(1), opens.plusSeconds(3600)));
        assertThat(story().after(submit(near)).state().status()).isEqualTo(Status.AWAITING_APPROVAL);
    }

    @Test
    void environments_are_those_that_there_are_in_the_order_of_promotion() {
        story().when(submit(Amended.of(rfc()).environments("dev", "moon")))
                .thenRefused("environments: there is no environment 'moon'; there are [dev, qa, staging, prod]");
        story().when(submit(Amended.of(rfc()).environments("prod", "dev")))
                .thenRefused("environments: must be in the order of promotion: dev, prod");
    }

    @Test
    void a_request_from_outside_with_times_beyond_all_reckoning_is_answered_too() {
        for (ChangeType type : List.of(ChangeType.NORMAL, ChangeType.STANDARD)) {
            Rfc absurd = Examples.rfc(
                    type,
                    answers(2),
                    List.of("inventory-web"),
                    new Window(Instant.ofEpochMilli(Long.MIN_VALUE), Instant.ofEpochMilli(Long.MAX_VALUE)),
                    null,
                    false,
                    false,
                    null);
            assertThat(story().when(new TakeIn(submit(absurd), "/jira", "1")).fact(RFCRefused.class).reasons())
                    .anySatisfy(reason -> assertThat(reason).startsWith("window: "));
        }
    }

    @Test
    void what_is_meant_from_the_moment_of_submission_is_told_by_the_draft() {
        RelativeTimes later = new RelativeTimes(Map.of("window.notBefore", "PT1H", "window.notAfter", "PT3H"));
        Rfc written = with(
                answers(2), List.of("inventory-web"), new Window(NOW.minusSeconds(86_400), NOW.minusSeconds(80_000)));
        var draft = story().after(new ChangeCommand.SaveDraft(new Asker("dana", Set.of()), written, later));
        assertThat(((ChangeState.Draft) draft.state()).at(NOW).window()).isEqualTo(WINDOW);
        assertThat(draft.after(submit(rfc())).state().status()).isEqualTo(Status.AWAITING_APPROVAL);
        draft.when(submit(written)).thenRefused("the draft was saved anew in this very moment");
    }
}
