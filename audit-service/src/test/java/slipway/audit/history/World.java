package slipway.audit.history;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import slipway.audit.history.Chronicle.Aggregate;
import slipway.audit.history.Chronicle.Why;
import slipway.audit.history.Company.Service;
import slipway.events.Meta;
import slipway.events.Outcome;
import slipway.events.Rfc;
import slipway.events.Topics;
import slipway.events.change.StandardTemplateReinstated;
import slipway.events.change.StandardTemplateSuspended;

/// What all stories share. It grows with the company and with what is open, never with what is over.
final class World {

    private static final Duration FAILURES_COUNT = Duration.ofDays(90);

    final long seed;
    final Chronicle chronicle;
    final Company company;
    final Judging judging;
    final Appointments appointments = new Appointments();
    final Notices notices;
    private final Map<String, Instant> failures = new HashMap<>();
    private final Map<String, String> successes = new HashMap<>();
    private final Map<String, Environment> environments = new HashMap<>();
    private final Map<String, Set<ChangeStory>> unstarted = new TreeMap<>();
    private final Map<String, Frozen> freezes = new HashMap<>();
    private final Map<String, Template> templates = new HashMap<>();
    private final Map<Breach, Integer> breaches = new EnumMap<>(Breach.class);
    private final Map<Breach, String> broken = new EnumMap<>(Breach.class);

    World(long seed, Chronicle chronicle, Company company, Judging judging) {
        this.seed = seed;
        this.chronicle = chronicle;
        this.company = company;
        this.judging = judging;
        this.notices = new Notices(this);
    }

    /// An environment of a service.
    static final class Environment {

        String digest;
        long token;
        @Nullable String rollsOut;
        @Nullable Runnable waits;
        @Nullable String lastRelease;
        @Nullable String lastChange;
        @Nullable Rfc lastRequest;

        Environment(String digest) {
            this.digest = digest;
        }
    }

    /// @param until when it ends by itself
    record Frozen(String id, String reason, Instant until) {}

    static final class Template {

        final Aggregate aggregate;
        boolean live = true;

        Template(Aggregate aggregate) {
            this.aggregate = aggregate;
        }
    }

    Environment environment(String service, String name) {
        return environments.computeIfAbsent(
                service + "/" + name,
                where -> new Environment(new Dice(seed ^ Canonical.sha256(where.getBytes(StandardCharsets.UTF_8)).hashCode()).digest()));
    }

    /// Items, or templates, of changes that failed within 90 days.
    Set<String> failed() {
        Instant since = chronicle.now().minus(FAILURES_COUNT);
        failures.values().removeIf(at -> !at.isAfter(since));
        return Set.copyOf(failures.keySet());
    }

    @Nullable String success(String service) {
        return successes.get(service);
    }

    /// @param lasting whether nothing is found later that says otherwise: only such a change is named as evidence
    void ended(String change, Rfc rfc, Outcome outcome, Instant at, boolean lasting) {
        switch (outcome) {
            case SUCCESSFUL -> {
                if (lasting) {
                    successes.put(rfc.getService(), change);
                }
            }
            case BACKED_OUT, FAILED_NOT_BACKED_OUT -> {
                rfc.getConfigurationItems().forEach(ci -> failures.put(ci, at));
                if (rfc.getTemplateRef() != null) {
                    failures.put(rfc.getTemplateRef(), at);
                }
            }
            case SUCCESSFUL_WITH_ISSUES, ABORTED, UNKNOWN -> {}
        }
    }

    Set<ChangeStory> unstarted(String service) {
        return unstarted.getOrDefault(service, Set.of());
    }

    void waits(ChangeStory change) {
        unstarted.computeIfAbsent(change.service().name(), _ -> new LinkedHashSet<>()).add(change);
    }

    void waitsNoLonger(ChangeStory change) {
        unstarted.computeIfPresent(change.service().name(), (_, all) -> {
            all.remove(change);
            return all.isEmpty() ? null : all;
        });
    }

    /// A service with changes that wait for their time; null: there is none.
    @Nullable Service waitedFor(Dice dice) {
        List<ChangeStory> waiting = unstarted.values().stream()
                .flatMap(Set::stream)
                .filter(each -> each.state == ChangeStory.State.SCHEDULED)
                .sorted((one, other) -> Integer.compare(one.number, other.number))
                .toList();
        return waiting.isEmpty() ? null : dice.one(waiting).service();
    }

    Map<String, Frozen> freezes() {
        return freezes;
    }

    void publish(Service service, Aggregate aggregate) {
        templates.put(service.template(), new Template(aggregate));
    }

    boolean live(String template) {
        return templates.get(template).live;
    }

    /// One failure is enough, until somebody says that its cause is mended.
    void suspend(String ref, String change, String reason, Meta because, Chronicle.Story story, Dice dice) {
        Template template = templates.get(ref);
        if (!template.live) {
            return;
        }
        template.live = false;
        Meta suspended = chronicle.tell(
                template.aggregate,
                Why.reaction("change-service", because),
                meta -> new StandardTemplateSuspended(meta, change, reason));
        String service = ref.substring("deploy-".length(), ref.indexOf('@'));
        Set.copyOf(unstarted(service)).stream()
                .sorted((one, other) -> one.id().compareTo(other.id()))
                .collect(Collectors.toCollection(LinkedHashSet::new))
                .forEach(each -> each.fallToNormal("template " + ref + " was suspended: " + reason, suspended));
        story.at(Working.atWork(chronicle.now().plusSeconds(dice.between(6, 60) * 3600L)), () -> {
            template.live = true;
            String manager = dice.one(company.group(Company.MANAGERS));
            chronicle.tell(
                    template.aggregate,
                    Why.person(manager),
                    meta -> new StandardTemplateReinstated(meta, manager, "the cause is mended, and a test shows it"));
        });
    }

    /// @param from the first change that may do it
    void shallBreak(Breach breach, int from) {
        breaches.put(breach, from);
    }

    /// Whether this is the one that does it.
    boolean breaks(Breach breach, int change, String id) {
        Integer from = breaches.get(breach);
        if (from == null || change < from) {
            return false;
        }
        breaches.remove(breach);
        broken.put(breach, id);
        return true;
    }

    Map<Breach, String> broken() {
        return Map.copyOf(broken);
    }

    Aggregate aggregate(String topic, String id) {
        return chronicle.aggregate(topic, id, id);
    }

    Aggregate change(String id) {
        return aggregate(Topics.CHANGE, id);
    }

    Set<String> own(Rfc rfc, Set<String> authors) {
        Set<String> own = new HashSet<>(authors);
        own.add(rfc.getRequester());
        own.add(rfc.getImplementer());
        return own;
    }
}
