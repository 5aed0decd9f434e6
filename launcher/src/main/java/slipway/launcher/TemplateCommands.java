package slipway.launcher;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(name = "template", description = "Templates of STANDARD changes.", mixinStandardHelpOptions = true)
final class TemplateCommands implements Runnable {

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "which command?");
    }

    @Command(description = "List templates.", mixinStandardHelpOptions = true)
    int list(@Mixin Caller caller) {
        return caller.show(caller.get("/templates"), templates -> {
            Table table = new Table("TEMPLATE", "LIVE", "TITLE", "SUSPENDED BECAUSE");
            templates.forEach(each -> table.row(
                    ChangeText.text(each, "ref"),
                    each.path("live").asBoolean(false) ? "yes" : "no",
                    ChangeText.text(each, "title"),
                    ChangeText.text(each, "reason")));
            table.print();
        });
    }

    @Command(description = "Publish a template; it never changes.", mixinStandardHelpOptions = true)
    int publish(@Mixin Caller caller, @Mixin FreezeCommands.Text text) {
        return caller.show(
                caller.send("POST", "/templates", text.file()),
                answer -> System.out.println(ChangeText.text(answer, "ref")));
    }

    @Command(description = "Let a suspended template approve again.", mixinStandardHelpOptions = true)
    int reinstate(@Mixin Caller caller, @Parameters(paramLabel = "TEMPLATE") String ref, @Mixin Reason reason) {
        caller.post("/templates/" + Api.segment(ref) + "/reinstate", reason.only());
        System.out.println(ref + "  live");
        return 0;
    }
}
