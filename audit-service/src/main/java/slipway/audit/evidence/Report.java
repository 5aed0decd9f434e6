package slipway.audit.evidence;

import io.pebbletemplates.pebble.PebbleEngine;
import io.pebbletemplates.pebble.loader.ClasspathLoader;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiFunction;
import slipway.audit.evidence.Block.Cell;
import slipway.audit.evidence.Block.Rows;
import slipway.audit.evidence.Finding.Verdict;
import slipway.audit.evidence.Gathering.Gathered;
import slipway.audit.evidence.Scope.OfChange;
import slipway.audit.evidence.Scope.OfPeriod;
import tools.jackson.databind.JsonNode;

/// The pack for people, as one page: nothing in it is loaded from elsewhere, nothing runs, and text of others is never markup.
final class Report {

    private static final String FOLDER = "evidence";

    private final PebbleEngine engine;
    private final String style;
    private final BiFunction<String, JsonNode, String> sentence;

    /// @param sentence what a fact of a type says, in words
    Report(BiFunction<String, JsonNode, String> sentence) {
        this.sentence = sentence;
        ClasspathLoader loader = new ClasspathLoader(Report.class.getClassLoader());
        loader.setPrefix(FOLDER);
        loader.setSuffix(".html");
        engine = new PebbleEngine.Builder().loader(loader).autoEscaping(true).strictVariables(true).build();
        try (InputStream file = Report.class.getClassLoader().getResourceAsStream(FOLDER + "/style.css")) {
            style = new String(Objects.requireNonNull(file, "style.css").readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// @param forPdf with marks for its outline, which are no HTML
    String html(Pack pack, boolean forPdf) {
        Map<String, Object> model = new HashMap<>();
        Gathered gathered = pack.gathered();
        model.put("pdf", forPdf);
        model.put("style", style);
        model.put("title", Cell.text(title(pack.scope())).text());
        model.put("subtitle", Cell.text(subtitle(pack)).text());
        model.put("summary", summary(pack));
        model.put("missing", pack.missing().stream().map(each -> Cell.text(each).text()).toList());
        Rows verdicts = new Rows("What the controls say", headings(pack.controls()));
        model.put("verdicts", verdicts.orElse(""));
        List<Map<String, Object>> changes = new ArrayList<>();
        for (int i = 0; i < gathered.stories().size(); i++) {
            changes.add(change(gathered.stories().get(i), i, pack.controls()));
        }
        model.put("changes", changes);
        model.put("controls", pack.controls().stream().map(Report::control).toList());
        model.put("completeness", completeness(gathered.completeness()));
        model.put("proofs", proofs(pack));
        model.put(
                "draw",
                pack.scope() instanceof OfPeriod(_, _, int sample, long seed)
                        ? "Repeat the draw: for each id of population in manifest.json take the SHA-256, in hexadecimal, of “" + seed
                                + ":” and the id; the " + sample + " that come first in order are those that were selected."
                        : "");
        model.put("closing", "Made by " + pack.person() + " on " + Cell.time(pack.createdAt()).text() + " UTC. All times are UTC.");
        StringWriter html = new StringWriter();
        try {
            engine.getTemplate("report").evaluate(html, model);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return html.toString().strip() + "\n";
    }

    static String title(Scope scope) {
        return switch (scope) {
            case OfChange(var change) -> "Evidence of " + change;
            case OfPeriod _ -> "Evidence of a period";
        };
    }

    private static String subtitle(Pack pack) {
        return switch (pack.scope()) {
            case OfChange _ -> ChangePages.title(pack.gathered().stories().getFirst());
            case OfPeriod(var from, var to, _, _) ->
                Cell.time(from).text() + " to " + Cell.time(to).text() + " (UTC): " + pack.gathered().selected().size() + " of "
                        + pack.gathered().population().changes().size() + " changes";
        };
    }

    private static String[] headings(List<Controls.Mapped> controls) {
        List<String> headings = new ArrayList<>(List.of("Change", "Title", "Outcome"));
        controls.forEach(each -> headings.add(each.control().control()));
        return headings.toArray(String[]::new);
    }

    private static Block summary(Pack pack) {
        Gathered gathered = pack.gathered();
        Completeness completeness = gathered.completeness();
        Rows rows = new Rows("")
                .named("Made", Cell.time(pack.createdAt()).text() + " UTC by " + pack.person())
                .named("Changes", String.join(", ", gathered.selected()));
        if (pack.scope() instanceof OfPeriod(_, _, int sample, long seed)) {
            rows.named("Drawn", sample + " wanted, of " + gathered.population().changes().size() + " in the period, by seed " + seed)
                    .named("Not among them", gathered.population().drafts() + " drafts that nobody submitted, " + gathered.population().refusals()
                            + " requests that were refused");
        }
        return rows.named("Facts", gathered.facts().size() + ", each with its proof that the log signed for it")
                .named("Rollouts without authority", count(completeness.starts().size()))
                .named("Drift, and changes told of late", count(completeness.strays().size()))
                .named("Broken invariants", count(completeness.breaches().size()))
                .orElse("");
    }

    private static Cell count(int many) {
        return Cell.verdict(many == 0 ? "none" : String.valueOf(many), many == 0, many > 0);
    }

    private Map<String, Object> change(Story story, int number, List<Controls.Mapped> controls) {
        Map<String, Object> change = new LinkedHashMap<>();
        change.put("id", Cell.text(story.change()).text());
        change.put("anchor", "change-" + (number + 1));
        change.put("title", Cell.text(ChangePages.title(story)).text());
        change.put("outcome", Cell.text(ChangePages.outcome(story)).text().replace('_', ' '));
        change.put("verdicts", controls.stream().map(each -> verdict(each.evidence().get(number).verdict())).toList());
        change.put("blocks", ChangePages.of(story));
        Rows timeline = new Rows("Timeline", "When (UTC)", "Leaf", "Fact", "Who", "What");
        story.facts().forEach(fact -> timeline.row(
                Cell.time(fact.entry().recordedAt()),
                Cell.code(String.valueOf(fact.leaf())),
                Cell.text(fact.type()),
                Cell.text(ChangePages.actor(fact)),
                Cell.text(sentence.apply(fact.type(), fact.payload()))));
        change.put("timeline", timeline.orElse(""));
        return change;
    }

    private static Cell verdict(Verdict verdict) {
        return switch (verdict) {
            case MET -> Cell.verdict("met", true, false);
            case NOT_MET -> Cell.verdict("not met", false, true);
            case NOT_APPLICABLE -> Cell.verdict("does not arise", false, false);
        };
    }

    private static Map<String, Object> control(Controls.Mapped mapped) {
        Rows rows = new Rows("", "Change", "Verdict", "Why", "Facts");
        mapped.evidence().forEach(each -> rows.row(
                Cell.text(each.change()), verdict(each.verdict()), Cell.text(each.why().replace("; ", "\n")), Cell.text(String.valueOf(each.facts().size()))));
        return Map.of(
                "name", mapped.control().framework() + " — " + mapped.control().control() + ": " + mapped.control().title(),
                "asks", mapped.control().asks(),
                "notAnswered", mapped.control().notAnswered(),
                "answeredBy", String.join(", ", mapped.control().answeredBy()),
                "block", rows.orElse("No change was selected."));
    }

    private static Map<String, Object> completeness(Completeness told) {
        Rows starts = new Rows("Rollouts that began without authority", "When (UTC)", "Release", "Environment", "What is wrong");
        told.starts().forEach(each -> starts.row(
                Cell.time(each.fact().entry().recordedAt()),
                Cell.text(each.fact().entry().aggregateId()),
                Cell.text(each.fact().text("environment")),
                Cell.text(each.wrong())));
        Rows strays = new Rows("Drift, and changes told of after they were made", "When (UTC)", "What", "Where", "Story");
        told.strays().forEach(each -> strays.row(
                Cell.time(each.entry().recordedAt()),
                Cell.text(each.type()),
                Cell.text(each.type().equals("EnvironmentDriftDetected")
                        ? each.text("service") + " in " + each.text("environment")
                        : each.text("description")),
                Cell.text(each.entry().correlationId())));
        Rows breaches = new Rows("Broken invariants that were found", "When (UTC)", "Invariant", "By", "What");
        told.breaches().forEach(each -> breaches.row(
                Cell.time(each.foundAt()), Cell.text(each.invariant()), Cell.text(each.subject()), Cell.text(each.what())));
        return Map.of(
                "about",
                "Of everything that the ledger has from " + Cell.time(told.from()).text() + " to " + Cell.time(told.to()).text()
                        + " (UTC), not of the sample: whether anything was done without a change."
                        + (told.tooMany() ? " There is more than is listed here." : ""),
                "blocks",
                List.of(starts.orElse("None."), strays.orElse("None."), breaches.orElse("None.")));
    }

    private static Block proofs(Pack pack) {
        return new Rows("")
                .named("Verifying key", Cell.code(pack.key()))
                .named("Leaves", String.valueOf(pack.tree().size()))
                .named("Root", Cell.code(pack.root().toString()))
                .named("Checkpoint", Cell.code(pack.checkpoint().strip()))
                .orElse("");
    }
}
