package slipway.notification;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;

/// The facts that people can be told of. Not those about notifications: telling of them would never end; nor checkpoints.
final class FactTypes {

    private static final String OURS = NotificationService.CONTRACT + ".";
    private static final List<String> PACKAGES =
            List.of("slipway.events.change.", "slipway.events.release.", "slipway.events.backup.", "slipway.events.audit.");

    /// One comes every few seconds, for machines.
    private static final String CHECKPOINT = "CheckpointSigned";

    private static final Pattern TYPE = Pattern.compile("[A-Za-z0-9]+");

    private FactTypes() {}

    /// @param type as people name it: `ChangeApproved`
    static boolean known(String type) {
        return find(type).isPresent();
    }

    /// Why nobody is told of facts of a type that is not known here.
    static String fault(String type) {
        return TYPE.matcher(type).matches() && fact(OURS + type).findAny().isPresent()
                ? "it is a fact of notification-service itself; nobody is told of those, as telling would never end"
                : "there is no such fact about changes, releases or backups";
    }

    static Optional<Class<? extends SpecificRecord>> find(String type) {
        return TYPE.matcher(type).matches() && !type.equals(CHECKPOINT)
                ? PACKAGES.stream().flatMap(each -> fact(each + type)).findFirst()
                : Optional.empty();
    }

    private static Stream<Class<? extends SpecificRecord>> fact(String name) {
        try {
            return Stream.of(Class.forName(name).asSubclass(SpecificRecord.class));
        } catch (ClassNotFoundException | NoClassDefFoundError | ClassCastException e) {
            return Stream.empty();
        }
    }
}
