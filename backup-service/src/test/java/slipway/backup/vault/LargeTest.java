package slipway.backup.vault;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import slipway.backup.vault.Copies.Examined;
import slipway.program.Installed;
import slipway.program.Programs;

/// A set that is larger than the memory of the process that seals, copies and reads it.
class LargeTest {

    private static final int MEMORY = 48 << 20;
    private static final int BYTES = 72 << 20;

    @TempDir
    private Path home;

    @Test
    void a_set_does_not_have_to_fit_into_memory_wherever_it_is_copied_to_or_from() throws Exception {
        S3Server s3 = S3Server.shared();
        Files.writeString(home.resolve("rclone.conf"), "[there]\ntype = local\n");
        List<String> argv = new ArrayList<>(Attempt.java());
        argv.set(argv.indexOf(Attempt.class.getName()), Inside.class.getName());
        argv.add(1, "-Xmx" + MEMORY);
        // There is so much to decrypt that the full compiler pays.
        argv.remove("-XX:TieredStopAtLevel=1");
        argv.addAll(List.of(home.toString(), Installed.program("rclone"), s3.uri().toString(), s3.bucket(true)));
        Programs.Ended ended = Programs.run(argv, home, Map.of(), Duration.ofMinutes(3));
        assertThat(ended.exit()).as(ended.words() + ended.out()).isZero();
        assertThat(ended.out()).contains("all are sound");
    }

    /// `HOME RCLONE S3 BUCKET`
    static final class Inside {

        private Inside() {}

        static void main(String[] words) throws Exception {
            Path home = Path.of(words[0]);
            S3Settings settings =
                    new S3Settings(URI.create(words[2]), null, true, null, S3Settings.Mode.GOVERNANCE);
            DirectoryLocation first = new DirectoryLocation(home.resolve("first"));
            Vault vault = new Vault(
                    List.of(
                            first,
                            new S3Location(settings, S3Server.CREDENTIALS, words[3], "large"),
                            new RcloneLocation(
                                    new Rclone(Path.of(words[1]), home.resolve("rclone.conf")),
                                    "there:" + home.resolve("remote"))),
                    Keys.in(home.resolve("keys")));
            byte[] some = SealedSets.bytes(1 << 20);
            Vault.Item<String> item = vault.seal("BKP-1", "data", out -> {
                for (int written = 0; written < BYTES; written += some.length) {
                    out.write(some);
                }
                return "said";
            });
            Manifest manifest = SealedSets.manifest("BKP-1", List.of(SealedSets.entry("data", item)));
            vault.complete(manifest);
            first.remove("BKP-1");
            // From S3, the first of the others.
            Copies copies = vault.replicate("BKP-1", manifest.digest());
            List<Examined> all = vault.examine("BKP-1", manifest.digest());
            System.out.println(
                    copies.complete() && all.stream().allMatch(Examined.Sound.class::isInstance) ? "all are sound" : all);
        }
    }
}
