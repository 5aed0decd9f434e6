package slipway.release;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import slipway.release.deployer.AtWork;
import slipway.release.domain.CommandRun;
import slipway.release.domain.PlannedCommand;

/// What is kept of programs that build and test.
@Timeout(30)
class EvidenceTest {

    @TempDir
    Path folder;

    private Path workshop;
    private Evidence evidence;

    @BeforeEach
    void workshop() throws IOException {
        workshop = Files.createDirectory(folder.resolve("workshop"));
        evidence = new Evidence(folder.resolve("store"));
    }

    private CommandRun run(long seconds, @Nullable String report, String script) throws Exception {
        try (Workbench workbench = Workbench.at(workshop, 9)) {
            return evidence.run(
                    "REL-1", new PlannedCommand("unit", List.of("sh", "-c", script), seconds, report), workbench, Map.of());
        }
    }

    private String kept(String digest) throws IOException {
        return Files.readString(evidence.find("REL-1", digest).orElseThrow());
    }

    private static String digestIn(Throwable fault) {
        String message = String.valueOf(fault.getMessage());
        return message.substring(message.indexOf("sha256:"));
    }

    @Test
    void what_a_program_said_is_kept_also_when_it_does_not_end_in_time() {
        assertThatThrownBy(() -> run(1, null, "echo so far so good; sleep 20"))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("unit: sh does not end within 1000 ms; what it said is kept as sha256:")
                .satisfies(fault -> assertThat(kept(digestIn(fault))).isEqualTo("so far so good\n"));
    }

    @Test
    void what_a_program_said_is_kept_when_the_service_ends_it() throws Exception {
        Path said = folder.resolve("store/evidence/REL-1");
        Thread running = Thread.ofPlatform().start(() -> {
            try {
                run(20, null, "echo begun; touch begun; sleep 20");
            } catch (Exception e) {
                // It is interrupted below.
            }
        });
        while (!Files.exists(workshop.resolve("begun"))) {
            Thread.sleep(10);
        }
        running.interrupt();
        running.join();
        try (var files = Files.list(said)) {
            assertThat(files).singleElement().satisfies(file -> {
                assertThat(file.getFileName().toString()).matches("[0-9a-f]{64}");
                assertThat(file).hasContent("begun");
            });
        }
    }

    @Test
    void a_report_of_an_earlier_run_is_no_evidence_of_this_one() throws Exception {
        CommandRun first = run(10, "report.xml", "echo well > report.xml");
        assertThat(kept(first.reportDigest())).isEqualTo("well\n");
        assertThat(run(10, "report.xml", "exit 1").reportDigest()).isNull();
    }

    @Test
    void a_report_is_a_file_of_the_workshop_and_nothing_else() throws Exception {
        Path secret = Files.writeString(folder.resolve("secret"), "of somebody else");
        assertThatThrownBy(() -> run(10, "report", "ln -s ../secret report")).hasMessageContaining("is no regular file");
        assertThatThrownBy(() -> run(10, "fifo", "mkfifo fifo")).hasMessageContaining("is no regular file");
        assertThatThrownBy(() -> run(10, "out/secret", "ln -s .. out")).hasMessageContaining("leads out of the workshop");
        assertThatThrownBy(() -> run(10, "out/secret", "true"))
                .as("it is not deleted before a run, either")
                .hasMessageContaining("leads out of the workshop");
        assertThat(secret).hasContent("of somebody else");
    }

    @Test
    void a_report_has_a_largest_size() throws Exception {
        assertThatThrownBy(() -> run(10, "large", "head -c 16777217 /dev/zero > large"))
                .hasMessageContaining("its report large is larger than 16 MiB; what it said is kept as sha256:");
        assertThat(run(10, "large", "head -c 16777216 /dev/zero > large").reportDigest()).isNotNull();
    }

    @Test
    void a_workshop_is_for_one_at_a_time_and_free_again_afterwards() throws Exception {
        Path other = Files.createSymbolicLink(folder.resolve("same"), workshop);
        try (Workbench first = Workbench.at(workshop, 9)) {
            assertThatThrownBy(() -> Workbench.at(other, 9)).isInstanceOf(Workbench.Occupied.class);
            Path another = Files.createDirectory(folder.resolve("another"));
            assertThatThrownBy(() -> Workbench.at(another, 1))
                    .as("who builds leaves hands for the way back")
                    .isInstanceOf(Workbench.Occupied.class)
                    .hasMessage("in 1 workshops is worked already");
            Workbench.at(another, 9).close();
            assertThat(first.folder()).isEqualTo(workshop.toRealPath());
        }
        assertThat(run(10, null, "true").exit()).isZero();
    }

    @Test
    void a_program_that_outlived_its_service_keeps_the_workshop_until_it_ends() throws Exception {
        AtWork before = AtWork.on("workshop " + workshop.toRealPath());
        before.lock().close();
        Files.writeString(before.note(), "a-mark-of-its-own");
        ProcessBuilder builder = new ProcessBuilder("sleep", "20");
        builder.environment().put("SLIPWAY_RUN", "a-mark-of-its-own");
        Process program = builder.start();
        try {
            assertThatThrownBy(() -> Workbench.at(workshop, 9)).isInstanceOf(Workbench.Occupied.class);
        } finally {
            program.destroyForcibly().waitFor();
        }
        Workbench.at(workshop, 9).close();
        Files.deleteIfExists(before.note());
    }
}
