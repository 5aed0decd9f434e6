package slipway.launcher;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import slipway.launcher.local.Ports;
import slipway.launcher.local.Ports.For;
import tools.jackson.databind.JsonNode;

@Command(name = "timeline", description = "The facts of a change, over all services; or of one release, backup set or the like.", mixinStandardHelpOptions = true)
final class TimelineCommand implements Callable<Integer> {

    @Parameters(paramLabel = "ID", description = "The change, as CHG-1; or REL-CHG-1, BKP-REL-CHG-1-prod-1, …")
    private String id;

    @Option(names = "--all", description = "Each notification, too; without it they are counted.")
    private boolean all;

    @Option(names = "--tree", description = "Each fact below the one that led to it.")
    private boolean tree;

    @Option(names = "--output", defaultValue = "table", description = "table or json")
    private Output output;

    @Option(names = "--as", paramLabel = "WHO", defaultValue = "dana", description = "Default: ${DEFAULT-VALUE}")
    private String who;

    @Override
    public Integer call() {
        try (Api api = new Api(Ports.standard())) {
            JsonNode facts = Refused.unless(api.get(For.AUDIT, who, "/timelines/" + Api.segment(id)))
                    .json();
            if (output == Output.JSON) {
                System.out.println(facts.toPrettyString());
                return 0;
            }
            TimelineText.print(id, facts, all, tree, System.out);
            return 0;
        }
    }
}
