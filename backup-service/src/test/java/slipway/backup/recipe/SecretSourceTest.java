package slipway.backup.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Where secrets come from, and what is told when they do not.
class SecretSourceTest {

    @TempDir
    private Path folder;

    private static SecretSource source(String reference) {
        return new SecretSource(reference, ProgramFolders.USUAL);
    }

    @Test
    void a_secret_is_what_a_file_says_but_for_its_last_line_break() throws Exception {
        Path file = Files.writeString(folder.resolve("secret"), " planted \n");
        assertThat(source("file:" + file).value()).isEqualTo(" planted ");
        Files.writeString(file, "\n");
        assertThatThrownBy(() -> source("file:" + file).value()).hasMessageContaining("there is nothing in file:");
    }

    @Test
    void it_is_read_anew_for_every_use() throws Exception {
        Path file = Files.writeString(folder.resolve("secret"), "one");
        SecretSource source = source("file:" + file);
        assertThat(source.value()).isEqualTo("one");
        Files.writeString(file, "two");
        assertThat(source.value()).isEqualTo("two");
    }

    @Test
    void a_command_says_it_word_by_word_and_no_shell_reads_them() throws Exception {
        assertThat(source("command:[\"printf\", \"%s\", \"$HOME; id\"]").value()).isEqualTo("$HOME; id");
        assertThatThrownBy(() -> source("command:printf x").value()).hasMessageContaining("no list of words");
    }

    @Test
    void a_command_that_fails_is_told_without_what_it_said() {
        assertThatThrownBy(() -> source("command:[\"sh\", \"-c\", \"echo planted; exit 3\"]").value())
                .hasMessage("sh gives no secret: exit code 3");
        assertThatThrownBy(() -> source("command:[\"true\"]").value())
                .hasMessage("there is nothing in what the command of a secret says");
    }

    @Test
    void a_command_is_found_in_the_folders_of_programs_and_only_there() throws Exception {
        Path tool = Files.writeString(folder.resolve("vault"), "#!/bin/sh\necho \"$1 in $PATH\"\n");
        assertThat(tool.toFile().setExecutable(true)).isTrue();
        ProgramFolders own = new ProgramFolders(List.of(folder));
        assertThat(new SecretSource("command:[\"vault\", \"get\"]", own).value()).isEqualTo("get in " + folder);
        assertThatThrownBy(() -> source("command:[\"vault-that-is-not-there\"]").value())
                .hasMessageContaining("vault-that-is-not-there is not installed in any of ");
        assertThatThrownBy(() -> source("command:[]").value()).hasMessageContaining("has no words");
    }

    @Test
    void a_command_gets_what_its_client_needs_to_find_its_server_and_nothing_else_of_this_service() throws Exception {
        assertThat(SecretSource.handedOn(Map.of(
                        "VAULT_ADDR", "https://vault", "AWS_PROFILE", "backups", "NO_PROXY", "*", "SLIPWAY_TOKEN", "t", "SPRING_DATASOURCE_PASSWORD", "p", "MY_VAULT_ADDR", "x")))
                .containsOnlyKeys("VAULT_ADDR", "AWS_PROFILE", "NO_PROXY");
        assertThat(source("command:[\"env\"]").value().lines().map(line -> line.split("=")[0]).filter(name -> !name.matches("PATH|HOME|PWD|OLDPWD|SHLVL|_|SLIPWAY_PROGRAM")))
                .containsExactlyInAnyOrderElementsOf(SecretSource.handedOn(System.getenv()).keySet());
    }

    @Test
    void an_environment_without_it_is_told_by_its_name() {
        assertThatThrownBy(() -> source("env:SLIPWAY_NO_SUCH_SECRET").value())
                .hasMessage("there is nothing in env:SLIPWAY_NO_SUCH_SECRET");
    }
}
