package slipway.launcher;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;

@Command(
        name = "release",
        description = "Plan, watch and steer releases: pause, resume, promote, abort, roll back.",
        mixinStandardHelpOptions = true)
final class ReleaseCommands implements Runnable {

    private static final Set<String> GOOD = Set.of("SUCCESSFUL", "SUCCESSFUL_WITH_ISSUES");

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "which command?");
    }

    @Command(description = "List releases, the newest first.", mixinStandardHelpOptions = true)
    int list(@Mixin Caller.OfReleases of) {
        return of.caller().show(of.caller().get("/releases"), ReleaseText::list);
    }

    @Command(
            description = {
                "Show a release.",
                "With --exit-code: 0 released, 10 under way or paused, 11 aborted, rolled back or closed without success,",
                "12 blocked, waiting for an approval, or in need of a person."
            },
            mixinStandardHelpOptions = true)
    int show(
            @Mixin Caller.OfReleases of,
            @Parameters(paramLabel = "ID") String id,
            @Option(names = "--exit-code", description = "Tell the state by the exit code.") boolean exitCode) {
        JsonNode release = of.caller().get(path(id));
        of.caller().show(release, ReleaseText::release);
        return exitCode ? exitCode(release) : 0;
    }

    /// Closed is only the end of the paperwork: whether the release is out there, its outcome tells.
    static int exitCode(JsonNode release) {
        return switch (ChangeText.text(release, "status")) {
            case "RELEASED" -> 0;
            case "CLOSED" -> GOOD.contains(ChangeText.text(release, "outcome")) ? 0 : Refused.DENIED;
            case "BLOCKED", "INDETERMINATE", "NEEDS_HUMAN", "AWAITING_APPROVAL" -> Refused.BLOCKED;
            case "ABANDONED", "ROLLED_BACK", "RESOLVED", "JOINED" -> Refused.DENIED;
            default -> Refused.PENDING;
        };
    }

    @Command(
            description = {
                "Plan scheduled changes as one release, in one's own steps.",
                "It begins when somebody starts it, or by itself with start: AUTOMATIC."
            },
            mixinStandardHelpOptions = true)
    int plan(
            @Mixin Caller.OfReleases of,
            @Option(names = {"-f", "--file"}, paramLabel = "FILE", required = true, description = "YAML or JSON.")
                    Path file) {
        return of.caller().show(of.caller().send("POST", "/releases", file), ReleaseText::release);
    }

    @Command(
            description = {"Start a planned release.", "While its package is being built and tested, that is waited for."},
            mixinStandardHelpOptions = true)
    int start(
            @Mixin Caller.OfReleases of,
            @Parameters(paramLabel = "ID") String id,
            @Mixin Reason reason,
            @Option(names = "--timeout", paramLabel = "DURATION", defaultValue = "PT1H", description = "Default: ${DEFAULT-VALUE}")
                    Duration timeout)
            throws InterruptedException {
        new ReleaseWatch(of.caller(), path(id), timeout).untilMade(System.err);
        return act(of, id, "start", reason);
    }

    @Command(
            description = {"Watch a release until it ends or needs somebody.", "Exit codes as of show --exit-code."},
            mixinStandardHelpOptions = true)
    int watch(
            @Mixin Caller.OfReleases of,
            @Parameters(paramLabel = "ID") String id,
            @Option(names = "--timeout", paramLabel = "DURATION", defaultValue = "PT1H", description = "Default: ${DEFAULT-VALUE}")
                    Duration timeout)
            throws InterruptedException {
        return new ReleaseWatch(of.caller(), path(id), timeout).run();
    }

    @Command(description = "What a release brings, in Markdown.", mixinStandardHelpOptions = true)
    int notes(@Mixin Caller.OfReleases of, @Parameters(paramLabel = "ID") String id) {
        System.out.print(Visible.lines(of.caller().text(path(id) + "/notes")));
        return 0;
    }

    @Command(
            description = "What a program of its build or tests said, or its report.",
            mixinStandardHelpOptions = true)
    int evidence(
            @Mixin Caller.OfReleases of,
            @Parameters(paramLabel = "ID") String id,
            @Parameters(paramLabel = "DIGEST", description = "sha256:…") String digest) {
        of.caller().copy(path(id) + "/evidence/" + Api.segment(digest), System.out);
        return 0;
    }

    @Command(
            description = "Let it stand still when the step under way is done.",
            mixinStandardHelpOptions = true)
    int pause(@Mixin Caller.OfReleases of, @Parameters(paramLabel = "ID") String id, @Mixin Reason reason) {
        return act(of, id, "pause", reason);
    }

    @Command(
            description = "Let it go on: its gates and its leave are looked at again first.",
            mixinStandardHelpOptions = true)
    int resume(@Mixin Caller.OfReleases of, @Parameters(paramLabel = "ID") String id, @Mixin Reason reason) {
        return act(of, id, "resume", reason);
    }

    @Command(
            description = "End a pause, a bake or a soak now. Gates are never skipped.",
            mixinStandardHelpOptions = true)
    int promote(@Mixin Caller.OfReleases of, @Parameters(paramLabel = "ID") String id, @Mixin Reason reason) {
        return act(of, id, "promote", reason);
    }

    @Command(description = "Try a blocked release again.", mixinStandardHelpOptions = true)
    int retry(@Mixin Caller.OfReleases of, @Parameters(paramLabel = "ID") String id, @Mixin Reason reason) {
        return act(of, id, "retry", reason);
    }

    @Command(
            description = {
                "Say that what a failed way back left is mended by hand.",
                "What runs in its environments is looked at and noted, and others may work there again."
            },
            mixinStandardHelpOptions = true)
    int resolve(@Mixin Caller.OfReleases of, @Parameters(paramLabel = "ID") String id, @Mixin Reason reason) {
        return act(of, id, "resolve", reason);
    }

    @Command(description = "Give it up; what it touched is taken back.", mixinStandardHelpOptions = true)
    int abort(@Mixin Caller.OfReleases of, @Parameters(paramLabel = "ID") String id, @Mixin Reason reason) {
        return act(of, id, "abort", reason);
    }

    @Command(
            description = {
                "Take it back, also when it is deployed everywhere.",
                "Tells first to which digest, from which backup set, and which data would be lost; with --dry-run only that."
            },
            mixinStandardHelpOptions = true)
    int rollback(
            @Mixin Caller.OfReleases of,
            @Parameters(paramLabel = "ID") String id,
            @Option(names = "--reason", paramLabel = "TEXT", description = "Needed unless --dry-run.", defaultValue = "")
                    String reason,
            @Option(names = "--dry-run", description = "Only tell what it would do.") boolean dryRun) {
        if (reason.isBlank() && !dryRun) {
            throw new ParameterException(spec.commandLine(), "say why with --reason, or look only with --dry-run");
        }
        JsonNode preview = of.caller().get(path(id) + "/rollback");
        of.caller().show(preview, ReleaseText::preview);
        if (!dryRun) {
            of.caller().post(path(id) + "/rollback", Map.of("reason", reason));
            System.out.println(id + "  rollback");
        }
        return 0;
    }

    @Command(
            name = "approve-restore",
            description = "Take it upon you that data go back further than the approved plan covers.",
            mixinStandardHelpOptions = true)
    int approveRestore(
            @Mixin Caller.OfReleases of, @Parameters(paramLabel = "ID") String id, @Mixin Reason reason) {
        return act(of, id, "approve-restore", reason);
    }

    @Command(
            name = "decline-restore",
            description = "Let the data stay as they are; only the code goes back.",
            mixinStandardHelpOptions = true)
    int declineRestore(
            @Mixin Caller.OfReleases of, @Parameters(paramLabel = "ID") String id, @Mixin Reason reason) {
        return act(of, id, "decline-restore", reason);
    }

    @Command(
            name = "replay-verdict",
            description = {
                "Judge its canaries again from their raw samples, and print each verdict as it was decided, byte for byte.",
                "Exit code 1 when any comes out otherwise, 2 when there is none."
            },
            mixinStandardHelpOptions = true)
    int replayVerdict(@Mixin Caller.OfReleases of, @Parameters(paramLabel = "ID") String id) {
        return VerdictText.print(id, of.caller().get(path(id) + "/verdicts"), System.out, System.err);
    }

    private static int act(Caller.OfReleases of, String id, String what, Reason reason) {
        return of.caller()
                .show(of.caller().post(path(id) + "/" + what, reason.only()), ReleaseText::release);
    }

    private static String path(String id) {
        return "/releases/" + Api.segment(id);
    }
}
