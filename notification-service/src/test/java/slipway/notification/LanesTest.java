package slipway.notification;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

/// Messages to one address, whose turns passed or did not.
class LanesTest {

    private static final String LANE = "slack C0000000001";
    private static final Duration REST = Duration.ofHours(1);

    private JdbcClient jdbc;
    private Lanes lanes;

    @BeforeEach
    void start() {
        jdbc = TheDatabase.with("notification", "lane");
        lanes = new Lanes(jdbc);
        IntStream.rangeClosed(1, 60).forEach(each -> jdbc.sql(
                        """
                        insert into notification (id, change_id, fact_id, fact_type, receiver, channel, recipient, answer, at, state, due)
                        values (?, 'CHG-7', ?, 'ChangeRejected', 'ops', 'slack', '#ops', '', now(), 'PLANNED', now())
                        """)
                .params("NTF-" + each, "fact-" + each)
                .update());
    }

    private Optional<Instant> leave(int notification) {
        return lanes.leave("NTF-" + notification, LANE, REST);
    }

    /// All turns, those of the notifications and the address's own, come so much earlier.
    private void pass(Duration time) {
        jdbc.sql("update notification set slot = slot - make_interval(secs => ?)").param(time.toSeconds()).update();
        jdbc.sql("""
                 update lane set free_at = free_at - make_interval(secs => :time), rests_until = rests_until - make_interval(secs => :time),
                 missed_until = missed_until - make_interval(secs => :time)
                 """)
                .param("time", time.toSeconds())
                .update();
    }

    @Test
    void each_leaves_when_its_turn_comes() {
        assertThat(leave(1)).isEmpty();
        Instant second = leave(2).orElseThrow();
        assertThat(leave(3)).contains(second.plus(REST));
        assertThat(leave(2)).as("asked again").contains(second);

        pass(REST);
        assertThat(leave(2)).isEmpty();
        assertThat(leave(3)).contains(second);
    }

    @Test
    void of_those_whose_turns_passed_while_nobody_was_there_one_leaves_and_the_others_queue_anew() {
        IntStream.rangeClosed(1, 9).forEach(this::leave);
        pass(Duration.ofDays(1));

        assertThat(leave(2)).isEmpty();
        List<Instant> turns = IntStream.rangeClosed(3, 9).mapToObj(each -> leave(each).orElseThrow()).toList();
        assertThat(turns).isEqualTo(IntStream.range(0, turns.size())
                .mapToObj(each -> turns.getFirst().plus(REST.multipliedBy(each)))
                .toList());
        pass(REST);
        assertThat(leave(10)).as("who comes then is behind them").contains(turns.getLast());
        assertThat(leave(3)).isEmpty();
        for (int next = 4; next <= 10; next++) {
            pass(REST);
            assertThat(leave(next)).isEmpty();
        }
    }

    @Test
    void who_is_a_little_late_keeps_those_behind_away_and_they_do_not_queue_anew() {
        IntStream.rangeClosed(1, 9).forEach(this::leave);
        pass(REST.plusMinutes(30));
        assertThat(leave(2)).as("half an hour late").isEmpty();

        pass(Duration.ofMinutes(40));
        Instant third = leave(3).orElseThrow();
        Instant fourth = leave(4).orElseThrow();
        assertThat(third).as("before the one behind it, and not behind all").isBetween(fourth.minus(REST), fourth);
        pass(Duration.ofMinutes(20));
        assertThat(leave(3)).isEmpty();
    }

    @Test
    void who_comes_very_late_is_behind_those_who_were_late_before_and_not_behind_all() {
        IntStream.rangeClosed(1, 9).forEach(this::leave);
        pass(REST.multipliedBy(3));
        assertThat(leave(4)).isEmpty();

        Instant second = leave(2).orElseThrow();
        assertThat(leave(3)).contains(second.plus(REST));
        assertThat(second).isBefore(leave(6).orElseThrow());
    }

    @Test
    void jobs_that_are_looked_for_less_often_than_the_pace_all_leave_at_the_first_look_after_their_turn() {
        Duration look = Duration.ofMinutes(71);
        lanes = new Lanes(jdbc, look);
        List<Integer> waiting = new ArrayList<>(IntStream.rangeClosed(1, 40).boxed().toList());
        waiting.removeIf(each -> leave(each).isEmpty());
        assertThat(waiting).hasSize(39);
        for (int looks = 1; looks <= 33; looks++) {
            pass(look);
            waiting.removeIf(each -> leave(each).isEmpty());
            assertThat(waiting).hasSize(39 - (int) look.multipliedBy(looks).dividedBy(REST));
        }
        assertThat(waiting).isEmpty();
    }

    @Test
    void over_any_longer_time_the_pace_holds_however_close_two_leave() {
        lanes = new Lanes(jdbc, REST);
        IntStream.rangeClosed(1, 40).forEach(each -> lanes.queue("NTF-" + each, Instant.EPOCH));
        List<Integer> waiting = new ArrayList<>(IntStream.rangeClosed(1, 40).boxed().toList());
        waiting.removeIf(each -> leave(each).isEmpty());
        assertThat(waiting).as("two at once").hasSize(38);
        for (int rests = 1; rests < 38; rests++) {
            pass(REST);
            waiting.removeIf(each -> leave(each).isEmpty());
            assertThat(waiting).as("as many as if each had left by itself").hasSize(39 - rests);
        }
    }

    @Test
    void with_a_pace_that_is_much_shorter_than_what_lies_between_two_looks_some_leave_close_together_and_not_all() {
        lanes = new Lanes(jdbc, Duration.ofDays(30));
        IntStream.rangeClosed(1, 60).forEach(each -> lanes.queue("NTF-" + each, Instant.EPOCH));

        assertThat(IntStream.rangeClosed(1, 60).filter(each -> leave(each).isEmpty()).count()).isEqualTo(51);
    }

    @Test
    void a_turn_that_is_given_back_is_anothers() {
        assertThat(leave(1)).isEmpty();
        lanes.queue("NTF-2", Instant.EPOCH);
        lanes.queue("NTF-3", Instant.EPOCH);

        lanes.giveBack(LANE, REST);
        assertThat(leave(2)).isEmpty();
        assertThat(leave(3)).isPresent();
    }

    @Test
    void who_sends_more_than_was_known_rests_longer() {
        assertThat(leave(1)).isEmpty();
        lanes.charge(LANE, REST);
        pass(REST);
        lanes.queue("NTF-2", Instant.EPOCH);
        assertThat(leave(2)).isPresent();
    }

    @Test
    void what_queued_for_an_address_counts_for_the_one_it_turned_out_to_be() {
        IntStream.rangeClosed(1, 3).forEach(each -> lanes.leave("NTF-" + each, "slack #ops", REST));
        Instant third = lanes.leave("NTF-3", "slack #ops", REST).orElseThrow();
        assertThat(leave(4)).isEmpty();

        lanes.carry("slack #ops", LANE);
        assertThat(leave(5)).contains(third.plus(REST));
        lanes.queue("NTF-6", Instant.EPOCH);
        assertThat(leave(6)).isPresent();
        lanes.carry("slack #nothing-yet", LANE);
        assertThat(leave(7)).contains(third.plus(REST.multipliedBy(2)));
    }

    @Test
    void an_address_that_is_written_otherwise_by_now_is_left_alone_from_its_first_message_on() {
        lanes.queue("NTF-1", Instant.EPOCH);
        lanes.queue("NTF-2", Instant.EPOCH);

        assertThat(leave(1)).isEmpty();
        assertThat(leave(2)).isPresent();
    }

    @Test
    void of_many_that_want_to_leave_at_one_moment_one_does() throws Exception {
        IntStream.rangeClosed(1, 9).forEach(each -> lanes.queue("NTF-" + each, Instant.EPOCH));
        List<Callable<Boolean>> all = new ArrayList<>();
        IntStream.rangeClosed(1, 9).forEach(each -> all.add(() -> leave(each).isEmpty()));
        try (ExecutorService workers = Executors.newFixedThreadPool(9)) {
            int left = 0;
            for (Future<Boolean> each : workers.invokeAll(all)) {
                left += each.get() ? 1 : 0;
            }
            assertThat(left).isEqualTo(1);
        }
    }
}
