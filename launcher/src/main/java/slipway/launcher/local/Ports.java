package slipway.launcher.local;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.ToIntFunction;
import java.util.stream.IntStream;

/// Which port is whose, all on the loopback.
public final class Ports implements Addresses {

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

    /// One of several that do the same, counted from 1.
    private record Which(For whom, int number) {}

    /// The second of something listens so much above the first.
    private static final int APART = 10;

    /// Above that, ports would meet.
    static final int MOST = 9;

    /// Of which there may be several that answer for each other. Whatever listens above another port is somebody else's.
    private static final Set<For> SERVICES =
            EnumSet.of(For.CHANGE, For.RELEASE, For.BACKUP, For.NOTIFICATION, For.AUDIT);

    private final Map<Which, Integer> chosen = new HashMap<>();
    private final boolean standard;

    private Ports(boolean standard) {
        this.standard = standard;
    }

    /// The ones that the command line and the documentation know.
    public static Ports standard() {
        return new Ports(true);
    }

    /// Any that are free when they are asked for first, for tests. Below those that systems give to connections that go out (from 32768 on, or 49152): one of
    /// these may be taken before it is listened on.
    public static Ports free() {
        return new Ports(false);
    }

    public int of(For whom) {
        return of(whom, 1);
    }

    /// @param number counts from 1
    public synchronized int of(For whom, int number) {
        return standard
                ? whom.standard + APART * (number - 1)
                : chosen.computeIfAbsent(new Which(whom, number), _ -> anyFree());
    }

    private int anyFree() {
        int port = ThreadLocalRandom.current().nextInt(10_000, 32_000);
        while (chosen.containsValue(port) || isBusy(port)) {
            port = ThreadLocalRandom.current().nextInt(10_000, 32_000);
        }
        return port;
    }

    @Override
    public String url(For whom) {
        return url(whom, 1);
    }

    public String url(For whom, int number) {
        return "http://localhost:" + of(whom, number);
    }

    @Override
    public List<String> urls(For whom) {
        int most = standard ? MOST : mostChosen(whom);
        return IntStream.rangeClosed(1, SERVICES.contains(whom) ? most : 1)
                .mapToObj(number -> url(whom, number))
                .toList();
    }

    private synchronized int mostChosen(For whom) {
        return chosen.keySet().stream()
                .filter(each -> each.whom() == whom)
                .mapToInt(Which::number)
                .max()
                .orElse(1);
    }

    @Override
    public String address(For whom) {
        return address(whom, 1);
    }

    public String address(For whom, int number) {
        return "localhost:" + of(whom, number);
    }

    /// @param needed how many of each will listen
    /// @throws Trouble naming every port that something else listens on, and what it is needed for
    public void mustBeFree(ToIntFunction<For> needed) {
        List<String> busy = new ArrayList<>();
        for (For each : For.values()) {
            for (int number = 1; number <= needed.applyAsInt(each); number++) {
                if (isBusy(of(each, number))) {
                    busy.add("port " + of(each, number) + " is in use by another program; it is needed for " + each.purpose());
                }
            }
        }
        if (!busy.isEmpty()) {
            throw new Trouble(String.join("\n", busy));
        }
    }

    /// Whether nobody listens there, on the loopback. Whoever is too busy to take a connection does.
    public static boolean isRefused(int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress("127.0.0.1", port), 2_000);
            return false;
        } catch (ConnectException e) {
            return true;
        } catch (IOException e) {
            return false;
        }
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
