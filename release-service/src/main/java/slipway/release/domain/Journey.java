package slipway.release.domain;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import slipway.release.domain.ReleaseCommand.BackupProof;
import slipway.release.domain.ReleaseCommand.BackupTerms;
import slipway.release.domain.ReleaseEvent.CarriedChangeClosed;
import slipway.release.domain.ReleaseEvent.LeaveRevoked;
import slipway.release.domain.ReleaseEvent.ReleasePlanned;

/// What a release carries along: its plan, the tested package, and where it has been.
///
/// @param digest of the tested package; null before
/// @param reference where it can be had from: its file, or the image with its digest; null before it is built
/// @param migrations how many migrations of a schema the package has
/// @param backups how many backup sets were asked for so far in the environment that is next
/// @param deployed environments in which it runs, in order
/// @param touched environments in which it changed anything, in order
/// @param leave what its changes gave last
/// @param revoked leave that was withdrawn, the last of each change
/// @param ended changes that are closed
/// @param lost backup sets that were found corrupt, whatever they were proven to be before
/// @param held the reason for which a person keeps it from its first step, through every plan; null: nobody does
/// @param soakUntil until when the environment that was deployed last has to run before the next one opens; null: none was
public record Journey(
        ReleasePlanned plan,
        @Nullable String digest,
        @Nullable String reference,
        int migrations,
        int backups,
        List<String> deployed,
        List<Touched> touched,
        List<Leave> leave,
        List<LeaveRevoked> revoked,
        List<CarriedChangeClosed> ended,
        List<String> lost,
        @Nullable String held,
        @Nullable Instant soakUntil) {

    /// An environment that was started, and its way back.
    ///
    /// @param before what ran there
    /// @param pendingMigrations whether its database lacked migrations of the package when it was started
    /// @param migrated whether a schema migration ran there
    /// @param noReturn whether its point of no return was passed
    /// @param supersededBy the release that lies on top of this one there; null: none
    public record Touched(
            String environment,
            BackupProof proof,
            Shape before,
            boolean pendingMigrations,
            boolean migrated,
            boolean noReturn,
            @Nullable String supersededBy) {

        static Touched started(String environment, BackupProof proof, Shape before, boolean pendingMigrations) {
            return new Touched(environment, proof, before, pendingMigrations, false, false, null);
        }

        Touched done(boolean migration, boolean last) {
            return new Touched(
                    environment,
                    proof,
                    before,
                    pendingMigrations,
                    migrated || migration && pendingMigrations,
                    noReturn || last,
                    supersededBy);
        }

        Touched under(@Nullable String release) {
            return new Touched(environment, proof, before, pendingMigrations, migrated, noReturn, release);
        }

        boolean isOnTop() {
            return supersededBy == null;
        }

        public String backupSetId() {
            return proof.backupSetId();
        }

        public String manifestDigest() {
            return proof.manifestDigest();
        }
    }

    static Journey of(ReleasePlanned plan) {
        return new Journey(plan, null, null, 0, 0, List.of(), List.of(), List.of(), List.of(), List.of(), List.of(), null, null);
    }

    /// Another plan for what was not touched yet; sets of backups go on counting.
    Journey replanned(ReleasePlanned next) {
        return new Journey(
                next, null, null, 0, backups, List.of(), List.of(), List.of(), revoked, List.of(), lost, held, null);
    }

    /// The change whose story it is.
    String changeId() {
        return plan.changeIds().getFirst();
    }

    public List<String> changeIds() {
        return plan.changeIds();
    }

    CarriedChange change(String id) {
        return plan.changes().stream()
                .filter(each -> each.changeId().equals(id))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("the release does not carry " + id));
    }

    boolean isLast(String environment) {
        return plan.environments().getLast().equals(environment);
    }

    /// The environment that comes next, or the last one again when it runs in all.
    public String next() {
        return plan.environments().get(Math.min(deployed.size(), plan.environments().size() - 1));
    }

    /// Where it is on top, last first. Where a later release is, what runs is its, and so is the way back.
    public List<String> ownEnvironments() {
        return onTop().map(Touched::environment).toList().reversed();
    }

    /// The environments to be taken back, last first: its own, but for those that are past their point of no return.
    List<String> wayBack() {
        return onTop()
                .filter(each -> !each.noReturn())
                .map(Touched::environment)
                .toList()
                .reversed();
    }

    /// Those that stay as they are, last first.
    List<String> leftAlone() {
        return touched.stream()
                .filter(each -> !each.isOnTop() || each.noReturn())
                .map(Touched::environment)
                .toList()
                .reversed();
    }

    /// Whose data goes back as well: where the plan says so and a migration ran. Last first.
    List<Touched> dataWayBack() {
        return plan.restoreDataOnRollback()
                ? onTop().filter(each -> each.migrated() && !each.noReturn())
                        .toList()
                        .reversed()
                : List.of();
    }

    private Stream<Touched> onTop() {
        return touched.stream().filter(Touched::isOnTop);
    }

    /// Whether anything of it is there that could be taken back.
    boolean isAnywhere() {
        return onTop().findAny().isPresent();
    }

    /// It, when its point of no return was passed; empty when it can still be taken back.
    Optional<Touched> noReturn(String environment) {
        return touched(environment).filter(Touched::noReturn);
    }

    /// What is done in an environment, in order.
    public List<Step> steps(String environment) {
        return plan.stage(environment).steps().stream()
                .filter(step -> step.kind() != StepKind.MIGRATE || migrations > 0)
                .toList();
    }

    /// Its way back; empty when it was not started.
    public Optional<Touched> touched(String environment) {
        return touched.stream()
                .filter(each -> each.environment().equals(environment))
                .findFirst();
    }

    /// From when on the next environment may be opened without anybody's word.
    public Instant opensAt() {
        Instant window = plan.window().notBefore();
        return soakUntil == null || soakUntil.isBefore(window) ? window : soakUntil;
    }

    /// Whether leave of this epoch was withdrawn by now.
    boolean isStale(String changeId, long epoch) {
        return revoked.stream()
                .anyMatch(each -> each.changeId().equals(changeId) && epoch < each.epoch());
    }

    /// Whether a withdrawal is about leave that is newer by now, or is known already.
    boolean isOld(String changeId, long epoch) {
        return leave.stream().anyMatch(each -> each.changeId().equals(changeId) && each.epoch() >= epoch)
                || revoked.stream()
                        .anyMatch(each -> each.changeId().equals(changeId) && each.epoch() >= epoch);
    }

    /// The next set's request: named after release, environment and attempt.
    ReleaseEvent.BackupRequested backup(String environment) {
        BackupTerms terms = plan.stage(environment).terms();
        String set = "BKP-REL-" + changeId() + "-" + terms.environment() + "-" + (backups + 1);
        return new ReleaseEvent.BackupRequested(
                terms.environment(), set, terms.plan(), terms.rpoSeconds(), terms.minLevel());
    }

    /// Until when a proven backup is young enough to start.
    @Nullable Instant startBy(BackupProof proof) {
        return proof.recoveryPoint() == null
                ? null
                : proof.recoveryPoint().plusSeconds(plan.stage(proof.environment()).rpoSeconds());
    }

    /// Until when the approved plan covers the loss of data on this way; null: no data go back, or it was not told.
    public @Nullable Instant covered(WayBack.Way way) {
        return touched.stream()
                .filter(each -> way.dataRestore() && each.backupSetId().equals(way.backupSetId()))
                .findFirst()
                .map(each -> startBy(each.proof()))
                .orElse(null);
    }

    /// Whether what is released is an image of a registry, and not a package of ours.
    public boolean isImage() {
        return reference != null && reference.contains("@sha256:");
    }

    Journey built(String location) {
        return new Journey(plan, null, location, migrations, backups, deployed, touched, leave, revoked, ended, lost, held, soakUntil);
    }

    Journey tested(String tested, int found) {
        return new Journey(plan, tested, reference, found, backups, deployed, touched, leave, revoked, ended, lost, held, soakUntil);
    }

    Journey askedForBackup() {
        return new Journey(
                plan, digest, reference, migrations, backups + 1, deployed, touched, leave, revoked, ended, lost, held, soakUntil);
    }

    /// @param soaks until when; null: not at all
    Journey deployedIn(String environment, @Nullable Instant soaks) {
        return new Journey(
                plan,
                digest,
                reference,
                migrations,
                0,
                append(deployed, environment),
                touched,
                leave,
                revoked,
                ended,
                lost,
                held,
                soaks);
    }

    Journey touching(Touched environment) {
        return withTouched(append(touched, environment));
    }

    /// A step of this kind is done there.
    Journey done(String environment, StepKind kind) {
        boolean noReturn = plan.stage(environment).noReturnAfter() == kind;
        return withTouched(touched.stream()
                .map(each ->
                        each.environment().equals(environment) ? each.done(kind == StepKind.MIGRATE, noReturn) : each)
                .toList());
    }

    /// @param release that lies on top there; null: none any more
    Journey under(@Nullable String release, String environment) {
        return withTouched(touched.stream()
                .map(each -> each.environment().equals(environment) ? each.under(release) : each)
                .toList());
    }

    Journey losing(String backupSetId) {
        return new Journey(
                plan,
                digest,
                reference,
                migrations,
                backups,
                deployed,
                touched,
                leave,
                revoked,
                ended,
                append(lost, backupSetId),
                held,
                soakUntil);
    }

    /// @param reason null: nobody keeps it any more
    Journey held(@Nullable String reason) {
        return new Journey(
                plan,
                digest,
                reference,
                migrations,
                backups,
                deployed,
                touched,
                leave,
                revoked,
                ended,
                lost,
                reason,
                soakUntil);
    }

    Journey given(List<Leave> leaves) {
        return new Journey(
                plan, digest, reference, migrations, backups, deployed, touched, leaves, revoked, ended, lost, held, soakUntil);
    }

    Journey without(LeaveRevoked leaveRevoked) {
        List<LeaveRevoked> others = revoked.stream()
                .filter(each -> !each.changeId().equals(leaveRevoked.changeId()))
                .toList();
        return new Journey(
                plan,
                digest,
                reference,
                migrations,
                backups,
                deployed,
                touched,
                leave,
                append(others, leaveRevoked),
                ended,
                lost,
                held,
                soakUntil);
    }

    Journey ended(CarriedChangeClosed closed) {
        return new Journey(
                plan,
                digest,
                reference,
                migrations,
                backups,
                deployed,
                touched,
                leave,
                revoked,
                append(ended, closed),
                lost,
                held,
                soakUntil);
    }

    private Journey withTouched(List<Touched> others) {
        return new Journey(plan, digest, reference, migrations, backups, deployed, others, leave, revoked, ended, lost, held, soakUntil);
    }

    private static <T> List<T> append(List<T> list, T more) {
        List<T> longer = new ArrayList<>(list);
        longer.add(more);
        return List.copyOf(longer);
    }
}
