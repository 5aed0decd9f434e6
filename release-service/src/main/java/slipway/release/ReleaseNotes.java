package slipway.release;

import java.util.List;
import slipway.release.domain.ReleaseEvent;
import slipway.release.domain.ReleaseEvent.CarriedChange;
import slipway.release.domain.ReleaseEvent.CommandRun;
import slipway.release.domain.ReleaseEvent.PackageBuilt;
import slipway.release.domain.ReleaseEvent.PackageTested;
import slipway.release.domain.ReleaseEvent.ReleaseDeployed;
import slipway.release.domain.ReleaseEvent.ReleasePlanned;

/// What a release brings: its changes, its commits, and what proves it. Made from facts alone, so the same notes at any time.
final class ReleaseNotes {

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
            deployed.forEach(each -> notes.line("- " + each.environment() + ": `" + each.observedDigest() + "`"));
        }
        return notes.text.toString();
    }

    private static <T> List<T> last(List<ReleaseEvent> facts, Class<T> type) {
        return facts.reversed().stream().filter(type::isInstance).map(type::cast).limit(1).toList();
    }

    private void plan(String id, ReleasePlanned plan) {
        plan.components().forEach(each -> line("# " + plain(each.name()) + " " + plain(each.version())));
        line("\n" + id + ", for " + String.join(", ", plan.environments()));
        line("\n## Changes\n");
        for (CarriedChange change : plan.changes()) {
            line("- **" + change.changeId() + "** " + plain(change.title()) + " (asked for by " + plain(change.requester())
                    + ", approved by " + plain(String.join(", ", change.approvers())) + ")");
            change.links().forEach(link -> line("  - <" + plain(link) + ">"));
        }
    }

    private void built(PackageBuilt built) {
        if (!built.commits().isEmpty()) {
            line("\n## Commits\n");
            built.commits().forEach(commit -> line("- `" + commit.id().substring(0, Math.min(10, commit.id().length()))
                    + "` " + plain(commit.subject()) + " (" + plain(commit.author()) + ")"));
        }
        line("\n## Evidence\n");
        line("- package `" + built.digest() + "`");
        if (built.run() != null) {
            line(run(built.run()));
        }
    }

    private void tested(PackageTested tested) {
        tested.checks().forEach(check -> line(
                check.run() != null
                        ? run(check.run())
                        : "- " + plain(check.name()) + ": " + (check.passed() ? "passed" : "FAILED") + ", "
                                + plain(check.detail())));
    }

    private static String run(CommandRun run) {
        return "- " + plain(run.name()) + ": exit code " + run.exit() + ", log `" + run.logDigest() + "`"
                + (run.reportDigest() == null ? "" : ", report `" + run.reportDigest() + "`");
    }

    /// What people wrote stays on its line and is no markup.
    private static String plain(String text) {
        return text.replaceAll("\\R", " ").replaceAll("([\\\\`*_\\[\\]<>#|])", "\\\\$1");
    }

    private void line(String line) {
        text.append(line).append('\n');
    }
}
