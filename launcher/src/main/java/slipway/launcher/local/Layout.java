package slipway.launcher.local;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import slipway.launcher.local.Ports.For;

/// How much of everything runs on this machine.
///
/// @param kafka bootstrap servers of a cluster that runs already; null: brokers of our own
/// @param brokers of our own; one is in this process, more have a process each
/// @param instances of each service; more than one have a process each
/// @param processes each service in a process of its own
public record Layout(@Nullable String kafka, int brokers, int instances, boolean processes) {

    /// @throws IllegalArgumentException naming every fault, a line each
    public Layout {
        List<String> faults = new ArrayList<>();
        if (brokers < 1 || brokers > Ports.MOST) {
            faults.add("--brokers: from 1 to " + Ports.MOST + ", not " + brokers);
        }
        if (brokers == 2) {
            faults.add("--brokers: of two, none may be away, so there is nothing to gain: 1, or 3 and more");
        }
        if (instances < 1 || instances > Ports.MOST) {
            faults.add("--instances: from 1 to " + Ports.MOST + ", not " + instances);
        }
        if (kafka != null && brokers > 1) {
            faults.add("--brokers and --kafka: either brokers of our own, or those at " + kafka);
        }
        if (!faults.isEmpty()) {
            throw new IllegalArgumentException(String.join("\n", faults));
        }
        processes = processes || instances > 1;
    }

    /// One of everything, in this process.
    public static Layout small() {
        return new Layout(null, 1, 1, false);
    }

    public static Layout inProcesses() {
        return new Layout(null, 1, 1, true);
    }

    /// One of every service, on a cluster that runs already.
    public static Layout on(String kafka) {
        return new Layout(kafka, 1, 1, false);
    }

    /// How many of it listen on a port of this machine.
    public int count(For whom) {
        return switch (whom) {
            case KAFKA, CONTROLLER -> kafka == null ? brokers : 0;
            case CHANGE, RELEASE, BACKUP, NOTIFICATION, AUDIT -> instances;
            case POSTGRES, REGISTRY, ISSUER, SMTP, WEB_DEV, WEB_QA, WEB_STAGING, WEB_PROD_1, WEB_PROD_2, WEB_PROD_3, WEB_PROD_4, INVENTORY ->
                1;
        };
    }
}
