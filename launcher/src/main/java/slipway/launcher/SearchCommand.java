package slipway.launcher;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
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

    @Mixin
    private Caller.OfAudit of = new Caller.OfAudit();

    @Override
    public Integer call() {
        return of.caller().show(of.caller().get((stories ? "/timelines" : "/facts") + query()), this::print);
    }

    private void print(JsonNode page) {
        page.path("found").forEach(stories ? SearchCommand::story : fact -> TimelineText.line(fact, System.out));
        if (page.path("found").isEmpty()) {
            System.out.println("nothing was found");
        }
        if (page.path("next").isString()) {
            System.out.println("there is more: --cursor " + page.path("next").stringValue());
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
        wanted.put("since", since);
        wanted.put("until", until);
        wanted.put("limit", limit);
        wanted.put("cursor", cursor);
        return wanted.entrySet().stream()
                .filter(each -> each.getValue() != null)
                .map(each -> each.getKey() + "=" + Api.segment(each.getValue().toString()))
                .collect(Collectors.joining("&", "?", ""));
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
