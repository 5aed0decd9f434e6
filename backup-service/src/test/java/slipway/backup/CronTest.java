package slipway.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

class CronTest {

    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");

    private static String next(String cron, ZoneId zone, String after) {
        return Cron.of(cron, zone).after(Instant.parse(after)).toString();
    }

    @Test
    void five_fields_say_when() {
        assertThat(next("30 2 * * *", ZoneOffset.UTC, "2026-03-02T10:00:00Z")).isEqualTo("2026-03-03T02:30:00Z");
        assertThat(next("0 4 * * 0", ZoneOffset.UTC, "2026-03-02T10:00:00Z")).isEqualTo("2026-03-08T04:00:00Z");
        assertThat(next("*/15 9-17 * * MON-FRI", ZoneOffset.UTC, "2026-03-06T17:50:00Z"))
                .isEqualTo("2026-03-09T09:00:00Z");
        assertThat(next("@daily", ZoneOffset.UTC, "2026-03-02T10:00:00Z")).isEqualTo("2026-03-03T00:00:00Z");
    }

    @Test
    void the_wall_clock_is_that_of_the_zone() {
        assertThat(next("30 2 * * *", BERLIN, "2026-01-10T10:00:00Z")).isEqualTo("2026-01-11T01:30:00Z");
        assertThat(next("30 2 * * *", BERLIN, "2026-07-10T10:00:00Z")).isEqualTo("2026-07-11T00:30:00Z");
    }

    @Test
    void a_night_that_loses_an_hour_has_its_backup_and_one_that_gains_one_has_it_once() {
        assertThat(next("30 2 * * *", BERLIN, "2026-03-28T12:00:00Z")).isEqualTo("2026-03-29T01:30:00Z");
        assertThat(next("30 2 * * *", BERLIN, "2026-03-29T01:30:00Z")).isEqualTo("2026-03-30T00:30:00Z");
        assertThat(next("30 2 * * *", BERLIN, "2026-10-24T12:00:00Z")).isEqualTo("2026-10-25T00:30:00Z");
        assertThat(next("30 2 * * *", BERLIN, "2026-10-25T00:30:00Z")).isEqualTo("2026-10-26T01:30:00Z");
        assertThat(next("30 2 * * *", BERLIN, "2026-10-25T01:15:00Z")).isEqualTo("2026-10-26T01:30:00Z");
    }

    @Test
    void what_is_no_time_is_refused_in_words() {
        assertThatThrownBy(() -> Cron.of("0 0 2 * * *", ZoneOffset.UTC)).hasMessageContaining("five fields of cron");
        assertThatThrownBy(() -> Cron.of("61 2 * * *", ZoneOffset.UTC)).hasMessageContaining("61 2 * * *");
        assertThatThrownBy(() -> Cron.of("0 2 31 2 *", ZoneOffset.UTC)).hasMessageContaining("no such time ever comes");
        assertThatThrownBy(() -> Cron.of("0 3 13 * 5", ZoneOffset.UTC)).hasMessageContaining("some take it for either");
        assertThatThrownBy(() -> Cron.of("sometimes", ZoneOffset.UTC)).hasMessageContaining("five fields of cron");
    }
}
