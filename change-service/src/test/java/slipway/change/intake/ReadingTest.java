package slipway.change.intake;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import slipway.change.intake.Delivery.State;
import slipway.change.intake.Source.Rule;
import slipway.http.Form;

class ReadingTest {

    private static final Source SOURCE = SourceFile.read(
            """
            source: mine
            signature: {kind: BASIC}
            key: body.id
            rules:
              - name: request
                when: 'true'
                then: draft
                mirrors: true
                accounts: [body.who]
                subject: body.id
                with: {title: body.title, version: body.version, links: ['"https://tickets.example.org/1"']}
            """
                    .getBytes(StandardCharsets.UTF_8));

    @Test
    void what_joins_a_draft_brings_its_version_and_what_is_edited_elsewhere_is_only_shown() {
        Delivery delivery = new Delivery(
                "DLV-1",
                "mine",
                null,
                Instant.EPOCH,
                Map.of(),
                "{\"id\": \"1\", \"who\": \"dana\", \"title\": \"Sell more\", \"version\": \"2.1.0\"}".getBytes(StandardCharsets.UTF_8),
                true,
                null,
                null,
                State.RECEIVED,
                null,
                List.of(),
                List.of(),
                0,
                null,
                null);
        Reading reading = Reading.of(SOURCE, Installation.Here.NOTHING, delivery);
        Rule rule = SOURCE.rules().getFirst();

        Verbs.Shown announced = reading.told(rule, "1", "ANNOUNCED", null, List.of("dana"));
        assertThat(texts(announced.fields())).containsExactly("ANNOUNCED", "Sell more", "2.1.0", "https://tickets.example.org/1");
        assertThat(announced.writtenBy()).containsExactly("dana");

        Verbs.Shown edited = reading.told(rule, "1", "EDITED", "Edited there", List.of());
        assertThat(texts(edited.fields())).containsExactly("EDITED", "Edited there: Sell more", "", "https://tickets.example.org/1");
    }

    private static List<String> texts(Form fields) {
        return List.of(fields.text("kind"), fields.text("title"), fields.text("version"), fields.text("reference"));
    }
}
