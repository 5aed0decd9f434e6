package slipway.release;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import slipway.release.domain.CarriedChange;
import slipway.release.domain.CommandRun;
import slipway.release.domain.ReleaseEvent;
import slipway.release.domain.ReleaseEvent.PackageBuilt;
import slipway.release.domain.ReleaseEvent.PackageTested;
import slipway.release.domain.ReleaseEvent.ReleaseDeployed;
import slipway.release.domain.ReleaseEvent.ReleasePlanned;

/// What a release brings: its changes, its commits, and what proves it. Made from facts alone, so the same notes at any time.
final class ReleaseNotes {

    /// Controls, and what turns the direction of writing: a line that reads otherwise than it is. Commits are written elsewhere.
    private static final Pattern HIDDEN = Pattern.compile("[\\p{Cc}\\u200e\\u200f\\u202a-\\u202e\\u2066-\\u2069]");

    private static final Pattern WEB = Pattern.compile("(?i)https?://\\S.*", Pattern.DOTALL);
    private static final String IN_URLS = "-._~:/?#[]@!$&'()*+,;=%";

    private final StringBuilder text = new StringBuilder();

    private ReleaseNotes() {}

    static String of(String id, List<ReleaseEvent> facts) {
        ReleaseNotes notes = new ReleaseNotes();
        // The last of each kind counts: it may have been planned and built anew.
        notes.plan(id, last(facts, ReleasePlanned.class).getLast());
        last(facts, PackageBuilt.class).forEach(notes::built);
        last(facts, PackageTested.class).forEach(notes::tested);
        List<ReleaseDeployed> deployed = facts.stream()
                .filter(ReleaseDeployed.class::isInstance)
                .map(ReleaseDeployed.class::cast)
                .toList();
        if (!deployed.isEmpty()) {
            notes.line("\n## Deployed\n");
            deployed.forEach(each -> notes.line("- " + first(each.environment()) + ": " + code(each.observedDigest())));
        }
        return notes.text.toString();
    }

    private static <T> List<T> last(List<ReleaseEvent> facts, Class<T> type) {
        return facts.reversed().stream().filter(type::isInstance).map(type::cast).limit(1).toList();
    }

    private void plan(String id, ReleasePlanned plan) {
        line("# " + plain(plan.service()) + " " + plain(plan.components().getFirst().version()));
        line("\n" + plain(id) + ", for " + plain(String.join(", ", plan.environments())));
        line("\n## Changes\n");
        for (CarriedChange change : plan.changes()) {
            line("- **" + plain(change.changeId()) + "** " + plain(change.title()) + " (asked for by " + plain(change.requester())
                    + ", approved by " + plain(String.join(", ", change.approvers())) + ")");
            change.links().forEach(link -> line("  - " + link(link)));
        }
    }

    private void built(PackageBuilt built) {
        if (!built.commits().isEmpty()) {
            line("\n## Commits\n");
            built.commits().forEach(commit -> line("- " + code(commit.id().substring(0, Math.min(10, commit.id().length())))
                    + " " + plain(commit.subject()) + (commit.author().isEmpty() ? "" : " (" + plain(commit.author()) + ")")));
        }
        line("\n## Evidence\n");
        built.all().forEach(each ->
                line("- package " + (each.name().isEmpty() ? "" : plain(each.name()) + " ") + code(each.digest())));
        if (built.run() != null) {
            line(run(built.run()));
        }
    }

    private void tested(PackageTested tested) {
        tested.checks().forEach(check -> line(
                check.run() != null
                        ? run(check.run())
                        : "- " + first(check.name()) + ": " + (check.passed() ? "passed" : "FAILED") + ", "
                                + plain(check.detail())));
    }

    private static String run(CommandRun run) {
        return "- " + first(run.name()) + ": exit code " + run.exit() + ", log " + code(run.logDigest())
                + (run.reportDigest() == null ? "" : ", report " + code(run.reportDigest()));
    }

    /// What people wrote stays on its line and is no markup: neither Markdown's nor HTML's.
    private static String plain(String text) {
        return HIDDEN.matcher(text.replaceAll("\\R", " "))
                .replaceAll("")
                .strip()
                .replaceAll("([\\\\`*_\\[\\]<>#|&~$!])", "\\\\$1");
    }

    /// The same as the first of an item, where it could begin a list of its own.
    private static String first(String text) {
        return plain(text)
                .replaceFirst("^([-+])", "\\\\$1")
                .replaceFirst("^([0-9]+)([.)])", "$1\\\\$2");
    }

    /// Inside of `<…>` nothing can be escaped; what would end it is written as a URL has it. Whatever is no address of the web, such as
    /// a script, is text and no link.
    private static String link(String link) {
        if (!WEB.matcher(link).matches()) {
            return first(link);
        }
        StringBuilder encoded = new StringBuilder("<");
        for (byte each : link.getBytes(StandardCharsets.UTF_8)) {
            char letter = (char) (each & 0xff);
            if (letter < 0x80 && (Character.isLetterOrDigit(letter) || IN_URLS.indexOf(letter) >= 0)) {
                encoded.append(letter);
            } else {
                encoded.append(String.format("%%%02X", each & 0xff));
            }
        }
        return encoded.append('>').toString();
    }

    /// Nothing can be escaped in there, either.
    private static String code(@Nullable String text) {
        return text == null ? "nothing" : "`" + HIDDEN.matcher(text).replaceAll("").replace('`', '\'') + "`";
    }

    private void line(String line) {
        text.append(line).append('\n');
    }
}
