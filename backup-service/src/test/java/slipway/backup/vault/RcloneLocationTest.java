package slipway.backup.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import slipway.backup.vault.Copies.Examined;
import slipway.program.Installed;
import slipway.program.Programs;

/// The real `rclone`, and one that does not do what it says.
class RcloneLocationTest {

    private static final String SET = "BKP-1";

    @TempDir
    private Path home;

    private Path folder() {
        return home.resolve("remote");
    }

    private Vault vault(Path program, String config, String remote) throws Exception {
        Path file = Files.writeString(home.resolve("rclone.conf"), config);
        return new Vault(
                List.of(
                        new DirectoryLocation(home.resolve("first")),
                        new RcloneLocation(new Rclone(program, file), remote)),
                Keys.in(home.resolve("keys")));
    }

    private Copies complete(Vault vault) throws Exception {
        return vault.complete(SealedSets.sealed(vault, SET, Map.of("data", SealedSets.bytes(300_000))));
    }

    @Test
    void a_remote_that_encrypts_names_and_contents_by_a_password_of_its_own_is_read_back_through_it() throws Exception {
        Path rclone = Path.of(Installed.program("rclone"));
        String obscured = Programs.run(
                        List.of(rclone.toString(), "obscure", "planted"), home, Map.of(), Duration.ofSeconds(30))
                .out()
                .strip();
        Vault vault = vault(
                rclone,
                "[disk]\ntype = local\n[sealed]\ntype = crypt\nremote = disk:" + folder() + "\npassword = " + obscured + "\n",
                "sealed:backups");
        assertThat(complete(vault).missing()).isEmpty();
        String digest = vault.sealed(SET).orElseThrow().digest();
        assertThat(vault.examine(SET, digest))
                .hasSize(2)
                .allSatisfy(copy -> assertThat(copy).isInstanceOf(Examined.Sound.class));
        try (var files = Files.walk(folder())) {
            List<Path> all = files.filter(Files::isRegularFile).toList();
            assertThat(all).hasSize(3).noneMatch(each -> each.toString().contains("data"));
            Path largest = all.stream()
                    .max((a, b) -> Long.compare(a.toFile().length(), b.toFile().length()))
                    .orElseThrow();
            byte[] rotten = Files.readAllBytes(largest);
            rotten[rotten.length / 2] ^= 1;
            Files.write(largest, rotten);
        }
        // Here it is rclone that finds it, and says that it cannot read.
        assertThat(vault.examine(SET, digest).get(1))
                .isInstanceOfSatisfying(
                        Examined.Unreachable.class, copy -> assertThat(copy.reason()).contains("rclone cat"));
    }

    @Test
    void a_configuration_that_asks_for_a_password_fails_and_nobody_waits_for_one() throws Exception {
        Path rclone = Path.of(Installed.program("rclone"));
        Vault vault = vault(rclone, "# Encrypted rclone configuration File\n\nRCLONE_ENCRYPT_V0:\nAAAA\n", "sealed:backups");
        assertThat(complete(vault).missing()).singleElement().asString().contains("rclone lsjson");
    }

    /// @param lines of a shell script that is run instead
    private Path instead(String... lines) throws Exception {
        Path program = home.resolve("rclone");
        Files.writeString(program, "#!/bin/sh\n" + String.join("\n", lines) + "\n");
        return Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
    }

    private RcloneLocation location(Path program) throws Exception {
        return new RcloneLocation(
                new Rclone(program, Files.writeString(home.resolve("rclone.conf"), "")), "there:folder");
    }

    @Test
    void what_ends_with_a_failure_was_not_read_however_much_came_before() throws Exception {
        RcloneLocation location = location(instead("printf beginning", "echo 'the line is cut' >&2", "exit 5"));
        assertThatThrownBy(() -> {
                    try (var in = location.read(SET, "data.age")) {
                        in.readAllBytes();
                    }
                })
                .isInstanceOf(IOException.class)
                .hasMessageContaining("rclone cat there:folder/BKP-1/data.age failed: exit 5: the line is cut");
    }

    @Test
    void what_says_it_wrote_and_did_not_is_no_copy() throws Exception {
        // It says of everything that it went well, and keeps nothing.
        Vault vault = vault(instead("case \"$*\" in *lsjson*) echo '[]';; esac", "exit 0"), "", "there:folder");
        assertThat(complete(vault).missing())
                .singleElement()
                .asString()
                .contains("gives back something else than was written: manifest.json");
    }

    @Test
    void whoever_reads_a_part_lets_the_program_end() throws Exception {
        Path ended = home.resolve("ended");
        RcloneLocation location =
                location(instead("trap 'echo > " + ended + "; exit 1' TERM PIPE", "while :; do echo more; done"));
        try (var in = location.read(SET, "data.age")) {
            assertThat(in.readNBytes(4)).isEqualTo("more".getBytes());
        }
        org.awaitility.Awaitility.await().atMost(java.time.Duration.ofSeconds(60)).until(() -> Files.exists(ended));
    }

    @Test
    void its_secrets_are_in_no_argument_and_it_gets_no_environment_of_ours() throws Exception {
        Path said = home.resolve("said");
        RcloneLocation location = location(instead("echo \"$*\" > " + said, "env >> " + said, "echo '[]'"));
        location.state("BKP-1");
        assertThat(Files.readAllLines(said))
                .first()
                .asString()
                .contains("--config=" + home.resolve("rclone.conf"), "--ask-password=false", "lsjson", "there:folder");
        // The mark by which what it leaves is found is no secret.
        assertThat(Files.readAllLines(said).stream().skip(1))
                .allMatch(line -> line.matches("(PATH|HOME|PWD|SHLVL|_|OLDPWD|SLIPWAY_PROGRAM)=.*"));
    }
}
