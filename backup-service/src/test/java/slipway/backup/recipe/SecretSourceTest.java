package slipway.backup.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Where secrets come from, and what is told when they do not.
class SecretSourceTest {

    @TempDir
    private Path folder;

    @Test
    void a_secret_is_what_a_file_says_but_for_its_last_line_break() throws Exception {
        Path file = Files.writeString(folder.resolve("secret"), " planted \n");
        assertThat(new SecretSource("file:" + file).value()).isEqualTo(" planted ");
        Files.writeString(file, "\n");
        assertThatThrownBy(() -> new SecretSource("file:" + file).value()).hasMessageContaining("there is nothing in file:");
    }

    @Test
    void it_is_read_anew_for_every_use() throws Exception {
        Path file = Files.writeString(folder.resolve("secret"), "one");
        SecretSource source = new SecretSource("file:" + file);
        assertThat(source.value()).isEqualTo("one");
        Files.writeString(file, "two");
        assertThat(source.value()).isEqualTo("two");
    }

    @Test
    void a_command_says_it_word_by_word_and_no_shell_reads_them() throws Exception {
        assertThat(new SecretSource("command:[\"printf\", \"%s\", \"$HOME; id\"]").value()).isEqualTo("$HOME; id");
        assertThatThrownBy(() -> new SecretSource("command:printf x").value()).hasMessageContaining("no list of words");
    }

    @Test
    void a_command_that_fails_is_told_without_what_it_said() {
        assertThatThrownBy(() -> new SecretSource("command:[\"sh\", \"-c\", \"echo planted; exit 3\"]").value())
                .hasMessage("sh gives no secret: exit code 3");
        assertThatThrownBy(() -> new SecretSource("command:[\"true\"]").value())
                .hasMessage("there is nothing in what the command of a secret says");
    }

    @Test
    void an_environment_without_it_is_told_by_its_name() {
        assertThatThrownBy(() -> new SecretSource("env:SLIPWAY_NO_SUCH_SECRET").value())
                .hasMessage("there is nothing in env:SLIPWAY_NO_SUCH_SECRET");
    }
}
