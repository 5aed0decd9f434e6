package slipway.launcher.local;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.concurrent.atomic.AtomicInteger;
import org.subethamail.smtp.MessageContext;
import org.subethamail.smtp.MessageHandler;
import org.subethamail.smtp.server.SMTPServer;

/// Takes every mail and keeps it as an `.eml` file: nothing leaves this machine.
public final class Mailbox implements AutoCloseable {

    private static final DateTimeFormatter NAME =
            DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss-SSS").withZone(ZoneOffset.UTC);

    private final Path directory;
    private final AtomicInteger counter = new AtomicInteger();
    private final SMTPServer server;

    public Mailbox(Path directory, int port) {
        this.directory = directory;
        this.server = SMTPServer.port(port)
                .bindAddress(InetAddress.getLoopbackAddress())
                .messageHandlerFactory(this::handler)
                .build();
    }

    public void start() {
        server.start();
    }

    private MessageHandler handler(MessageContext context) {
        return new MessageHandler() {
            @Override
            public void from(String sender) {}

            @Override
            public void recipient(String recipient) {}

            @Override
            public String data(InputStream content) throws IOException {
                String name = NAME.format(Instant.now()) + "-" + counter.incrementAndGet() + ".eml";
                Path half = directory.resolve("." + name);
                Files.copy(content, half);
                Files.move(half, directory.resolve(name), StandardCopyOption.ATOMIC_MOVE);
                return "kept as " + name;
            }

            @Override
            public void done() {}
        };
    }

    @Override
    public void close() {
        server.stop();
    }
}
