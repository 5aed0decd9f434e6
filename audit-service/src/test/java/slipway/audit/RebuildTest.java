package slipway.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import slipway.audit.domain.Entry;

class RebuildTest {

    private Log log;
    private Rebuild rebuild;

    @BeforeEach
    void open() throws IOException {
        log = new Log();
        rebuild = new Rebuild(log.entries());
    }

    @AfterEach
    void close() {
        log.close();
    }

    @Test
    void a_whole_log_has_no_faults() {
        take(log.cancelled("CHG-1", 1, "a"));
        take(log.cancelled("CHG-2", 1, "b"));
        take(log.cancelled("CHG-1", 2, "c"));

        assertThat(rebuild.faults()).isEmpty();
        assertThat(rebuild.facts()).isEqualTo(3);
        assertThat(rebuild.aggregates()).isEqualTo(2);
    }

    @Test
    void a_missing_fact_is_named_with_its_place() {
        take(log.cancelled("CHG-1", 1, "a"));
        log.cancelled("CHG-1", 2, "lost");
        take(log.cancelled("CHG-1", 3, "c"));

        assertThat(rebuild.faults())
                .containsExactly(
                        "ChangeCancelled, fact 3 of CHG-1 at change.events-0@2 comes where fact 2 is missing");
        assertThat(rebuild.facts()).isEqualTo(1);
    }

    @Test
    void a_fact_that_was_exchanged_breaks_the_chain() throws IOException {
        log.cancelled("CHG-1", 1, "original");
        try (Log forged = new Log()) {
            take(forged.cancelled("CHG-1", 1, "forged"));
        }
        take(log.cancelled("CHG-1", 2, "b"));

        assertThat(rebuild.faults())
                .singleElement()
                .asString()
                .contains("fact 2 of CHG-1", "does not carry the hash of the fact before it");
    }

    @Test
    void a_repetition_is_harmless_and_another_fact_under_its_sequence_is_not() throws IOException {
        Log.Sent first = log.cancelled("CHG-1", 1, "a");
        take(first);
        take(first);
        assertThat(rebuild.faults()).isEmpty();
        assertThat(rebuild.repetitions()).isEqualTo(1);
        assertThat(rebuild.facts()).isEqualTo(1);

        try (Log forged = new Log()) {
            take(forged.cancelled("CHG-1", 1, "another"));
        }
        assertThat(rebuild.faults()).singleElement().asString().contains("is another fact than the one");
    }

    @Test
    void poison_is_told_and_stops_nothing() {
        rebuild.take(new Entry.Place("change.events", 0, 100), new byte[] {7, 7});
        take(log.cancelled("CHG-1", 1, "a"));

        assertThat(rebuild.unreadable()).singleElement().asString().startsWith("change.events-0@100: ");
        assertThat(rebuild.faults()).isEmpty();
        assertThat(rebuild.facts()).isEqualTo(1);
    }

    private void take(Log.Sent sent) {
        rebuild.take(sent.place(), sent.wire());
    }
}
