package slipway.launcher.demo;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;
import slipway.events.Component;
import slipway.events.CriterionResult;
import slipway.events.RestoreCheck;
import slipway.events.audit.CheckpointSigned;
import slipway.events.audit.InvariantBroken;
import slipway.events.backup.*;
import slipway.events.change.*;
import slipway.events.notification.*;
import slipway.events.release.*;

/// What a fact says, in half a line.
final class Sentences {

    private Sentences() {}

    static String of(SpecificRecord fact) {
        return switch (fact) {
            case RFCSubmitted f ->
                f.getRfc().getRequester() + " asks for " + f.getRfc().getService() + " "
                        + f.getRfc().getVersion() + ": " + f.getRfc().getTitle();
            case EvidenceReceived f -> f.getSource() + " shows: " + f.getTitle();
            case AlertReceived f -> f.getSource() + " tells of " + f.getName() + " in " + f.getEnvironment();
            case ImpactAssessed f -> "reaches " + words(f.getReached().stream().map(each -> each.getCi()).toList());
            case RiskAssessed f ->
                f.getLevel() + ": impact " + f.getImpact() + " × likelihood " + f.getLikelihood() + " = " + f.getScore()
                        + (f.getFloors().isEmpty() ? "" : " (" + words(f.getFloors()) + ")");
            case PolicyEvaluated f -> f.getAnswer() + ": " + words(f.getMatchedRules());
            case ApprovalRequested f ->
                f.getStage().getName() + ": " + f.getStage().getQuorum() + " of " + words(f.getStage().getEligible());
            case ApprovalPolicyPublished f -> f.getName() + "/" + f.getVersion() + " by " + f.getBy();
            case InventoryChanged f -> f.getPeople() + " people, " + f.getConfigurationItems() + " items";
            case ChangeHeld f -> f.getRef() + ": " + f.getReason();
            case ChangeHoldLifted f -> f.getRef() + ": " + f.getReason();
            case FreezeDeclared f -> f.getName() + ": " + f.getReason();
            case ApprovalVoteRequested f -> f.getPerson() + " by " + f.getChannel() + ": " + f.getDecision();
            case ApprovalVoteAnswered f -> f.getPerson() + (f.getCounted() ? ": counts" : ": " + words(f.getReasons()));
            case ApprovalVoteCast f -> f.getVoter() + ": " + f.getDecision() + " (" + f.getStage() + ")";
            case ChangeApproved f -> "by " + words(f.getApprovers());
            case ChangeScheduled f -> "from " + f.getWindow().getNotBefore() + " to " + f.getWindow().getNotAfter();
            case ConflictDetected f -> f.getCi() + ": " + f.getReason();
            case ChangeRejected f -> "by " + f.getVoter() + ": " + f.getReason();
            case ImplementationAuthorised f -> f.getEnvironment() + ", epoch " + f.getEpoch();
            case ImplementationRefused f -> f.getEnvironment() + ": " + words(f.getReasons());
            case ImplementationCompleted f -> "watched until " + f.getSoakUntil();
            case ImplementationRolledBack f -> f.getReason();
            case ReviewOpened f ->
                f.getProposedOutcome() + " proposed; "
                        + (f.getCriteria().isEmpty()
                                ? f.getCause()
                                : words(f.getCriteria().stream().map(Sentences::criterion).toList()));
            case PostImplementationReviewCompleted f ->
                f.getReviewer() + ": " + f.getOutcome() + ", " + f.getFindings();
            case ChangeClosed f -> f.getOutcome() + (f.getAutomatic() ? ", by itself" : "");
            case ReleasePlanned f ->
                words(f.getComponents().stream().map(Sentences::component).toList()) + " for "
                        + words(f.getEnvironments());
            case PackageBuilt f -> f.getFiles() + " files, " + f.getBytes() + " bytes, " + digest(f.getDigest());
            case PackageTested f -> f.getChecks().size() + " checks passed";
            case BackupRequested f -> f.getEnvironment() + ": " + f.getPlan() + ", to level " + f.getMinLevel();
            case BackupCheckRequested f -> f.getEnvironment() + ": is " + f.getBackupSetId() + " still of what is there?";
            case ReleaseGateEvaluated f ->
                f.getEnvironment() + ": " + f.getGate() + " " + f.getVerdict() + ", " + f.getReason();
            case ImplementationRequested f -> f.getEnvironment() + ": backup at " + f.getBackupLevel();
            case ReleaseStarted f -> f.getEnvironment() + ": " + f.getStrategy() + ", lease " + f.getFencingToken();
            case RolloutStepStarted f -> f.getEnvironment() + " " + f.getStep() + ": " + f.getName();
            case RolloutStepCompleted f ->
                f.getEnvironment() + " " + f.getStep() + ": " + f.getName() + ", " + f.getObserved()
                        + (f.getAdopted() ? " (was so already)" : "");
            case RolloutIndeterminate f ->
                f.getEnvironment() + " " + f.getStep() + ": neither as before nor as planned; a person has to look";
            case CanaryAnalysisCompleted f ->
                f.getEnvironment() + ": " + f.getVerdict() + " after " + f.getSamples().size() + " looks. " + f.getReason();
            case ReleaseDeployed f -> f.getEnvironment() + ": " + f.getInstances() + " instances at " + digest(f.getObservedDigest());
            case ReleasePromoted f -> f.getFromEnvironment() + " → " + f.getToEnvironment();
            case ReleaseBlocked f -> words(f.getReasons());
            case ReleasePaused f -> f.getEnvironment() + ": " + f.getCause() + ", " + f.getReason();
            case ReleaseResumed f -> f.getEnvironment() + " from step " + f.getStep();
            case LeaveRevoked f -> f.getCause() + ": " + f.getReason();
            case ReleaseAborted f -> f.getReason();
            case RollbackTriggered f ->
                f.getCause() + ": " + f.getReason() + "; back to " + digest(f.getToDigest()) + " in "
                        + words(f.getEnvironments()) + (f.getDataRestore() ? ", data from " + f.getBackupSetId() : "");
            case DataRestoreRequested f -> f.getEnvironment() + " from " + f.getBackupSetId();
            case RollbackCompleted f ->
                digest(f.getObservedDigest()) + (f.getDataRestored() ? ", data restored" : "");
            case RollbackFailed f -> f.getEnvironment() + ": " + f.getReason();
            case ReleaseClosed f -> f.getOutcome().toString();
            case BackupStarted f -> words(f.getItems());
            case BackupItemCaptured f ->
                f.getItem() + ": " + f.getBytes() + " bytes, encrypted, " + f.getConsistency();
            case BackupItemFailed f -> f.getItem() + ": " + f.getReason();
            case BackupCompleted f -> f.getCopies().size() + " copies, manifest " + digest(f.getManifestDigest());
            case BackupPartial f -> f.getCopies().size() + " copies, missing: " + words(f.getMissing());
            case BackupFailed f -> words(f.getReasons());
            case BackupVerified f -> "level " + f.getLevel() + ", " + f.getCopies() + " copies read back";
            case BackupCorrupted f -> words(f.getReasons());
            case BackupUnproven f -> words(f.getReasons());
            case BackupRepaired f -> "from a sound copy: " + words(f.getReplaced());
            case VerificationRequested f -> "to " + f.getLevel() + ": " + f.getReason();
            case BackupPinned f -> "held by " + f.getHolder() + ": " + f.getReason();
            case BackupUnpinned f -> "no longer held by " + f.getHolder() + ": " + f.getReason();
            case BackupPruned f -> f.getReason();
            case RestoreTested f ->
                "level " + f.getLevel() + " in " + seconds(f.getMeasuredRtoMillis()) + ", " + checks(f.getChecks());
            case BackupChecked f ->
                f.getChanged().isEmpty() && f.getUncovered().isEmpty()
                        ? f.getEnvironment() + ": nothing changed since, and all is covered"
                        : words(f.getChanged()) + words(f.getUncovered());
            case RestoreProposed f -> "from " + f.getBackupSetId() + ": " + f.getReason();
            case RestoreDeclined f -> f.getReason();
            case RestoreRequested f -> "from " + f.getBackupSetId();
            case SafetyBackupTaken f -> "what is there now is kept: " + words(f.getItems());
            case RestoreCompleted f ->
                checks(f.getChecks()) + "; data of " + seconds(f.getDataLossMillis()) + " before it are lost";
            case RestoreFailed f -> words(f.getReasons()) + "; next: " + f.getNextStep();
            case SilenceDeclared f -> "until " + f.getUntil() + " by " + f.getBy() + ": " + f.getReason();
            case SilenceEnded f -> "ended by " + f.getBy();
            case NotificationPlanned f -> f.getFactType() + " to " + f.getRecipient() + ", from " + f.getAt();
            case NotificationSuppressed f -> f.getFactType() + " not to " + f.getRecipient() + ": " + f.getReason();
            case NotificationSent f -> f.getFactType() + " to " + f.getRecipient();
            case InvariantBroken f -> f.getInvariant() + ", " + f.getSubject() + ": " + f.getWhat();
            case CheckpointSigned f -> f.getSize() + " facts";
            case NotificationFailed f -> f.getFactType() + " to " + f.getRecipient() + ": " + f.getReason();
            default -> "";
        };
    }

    static String seconds(long millis) {
        return String.format(Locale.ROOT, "%.1f s", millis / 1000.0);
    }

    static String seconds(Instant from, Instant to) {
        return seconds(Duration.between(from, to).toMillis());
    }

    private static String criterion(CriterionResult each) {
        return each.getName() + (each.getMet() ? " met" : " NOT met: " + each.getObserved());
    }

    private static String component(Component each) {
        return each.getName() + " " + each.getVersion();
    }

    private static String checks(List<RestoreCheck> checks) {
        long passed = checks.stream().filter(RestoreCheck::getPassed).count();
        return passed + " of " + checks.size() + " checks passed";
    }

    private static String words(List<String> words) {
        return String.join(", ", words);
    }

    /// Enough of each digest to recognise it.
    private static String digest(@Nullable String digest) {
        return digest == null ? "what was there" : digest.replaceAll("(sha256:[0-9a-f]{12})[0-9a-f]+", "$1…");
    }
}
