package slipway.launcher;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;

@Command(name = "inventory", description = "People and configuration items.", mixinStandardHelpOptions = true)
final class InventoryCommands implements Runnable {

    private static final int MOST_LINES = 50;

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "which command?");
    }

    @Command(description = "List configuration items and people.", mixinStandardHelpOptions = true)
    int show(@Mixin Caller caller) {
        return caller.show(caller.get("/inventory"), inventory -> {
            Table items = new Table("ITEM", "CRITICALITY", "TIER", "OWNERS", "IMPACTS");
            inventory.path("configurationItems").forEach(each -> items.row(
                    ChangeText.text(each, "id"),
                    each.path("criticality"),
                    each.path("tier"),
                    ChangeText.text(each, "ownerGroup"),
                    each.path("impacts")));
            items.print();
            System.out.println();
            Table people = new Table("PERSON", "NAME", "GROUPS");
            inventory.path("people").forEach(each -> people.row(
                    ChangeText.text(each, "id"), ChangeText.text(each, "name"), each.path("groups")));
            people.print();
        });
    }

    @Command(description = "What suffers when an item does.", mixinStandardHelpOptions = true)
    int impact(@Mixin Caller caller, @Parameters(paramLabel = "ITEM") String id) {
        return caller.show(caller.get("/inventory/items/" + Api.segment(id) + "/impact"), InventoryCommands::print);
    }

    @Command(description = "Replace the whole inventory.", mixinStandardHelpOptions = true)
    int replace(@Mixin Caller caller, @Mixin FreezeCommands.Text text) {
        return caller.show(
                caller.send("PUT", "/inventory", text.file()),
                answer -> System.out.println(ChangeText.text(answer, "version")));
    }

    @Command(name = "put-item", description = "Add or replace an item.", mixinStandardHelpOptions = true)
    int putItem(@Mixin Caller caller, @Parameters(paramLabel = "ITEM") String id, @Mixin FreezeCommands.Text text) {
        return caller.show(
                caller.send("PUT", "/inventory/items/" + Api.segment(id), text.file()),
                answer -> System.out.println(ChangeText.text(answer, "id")));
    }

    @Command(name = "remove-item", description = "Remove an item that no other names.", mixinStandardHelpOptions = true)
    int removeItem(@Mixin Caller caller, @Parameters(paramLabel = "ITEM") String id) {
        caller.ask("DELETE", "/inventory/items/" + Api.segment(id), null, "application/json");
        System.out.println(id + "  removed");
        return 0;
    }

    private static void print(JsonNode impact) {
        System.out.println(impact.path("total") + " items reached, criticality up to " + impact.path("criticality"));
        Table table = new Table("ITEM", "BY");
        impact.path("reached").valueStream().limit(MOST_LINES).forEach(each -> table.row(
                ChangeText.text(each, "ci"),
                String.join(" > ", each.path("path").valueStream().map(JsonNode::asString).toList())));
        table.print();
    }
}
