package slipway.release.domain;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import slipway.release.analysis.Analysis;
import slipway.release.analysis.Measurement;
import slipway.release.analysis.Verdict;

/// What a release decided; each record is the schema of the same name in `slipway.events.release`.
public sealed interface ReleaseEvent {

    record ReleasePlanned(
            List<String> changeIds,
            String service,
            List<Component> components,
            List<String> environments,
            Strategy strategy,
            String planDigest,
            Window window,
            @Nullable String pinnedDigest,
            boolean restoreDataOnRollback,
            String requester,
            String implementer,
            List<String> approvers,
            List<Stage> stages,
            List<CarriedChange> changes,
            @Nullable Making making,
            boolean documented,
            boolean manualStart)
            implements ReleaseEvent {

        /// A plan from before there could be several changes says all about its one.
        public ReleasePlanned {
            if (changes.isEmpty()) {
                changes = List.of(new CarriedChange(
                        changeIds.getFirst(),
                        "",
                        List.of(),
                        planDigest,
                        window,
                        pinnedDigest,
                        restoreDataOnRollback,
                        requester,
                        implementer,
                        approvers,
                        List.of(),
                        List.of()));
            }
        }

        /// Its components, in order, as parts of an environment are told by them: the only one is [ByComponent#WHOLE].
        public Map<String, Component> parts() {
            Map<String, Component> parts = new LinkedHashMap<>();
            components.forEach(each -> parts.put(components.size() == 1 ? ByComponent.WHOLE : each.name(), each));
            return parts;
        }

        /// What speaks against that being what was approved: the plan may pin each component, and it and each change one of them.
        ///
        /// @param built digest of it, as [ByComponent] writes it
        Set<String> against(String built) {
            SortedMap<String, String> digests = ByComponent.read(built).words();
            Set<String> against = new LinkedHashSet<>();
            parts().forEach((name, planned) -> {
                if (planned.digest() != null && !planned.digest().equals(digests.get(name))) {
                    against.add("approved is " + planned.digest() + ", built is " + digests.get(name));
                }
            });
            Stream.concat(Stream.ofNullable(pinnedDigest), changes.stream().map(CarriedChange::pinnedDigest))
                    .filter(pinned -> pinned != null && !digests.containsValue(pinned))
                    .forEach(pinned -> against.add("approved is " + pinned + ", built is " + built));
            return against;
        }

        /// The same plan with one of its changes as it is approved now. What the plan itself says stays: its digest, and that only
        /// the code goes back.
        public ReleasePlanned carrying(CarriedChange change) {
            ReleasePlanned carried = withChanges(changes.stream()
                    .map(each -> each.changeId().equals(change.changeId()) ? change : each)
                    .toList());
            return new ReleasePlanned(
                    carried.changeIds,
                    service,
                    components,
                    environments,
                    strategy,
                    carried.planDigest,
                    carried.window,
                    pinnedDigest == null ? carried.pinnedDigest : pinnedDigest,
                    restoreDataOnRollback && carried.restoreDataOnRollback,
                    carried.requester,
                    carried.implementer,
                    carried.approvers,
                    stages,
                    carried.changes,
                    making,
                    documented,
                    manualStart);
        }

        /// The same plan for these changes. Its window is what their windows have in common; their data go back only where all of
        /// them allow it.
        public ReleasePlanned withChanges(List<CarriedChange> others) {
            CarriedChange first = others.getFirst();
            return new ReleasePlanned(
                    others.stream().map(CarriedChange::changeId).toList(),
                    service,
                    components,
                    environments,
                    strategy,
                    first.planDigest(),
                    Window.common(others.stream().map(CarriedChange::window).toList()),
                    first.pinnedDigest(),
                    others.stream().allMatch(CarriedChange::restoreDataOnRollback),
                    first.requester(),
                    first.implementer(),
                    others.stream()
                            .flatMap(each -> each.approvers().stream())
                            .distinct()
                            .toList(),
                    stages,
                    others,
                    making,
                    documented,
                    manualStart);
        }

        ReleasePlanned with(List<Stage> other) {
            return new ReleasePlanned(
                    changeIds,
                    service,
                    components,
                    environments,
                    strategy,
                    planDigest,
                    window,
                    pinnedDigest,
                    restoreDataOnRollback,
                    requester,
                    implementer,
                    approvers,
                    other,
                    changes,
                    making,
                    documented,
                    manualStart);
        }

        /// @throws IllegalStateException when the plan says nothing about it; such a plan is blocked before anything is built
        public Stage stage(String environment) {
            return stages.stream()
                    .filter(stage -> stage.environment().equals(environment))
                    .findFirst()
                    .orElseThrow(() -> new IllegalStateException("the plan says nothing about " + environment));
        }
    }

    /// @param digest of all that was built, as [ByComponent] writes it
    /// @param bytes of all of it
    /// @param files in all of it
    /// @param location where it can be had from; of several components: where the first one can
    /// @param components in the order of the plan, where the service has several; empty: it is one package or image
    record PackageBuilt(
            String digest,
            long bytes,
            int files,
            String location,
            @Nullable CommandRun run,
            List<Commit> commits,
            List<BuiltComponent> components)
            implements ReleaseEvent {

        public static PackageBuilt of(List<BuiltComponent> built, @Nullable CommandRun run, List<Commit> commits) {
            BuiltComponent first = built.getFirst();
            SortedMap<String, String> digests = new TreeMap<>();
            built.forEach(each -> digests.put(each.name(), each.digest()));
            return new PackageBuilt(
                    Objects.requireNonNull(new ByComponent(digests).text(), "nothing was built"),
                    built.stream().mapToLong(BuiltComponent::bytes).sum(),
                    built.stream().mapToInt(BuiltComponent::files).sum(),
                    first.location(),
                    run,
                    commits,
                    first.name().equals(ByComponent.WHOLE) ? List.of() : built);
        }

        /// Also the one of a service that has no components.
        public List<BuiltComponent> all() {
            return components.isEmpty()
                    ? List.of(new BuiltComponent(ByComponent.WHOLE, digest, bytes, files, location))
                    : components;
        }
    }

    /// @param migrations how many migrations of a schema it has
    record PackageTested(String digest, List<PackageCheck> checks, int migrations) implements ReleaseEvent {}

    record BackupRequested(
            String environment, String backupSetId, String plan, long rpoSeconds, VerificationLevel minLevel)
            implements ReleaseEvent {}

    /// The environment is this release's alone; what the proven backup is of is looked at once more.
    record BackupCheckRequested(
            String environment, String backupSetId, String manifestDigest, List<String> configurationItems)
            implements ReleaseEvent {}

    record ReleaseGateEvaluated(String environment, Gate gate, GateVerdict verdict, String reason)
            implements ReleaseEvent {}

    record ImplementationRequested(
            String changeId,
            String environment,
            String digest,
            String planDigest,
            String backupSetId,
            String manifestDigest,
            VerificationLevel backupLevel,
            @Nullable Instant startBy,
            int resumesAt,
            List<Leave> leaves,
            List<String> artifacts)
            implements ReleaseEvent {}

    record ReleaseStarted(
            String environment,
            String digest,
            Strategy strategy,
            String backupSetId,
            String authorisationId,
            long epoch,
            long fencingToken,
            List<Shape.Part> before,
            List<Leave> leaves,
            boolean pendingMigrations)
            implements ReleaseEvent {}

    record RolloutStepStarted(
            String environment,
            int step,
            StepKind kind,
            String name,
            int attempt,
            List<Shape.Part> from,
            List<Shape.Part> to)
            implements ReleaseEvent {}

    record RolloutStepCompleted(
            String environment, int step, StepKind kind, String name, int attempt, boolean adopted, String observed, long millis)
            implements ReleaseEvent {}

    /// @param failureLimit of its first metric; all limits are in the analysis
    /// @param samples as they came, in their order
    /// @param analysis by what it was judged; null before analyses had definitions
    /// @param score of a statistical one; null otherwise
    /// @param text all that the judge says; calculated again from analysis and samples it has the same bytes
    record CanaryAnalysisCompleted(
            String environment,
            int step,
            Verdict verdict,
            String judge,
            String judgeVersion,
            int failureLimit,
            List<Measurement> samples,
            String reason,
            @Nullable Analysis analysis,
            @Nullable Double score,
            String text)
            implements ReleaseEvent {}

    /// What is there is neither `from` nor `to`: a person has to look.
    record RolloutIndeterminate(
            String environment, int step, List<Shape.Part> from, List<Shape.Part> to, List<Shape.Part> observed)
            implements ReleaseEvent {}

    record ReleaseDeployed(String environment, String digest, String observedDigest, int instances, boolean last, List<String> changeIds, @Nullable Instant soakUntil)
            implements ReleaseEvent {}

    record ReleasePromoted(String fromEnvironment, String toEnvironment) implements ReleaseEvent {}

    /// @param leftAlone environments that it was in and that stay as they are: a later release is there by now, or the point of no
    ///     return was passed there
    /// @param triggeredBy the person who wanted it, and who acted in their place; empty: nobody, it failed
    record RollbackTriggered(
            String environment,
            List<String> environments,
            RollbackCause cause,
            String reason,
            @Nullable String toDigest,
            boolean dataRestore,
            @Nullable String backupSetId,
            @Nullable String manifestDigest,
            @Nullable Instant recoveryPoint,
            List<String> changeIds,
            List<String> leftAlone,
            List<String> triggeredBy)
            implements ReleaseEvent {}

    /// @param lostMillis the most writes that data lost that went back before; null: none did yet
    record DataRestoreRequested(
            String environment,
            String backupSetId,
            String manifestDigest,
            List<String> approvedBy,
            @Nullable Long lostMillis)
            implements ReleaseEvent {}

    record RollbackCompleted(
            @Nullable String toDigest,
            @Nullable String observedDigest,
            boolean dataRestored,
            @Nullable Long dataLossMillis,
            List<String> changeIds)
            implements ReleaseEvent {}

    record RollbackFailed(String environment, String reason, List<String> changeIds) implements ReleaseEvent {}

    record ReleaseBlocked(@Nullable String environment, List<String> reasons) implements ReleaseEvent {}

    /// @param leftAlone environments that it was in and that stay as they are: later releases are there by now
    record ReleaseAborted(String reason, List<String> changeIds, List<String> leftAlone) implements ReleaseEvent {}

    record ReleaseClosed(Outcome outcome) implements ReleaseEvent {}

    /// The rollout stops when the step that is under way is done.
    record ReleasePauseRequested(String environment, int step, PauseCause cause, String reason)
            implements ReleaseEvent {}

    /// @param step that is next; 0: it was not started there yet
    record ReleasePaused(String environment, int step, PauseCause cause, String reason) implements ReleaseEvent {}

    /// Its gates and its leave are looked at again.
    record ReleaseResumeRequested(String environment, int step) implements ReleaseEvent {}

    record ReleaseResumed(String environment, int step, List<Leave> leaves, long fencingToken)
            implements ReleaseEvent {}

    record LeaveRevoked(String changeId, long epoch, RevocationCause cause, String reason) implements ReleaseEvent {}

    /// It is taken back when the step that is under way is done.
    record RollbackRequested(
            String environment, int step, RollbackCause cause, String reason, List<String> triggeredBy)
            implements ReleaseEvent {}

    record DataRestoreApprovalRequested(
            String environment,
            String backupSetId,
            String manifestDigest,
            Instant recoveryPoint,
            long dataLossMillis,
            long coveredMillis)
            implements ReleaseEvent {}

    record DataRestoreDeclined(String by, String reason) implements ReleaseEvent {}

    /// Another release carries its change from now on.
    record ReleaseJoined(String into, String reason) implements ReleaseEvent {}

    record CarriedChangeClosed(String changeId, Outcome outcome) implements ReleaseEvent {}

    /// A person's word, before what followed from it.
    record ReleaseInstructed(Instruction instruction, String reason) implements ReleaseEvent {}

    /// A person mended by hand what a failed way back left; its leases end.
    record ReleaseResolved(
            String service, String reason, List<EnvironmentLeft> left, List<String> changeIds)
            implements ReleaseEvent {}

    /// A backup set of it was found corrupt after it had been proven.
    record BackupLost(String environment, String backupSetId, List<String> reasons) implements ReleaseEvent {}

    /// A later release lies on top there; what runs is its, and so is the way back.
    record EnvironmentSuperseded(String environment, String by) implements ReleaseEvent {}

    /// The later release was taken back: what runs there is this one's again.
    record EnvironmentLaidBare(String environment) implements ReleaseEvent {}
}
