package slipway.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import slipway.launcher.ExportCommand.Period;

class ExportCommandTest {

    @TempDir
    Path directory;

    @ParameterizedTest
    @CsvSource({
        "2026-Q1, 2026-01-01, 2026-04-01",
        "2026-Q4, 2026-10-01, 2027-01-01",
        "2026-02, 2026-02-01, 2026-03-01",
        "2026-03-01..2026-03-31, 2026-03-01, 2026-04-01",
        "2026-03-01..2026-03-01, 2026-03-01, 2026-03-02"
    })
    void a_period_ends_before_the_day_after_its_last(String text, LocalDate from, LocalDate to) {
        assertThat(Period.of(text)).isEqualTo(new Period(from, to));
    }

    @ParameterizedTest
    @ValueSource(strings = {"2026", "2026-Q5", "2026-13", "2026-02-30..2026-03-01", "2026-03-02..2026-03-01", "March"})
    void what_is_no_period_is_refused(String text) {
        assertThatThrownBy(() -> Period.of(text)).isInstanceOf(DateTimeException.class);
    }

    @Test
    void whoever_does_not_say_of_what_is_asked_before_any_service_is() {
        for (List<String> wrong : List.of(
                List.<String>of(),
                List.of("--change", "CHG-1", "--period", "2026-Q1"),
                List.of("--change", "CHG-1", "--seed", "1"),
                List.of("--change", "CHG-1", "--kept", directory.resolve("none").toString()),
                List.of("--change", "CHG-1", "--to", directory.resolve("none/evidence.zip").toString()),
                List.of("--period", "2026-Q1", "--sample", "5"),
                List.of("--period", "2026-Q1", "--sample", "0", "--seed", "1"),
                List.of("--period", "2026-Q9", "--sample", "5", "--seed", "1"))) {
            List<String> all = new ArrayList<>(List.of("audit", "export"));
            all.addAll(wrong);
            assertThat(Slipway.run(all.toArray(String[]::new))).as("%s", wrong).isEqualTo(2);
        }
    }

    @Test
    void a_pack_is_there_as_a_whole_or_not_at_all_and_never_over_another() throws IOException {
        Path file = directory.resolve("evidence.zip");
        assertThatThrownBy(() -> ExportCommand.write(file, out -> {
                    put(out, 1);
                    throw new Refused(Refused.REFUSED, List.of("broken off"));
                }))
                .isInstanceOf(Refused.class);
        assertThat(directory).isEmptyDirectory();
        ExportCommand.write(file, out -> put(out, 2));
        assertThatThrownBy(() -> ExportCommand.write(file, out -> put(out, 3))).isInstanceOf(FileAlreadyExistsException.class);
        assertThat(Files.readAllBytes(file)).containsExactly(2);
        assertThat(directory).isDirectoryContaining(file::equals);
        try (var files = Files.list(directory)) {
            assertThat(files).hasSize(1);
        }
    }

    private static void put(OutputStream out, int octet) {
        try {
            out.write(octet);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
