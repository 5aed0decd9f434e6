package slipway.audit.history;

import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import slipway.events.Meta;
import slipway.events.Rfc;
import slipway.events.VerificationLevel;
import slipway.events.backup.BackupVerified;
import slipway.events.backup.RestoreTested;
import slipway.events.change.ApprovalEscalated;
import slipway.events.change.ApprovalRequested;
import slipway.events.change.ApprovalSuperseded;
import slipway.events.change.ApprovalVoteCast;
import slipway.events.change.ChangeAmended;
import slipway.events.change.ChangeApproved;
import slipway.events.change.ChangeCancelled;
import slipway.events.change.ChangeExpired;
import slipway.events.change.ChangeRejected;
import slipway.events.change.ChangeScheduled;
import slipway.events.change.ImplementationAuthorised;
import slipway.events.change.ImplementationRevoked;
import slipway.events.change.RFCSubmitted;
import slipway.events.release.BackupRequested;
import slipway.events.release.ReleaseDeployed;
import slipway.events.release.ReleasePlanned;
import slipway.events.release.ReleaseResolved;
import slipway.events.release.ReleaseStarted;
import slipway.events.release.RollbackCompleted;
import slipway.events.release.RolloutStepCompleted;

/// What must hold in every history, looked at in the plainest way, fact by fact; found by what breaks it.
final class Invariants {

    private final Map<Breach, List<String>> broken = new EnumMap<>(Breach.class);
    private final Map<String, ChangeApproved> approved = new HashMap<>();
    private final Map<String, Long> epochs = new HashMap<>();
    private final Set<String> authorised = new HashSet<>();
    private final Map<String, VerificationLevel> needed = new HashMap<>();
    private final Set<String> verified = new HashSet<>();
    private final Map<String, VerificationLevel> proven = new HashMap<>();
    private final Map<String, ReleasePlanned> plans = new HashMap<>();
    private final Map<String, Set<String>> rollouts = new HashMap<>();
    private final Set<String> steps = new HashSet<>();
    private final Map<String, Rfc> requests = new HashMap<>();
    private final Map<String, Map<String, Instant>> due = new TreeMap<>();

    /// @param until the end: whoever was to answer before and did not is late
    static Map<Breach, List<String>> broken(List<Happening> history, Instant until) {
        Invariants invariants = new Invariants();
        history.forEach(each -> invariants.see(each, each.meta()));
        invariants.due.forEach((change, stages) -> stages.forEach((stage, dueAt) -> {
            if (dueAt.isBefore(until)) {
                invariants.breaks(Breach.OVERDUE, change);
            }
        }));
        return invariants.broken;
    }

    private void breaks(Breach breach, String who) {
        broken.computeIfAbsent(breach, _ -> new ArrayList<>()).add(who);
    }

    private void see(Happening happening, Meta meta) {
        String id = happening.key();
        switch (happening.fact()) {
            case RFCSubmitted submitted -> requests.put(id, submitted.getRfc());
            case ChangeAmended amended -> requests.put(id, amended.getRfc());
            case ApprovalRequested asked -> due.computeIfAbsent(id, _ -> new TreeMap<>()).put(asked.getStage().getName(), asked.getDueAt());
            case ApprovalEscalated asked -> due.get(id).put(asked.getStage().getName(), asked.getDueAt());
            case ApprovalVoteCast vote -> ownVote(id, vote.getVoter());
            case ApprovalSuperseded _ -> {
                approved.remove(id);
                due.remove(id);
            }
            case ChangeApproved each -> {
                approved.put(id, each);
                due.remove(id);
                each.getApprovers().forEach(person -> ownVote(id, person));
            }
            case ChangeRejected _, ChangeExpired _, ChangeCancelled _, ChangeScheduled _ -> due.remove(id);
            case ImplementationAuthorised each -> authorised.add(each.getAuthorisationId());
            case ImplementationRevoked each -> epochs.put(id, each.getEpoch());
            case ReleasePlanned plan -> plans.put(id, plan);
            case BackupRequested each -> needed.put(each.getBackupSetId(), each.getMinLevel());
            case BackupVerified _ -> verified.add(id);
            case RestoreTested each -> proven.put(id, each.getLevel());
            case ReleaseStarted started -> start(id, started, meta);
            case ReleaseDeployed deployed -> active(id, deployed.getEnvironment()).remove(id);
            case RollbackCompleted _, ReleaseResolved _ -> rollouts.values().forEach(active -> active.remove(id));
            case RolloutStepCompleted step -> {
                if (!steps.add(id + step.getEnvironment() + step.getStep() + step.getKind() + step.getAttempt())) {
                    breaks(Breach.STEP_TWICE, plans.get(id).getChangeIds().getFirst());
                }
            }
            default -> {}
        }
    }

    private void ownVote(String change, String person) {
        Rfc rfc = requests.get(change);
        if (person.equals(rfc.getRequester()) || person.equals(rfc.getImplementer())) {
            breaks(Breach.OWN_APPROVAL, change);
        }
    }

    private Set<String> active(String release, String environment) {
        return rollouts.computeIfAbsent(plans.get(release).getService() + "/" + environment, _ -> new HashSet<>());
    }

    private void start(String id, ReleaseStarted started, Meta meta) {
        String change = plans.get(id).getChangeIds().getFirst();
        ChangeApproved approval = approved.get(change);
        if (approval == null
                || !approval.getPlanDigest().equals(plans.get(id).getPlanDigest())
                || !meta.getOccurredAt().isBefore(approval.getValidUntil())) {
            breaks(Breach.STARTED_WITHOUT_APPROVAL, change);
        }
        if (started.getEpoch() < epochs.getOrDefault(change, 1L) || !authorised.contains(started.getAuthorisationId())) {
            breaks(Breach.STALE_EPOCH, change);
        }
        String set = started.getBackupSetId();
        VerificationLevel level = proven.getOrDefault(set, VerificationLevel.V0);
        if (!verified.contains(set) || level.compareTo(needed.get(set)) < 0) {
            breaks(Breach.BACKUP_NOT_VERIFIED, change);
        }
        Set<String> active = active(id, started.getEnvironment());
        if (!active.isEmpty()) {
            active.forEach(other -> breaks(Breach.TWO_ROLLOUTS, plans.get(other).getChangeIds().getFirst()));
        }
        active.add(id);
    }
}
