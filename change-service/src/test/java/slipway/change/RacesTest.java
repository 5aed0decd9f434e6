package slipway.change;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static slipway.change.TheService.example;
import static slipway.change.TheService.service;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.jdbc.core.simple.JdbcClient;
import slipway.change.domain.Asker;
import slipway.change.domain.ChangeCommand;
import slipway.change.domain.ChangeEvent;
import slipway.change.domain.ChangeState;
import slipway.change.domain.Circumstances;
import slipway.change.domain.History;
import slipway.change.domain.Rfc;
import slipway.change.domain.Status;
import slipway.change.domain.VerificationLevel;
import slipway.http.Form;
import slipway.messaging.Cause;
import slipway.messaging.Decisions;
import slipway.messaging.Outcome;

/// What happens in the same millisecond, a thousand times.
class RacesTest {

    private static final int TIMES = 1000;

    private final Decisions<ChangeCommand, ChangeState, ChangeEvent> changes = service().decisions("changes");
    private final ChangeRegister register = service().bean(ChangeRegister.class);
    private final Situation situation = service().bean(Situation.class);
    private final Clock clock = service().bean(Clock.class);
    private final CyclicBarrier start = new CyclicBarrier(2);

    /// Approved by the policy alone, so that a race costs two decisions and not six.
    ///
    /// @param in how long until its window, as ISO 8601 has it
    private String approved(String ci, String in) {
        Instant now = clock.instant();
        String yaml = example("rfc.yaml")
                        .replace("  - inventory-web\n  - inventory-db\n", "  - " + ci + "\n")
                        .replace("notBefore: now\n", "notBefore: now+" + in + "\n")
                        .replace("notAfter: now+PT2H", "notAfter: now+" + in + "T2H")
                        .replaceAll("(testEvidence|doneBefore|dataTouched|businessHours|leadTime): \\d", "$1: 1")
                + """
                evidence:
                  - {kind: TESTED, reference: RUN-1}
                  - {kind: REHEARSED_ROLLBACK, reference: LOG-1}
                  - {kind: DONE_BEFORE, reference: CHG-0}
                """;
        Rfc rfc = RfcForm.read(Form.read(yaml.getBytes(StandardCharsets.UTF_8), Form.YAML), "dana", now)
                .rfc();
        String id = register.nextId();
        decide(id, new ChangeCommand.Submit(rfc, List.of("dana"), List.of(), doneBefore(situation.of("", rfc, now))));
        return id;
    }

    private static Circumstances doneBefore(Circumstances now) {
        History proven = new History(now.history().items(), now.history().templates(), Set.of("CHG-0"));
        return new Circumstances(
                now.inventory(), proven, now.policy(), now.template(), now.conflicts(), now.environments(), now.at());
    }

    private Outcome<ChangeState> decide(String id, ChangeCommand command) {
        return changes.decide(id, command, Cause.person("dana", id));
    }

    private <T> List<T> atOnce(ExecutorService threads, Callable<T> one, Callable<T> other)
            throws InterruptedException, ExecutionException {
        Future<T> first = threads.submit(() -> {
            start.await();
            return one.call();
        });
        Future<T> second = threads.submit(() -> {
            start.await();
            return other.call();
        });
        return List.of(first.get(), second.get());
    }

    /// Other tests shall not wait behind what the races left to do: thousands of jobs, which take as long as the machine is busy. As long as
    /// they get fewer, nothing is wrong.
    @AfterEach
    void until_all_jobs_are_done() {
        for (long left = due(); left > 0; left = due()) {
            long before = left;
            await().atMost(Duration.ofMinutes(1)).until(() -> due() < before);
        }
    }

    private static long due() {
        return service().bean(JdbcClient.class)
                .sql("select count(*) from scheduled_tasks where execution_time <= clock_timestamp()")
                .query(Long.class)
                .single();
    }

    private boolean schedules(String id) {
        try {
            decide(id, new ChangeCommand.LookAtCalendar(List.of(), "RSV-" + id, clock.instant()));
        } catch (DataIntegrityViolationException _) {
            return false;
        }
        return changes.state(id).status() == Status.SCHEDULED;
    }

    @Test
    void of_two_schedulers_that_race_for_one_item_exactly_one_wins_each_time() throws Exception {
        try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
            for (int i = 0; i < TIMES; i++) {
                // Days from what other tests left open, which would be looked at each time.
                String one = approved("ci-7", "P3D");
                String other = approved("ci-7", "P3D");
                atOnce(threads, () -> schedules(one), () -> schedules(other));
                List<Status> states =
                        List.of(changes.state(one).status(), changes.state(other).status());
                assertThat(states).containsExactlyInAnyOrder(Status.SCHEDULED, Status.APPROVED);
                cancel(other);
                cancel(one);
            }
        }
    }

    private Outcome<ChangeState> cancel(String id) {
        return decide(id, new ChangeCommand.Cancel(new Asker("dana", Set.of()), "race is over"));
    }

    @Test
    void cancel_and_start_that_race_never_end_with_both_accepted() throws Exception {
        int started = 0;
        try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
            for (int i = 0; i < TIMES; i++) {
                String id = approved("ci-3", "P0D");
                schedules(id);
                ChangeState.Known known = (ChangeState.Known) changes.state(id);
                assertThat(known.status()).isEqualTo(Status.SCHEDULED);
                ChangeCommand authorise = new ChangeCommand.Authorise(
                        "REL-" + id,
                        "dev",
                        List.of("sha256:a"),
                        known.dossier().digest(),
                        VerificationLevel.V4,
                        List.of(),
                        clock.instant());
                boolean cancelled = atOnce(threads, () -> cancel(id), () -> decide(id, authorise)).getFirst()
                        instanceof Outcome.Accepted<ChangeState>;
                List<Class<?>> facts = changes.facts(id).stream().<Class<?>>map(ChangeEvent::getClass).toList();
                boolean authorised = facts.contains(ChangeEvent.ImplementationAuthorised.class);
                assertThat(cancelled).isNotEqualTo(authorised);
                assertThat(facts.contains(ChangeEvent.ChangeCancelled.class)).isEqualTo(cancelled);
                assertThat(changes.state(id).status()).isEqualTo(cancelled ? Status.CANCELLED : Status.IMPLEMENTING);
                started += authorised ? 1 : 0;
                if (authorised) {
                    decide(id, new ChangeCommand.EndRelease("REL-" + id, "race is over", clock.instant()));
                }
            }
        }
        // Otherwise it was no race.
        assertThat(started).isBetween(1, TIMES - 1);
    }
}
