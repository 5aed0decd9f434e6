package slipway.backup.vault;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import slipway.backup.vault.Copies.Examined;
import slipway.program.Installed;
import software.amazon.awssdk.services.s3.model.BucketVersioningStatus;
import software.amazon.awssdk.services.s3.model.ChecksumMode;

/// Another server than the one of the other tests: Adobe's S3Mock keeps versions and checksums, and accepts an Object Lock that it does not
/// enforce.
class S3MockTest {

    private static final String SET = "BKP-1";
    /// Laid there by the build.
    private static final Path JAR = Path.of("target/s3mock/s3mock.jar").toAbsolutePath();

    @TempDir
    private static Path folder;

    private static Installed running;
    private static S3Server server;

    @TempDir
    private Path home;

    private DirectoryRig first;
    private S3Rig second;
    private Vault vault;

    @BeforeAll
    static void start() throws Exception {
        assertThat(JAR).isRegularFile();
        int port = Installed.freePort();
        running = Installed.start(folder, List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xmx128m",
                "-Djava.io.tmpdir=" + folder,
                "-Dloader.main=com.adobe.testing.s3mock.S3MockApplication",
                "-Dloader.path=" + Path.of(LoopbackOnly.class.getProtectionDomain().getCodeSource().getLocation().toURI()),
                "-cp",
                JAR.toString(),
                "org.springframework.boot.loader.launch.PropertiesLauncher",
                "--spring.main.sources=" + LoopbackOnly.class.getName(),
                "--server.address=127.0.0.1",
                "--server.port=0",
                "--http.port=" + port));
        URI uri = URI.create("http://127.0.0.1:" + port);
        try (HttpClient http = HttpClient.newHttpClient()) {
            HttpRequest ready = HttpRequest.newBuilder(uri).build();
            Awaitility.await().atMost(Duration.ofMinutes(2)).ignoreExceptionsInstanceOf(IOException.class).until(() ->
                    running.runs() && http.send(ready, BodyHandlers.discarding()).statusCode() == 200);
        }
        server = new S3Server(uri);
    }

    @AfterAll
    static void stop() {
        if (running != null) {
            running.close();
        }
    }

    private void open(S3Settings settings) throws Exception {
        first = new DirectoryRig(home.resolve("first"));
        second = new S3Rig(server, settings.retain() != null, settings);
        second.direct().putBucketVersioning(put ->
                put.bucket(second.bucket()).versioningConfiguration(is -> is.status(BucketVersioningStatus.ENABLED)));
        vault = new Vault(List.of(first.location(), second.location()), Keys.in(home.resolve("keys")));
    }

    @AfterEach
    void close() {
        second.close();
    }

    @Test
    void what_is_put_comes_back_with_its_checksum_and_a_version_whether_it_goes_at_once_or_part_by_part() throws Exception {
        open(S3Settings.NONE);
        Manifest manifest = SealedSets.sealed(vault, SET, Map.of("large", SealedSets.bytes(12 << 20), "small", SealedSets.bytes(1_000)));
        Copies copies = vault.complete(manifest);
        assertThat(copies.missing()).isEmpty();
        assertThat(vault.examine(SET, manifest.digest())).allMatch(Examined.Sound.class::isInstance);
        var said = second.direct().headObject(head ->
                head.bucket(second.bucket()).key(S3Rig.key(SET + "/small.age")).checksumMode(ChecksumMode.ENABLED));
        assertThat(HexFormat.of().formatHex(Base64.getDecoder().decode(said.checksumSHA256())))
                .isEqualTo(manifest.items().getLast().sha256());
        assertThat(copies.made().getLast().version())
                .isEqualTo(second.direct()
                        .headObject(head -> head.bucket(second.bucket()).key(S3Rig.key(SET + "/manifest.json")))
                        .versionId());

        second.change(SET + "/large.age", bytes -> new byte[3]);
        assertThat(vault.glance(SET, manifest.digest()).getLast()).isInstanceOf(Examined.Faulty.class);
        assertThat(vault.repair(SET, manifest.digest(), vault.examine(SET, manifest.digest())).missing()).isEmpty();
        assertThat(vault.examine(SET, manifest.digest())).allMatch(Examined.Sound.class::isInstance);
        assertThat(second.putAside(SET, "large.age")).hasSize(3);
        assertThat(vault.remove(SET)).isEmpty();
        assertThat(second.files()).isEmpty();
    }

    @Test
    void an_object_lock_that_is_accepted_and_not_enforced_is_told_and_its_copy_does_not_count() throws Exception {
        open(new S3Settings(null, null, true, Duration.ofDays(30), S3Settings.Mode.COMPLIANCE));
        Manifest manifest = SealedSets.sealed(vault, SET, Map.of("small", SealedSets.bytes(1_000)));
        assertThat(vault.complete(manifest).missing())
                .singleElement()
                .asString()
                .contains(second.location().uri(SET), "Object Lock is accepted and ignored");
        assertThat(vault.examine(SET, manifest.digest()).getLast()).isInstanceOf(Examined.Unguarded.class);
    }
}
