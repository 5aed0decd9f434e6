package slipway.release.domain;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import slipway.release.domain.ReleaseCommand.BackupTerms;
import slipway.release.domain.ReleaseEvent.ReleasePlanned;

/// What a release carries along: its plan, the tested package, and where it has been.
///
/// @param digest of the tested package; null before
/// @param reference where it can be had from: its file, or the image with its digest; null before it is built
/// @param migrations how many migrations of a schema the package has
/// @param backups how many backup sets were asked for so far in the environment that is next
/// @param deployed environments in which it runs, in order
/// @param touched environments in which it changed anything, in order
public record Journey(
        ReleasePlanned plan,
        @Nullable String digest,
        @Nullable String reference,
        int migrations,
        int backups,
        List<String> deployed,
        List<Touched> touched) {

    /// An environment that was started, and its way back.
    ///
    /// @param before what ran there
    /// @param migrated whether a schema migration ran there
    public record Touched(
            String environment, String backupSetId, String manifestDigest, Shape before, boolean migrated) {}

    static Journey of(ReleasePlanned plan) {
        return new Journey(plan, null, null, 0, 0, List.of(), List.of());
    }

    /// Another plan for what was not touched yet; sets of backups go on counting.
    Journey replanned(ReleasePlanned next) {
        return new Journey(next, null, null, 0, backups, List.of(), List.of());
    }

    String changeId() {
        return plan.changeIds().getFirst();
    }

    boolean isLast(String environment) {
        return plan.environments().getLast().equals(environment);
    }

    /// The environment that comes next, or the last one again when it runs in all.
    String next() {
        return plan.environments().get(Math.min(deployed.size(), plan.environments().size() - 1));
    }

    /// The environments to be taken back, last first.
    List<String> wayBack() {
        return touched.stream().map(Touched::environment).toList().reversed();
    }

    /// Whose data goes back as well: where the plan says so and a migration ran. Last first.
    List<Touched> dataWayBack() {
        return plan.restoreDataOnRollback()
                ? touched.stream().filter(Touched::migrated).toList().reversed()
                : List.of();
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

    /// The next set's request: named after release, environment and attempt.
    ReleaseEvent.BackupRequested backup(String environment) {
        BackupTerms terms = plan.stage(environment).terms();
        String set = "BKP-REL-" + changeId() + "-" + terms.environment() + "-" + (backups + 1);
        return new ReleaseEvent.BackupRequested(
                terms.environment(), set, terms.plan(), terms.rpoSeconds(), terms.minLevel());
    }

    Journey built(String location) {
        return new Journey(plan, null, location, migrations, backups, deployed, touched);
    }

    /// Whether what is released is an image of a registry, and not a package of ours.
    public boolean isImage() {
        return reference != null && reference.contains("@sha256:");
    }

    Journey tested(String digest, int migrations) {
        return new Journey(plan, digest, reference, migrations, backups, deployed, touched);
    }

    Journey askedForBackup() {
        return new Journey(plan, digest, reference, migrations, backups + 1, deployed, touched);
    }

    Journey deployedIn(String environment) {
        return new Journey(plan, digest, reference, migrations, 0, append(deployed, environment), touched);
    }

    Journey touching(Touched environment) {
        return new Journey(plan, digest, reference, migrations, backups, deployed, append(touched, environment));
    }

    Journey migrated(String environment) {
        return new Journey(
                plan,
                digest,
                reference,
                migrations,
                backups,
                deployed,
                touched.stream()
                        .map(each -> each.environment().equals(environment)
                                ? new Touched(environment, each.backupSetId(), each.manifestDigest(), each.before(), true)
                                : each)
                        .toList());
    }

    private static <T> List<T> append(List<T> list, T more) {
        List<T> longer = new ArrayList<>(list);
        longer.add(more);
        return List.copyOf(longer);
    }
}
