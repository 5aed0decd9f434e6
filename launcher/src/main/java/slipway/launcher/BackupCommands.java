package slipway.launcher;

import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(name = "backup", description = "Look at backups, and at what can be backed up.", mixinStandardHelpOptions = true)
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
        return of.caller().show(of.caller().get("/backups/" + Api.segment(id)), BackupText::set);
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
