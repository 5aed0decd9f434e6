package slipway.release;

import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.avro.specific.SpecificRecord;
import slipway.events.HoldKind;
import slipway.events.Outcome;
import slipway.events.RevocationCause;
import slipway.events.Topics;
import slipway.events.VerificationLevel;
import slipway.events.Window;
import slipway.events.backup.BackupChecked;
import slipway.events.backup.BackupCompleted;
import slipway.events.backup.BackupCorrupted;
import slipway.events.backup.BackupFailed;
import slipway.events.backup.BackupPartial;
import slipway.events.backup.RestoreCompleted;
import slipway.events.backup.RestoreFailed;
import slipway.events.backup.RestoreTested;
import slipway.events.change.ChangeClosed;
import slipway.events.change.ChangeHoldLifted;
import slipway.events.change.ChangeScheduled;
import slipway.events.change.ImplementationAuthorised;
import slipway.events.change.ImplementationRevoked;
import slipway.messaging.RunningService;
import slipway.release.domain.ReleaseEvent;
import slipway.release.domain.ReleaseEvent.BackupCheckRequested;
import slipway.release.domain.ReleaseEvent.BackupRequested;
import slipway.release.domain.ReleaseEvent.DataRestoreRequested;
import slipway.release.domain.ReleaseEvent.ImplementationRequested;
import slipway.release.domain.ReleaseEvent.RolloutStepStarted;
import slipway.release.domain.StepKind;

/// change-service and backup-service as a release sees them: they answer its facts with theirs.
final class Neighbours {

    private static final Duration PATIENCE = Duration.ofSeconds(45);
    private static final Set<Class<? extends ReleaseEvent>> ALL =
            Set.of(BackupRequested.class, ImplementationRequested.class, DataRestoreRequested.class);
    private static final List<String> WEB = List.of("web-front");
    private static final AtomicInteger NUMBER = new AtomicInteger();

    private final Service service;
    private final String what;
    private final List<String> environments;
    private final List<String> items;
    private final String change = "CHG-" + NUMBER.incrementAndGet();
    private final Instant opens = Instant.now().truncatedTo(ChronoUnit.MILLIS);
    private final Map<String, Long> sequences = new HashMap<>();

    /// What each proven set brings back.
    private final Map<String, Instant> proven = new HashMap<>();
    private final Set<Class<? extends ReleaseEvent>> answered;
    private int seen;
    private long epoch = 1;
    private boolean silent;

    /// release-service as its neighbours meet it, in this process or in another.
    interface Service {

        /// Writes another service's fact.
        void publish(String topic, SpecificRecord fact, String key);

        /// What was decided about a release so far.
        List<ReleaseEvent> facts(String id);
    }

    /// @param answered which facts they answer; to others they are silent
    Neighbours(RunningService service, Set<Class<? extends ReleaseEvent>> answered) {
        this(
                new Service() {
                    @Override
                    public void publish(String topic, SpecificRecord fact, String key) {
                        service.publish(topic, fact, key);
                    }

                    @Override
                    public List<ReleaseEvent> facts(String id) {
                        return service.facts("releases", id);
                    }
                },
                answered,
                "web",
                List.of("dev", "prod"),
                WEB);
    }

    private Neighbours(
            Service service,
            Set<Class<? extends ReleaseEvent>> answered,
            String what,
            List<String> environments,
            List<String> items) {
        this.service = service;
        this.what = what;
        this.items = items;
        this.environments = environments;
        this.answered = answered;
    }

    static Neighbours of(RunningService service) {
        return new Neighbours(service, ALL);
    }

    static Neighbours of(Service service) {
        return new Neighbours(service, ALL, "web", List.of("dev", "prod"), WEB);
    }

    /// @param what of the catalogue's services is released
    Neighbours releasing(String what, String... environments) {
        return new Neighbours(service, answered, what, List.of(environments), items);
    }

    /// @param items configuration items that its change touches
    Neighbours touching(String... items) {
        return new Neighbours(service, answered, what, environments, List.of(items));
    }

    /// Whether they answer from now on.
    Neighbours answering(boolean answering) {
        silent = !answering;
        return this;
    }

    /// Until a step of this kind is under way there.
    Neighbours untilAt(String environment, StepKind kind) {
        return until(kind + " in " + environment, PATIENCE, () -> all(RolloutStepStarted.class).stream()
                .anyMatch(step -> step.environment().equals(environment) && step.kind() == kind));
    }

    String release() {
        return "REL-" + change;
    }

    List<String> changes() {
        return List.of(change);
    }

    List<String> kinds() {
        return service.facts(release()).stream().map(fact -> fact.getClass().getSimpleName()).toList();
    }

    <T> List<T> all(Class<T> kind) {
        return service.facts(release()).stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    Neighbours schedule(String version) {
        return schedule(version, opens);
    }

    Neighbours schedule(String version, Instant notBefore) {
        service.publish(Topics.CHANGE, scheduled(change, "dana", version, notBefore), change);
        return this;
    }

    private ChangeScheduled scheduled(String id, String requester, String version, Instant notBefore) {
        return new ChangeScheduled(
                RunningService.meta(id, next(id), id),
                new Window(notBefore, notBefore.plusSeconds(600)),
                "RSV-1",
                "sha256:plan",
                what,
                version,
                null,
                environments,
                items,
                true,
                requester,
                requester,
                List.of("aki"),
                0L,
                "Show the stock of every shop",
                List.of("https://git.example.org/web/pulls/118"),
                List.of(requester));
    }

    /// Until the release decided a fact of this kind that was not there before this call.
    Neighbours until(Class<? extends ReleaseEvent> kind) {
        int before = all(kind).size();
        return until(kind, before + 1);
    }

    Neighbours until(Class<? extends ReleaseEvent> kind, int count) {
        return until(kind.getSimpleName() + " of " + release(), PATIENCE, () -> all(kind).size() >= count);
    }

    Neighbours until(String what, Duration patience, Callable<Boolean> so) {
        await("for " + what).atMost(patience).until(() -> {
            List<ReleaseEvent> facts = service.facts(release());
            for (; seen < facts.size(); seen++) {
                answer(facts.get(seen));
            }
            return so.call();
        });
        return this;
    }

    /// Another change is scheduled, for the same release or one of its own.
    String another(String id, String requester) {
        service.publish(Topics.CHANGE, scheduled(id, requester, "2.1.0", opens), id);
        await("for the release of " + id).atMost(PATIENCE).until(() -> service.facts("REL-" + id).stream()
                .anyMatch(ReleaseEvent.PackageTested.class::isInstance));
        return id;
    }

    private void answer(ReleaseEvent fact) {
        if (fact instanceof BackupCheckRequested asked) {
            // Whoever proved a set looks at what it is of once more, too.
            checkBackup(asked, List.of());
            return;
        }
        if (silent || !answered.contains(fact.getClass())) {
            return;
        }
        switch (fact) {
            case BackupRequested asked -> proveBackup(asked);
            case ImplementationRequested asked -> authorise(asked);
            case DataRestoreRequested asked -> completeRestore(asked);
            default -> throw new IllegalStateException("nobody answers " + fact);
        }
    }

    /// change-service gives leave.
    void authorise(ImplementationRequested asked) {
        service.publish(
                Topics.CHANGE,
                new ImplementationAuthorised(
                        RunningService.meta(asked.changeId(), next(asked.changeId()), asked.changeId()),
                        release(),
                        asked.environment(),
                        "AUT-" + asked.environment(),
                        epoch,
                        new Window(opens, opens.plusSeconds(600))),
                asked.changeId());
    }

    /// @param changed since the backup, in words
    void checkBackup(BackupCheckRequested asked, List<String> changed) {
        service.publish(
                Topics.BACKUP,
                new BackupChecked(
                        RunningService.meta(asked.backupSetId(), next(asked.backupSetId()), change),
                        release(),
                        asked.environment(),
                        VerificationLevel.V4,
                        asked.manifestDigest(),
                        Objects.requireNonNull(proven.get(asked.backupSetId())),
                        changed,
                        List.of()),
                asked.backupSetId());
    }

    /// It is sealed, and not yet where it has to be.
    void lackCopy(BackupRequested asked, String missing) {
        service.publish(
                Topics.BACKUP,
                new BackupPartial(
                        RunningService.meta(asked.backupSetId(), next(asked.backupSetId()), change),
                        release(),
                        asked.environment(),
                        "sha256:manifest",
                        "key",
                        List.of(),
                        List.of(missing),
                        Instant.EPOCH,
                        1L),
                asked.backupSetId());
    }

    void completeBackup(BackupRequested asked) {
        service.publish(
                Topics.BACKUP,
                new BackupCompleted(
                        RunningService.meta(asked.backupSetId(), next(asked.backupSetId()), change),
                        release(),
                        asked.environment(),
                        "sha256:manifest",
                        "key",
                        List.of(),
                        Instant.EPOCH,
                        1L,
                        List.of()),
                asked.backupSetId());
    }

    void proveBackup(BackupRequested asked) {
        Instant recoveryPoint = Instant.now().truncatedTo(ChronoUnit.MILLIS);
        proven.put(asked.backupSetId(), recoveryPoint);
        service.publish(
                Topics.BACKUP,
                new RestoreTested(
                        RunningService.meta(asked.backupSetId(), next(asked.backupSetId()), change),
                        release(),
                        asked.environment(),
                        VerificationLevel.V4,
                        10L,
                        List.of(),
                        "sha256:manifest",
                        recoveryPoint),
                asked.backupSetId());
    }

    void completeRestore(DataRestoreRequested asked) {
        String run = "RST-" + asked.backupSetId();
        Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
        service.publish(
                Topics.BACKUP,
                new RestoreCompleted(
                        RunningService.meta(run, next(run), change),
                        release(),
                        asked.environment(),
                        asked.backupSetId(),
                        now,
                        now,
                        4321L,
                        List.of()),
                run);
    }

    void failRestore(DataRestoreRequested asked, String reason) {
        String run = "RST-" + asked.backupSetId();
        service.publish(
                Topics.BACKUP,
                new RestoreFailed(
                        RunningService.meta(run, next(run), change),
                        release(),
                        asked.environment(),
                        asked.backupSetId(),
                        List.of(reason),
                        "make room"),
                run);
    }

    void failBackup(BackupRequested asked, String reason) {
        service.publish(
                Topics.BACKUP,
                new BackupFailed(
                        RunningService.meta(asked.backupSetId(), next(asked.backupSetId()), change),
                        release(),
                        asked.environment(),
                        List.of(reason)),
                asked.backupSetId());
    }

    void corruptBackup(BackupRequested asked, String reason) {
        service.publish(
                Topics.BACKUP,
                new BackupCorrupted(
                        RunningService.meta(asked.backupSetId(), next(asked.backupSetId()), change),
                        release(),
                        asked.environment(),
                        List.of(reason),
                        0),
                asked.backupSetId());
    }

    /// change-service withdraws its leave: the change is held.
    Neighbours hold() {
        epoch++;
        service.publish(
                Topics.CHANGE,
                new ImplementationRevoked(
                        RunningService.meta(change, next(change), change),
                        release(),
                        epoch,
                        "rosa holds the change",
                        RevocationCause.HOLD),
                change);
        return this;
    }

    Neighbours lift() {
        service.publish(
                Topics.CHANGE,
                new ChangeHoldLifted(
                        RunningService.meta(change, next(change), change), HoldKind.MANUAL, "rosa", "all is well"),
                change);
        return this;
    }

    void close() {
        service.publish(
                Topics.CHANGE,
                new ChangeClosed(RunningService.meta(change, next(change), change), Outcome.SUCCESSFUL, false),
                change);
    }

    private long next(String aggregate) {
        return sequences.merge(aggregate, 1L, Long::sum);
    }
}
