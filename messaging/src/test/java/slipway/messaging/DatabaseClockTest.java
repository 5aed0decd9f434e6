package slipway.messaging;

import static org.assertj.core.api.Assertions.assertThat;
import static slipway.messaging.TheToy.bean;

import com.zaxxer.hikari.HikariDataSource;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

/// What the time is by which jobs are due.
class DatabaseClockTest {

    private static final Duration AHEAD = Duration.ofHours(3);

    @Test
    void it_is_that_of_the_database_and_goes_on_while_the_database_is_away() {
        ShiftedTime database = ShiftedTime.of(bean(HikariDataSource.class), AHEAD);
        DatabaseClock clock = new DatabaseClock(JdbcClient.create(database), Duration.ofMinutes(1));
        database.away();
        assertBetween(Duration.ZERO, clock);
        database.back();
        assertBetween(AHEAD, clock);
        database.away();
        assertBetween(AHEAD, clock);
    }

    @Test
    void it_knows_for_how_long_the_database_has_answered_without_a_break() {
        ShiftedTime database = ShiftedTime.of(bean(HikariDataSource.class), AHEAD);
        Duration gap = Duration.ofMinutes(10);
        DatabaseClock clock = new DatabaseClock(JdbcClient.create(database), gap);
        assertThat(clock.hasAnsweredFor(Duration.ZERO)).as("not asked yet").isFalse();
        clock.now();
        assertThat(clock.hasAnsweredFor(Duration.ZERO)).isTrue();
        assertThat(clock.hasAnsweredFor(Duration.ofMinutes(8))).isFalse();
        later(database, clock, Duration.ofMinutes(9));
        assertThat(clock.hasAnsweredFor(Duration.ofMinutes(8))).isTrue();

        database.away();
        clock.now();
        assertThat(clock.hasAnsweredFor(Duration.ZERO)).as("it is away").isFalse();
        database.back();
        later(database, clock, Duration.ZERO);
        assertThat(clock.hasAnsweredFor(Duration.ofMinutes(8))).as("it is back").isFalse();

        later(database, clock, Duration.ofMinutes(9));
        assertThat(clock.hasAnsweredFor(Duration.ofMinutes(8))).isTrue();
        later(database, clock, Duration.ofMinutes(11));
        assertThat(clock.hasAnsweredFor(Duration.ofMinutes(8))).as("one of the two stood still").isFalse();
        later(database, clock, Duration.ofMinutes(9));
        later(database, clock, Duration.ofHours(-1));
        assertThat(clock.hasAnsweredFor(Duration.ofMinutes(8))).as("its clock was set back").isFalse();
        assertThat(clock.hasAnsweredFor(Duration.ZERO)).isTrue();
    }

    private static void later(ShiftedTime database, DatabaseClock clock, Duration by) {
        database.later(by);
        clock.now();
    }

    /// Both machines are one here.
    private static void assertBetween(Duration ahead, DatabaseClock clock) {
        Instant before = Instant.now().plus(ahead);
        Instant now = clock.now();
        assertThat(now).isBetween(before.minusSeconds(1), Instant.now().plus(ahead).plusSeconds(1));
    }
}
