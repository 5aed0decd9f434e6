package slipway.release.deployer;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// HAProxy's [Runtime API](https://docs.haproxy.org/2.6/management.html#9.3): one line, one answer, and the line is closed.
record HaproxySocket(SocketAddress address, Duration patience) {

    private static final int LONGEST_ANSWER = 8 << 20;
    private static final int LONGEST_WORDS = 400;
    private static final Pattern TCP = Pattern.compile("(localhost|127\\.0\\.0\\.1|\\[::1]):([0-9]{1,5})");

    /// @param text a path, or a port of this machine: `127.0.0.1:9999`
    /// @return null: neither of the two. Whoever reaches the socket may do anything with the proxy, so another machine's is none
    static @Nullable SocketAddress address(String text, Path folder) {
        Matcher tcp = TCP.matcher(text);
        if (tcp.matches()) {
            int port = Integer.parseInt(tcp.group(2));
            return port < 1 || port > 65_535 ? null : new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        }
        return text.isBlank() || text.matches("[^/]*:[0-9]+")
                ? null
                : UnixDomainSocketAddress.of(folder.resolve(text).normalize());
    }

    /// @throws IOException when there is no answer in time
    String ask(String line) throws IOException {
        long end = System.nanoTime() + patience.toNanos();
        try (SocketChannel channel = SocketChannel.open(address);
                Selector selector = Selector.open()) {
            channel.configureBlocking(false);
            SelectionKey key = channel.register(selector, SelectionKey.OP_WRITE);
            ByteBuffer question = ByteBuffer.wrap((line + "\n").getBytes(StandardCharsets.UTF_8));
            ByteBuffer some = ByteBuffer.allocate(64 * 1024);
            ByteArrayOutputStream answer = new ByteArrayOutputStream();
            while (answer.size() < LONGEST_ANSWER) {
                long left = end - System.nanoTime();
                if (left <= 0 || Thread.currentThread().isInterrupted()) {
                    break;
                }
                selector.select(Math.max(1, TimeUnit.NANOSECONDS.toMillis(left)));
                selector.selectedKeys().clear();
                if (question.hasRemaining()) {
                    channel.write(question);
                    key.interestOps(question.hasRemaining() ? SelectionKey.OP_WRITE : SelectionKey.OP_READ);
                    continue;
                }
                int read = channel.read(some.clear());
                if (read < 0) {
                    return answer.toString(StandardCharsets.UTF_8);
                }
                answer.write(some.array(), 0, read);
            }
        } catch (IOException e) {
            throw new IOException("HAProxy does not answer at " + address + ": " + e.getMessage(), e);
        }
        throw new IOException("HAProxy has no answer to '" + line + "' at " + address + " within " + patience.toMillis() + " ms");
    }

    /// All of them in one line, which HAProxy does at once: nobody's request falls between two of them.
    ///
    /// @throws IOException when it does not do one of them, with its words
    void tell(List<String> commands) throws IOException {
        if (commands.isEmpty()) {
            return;
        }
        String line = String.join("; ", commands);
        String answer = ask(line);
        // Each that was done is answered by an empty line; one that died says nothing at all.
        if (!answer.isBlank() || answer.chars().filter(each -> each == '\n').count() < commands.size()) {
            throw new IOException("HAProxy says to '" + line + "': '" + words(answer) + "'");
        }
    }

    static String words(String answer) {
        String line = answer.replaceAll("\\s+", " ").strip();
        return line.length() > LONGEST_WORDS ? line.substring(0, LONGEST_WORDS) + "…" : line;
    }
}
