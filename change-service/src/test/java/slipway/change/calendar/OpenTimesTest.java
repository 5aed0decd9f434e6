package slipway.change.calendar;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class OpenTimesTest {

    private static final Recurrence NIGHTS = new Recurrence("2026-01-01T22:00", "UTC", "PT4H", "FREQ=DAILY", List.of());
    private static final Recurrence LATE = new Recurrence("2026-01-02T02:00", "UTC", "PT2H", "FREQ=DAILY", List.of());
    private static final Recurrence MONDAY = new Recurrence("2026-03-02T00:00", "UTC", "P1D", null, List.of());

    private static Window window(String from, String to) {
        return new Window(Instant.parse(from), Instant.parse(to));
    }

    private static Freeze freeze(FreezeScope scope, Set<String> letThrough) {
        return new Freeze("FRZ-1", "sale", "money", scope, MONDAY, "change-managers", letThrough);
    }

    private static Target target(List<Recurrence> maintenance) {
        return new Target("CHG-1", "sha256:p", "web", List.of("dev", "prod"), Set.of("web", "shop"), Map.of("web", maintenance));
    }

    @Test
    void deny_beats_allow() {
        Window night = window("2026-03-02T22:00:00Z", "2026-03-02T23:00:00Z");
        OpenTimes times = new OpenTimes(List.of(freeze(FreezeScope.EVERYTHING, Set.of())));
        assertThat(times.obstacles(target(List.of(NIGHTS)), night))
                .singleElement()
                .isInstanceOfSatisfying(Obstacle.Frozen.class, frozen -> assertThat(frozen.occurrence())
                        .isEqualTo(window("2026-03-02T00:00:00Z", "2026-03-03T00:00:00Z")));
        assertThat(times.open(target(List.of(NIGHTS)), window("2026-03-02T12:00:00Z", "2026-03-03T12:00:00Z")))
                .isEqualTo(Intervals.of(List.of(window("2026-03-03T00:00:00Z", "2026-03-03T02:00:00Z"))));
    }

    @Test
    void a_freeze_concerns_what_matches_all_that_it_names_and_not_what_was_let_through() {
        Window monday = window("2026-03-02T10:00:00Z", "2026-03-02T11:00:00Z");
        Target target = target(List.of());
        FreezeScope prodShop = new FreezeScope(List.of("prod"), List.of(), List.of("shop"));
        FreezeScope qaShop = new FreezeScope(List.of("qa"), List.of(), List.of("shop"));
        assertThat(new OpenTimes(List.of(freeze(prodShop, Set.of()))).obstacles(target, monday)).hasSize(1);
        assertThat(new OpenTimes(List.of(freeze(qaShop, Set.of()))).obstacles(target, monday)).isEmpty();
        assertThat(new OpenTimes(List.of(freeze(prodShop, Set.of(target.pass())))).obstacles(target, monday))
                .isEmpty();
        assertThat(new OpenTimes(List.of(freeze(prodShop, Set.of())))
                        .obstacles(target, window("2026-03-03T00:00:00Z", "2026-03-03T01:00:00Z")))
                .isEmpty();
    }

    @Test
    void outside_its_maintenance_windows_an_item_is_closed_and_the_next_one_is_named() {
        OpenTimes times = new OpenTimes(List.of());
        Window evening = window("2026-03-04T21:30:00Z", "2026-03-04T23:00:00Z");
        assertThat(times.obstacles(target(List.of(NIGHTS)), evening))
                .containsExactly(new Obstacle.OutsideMaintenance(
                        "web", window("2026-03-04T22:00:00Z", "2026-03-05T02:00:00Z")));
        Window into = window("2026-03-04T23:00:00Z", "2026-03-05T03:00:00Z");
        assertThat(times.obstacles(target(List.of(NIGHTS, LATE)), into)).isEmpty();
        Recurrence gone = new Recurrence("2026-01-01T22:00", "UTC", "PT4H", null, List.of());
        assertThat(times.obstacles(target(List.of(gone)), evening))
                .containsExactly(new Obstacle.OutsideMaintenance("web", null));
    }

    @Test
    void free_slots_are_open_not_taken_in_order_and_round_where_they_can_be() {
        Window envelope = window("2026-03-04T20:07:00Z", "2026-03-05T04:00:00Z");
        Intervals open = new OpenTimes(List.of()).open(target(List.of(NIGHTS)), envelope);
        Intervals taken = Intervals.of(List.of(window("2026-03-04T22:20:00Z", "2026-03-04T22:50:00Z")));
        assertThat(Slots.next(Duration.ofMinutes(60), open, taken, 2))
                .containsExactly(
                        window("2026-03-04T23:00:00Z", "2026-03-05T00:00:00Z"),
                        window("2026-03-05T00:00:00Z", "2026-03-05T01:00:00Z"));
        assertThat(Slots.next(Duration.ofMinutes(190), open, taken, 2))
                .containsExactly(window("2026-03-04T22:50:00Z", "2026-03-05T02:00:00Z"));
        assertThat(Slots.next(Duration.ofMinutes(191), open, taken, 2)).isEmpty();
    }
}
