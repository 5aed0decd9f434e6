package slipway.notification;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;

/// The facts that people can be told of. Not those about notifications: telling of them would never end.
final class FactTypes {

    static final String UNKNOWN = "there is no such fact about changes, releases or backups";

    private static final List<String> PACKAGES =
            List.of("slipway.events.change.", "slipway.events.release.", "slipway.events.backup.");
    private static final Pattern TYPE = Pattern.compile("[A-Za-z0-9]+");

    private FactTypes() {}

    /// @param type as people name it: `ChangeApproved`
    static boolean known(String type) {
        return find(type).isPresent();
    }

    static Optional<Class<? extends SpecificRecord>> find(String type) {
        return TYPE.matcher(type).matches()
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
