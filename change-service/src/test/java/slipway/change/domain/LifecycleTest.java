package slipway.change.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static slipway.change.domain.Examples.INSIDE;
import static slipway.change.domain.Examples.NOW;
import static slipway.change.domain.Examples.RELEASE;
import static slipway.change.domain.Examples.ROSA;
import static slipway.change.domain.Examples.WINDOW;
import static slipway.change.domain.Examples.answers;
import static slipway.change.domain.Examples.approval;
import static slipway.change.domain.Examples.approved;
import static slipway.change.domain.Examples.authorise;
import static slipway.change.domain.Examples.criterion;
import static slipway.change.domain.Examples.implementing;
import static slipway.change.domain.Examples.look;
import static slipway.change.domain.Examples.lowRisk;
import static slipway.change.domain.Examples.monitoring;
import static slipway.change.domain.Examples.now;
import static slipway.change.domain.Examples.ratify;
import static slipway.change.domain.Examples.rejection;
import static slipway.change.domain.Examples.rfc;
import static slipway.change.domain.Examples.rollingBack;
import static slipway.change.domain.Examples.schedule;
import static slipway.change.domain.Examples.scheduled;
import static slipway.change.domain.Examples.story;
import static slipway.change.domain.Examples.submit;
import static slipway.change.domain.Examples.submitted;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import slipway.change.calendar.Window;
import slipway.change.domain.ChangeCommand.Amend;
import slipway.change.domain.ChangeCommand.BreakGlass;
import slipway.change.domain.ChangeCommand.Cancel;
import slipway.change.domain.ChangeCommand.Close;
import slipway.change.domain.ChangeCommand.CompleteImplementation;
import slipway.change.domain.ChangeCommand.EndRelease;
import slipway.change.domain.ChangeCommand.EndRollback;
import slipway.change.domain.ChangeCommand.EndSoak;
import slipway.change.domain.ChangeCommand.Expire;
import slipway.change.domain.ChangeCommand.FallToNormal;
import slipway.change.domain.ChangeCommand.LiftHold;
import slipway.change.domain.ChangeCommand.LookAtVoters;
import slipway.change.domain.ChangeCommand.MissRatification;
import slipway.change.domain.ChangeCommand.MissReview;
import slipway.change.domain.ChangeCommand.MissWindow;
import slipway.change.domain.ChangeCommand.PutOnHold;
import slipway.change.domain.ChangeCommand.RaiseRisk;
import slipway.change.domain.ChangeCommand.Ratify;
import slipway.change.domain.ChangeCommand.Reassess;
import slipway.change.domain.ChangeCommand.ReclassifyOutcome;
import slipway.change.domain.ChangeCommand.Review;
import slipway.change.domain.ChangeCommand.Revise;
import slipway.change.domain.ChangeCommand.RollBack;
import slipway.change.domain.ChangeCommand.SaveDraft;
import slipway.decider.Decision;
import slipway.decider.Story;

/// Every command in every state: where it leads, and that it leads nowhere else.
class LifecycleTest {

    private static final Asker DANA = new Asker("dana", Set.of("developers"));
    private static final Window ENVELOPE = new Window(WINDOW.notBefore(), WINDOW.notAfter().plus(Duration.ofDays(2)));
    /// With an envelope, so that an approval outlives a missed window.
    private static final Rfc RFC = Amended.of(rfc()).envelope(ENVELOPE);
    private static final Rfc MATERIAL = Amended.of(RFC).rollbackPlan("Another way back");
    private static final Rfc EMERGENCY = Amended.of(
                    Examples.rfc(ChangeType.EMERGENCY, answers(2), List.of("shop"), WINDOW, null, false, false, "INC-1"))
            .envelope(ENVELOPE);

    private static final Map<Status, Story<ChangeCommand, ChangeState, ChangeEvent>> STATES = states();

    private static Map<Status, Story<ChangeCommand, ChangeState, ChangeEvent>> states() {
        Map<Status, Story<ChangeCommand, ChangeState, ChangeEvent>> states = new EnumMap<>(Status.class);
        states.put(Status.NONE, story());
        states.put(Status.REFUSED, story().given(new ChangeEvent.RFCRefused("t", "/jira", "1", List.of("bad"))));
        states.put(Status.DRAFT, story().after(new SaveDraft(DANA, RFC, RelativeTimes.NONE)));
        states.put(
                Status.ASSESSING,
                story().given(new ChangeEvent.RFCSubmitted(RFC, PlanDigest.of(RFC), null, null, List.of("dana"))));
        states.put(Status.AWAITING_APPROVAL, submitted(RFC));
        states.put(Status.REJECTED, submitted(RFC).after(rejection("sam"), rejection("lea")));
        states.put(Status.EXPIRED, submitted(RFC).after(new Expire(ENVELOPE.notAfter())));
        states.put(Status.APPROVED, approved(RFC));
        states.put(Status.SCHEDULED, scheduled(RFC));
        states.put(Status.IMPLEMENTING, implementing(RFC));
        states.put(Status.MONITORING, monitoring(RFC));
        states.put(Status.ROLLING_BACK, rollingBack(RFC));
        states.put(Status.REVIEW, monitoring(RFC).after(soaked()));
        states.put(Status.CLOSED, monitoring(RFC).after(soaked(), new Close(ROSA, Outcome.SUCCESSFUL)));
        states.put(Status.CANCELLED, submitted(RFC).after(new Cancel(ROSA, "no")));
        return states;
    }

    private static EndSoak soaked() {
        return new EndSoak(List.of(criterion(true)), INSIDE.plusSeconds(60));
    }

    private static Map<String, ChangeCommand> commands() {
        Map<String, ChangeCommand> commands = new LinkedHashMap<>();
        commands.put("save draft", new SaveDraft(DANA, MATERIAL, RelativeTimes.NONE));
        commands.put("submit", submit(RFC));
        commands.put("amend materially", new Amend(DANA, MATERIAL, List.of(), now()));
        commands.put("amend words", new Amend(DANA, Amended.of(RFC).title("Other words"), List.of(), now()));
        commands.put("revise", new Revise(DANA));
        commands.put("raise risk", new RaiseRisk(ROSA, RiskLevel.HIGH, "busy", now()));
        commands.put("fall to normal", new FallToNormal("suspended", now()));
        commands.put("approve", approval("aki"));
        commands.put("reject", rejection("sam"));
        commands.put("expire", new Expire(ENVELOPE.notAfter()));
        commands.put("cancel", new Cancel(DANA, "not needed"));
        commands.put("break glass", new BreakGlass(new Asker("noa", Set.of("break-glass")), "night", NOW));
        commands.put("ratify", ratify("tim", VoteDecision.APPROVE, "right", NOW));
        commands.put("miss ratification", new MissRatification(ENVELOPE.notAfter()));
        commands.put("reassess", new Reassess(now()));
        commands.put("look at voters", new LookAtVoters(Examples.today(Examples.INVENTORY), NOW));
        commands.put("calendar free", schedule());
        commands.put("miss window", new MissWindow(WINDOW.notAfter()));
        commands.put("hold", new PutOnHold(DANA, "wait"));
        commands.put("lift hold", new LiftHold(DANA, "go on"));
        commands.put("authorise", authorise("dev", RFC));
        commands.put("complete", new CompleteImplementation(RELEASE, INSIDE));
        commands.put("roll back", new RollBack(RELEASE, "canary failed"));
        commands.put("end rollback", new EndRollback(RELEASE, Outcome.BACKED_OUT, "back", INSIDE));
        commands.put("end release", new EndRelease(RELEASE, "given up", INSIDE));
        commands.put("end soak", soaked());
        commands.put("review", new Review(ROSA, Outcome.SUCCESSFUL, "fine", null));
        commands.put("close", new Close(ROSA, Outcome.SUCCESSFUL));
        commands.put("miss review", new MissReview(ENVELOPE.notAfter()));
        commands.put("reclassify outcome", new ReclassifyOutcome(ROSA, Outcome.FAILED_NOT_BACKED_OUT, "INC-2", "found late"));
        return commands;
    }

    /// The transition table: from, by, to. What is not in it leads nowhere.
    private static final List<String> TABLE = List.of(
            "NONE, save draft, DRAFT",
            "NONE, submit, AWAITING_APPROVAL",
            "DRAFT, submit, AWAITING_APPROVAL",
            "DRAFT, cancel, CANCELLED",
            "ASSESSING, cancel, CANCELLED",
            "AWAITING_APPROVAL, expire, EXPIRED",
            "AWAITING_APPROVAL, cancel, CANCELLED",
            "REJECTED, revise, DRAFT",
            "EXPIRED, revise, DRAFT",
            "APPROVED, amend materially, AWAITING_APPROVAL",
            "APPROVED, raise risk, AWAITING_APPROVAL",
            "APPROVED, expire, EXPIRED",
            "APPROVED, cancel, CANCELLED",
            "APPROVED, calendar free, SCHEDULED",
            "SCHEDULED, amend materially, AWAITING_APPROVAL",
            "SCHEDULED, raise risk, AWAITING_APPROVAL",
            "SCHEDULED, expire, EXPIRED",
            "SCHEDULED, cancel, CANCELLED",
            "SCHEDULED, miss window, APPROVED",
            "SCHEDULED, authorise, IMPLEMENTING",
            "IMPLEMENTING, complete, MONITORING",
            "IMPLEMENTING, roll back, ROLLING_BACK",
            "IMPLEMENTING, end release, REVIEW",
            "MONITORING, roll back, ROLLING_BACK",
            "MONITORING, end soak, REVIEW",
            "ROLLING_BACK, end rollback, REVIEW",
            "REVIEW, roll back, ROLLING_BACK",
            "REVIEW, review, CLOSED",
            "REVIEW, close, CLOSED");

    /// What changes something without leading elsewhere.
    private static final Map<String, Set<Status>> STAYS = Map.of(
            "save draft", EnumSet.of(Status.DRAFT),
            "amend materially", EnumSet.of(Status.AWAITING_APPROVAL),
            "amend words", EnumSet.of(Status.AWAITING_APPROVAL, Status.APPROVED, Status.SCHEDULED),
            "raise risk", EnumSet.of(Status.AWAITING_APPROVAL),
            "approve", EnumSet.of(Status.AWAITING_APPROVAL),
            "reject", EnumSet.of(Status.AWAITING_APPROVAL),
            "hold", EnumSet.of(Status.AWAITING_APPROVAL, Status.APPROVED, Status.SCHEDULED, Status.IMPLEMENTING),
            "authorise", EnumSet.complementOf(EnumSet.of(Status.NONE, Status.REFUSED, Status.SCHEDULED)),
            "end rollback", EnumSet.of(Status.CLOSED),
            "reclassify outcome", EnumSet.of(Status.CLOSED));

    static Stream<List<String>> everyPair() {
        return STATES.keySet().stream()
                .flatMap(state -> commands().keySet().stream().map(command -> List.of(state.name(), command)));
    }

    @ParameterizedTest
    @MethodSource("everyPair")
    void every_command_leads_where_the_table_says_and_nowhere_else(List<String> pair) {
        Status from = Status.valueOf(pair.getFirst());
        String by = pair.getLast();
        Status expected = TABLE.stream()
                .map(row -> row.split(", "))
                .filter(row -> row[0].equals(from.name()) && row[1].equals(by))
                .map(row -> Status.valueOf(row[2]))
                .findFirst()
                .orElse(from);
        ChangeState state = STATES.get(from).state();
        ChangeDecider decider = new ChangeDecider();
        boolean changed = switch (decider.decide(commands().get(by), state)) {
            case Decision.Refused<ChangeEvent> _ -> false;
            case Decision.Accepted<ChangeEvent>(var facts) -> {
                for (ChangeEvent fact : facts) {
                    state = decider.evolve(state, fact);
                }
                yield !facts.isEmpty();
            }
        };
        assertThat(state.status()).isEqualTo(expected);
        boolean mayChange = expected != from || STAYS.getOrDefault(by, Set.of()).contains(from);
        assertThat(changed).as("whether there are facts").isEqualTo(mayChange);
    }

    @Test
    void the_table_has_no_row_for_what_is_not_there() {
        List<String> rows = new ArrayList<>(TABLE);
        rows.removeIf(row -> STATES.containsKey(Status.valueOf(row.split(", ")[0]))
                && commands().containsKey(row.split(", ")[1]));
        assertThat(rows).isEmpty();
        assertThat(STATES.keySet()).containsExactlyInAnyOrder(Status.values());
        STATES.forEach((status, story) -> assertThat(story.state().status()).isEqualTo(status));
    }

    @Test
    void an_emergency_breaks_the_glass_is_ratified_and_closed_after_both_review_and_ratification() {
        var bypassed = submitted(EMERGENCY).after(new BreakGlass(new Asker("noa", Set.of("break-glass")), "night", NOW));
        assertThat(bypassed.state().status()).isEqualTo(Status.APPROVED);
        var reviewable = bypassed.after(schedule(), authorise("dev", EMERGENCY))
                .after(new CompleteImplementation(RELEASE, INSIDE), soaked());
        assertThat(reviewable.state().status()).isEqualTo(Status.REVIEW);
        reviewable.when(new Close(ROSA, Outcome.SUCCESSFUL)).thenRefused("a review is needed", "not ratified yet");
        reviewable.when(ratify("noa", VoteDecision.APPROVE, "mine", INSIDE)).thenRefused("noa is not among");
        reviewable.when(ratify("dana", VoteDecision.APPROVE, "mine", INSIDE)).thenRefused("separation of duties");
        reviewable = reviewable.after(new Review(ROSA, Outcome.SUCCESSFUL, "fine", null));
        assertThat(reviewable.state().status()).isEqualTo(Status.REVIEW);
        reviewable
                .when(ratify("tim", VoteDecision.APPROVE, "right", INSIDE))
                .thenKinds(ChangeEvent.RetroactiveApprovalRecorded.class, ChangeEvent.ChangeClosed.class);
        reviewable
                .when(new MissRatification(NOW.plus(Duration.ofHours(24))))
                .thenKinds(ChangeEvent.RetroactiveApprovalMissed.class, ChangeEvent.ChangeClosed.class);
        reviewable.when(new MissRatification(NOW.plus(Duration.ofHours(23)))).thenNothing();
    }

    @Test
    void what_is_not_ratified_does_not_go_on() {
        var bypassed = submitted(EMERGENCY).after(new BreakGlass(new Asker("noa", Set.of("break-glass")), "night", NOW));
        Ratify no = ratify("tim", VoteDecision.REJECT, "no emergency", NOW);
        MissRatification late = new MissRatification(NOW.plus(Duration.ofHours(24)));
        bypassed.when(no)
                .then(
                        new ChangeEvent.RetroactiveApprovalRecorded("tim", VoteDecision.REJECT, "no emergency"),
                        new ChangeEvent.ChangeRejected("ratification", "tim", "no emergency"));
        bypassed.when(late)
                .thenKinds(ChangeEvent.RetroactiveApprovalMissed.class, ChangeEvent.ChangeExpired.class);
        var scheduled = bypassed.after(schedule());
        assertThat(scheduled.after(no).state().status()).isEqualTo(Status.REJECTED);
        var running = submitted(EMERGENCY)
                .after(new BreakGlass(new Asker("noa", Set.of("break-glass")), "night", NOW))
                .after(schedule(), authorise("dev", EMERGENCY));
        running.when(no)
                .thenKinds(
                        ChangeEvent.RetroactiveApprovalRecorded.class,
                        ChangeEvent.ChangeHeld.class,
                        ChangeEvent.ImplementationRevoked.class);
        assertThat(running.after(no).when(authorise("prod", EMERGENCY)).fact(ChangeEvent.ImplementationRefused.class).reasons())
                .anySatisfy(reason -> assertThat(reason).contains("not ratified: no emergency"));
    }

    @Test
    void nothing_that_was_asked_for_becomes_what_was_made_already() {
        for (var open : List.of(submitted(RFC), approved(RFC), scheduled(RFC))) {
            open.when(new Amend(DANA, Amended.of(Examples.rfc(
                                    ChangeType.LATENT, answers(2), List.of("inventory-web"), WINDOW, null, false, false, null))
                            .envelope(ENVELOPE), List.of(), now()))
                    .thenRefused("type: LATENT is for what was made already");
        }
    }

    @Test
    void only_an_emergency_and_only_a_member_of_the_group_breaks_the_glass_and_says_why() {
        submitted(RFC)
                .when(new BreakGlass(DANA, " ", NOW))
                .thenRefused("only an EMERGENCY", "dana is not in the group break-glass", "reason: is missing");
    }

    @Test
    void a_failure_that_could_not_be_taken_back_is_an_incident() {
        var stuck = rollingBack(RFC).after(new EndRollback(RELEASE, Outcome.FAILED_NOT_BACKED_OUT, "stuck", INSIDE));
        stuck.when(new Review(ROSA, Outcome.FAILED_NOT_BACKED_OUT, "bad", null)).thenRefused("incidentRef: is missing");
        stuck.when(new Review(ROSA, Outcome.FAILED_NOT_BACKED_OUT, "bad", "INC-9"))
                .thenKinds(ChangeEvent.PostImplementationReviewCompleted.class, ChangeEvent.ChangeClosed.class);
    }

    @Test
    void an_amendment_says_what_changed_and_supersedes_the_votes() {
        ChangeEvent.ChangeAmended amended = approved(RFC)
                .when(new Amend(DANA, MATERIAL, List.of(), now()))
                .fact(ChangeEvent.ChangeAmended.class);
        assertThat(amended.material()).isTrue();
        assertThat(amended.diff())
                .containsExactly(new FieldChange("rollbackPlan", rfc().rollbackPlan(), "Another way back"));
        ChangeEvent.ApprovalSuperseded superseded = approved(RFC)
                .when(new Amend(DANA, MATERIAL, List.of(), now()))
                .fact(ChangeEvent.ApprovalSuperseded.class);
        assertThat(superseded.voters()).containsExactly("aki", "sam");
        approved(RFC).when(new Amend(DANA, RFC, List.of(), now())).thenNothing();
        approved(RFC)
                .when(new Amend(new Asker("olu", Set.of()), MATERIAL, List.of(), now()))
                .thenRefused("olu is neither requester");
    }

    @Test
    void a_risk_that_a_person_raised_stays_raised_whatever_is_amended() {
        var raised = approved(RFC).after(new RaiseRisk(ROSA, RiskLevel.HIGH, "busy", now()));
        var amended = raised.after(new Amend(DANA, MATERIAL, List.of(), now()));
        assertThat(((ChangeState.Known) amended.state()).dossier().risk()).isEqualTo(RiskLevel.HIGH);
        var again = amended.after(new Expire(ENVELOPE.notAfter()), new Revise(DANA), submit(MATERIAL));
        assertThat(((ChangeState.Known) again.state()).dossier().risk()).isEqualTo(RiskLevel.HIGH);
    }

    @Test
    void a_scheduled_window_moves_within_the_envelope_when_nothing_hard_is_in_the_way() {
        Window later = new Window(WINDOW.notBefore().plusSeconds(3600), WINDOW.notAfter().plusSeconds(3600));
        Rfc moved = Amended.of(RFC).window(later);
        scheduled(RFC)
                .when(new Amend(DANA, moved, List.of(), now()))
                .thenKinds(ChangeEvent.ChangeAmended.class, ChangeEvent.ChangeScheduled.class);
        Conflict taken = new Conflict(ConflictKind.SAME_ITEM, "inventory-web", "CHG-1", "CHG-1 has it");
        scheduled(RFC).when(new Amend(DANA, moved, List.of(), now(taken))).thenRefused("window: CHG-1 has it");
    }

    @Test
    void a_freeze_holds_what_is_approved_revokes_what_runs_and_lifting_it_lets_go() {
        Conflict frozen = new Conflict(ConflictKind.FREEZE, "", "FRZ-1", "winter sale");
        approved(RFC)
                .when(look(frozen))
                .thenKinds(ChangeEvent.ConflictDetected.class, ChangeEvent.ChangeHeld.class);
        approved(RFC)
                .after(look(frozen))
                .when(look())
                .thenKinds(
                        ChangeEvent.ConflictResolved.class,
                        ChangeEvent.ChangeHoldLifted.class,
                        ChangeEvent.ChangeScheduled.class);
        var running = implementing(RFC).after(look(frozen));
        assertThat(((ChangeState.Implementing) running.state()).dossier().epoch()).isEqualTo(2);
        assertThat(running.when(authorise("prod", RFC))
                        .fact(ChangeEvent.ImplementationRefused.class)
                        .reasons())
                .containsExactly("the change is held by FRZ-1: winter sale");
        assertThat(running.after(look())
                        .when(authorise("prod", RFC))
                        .fact(ChangeEvent.ImplementationAuthorised.class)
                        .epoch())
                .isEqualTo(2);
    }

    @Test
    void a_freeze_that_is_lifted_leaves_what_a_person_holds() {
        Conflict frozen = new Conflict(ConflictKind.FREEZE, "", "FRZ-1", "winter sale");
        approved(RFC)
                .after(new PutOnHold(DANA, "wait"), look(frozen))
                .when(look())
                .thenKinds(ChangeEvent.ConflictResolved.class, ChangeEvent.ChangeHoldLifted.class);
        approved(RFC).after(new PutOnHold(DANA, "wait")).when(look()).thenNothing();
        approved(RFC)
                .after(new PutOnHold(DANA, "wait"))
                .when(new LiftHold(new Asker("sam", Set.of()), "go"))
                .thenRefused("there is no hold that sam may lift");
        approved(RFC)
                .after(new PutOnHold(DANA, "wait"))
                .when(new LiftHold(ROSA, "go"))
                .thenKinds(ChangeEvent.ChangeHoldLifted.class);
    }

    @Test
    void holding_a_running_implementation_takes_its_leave_back() {
        implementing(RFC)
                .when(new PutOnHold(ROSA, "odd errors"))
                .then(
                        new ChangeEvent.ChangeHeld(HoldKind.MANUAL, "rosa", "odd errors"),
                        new ChangeEvent.ImplementationRevoked(
                                RELEASE, 2, "rosa holds the change: odd errors", RevocationCause.HOLD));
    }

    @Test
    void a_missed_window_keeps_the_approval_as_long_as_it_is_valid() {
        scheduled(RFC).when(new MissWindow(WINDOW.notAfter())).then(new ChangeEvent.ScheduledWindowMissed(WINDOW));
        scheduled(rfc()).when(new MissWindow(WINDOW.notAfter())).thenKinds(ChangeEvent.ChangeExpired.class);
        scheduled(RFC).when(new MissWindow(WINDOW.notAfter().minusMillis(1))).thenNothing();
    }

    @Test
    void a_revision_counts_and_is_submitted_anew() {
        var draft = submitted(RFC).after(new Expire(ENVELOPE.notAfter()), new Revise(DANA));
        draft.when(submit(MATERIAL)).thenRefused("the draft was saved anew in this very moment");
        var revised = draft.after(submit(RFC));
        assertThat(((ChangeState.Known) revised.state()).dossier().revision()).isEqualTo(2);
        assertThat(revised.state().status()).isEqualTo(Status.AWAITING_APPROVAL);
    }

    @Test
    void a_closed_change_that_turns_out_otherwise_stays_closed() {
        ReclassifyOutcome late = new ReclassifyOutcome(ROSA, Outcome.FAILED_NOT_BACKED_OUT, "INC-2", "found late");
        STATES.get(Status.CLOSED)
                .when(late)
                .then(new ChangeEvent.ChangeOutcomeReclassified(
                        Outcome.SUCCESSFUL, Outcome.FAILED_NOT_BACKED_OUT, "INC-2", "rosa", "found late"));
        STATES.get(Status.CLOSED)
                .when(new ReclassifyOutcome(DANA, Outcome.UNKNOWN, "", ""))
                .thenRefused(
                        "dana is not in the group",
                        "separation of duties: dana asked for this change",
                        "outcome: is missing",
                        "incidentRef: is missing",
                        "reason: is missing");
    }

    @Test
    void a_low_risk_success_needs_no_review_and_nobody_to_close_it() {
        monitoring(lowRisk()).when(soaked()).thenKinds(ChangeEvent.ReviewOpened.class, ChangeEvent.ChangeClosed.class);
    }

    @Test
    void a_window_moved_behind_the_end_of_the_approval_is_refused_and_never_reserved() {
        Window long_ = new Window(WINDOW.notBefore(), WINDOW.notBefore().plus(Duration.ofDays(60)));
        Rfc wide = Amended.of(rfc()).envelope(long_);
        Window late = new Window(WINDOW.notBefore().plus(Duration.ofDays(20)), WINDOW.notAfter().plus(Duration.ofDays(20)));
        scheduled(wide)
                .when(new Amend(DANA, Amended.of(wide).window(late), List.of(), now()))
                .thenRefused("window: opens at " + late.notBefore());
        var behind = approved(wide).given(new ChangeEvent.ChangeAmended(
                Amended.of(wide).window(late), PlanDigest.of(wide), List.of(), false, "dana", List.of()));
        behind.when(schedule()).thenNothing();
        assertThat(Verdict.of(behind.state(), List.of(), null, NOW).reason())
                .contains("the approval ends before");
    }

    @Test
    void a_window_may_grow_within_the_envelope() {
        Window longer = new Window(WINDOW.notBefore(), WINDOW.notAfter().plusSeconds(3600));
        approved(RFC)
                .when(new Amend(DANA, Amended.of(RFC).window(longer), List.of(), now()))
                .thenKinds(ChangeEvent.ChangeAmended.class);
    }

    @Test
    void no_free_window_ends_what_a_person_holds() {
        var held = approved(RFC).after(new PutOnHold(ROSA, "wait"));
        assertThat(Verdict.of(held.state(), List.of(), NOW.plusSeconds(60), NOW).nextMoment()).isNull();
        Conflict frozen = new Conflict(ConflictKind.FREEZE, "", "FRZ-1", "winter sale");
        assertThat(Verdict.of(approved(RFC).state(), List.of(frozen), NOW.plusSeconds(60), NOW).nextMoment())
                .isEqualTo(NOW.plusSeconds(60));
    }
}
