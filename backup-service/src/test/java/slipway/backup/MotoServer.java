package slipway.backup;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import slipway.backup.vault.Disk;
import slipway.program.Installed;

/// moto, which answers as AWS does, for every test of this JVM: started once, and ended with it. `.ci/moto` lays it there.
public final class MotoServer {

    private static final String VERSION = "moto-5.1.1-4";
    private static @Nullable URI one;

    private MotoServer() {}

    /// Where it is, without a slash at the end.
    public static synchronized URI shared() throws IOException {
        if (one == null) {
            one = start();
        }
        return one;
    }

    private static URI start() throws IOException {
        String cache = Optional.ofNullable(System.getenv("XDG_CACHE_HOME"))
                .orElse(System.getProperty("user.home") + "/.cache");
        String server = Installed.program(Path.of(cache, "slipway", VERSION, "moto_server"));
        Path folder = Files.createTempDirectory("moto");
        int port = Installed.freePort();
        Installed running = Installed.start(folder, List.of(server, "-H", "127.0.0.1", "-p", String.valueOf(port)));
        Runtime.getRuntime().addShutdownHook(new Thread(() -> end(running, folder)));
        URI uri = URI.create("http://127.0.0.1:" + port);
        try (HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
            HttpRequest ready = HttpRequest.newBuilder(uri.resolve("/moto-api/")).build();
            Awaitility.await().ignoreExceptionsInstanceOf(IOException.class).until(() ->
                    running.runs() && http.send(ready, BodyHandlers.discarding()).statusCode() == 200);
        }
        return uri;
    }

    private static void end(Installed running, Path folder) {
        running.close();
        try {
            Disk.delete(folder);
        } catch (IOException e) {
            // The JVM ends; what is left is a folder of logs.
        }
    }
}
