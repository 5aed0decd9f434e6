package slipway.launcher.cluster;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import org.apache.kafka.common.utils.Utils;

/// Why nobody answers at an address, in words for a person. Clients say it in many ways, Kafka's does not say it at all.
final class Absence {

    private static final Duration KNOCK = Duration.ofSeconds(5);

    private Absence() {}

    /// Of what a client threw.
    static String why(Throwable failure) {
        List<Throwable> chain = Stream.iterate(failure, each -> each != null, Throwable::getCause).toList();
        return chain.reversed().stream()
                .flatMap(each -> known(each).stream())
                .findFirst()
                .orElseGet(() -> chain.stream()
                        .map(Throwable::getMessage)
                        .filter(message -> message != null && !message.isBlank())
                        .findFirst()
                        .orElse(failure.toString()));
    }

    private static Optional<String> known(Throwable failure) {
        return switch (failure) {
            case UnknownHostException _ -> Optional.of("unknown host");
            case UnresolvedAddressException _ -> Optional.of("unknown host");
            case HttpTimeoutException _ -> Optional.of("no answer in time");
            case SocketTimeoutException _ -> Optional.of("no answer in time");
            case NoRouteToHostException _ -> Optional.of("no route to host");
            case ConnectException refused ->
                // The client for HTTP leaves the words out when it was refused.
                Optional.of(refused.getMessage() == null ? "connection refused" : refused.getMessage().toLowerCase(Locale.ROOT));
            case NoSuchFileException file -> Optional.of("there is no file " + file.getFile());
            case SSLException tls -> Optional.of("TLS fails: " + tls.getMessage());
            default -> Optional.empty();
        };
    }

    /// Of Kafka's brokers, each by a connection of our own.
    ///
    /// @param servers `host:port`, separated by commas
    static String ofBrokers(String servers) {
        List<String> found = new ArrayList<>();
        for (String server : servers.split(",")) {
            String address = server.strip();
            String host = Utils.getHost(address);
            Integer port = Utils.getPort(address);
            found.add(address + ": " + (host == null || port == null ? "is no HOST:PORT" : knock(host, port)));
        }
        return String.join("; ", found);
    }

    private static String knock(String host, int port) {
        InetSocketAddress address = new InetSocketAddress(host, port);
        if (address.isUnresolved()) {
            return "unknown host";
        }
        try (Socket socket = new Socket()) {
            socket.connect(address, Math.toIntExact(KNOCK.toMillis()));
            return "takes connections, but does not answer as Kafka does to these settings, or sends on to a broker that cannot be reached from here"
                    + " (security.protocol, advertised.listeners)";
        } catch (IOException e) {
            return why(e);
        }
    }
}
