package slipway.release.domain;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import slipway.release.domain.ReleaseCommand.BackupProof;
import slipway.release.domain.ReleaseCommand.BackupTerms;
import slipway.release.domain.ReleaseEvent.CarriedChangeClosed;
import slipway.release.domain.ReleaseEvent.LeaveRevoked;
import slipway.release.domain.ReleaseEvent.ReleasePlanned;

/// What a release carries along: its plan, its package, where it has been, and what was said about it.
public record Journey(ReleasePlanned plan, Made made, Track track, Said said) {

    /// @param digest of what was tested, as [ByComponent] writes it; null before
    /// @param components as they were built; empty before
    /// @param migrations how many migrations of a schema there are in them
    record Made(@Nullable String digest, List<BuiltComponent> components, int migrations) {}

    /// @param backups how many backup sets were asked for so far in the environment that is next
    /// @param deployed environments in which it runs, in order
    /// @param touched environments in which it changed anything, in order
    /// @param lost backup sets that were found corrupt, whatever they were proven to be before
    /// @param soakUntil until when the environment that was deployed last has to run before the next one opens; null: none was
    record Track(
            int backups,
            List<String> deployed,
            List<Touched> touched,
            List<String> lost,
            @Nullable Instant soakUntil) {

        Track touched(List<Touched> others) {
            return new Track(backups, deployed, others, lost, soakUntil);
        }
    }

    /// @param leave what its changes gave last
    /// @param revoked leave that was withdrawn, the last of each change
    /// @param ended changes that are closed
    /// @param held the reason for which a person keeps it from its first step, through every plan; null: nobody does
    record Said(
            List<Leave> leave,
            List<LeaveRevoked> revoked,
            List<CarriedChangeClosed> ended,
            @Nullable String held) {}

    private static final Made NOTHING = new Made(null, List.of(), 0);

    static Journey of(ReleasePlanned plan) {
        return new Journey(
                plan,
                NOTHING,
                new Track(0, List.of(), List.of(), List.of(), null),
                new Said(List.of(), List.of(), List.of(), null));
    }

    /// Another plan for what was not touched yet; sets of backups go on counting.
    Journey replanned(ReleasePlanned next) {
        return new Journey(
                next,
                NOTHING,
                new Track(track.backups, List.of(), List.of(), track.lost, null),
                new Said(List.of(), said.revoked, List.of(), said.held));
    }

    public @Nullable String digest() {
        return made.digest;
    }

    /// @throws IllegalStateException when there is none of that name, or it is not built yet
    public BuiltComponent component(String name) {
        return made.components.stream()
                .filter(each -> each.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("there is no package" + (name.isEmpty() ? "" : " of " + name)));
    }

    /// In the order in which they are delivered; empty before they are built.
    public List<BuiltComponent> components() {
        return made.components;
    }

    int backups() {
        return track.backups;
    }

    public List<String> deployed() {
        return track.deployed;
    }

    public List<Touched> touched() {
        return track.touched;
    }

    List<String> lost() {
        return track.lost;
    }

    List<CarriedChangeClosed> ended() {
        return said.ended;
    }

    @Nullable String held() {
        return said.held;
    }

    /// The change whose story it is.
    String changeId() {
        return plan.changeIds().getFirst();
    }

    public List<String> changeIds() {
        return plan.changeIds();
    }

    /// What all of its changes touch.
    public List<String> configurationItems() {
        return plan.changes().stream()
                .flatMap(each -> each.configurationItems().stream())
                .distinct()
                .toList();
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
        return plan.environments().get(Math.min(track.deployed.size(), plan.environments().size() - 1));
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
        return track.touched.stream()
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
        return track.touched.stream().filter(Touched::isOnTop);
    }

    /// Whether anything of it is there that could be taken back.
    boolean isAnywhere() {
        return onTop().findAny().isPresent();
    }

    /// It, when its point of no return was passed; empty when it can still be taken back.
    Optional<Touched> noReturn(String environment) {
        return touched(environment).filter(Touched::noReturn);
    }

    /// What is done in an environment, in order. A component that ran there before as it is released is left alone, but for its
    /// database, of which that says nothing.
    public List<Step> steps(String environment) {
        Optional<Shape> before = touched(environment).map(Touched::before);
        return plan.stage(environment).steps().stream()
                .filter(step -> step.kind() != StepKind.MIGRATE || made.migrations > 0)
                .filter(step -> step.kind() == StepKind.MIGRATE
                        || before.isEmpty()
                        || !isThere(step.component(), before.get()))
                .toList();
    }

    /// Whether anything of it is done there; what runs already as it is released is left alone, also on the way back.
    public boolean isMoved(String environment, String component) {
        return touched(environment)
                .filter(each -> !isThere(component, each.before()))
                .isPresent();
    }

    private boolean isThere(String component, Shape before) {
        return !component.isEmpty()
                && made.components.stream()
                        .anyMatch(each -> each.name().equals(component) && before.of(component).serves(each.digest()));
    }

    /// Its way back; empty when it was not started.
    public Optional<Touched> touched(String environment) {
        return track.touched.stream()
                .filter(each -> each.environment().equals(environment))
                .findFirst();
    }

    /// From when on the next environment may be opened without anybody's word.
    public Instant opensAt() {
        Instant window = plan.window().notBefore();
        return track.soakUntil == null || track.soakUntil.isBefore(window) ? window : track.soakUntil;
    }

    /// Whether leave of this epoch was withdrawn by now.
    boolean isStale(String changeId, long epoch) {
        return said.revoked.stream()
                .anyMatch(each -> each.changeId().equals(changeId) && epoch < each.epoch());
    }

    /// Whether a withdrawal is about leave that is newer by now, or is known already.
    boolean isOld(String changeId, long epoch) {
        return said.leave.stream().anyMatch(each -> each.changeId().equals(changeId) && each.epoch() >= epoch)
                || said.revoked.stream()
                        .anyMatch(each -> each.changeId().equals(changeId) && each.epoch() >= epoch);
    }

    /// The next set's request: named after release, environment and attempt.
    ReleaseEvent.BackupRequested backup(String environment) {
        BackupTerms terms = plan.stage(environment).terms();
        String set = "BKP-REL-" + changeId() + "-" + terms.environment() + "-" + (track.backups + 1);
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
        return track.touched.stream()
                .filter(each -> way.dataRestore() && each.backupSetId().equals(way.backupSetId()))
                .findFirst()
                .map(each -> startBy(each.proof()))
                .orElse(null);
    }

    Journey built(List<BuiltComponent> components) {
        return made(new Made(null, components, made.migrations));
    }

    Journey tested(String digest, int migrations) {
        return made(new Made(digest, made.components, migrations));
    }

    private Journey made(Made other) {
        return new Journey(plan, other, track, said);
    }

    Journey askedForBackup() {
        return track(new Track(track.backups + 1, track.deployed, track.touched, track.lost, track.soakUntil));
    }

    /// @param soaks until when; null: not at all
    Journey deployedIn(String environment, @Nullable Instant soaks) {
        return track(new Track(0, append(track.deployed, environment), track.touched, track.lost, soaks));
    }

    Journey touching(Touched environment) {
        return track(track.touched(append(track.touched, environment)));
    }

    /// @param step from 1, which is done
    Journey done(String environment, int step) {
        StepKind kind = steps(environment).get(step - 1).kind();
        boolean noReturn = isNoReturn(environment, step);
        return changing(environment, each -> each.done(kind == StepKind.MIGRATE, noReturn));
    }

    /// Whether there is no way back once this step is done: of several components it is that of the last one, so that they can go back
    /// together until then.
    boolean isNoReturn(String environment, int step) {
        StepKind kind = plan.stage(environment).noReturnAfter();
        List<Step> steps = steps(environment);
        Step done = steps.get(step - 1);
        return done.kind() == kind
                && steps.stream()
                        .skip(step)
                        .noneMatch(later -> later.kind() == kind && !later.component().equals(done.component()));
    }

    /// @param release that lies on top there; null: none any more
    Journey under(@Nullable String release, String environment) {
        return changing(environment, each -> each.under(release));
    }

    private Journey changing(String environment, UnaryOperator<Touched> change) {
        return track(track.touched(track.touched.stream()
                .map(each -> each.environment().equals(environment) ? change.apply(each) : each)
                .toList()));
    }

    Journey losing(String backupSetId) {
        return track(new Track(
                track.backups, track.deployed, track.touched, append(track.lost, backupSetId), track.soakUntil));
    }

    private Journey track(Track other) {
        return new Journey(plan, made, other, said);
    }

    /// @param reason null: nobody keeps it any more
    Journey held(@Nullable String reason) {
        return said(new Said(said.leave, said.revoked, said.ended, reason));
    }

    Journey given(List<Leave> leaves) {
        return said(new Said(leaves, said.revoked, said.ended, said.held));
    }

    Journey without(LeaveRevoked leaveRevoked) {
        List<LeaveRevoked> others = said.revoked.stream()
                .filter(each -> !each.changeId().equals(leaveRevoked.changeId()))
                .toList();
        return said(new Said(said.leave, append(others, leaveRevoked), said.ended, said.held));
    }

    Journey ended(CarriedChangeClosed closed) {
        return said(new Said(said.leave, said.revoked, append(said.ended, closed), said.held));
    }

    private Journey said(Said other) {
        return new Journey(plan, made, track, other);
    }

    private static <T> List<T> append(List<T> list, T more) {
        List<T> longer = new ArrayList<>(list);
        longer.add(more);
        return List.copyOf(longer);
    }
}
