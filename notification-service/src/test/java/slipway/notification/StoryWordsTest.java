package slipway.notification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import slipway.events.ApprovalStage;
import slipway.events.change.ApprovalEscalated;
import slipway.events.change.ChangeCancelled;

/// What is said of a fact out of what is known of its change.
class StoryWordsTest {

    private static final Story STORY = new Story(
            "shop",
            "HIGH",
            "NORMAL",
            List.of("stage", "prod"),
            "dana",
            "kim",
            List.of(),
            "Faster\ncheckout",
            "1.4.2",
            new Appointment.Span(Samples.AT, Samples.AT.plusSeconds(3600)),
            true,
            "approved");

    @TempDir
    private Path folder;

    @Test
    void who_is_asked_for_a_vote_reads_what_they_decide_about() {
        Templates templates = Samples.TEMPLATES.knowing(change -> change.equals("CHG-7") ? STORY : Story.UNKNOWN);
        List<String> about = List.of(
                "It is about shop 1.4.2 in stage, prod, asked for by dana.",
                "Risk: high.",
                "Window: from 2026-03-01T10:15:30Z to 2026-03-01T11:15:30Z.",
                "A rollback also restores data from the backup: what was written since would be lost. Who approves, approves this.");
        Wording asked = templates.words(Samples.approvalRequested());
        assertThat(asked.headline()).isEqualTo("approval needed: peer (Faster checkout)");
        assertThat(asked.details()).containsAll(about).contains("2 approval(s) needed from: aki, sam.");
        ApprovalStage stage = Samples.approvalRequested().getStage();
        Wording escalated = templates.words(new ApprovalEscalated(Samples.meta(), stage, Samples.AT));
        assertThat(escalated.headline()).isEqualTo("approval still needed: peer (Faster checkout)");
        assertThat(escalated.details()).containsAll(about);
    }

    @Test
    void of_a_change_of_which_little_is_known_less_is_said() {
        Story old = new Story("shop", "", "NORMAL", List.of(), "", "", List.of(), "", "", null, false, "");
        assertThat(Samples.TEMPLATES.knowing(_ -> old).words(Samples.approvalRequested()).details())
                .containsExactly(
                        "It is about shop.",
                        "A rollback restores no data.",
                        "2 approval(s) needed from: aki, sam.",
                        "Please vote before 2026-03-01T10:15:30Z; after that the request expires.");
        assertThat(Samples.TEMPLATES.words(Samples.approvalRequested()).details()).hasSize(2);
    }

    @Test
    void every_template_may_say_what_is_known_and_is_tried_with_a_change_of_which_nothing_is() throws Exception {
        Path file = folder.resolve("ChangeCancelled.peb");
        Files.writeString(
                file,
                "cancelled: {{ story.title | default(\"a change\") }}\n{% if story.window is not null %}{{ story.window | window }}{% endif %}\n");
        assertThat(TemplateFiles.read(folder).knowing(_ -> STORY).words(new ChangeCancelled(Samples.meta(), "eve", "no need")))
                .isEqualTo(new Wording("cancelled: Faster checkout", List.of("from 2026-03-01T10:15:30Z to 2026-03-01T11:15:30Z")));
        Files.writeString(file, "cancelled\n{{ story.window | window }}\n");
        assertThatThrownBy(() -> TemplateFiles.read(folder)).hasMessageContaining("ChangeCancelled.peb:2: this filter is for windows, not for what is null in some facts");
        Files.writeString(file, "cancelled{% if story.title is not empty %} {{ story.tilte }}{% endif %}\n");
        assertThatThrownBy(() -> TemplateFiles.read(folder)).hasMessageContaining("ChangeCancelled.peb:1: there is no 'tilte' among");
    }
}
