package slipway.launcher;

import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import slipway.launcher.local.Ports;
import slipway.launcher.local.Ports.For;
import tools.jackson.databind.JsonNode;

@Command(
        name = "search",
        description = {
            "Find facts, or with --stories the changes that they belong to: by words, by whom and what they are about, by time; newest first.",
            "All that is given has to hold."
        },
        mixinStandardHelpOptions = true)
final class SearchCommand implements Callable<Integer> {

    @Parameters(arity = "0..*", paramLabel = "WORD", description = "As for a search engine: disk -backup \"canary failed\"")
    private @Nullable List<String> words;

    @Option(names = "--stories", description = "A line for each change.")
    private boolean stories;

    @Option(names = "--change", paramLabel = "ID", description = "In the story of this change.")
    private @Nullable String change;

    @Option(names = "--person", paramLabel = "WHO", description = "Who did it, or is named.")
    private @Nullable String person;

    @Option(names = "--item", paramLabel = "CI", description = "A configuration item that the change touches or reaches.")
    private @Nullable String item;

    @Option(names = "--service", paramLabel = "NAME")
    private @Nullable String service;

    @Option(names = "--environment", paramLabel = "NAME")
    private @Nullable String environment;

    @Option(names = "--type", paramLabel = "FACT", description = "Such as RollbackTriggered.")
    private @Nullable String type;

    @Option(names = "--since", paramLabel = "TIME", description = "Recorded then or later, as 2026-03-01 or 2026-03-01T10:00:00Z.")
    private @Nullable String since;

    @Option(names = "--until", paramLabel = "TIME", description = "Recorded before.")
    private @Nullable String until;

    @Option(names = "--limit", paramLabel = "N", description = "At most 200; 50 unless told.")
    private @Nullable Integer limit;

    @Option(names = "--cursor", paramLabel = "CURSOR", description = "Go on where a page ended.")
    private @Nullable String cursor;

    @Option(names = "--output", defaultValue = "table", description = "table or json")
    private Output output;

    @Option(names = "--as", paramLabel = "WHO", defaultValue = "olu", description = "Default: ${DEFAULT-VALUE}")
    private String who;

    @Override
    public Integer call() {
        try (Api api = new Api(Ports.standard())) {
            JsonNode page = Refused.unless(api.get(For.AUDIT, who, (stories ? "/timelines" : "/facts") + query())).json();
            if (output == Output.JSON) {
                System.out.println(page.toPrettyString());
                return 0;
            }
            page.path("found").forEach(stories ? SearchCommand::story : fact -> TimelineText.line(fact, System.out));
            if (page.path("found").isEmpty()) {
                System.out.println("nothing was found");
            }
            if (page.path("next").isString()) {
                System.out.println("there is more: --cursor " + page.path("next").stringValue());
            }
            return 0;
        }
    }

    private String query() {
        Map<String, Object> wanted = new LinkedHashMap<>();
        wanted.put("text", words == null ? null : String.join(" ", words));
        wanted.put("change", change);
        wanted.put("person", person);
        wanted.put("item", item);
        wanted.put("service", service);
        wanted.put("environment", environment);
        wanted.put("type", type);
        wanted.put("since", since == null ? null : time(since));
        wanted.put("until", until == null ? null : time(until));
        wanted.put("limit", limit);
        wanted.put("cursor", cursor);
        return wanted.entrySet().stream()
                .filter(each -> each.getValue() != null)
                .map(each -> each.getKey() + "=" + Api.segment(each.getValue().toString()))
                .collect(Collectors.joining("&", "?", ""));
    }

    /// A day stands for its beginning, in UTC; what is no time is said by the service.
    static String time(String text) {
        try {
            return LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant().toString();
        } catch (DateTimeParseException _) {
            return text;
        }
    }

    private static void story(JsonNode story) {
        System.out.printf(
                "%-24s %-14s %-10s %-18s %5d facts  %-28s %s%n",
                story.path("until").asString(""),
                Visible.line(story.path("id").asString("")),
                story.path("kind").asString("-"),
                story.path("state").asString("-"),
                story.path("facts").longValue(),
                story.path("last").asString(""),
                Visible.line(story.path("title").asString("")));
    }
}
