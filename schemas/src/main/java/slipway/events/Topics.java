package slipway.events;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// The topics. Only the owner writes its own; the key of a record is the aggregate's id, so the facts of one aggregate stay
/// in order. Kept for ever and never compacted, because the log is what can be replayed.
public final class Topics {

    /// The open door: any system may ask for a change here.
    public static final String CHANGE_REQUESTS = "change.requests";

    public static final String CHANGE = "change.events";
    public static final String RELEASE = "release.events";
    public static final String BACKUP = "backup.events";
    public static final String NOTIFICATION = "notification.events";
    public static final String AUDIT_CHECKPOINTS = "audit.checkpoints";

    /// What is told to others in the words of CDEvents: no facts, and not Avro.
    public static final String CDEVENTS = "cdevents";

    /// Topics whose records are facts with a sequence per aggregate.
    public static final List<String> FACTS = List.of(CHANGE, RELEASE, BACKUP, NOTIFICATION, AUDIT_CHECKPOINTS);

    /// Never changed once a cluster is in use: another number would send an aggregate's later facts to another partition.
    public static final int PARTITIONS = 12;

    public static final Map<String, String> CONFIG = Map.of("cleanup.policy", "delete", "retention.ms", "-1");

    private static final String REQUEST = "slipway.events.change.RFCSubmitted";

    /// Who owns a topic of facts, and has one for dead letters.
    public static final List<String> SERVICES =
            List.of("change-service", "release-service", "backup-service", "notification-service", "audit-service");

    private Topics() {}

    /// Whether such a record may be on this topic: on a topic of facts its owner's only, at the open door requests for change
    /// only. Whoever may ask for changes must not be able to say that one is deployed.
    ///
    /// @param record full name of the schema, `slipway.events.release.ReleaseDeployed`
    public static boolean belongs(String record, String topic) {
        return topic.equals(CHANGE_REQUESTS)
                ? record.equals(REQUEST)
                : record.startsWith("slipway.events." + topic.substring(0, topic.indexOf('.') + 1));
    }

    /// Where a service puts bytes that it could not decode, exactly as they came.
    public static String deadLetters(String service) {
        return service + ".dead-letters";
    }

    /// Every topic that has to exist.
    public static List<String> all() {
        return Stream.concat(
                        Stream.of(
                                CHANGE_REQUESTS, CHANGE, RELEASE, BACKUP, NOTIFICATION, AUDIT_CHECKPOINTS, CDEVENTS),
                        SERVICES.stream().map(Topics::deadLetters))
                .toList();
    }
}
