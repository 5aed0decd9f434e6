package slipway.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import slipway.audit.transparency.Checkpoint;
import slipway.audit.transparency.Note;
import slipway.audit.transparency.SigningKey;
import slipway.audit.transparency.TileLog;

/// What an auditor does with a copy of the log and no service.
class AuditCommandsTest {

    @TempDir
    Path directory;

    private SigningKey key;

    private TileLog log;

    @BeforeEach
    void a_copy() throws IOException {
        assertThat(run("key", "audit.example/slipway", "--to", directory.resolve("key").toString())).isZero();
        key = SigningKey.parse(Files.readString(directory.resolve("key")));
        log = new TileLog(directory.resolve("log"));
        log.append(0, List.of("one".getBytes(StandardCharsets.UTF_8), "two".getBytes(StandardCharsets.UTF_8)));
        log.publish(note(2));
    }

    @Test
    void a_key_is_for_its_owner_alone_and_never_written_over() throws IOException {
        Path file = directory.resolve("key");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file))).isEqualTo("rw-------");
        String before = Files.readString(file);
        assertThat(run("key", "audit.example/slipway", "--to", file.toString())).isEqualTo(2);
        assertThat(Files.readString(file)).isEqualTo(before);
        assertThat(run("key", "two words", "--to", directory.resolve("other").toString())).isEqualTo(2);
        assertThat(directory.resolve("other")).doesNotExist();
    }

    @Test
    void a_copy_that_nobody_touched_holds() throws IOException {
        Files.writeString(directory.resolve("kept"), note(1));
        assertThat(verify(key, "kept")).isZero();
    }

    @Test
    void a_copy_that_somebody_touched_does_not() throws IOException {
        Path entries = directory.resolve("log/tile/entries/000.p/2");
        byte[] bytes = Files.readAllBytes(entries);
        bytes[2] ^= 1;
        Files.write(entries, bytes);
        assertThat(verify(key)).isEqualTo(1);
    }

    @Test
    void nor_does_one_that_was_set_back_or_that_another_key_signed() throws IOException {
        Files.writeString(directory.resolve("kept"), note(2));
        log.publish(note(1));
        assertThat(verify(key)).isZero();
        assertThat(verify(key, "kept")).isEqualTo(1);
        assertThat(verify(SigningKey.parse(SigningKey.generate("audit.example/slipway")))).isEqualTo(1);
    }

    @Test
    void what_was_left_out_is_told() {
        assertThat(run("verify", "--log", directory.toString())).isEqualTo(2);
        assertThat(run("verify", "--log", directory.toString(), "--key", "none")).isEqualTo(2);
    }

    private int verify(SigningKey by, String... kept) {
        return kept.length == 0
                ? run("verify", "--log", directory.resolve("log").toString(), "--key", by.verifying().toString())
                : run(
                        "verify",
                        "--log",
                        directory.resolve("log").toString(),
                        "--key",
                        by.verifying().toString(),
                        "--kept",
                        directory.resolve(kept[0]).toString());
    }

    private String note(long size) {
        return Note.sign(new Checkpoint("audit.example/slipway", size, log.tree(size).root()).text(), key);
    }

    private static int run(String... arguments) {
        return new CommandLine(new AuditCommands()).setCaseInsensitiveEnumValuesAllowed(true).execute(arguments);
    }
}
