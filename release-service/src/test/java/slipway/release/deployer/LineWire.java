package slipway.release.deployer;

import java.io.IOException;
import java.io.InputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/// The line between a deployer and HAProxy. It can go dead at any moment, and with it dies whoever was talking: before a command gets
/// through, or after it did and before its answer comes back.
final class LineWire implements AutoCloseable {

    private final ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    private final UnixDomainSocketAddress behind;

    /// What got through and was no mere look.
    final List<String> changes = new CopyOnWriteArrayList<>();

    private int left = Integer.MAX_VALUE;
    private @Nullable Thread victim;

    LineWire(Path here, Path behind) throws IOException {
        this.behind = UnixDomainSocketAddress.of(behind);
        server.bind(UnixDomainSocketAddress.of(here));
        Thread.ofPlatform().daemon().start(() -> {
            while (server.isOpen()) {
                try {
                    SocketChannel caller = server.accept();
                    Thread.ofPlatform().daemon().start(() -> pass(caller));
                } catch (IOException e) {
                    // It was closed.
                }
            }
        });
    }

    /// @return whether it came to that; the line works again afterwards
    boolean diesAt(int act, Wire.Work work) throws InterruptedException {
        Thread worker = Thread.ofPlatform().unstarted(() -> {
            try {
                work.run();
            } catch (Exception e) {
                // That is how one dies.
            }
        });
        synchronized (this) {
            left = act;
            victim = worker;
        }
        worker.start();
        worker.join();
        synchronized (this) {
            boolean died = left < 0;
            left = Integer.MAX_VALUE;
            victim = null;
            return died;
        }
    }

    private synchronized boolean alive() {
        if (left != Integer.MAX_VALUE) {
            left--;
        }
        if (left < 0 && victim != null) {
            victim.interrupt();
        }
        return left >= 0;
    }

    private void pass(SocketChannel caller) {
        try (caller;
                SocketChannel real = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            StringBuilder line = new StringBuilder();
            InputStream in = Channels.newInputStream(caller);
            for (int c = in.read(); c >= 0 && c != '\n'; c = in.read()) {
                line.append((char) c);
            }
            if (!alive()) {
                return;
            }
            real.connect(behind);
            real.write(ByteBuffer.wrap((line + "\n").getBytes(StandardCharsets.UTF_8)));
            byte[] answer = Channels.newInputStream(real).readAllBytes();
            if (!line.toString().startsWith("show ")) {
                changes.add(line.toString());
            }
            if (alive()) {
                caller.write(ByteBuffer.wrap(answer));
            }
        } catch (IOException e) {
            // One of the two is away, and the caller notices.
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
