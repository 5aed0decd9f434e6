package slipway.backup.recipe;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What is said of an archive that does not lead to where a restore should end.
class PostgresLogTest {

    private static final String TOO_EARLY = "FATAL:  recovery ended before configured recovery target was reached";
    private static final String LOST = "000000020000000000000005";

    @TempDir
    private Path archive;

    private String lacking(String why) {
        return PostgresLog.lacking(
                why, List.of("cp: cannot stat '" + archive + "/" + LOST + "': No such file or directory", why), archive);
    }

    @Test
    void a_timeline_that_was_given_up_and_goes_on_longer_makes_no_gap() throws Exception {
        Files.createFile(archive.resolve("000000010000000000000009"));
        Files.createFile(archive.resolve("000000030000000000000009"));
        assertThat(lacking(TOO_EARLY)).isEqualTo("; the log " + LOST + " could not be had from " + archive + ", which has no later one");
        Files.createFile(archive.resolve("000000020000000000000006"));
        assertThat(lacking(TOO_EARLY)).endsWith(", which has later ones: it has a gap");
    }

    @Test
    void a_server_that_ends_for_another_reason_lacks_none() {
        assertThat(lacking("FATAL:  could not create shared memory segment: No space left on device")).isEmpty();
    }

    @Test
    void an_archive_that_cannot_be_read_leaves_the_servers_own_reason() throws Exception {
        Files.delete(archive);
        assertThat(lacking(TOO_EARLY)).endsWith(", which cannot be read: " + archive + " is not there");
        Files.createDirectory(archive);
    }
}
