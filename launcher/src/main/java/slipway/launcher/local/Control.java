package slipway.launcher.local;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.ConnectException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// How another terminal reaches what runs on a data directory: a socket in it, which is as private as the directory, and no port of the network. One line is
/// asked, `restart NAME`; lines come back, the last of which says how it ended.
public final class Control implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Control.class);
    private static final String SOCKET = "control";
    private static final String RESTART = "restart ";

    /// The system takes some hundred bytes as the path of a socket; macOS a little less than Linux.
    private static final int LONGEST = 100;

    private static final Duration A_WHILE = Duration.ofMillis(500);

    /// How it ended.
    public sealed interface Answer {
        record Done() implements Answer {}

        /// @param why with the names that there are
        record Unknown(String why) implements Answer {}

        record Failed(String why) implements Answer {}
    }

    private final Path directory;
    private final Supervisor supervisor;
    private final ServerSocketChannel door;
    private final Set<Thread> serving = ConcurrentHashMap.newKeySet();

    private Control(Path directory, Supervisor supervisor, ServerSocketChannel door) {
        this.directory = directory;
        this.supervisor = supervisor;
        this.door = door;
    }

    public static Control open(Home home, Supervisor supervisor) {
        Path directory = home.directory();
        try {
            // Of one that was killed: whoever holds the directory is the only one.
            Files.deleteIfExists(directory.resolve(SOCKET));
            ServerSocketChannel door = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
            at(directory, door::bind);
            Control control = new Control(directory, supervisor, door);
            Thread.ofVirtual().name("control").start(control::serve);
            return control;
        } catch (IOException e) {
            throw new Trouble("cannot listen for commands in " + directory + ": " + e.getMessage(), e);
        }
    }

    /// Asks whoever runs on a data directory to restart something, and returns when it is healthy.
    ///
    /// @param told how it goes on
    /// @return empty when nobody is there
    public static Optional<Answer> restart(Path directory, String name, Consumer<String> told) {
        if (!Files.exists(directory.resolve(SOCKET))) {
            return Optional.empty();
        }
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            at(directory, channel::connect);
            writer(channel).println(RESTART + name);
            BufferedReader answers = reader(channel);
            for (String line = answers.readLine(); line != null; line = answers.readLine()) {
                String text = line.substring(line.indexOf(' ') + 1);
                switch (line.substring(0, line.length() - text.length()).strip()) {
                    case "told" -> told.accept(text);
                    case "done" -> {
                        return Optional.of(new Answer.Done());
                    }
                    case "unknown" -> {
                        return Optional.of(new Answer.Unknown(text));
                    }
                    default -> {
                        return Optional.of(new Answer.Failed(text));
                    }
                }
            }
            return Optional.of(new Answer.Failed("what runs on " + directory + " ended meanwhile"));
        } catch (ConnectException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new Trouble("what runs on " + directory + " cannot be asked: " + e.getMessage(), e);
        }
    }

    private void serve() {
        while (door.isOpen()) {
            try {
                SocketChannel channel = door.accept();
                Thread.ofVirtual().name("command").start(() -> answer(channel));
            } catch (IOException e) {
                // Closed; or too many files are open, and whoever asks is let in when there are fewer.
                LockSupport.parkNanos(A_WHILE.toNanos());
            }
        }
    }

    private void answer(SocketChannel channel) {
        serving.add(Thread.currentThread());
        try (channel) {
            PrintWriter answers = writer(channel);
            String asked = reader(channel).readLine();
            if (asked == null || !asked.startsWith(RESTART)) {
                answers.println("failed it understands no such command; is this ./slipway of another version?");
                return;
            }
            answers.println(restarted(asked.substring(RESTART.length()), line -> {
                answers.println("told " + line);
                // Whoever asked is gone: what is begun is finished, the next ones are left as they are.
                if (answers.checkError()) {
                    throw new Trouble("nobody waits for it any more");
                }
            }));
        } catch (IOException e) {
            LOG.debug("a command was broken off", e);
        } finally {
            serving.remove(Thread.currentThread());
        }
    }

    private String restarted(String name, Consumer<String> told) {
        try {
            return supervisor.restart(name, told)
                    ? "done "
                    : "unknown there is no '" + name + "' here, but " + String.join(", ", supervisor.names());
        } catch (RuntimeException e) {
            LOG.warn("{} was not restarted", name, e);
            return "failed " + String.valueOf(e.getMessage()).replace('\n', ' ');
        }
    }

    private static PrintWriter writer(SocketChannel channel) {
        return new PrintWriter(Channels.newWriter(channel, StandardCharsets.UTF_8), true);
    }

    private static BufferedReader reader(SocketChannel channel) {
        return new BufferedReader(Channels.newReader(channel, StandardCharsets.UTF_8));
    }

    private interface Way {
        void take(UnixDomainSocketAddress address) throws IOException;
    }

    /// By a link where the path is too long; nobody needs that link afterwards.
    private static void at(Path directory, Way way) throws IOException {
        Path socket = directory.resolve(SOCKET);
        if (socket.toString().getBytes(StandardCharsets.UTF_8).length <= LONGEST) {
            way.take(UnixDomainSocketAddress.of(socket));
            return;
        }
        Path shorter = Files.createTempDirectory("slipway");
        Path link = shorter.resolve("data");
        try {
            Files.createSymbolicLink(link, directory.toAbsolutePath());
            way.take(UnixDomainSocketAddress.of(link.resolve(SOCKET)));
        } finally {
            Files.deleteIfExists(link);
            Files.delete(shorter);
        }
    }

    @Override
    public void close() {
        try {
            door.close();
            Files.deleteIfExists(directory.resolve(SOCKET));
        } catch (IOException e) {
            LOG.warn("the door for commands is not closed cleanly", e);
        }
        serving.forEach(Thread::interrupt);
    }
}
