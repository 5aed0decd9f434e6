package slipway.notification;

import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import slipway.events.Meta;

/// What wakes somebody, by what it is about: which facts open an alert, which say that a person took it on, which end it. Those of one line belong to the
/// same aggregate, which is the key of its alerts. What ends a release or a restore, [Waiting] knows.
enum PagerDutyAlert {
    RELEASE(
            Set.of("ReleaseBlocked", "RollbackFailed", "RollbackTriggered", "RolloutIndeterminate"),
            Set.of("ReleaseInstructed"),
            Waiting.RELEASE_ENDS),
    BACKUP_SET(Set.of("BackupCorrupted"), Set.of(), Set.of("BackupRepaired")),
    /// Acknowledged by a person's wish to try it again.
    RESTORE(Set.of("RestoreFailed"), Set.of("RestoreProposed"), Waiting.RESTORE_ENDS),
    ENVIRONMENT(Set.of("EnvironmentDriftDetected"), Set.of(), Set.of("EnvironmentDriftEnded")),
    CHANGE(Set.of("UnauthorisedChangeDetected"), Set.of(), Set.of("RetroactiveApprovalRecorded")),
    /// No fact ends them: the next backup is another set, a lost one stays lost, whatever becomes of its release, and what was broken was broken. So the key of each is its own.
    WITHOUT_END(Set.of("BackupFailed", "BackupLost", "InvariantBroken"), Set.of(), Set.of());

    private final Set<String> trigger;
    private final Set<String> acknowledge;
    private final Set<String> resolve;

    PagerDutyAlert(Set<String> trigger, Set<String> acknowledge, Set<String> resolve) {
        this.trigger = trigger;
        this.acknowledge = acknowledge;
        this.resolve = resolve;
    }

    /// What a fact does to an alert.
    ///
    /// @param action PagerDuty's word
    record Does(PagerDutyAlert alert, String action) {

        String key(Meta fact) {
            return "slipway " + (alert == WITHOUT_END ? fact.getEventId() : fact.getAggregateId());
        }
    }

    /// Whether it ends an alert: that is told although somebody wants to hear nothing, or the alert would stay open for ever.
    static boolean isEnd(String channel, String fact) {
        return channel.equals(Receiver.PAGERDUTY) && Stream.of(values()).anyMatch(each -> each.resolve.contains(fact));
    }

    /// Empty: it is no matter of alerts.
    static Optional<Does> of(String fact) {
        return Stream.of(values()).flatMap(each -> each.does(fact).stream()).findFirst();
    }

    private Optional<Does> does(String fact) {
        return trigger.contains(fact)
                ? Optional.of(new Does(this, "trigger"))
                : acknowledge.contains(fact)
                        ? Optional.of(new Does(this, "acknowledge"))
                        : resolve.contains(fact) ? Optional.of(new Does(this, "resolve")) : Optional.empty();
    }

    /// All facts that do something to an alert.
    static Set<String> named() {
        return Stream.of(values())
                .flatMap(each -> Stream.of(each.trigger, each.acknowledge, each.resolve))
                .flatMap(Set::stream)
                .collect(Collectors.toSet());
    }
}
