package slipway.change;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;
import slipway.change.calendar.Freeze;
import slipway.change.calendar.Intervals;
import slipway.change.calendar.Obstacle;
import slipway.change.calendar.OpenTimes;
import slipway.change.calendar.Recurrence;
import slipway.change.calendar.Slots;
import slipway.change.calendar.Target;
import slipway.change.calendar.Window;
import slipway.change.domain.ChangeCommand;
import slipway.change.domain.ChangeEvent;
import slipway.change.domain.ChangeState;
import slipway.change.domain.Circumstances;
import slipway.change.domain.Conflict;
import slipway.change.domain.ConflictKind;
import slipway.change.domain.Environments;
import slipway.change.domain.Impact;
import slipway.change.domain.Inventory;
import slipway.change.domain.PlanDigest;
import slipway.change.domain.Rfc;
import slipway.change.domain.Template;
import slipway.change.domain.TemplateDecider;
import slipway.change.domain.TemplateEvent;
import slipway.messaging.Decisions;

/// What a request is judged by, as it is now: inventory, history, policy, template, and what stands in the way of its window.
@Component
class Situation {

    private static final Duration SEARCHED = Duration.ofDays(30);
    private static final Duration FARTHEST = Duration.ofDays(1000);

    private final InventoryStore inventory;
    private final ChangeRegister register;
    private final Policies policies;
    private final Freezes freezes;
    private final Reservations reservations;
    private final Decisions<TemplateDecider.Command, TemplateDecider.State, TemplateEvent> templates;
    private final Decisions<ChangeCommand, ChangeState, ChangeEvent> changes;
    private final Environments environments;
    private final Clock clock;

    Situation(
            InventoryStore inventory,
            ChangeRegister register,
            Policies policies,
            Freezes freezes,
            Reservations reservations,
            Decisions<TemplateDecider.Command, TemplateDecider.State, TemplateEvent> templates,
            Decisions<ChangeCommand, ChangeState, ChangeEvent> changes,
            @Value("${slipway.environments}") List<String> environments,
            Clock clock) {
        this.environments = new Environments(environments);
        this.changes = changes;
        this.inventory = inventory;
        this.register = register;
        this.policies = policies;
        this.freezes = freezes;
        this.reservations = reservations;
        this.templates = templates;
        this.clock = clock;
    }

    Circumstances of(String changeId, Rfc rfc) {
        return of(changeId, rfc, clock.instant());
    }

    /// @param changeId whose own place in the calendar is not in the way; empty: it has none yet
    /// @param now the moment at which the request was read: it may start then
    Circumstances of(String changeId, Rfc rfc, Instant now) {
        return new Circumstances(
                inventory.current(),
                register.history(now, rfc),
                policies.current(),
                template(rfc.templateRef()),
                conflicts(changeId, rfc),
                environments,
                now);
    }

    private @Nullable Template template(@Nullable String ref) {
        if (ref == null) {
            return null;
        }
        return switch (templates.state(Templates.aggregate(ref))) {
            case TemplateDecider.None _ -> null;
            case TemplateDecider.Live(var template) -> template;
            case TemplateDecider.Suspended(var template) -> template;
        };
    }

    /// Everything that stands in the way of the window, hard and soft, in a stable order.
    List<Conflict> conflicts(String changeId, Rfc rfc) {
        if (!isPlausible(rfc)) {
            return List.of();
        }
        Inventory now = inventory.current();
        List<Conflict> conflicts = new ArrayList<>();
        for (Obstacle obstacle : times().obstacles(target(changeId, rfc, now), rfc.occupied())) {
            conflicts.add(conflict(obstacle));
        }
        Set<String> touched = Impact.reached(rfc.configurationItems(), now);
        for (Reservations.Booking other : reservations.others(changeId, rfc.occupied())) {
            conflicts.addAll(with(other, rfc, touched, now));
        }
        return List.copyOf(conflicts);
    }

    /// The next free windows for this request: open, not taken, as long as its own. Within its envelope, or, when it names none,
    /// within thirty days.
    List<Window> slots(String changeId, Rfc rfc, int count, Instant at) {
        if (!isPlausible(rfc)) {
            return List.of();
        }
        Inventory now = inventory.current();
        Window envelope = rfc.envelope();
        Instant begin = rfc.outerWindow().notBefore();
        Instant from = begin.isAfter(at) ? begin : at;
        Instant to = envelope == null ? from.plus(SEARCHED) : envelope.notAfter().plusSeconds(rfc.rollbackSeconds());
        if (!from.isBefore(to)) {
            return List.of();
        }
        Window range = new Window(from, to);
        Set<String> mine = Set.copyOf(rfc.configurationItems());
        Intervals taken = Intervals.of(reservations.others(changeId, range).stream()
                .filter(other -> other.items().stream().anyMatch(mine::contains))
                .map(Reservations.Booking::during)
                .toList());
        Intervals open = times().open(target(changeId, rfc, now), range);
        return Slots.next(rfc.occupied().length(), open, taken, count).stream()
                .map(slot -> new Window(slot.notBefore(), slot.notAfter().minusSeconds(rfc.rollbackSeconds())))
                .toList();
    }

    /// What the rules refuse anyway is not looked up: a window of a thousand years has very many occurrences.
    private boolean isPlausible(Rfc rfc) {
        Instant now = clock.instant();
        Window sensible = new Window(now.minus(FARTHEST), now.plus(FARTHEST));
        return !rfc.window().neverOpens()
                && sensible.covers(rfc.window())
                && (rfc.envelope() == null || sensible.covers(rfc.envelope()))
                && rfc.rollbackSeconds() >= 0
                && rfc.rollbackSeconds() <= SEARCHED.toSeconds();
    }

    /// Ids of the open changes that a freeze is in the way of.
    List<String> heldBy(Freeze freeze) {
        Inventory now = inventory.current();
        OpenTimes times = new OpenTimes(List.of(freeze));
        return register.open().stream()
                .filter(id -> changes.state(id) instanceof ChangeState.Known open
                        // Who is still asked for is told, and held when it is approved.
                        && !(open instanceof ChangeState.AwaitingApproval)
                        && times
                                .obstacles(
                                        target(id, open.dossier().rfc(), now),
                                        open.dossier().rfc().occupied())
                                .stream()
                                .anyMatch(Obstacle.Frozen.class::isInstance))
                .toList();
    }

    Environments environments() {
        return environments;
    }

    OpenTimes times() {
        return new OpenTimes(freezes.holding());
    }

    static Target target(String changeId, Rfc rfc, Inventory now) {
        Map<String, List<Recurrence>> maintenance = new TreeMap<>();
        rfc.configurationItems()
                .forEach(ci -> now.item(ci).ifPresent(item -> maintenance.put(ci, item.maintenance())));
        return new Target(
                changeId,
                PlanDigest.of(rfc),
                rfc.service(),
                rfc.environments(),
                Impact.reached(rfc.configurationItems(), now),
                maintenance);
    }

    private static Conflict conflict(Obstacle obstacle) {
        return switch (obstacle) {
            case Obstacle.Frozen(var freeze, var during) ->
                new Conflict(
                        ConflictKind.FREEZE,
                        "",
                        freeze.id(),
                        "freeze " + freeze.id() + " (" + freeze.name() + ") " + words(during) + ": " + freeze.reason());
            case Obstacle.OutsideMaintenance(var ci, var next) ->
                new Conflict(
                        ConflictKind.MAINTENANCE,
                        ci,
                        "",
                        ci + " may not be worked on then; "
                                + (next == null ? "there is no maintenance window within two years"
                                        : "its next maintenance window is " + words(next)));
        };
    }

    /// One line for each kind of trouble that two changes have with each other, the hardest for each item.
    private static List<Conflict> with(
            Reservations.Booking other, Rfc rfc, Set<String> touched, Inventory now) {
        Map<String, Conflict> byItem = new LinkedHashMap<>();
        Set<String> theirs = Impact.reached(other.items(), now);
        String has = other.changeId() + " has it " + words(other.during());
        for (String ci : rfc.configurationItems()) {
            if (other.items().contains(ci)) {
                put(byItem, ConflictKind.SAME_ITEM, ci, other, ci + ": " + has);
            } else if (theirs.contains(ci)) {
                put(byItem, ConflictKind.NEIGHBOUR, ci, other, ci + " is impacted by what " + other.changeId()
                        + " works on " + words(other.during()));
            }
        }
        for (String ci : other.items()) {
            if (touched.contains(ci)) {
                put(byItem, ConflictKind.NEIGHBOUR, ci, other, ci + " is impacted by this change, and " + has);
            }
        }
        List<Conflict> conflicts = new ArrayList<>(byItem.values());
        if (byItem.isEmpty() && !Collections.disjoint(theirs, touched)) {
            String common = touched.stream().filter(theirs::contains).findFirst().orElseThrow();
            conflicts.add(new Conflict(
                    ConflictKind.DEPENDENCY,
                    common,
                    other.changeId(),
                    common + " is impacted by this change and by " + other.changeId() + " " + words(other.during())));
        }
        if (other.implementer().equals(rfc.implementer())) {
            conflicts.add(new Conflict(
                    ConflictKind.IMPLEMENTER,
                    "",
                    other.changeId(),
                    rfc.implementer() + " also carries out " + other.changeId() + " " + words(other.during())));
        }
        return conflicts;
    }

    private static void put(
            Map<String, Conflict> byItem, ConflictKind kind, String ci, Reservations.Booking other, String reason) {
        byItem.putIfAbsent(ci, new Conflict(kind, ci, other.changeId(), reason));
    }

    private static String words(Window window) {
        return "from " + window.notBefore() + " to " + window.notAfter();
    }
}
