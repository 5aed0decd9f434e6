package slipway.notification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import slipway.events.backup.BackupCorrupted;
import slipway.events.change.ChangeCancelled;
import slipway.events.release.PackageBuilt;
import slipway.events.release.ReleaseBlocked;
import slipway.http.Misconfigured;

/// Words of a folder take the place of ours; what is wrong with one is said at the start.
class TemplateFilesTest {

    @TempDir
    private Path folder;

    private void write(String name, String text) throws IOException {
        Files.writeString(folder.resolve(name), text);
    }

    private Wording cancelled(String reason) {
        return TemplateFiles.read(folder).words(new ChangeCancelled(Samples.meta(), "eve", reason));
    }

    @Test
    void a_file_takes_the_place_of_ours_and_the_others_stay() throws Exception {
        write(
                "ChangeCancelled.peb",
                """
                {# for those who know us -#}

                withdrawn by {{ by | upper }}
                  {% if reason is not empty %}  Because: {{ reason }}  {% endif %}

                {{ meta.aggregateId }} at {{ meta.occurredAt | time }}
                """);
        assertThat(cancelled("too late")).isEqualTo(new Wording("withdrawn by EVE", List.of("Because: too late", "CHG-7 at 2026-03-01T10:15:30Z")));
        assertThat(TemplateFiles.read(folder).words(Samples.approvalRequested()).headline()).isEqualTo("approval needed: peer");
    }

    @Test
    void the_example_is_as_it_is_described() {
        assertThat(TemplateFiles.read(Path.of("../examples/estate/templates")).words(Samples.of(ReleaseBlocked.getClassSchema())))
                .isEqualTo(new Wording(
                        "needs you in environment: the release is blocked",
                        List.of("- reasons", "Since 2026-03-01T10:15:30Z. What to do: https://wiki.example.org/runbooks/CHG-7")));
    }

    @Test
    void a_fact_that_has_no_words_of_ours_may_have_theirs() throws Exception {
        write("PackageBuilt.peb", "built {{ digest }}\n");
        assertThat(TemplateFiles.read(folder).words(Samples.of(PackageBuilt.getClassSchema()))).isEqualTo(new Wording("built digest", List.of()));
    }

    @Test
    void every_fault_of_every_file_is_named_with_its_line() throws Exception {
        write("ChangeCancelled.peb", "cancelled\n\n{{ reasn }}\n{{ by }} {{ bye }}\n{{ nobody }}\n");
        write("ReleaseBlocked.peb", "blocked in {{ environment }}\n{% for each in reasons %}{{ each.text }}{% endfor %}\n");
        write("RiskAssessed.peb", "{% if level == \"EXTREME\" %}{{ nothing }}{% endif %} risk\n");
        write("RFCSubmitted.peb", "{{ rfc.tilte }}\n");
        write("ApprovalRequested.peb", "asked\n{{ dueAt | duration }}\n{{ stage.eligible }}\n");
        write("ChangeApproved.peb", "approved\n{% if approvers is empty %}\n");
        write("ChangeClosed.peb", "{% if automatic %}closed{% endif %}\n");
        write("ChangeExpired.peb", " \n");
        write("NotificationSent.peb", "sent\n");
        write("ChangeCanceled.peb", "cancelled\n");
        write("README.md", "ours\n");
        write("mail-html.peb", "<h1>{{ title }}</h1>\n");
        Files.createDirectory(folder.resolve("RFCRefused.peb"));
        Files.write(folder.resolve("ImpactAssessed.peb"), "\u00fc".getBytes(StandardCharsets.ISO_8859_1));
        write(".gitignore", "*.bak\n");
        assertThatThrownBy(() -> TemplateFiles.read(folder)).isInstanceOfSatisfying(Misconfigured.class, e -> {
            assertThat(e.faults().stream().map(each -> each.replace(folder + "/", "")))
                    .contains(
                            "ChangeCancelled.peb:3: there is no 'reasn', or it is null in some facts",
                            "ChangeCancelled.peb:4: there is no 'bye', or it is null in some facts",
                            "ChangeCancelled.peb:5: there is no 'nobody', or it is null in some facts",
                            "ReleaseBlocked.peb:1: what is null in some facts (ask first: `is not null`) cannot be written",
                            "ReleaseBlocked.peb:2: there is no 'text' here",
                            "RiskAssessed.peb:1: there is no 'nothing', or it is null in some facts",
                            "ApprovalRequested.peb:2: this filter is for numbers, not for a time",
                            "ApprovalRequested.peb:3: a list cannot be written",
                            "ChangeClosed.peb: says nothing of some facts; the first line is the headline",
                            "ChangeExpired.peb: is empty",
                            "mail-html.peb:1: there is no 'title', or it is null in some facts",
                            "RFCRefused.peb: is no file",
                            "ImpactAssessed.peb: is not UTF-8",
                            "README.md: is called neither as a fact, such as ReleaseBlocked.peb, nor as one of [mail-text, mail-html]",
                            "ChangeCanceled.peb: is called neither as a fact, such as ReleaseBlocked.peb, nor as one of [mail-text, mail-html]:"
                                    + " there is no such fact about changes, releases or backups",
                            "NotificationSent.peb: is called neither as a fact, such as ReleaseBlocked.peb, nor as one of [mail-text, mail-html]:"
                                    + " it is a fact of notification-service itself; nobody is told of those, as telling would never end")
                    .anyMatch(each -> each.matches("RFCSubmitted.peb:1: there is no 'tilte' among .*title.*"))
                    .anyMatch(each -> each.startsWith("ChangeApproved.peb:3: ") && each.contains("endif"))
                    .hasSize(18);
        });
    }

    @Test
    void a_folder_that_is_not_there_is_a_fault() {
        assertThatThrownBy(() -> TemplateFiles.read(folder.resolve("none")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("none: cannot be read");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{{ reason.getClass() }}",
                "{{ reason.class }}",
                "{{ reason.getClass().forName('java.lang.Runtime') }}",
                "{{ reason.length() }}",
                "{{ meta.actor.toString() }}",
                "{{ meta.get('actor') }}",
                "{{ (1).TYPE.forName('java.lang.Runtime') }}",
                "{{ template.engine }}",
                "{{ template }}",
                "{{ _context.locale }}",
                "{{ _context }}",
                "{{ locale }}",
                "{% include '/etc/passwd' %}",
                "{% import '/etc/passwd' %}",
                "{% from '/etc/passwd' import it %}",
                "{% extends '/etc/passwd' %}",
                "{% embed '/etc/passwd' %}{% endembed %}",
                "{% macro again() %}{{ again() }}{% endmacro %}{{ again() }}",
                "{% parallel %}it{% endparallel %}",
                "{% cache 'it' %}it{% endcache %}",
                "{% autoescape false %}{{ reason }}{% endautoescape %}",
                "{{ reason | raw }}",
                "{{ reason | escape('js') }}",
                "{{ '%999999999d' | format(1) }}",
                "{{ i18n('messages', 'it') }}",
                "{{ range(0, 1000000000) }}",
                "{% for each in 0..1000000000 %}it{% endfor %}",
            })
    void a_template_writes_what_it_is_given_and_can_do_nothing_else(String text) throws Exception {
        write("ChangeCancelled.peb", "cancelled\n" + text + "\n");
        assertThatThrownBy(() -> TemplateFiles.read(folder))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("ChangeCancelled.peb:2: ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{{ reason }}", "{% set it = reason %}{{ it }}", "{{ reason | default('none') }}"})
    void what_others_wrote_is_no_template(String text) throws Exception {
        write("ChangeCancelled.peb", "cancelled\n" + text + "\n");
        String reason = "{{ by }} {% include '/etc/passwd' %} {# <!channel> <b>";
        assertThat(cancelled(reason).details()).containsExactly(reason);
    }

    @Test
    void what_others_wrote_makes_no_headline_and_no_line() throws Exception {
        write("ChangeCancelled.peb", "cancelled: {{ reason }}\nby {{ by }}\n");
        assertThat(cancelled("one\r\ntwo\u2028three").headline()).isEqualTo("cancelled: one two three");
    }

    @Test
    void what_is_too_much_is_left_out_and_a_template_that_is_too_much_by_itself_is_a_fault() throws Exception {
        BackupCorrupted much = new BackupCorrupted(Samples.meta(), "", "prod", Collections.nCopies(5_000, "a byte is flipped"), 1);
        Wording words = TemplateFiles.read(null).words(much);
        assertThat(words.details()).last().isEqualTo("…");
        assertThat(String.join("\n", words.details())).hasSizeBetween(18_000, 20_001);

        write("ChangeCancelled.peb", "cancelled\n" + "very ".repeat(4_001));
        assertThatThrownBy(() -> TemplateFiles.read(folder)).hasMessageContaining("ChangeCancelled.peb: writes more than 20000 characters");
        write("ChangeCancelled.peb", "cancelled\n" + "very ".repeat(21_000));
        assertThatThrownBy(() -> TemplateFiles.read(folder)).hasMessageContaining("ChangeCancelled.peb: is larger than 100000 bytes");
    }

    @Test
    void a_template_that_fails_all_the_same_tells_the_fields() throws Exception {
        write("ReleaseBlocked.peb", "blocked{% if (reasons | length) == 3 %}{{ reasons.first }}{% endif %}\n");
        ReleaseBlocked blocked = (ReleaseBlocked) Samples.of(ReleaseBlocked.getClassSchema());
        blocked.put(blocked.getSchema().getField("reasons").pos(), List.of("one", "two", "three"));
        assertThat(TemplateFiles.read(folder).words(blocked))
                .isEqualTo(Wording.byFields(blocked));
    }

    @Test
    void the_layout_of_a_mail_is_theirs_and_nothing_in_it_is_markup_of_others() throws Exception {
        write("mail-text.peb", "{% for part in parts %}{{ part.details | join(' / ') }}{% endfor %} -- {{ change }}");
        write("mail-html.peb", "<h1>{{ subject }}</h1><p title=\"{{ subject | upper }}\">{{ \"<\" ~ subject }}{% set it = subject %}{{ it }}</p>");
        Message message = Samples.message("NTF-1", List.of(new ChangeCancelled(Samples.meta(), "<b>\"eve\" '&", "{{ by }}")));
        Templates templates = TemplateFiles.read(folder);
        assertThat(templates.text(message)).isEqualTo("Reason: {{ by }} -- CHG-7");
        assertThat(templates.html(message))
                .startsWith("<h1>[CHG-7] cancelled by &lt;b&gt;&quot;eve&quot; &#39;&amp;</h1>")
                .doesNotContain("<b>", "<[", "\"eve", "<B>");
    }
}
