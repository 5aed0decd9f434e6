package slipway.change.hindsight;

import static org.assertj.core.api.Assertions.assertThat;
import static slipway.change.hindsight.Tales.SPRING;
import static slipway.change.hindsight.Tales.asked;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import slipway.change.calendar.Freeze;
import slipway.change.calendar.FreezeScope;
import slipway.change.calendar.Recurrence;
import slipway.change.calendar.Window;
import slipway.change.domain.ChangeEvent;
import slipway.change.domain.Outcome;
import slipway.change.hindsight.Rehearsal.Effect;
import slipway.change.hindsight.Rehearsal.Result;

class RehearsalTest {

    private static final Duration HOUR = Duration.ofHours(1);
    private static final Instant FRIDAY = Instant.parse("2026-03-06T19:00:00Z");
    private static final Instant MONDAY = Instant.parse("2026-03-09T08:00:00Z");

    private static Freeze freeze(FreezeScope scope, String duration, String rule) {
        return new Freeze(
                "",
                "Weekend",
                "nobody is there",
                scope,
                new Recurrence("2026-01-02T18:00", "UTC", duration, rule, List.of()),
                "change-managers",
                Set.of());
    }

    private static Freeze weekends(FreezeScope scope) {
        return freeze(scope, "PT62H", "FREQ=WEEKLY;BYDAY=FR");
    }

    private static Rehearsal.Report rehearse(Freeze freeze, Tales... tales) {
        Rehearsal rehearsal = new Rehearsal(freeze, SPRING, 10);
        for (int i = 0; i < tales.length; i++) {
            rehearsal.add("CHG-" + (i + 1), tales[i].story());
        }
        return rehearsal.report(List.of());
    }

    private static Rehearsal.Change only(Rehearsal.Report report) {
        assertThat(report.held().list()).hasSize(1);
        return report.held().list().getFirst();
    }

    @Test
    void what_was_to_start_in_it_is_held_until_it_ends() {
        Rehearsal.Report report = rehearse(
                weekends(FreezeScope.EVERYTHING),
                asked("LOW").scheduled(FRIDAY, HOUR, "web").started().closed(Outcome.BACKED_OUT),
                asked("LOW").scheduled(MONDAY, HOUR, "web").started().closed(Outcome.SUCCESSFUL));
        Rehearsal.Change change = only(report);
        assertThat(change.id()).isEqualTo("CHG-1");
        assertThat(change.freeze())
                .isEqualTo(new Window(Instant.parse("2026-03-06T18:00:00Z"), Instant.parse("2026-03-09T08:00:00Z")));
        assertThat(change.nextStart()).isEqualTo(MONDAY);
        assertThat(change.delaySeconds()).isEqualTo(Duration.between(FRIDAY, MONDAY).toSeconds());
        assertThat(change.effect()).isEqualTo(Effect.FAILURE_HELD);
        assertThat(report.totals().changes()).containsEntry(Result.HELD, 1L).containsEntry(Result.FREE, 1L);
        assertThat(report.totals().failed()).isOne();
        assertThat(report.totals().delaySeconds()).isEqualTo(change.delaySeconds());
    }

    @Test
    void the_time_for_the_way_back_is_held_too_and_needs_to_fit_afterwards() {
        Instant before = Instant.parse("2026-03-06T16:55:00Z");
        Rehearsal.Change change = only(rehearse(
                weekends(FreezeScope.EVERYTHING),
                asked("LOW").scheduled(before, HOUR, "web").started().closed(Outcome.SUCCESSFUL)));
        assertThat(change.nextStart()).as("not in the hour before the freeze, which is too short").isEqualTo(MONDAY);
        assertThat(change.effect()).isEqualTo(Effect.SUCCESS_DELAYED);
        Instant early = Instant.parse("2026-03-06T16:50:00Z");
        assertThat(rehearse(weekends(FreezeScope.EVERYTHING), asked("LOW").scheduled(early, HOUR, "web")).held().list())
                .isEmpty();
    }

    @Test
    void a_freeze_of_others_holds_nothing_and_one_of_what_is_reached_does() {
        Tales tale = asked("LOW").scheduled(FRIDAY, HOUR, "db").started();
        assertThat(rehearse(weekends(new FreezeScope(List.of("dev"), List.of(), List.of())), tale).held().list()).isEmpty();
        assertThat(rehearse(weekends(new FreezeScope(List.of(), List.of("shop"), List.of())), tale).held().list()).isEmpty();
        assertThat(rehearse(weekends(new FreezeScope(List.of(), List.of(), List.of("shop"))), tale).totals().changes())
                .containsEntry(Result.FREE, 1L);
        assertThat(rehearse(weekends(new FreezeScope(List.of(), List.of(), List.of("web"))), tale).held().list())
                .as("it works on db, which reaches web")
                .hasSize(1);
    }

    @Test
    void what_it_reached_and_nobody_recorded_makes_it_undecidable() {
        Tales wide = asked("LOW")
                .told(new ChangeEvent.ImpactAssessed("v", List.of(), 2000, 3))
                .scheduled(FRIDAY, HOUR, "db")
                .started();
        Rehearsal.Report report = rehearse(weekends(new FreezeScope(List.of(), List.of(), List.of("shop"))), wide);
        assertThat(report.undecidable().list())
                .singleElement()
                .satisfies(unknown -> assertThat(unknown.notRecorded()).isEqualTo(Set.of("configurationItems")));
        assertThat(rehearse(weekends(new FreezeScope(List.of(), List.of("shop"), List.of("shop"))), wide).totals().changes())
                .as("of another service it is not, whatever it reached")
                .containsEntry(Result.FREE, 1L);
        assertThat(rehearse(weekends(new FreezeScope(List.of(), List.of(), List.of("db"))), wide).held().list())
                .as("its own item is known")
                .hasSize(1);
    }

    @Test
    void the_last_place_in_the_calendar_counts() {
        Tales moved = asked("LOW").scheduled(FRIDAY, HOUR, "web").scheduled(MONDAY, HOUR, "web").started();
        assertThat(rehearse(weekends(FreezeScope.EVERYTHING), moved).totals().changes()).containsEntry(Result.FREE, 1L);
    }

    @Test
    void a_freeze_without_an_end_has_no_next_time() {
        Rehearsal.Report report = rehearse(
                freeze(FreezeScope.EVERYTHING, "P1D", "FREQ=DAILY"),
                asked("LOW").scheduled(FRIDAY, HOUR, "web").started().closed(Outcome.SUCCESSFUL));
        assertThat(only(report).nextStart()).isNull();
        assertThat(report.totals().endless()).isOne();
        assertThat(report.totals().delaySeconds()).isZero();
    }

    @Test
    void what_never_started_is_told_apart_and_delays_nobody() {
        Rehearsal.Report report = rehearse(
                weekends(FreezeScope.EVERYTHING),
                asked("LOW").scheduled(FRIDAY, HOUR, "web").told(new ChangeEvent.ChangeCancelled("dana", "not needed")));
        assertThat(only(report).effect()).isEqualTo(Effect.NEVER_STARTED);
        assertThat(report.totals().delaySeconds()).isZero();
    }

    @Test
    void what_was_to_start_at_another_time_is_not_looked_at() {
        Instant winter = Instant.parse("2026-01-09T19:00:00Z");
        assertThat(rehearse(weekends(FreezeScope.EVERYTHING), asked("LOW").scheduled(winter, HOUR, "web")).totals().changes())
                .containsEntry(Result.HELD, 0L);
    }
}
