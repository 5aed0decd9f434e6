package slipway.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

/// What `audit as-of` prints.
class AsOfTextTest {

    @Test
    void a_calendar_shows_when_a_freeze_holds_and_what_and_only_names_those_of_other_times() {
        String calendar =
                """
                {"at": "2026-11-27T10:00:00Z", "from": "2026-11-27T00:00:00Z", "to": "2026-11-29T00:00:00Z", "planned": [], "freezes": [
                    {"id": "FRZ-1", "declared": {"summary": "rosa declares the freeze Nights", "payload": {
                        "when": {"start": "2026-01-01T22:00", "zone": "Europe/Paris", "duration": "PT2H", "rule": "FREQ=DAILY", "except": ["2026-11-28T22:00"]},
                        "scope": {"environments": ["prod"], "services": [], "configurationItems": []}}}},
                    {"id": "FRZ-2", "declared": {"summary": "rosa declares the freeze Sale", "payload": {
                        "when": {"start": "2027-01-07T08:00", "zone": "Europe/Paris", "duration": "P1D", "rule": "FREQ=YEARLY", "except": []},
                        "scope": {"environments": [], "services": [], "configurationItems": []}}}}]}
                """;
        assertThat(printed(calendar).lines())
                .containsExactly(
                        "planned from 2026-11-27T00:00:00Z to 2026-11-29T00:00:00Z, as of 2026-11-27T10:00:00Z",
                        "2026-11-27T21:00:00Z – 2026-11-27T23:00:00Z  FRZ-1      freeze           rosa declares the freeze Nights, of environments prod",
                        "freezes of other times: FRZ-2");
    }

    @Test
    void only_a_calendar_has_a_beginning_and_an_end() {
        assertThat(Slipway.run("audit", "as-of", "queue", "--from", "2026-03-01")).isEqualTo(2);
        assertThat(Slipway.run("audit", "as-of", "CHG-1", "--to", "2026-03-01")).isEqualTo(2);
        assertThat(Slipway.run("audit", "metrics", "gates", "--changes", "failed")).isEqualTo(2);
    }

    private static String printed(String calendar) {
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        PrintStream before = System.out;
        System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
        try {
            AsOfCommand.calendar(new JsonMapper().readTree(calendar));
        } finally {
            System.setOut(before);
        }
        return printed.toString(StandardCharsets.UTF_8);
    }
}
