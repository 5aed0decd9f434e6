package slipway.notification;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;
import slipway.events.Window;
import slipway.events.backup.BackupCorrupted;
import slipway.events.backup.BackupFailed;
import slipway.events.backup.BackupItemFailed;
import slipway.events.backup.BackupPartial;
import slipway.events.backup.BackupRepaired;
import slipway.events.backup.BackupUnproven;
import slipway.events.backup.BackupVerified;
import slipway.events.backup.RestoreCompleted;
import slipway.events.backup.RestoreFailed;
import slipway.events.backup.RestoreProposed;
import slipway.events.backup.RestoreTested;
import slipway.events.change.ApprovalRequested;
import slipway.events.change.ApprovalVoteAnswered;
import slipway.events.change.ApprovalVoteCast;
import slipway.events.change.ChangeApproved;
import slipway.events.change.ChangeCancelled;
import slipway.events.change.ChangeClosed;
import slipway.events.change.ChangeExpired;
import slipway.events.change.ChangeRejected;
import slipway.events.change.ChangeScheduled;
import slipway.events.change.ConflictDetected;
import slipway.events.change.ImplementationAuthorised;
import slipway.events.change.ImplementationCompleted;
import slipway.events.change.ImplementationRefused;
import slipway.events.change.ImplementationRolledBack;
import slipway.events.change.PostImplementationReviewCompleted;
import slipway.events.change.RFCRefused;
import slipway.events.change.RFCSubmitted;
import slipway.events.change.ReviewOpened;
import slipway.events.change.RiskAssessed;
import slipway.events.release.BackupLost;
import slipway.events.release.CanaryAnalysisCompleted;
import slipway.events.release.DataRestoreApprovalRequested;
import slipway.events.release.ReleaseAborted;
import slipway.events.release.ReleaseBlocked;
import slipway.events.release.ReleaseDeployed;
import slipway.events.release.ReleasePaused;
import slipway.events.release.ReleaseResolved;
import slipway.events.release.ReleaseStarted;
import slipway.events.release.RollbackCompleted;
import slipway.events.release.RollbackFailed;
import slipway.events.release.RollbackTriggered;

/// A fact in words for people who have to do something, or will sleep better. Facts that people are rarely told of are
/// described by their own name and fields, so that a route may name any fact.
///
/// @param headline the rest of the subject, after the change's id
/// @param details sentences
record Wording(String headline, List<String> details) {

    static Wording of(SpecificRecord fact) {
        return switch (fact) {
            case RFCSubmitted it ->
                say(
                        "requested: " + it.getRfc().getTitle(),
                        "%s asks for version %s of %s in %s."
                                .formatted(
                                        it.getRfc().getRequester(),
                                        it.getRfc().getVersion(),
                                        it.getRfc().getService(),
                                        list(it.getRfc().getEnvironments())),
                        "Why: " + it.getRfc().getJustification(),
                        "Window: " + window(it.getRfc().getWindow()) + ".");
            case RFCRefused it -> reasons("request refused: " + it.getTitle(), it.getReasons());
            case RiskAssessed it ->
                say(
                        "risk is " + word(it.getLevel()),
                        "Impact %d × likelihood %d = %d.".formatted(it.getImpact(), it.getLikelihood(), it.getScore()),
                        it.getFloors().isEmpty() ? "No floor applies." : "Raised by: " + list(it.getFloors()) + ".");
            case ApprovalRequested it ->
                say(
                        "approval needed: " + it.getStage().getName(),
                        "%d approval(s) needed from: %s."
                                .formatted(it.getStage().getQuorum(), list(it.getStage().getEligible())),
                        "Please vote before " + time(it.getDueAt()) + "; after that the request expires.");
            case ApprovalVoteCast it ->
                say(
                        "%s voted %s".formatted(it.getVoter(), word(it.getDecision())),
                        "Stage " + it.getStage() + ".",
                        it.getReason() == null ? "No reason was given." : "Reason: " + it.getReason());
            case ApprovalVoteAnswered it ->
                it.getCounted()
                        ? say("%s's vote counts".formatted(it.getPerson()), "It was given elsewhere: " + word(it.getDecision()) + ".")
                        : reasons("%s's vote does not count".formatted(it.getPerson()), it.getReasons());
            case ChangeApproved it ->
                say(
                        "approved",
                        it.getApprovers().isEmpty()
                                ? "Approved by " + word(it.getBy()) + "."
                                : "Approved by " + list(it.getApprovers()) + ".",
                        "The approval is valid until " + time(it.getValidUntil()) + ".");
            case ChangeRejected it -> say("rejected by " + it.getVoter(), "Reason: " + it.getReason());
            case ChangeExpired it -> say("expired", it.getReason());
            case ChangeCancelled it -> say("cancelled by " + it.getBy(), "Reason: " + it.getReason());
            case ConflictDetected it ->
                say("conflict on " + it.getCi(), "It conflicts with " + it.getWithChange() + ": " + it.getReason());
            case ChangeScheduled it ->
                say(
                        "scheduled: %s %s".formatted(it.getService(), it.getVersion()),
                        "Window: " + window(it.getWindow()) + ".",
                        "Environments: %s; implementer: %s."
                                .formatted(list(it.getEnvironments()), it.getImplementer()));
            case ImplementationAuthorised it ->
                say("may start in " + it.getEnvironment(), "Release %s may run %s."
                        .formatted(it.getReleaseId(), window(it.getWindow())));
            case ImplementationRefused it -> reasons("may not start in " + it.getEnvironment(), it.getReasons());
            case ImplementationCompleted it ->
                say("implemented", "It is watched until " + time(it.getSoakUntil()) + ".");
            case ImplementationRolledBack it -> say("rolled back", "Reason: " + it.getReason());
            case ReviewOpened it ->
                say(
                        it.getReviewRequired() ? "review needed" : "under review",
                        it.getCause(),
                        "Proposed outcome: " + word(it.getProposedOutcome()) + ".");
            case PostImplementationReviewCompleted it ->
                say("reviewed by %s: %s".formatted(it.getReviewer(), word(it.getOutcome())), it.getFindings());
            case ChangeClosed it ->
                say(
                        "closed: " + word(it.getOutcome()),
                        it.getAutomatic() ? "It closed itself: all criteria were met." : "A person closed it.");
            case ReleaseBlocked it ->
                reasons(
                        it.getEnvironment() == null ? "release blocked" : "blocked in " + it.getEnvironment(),
                        it.getReasons());
            case ReleasePaused it -> say("release stands still in " + it.getEnvironment(), it.getReason());
            case DataRestoreApprovalRequested it ->
                say(
                        "approval needed: data of " + it.getEnvironment() + " would go back",
                        "From %s, to %s; writes of %s would be lost, the approved plan covers %s."
                                .formatted(
                                        it.getBackupSetId(),
                                        time(it.getRecoveryPoint()),
                                        duration(it.getDataLossMillis()),
                                        duration(it.getCoveredMillis())));
            case ReleaseStarted it ->
                say("rollout begins in " + it.getEnvironment(), "Package %s, backup set %s."
                        .formatted(it.getDigest(), it.getBackupSetId()));
            case CanaryAnalysisCompleted it ->
                say(
                        "canary in %s: %s".formatted(it.getEnvironment(), word(it.getVerdict())),
                        it.getReason(),
                        "%d samples.".formatted(it.getSamples().size()));
            case ReleaseDeployed it ->
                say("deployed to " + it.getEnvironment(), "%s answers on %d instance(s)."
                        .formatted(it.getObservedDigest(), it.getInstances()));
            case ReleaseAborted it -> say("release aborted", "Reason: " + it.getReason());
            case RollbackTriggered it ->
                say(
                        "rolling back: " + word(it.getCause()),
                        it.getReason(),
                        "Environments: %s; back to %s; data %s restored."
                                .formatted(
                                        list(it.getEnvironments()),
                                        it.getToDigest() == null ? "nothing installed" : it.getToDigest(),
                                        it.getDataRestore() ? "will be" : "will not be"));
            case RollbackCompleted it ->
                say(
                        "rolled back",
                        "The previous version answers again.",
                        it.getDataLossMillis() == null
                                ? "No data was restored."
                                : "Data was restored; writes of " + duration(it.getDataLossMillis()) + " are lost.");
            case RollbackFailed it ->
                say("ROLLBACK FAILED in " + it.getEnvironment() + ": a person is needed", "Reason: " + it.getReason());
            case ReleaseResolved it -> say("resolved by hand", it.getReason());
            case BackupLost it ->
                reasons("the way back of " + it.getEnvironment() + " is lost: its backup brings nothing back", it.getReasons());
            case BackupFailed it -> reasons("backup failed for " + it.getEnvironment(), it.getReasons());
            case BackupPartial it ->
                reasons("backup of " + it.getEnvironment() + " lacks copies", it.getMissing());
            case BackupCorrupted it ->
                reasons(
                        it.getSoundCopies() > 0
                                ? "backup of " + it.getEnvironment() + " has a corrupt copy and is being repaired"
                                : "backup corrupted for " + it.getEnvironment(),
                        it.getReasons());
            case BackupUnproven it ->
                reasons("backup of " + it.getEnvironment() + " could not be restored on trial", it.getReasons());
            case BackupRepaired it -> reasons("backup of " + it.getEnvironment() + " is repaired", it.getReplaced());
            case RestoreProposed it ->
                new Wording(
                        "approval needed: data of " + it.getEnvironment() + " would be restored by hand", proposal(it));
            case BackupItemFailed it -> say("backup of " + it.getItem() + " failed", "Reason: " + it.getReason());
            case BackupVerified it ->
                say("backup verified for " + it.getEnvironment(), "Level %s, %d copies."
                        .formatted(it.getLevel(), it.getCopies()));
            case RestoreTested it ->
                say("restore tested for " + it.getEnvironment(), "Level %s, restored in %s; %d checks."
                        .formatted(it.getLevel(), duration(it.getMeasuredRtoMillis()), it.getChecks().size()));
            case RestoreCompleted it ->
                say("data restored in " + it.getEnvironment(), "Back at %s; writes of %s are lost."
                        .formatted(time(it.getRecoveryPoint()), duration(it.getDataLossMillis())));
            case RestoreFailed it -> {
                List<String> details = new ArrayList<>(it.getReasons());
                details.add("Next: " + it.getNextStep());
                yield new Wording("RESTORE FAILED in " + it.getEnvironment() + ": a person is needed", details);
            }
            default -> new Wording(lower(Message.words(fact.getSchema())), fields(fact));
        };
    }

    private static List<String> proposal(RestoreProposed it) {
        List<String> details = new ArrayList<>(List.of(
                "From %s%s, %s; asked for by %s."
                        .formatted(
                                it.getBackupSetId(),
                                it.getTo() == null ? "" : ", to " + time(it.getTo()),
                                it.getItems().isEmpty() ? "all that can be restored" : list(it.getItems()),
                                list(it.getProposedBy())),
                "Reason: " + it.getReason()));
        if (!it.getWithoutSafetyBackup().isEmpty()) {
            details.add("What is there now is NOT kept of: " + list(it.getWithoutSafetyBackup()));
        }
        if (it.getExpiresAt() != null) {
            details.add("It may be approved until " + time(it.getExpiresAt()) + ".");
        }
        details.add("Approve: ./slipway backup approve-restore %s --proposal %d"
                .formatted(it.getBackupSetId(), it.getMeta().getSequence()));
        return details;
    }

    /// UTC, to the second: readers sit in more than one zone.
    static String time(Instant at) {
        return at.truncatedTo(ChronoUnit.SECONDS).toString();
    }

    private static Wording say(String headline, String... details) {
        return new Wording(headline, List.of(details));
    }

    private static Wording reasons(String headline, List<String> reasons) {
        return new Wording(headline, reasons);
    }

    private static String window(Window window) {
        return "from " + time(window.getNotBefore()) + " to " + time(window.getNotAfter());
    }

    private static String list(List<String> names) {
        return names.isEmpty() ? "nobody" : String.join(", ", names);
    }

    private static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    private static String duration(long millis) {
        Duration length = Duration.ofMillis(millis);
        return length.toMinutes() > 0
                ? "%d min %d s".formatted(length.toMinutes(), length.toSecondsPart())
                : "%d.%03d s".formatted(length.toSeconds(), length.toMillisPart());
    }

    /// `RFC submitted` stays, `Package built` becomes `package built`.
    private static String lower(String words) {
        return words.length() > 1 && Character.isUpperCase(words.charAt(1))
                ? words
                : words.substring(0, 1).toLowerCase(Locale.ROOT) + words.substring(1);
    }

    private static List<String> fields(SpecificRecord fact) {
        List<String> lines = new ArrayList<>();
        for (Schema.Field field : fact.getSchema().getFields()) {
            @Nullable Object value = fact.get(field.pos());
            switch (value) {
                case String _, Number _, Boolean _, Enum<?> _, Instant _ -> lines.add(field.name() + ": " + value);
                case List<?> list when !list.isEmpty() && list.getFirst() instanceof String ->
                    lines.add(field.name() + ": " + list);
                case null, default -> {}
            }
        }
        return lines;
    }
}
