package slipway.launcher;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;

@Command(
        name = "change",
        description = "Ask for changes, approve, hold, review and look at them.",
        mixinStandardHelpOptions = true)
final class ChangeCommands implements Runnable {

    private static final String FILE = "YAML or JSON.";

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "which command?");
    }

    @Command(description = "Submit a request for change, or a draft.", mixinStandardHelpOptions = true)
    int submit(
            @Mixin Caller caller,
            @Option(names = {"-f", "--file"}, paramLabel = "FILE", description = FILE) @Nullable Path file,
            @Parameters(paramLabel = "DRAFT", arity = "0..1", description = "A draft's id, instead of a file.")
                    @Nullable String draft) {
        if ((file == null) == (draft == null)) {
            throw new ParameterException(spec.commandLine(), "name a file with -f, or a draft");
        }
        JsonNode change = file == null
                ? caller.ask("POST", path(String.valueOf(draft)) + "/submit", null, "application/json")
                : caller.send("POST", "/changes", file);
        return caller.show(change, ChangeText::change);
    }

    @Command(description = "Keep a request that is not finished.", mixinStandardHelpOptions = true)
    int draft(
            @Mixin Caller caller,
            @Option(names = {"-f", "--file"}, paramLabel = "FILE", required = true, description = FILE) Path file) {
        return caller.show(caller.send("POST", "/changes/drafts", file), ChangeText::change);
    }

    @Command(
            description = "Save a draft anew, or amend a submitted request: the whole of it, as it shall be.",
            mixinStandardHelpOptions = true)
    int amend(
            @Mixin Caller caller,
            @Parameters(paramLabel = "ID") String id,
            @Option(names = {"-f", "--file"}, paramLabel = "FILE", required = true, description = FILE) Path file) {
        return caller.show(caller.send("PUT", path(id), file), ChangeText::change);
    }

    @Command(description = "Make a draft of a rejected or expired request.", mixinStandardHelpOptions = true)
    int revise(@Mixin Caller caller, @Parameters(paramLabel = "ID") String id) {
        return caller.show(caller.ask("POST", path(id) + "/revise", null, "application/json"), ChangeText::change);
    }

    @Command(description = "List changes, the newest first.", mixinStandardHelpOptions = true)
    int list(
            @Mixin Caller caller,
            @Option(names = "--state", paramLabel = "STATE") @Nullable String state,
            @Option(names = "--ci", paramLabel = "ITEM") @Nullable String ci,
            @Option(names = "--person", paramLabel = "WHO", description = "Requester or implementer.")
                    @Nullable String person,
            @Option(names = "--service", paramLabel = "SERVICE") @Nullable String service,
            @Option(names = "--tag", paramLabel = "TAG") @Nullable String tag,
            @Option(names = "--from", paramLabel = "TIME", description = "Window ends after.") @Nullable String from,
            @Option(names = "--to", paramLabel = "TIME", description = "Window starts before.") @Nullable String to,
            @Option(names = "--limit", paramLabel = "N") @Nullable String limit,
            @Option(names = "--after", paramLabel = "CURSOR") @Nullable String after) {
        Map<String, @Nullable String> filters = new LinkedHashMap<>();
        filters.put("state", state);
        filters.put("ci", ci);
        filters.put("person", person);
        filters.put("service", service);
        filters.put("tag", tag);
        filters.put("from", from);
        filters.put("to", to);
        filters.put("limit", limit);
        filters.put("after", after);
        StringBuilder query = new StringBuilder("/changes?");
        filters.forEach((name, value) -> {
            if (value != null) {
                query.append(name)
                        .append('=')
                        .append(URLEncoder.encode(value, StandardCharsets.UTF_8))
                        .append('&');
            }
        });
        return caller.show(caller.get(query.toString()), ChangeText::list);
    }

    @Command(
            description = {
                "Show a change.",
                "With --exit-code: 0 approved or further, 10 not decided yet, 11 rejected, expired or cancelled, 12 held."
            },
            mixinStandardHelpOptions = true)
    int show(
            @Mixin Caller caller,
            @Parameters(paramLabel = "ID") String id,
            @Option(names = "--exit-code", description = "Tell the state by the exit code.") boolean exitCode) {
        JsonNode change = caller.get(path(id));
        caller.show(change, ChangeText::change);
        if (!exitCode) {
            return 0;
        }
        return switch (change.path("state").asString("")) {
            case "DRAFT", "ASSESSING", "AWAITING_APPROVAL" -> Refused.PENDING;
            case "REFUSED", "REJECTED", "EXPIRED", "CANCELLED" -> Refused.DENIED;
            default -> change.path("holds").isEmpty() ? 0 : Refused.BLOCKED;
        };
    }

    @Command(description = "Explain the risk: every factor and floor.", mixinStandardHelpOptions = true)
    int explain(@Mixin Caller caller, @Parameters(paramLabel = "ID") String id) {
        return caller.show(caller.get(path(id) + "/explanation"), ChangeText::explanation);
    }

    @Command(description = "Suggest the next free windows.", mixinStandardHelpOptions = true)
    int slots(
            @Mixin Caller caller,
            @Parameters(paramLabel = "ID") String id,
            @Option(names = "--count", paramLabel = "N", defaultValue = "5") int count) {
        return caller.show(caller.get(path(id) + "/slots?count=" + count), slots -> {
            Table table = new Table("FROM", "TO");
            slots.forEach(each -> table.row(ChangeText.text(each, "notBefore"), ChangeText.text(each, "notAfter")));
            table.print();
        });
    }

    @Command(description = "Vote for a change, or against it with --reject.", mixinStandardHelpOptions = true)
    int approve(
            @Mixin Caller caller,
            @Parameters(paramLabel = "ID") String id,
            @Option(names = "--reject", description = "Vote against it.") boolean reject,
            @Option(names = "--stage", paramLabel = "STAGE", description = "Default: where it is needed.")
                    @Nullable String stage,
            @Option(names = "--on-behalf-of", paramLabel = "WHO", description = "Who delegated their vote.")
                    @Nullable String principal,
            @Option(
                            names = "--plan-digest",
                            paramLabel = "DIGEST",
                            description = "Of the plan that was read, as show tells it; refused when it is another one by now.")
                    @Nullable String planDigest,
            @Option(names = "--reason", paramLabel = "TEXT") @Nullable String reason) {
        Map<String, String> vote = new LinkedHashMap<>();
        vote.put("decision", reject ? "REJECT" : "APPROVE");
        put(vote, "stage", stage);
        put(vote, "onBehalfOf", principal);
        put(vote, "planDigest", planDigest);
        put(vote, "reason", reason);
        return act(caller, id, "votes", vote);
    }

    @Command(description = "Cancel a change that has not started.", mixinStandardHelpOptions = true)
    int cancel(@Mixin Caller caller, @Parameters(paramLabel = "ID") String id, @Mixin Reason reason) {
        return act(caller, id, "cancel", reason.only());
    }

    @Command(description = "Hold a change: it does not start, or does not go on.", mixinStandardHelpOptions = true)
    int hold(@Mixin Caller caller, @Parameters(paramLabel = "ID") String id, @Mixin Reason reason) {
        return act(caller, id, "hold", reason.only());
    }

    @Command(description = "Let go of a change that is held.", mixinStandardHelpOptions = true)
    int unhold(@Mixin Caller caller, @Parameters(paramLabel = "ID") String id, @Mixin Reason reason) {
        return act(caller, id, "unhold", reason.only());
    }

    @Command(name = "raise-risk", description = "Raise the risk; nobody lowers it.", mixinStandardHelpOptions = true)
    int raiseRisk(
            @Mixin Caller caller,
            @Parameters(paramLabel = "ID") String id,
            @Option(names = "--level", paramLabel = "LEVEL", required = true) String level,
            @Mixin Reason reason) {
        return act(caller, id, "risk", Map.of("level", level, "reason", reason.text()));
    }

    @Command(
            name = "break-glass",
            description = "Let an emergency go ahead without approval; it has to be ratified within a day.",
            mixinStandardHelpOptions = true)
    int breakGlass(@Mixin Caller caller, @Parameters(paramLabel = "ID") String id, @Mixin Reason reason) {
        return act(caller, id, "break-glass", reason.only());
    }

    @Command(description = "Judge what went ahead without approval.", mixinStandardHelpOptions = true)
    int ratify(
            @Mixin Caller caller,
            @Parameters(paramLabel = "ID") String id,
            @Option(names = "--disapprove", description = "It was not right.") boolean disapprove,
            @Mixin Reason reason) {
        return act(
                caller,
                id,
                "ratification",
                Map.of("decision", disapprove ? "REJECT" : "APPROVE", "reason", reason.text()));
    }

    @Command(description = "Review a change that is done, and close it.", mixinStandardHelpOptions = true)
    int review(
            @Mixin Caller caller,
            @Parameters(paramLabel = "ID") String id,
            @Option(names = "--outcome", paramLabel = "OUTCOME", required = true) String outcome,
            @Option(names = "--findings", paramLabel = "TEXT", required = true) String findings,
            @Option(names = "--incident", paramLabel = "REF", description = "When it failed and stayed.")
                    @Nullable String incident) {
        Map<String, String> review = new LinkedHashMap<>(Map.of("outcome", outcome, "findings", findings));
        put(review, "incidentRef", incident);
        return act(caller, id, "review", review);
    }

    @Command(description = "Close a change that needs no review.", mixinStandardHelpOptions = true)
    int close(
            @Mixin Caller caller,
            @Parameters(paramLabel = "ID") String id,
            @Option(names = "--outcome", paramLabel = "OUTCOME", required = true) String outcome) {
        return act(caller, id, "close", Map.of("outcome", outcome));
    }

    @Command(description = "Say that a closed change turned out otherwise.", mixinStandardHelpOptions = true)
    int reclassify(
            @Mixin Caller caller,
            @Parameters(paramLabel = "ID") String id,
            @Option(names = "--outcome", paramLabel = "OUTCOME", required = true) String outcome,
            @Option(names = "--incident", paramLabel = "REF", required = true) String incident,
            @Option(names = "--happened", paramLabel = "TIME", description = "When it happened, as 2026-03-02T10:00:00Z; now unless told.")
                    @Nullable String happened,
            @Mixin Reason reason) {
        Map<String, String> body = new LinkedHashMap<>(Map.of("outcome", outcome, "incidentRef", incident, "reason", reason.text()));
        put(body, "happenedAt", happened);
        return act(caller, id, "outcome", body);
    }

    private static int act(Caller caller, String id, String what, Map<String, ?> body) {
        return caller.show(caller.post(path(id) + "/" + what, body), ChangeText::change);
    }

    private static String path(String id) {
        return "/changes/" + Api.segment(id);
    }

    private static void put(Map<String, String> body, String name, @Nullable String value) {
        if (value != null) {
            body.put(name, value);
        }
    }
}
