package slipway.audit.history;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Set;
import slipway.audit.history.Chronicle.Aggregate;
import slipway.audit.history.Chronicle.Why;
import slipway.audit.history.Company.Service;
import slipway.events.FreezeScope;
import slipway.events.Meta;
import slipway.events.Recurrence;
import slipway.events.Topics;
import slipway.events.change.FreezeDeclared;
import slipway.events.change.FreezeLifted;

/// Times in which nothing starts: some that everybody knows from the first day on, and some that come with an incident.
final class Freezes {

    private static final int INCIDENTS = 14;
    private static final Duration AN_INCIDENT = Duration.ofDays(1);
    private static final long AGAIN_SECONDS = 3600;

    private final World world;
    private final Chronicle.Story story;
    private final Dice dice;
    private int number;

    Freezes(World world, Chronicle.Story story, Dice dice) {
        this.world = world;
        this.story = story;
        this.dice = dice;
    }

    void plan() {
        planned("end of the first quarter", "2025-03-30T18:00", Duration.ofDays(3));
        planned("end of the second quarter", "2025-06-29T18:00", Duration.ofDays(3));
        planned("end of the third quarter", "2025-09-28T18:00", Duration.ofDays(3));
        planned("the busiest weekend", "2025-11-27T18:00", Duration.ofDays(4));
        planned("the end of the year", "2025-12-20T00:00", Duration.ofDays(14));
        for (int i = 0; i < INCIDENTS; i++) {
            Instant when = Working.atWork(Working.BEGIN.plusSeconds(dice.between(10, 330) * 24 * 3600L + dice.below(80_000)));
            story.at(when, this::incident);
        }
    }

    private void planned(String name, String start, Duration length) {
        Instant begins = LocalDateTime.parse(start).toInstant(ZoneOffset.UTC);
        world.appointments.close(begins, begins.plus(length));
        String manager = dice.one(world.company.group(Company.MANAGERS));
        story.at(Working.BEGIN, () -> declare(aggregate(), manager, name, "nobody could look after it", new FreezeScope(List.of("prod"), List.of(), List.of()), start, length));
    }

    private Aggregate aggregate() {
        return world.aggregate(Topics.CHANGE, "FRZ-" + ++number);
    }

    private Meta declare(Aggregate freeze, String by, String name, String reason, FreezeScope scope, String start, Duration length) {
        return world.chronicle.tell(
                freeze,
                Why.person(by),
                meta -> new FreezeDeclared(
                        meta,
                        name,
                        reason,
                        scope,
                        new Recurrence(start, "UTC", length.toString(), null, List.of()),
                        Company.MANAGERS,
                        by,
                        null,
                        List.of()));
    }

    /// What is scheduled is held, and let go when it is over; a rollout that runs is not stopped, because that would make it worse.
    private void incident() {
        Service service = world.waitedFor(dice);
        boolean busy = service == null
                || Company.ENVIRONMENTS.stream().anyMatch(each -> world.environment(service.name(), each).rollsOut != null);
        if (service == null || busy || world.freezes().containsKey(service.name())) {
            story.after(AGAIN_SECONDS, this::incident);
            return;
        }
        Aggregate freeze = aggregate();
        String manager = dice.one(world.company.group(Company.MANAGERS));
        String reason = "an incident of " + service.name() + " is looked into";
        Instant now = world.chronicle.now();
        String start = now.atOffset(ZoneOffset.UTC).toLocalDateTime().withNano(0).toString();
        Meta declared = declare(
                freeze,
                manager,
                "incident of " + service.name(),
                reason,
                new FreezeScope(List.of(), List.of(service.name()), List.of()),
                start,
                AN_INCIDENT);
        World.Frozen frozen = new World.Frozen(freeze.id(), reason, now.plus(AN_INCIDENT));
        world.freezes().put(service.name(), frozen);
        sorted(service).stream()
                .filter(each -> each.state == ChangeStory.State.SCHEDULED && each.window().getNotBefore().isBefore(frozen.until()))
                .filter(each -> each.place.heldBy() == null)
                .forEach(each -> each.place.freeze(frozen, declared));
        story.after(dice.between(2, 20) * 3600L, () -> {
            world.freezes().remove(service.name());
            Meta lifted = world.chronicle.tell(
                    freeze, Why.person(manager), meta -> new FreezeLifted(meta, manager, "the incident is over"));
            sorted(service).stream().filter(each -> each.place.isFrozenBy(frozen)).forEach(each -> each.place.thaw(frozen, lifted));
        });
    }

    private List<ChangeStory> sorted(Service service) {
        Set<ChangeStory> all = world.unstarted(service.name());
        return all.stream().sorted((one, other) -> Integer.compare(one.number, other.number)).toList();
    }
}
