package slipway.change.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static slipway.change.domain.Examples.INSIDE;
import static slipway.change.domain.Examples.RELEASE;
import static slipway.change.domain.Examples.ROSA;
import static slipway.change.domain.Examples.WINDOW;
import static slipway.change.domain.Examples.answers;
import static slipway.change.domain.Examples.approved;
import static slipway.change.domain.Examples.authorise;
import static slipway.change.domain.Examples.implementing;
import static slipway.change.domain.Examples.look;
import static slipway.change.domain.Examples.monitoring;
import static slipway.change.domain.Examples.rfc;
import static slipway.change.domain.Examples.rollingBack;
import static slipway.change.domain.Examples.schedule;
import static slipway.change.domain.Examples.scheduled;
import static slipway.change.domain.Examples.story;
import static slipway.change.domain.Examples.submitted;

import java.util.List;
import org.junit.jupiter.api.Test;
import slipway.change.domain.ChangeCommand.Authorise;
import slipway.change.domain.ChangeCommand.Cancel;
import slipway.change.domain.ChangeCommand.CompleteImplementation;
import slipway.change.domain.ChangeCommand.LookAtCalendar;
import slipway.change.domain.ChangeCommand.RollBack;
import slipway.change.domain.ChangeEvent.ChangeScheduled;
import slipway.change.domain.ChangeEvent.ConflictDetected;
import slipway.change.domain.ChangeEvent.ImplementationAuthorised;
import slipway.change.domain.ChangeEvent.ImplementationCompleted;
import slipway.change.domain.ChangeEvent.ImplementationRefused;
import slipway.change.domain.ChangeEvent.ImplementationRolledBack;

class ImplementationTest {

    private static final Conflict SAME =
            new Conflict(ConflictKind.SAME_ITEM, "inventory-web", "CHG-1", "CHG-1 holds it");
    private static final LookAtCalendar CONFLICT = look(SAME);

    @Test
    void an_approved_change_is_scheduled_with_everything_that_a_release_needs() {
        approved(rfc())
                .when(schedule())
                .then(new ChangeScheduled(
                        WINDOW,
                        "RSV-CHG-7",
                        PlanDigest.of(rfc()),
                        "inventory-web",
                        "2.1.0",
                        null,
                        List.of("dev", "prod"),
                        List.of("inventory-web"),
                        true,
                        "dana",
                        "dana",
                        List.of("aki", "sam"),
                        600,
                        rfc().title(),
                        rfc().links(),
                        List.of("dana")));
    }

    @Test
    void scheduling_twice_too_early_or_too_late_is_nothing() {
        scheduled(rfc()).when(schedule()).thenNothing();
        submitted(rfc()).when(schedule()).thenNothing();
        approved(rfc()).when(new LookAtCalendar(List.of(), "RSV-CHG-7", WINDOW.notAfter())).thenNothing();
    }

    @Test
    void a_conflict_keeps_the_change_waiting_until_the_calendar_is_free() {
        approved(rfc()).when(CONFLICT).then(
                new ConflictDetected("inventory-web", "CHG-1", "CHG-1 holds it", ConflictKind.SAME_ITEM));
        approved(rfc()).after(CONFLICT).when(CONFLICT).thenNothing();
        approved(rfc()).after(CONFLICT).when(schedule()).thenKinds(
                ChangeEvent.ConflictResolved.class, ChangeScheduled.class);
        scheduled(rfc()).when(CONFLICT).thenKinds(ConflictDetected.class);
    }

    @Test
    void a_release_in_the_window_with_the_approved_plan_gets_leave() {
        scheduled(rfc())
                .when(authorise("dev", rfc()))
                .then(new ImplementationAuthorised(RELEASE, "dev", "AUT-REL-CHG-7-dev-1", 1, WINDOW));
    }

    @Test
    void the_next_environment_gets_leave_of_its_own() {
        implementing(rfc())
                .when(authorise("prod", rfc()))
                .then(new ImplementationAuthorised(RELEASE, "prod", "AUT-REL-CHG-7-prod-1", 1, WINDOW));
    }

    @Test
    void who_asks_again_gets_the_same_answer() {
        implementing(rfc())
                .when(authorise("dev", rfc()))
                .then(new ImplementationAuthorised(RELEASE, "dev", "AUT-REL-CHG-7-dev-1", 1, WINDOW));
    }

    @Test
    void leave_is_refused_with_every_reason_at_once() {
        Rfc pinned = rfc(
                ChangeType.NORMAL,
                answers(2),
                List.of("inventory-web"),
                WINDOW,
                "sha256:" + "b".repeat(64),
                false,
                false,
                null);
        Authorise wrong = new Authorise(
                RELEASE, "moon", List.of("sha256:c"), "sha256:other", VerificationLevel.V0, List.of(), WINDOW.notBefore().minusMillis(1));
        ImplementationRefused refused = scheduled(pinned).when(wrong).fact(ImplementationRefused.class);
        assertThat(refused.reasons())
                .satisfiesExactly(
                        reason -> assertThat(reason).contains("the window opens at"),
                        reason -> assertThat(reason).contains("the plan is not the approved one"),
                        reason -> assertThat(reason).contains("the package is not an approved one: sha256:c against [sha256:bbb"),
                        reason -> assertThat(reason).contains("environment moon was not approved"),
                        reason -> assertThat(reason).contains("the way back is only proven to V0"));
        assertThat(scheduled(pinned).after(wrong).state().status()).isEqualTo(Status.SCHEDULED);
    }

    @Test
    void of_several_components_one_is_the_pinned_one_and_each_is_listed_where_there_is_a_list() {
        String api = "sha256:" + "a".repeat(64);
        String web = "sha256:" + "b".repeat(64);
        Rfc pinned = rfc(
                ChangeType.NORMAL, answers(2), List.of("inventory-web"), WINDOW, web, false, false, null);
        scheduled(pinned).when(components(pinned, api, web)).thenKinds(ImplementationAuthorised.class);
        scheduled(pinned).when(components(pinned, api)).thenKinds(ImplementationRefused.class);
        Rfc listed = Amended.of(pinned).artifacts(api);
        scheduled(listed).when(components(listed, api, web)).thenKinds(ImplementationAuthorised.class);
        assertThat(scheduled(listed)
                        .when(components(listed, api, web, "sha256:c"))
                        .fact(ImplementationRefused.class)
                        .reasons())
                .containsExactly("the package is not an approved one: sha256:c against [" + api + ", " + web + "]");
    }

    private static Authorise components(Rfc rfc, String... digests) {
        return new Authorise(
                RELEASE, "dev", List.of(digests), PlanDigest.of(rfc), VerificationLevel.V4, List.of(), INSIDE);
    }

    @Test
    void after_the_window_nothing_starts() {
        Authorise late = new Authorise(
                RELEASE, "prod", List.of("sha256:a"), PlanDigest.of(rfc()), VerificationLevel.V1, List.of(), WINDOW.notAfter());
        assertThat(implementing(rfc()).when(late).fact(ImplementationRefused.class).reasons())
                .containsExactly(
                        "the window ended at " + WINDOW.notAfter(), "the approval ended at " + WINDOW.notAfter());
        assertThat(scheduled(rfc()).when(late).fact(ImplementationRefused.class).reasons())
                .containsExactly(
                        "the window ended at " + WINDOW.notAfter(), "the approval ended at " + WINDOW.notAfter());
    }

    @Test
    void cancel_and_start_race_and_whoever_is_first_wins() {
        ImplementationRefused refused = scheduled(rfc())
                .after(new Cancel(ROSA, "freeze"))
                .when(authorise("dev", rfc()))
                .fact(ImplementationRefused.class);
        assertThat(refused.reasons()).containsExactly("the change is CANCELLED, not SCHEDULED or IMPLEMENTING");
        assertThat(scheduled(rfc())
                        .after(new Cancel(ROSA, "freeze"), authorise("dev", rfc()))
                        .state()
                        .status())
                .isEqualTo(Status.CANCELLED);
    }

    @Test
    void another_release_and_an_unscheduled_change_get_no_leave() {
        Authorise other = new Authorise(
                "REL-2", "dev", List.of("sha256:a"), PlanDigest.of(rfc()), VerificationLevel.V1, List.of(), INSIDE);
        assertThat(implementing(rfc()).when(other).fact(ImplementationRefused.class).reasons())
                .containsExactly("another release carries this change out: " + RELEASE);
        approved(rfc()).when(authorise("dev", rfc())).thenKinds(ImplementationRefused.class);
        story().when(authorise("dev", rfc())).thenRefused("no such change");
    }

    @Test
    void when_the_last_environment_is_done_the_change_is_watched_for_its_soak_time() {
        CompleteImplementation last = new CompleteImplementation(RELEASE, INSIDE);
        implementing(rfc()).when(last).then(new ImplementationCompleted(RELEASE, INSIDE.plusSeconds(60)));
        monitoring(rfc()).when(last).thenNothing();
        scheduled(rfc()).when(last).thenNothing();
        implementing(rfc()).when(new CompleteImplementation("REL-2", INSIDE)).thenNothing();
    }

    @Test
    void a_release_that_is_taken_back_takes_the_change_along() {
        RollBack back = new RollBack(RELEASE, "canary failed");
        implementing(rfc()).when(back).then(new ImplementationRolledBack(RELEASE, "canary failed"));
        monitoring(rfc()).when(back).then(new ImplementationRolledBack(RELEASE, "canary failed"));
        rollingBack(rfc()).when(back).thenNothing();
        scheduled(rfc()).when(back).thenNothing();
        implementing(rfc()).when(new RollBack("REL-2", "canary failed")).thenNothing();
    }
}
