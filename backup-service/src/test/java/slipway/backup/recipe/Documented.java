package slipway.backup.recipe;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.springframework.core.io.ClassPathResource;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/// What programs of a recipe answer when it is done as it should be, and answers that lie.
///
/// @param contents what is learnt of the source and of the copy
record Documented(
        Map<String, String> parameters, List<Answer> answers, List<Lie> lies, Map<String, String> contents) {

    static final String SECRET = "planted-secret";

    /// @param run arguments as they are to be, with `{work}`, `{memory}`, `{tree}`, `{name}` (of the copy) and `{captured}` for what differs each time
    /// @param makes files that the program writes, by their paths
    record Answer(List<String> run, int exit, String says, Map<String, String> makes) {}

    /// @param what it says though it is not so
    /// @param answer instead of the one to the same arguments
    /// @param told to a person
    record Lie(String what, Answer answer, String told) {}

    static boolean exists(String id) {
        return new ClassPathResource("documented/" + id + ".yaml").exists();
    }

    static Documented read(String id) {
        try {
            JsonNode node = new YAMLMapper().readTree(new ClassPathResource("documented/" + id + ".yaml").getContentAsByteArray());
            return new Documented(
                    texts(node.path("parameters")),
                    node.path("answers").valueStream().map(Documented::answer).toList(),
                    node.path("lies").valueStream()
                            .map(each -> new Lie(
                                    each.path("what").asString(), answer(each), each.path("told").asString()))
                            .toList(),
                    texts(node.path("contents")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Answer answer(JsonNode node) {
        return new Answer(
                node.path("run").valueStream().map(JsonNode::asString).toList(),
                node.path("exit").asInt(0),
                node.path("says").isContainer() ? node.path("says").toString() : node.path("says").asString(""),
                texts(node.path("makes")));
    }

    private static Map<String, String> texts(JsonNode node) {
        Map<String, String> texts = new TreeMap<>();
        node.properties().forEach(each -> texts.put(each.getKey(), each.getValue().asString()));
        return texts;
    }

    List<Answer> answersWith(Lie lie) {
        if (answers.stream().noneMatch(each -> each.run().equals(lie.answer().run()))) {
            throw new AssertionError("nothing like " + lie.answer().run() + " is documented");
        }
        return answers.stream()
                .map(each -> each.run().equals(lie.answer().run()) ? lie.answer() : each)
                .toList();
    }

    /// Parameters as a plan gives them: secrets by reference.
    Map<String, String> given(Declared recipe, Path folder) throws IOException {
        Map<String, String> given = new LinkedHashMap<>(parameters);
        for (Parameter each : recipe.parameters()) {
            if (each.type() == Parameter.Type.SECRET) {
                given.put(each.name(), "file:" + Files.writeString(folder.resolve("planted"), SECRET));
            } else if (each.usual() != null) {
                given.putIfAbsent(each.name(), each.usual());
            }
            each.fault(given.getOrDefault(each.name(), "")).ifPresent(fault -> {
                throw new AssertionError(each.name() + ": " + fault);
            });
        }
        return new HashMap<>(given);
    }
}
