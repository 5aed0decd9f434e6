package slipway.audit.evidence;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import slipway.audit.evidence.Finding.Verdict;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/// The controls of `controls.yml`, each with what the facts of each change say to it.
final class Controls {

    private final List<Control> controls = new ArrayList<>();

    /// @param notAnswered what no fact can say
    /// @param answeredBy types of facts, and files of the pack
    /// @param met names of [Questions]
    record Control(
            String framework, String control, String title, String asks, String notAnswered, List<String> answeredBy, List<String> met) {}

    /// @param facts eventIds
    record Evidence(String change, List<String> facts, Verdict verdict, String why) {}

    record Mapped(Control control, List<Evidence> evidence) {}

    Controls() {
        try (InputStream file = Controls.class.getResourceAsStream("/controls.yml")) {
            for (JsonNode each : new YAMLMapper().readTree(Objects.requireNonNull(file, "controls.yml"))) {
                controls.add(new Control(
                        each.path("framework").asString(),
                        each.path("control").asString(),
                        each.path("title").asString(),
                        each.path("asks").asString(),
                        each.path("notAnswered").asString(),
                        texts(each.path("answeredBy")),
                        texts(each.path("met"))));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> texts(JsonNode list) {
        return list.valueStream().map(JsonNode::asString).toList();
    }

    List<Mapped> of(List<Story> stories) {
        return controls.stream()
                .map(control -> new Mapped(control, stories.stream().map(story -> evidence(control, story)).toList()))
                .toList();
    }

    private static Evidence evidence(Control control, Story story) {
        List<Finding> findings = control.met().stream()
                .map(name -> Objects.requireNonNull(Questions.BY_NAME.get(name), name).apply(story))
                .toList();
        Verdict verdict = findings.stream().anyMatch(each -> each.verdict() == Verdict.NOT_MET)
                ? Verdict.NOT_MET
                : tooEarly(story).isEmpty() && wasMet(findings) ? Verdict.MET : Verdict.NOT_APPLICABLE;
        Set<String> facts = new LinkedHashSet<>();
        Set<String> why = new LinkedHashSet<>();
        if (verdict == Verdict.NOT_APPLICABLE) {
            tooEarly(story).ifPresent(why::add);
        }
        for (Finding each : findings) {
            each.facts().forEach(fact -> facts.add(fact.id()));
            if (each.verdict() == verdict) {
                why.add(each.why());
            }
        }
        return new Evidence(story.change(), List.copyOf(facts), verdict, String.join("; ", why));
    }

    /// What is not over, and what nobody carried out, can have broken a control, but not kept it.
    private static Optional<String> tooEarly(Story story) {
        if (story.end().isEmpty()) {
            return Optional.of("it is not over yet");
        }
        return Questions.wasImplemented(story) ? Optional.empty() : Optional.of("nothing was implemented");
    }

    /// That all of it is recorded is true of what never happened, too.
    private static boolean wasMet(List<Finding> findings) {
        return findings.stream().anyMatch(each -> each.verdict() == Verdict.MET && !each.facts().isEmpty());
    }
}
