package slipway.wire;

import org.apache.avro.util.ClassSecurityValidator;
import slipway.events.Meta;

/// Avro makes only classes that somebody vouched for. We vouch for the generated classes of the contract, and for no others: a
/// schema from the wire cannot name its way to another class.
public final class Trust {

    private static final String CONTRACT = Meta.class.getPackageName();

    static {
        ClassSecurityValidator.setGlobal(ClassSecurityValidator.composite(
                ClassSecurityValidator.getGlobal(),
                type -> type.getPackageName().equals(CONTRACT)
                        || type.getPackageName().startsWith(CONTRACT + ".")));
    }

    private Trust() {}

    /// Called by whatever reads or writes generated classes, before the first one.
    public static void theContract() {}
}
