package slipway.backup.vault;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import slipway.program.Installed;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.services.s3.S3Client;

/// S3 as moto has it, with versions and Object Lock that is enforced. It is started once, and ends with this JVM. `.ci/moto` lays it
/// there.
final class S3Server {

    static final AwsCredentialsProvider CREDENTIALS =
            StaticCredentialsProvider.create(AwsBasicCredentials.create("planted", "planted-secret"));

    private static final String VERSION = "moto-5.1.1-4";
    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private static @Nullable S3Server one;

    private final URI uri;

    private S3Server(URI uri) {
        this.uri = uri;
    }

    static synchronized S3Server shared() throws IOException {
        if (one == null) {
            one = start();
        }
        return one;
    }

    private static S3Server start() throws IOException {
        String cache = Optional.ofNullable(System.getenv("XDG_CACHE_HOME"))
                .orElse(System.getProperty("user.home") + "/.cache");
        String server = Installed.program(Path.of(cache, "slipway", VERSION, "moto_server"));
        Path folder = Files.createTempDirectory("moto");
        int port = Installed.freePort();
        Installed running = Installed.start(folder, List.of(server, "-H", "127.0.0.1", "-p", String.valueOf(port)));
        Runtime.getRuntime().addShutdownHook(new Thread(() -> end(running, folder)));
        URI uri = URI.create("http://127.0.0.1:" + port);
        Awaitility.await().ignoreExceptionsInstanceOf(IOException.class).until(() -> running.runs()
                && HTTP.send(
                                        HttpRequest.newBuilder(uri.resolve("/moto-api/"))
                                                .build(),
                                        BodyHandlers.discarding())
                                .statusCode()
                        == 200);
        return new S3Server(uri);
    }

    private static void end(Installed running, Path folder) {
        running.close();
        try {
            Disk.delete(folder);
        } catch (IOException e) {
            // The JVM ends; what is left is a folder of logs.
        }
    }

    URI uri() {
        return uri;
    }

    /// Asked as it is, whatever lies between it and others.
    S3Client client() {
        return S3Bucket.client(new S3Settings(uri, null, true, null, S3Settings.Mode.GOVERNANCE), CREDENTIALS);
    }

    /// A new one.
    ///
    /// @param locks it has Object Lock, and so versions
    String bucket(boolean locks) {
        String name = "slipway-" + UUID.randomUUID();
        try (S3Client client = client()) {
            client.createBucket(create -> create.bucket(name).objectLockEnabledForBucket(locks));
        }
        return name;
    }
}
