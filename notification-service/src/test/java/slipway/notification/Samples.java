package slipway.notification;

import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificRecord;
import slipway.events.Actor;
import slipway.events.ActorKind;
import slipway.events.ApprovalStage;
import slipway.events.Meta;
import slipway.events.change.ApprovalRequested;
import slipway.notification.template.SampleFacts;
import slipway.wire.Trust;

/// Facts to tell of.
final class Samples {

    static final Instant AT = SampleFacts.AT;

    /// Ours.
    static final Templates TEMPLATES;

    static {
        Trust.theContract();
        TEMPLATES = TemplateFiles.read(null);
    }

    private Samples() {}

    static Meta meta() {
        Actor actor = new Actor("change-service", ActorKind.SERVICE, "dana");
        return new Meta("fact-1", "CHG-7", 5L, AT, AT, actor, "CHG-7", null, null, null);
    }

    static ApprovalRequested approvalRequested() {
        return new ApprovalRequested(
                meta(), new ApprovalStage("peer", List.of("aki", "sam"), 2, List.of()), AT, List.of(), 0L);
    }

    /// In our words.
    static Message message(String id, List<? extends SpecificRecord> facts) {
        return Message.of(id, facts, TEMPLATES::words);
    }

    static Message message() {
        return Samples.message("NTF-fact-1-cab", List.of(approvalRequested()));
    }

    /// A fact of any schema: texts are their field's name, numbers 1, lists of one.
    static SpecificRecord of(Schema schema) {
        SpecificRecord fact = SampleFacts.full(schema);
        fact.put(schema.getField("meta").pos(), meta());
        return fact;
    }

    /// The facts of the thread that people may be told of, as generated.
    static Stream<SpecificRecord> all() {
        return Stream.of(
                        slipway.events.change.RFCSubmitted.getClassSchema(),
                        slipway.events.change.RFCRefused.getClassSchema(),
                        slipway.events.change.ImpactAssessed.getClassSchema(),
                        slipway.events.change.RiskAssessed.getClassSchema(),
                        slipway.events.change.ApprovalRequested.getClassSchema(),
                        slipway.events.change.ApprovalVoteCast.getClassSchema(),
                        slipway.events.change.ApprovalVoteAnswered.getClassSchema(),
                        slipway.events.change.ChangeApproved.getClassSchema(),
                        slipway.events.change.ChangeRejected.getClassSchema(),
                        slipway.events.change.ChangeExpired.getClassSchema(),
                        slipway.events.change.ChangeCancelled.getClassSchema(),
                        slipway.events.change.ConflictDetected.getClassSchema(),
                        slipway.events.change.ChangeScheduled.getClassSchema(),
                        slipway.events.change.ImplementationAuthorised.getClassSchema(),
                        slipway.events.change.ImplementationRefused.getClassSchema(),
                        slipway.events.change.ImplementationCompleted.getClassSchema(),
                        slipway.events.change.ImplementationRolledBack.getClassSchema(),
                        slipway.events.change.ReviewOpened.getClassSchema(),
                        slipway.events.change.PostImplementationReviewCompleted.getClassSchema(),
                        slipway.events.change.ChangeClosed.getClassSchema(),
                        slipway.events.release.ReleasePlanned.getClassSchema(),
                        slipway.events.release.ReleaseBlocked.getClassSchema(),
                        slipway.events.release.ReleaseStarted.getClassSchema(),
                        slipway.events.release.CanaryAnalysisCompleted.getClassSchema(),
                        slipway.events.release.ReleaseDeployed.getClassSchema(),
                        slipway.events.release.ReleaseAborted.getClassSchema(),
                        slipway.events.release.RollbackTriggered.getClassSchema(),
                        slipway.events.release.RollbackCompleted.getClassSchema(),
                        slipway.events.release.RollbackFailed.getClassSchema(),
                        slipway.events.backup.BackupFailed.getClassSchema(),
                        slipway.events.backup.BackupPartial.getClassSchema(),
                        slipway.events.backup.BackupRepaired.getClassSchema(),
                        slipway.events.backup.BackupUnproven.getClassSchema(),
                        slipway.events.backup.RestoreProposed.getClassSchema(),
                        slipway.events.backup.BackupCorrupted.getClassSchema(),
                        slipway.events.backup.BackupItemFailed.getClassSchema(),
                        slipway.events.backup.BackupVerified.getClassSchema(),
                        slipway.events.backup.RestoreTested.getClassSchema(),
                        slipway.events.backup.RestoreCompleted.getClassSchema(),
                        slipway.events.backup.RestoreFailed.getClassSchema())
                .map(Samples::of);
    }
}
