package slipway.notification;

import java.util.List;
import java.util.regex.Pattern;
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
        return TYPE.matcher(type).matches() && PACKAGES.stream().anyMatch(each -> isFact(each + type));
    }

    private static boolean isFact(String name) {
        try {
            return SpecificRecord.class.isAssignableFrom(Class.forName(name));
        } catch (ClassNotFoundException | NoClassDefFoundError e) {
            return false;
        }
    }
}
