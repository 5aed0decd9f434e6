package slipway.change.calendar;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class RecurrenceTest {

    private static Recurrence paris(String start, String duration, String rule) {
        return new Recurrence(start, "Europe/Paris", duration, rule, List.of());
    }

    private static Window window(String from, String to) {
        return new Window(Instant.parse(from), Instant.parse(to));
    }

    @Test
    void a_start_that_the_clocks_skip_is_an_hour_later_and_one_that_comes_twice_is_the_first() {
        Recurrence nightly = paris("2026-01-01T02:30", "PT1H", "FREQ=DAILY");
        assertThat(nightly.occurrences(window("2026-03-29T00:00:00Z", "2026-03-29T12:00:00Z")))
                .containsExactly(window("2026-03-29T01:30:00Z", "2026-03-29T02:30:00Z"));
        assertThat(nightly.occurrences(window("2026-10-25T00:00:00Z", "2026-10-25T12:00:00Z")))
                .containsExactly(window("2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z"));
    }

    @Test
    void a_day_is_a_calendar_day_and_24_hours_are_24_hours() {
        Window spring = window("2026-03-28T23:00:00Z", "2026-03-29T10:00:00Z");
        assertThat(paris("2026-03-29T00:00", "P1D", null).occurrences(spring))
                .containsExactly(window("2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z"));
        assertThat(paris("2026-03-29T00:00", "PT24H", null).occurrences(spring))
                .containsExactly(window("2026-03-28T23:00:00Z", "2026-03-29T23:00:00Z"));
    }

    @Test
    void days_that_follow_each_other_leave_no_hole_when_clocks_are_changed() {
        Window year = window("2026-02-01T00:00:00Z", "2027-02-01T00:00:00Z");
        for (String start : List.of("2026-01-01T00:00", "2026-01-01T02:00", "2026-01-01T02:30", "2026-01-01T03:00")) {
            assertThat(Intervals.of(paris(start, "P1D", "FREQ=DAILY").occurrences(year)).covers(year)).isTrue();
        }
    }

    @Test
    void two_starts_that_the_clocks_make_one_are_one() {
        assertThat(paris("2026-03-01T02:30", "PT10M", "FREQ=DAILY;BYHOUR=2,3;BYMINUTE=0,30")
                        .occurrences(window("2026-03-29T00:00:00Z", "2026-03-30T00:00:00Z")))
                .containsExactly(
                        window("2026-03-29T01:00:00Z", "2026-03-29T01:10:00Z"),
                        window("2026-03-29T01:30:00Z", "2026-03-29T01:40:00Z"));
    }

    @Test
    void it_ends_with_its_last_count_at_until_and_not_on_excepted_days() {
        Window year = window("2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z");
        assertThat(paris("2026-01-05T08:00", "PT1H", "FREQ=WEEKLY;COUNT=3").occurrences(year))
                .hasSize(3);
        assertThat(paris("2026-01-05T08:00", "PT1H", "FREQ=WEEKLY;UNTIL=20260119T070000Z").occurrences(year))
                .hasSize(3);
        assertThat(paris("2026-01-05T08:00", "PT1H", "FREQ=WEEKLY;UNTIL=20260119T065959Z").occurrences(year))
                .hasSize(2);
        assertThat(paris("2026-01-05T08:00", "PT1H", "UNTIL=20260119;FREQ=WEEKLY").occurrences(year))
                .hasSize(3);
        assertThat(new Recurrence(
                                "2026-01-05T08:00",
                                "Europe/Paris",
                                "PT1H",
                                "FREQ=WEEKLY;COUNT=3",
                                List.of("2026-01-12T08:00"))
                        .occurrences(year))
                .hasSize(2);
    }

    @Test
    void one_that_began_before_the_range_and_still_lasts_is_in_it() {
        assertThat(paris("2026-01-05T08:00", "P14D", null).occurrences(window("2026-01-18T00:00:00Z", "2026-01-18T00:00:01Z")))
                .hasSize(1);
    }

    @Test
    void every_fault_is_named() {
        assertThat(new Recurrence("tomorrow", "+01:00", "P1Y", "x", List.of("never")).faults("when."))
                .satisfiesExactly(
                        fault -> assertThat(fault).startsWith("when.start: is no local time"),
                        fault -> assertThat(fault).startsWith("when.zone: '+01:00' is no IANA zone"),
                        fault -> assertThat(fault).startsWith("when.duration: is no duration"),
                        fault -> assertThat(fault).startsWith("when.except: 'never' is no local time"),
                        fault -> assertThat(fault).startsWith("when.rule: 'X' is not of the form NAME=VALUE"),
                        fault -> assertThat(fault).startsWith("when.rule: FREQ must be one of"));
        assertThat(paris("2026-01-05T08:00", "PT1H", "FREQ=SECONDLY").faults("")).hasSize(1);
        assertThat(paris("2026-01-05T08:00", "PT1H", "FREQ=DAILY;BYDAY=XX").faults("")).hasSize(1);
        assertThat(paris("2026-01-05T08:00", "PT1H", "FREQ=DAILY;UNTIL=soon").faults("")).hasSize(1);
        assertThat(paris("2026-01-05T08:00", "PT0S", null).faults("")).hasSize(1);
        for (String wrong : List.of("", "P", "PT", "P1DT", "1h", "P1M", "-PT1H", "PT1.5S", "P2DT-1H", "P400D", "PT8785H")) {
            assertThat(paris("2026-01-05T08:00", wrong, null).faults("")).singleElement().asString().startsWith("duration: ");
        }
        assertThat(paris("1066-10-14T09:00:00.5", "PT1H", null).faults(""))
                .containsExactly("start: must be in the years 1970 to 2199", "start: must be in whole seconds");
    }
}
