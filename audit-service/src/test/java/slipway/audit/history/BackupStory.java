package slipway.audit.history;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import slipway.audit.history.Chronicle.Aggregate;
import slipway.audit.history.Chronicle.Why;
import slipway.events.BackupCopy;
import slipway.events.Meta;
import slipway.events.RestoreCheck;
import slipway.events.Stage;
import slipway.events.Topics;
import slipway.events.VerificationLevel;
import slipway.events.backup.BackupChecked;
import slipway.events.backup.BackupCompleted;
import slipway.events.backup.BackupItemCaptured;
import slipway.events.backup.BackupPinned;
import slipway.events.backup.BackupStarted;
import slipway.events.backup.BackupUnpinned;
import slipway.events.backup.BackupVerified;
import slipway.events.backup.RestoreCompleted;
import slipway.events.backup.RestoreRequested;
import slipway.events.backup.RestoreTested;
import slipway.events.backup.SafetyBackupTaken;

/// A backup set before a rollout: captured, verified, restored on trial, and restored for good when it has to be.
final class BackupStory {

    private static final String SERVICE = "backup-service";
    private static final String KEY = "age1-2025";

    private final World world;
    private final Chronicle.Story story;
    private final Dice dice;
    private final Aggregate set;
    private final String release;
    private final Stage stage;
    private final List<String> items;
    private final String manifest;
    private final List<BackupItemCaptured> captured = new ArrayList<>();
    private Instant recoveryPoint = Instant.EPOCH;

    BackupStory(World world, Chronicle.Story story, Dice dice, Aggregate release, String set, Stage stage, List<String> items) {
        this.world = world;
        this.story = story;
        this.dice = dice;
        this.set = world.chronicle.aggregate(Topics.BACKUP, set, release);
        this.release = release.id();
        this.stage = stage;
        this.items = items;
        this.manifest = dice.digest();
    }

    String id() {
        return set.id();
    }

    String manifest() {
        return manifest;
    }

    Instant recoveryPoint() {
        return recoveryPoint;
    }

    Instant startBy() {
        return recoveryPoint.plusSeconds(stage.getRpoSeconds());
    }

    /// Proven by a restore, whatever was asked for.
    VerificationLevel level() {
        return stage.getMinLevel() == VerificationLevel.V5 ? VerificationLevel.V5 : VerificationLevel.V4;
    }

    /// @param unproven nobody verifies it, nor restores it on trial
    /// @param proven told when that is done
    void take(Meta requested, boolean unproven, Consumer<Meta> proven) {
        Chronicle chronicle = world.chronicle;
        Why why = Why.reaction(SERVICE, requested);
        Meta started = chronicle.tell(
                set,
                why,
                meta -> new BackupStarted(
                        meta, release, stage.getEnvironment(), stage.getBackupPlan(), stage.getMinLevel(), stage.getRpoSeconds(), items, ""));
        chronicle.tell(set, why, meta -> new BackupPinned(meta, release, "its release is not closed yet"));
        story.after(dice.between(20, 80), () -> {
            Meta completed = capture(started);
            if (unproven) {
                story.after(30, () -> proven.accept(completed));
                return;
            }
            story.after(dice.between(8, 30), () -> {
                Meta verified = chronicle.tell(
                        set,
                        Why.reaction(SERVICE, completed),
                        meta -> new BackupVerified(
                                meta, release, stage.getEnvironment(), VerificationLevel.V2, 2, List.of("vault-a", "vault-b"), List.of()));
                story.after(dice.between(20, 80), () -> proven.accept(chronicle.tell(
                        set,
                        Why.reaction(SERVICE, verified),
                        meta -> new RestoreTested(
                                meta,
                                release,
                                stage.getEnvironment(),
                                level(),
                                (long) dice.between(4_000, 60_000),
                                checks(),
                                manifest,
                                recoveryPoint))));
            });
        });
    }

    private Meta capture(Meta started) {
        Why why = Why.reaction(SERVICE, started);
        recoveryPoint = started.getRecordedAt();
        long bytes = 0;
        for (String item : items) {
            long size = dice.between(10_000, 900_000_000);
            bytes += size;
            boolean database = item.endsWith("-db");
            world.chronicle.tell(set, why, meta -> {
                BackupItemCaptured fact = new BackupItemCaptured(
                        meta,
                        item,
                        database ? "DATABASE" : "FILES",
                        stage.getEnvironment(),
                        database ? "postgres" : "directory",
                        dice.hex(64),
                        dice.hex(64),
                        size,
                        database ? "TRANSACTION" : "CRASH",
                        dice.hex(64),
                        recoveryPoint,
                        "");
                captured.add(fact);
                return fact;
            });
        }
        long all = bytes;
        return world.chronicle.tell(
                set,
                why,
                meta -> new BackupCompleted(
                        meta,
                        release,
                        stage.getEnvironment(),
                        manifest,
                        KEY,
                        List.of(
                                new BackupCopy("vault-a", manifest, null),
                                new BackupCopy("vault-b", manifest, recoveryPoint.plusSeconds(30L * 24 * 3600))),
                        recoveryPoint,
                        all,
                        List.of()));
    }

    private List<RestoreCheck> checks() {
        return captured.stream()
                .map(each -> new RestoreCheck(each.getItem(), "content", each.getPlaintextSha256(), each.getPlaintextSha256(), true))
                .toList();
    }

    /// The gate looks whether it is still of what is there.
    Meta check(Meta asked) {
        return world.chronicle.tell(
                set,
                Why.reaction(SERVICE, asked),
                meta -> new BackupChecked(
                        meta, release, stage.getEnvironment(), level(), manifest, recoveryPoint, List.of(), List.of()));
    }

    /// @param restored told of what was lost, in milliseconds
    void restore(Meta asked, List<String> approvedBy, Consumer<RestoreCompleted> restored) {
        Aggregate restore = world.chronicle.aggregate(Topics.BACKUP, "RST-" + set.id(), set);
        Meta requested = world.chronicle.tell(
                restore,
                Why.reaction(SERVICE, asked),
                meta -> new RestoreRequested(
                        meta, release, stage.getEnvironment(), set.id(), manifest, approvedBy, List.of(), null, List.of()));
        story.after(dice.between(10, 60), () -> {
            Meta safe = world.chronicle.tell(
                    restore,
                    Why.reaction(SERVICE, requested),
                    meta -> new SafetyBackupTaken(
                            meta, release, stage.getEnvironment(), "", "safety/" + set.id(), items, meta.getRecordedAt()));
            story.after(dice.between(20, 120), () -> world.chronicle.tell(restore, Why.reaction(SERVICE, safe), meta -> {
                Instant cutOver = meta.getRecordedAt();
                RestoreCompleted fact = new RestoreCompleted(
                        meta,
                        release,
                        stage.getEnvironment(),
                        set.id(),
                        recoveryPoint,
                        cutOver,
                        Duration.between(recoveryPoint, cutOver).toMillis(),
                        checks());
                story.after(1, () -> restored.accept(fact));
                return fact;
            }));
        });
    }

    /// @param how `closed` or `aborted`
    void letGo(Meta because, String how) {
        world.chronicle.tell(
                set,
                Why.reaction(SERVICE, because),
                meta -> new BackupUnpinned(meta, release, "the release is " + how));
    }
}
