package slipway.change;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import slipway.change.calendar.Freeze;
import slipway.change.calendar.FreezeScope;
import slipway.change.calendar.Recurrence;
import slipway.change.calendar.Window;
import slipway.change.domain.Asker;
import slipway.change.domain.FreezeDecider;
import slipway.change.domain.FreezeEvent;
import slipway.change.intake.Verbs.Asked;
import slipway.change.intake.Verbs.Done;
import slipway.events.Actor;
import slipway.events.ActorKind;
import slipway.http.Form;
import slipway.messaging.Cause;
import slipway.messaging.Decisions;

/// Freezes that another system asks for, such as one whose error budget is spent: from now on, until a moment. Whoever wrote the rule of
/// its source, and named a person for it, gave it the right to.
@Component
class AutomaticFreezes {

    /// What is over is over; what is planned further ahead than this is not looked for.
    private static final Duration AHEAD = Duration.ofDays(366);

    private final Decisions<FreezeDecider.Command, FreezeDecider.State, FreezeEvent> decisions;
    private final Freezes freezes;
    private final Situation situation;
    private final Clock clock;

    AutomaticFreezes(
            Decisions<FreezeDecider.Command, FreezeDecider.State, FreezeEvent> decisions,
            Freezes freezes,
            Situation situation,
            Clock clock) {
        this.decisions = decisions;
        this.freezes = freezes;
        this.situation = situation;
        this.clock = clock;
    }

    /// @param subject of which there is one at a time; null: it is one of its own
    /// @param again it was asked for before, and goes on
    Done declare(Asked asked, @Nullable String subject, boolean again) {
        String uid = subject == null ? null : "intake:" + asked.source() + ":" + subject;
        Optional<Freeze> before = uid == null ? Optional.empty() : freezes.next(uid);
        Instant now = clock.instant();
        if (before.isEmpty() && again) {
            return new Done(null, List.of());
        }
        if (before.isPresent() && lasts(before.get(), asked.fields(), now)) {
            return new Done(before.get().id(), List.of());
        }
        Asker by = new Asker(asked.requester(), Set.of(Asker.CHANGE_MANAGERS), asked.behind());
        FreezeDecider.Declare declare =
                read(asked.fields(), by, uid, before.map(Freeze::letThrough).orElse(Set.of()), now);
        String id = freezes.nextId();
        Done done = Mapped.done(id, decisions.decide(id, declare, cause(id, asked)));
        if (done.reasons().isEmpty()) {
            before.ifPresent(over -> decisions.decide(
                    over.id(), new FreezeDecider.Lift(by, "it goes on as " + id), cause(over.id(), asked)));
        }
        return done;
    }

    /// Whether it holds for at least half as long as a new one would: otherwise it is time for that, so that nothing starts in between.
    private static boolean lasts(Freeze freeze, Form fields, Instant now) {
        Duration asked = Duration.between(now, fields.time("until", now));
        return freeze.when().occurrences(new Window(now, now.plus(AHEAD))).stream()
                .anyMatch(held -> Duration.between(now, held.notAfter()).compareTo(asked.dividedBy(2)) > 0);
    }

    /// @param letThrough whatever people let through it before, they let through it now
    private FreezeDecider.Declare read(Form form, Asker by, @Nullable String uid, Set<String> letThrough, Instant now) {
        Form scope = form.part("scope");
        Instant until = form.time("until", now);
        String approvers = form.optionalText("approverGroup");
        FreezeScope of = new FreezeScope(
                scope.texts("environments"), scope.texts("services"), scope.texts("configurationItems"));
        Recurrence when = new Recurrence(
                LocalDateTime.ofInstant(now, ZoneOffset.UTC).truncatedTo(ChronoUnit.SECONDS).toString(),
                "UTC",
                Duration.ofSeconds(Math.max(0, Duration.between(now, until).toSeconds())).toString(),
                null,
                List.of());
        String name = form.text("name");
        String reason = form.text("reason");
        List<String> unread = new ArrayList<>(form.faults());
        if (of.equals(FreezeScope.EVERYTHING)) {
            unread.add("scope: is empty, which would freeze everything; a person declares that");
        }
        return new FreezeDecider.Declare(
                by,
                name,
                reason,
                of,
                when,
                approvers == null ? Asker.CHANGE_MANAGERS : approvers,
                uid,
                letThrough,
                situation.environments(),
                unread);
    }

    private static Cause cause(String id, Asked asked) {
        return new Cause(
                new Actor(asked.source(), ActorKind.SERVICE, asked.requester()), id, null, asked.traceparent(), null);
    }
}
