package slipway.change.hindsight;

import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import slipway.change.calendar.Freeze;
import slipway.change.calendar.FreezeScope;
import slipway.change.calendar.Obstacle;
import slipway.change.calendar.OpenTimes;
import slipway.change.calendar.Target;
import slipway.change.calendar.Window;
import slipway.change.domain.ChangeEvent.ChangeScheduled;
import slipway.change.domain.ChangeEvent.ImpactAssessed;
import slipway.change.domain.ChangeEvent.ImplementationAuthorised;
import slipway.change.domain.ReachedItem;

/// What a candidate for a freeze would have held of everything that was in the calendar, and what became of it. The last place of
/// each change in the calendar counts, its time for the way back included, as for a real freeze; and nobody lets anything through.
public final class Rehearsal {

    private static final Duration LOOKED_AT_FIRST = Duration.ofDays(40);
    private static final Duration FARTHEST = Duration.ofDays(730);

    public enum Result {
        FREE,
        HELD,
        UNDECIDABLE
    }

    /// What to be held would have meant.
    public enum Effect {
        /// It failed, and would not have been done at that time. Whether it would have failed later nobody knows.
        FAILURE_HELD,
        SUCCESS_DELAYED,
        /// It was in the calendar and never started.
        NEVER_STARTED
    }

    /// @param startedAt when its first release was given leave; null: never
    /// @param freeze the time of the freeze that is in the way
    /// @param nextStart when it could have started instead, as far as this freeze goes: maintenance windows and other changes may take
    ///     longer; null: not within two years
    public record Change(
            String id,
            String title,
            String service,
            List<String> environments,
            Window window,
            @Nullable Instant startedAt,
            Window freeze,
            String outcome,
            boolean over,
            @Nullable Instant nextStart,
            @Nullable Long delaySeconds,
            @Nullable Effect effect) {}

    /// @param notRecorded what the scope asks for
    public record Unknown(String id, String title, Window window, String outcome, Set<String> notRecorded) {}

    /// @param changes that were in the calendar at that time
    /// @param failed how many of all these failed
    /// @param delaySeconds of all that would have been held and really started, together, at least
    /// @param endless held, and not free again within two years
    public record Totals(
            Map<Result, Long> changes, long failed, Map<Effect, Long> effects, long delaySeconds, long endless) {}

    /// @param planned ids of open changes that it would hold, now and in the future
    public record Report(
            Window period, Totals totals, Page<Change> held, Page<Unknown> undecidable, List<String> planned) {}

    private final OpenTimes times;
    private final OpenTimes anyItem;
    private final Window period;
    private final Counter<Result> changes = new Counter<>(Result.values());
    private final Counter<Effect> effects = new Counter<>(Effect.values());
    private final Newest<Change> held;
    private final Newest<Unknown> undecidable;
    private long failed;
    private long delaySeconds;
    private long endless;

    /// @param period in which the change was to start
    /// @param listed so many of each list are kept
    public Rehearsal(Freeze freeze, Window period, int listed) {
        this.times = new OpenTimes(List.of(freeze));
        FreezeScope scope = freeze.scope();
        this.anyItem = new OpenTimes(List.of(new Freeze(
                freeze.id(),
                freeze.name(),
                freeze.reason(),
                new FreezeScope(scope.environments(), scope.services(), List.of()),
                freeze.when(),
                freeze.approverGroup(),
                freeze.letThrough())));
        this.period = period;
        this.held = new Newest<>(listed, each -> each.window().notBefore(), Change::id);
        this.undecidable = new Newest<>(listed, each -> each.window().notBefore(), Unknown::id);
    }

    /// @param story all facts of the change, in order
    public void add(String id, List<Moment> story) {
        ImpactAssessed assessed = null;
        ImpactAssessed impact = null;
        ChangeScheduled scheduled = null;
        Instant started = null;
        for (Moment moment : story) {
            switch (moment.fact()) {
                case ImpactAssessed each -> assessed = each;
                case ChangeScheduled each -> {
                    scheduled = each;
                    impact = assessed;
                }
                case ImplementationAuthorised _ -> started = started == null ? moment.at() : started;
                default -> {}
            }
        }
        if (scheduled != null && isIn(scheduled.window().notBefore())) {
            count(id, scheduled, impact, started, Course.of(story));
        }
    }

    private boolean isIn(Instant at) {
        return !at.isBefore(period.notBefore()) && at.isBefore(period.notAfter());
    }

    private void count(
            String id, ChangeScheduled scheduled, @Nullable ImpactAssessed impact, @Nullable Instant started, Course course) {
        if (course.failed()) {
            failed++;
        }
        Set<String> touched = new HashSet<>(scheduled.configurationItems());
        if (impact != null) {
            impact.reached().stream().map(ReachedItem::ci).forEach(touched::add);
        }
        Target target = new Target(
                id, scheduled.planDigest(), scheduled.service(), scheduled.environments(), touched, Map.of());
        Window window = scheduled.window();
        Window occupied =
                new Window(window.notBefore(), window.notAfter().plusSeconds(scheduled.rollbackSeconds()));
        Window inTheWay = inTheWay(times, target, occupied);
        if (inTheWay != null) {
            held(id, scheduled, started, course, inTheWay, next(target, occupied));
        } else if ((impact == null || impact.total() > impact.reached().size())
                && inTheWay(anyItem, target, occupied) != null) {
            // A freeze of items is in the way of whatever reaches them, and what it reached was not recorded as a whole.
            changes.add(Result.UNDECIDABLE);
            undecidable.add(new Unknown(id, course.title(), window, course.outcome(), Set.of("configurationItems")));
        } else {
            changes.add(Result.FREE);
        }
    }

    private static @Nullable Window inTheWay(OpenTimes times, Target target, Window occupied) {
        return times.obstacles(target, occupied).stream()
                .filter(Obstacle.Frozen.class::isInstance)
                .map(obstacle -> ((Obstacle.Frozen) obstacle).occurrence())
                .findFirst()
                .orElse(null);
    }

    private void held(
            String id,
            ChangeScheduled scheduled,
            @Nullable Instant started,
            Course course,
            Window inTheWay,
            @Nullable Instant next) {
        changes.add(Result.HELD);
        Long delay = next == null
                ? null
                : Duration.between(scheduled.window().notBefore(), next).toSeconds();
        if (delay == null) {
            endless++;
        } else if (started != null) {
            delaySeconds += delay;
        }
        Effect effect = effect(started, course);
        if (effect != null) {
            effects.add(effect);
        }
        held.add(new Change(
                id,
                course.title(),
                course.service(),
                scheduled.environments(),
                scheduled.window(),
                started,
                inTheWay,
                course.outcome(),
                course.over(),
                next,
                delay,
                effect));
    }

    /// Nothing yet of what is still to come.
    private static @Nullable Effect effect(@Nullable Instant started, Course course) {
        if (started == null) {
            return course.over() ? Effect.NEVER_STARTED : null;
        }
        return course.failed() ? Effect.FAILURE_HELD : course.wentWell() ? Effect.SUCCESS_DELAYED : null;
    }

    /// The first moment at which the whole time that it needs is outside of the freeze.
    private @Nullable Instant next(Target target, Window occupied) {
        for (Duration ahead = LOOKED_AT_FIRST; ; ahead = ahead.multipliedBy(4)) {
            Duration asked = ahead.compareTo(FARTHEST) < 0 ? ahead : FARTHEST;
            Window range = new Window(occupied.notBefore(), occupied.notBefore().plus(asked));
            for (Window open : times.open(target, range).windows()) {
                if (open.length().compareTo(occupied.length()) >= 0) {
                    return open.notBefore();
                }
            }
            if (asked.equals(FARTHEST)) {
                return null;
            }
        }
    }

    /// @param planned ids of open changes that it would hold
    public Report report(List<String> planned) {
        return new Report(
                period,
                new Totals(changes.all(), failed, effects.all(), delaySeconds, endless),
                held.page(),
                undecidable.page(),
                planned);
    }
}
