package slipway.launcher;

import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "backup",
        description = "Take, prove, hold and restore backups, and look at what can be backed up.",
        mixinStandardHelpOptions = true)
final class BackupCommands implements Runnable {

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "which command?");
    }

    @Command(description = "List backup sets, the newest first.", mixinStandardHelpOptions = true)
    int list(@Mixin Caller.OfBackups of) {
        return of.caller().show(of.caller().get("/backups"), BackupText::list);
    }

    @Command(description = "Show a backup set and what happened to it.", mixinStandardHelpOptions = true)
    int show(@Mixin Caller.OfBackups of, @Parameters(paramLabel = "ID") String id) {
        return of.caller().show(of.caller().get(path(id)), BackupText::set);
    }

    @Command(
            description = {"Take a backup by a plan now, without a release.", "It is proven like one before a release."},
            mixinStandardHelpOptions = true)
    int take(@Mixin Caller.OfBackups of, @Parameters(paramLabel = "PLAN") String plan) {
        return of.caller()
                .show(of.caller().post("/plans/" + Api.segment(plan) + "/backups", Map.of()), BackupText::set);
    }

    @Command(
            description = {
                "Watch a backup set until it is proven, failed, or its restore ended.",
                "Exit codes: 0 proven or restored, 11 failed or corrupt, 10 still under way."
            },
            mixinStandardHelpOptions = true)
    int watch(
            @Mixin Caller.OfBackups of,
            @Parameters(paramLabel = "ID") String id,
            @Option(names = "--timeout", paramLabel = "DURATION", defaultValue = "PT1H", description = "Default: ${DEFAULT-VALUE}")
                    Duration timeout)
            throws InterruptedException {
        return new BackupWatch(of.caller(), path(id), timeout).run();
    }

    @Command(
            description = {
                "Prove a set again: every copy is read to its end, and compared with what was sealed.",
                "With --restore it is restored into scratch and compared, too."
            },
            mixinStandardHelpOptions = true)
    int verify(
            @Mixin Caller.OfBackups of,
            @Parameters(paramLabel = "ID") String id,
            @Option(names = "--restore", description = "Restore it into scratch, too.") boolean restore,
            @Mixin Reason reason) {
        return act(of, id, "verify", Map.of("reason", reason.text(), "level", restore ? "V4" : "V2"));
    }

    @Command(
            description = {
                "Ask for a restore over live data; somebody else has to approve it.",
                "What is there is kept first, and stays when the restore fails."
            },
            mixinStandardHelpOptions = true)
    int restore(
            @Mixin Caller.OfBackups of,
            @Parameters(paramLabel = "ID") String id,
            @Option(names = "--item", paramLabel = "ITEM", description = "Only these; default: all that can be.")
                    List<String> items,
            @Option(names = "--to", paramLabel = "TIME", description = "Moment to restore to, as 2026-03-02T10:00:00Z, where the recipe can.")
                    String to,
            @Option(
                            names = "--without-safety-backup",
                            paramLabel = "ITEM",
                            description = "Do not keep what is there of it; for an item of which nothing is left.")
                    List<String> withoutSafetyBackup,
            @Option(
                            names = "--despite-release",
                            paramLabel = "RELEASE",
                            description = "It is said to be at work there, and you know that it is not.")
                    List<String> despiteReleases,
            @Mixin Reason reason) {
        Map<String, Object> body = new HashMap<>(reason.only());
        if (items != null) {
            body.put("items", items);
        }
        if (withoutSafetyBackup != null) {
            body.put("withoutSafetyBackup", withoutSafetyBackup);
        }
        if (despiteReleases != null) {
            body.put("despiteReleases", despiteReleases);
        }
        if (to != null) {
            body.put("to", to);
        }
        return act(of, id, "restore", body);
    }

    @Command(
            name = "approve-restore",
            description = {"Approve the restore that somebody else asked for.", "`backup show` says what that is, and its number."},
            mixinStandardHelpOptions = true)
    int approve(
            @Mixin Caller.OfBackups of,
            @Parameters(paramLabel = "ID") String id,
            @Option(
                            names = "--proposal",
                            paramLabel = "NUMBER",
                            required = true,
                            description = "Of what was read: something else may be asked for by now.")
                    long proposal) {
        return act(of, id, "approve-restore", Map.of("proposal", proposal));
    }

    @Command(name = "decline-restore", description = "Let the restore be that was asked for.", mixinStandardHelpOptions = true)
    int decline(@Mixin Caller.OfBackups of, @Parameters(paramLabel = "ID") String id, @Mixin Reason reason) {
        return act(of, id, "decline-restore", reason.only());
    }

    @Command(description = "Keep a set, whatever the retention of its plan says.", mixinStandardHelpOptions = true)
    int pin(@Mixin Caller.OfBackups of, @Parameters(paramLabel = "ID") String id, @Mixin Reason reason) {
        return act(of, id, "pin", reason.only());
    }

    @Command(description = "End a hold.", mixinStandardHelpOptions = true)
    int unpin(
            @Mixin Caller.OfBackups of,
            @Parameters(paramLabel = "ID") String id,
            @Option(names = "--holder", paramLabel = "WHO", description = "Whose hold; default: one's own.") String holder,
            @Mixin Reason reason) {
        Map<String, Object> body = new HashMap<>(reason.only());
        if (holder != null) {
            body.put("holder", holder);
        }
        return act(of, id, "unpin", body);
    }

    @Command(
            description = {"Show when backups, scrubs and restore tests are due.", "With a plan: also what its retention keeps."},
            mixinStandardHelpOptions = true)
    int schedule(@Mixin Caller.OfBackups of, @Parameters(paramLabel = "PLAN", arity = "0..1") String plan) {
        if (plan == null) {
            return of.caller().show(of.caller().get("/schedules"), BackupText::schedules);
        }
        return of.caller()
                .show(of.caller().get("/plans/" + Api.segment(plan) + "/retention"), BackupText::retention);
    }

    @Command(
            description = {
                "Write what restores a set when no service is left: a script of stock programs, and what it has to know.",
                "It holds no secret and no data. Keep it where the recovery key is."
            },
            mixinStandardHelpOptions = true)
    int kit(
            @Mixin Caller.OfBackups of,
            @Parameters(paramLabel = "ID") String id,
            @Option(names = "--out", paramLabel = "DIRECTORY", required = true, description = "Is made; must not be there yet.")
                    Path out) {
        ByteArrayOutputStream zip = new ByteArrayOutputStream();
        of.caller().copy(path(id) + "/kit", zip);
        Kit.unpack(zip.toByteArray(), out).forEach(file -> System.out.println(Visible.line(file.toString())));
        return 0;
    }

    private static int act(Caller.OfBackups of, String id, String verb, Map<String, ?> body) {
        return of.caller().show(of.caller().post(path(id) + "/" + verb, body), BackupText::set);
    }

    private static String path(String id) {
        return "/backups/" + Api.segment(id);
    }

    @Command(description = "List what can be backed up, and how that is proven.", mixinStandardHelpOptions = true)
    int recipes(@Mixin Caller.OfBackups of) {
        return of.caller().show(of.caller().get("/recipes"), BackupText::recipes);
    }

    @Command(
            description = {
                "Show which of the ten categories a plan covers for configuration items.",
                "Without any: for those that somebody said something about."
            },
            mixinStandardHelpOptions = true)
    int coverage(
            @Mixin Caller.OfBackups of,
            @Parameters(paramLabel = "PLAN") String plan,
            @Parameters(paramLabel = "CONFIGURATION-ITEM", arity = "0..*") List<String> items) {
        String asked = items == null
                ? ""
                : items.stream()
                        .map(each -> "configurationItem=" + Api.segment(each))
                                .collect(Collectors.joining("&", "?", ""));
        return of.caller()
                .show(of.caller().get("/plans/" + Api.segment(plan) + "/coverage" + asked), BackupText::coverage);
    }
}
