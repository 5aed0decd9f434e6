package slipway.audit.history;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.EnumSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Set;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import slipway.audit.history.Chronicle.Aggregate;
import slipway.audit.history.Chronicle.Why;
import slipway.audit.history.Company.Service;
import slipway.audit.history.Place.Fate;
import slipway.events.Actor;
import slipway.events.ActorKind;
import slipway.events.ChangeType;
import slipway.events.Member;
import slipway.events.Meta;
import slipway.events.ParameterBound;
import slipway.events.Rfc;
import slipway.events.RiskLevel;
import slipway.events.ShapePart;
import slipway.events.Topics;
import slipway.events.change.ApprovalPolicyPublished;
import slipway.events.change.InventoryChanged;
import slipway.events.change.RFCRefused;
import slipway.events.change.StandardTemplatePublished;
import slipway.events.release.EnvironmentDriftDetected;
import slipway.events.release.EnvironmentDriftEnded;

/// What all services recorded in a year, in the order in which they did. The same seed gives the same bytes; nothing is kept but what
/// is open, so the year may be as long as it likes.
public final class History implements Iterator<Happening> {

    /// So many changes a year are the history that is measured.
    public static final int FULL = 100_000;

    private static final long ARRIVALS = -1;
    private static final int MOST_NAMED = 1000;

    private final World world;
    private final Chronicle chronicle;
    private final Chronicle.Story company;
    private final Dice dice;
    private final int changes;
    private int asked;
    private @Nullable Happening next;

    private History(long seed, int changes, Wire wire, Set<Breach> breaches) {
        this.changes = changes;
        this.dice = Dice.of(seed, ARRIVALS);
        this.chronicle = new Chronicle(wire, Dice.of(seed, ARRIVALS - 1), Working.BEGIN, Working.END);
        String policy = policy();
        Company people = new Company(Dice.of(seed, ARRIVALS - 2), changes);
        String hash = Canonical.sha256(policy.getBytes(StandardCharsets.UTF_8));
        this.world = new World(seed, chronicle, people, new Judging(people, hash));
        this.company = chronicle.new Story();
        breaches.stream().sorted().forEach(each -> world.shallBreak(each, dice.between(changes / 10, changes / 2)));
        company.at(Working.BEGIN, () -> found(policy, hash));
        new Freezes(world, company, dice).plan();
        for (LocalDate day = Working.FIRST_DAY; day.getYear() == Working.FIRST_DAY.getYear(); day = day.plusDays(1)) {
            LocalDate today = day;
            company.at(day.atStartOfDay().toInstant(ZoneOffset.UTC), () -> dawn(today));
        }
        next = chronicle.next();
    }

    /// A year in which everything is as it should be.
    ///
    /// @param changes how many are asked for in it
    public static History year(long seed, int changes, Wire wire) {
        return year(seed, changes, wire, EnumSet.noneOf(Breach.class));
    }

    /// The same with each of these once.
    public static History year(long seed, int changes, Wire wire, Set<Breach> breaches) {
        return new History(seed, changes, wire, breaches);
    }

    @Override
    public boolean hasNext() {
        return next != null;
    }

    @Override
    public Happening next() {
        Happening here = next;
        if (here == null) {
            throw new NoSuchElementException("the year is over");
        }
        next = chronicle.next();
        return here;
    }

    public Stream<Happening> stream() {
        return StreamSupport.stream(
                Spliterators.spliteratorUnknownSize(this, Spliterator.ORDERED | Spliterator.NONNULL), false);
    }

    public Company company() {
        return world.company;
    }

    /// The id of the change, or of its release, that did it.
    public Map<Breach, String> broken() {
        return world.broken();
    }

    /// How many stories were open at one time, at most: that is what there is in memory.
    public int mostOpen() {
        return chronicle.mostOpen();
    }

    /// The policy by which all is judged: the one that change-service brings.
    public static String policy() {
        try (InputStream text = History.class.getResourceAsStream("/history/policy.yaml")) {
            return new String(Objects.requireNonNull(text).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void found(String policy, String hash) {
        Company all = world.company;
        chronicle.tell(
                world.aggregate(Topics.CHANGE, "POLICY"),
                Why.service(ChangeStory.SERVICE),
                meta -> new ApprovalPolicyPublished(meta, "default", "1", hash, policy, List.of(), ChangeStory.SERVICE));
        List<String> changed = all.items().stream().map(Company.Item::id).sorted().toList();
        chronicle.tell(
                world.aggregate(Topics.CHANGE, "INVENTORY"),
                Why.service(ChangeStory.SERVICE),
                meta -> new InventoryChanged(
                        meta,
                        all.version(),
                        all.people().size(),
                        all.items().size(),
                        changed.subList(0, Math.min(MOST_NAMED, changed.size())),
                        changed.size(),
                        all.peopleVersion(),
                        all.people().stream()
                                .map(person -> new Member(person.id(), person.groups()))
                                .toList()));
        String manager = all.group(Company.MANAGERS).getFirst();
        for (Service service : all.services()) {
            if (!service.template().isEmpty()) {
                publish(service, manager);
            }
        }
    }

    private void publish(Service service, String manager) {
        Aggregate template = world.aggregate(Topics.CHANGE, "TPL-" + service.template());
        chronicle.tell(
                template,
                Why.person(manager),
                meta -> new StandardTemplatePublished(
                        meta,
                        service.template().substring(0, service.template().indexOf('@')),
                        1,
                        "Deploy " + service.name(),
                        List.of(service.name()),
                        service.items(),
                        Company.ENVIRONMENTS,
                        Requests.STANDARD_PLAN,
                        Requests.STANDARD_BACK,
                        Requests.STANDARD_TEST,
                        RiskLevel.MODERATE,
                        4L * 3600,
                        List.of(new ParameterBound("ticket", "[A-Z]+-[0-9]+", null, null)),
                        manager,
                        false,
                        false));
        world.publish(service, template);
    }

    private void dawn(LocalDate day) {
        int many = (int) (Working.until(day, changes) - Working.until(day.minusDays(1), changes));
        Working.moments(day, many, dice).forEach(moment -> company.at(moment, this::arrive));
    }

    /// The next change is asked for.
    private void arrive() {
        int number = ++asked;
        Dice its = Dice.of(world.seed, number);
        int left = 1000 - Shares.STANDARD - Shares.EMERGENCY - Shares.LATENT - Shares.DRIFT - Shares.REFUSED;
        switch (its.weighted(Shares.STANDARD, Shares.EMERGENCY, Shares.LATENT, Shares.DRIFT, Shares.REFUSED, left)) {
            case 0 -> ask(ChangeType.STANDARD, number, its);
            case 1 -> ask(ChangeType.EMERGENCY, number, its);
            case 2 -> late(number, its);
            case 3 -> drift(number, its);
            case 4 -> refuse(number, its);
            default -> ask(ChangeType.NORMAL, number, its);
        }
    }

    private void ask(ChangeType type, int number, Dice its) {
        Requests requests = new Requests(world, its);
        Service service = type == ChangeType.STANDARD ? world.company.templated(its) : world.company.service(its);
        Fate fate = fate(type, its);
        boolean drafted = type == ChangeType.NORMAL && its.in(Shares.DRAFTED);
        Instant now = chronicle.now();
        long lead =
                switch (type) {
                    case EMERGENCY -> 0;
                    case STANDARD -> its.between(1, 60) * 3600L;
                    case NORMAL, LATENT, UNKNOWN -> its.between(30, 190) * 3600L;
                };
        Rfc rfc = requests.ask(type, service, now.plusSeconds(lead), fate == Fate.NOT_STARTED);
        if (!rfc.getWindow().getNotBefore().isBefore(now.plus(ChangeStory.APPROVAL_LASTS).minusSeconds(24 * 3600))) {
            // The calendar is full for longer than an approval lasts: they ask again when it is not.
            world.appointments.giveBack(service.name(), rfc.getWindow());
            company.at(now.plusSeconds(2 * 24 * 3600L), () -> ask(type, number, its));
            return;
        }
        if (world.judging.needsRehearsal(rfc)) {
            rfc = requests.rehearsed(rfc);
        }
        ChangeStory change = new ChangeStory(world, number, its, service, rfc);
        change.place.isFated(fate);
        if (drafted) {
            Instant slept = Working.atWork(now.plusSeconds(its.between(1, 20) * 3600L));
            change.draft(Working.earlier(slept, rfc.getWindow().getNotBefore().minusSeconds(10 * 3600L)));
        } else {
            Why requester = Why.person(rfc.getRequester());
            change.story.after(0, () -> change.submit(requester, null, null));
        }
    }

    private static Fate fate(ChangeType type, Dice its) {
        if (type == ChangeType.EMERGENCY) {
            return Fate.CARRIED_OUT;
        }
        if (its.in(Shares.CANCELLED_SCHEDULED)) {
            return Fate.CANCELLED;
        }
        if (its.in(Shares.HELD_BY_HAND)) {
            return Fate.HELD;
        }
        return type == ChangeType.NORMAL && its.in(Shares.NOT_STARTED) ? Fate.NOT_STARTED : Fate.CARRIED_OUT;
    }

    private void late(int number, Dice its) {
        Service service = world.company.service(its);
        Rfc rfc = new Requests(world, its).late(service, chronicle.now());
        ChangeStory change = new ChangeStory(world, number, its, service, rfc);
        Why requester = Why.person(rfc.getRequester()).occurred(rfc.getWindow().getNotAfter());
        change.story.after(0, () -> change.submit(requester, null, null));
    }

    /// Somebody was there; where no release ever was, nobody would notice.
    private void drift(int number, Dice its) {
        Service service = world.company.service(its);
        String name = its.one(List.of("staging", "prod"));
        World.Environment where = world.environment(service.name(), name);
        Rfc last = where.lastRequest;
        String release = where.lastRelease;
        String carried = where.lastChange;
        if (last == null || release == null || carried == null || where.rollsOut != null) {
            ask(ChangeType.NORMAL, number, its);
            return;
        }
        String foreign = its.digest();
        String authorised = where.digest;
        ShapePart seen = new ShapePart(name + "-1", foreign, 100);
        Aggregate environment = world.aggregate(Topics.RELEASE, "ENV-" + service.name() + "-" + name + "-" + number);
        Meta drifted = chronicle.tell(
                environment,
                Why.service(ReleaseStory.SERVICE),
                meta -> new EnvironmentDriftDetected(
                        meta, service.name(), name, release, List.of(carried), authorised, List.of(seen)));
        String words = seen.getName() + " runs " + foreign;
        Rfc rfc = Requests.drift(last, service.name(), name, authorised, words, drifted.getOccurredAt());
        ChangeStory change = new ChangeStory(world, number, its, service, rfc);
        change.story.after(
                1,
                () -> change.submit(
                        Why.reaction(ChangeStory.SERVICE, drifted), ReleaseStory.SERVICE, drifted.getEventId()));
        change.story.after(
                its.between(10, 300) * 60L,
                () -> chronicle.tell(
                        environment,
                        Why.service(ReleaseStory.SERVICE),
                        meta -> new EnvironmentDriftEnded(meta, service.name(), name, authorised)));
    }

    private void refuse(int number, Dice its) {
        Service service = world.company.service(its);
        Why bot = new Why(new Actor(ChangeStory.SERVICE, ActorKind.SERVICE, "ci-bot"), null, null);
        chronicle.tell(
                world.change("CHG-" + number),
                bot,
                meta -> new RFCRefused(
                        meta,
                        "Deploy " + service.name(),
                        "actor:ci-bot",
                        its.uuid(),
                        List.of("rollbackPlan: is missing", "requester: nobody called 'ci-bot' is in the inventory")));
    }
}
