package slipway.launcher.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;
import slipway.events.backup.BackupCompleted;
import slipway.events.backup.RestoreCompleted;
import slipway.events.change.ApprovalRequested;
import slipway.events.change.ChangeCancelled;
import slipway.events.change.ChangeClosed;
import slipway.events.change.ChangeExpired;
import slipway.events.change.ChangeRejected;
import slipway.events.change.ImplementationRefused;
import slipway.events.change.RFCSubmitted;
import slipway.events.change.ReviewOpened;
import slipway.events.notification.NotificationPlanned;
import slipway.events.notification.NotificationSent;
import slipway.events.release.DataRestoreRequested;
import slipway.events.release.ReleaseAborted;
import slipway.events.release.ReleaseBlocked;
import slipway.events.release.ReleaseClosed;
import slipway.events.release.RollbackFailed;
import slipway.events.release.RollbackTriggered;
import slipway.launcher.Api;
import slipway.launcher.Screen;
import slipway.launcher.Screen.Tone;
import slipway.launcher.estate.Site;
import slipway.launcher.estate.Warehouse;
import slipway.launcher.local.Ports.For;
import slipway.launcher.local.Trouble;
import tools.jackson.databind.JsonNode;

/// One change from its request to its end. The people of the play ask, approve and review through the same doors as
/// anybody; everything else happens by itself, and is told as it is read from Kafka.
public final class Demo implements AutoCloseable {

    private static final String REQUESTER = "dana";
    private static final String REVIEWER = "rosa";
    private static final List<String> APPROVERS = List.of("aki", "sam");
    /// The release closes after the change; a play without that last line is still a good one.
    private static final Duration LAST_LINE = Duration.ofSeconds(10);

    private static final int LONGEST_ID = 24;

    private final Stage stage;
    private final Screen screen;
    private final Duration patience;
    private final Api api;
    private final Facts facts;

    private String changeId = "";
    private String version = "";
    private boolean released;
    private @Nullable Instant closedAt;
    private @Nullable RestoreCompleted restored;
    private @Nullable RollbackTriggered rollback;
    private final List<String> voted = new ArrayList<>();
    private @Nullable Shopkeeping shop;

    public Demo(Stage stage, Screen screen, Duration patience) {
        this.stage = stage;
        this.screen = screen;
        this.patience = patience;
        this.api = new Api(stage.addresses());
        this.facts = new Facts(stage.kafka(), stage.registry());
    }

    /// A release that succeeds.
    ///
    /// @return whether the change is closed and the new version answers everywhere
    public boolean release(Path rfc) {
        setTheStage();
        play(rfc);
        screen.line("");
        boolean good = everywhere(version);
        good &= expect("the migration is in the database", look().migrated());
        good &= expect("nothing was rolled back", rollback == null);
        return conclude(good, "released");
    }

    /// A release whose canary fails.
    ///
    /// @return whether it was rolled back, with the data, and the old version answers everywhere
    public boolean badRelease(Path rfc) {
        setTheStage();
        Warehouse.Look before = look();
        Shopkeeping work = new Shopkeeping(stage.warehouse(), "demo " + Instant.now());
        shop = work;
        try (work) {
            play(rfc);
        }
        screen.line("");
        boolean good = everywhere(Site.BASELINE);
        Warehouse.Look after = look();
        good &= expect("it was rolled back", rollback != null);
        good &= expect("the migration is gone from the database", !after.migrated());
        good &= expect(
                before.items() + " articles are as they were",
                after.items() == before.items() && after.checksum().equals(before.checksum()));
        RestoreCompleted completed = restored;
        good &= expect("the data were restored from the release's own backup", completed != null);
        if (completed != null) {
            good &= lost(work, completed);
        }
        return conclude(good, "rolled back");
    }

    private boolean lost(Shopkeeping work, RestoreCompleted completed) {
        try {
            long found = work.found();
            long lost = work.confirmed() - found;
            screen.line(Tone.HEADING, String.format(
                    Locale.ROOT,
                    "  data-loss window: %s, from %s to %s. In it %d bookings were made; %d of them are lost.",
                    Sentences.seconds(completed.getDataLossMillis()),
                    completed.getRecoveryPoint(),
                    completed.getCutOverAt(),
                    work.confirmed(),
                    lost));
            return expect("the loss is the one that was told: all that was booked after the backup", found == 0);
        } catch (SQLException e) {
            return expect("the inventory can be asked: " + e.getMessage(), false);
        }
    }

    private void setTheStage() {
        screen.waiting("setting the stage");
        List<String> back = new ArrayList<>(stage.site().backToBaseline());
        if (stage.warehouse().backToBaseline()) {
            back.add("the inventory's data");
        }
        if (!back.isEmpty()) {
            screen.timed(Tone.QUIET, "stage set, not released: back to " + Site.BASELINE + ": " + String.join(", ", back));
        }
        for (JsonNode change : api.get(For.CHANGE, REQUESTER, "/changes").json()) {
            clearAway(change.path("id").asString(""), change.path("state").asString(""));
        }
    }

    /// A play that was interrupted leaves a change that holds the calendar.
    private void clearAway(String id, String state) {
        switch (state) {
            case "AWAITING_APPROVAL", "APPROVED", "SCHEDULED" -> {
                Api.Answer answer = api.post(
                        For.CHANGE, REQUESTER, "/changes/" + id + "/cancel", Map.of("reason", "an earlier play ended early"));
                if (answer.isGood()) {
                    screen.timed(Tone.QUIET, "stage set: " + id + " of an earlier play is cancelled");
                }
            }
            case "IMPLEMENTING", "MONITORING", "ROLLING_BACK", "REVIEW" ->
                screen.timed(Tone.BAD, id + " of an earlier play is " + state + " still, and may be in the way");
            default -> {
                // over, or nothing that holds the calendar
            }
        }
    }

    private void play(Path rfc) {
        screen.line("");
        screen.line(Tone.HEADING, "The story, as it is read from Kafka:");
        changeId = submit(rfc);
        Instant until = Instant.now().plus(patience);
        String last = "the first fact";
        while (!ended()) {
            if (Instant.now().isAfter(until)) {
                throw new Trouble("after " + patience.toSeconds() + " s the story of " + changeId
                        + " has not ended; the last fact was " + last + ". It goes on with ./slipway up");
            }
            for (SpecificRecord fact : facts.of(changeId)) {
                last = fact.getSchema().getName();
                tell(fact);
                screen.waiting("after " + last);
                answer(fact);
            }
        }
        screen.waiting("");
    }

    private boolean ended() {
        Instant closed = closedAt;
        return closed != null && (released || Instant.now().isAfter(closed.plus(LAST_LINE)));
    }

    private String submit(Path rfc) {
        try {
            Api.Answer answer = api.postYaml(For.CHANGE, REQUESTER, "/changes", Files.readAllBytes(rfc));
            if (!answer.isGood()) {
                throw new Trouble(rfc + " is refused: " + String.join("; ", answer.reasons()));
            }
            return answer.json().path("id").asString();
        } catch (IOException e) {
            throw new Trouble("cannot read " + rfc + ": " + e.getMessage(), e);
        }
    }

    private void tell(SpecificRecord fact) {
        String type = fact.getSchema().getName();
        Tone tone =
                switch (fact) {
                    case NotificationPlanned _, NotificationSent _ -> Tone.QUIET;
                    case ChangeClosed _, ReleaseClosed _ -> Tone.GOOD;
                    case RollbackTriggered _, RollbackFailed _, ReleaseBlocked _, ImplementationRefused _ -> Tone.BAD;
                    default -> Tone.PLAIN;
                };
        String id = Facts.meta(fact).getAggregateId();
        String shown = id.length() <= LONGEST_ID ? id : id.substring(0, LONGEST_ID - 1) + "…";
        screen.timed(tone, String.format(Locale.ROOT, "%-34s %-24s %s", type, shown, Sentences.of(fact)));
    }

    /// What the people do when they see a fact; and what we remember of it.
    private void answer(SpecificRecord fact) {
        switch (fact) {
            case RFCSubmitted f -> version = f.getRfc().getVersion();
            case ApprovalRequested f -> approve(f);
            case ReviewOpened f when f.getReviewRequired() -> review(f);
            case BackupCompleted f when shop != null && f.getEnvironment().equals("prod") -> shop.start();
            case DataRestoreRequested _ when shop != null -> shop.close();
            case RollbackTriggered f -> rollback = f;
            case RestoreCompleted f -> restored = f;
            case ChangeClosed _ -> closedAt = Instant.now();
            case ReleaseClosed _ -> released = true;
            case ReleaseBlocked f ->
                throw new Trouble("the release is blocked: " + String.join("; ", f.getReasons()));
            case RollbackFailed f -> throw new Trouble("the rollback failed: " + f.getReason());
            case ImplementationRefused f ->
                throw new Trouble("the start was refused: " + String.join("; ", f.getReasons()));
            case ReleaseAborted f -> throw new Trouble("the release was aborted: " + f.getReason());
            case ChangeRejected f -> throw new Trouble("the change was rejected: " + f.getReason());
            case ChangeCancelled f -> throw new Trouble("the change was cancelled: " + f.getReason());
            case ChangeExpired f -> throw new Trouble("the change expired: " + f.getReason());
            default -> {
                // nothing for a person to do
            }
        }
    }

    /// One human counts once: whoever voted for one stage leaves the next to others.
    private void approve(ApprovalRequested fact) {
        List<String> voters = new ArrayList<>(fact.getStage().getEligible());
        voters.removeAll(voted);
        // Who usually does comes first.
        voters.sort(Comparator.comparingInt(each -> APPROVERS.contains(each) ? APPROVERS.indexOf(each) : APPROVERS.size()));
        voters.stream().limit(fact.getStage().getQuorum()).forEach(who -> {
            voted.add(who);
            Map<String, String> vote = Map.of(
                    "decision", "APPROVE",
                    "stage", fact.getStage().getName(),
                    "reason", "read, and the way back is tried");
            ask(who, "votes", vote);
        });
    }

    private void review(ReviewOpened fact) {
        Map<String, String> review = Map.of(
                "outcome", fact.getProposedOutcome().toString(),
                "findings", rollback == null ? "As planned." : "The canary caught it; users of three instances saw nothing.");
        ask(REVIEWER, "review", review);
    }

    private void ask(String who, String what, Map<String, String> body) {
        Api.Answer answer = api.post(For.CHANGE, who, "/changes/" + changeId + "/" + what, body);
        if (!answer.isGood()) {
            throw new Trouble(who + " is refused (" + what + "): " + String.join("; ", answer.reasons()));
        }
    }

    private boolean everywhere(String expected) {
        boolean good = true;
        for (Map.Entry<String, String> each : stage.site().versions().entrySet()) {
            good &= expect(each.getKey() + " answers " + each.getValue(), each.getValue().equals(expected));
        }
        return good;
    }

    private boolean expect(String what, boolean holds) {
        screen.line(holds ? Tone.GOOD : Tone.BAD, (holds ? "  yes  " : "  NO   ") + what);
        return holds;
    }

    private Warehouse.Look look() {
        try {
            return stage.warehouse().look();
        } catch (SQLException e) {
            throw new Trouble("the inventory cannot be asked: " + e.getMessage(), e);
        }
    }

    private boolean conclude(boolean good, String how) {
        String text = changeId + " is closed, " + version + " is " + how + ", in " + screen.elapsed();
        screen.line(good ? Tone.GOOD : Tone.BAD, good ? text : text + ", but not all is as it should be");
        return good;
    }

    @Override
    public void close() {
        if (shop != null) {
            shop.close();
        }
        facts.close();
        api.close();
    }
}
