package slipway.launcher.local;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/// Which port is whose, all on the loopback.
public final class Ports {

    public enum For {
        KAFKA(7092, "Kafka"),
        CONTROLLER(7093, "Kafka's controller"),
        POSTGRES(7432, "PostgreSQL"),
        REGISTRY(7081, "the schema registry"),
        ISSUER(7600, "the local issuer of tokens"),
        SMTP(7025, "the mailbox"),
        CHANGE(7601, "change-service"),
        RELEASE(7602, "release-service"),
        BACKUP(7603, "backup-service"),
        NOTIFICATION(7604, "notification-service"),
        AUDIT(7605, "audit-service"),
        WEB_DEV(7711, "the estate's web server dev-1"),
        WEB_QA(7721, "the estate's web server qa-1"),
        WEB_STAGING(7731, "the estate's web server staging-1"),
        WEB_PROD_1(7741, "the estate's web server prod-1"),
        WEB_PROD_2(7742, "the estate's web server prod-2"),
        WEB_PROD_3(7743, "the estate's web server prod-3"),
        WEB_PROD_4(7744, "the estate's web server prod-4"),
        INVENTORY(7433, "the estate's PostgreSQL");

        private final int standard;
        private final String purpose;

        For(int standard, String purpose) {
            this.standard = standard;
            this.purpose = purpose;
        }

        public String purpose() {
            return purpose;
        }
    }

    private final Map<For, Integer> numbers;

    private Ports(Map<For, Integer> numbers) {
        this.numbers = numbers;
    }

    /// The ones that the command line and the documentation know.
    public static Ports standard() {
        Map<For, Integer> numbers = new EnumMap<>(For.class);
        for (For each : For.values()) {
            numbers.put(each, each.standard);
        }
        return new Ports(numbers);
    }

    /// Any that are free now, for tests. Below those that systems give to connections that go out (from 32768 on, or 49152): one of these may be taken
    /// before it is listened on.
    public static Ports free() {
        Map<For, Integer> numbers = new EnumMap<>(For.class);
        for (For each : For.values()) {
            int port = ThreadLocalRandom.current().nextInt(10_000, 32_000);
            while (numbers.containsValue(port) || isBusy(port)) {
                port = ThreadLocalRandom.current().nextInt(10_000, 32_000);
            }
            numbers.put(each, port);
        }
        return new Ports(numbers);
    }

    public int of(For whom) {
        return numbers.get(whom);
    }

    public String url(For whom) {
        return "http://localhost:" + of(whom);
    }

    public String address(For whom) {
        return "localhost:" + of(whom);
    }

    /// @throws Trouble naming every port that something else listens on, and what it is needed for
    ///
    /// @param others what is not started here
    public void mustBeFree(Set<For> others) {
        List<String> busy = new ArrayList<>();
        for (For each : For.values()) {
            if (!others.contains(each) && isBusy(of(each))) {
                busy.add("port " + of(each) + " is in use by another program; it is needed for " + each.purpose());
            }
        }
        if (!busy.isEmpty()) {
            throw new Trouble(String.join("\n", busy));
        }
    }

    public Map<For, Integer> numbers() {
        return Collections.unmodifiableMap(numbers);
    }

    private static boolean isBusy(int port) {
        for (String host : List.of("127.0.0.1", "0.0.0.0")) {
            try (ServerSocket probe = new ServerSocket()) {
                // As the servers do it: a connection of the last run in TIME_WAIT is no obstacle, a listener is.
                probe.setReuseAddress(true);
                probe.bind(new InetSocketAddress(host, port));
            } catch (IOException e) {
                return true;
            }
        }
        return false;
    }
}
