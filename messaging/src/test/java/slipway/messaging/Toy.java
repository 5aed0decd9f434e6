package slipway.messaging;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.dao.QueryTimeoutException;
import org.springframework.http.HttpHeaders;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import slipway.decider.Decider;
import slipway.decider.Decision;
import slipway.events.change.ChangeCancelled;
import slipway.events.release.ReleaseAborted;
import slipway.events.release.ReleaseBlocked;
import slipway.events.release.ReleaseClosed;
import slipway.http.ETag;

/// The smallest service there is: it withdraws changes, on request, when it hears that a release was aborted, and after
/// asking outside when a release was closed.
@SpringBootApplication
class Toy {

    sealed interface Event {
        record ChangeCancelled(String by, String reason) implements Event {}
    }

    sealed interface Command {
        record Cancel(String by, String reason) implements Command {}
    }

    /// How often it was cancelled.
    record State(int times) {}

    static final class Rules implements Decider<Command, State, Event> {

        @Override
        public State initial() {
            return new State(0);
        }

        @Override
        public Decision<Event> decide(Command command, State state) {
            return switch (command) {
                case Command.Cancel(_, var reason) when reason.isBlank() -> Decision.refuse(List.of("a reason is missing"));
                case Command.Cancel(var by, var reason) -> Decision.accept(new Event.ChangeCancelled(by, reason));
            };
        }

        @Override
        public State evolve(State state, Event event) {
            return switch (event) {
                case Event.ChangeCancelled _ -> new State(state.times() + 1);
            };
        }
    }

    /// What the world outside is like: which reasons make a reaction fail, which effects were done, which fail how often.
    static final Set<String> POISON = ConcurrentHashMap.newKeySet();

    static final Queue<String> EFFECTS = new ConcurrentLinkedQueue<>();
    static final ConcurrentMap<String, Integer> FAILURES = new ConcurrentHashMap<>();

    /// Keys of what could not be read, and how often nobody can be told of it first.
    static final Queue<String> TOLD = new ConcurrentLinkedQueue<>();

    static final ConcurrentMap<String, Integer> NOT_TOLD = new ConcurrentHashMap<>();

    @Bean
    Unread unread() {
        return (record, _) -> {
            String key = record.key() == null ? "" : new String(record.key(), StandardCharsets.UTF_8);
            TOLD.add(key);
            if (NOT_TOLD.merge(key, -1, Integer::sum) >= 0) {
                throw new QueryTimeoutException("the database is away");
            }
        };
    }

    /// Which releases wait for somebody else.
    static final Map<String, Optional<Instant>> WAITING = new ConcurrentHashMap<>();

    /// What happens while an effect finds out that a release waits.
    static final Map<String, Runnable> MEANWHILE = new ConcurrentHashMap<>();

    /// Which effects are begun, each time; what each waits for in its middle; and which were interrupted there.
    static final Queue<String> BEGUN = new ConcurrentLinkedQueue<>();

    static final ConcurrentMap<String, CountDownLatch> MIDDLE = new ConcurrentHashMap<>();
    static final Queue<String> INTERRUPTED = new ConcurrentLinkedQueue<>();

    /// Which releases are looked at, each time that somebody begins; and what each look waits for.
    static final Queue<String> LOOKS = new ConcurrentLinkedQueue<>();

    static final ConcurrentMap<String, CountDownLatch> SEEN = new ConcurrentHashMap<>();

    @Bean
    Decisions<Command, State, Event> toyDecisions(Journal journal, JdbcClient jdbc) {
        return journal.decisions(new Rules(), Event.class, "slipway.events.change", (event, meta) -> {
            switch (event) {
                case Event.ChangeCancelled(var by, var reason) ->
                    jdbc.sql("insert into toy (change, reason) values (?, ?)")
                            .params(meta.getAggregateId(), reason)
                            .update();
            }
        });
    }

    @Bean
    Reactions toyReactions(Decisions<Command, State, Event> decisions) {
        return Reactions.table()
                .decide(ReleaseAborted.class, "withdraw the change of an aborted release", fact -> {
                    if (POISON.contains(fact.getReason())) {
                        throw new IllegalStateException("cannot bear " + fact.getReason());
                    }
                    return List.of(decisions.order(change(fact.getMeta().getAggregateId()), cancel(fact.getReason())));
                })
                .perform(ReleaseClosed.class, "ask outside, then withdraw", fact -> {
                    String release = fact.getMeta().getAggregateId();
                    Optional<Instant> waits = WAITING.get(release);
                    if (waits != null) {
                        MEANWHILE.getOrDefault(release, () -> {}).run();
                        throw new NotYet("somebody else has " + release, waits.orElse(null));
                    }
                    BEGUN.add(release);
                    stand(release);
                    if (FAILURES.merge(release, -1, Integer::sum) >= 0) {
                        throw new java.io.IOException("not now");
                    }
                    EFFECTS.add(release);
                    return List.of(decisions.order(change(release), cancel("closed " + release)));
                })
                .performAt(ReleaseBlocked.class, "look until there is something to see", _ -> null, _ -> true, fact -> {
                    String release = fact.getMeta().getAggregateId();
                    LOOKS.add(release);
                    SEEN.get(release).await();
                    return List.of(decisions.order(change(release), cancel("seen " + release)));
                })
                .perform(ChangeCancelled.class, "tell it outside", fact -> {
                    if (fact.getReason().startsWith("tell: ")) {
                        EFFECTS.add(fact.getReason());
                    }
                    return List.of();
                })
                .build();
    }

    /// Reads what a request has beside its body.
    @RestController
    static class Door {

        @GetMapping("/toy")
        String read(
                @RequestParam Map<String, String> words,
                @RequestHeader(name = HttpHeaders.IF_MATCH, required = false) @Nullable String match) {
            return words + " for " + ETag.meantFor(match);
        }
    }

    private static void stand(String release) throws InterruptedException {
        try {
            MIDDLE.getOrDefault(release, new CountDownLatch(0)).await();
        } catch (InterruptedException e) {
            INTERRUPTED.add(release);
            throw e;
        }
    }

    private static String change(String releaseId) {
        return "CHG-of-" + releaseId;
    }

    private static Command cancel(String reason) {
        return new Command.Cancel("toy", reason);
    }
}
