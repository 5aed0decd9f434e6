package slipway.backup.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeysTest {

    private static final byte[] MESSAGE = "a manifest".getBytes(StandardCharsets.UTF_8);

    @TempDir
    Path folder;

    /// An instance that starts: tells which public key it has, signs, and shows that it can be verified.
    public static final class Starting {
        public static void main(String[] args) throws IOException, GeneralSecurityException {
            Keys keys = Keys.in(Path.of(args[0]));
            System.out.print(new String(keys.publicKey(), StandardCharsets.US_ASCII).strip() + " "
                    + keys.signed(MESSAGE, keys.sign(MESSAGE)));
        }
    }

    @Test
    void instances_that_start_at_once_on_an_empty_folder_have_the_same_keys() throws Exception {
        List<Process> instances = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            instances.add(new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                            "-XX:TieredStopAtLevel=1",
                            "-XX:+UseSerialGC",
                            "-cp",
                            System.getProperty("java.class.path"),
                            Starting.class.getName(),
                            folder.toString())
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start());
        }
        List<String> said = new ArrayList<>();
        for (Process each : instances) {
            said.add(new String(each.getInputStream().readAllBytes(), StandardCharsets.US_ASCII));
            assertThat(each.waitFor()).isZero();
        }
        assertThat(said).allMatch(words -> words.endsWith(" true")).containsOnly(said.getFirst());
        // What is sealed is sealed to the recovery key that lies there.
        String recipients = Files.readString(folder.resolve("recipients"));
        for (String file : List.of("operations.key", "recovery.key")) {
            String comment = Files.readAllLines(folder.resolve(file)).getFirst();
            assertThat(comment).startsWith("# public key: ");
            assertThat(recipients).contains(comment.substring("# public key: ".length()));
        }
        assertThat(folder.resolve("recovery.key")).content().contains(said.getFirst().split(" ")[0]);
    }

    @Test
    void halves_of_two_keys_are_no_key() throws Exception {
        Keys.in(folder.resolve("one"));
        Keys.in(folder.resolve("other"));
        Files.copy(
                folder.resolve("other").resolve("signing.pub"),
                folder.resolve("one").resolve("signing.pub"),
                StandardCopyOption.REPLACE_EXISTING);
        assertThatThrownBy(() -> Keys.in(folder.resolve("one")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("do not belong together");
    }
}
