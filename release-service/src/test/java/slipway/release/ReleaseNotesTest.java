package slipway.release;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import slipway.release.domain.CarriedChange;
import slipway.release.domain.Commit;
import slipway.release.domain.Component;
import slipway.release.domain.ReleaseEvent.PackageBuilt;
import slipway.release.domain.ReleaseEvent.ReleasePlanned;
import slipway.release.domain.Strategy;
import slipway.release.domain.Window;

/// Notes go to people by way of whatever shows Markdown, and it is others who write titles, links and commits.
class ReleaseNotesTest {

    private static String notes(String title, String requester, List<String> links, Commit... commits) {
        Instant opens = Instant.parse("2026-03-02T10:00:00Z");
        Window window = new Window(opens, opens.plusSeconds(60));
        ReleasePlanned plan = new ReleasePlanned(
                List.of("CHG-7"),
                "web",
                List.of(new Component("web", "2.1.0", null, null, null)),
                List.of("dev"),
                Strategy.ALL_AT_ONCE,
                "sha256:plan",
                window,
                null,
                false,
                requester,
                requester,
                List.of("aki"),
                List.of(),
                List.of(new CarriedChange(
                        "CHG-7", title, links, "sha256:plan", window, null, false, requester, requester, List.of("aki"), List.of(requester))),
                null,
                false,
                false);
        return ReleaseNotes.of(
                "REL-CHG-7", List.of(plan, new PackageBuilt("sha256:abc", 1, 1, "somewhere", null, List.of(commits), List.of())));
    }

    @Test
    void titles_and_names_are_no_markup_and_stay_on_their_line() {
        assertThat(notes(
                        "x\n# Approved\n- **CHG-1** [ok](https://evil) ![i](x) <script>alert(1)</script> `c` ~~no~~ &lt; a_b",
                        "da|na<img src=x>",
                        List.of()))
                .contains("\n- **CHG-7** x \\# Approved - \\*\\*CHG-1\\*\\* \\[ok\\](https://evil) \\!\\[i\\](x)"
                        + " \\<script\\>alert(1)\\</script\\> \\`c\\` \\~\\~no\\~\\~ \\&lt; a\\_b"
                        + " (asked for by da\\|na\\<img src=x\\>, approved by aki)\n")
                .doesNotContain("\n# Approved", "\n- **CHG-1**");
        assertThat(notes("t", "dana", List.of("- one\u2028+ two", "1. three")))
                .contains("\n  - \\- one + two\n  - 1\\. three\n");
    }

    @Test
    void a_link_is_as_it_was_written_and_cannot_end_itself() {
        assertThat(notes("t", "dana", List.of("https://git.example.org/a_b/pulls/118?x=1&y=*#c[0]")))
                .contains("\n  - <https://git.example.org/a_b/pulls/118?x=1&y=*#c[0]>\n");
        assertThat(notes("t", "dana", List.of("https://a/>\n# Owned <script>`|\u00e4\\")))
                .contains("\n  - <https://a/%3E%0A#%20Owned%20%3Cscript%3E%60%7C%C3%A4%5C>\n");
    }

    @Test
    void what_is_no_address_of_the_web_is_text_and_no_link() {
        assertThat(notes("t", "dana", List.of("javascript:alert(1)", "data:text/html,<b>", "see [this](https://evil)")))
                .contains(
                        "\n  - javascript:alert(1)\n",
                        "\n  - data:text/html,\\<b\\>\n",
                        "\n  - see \\[this\\](https://evil)\n");
    }

    @Test
    void commits_are_text_without_anything_hidden() {
        assertThat(notes(
                        "t",
                        "dana",
                        List.of(),
                        new Commit("0123456789abcdef", "Ann](https://evil)<b>", "fix \u202etxt.exe\u001b[2J <!-- x")))
                .contains("\n- `0123456789` fix txt.exe\\[2J \\<\\!-- x (Ann\\](https://evil)\\<b\\>)\n");
    }
}
