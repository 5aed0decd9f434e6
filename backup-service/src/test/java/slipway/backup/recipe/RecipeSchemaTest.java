package slipway.backup.recipe;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.springframework.core.io.ClassPathResource;
import slipway.http.ChangedCopies;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/// The published schema says of the shape of a recipe what its reader says. What only the reader can know (gaps, programs, secrets,
/// regular expressions) it alone refuses.
class RecipeSchemaTest {

    private static final JsonMapper JSON = new JsonMapper();

    /// Faults that are no matter of shape.
    private static final Pattern MEANING = Pattern.compile(String.join(
            "|",
            "nothing fills",
            "it writes a tree over",
            "begins with one of",
            "would show a secret",
            "the list of programs",
            "none of its programs",
            "there is no such parameter",
            "is no parameter of type PATH",
            "is no duration",
            "one group",
            "or is one already",
            "are earlier versions",
            "usual: ",
            "a stream is no tree",
            "there is no file to verify in a stream",
            "is no regular expression"));

    /// One recipe with everything that can be said.
    private static final String EVERYTHING =
            """
            id: everything
            version: 3
            restores: [1, 2]
            system: it
            covers: {another: EMULATOR_TESTED}
            category: STORAGE
            tier: CONTRACT_ONLY
            summary: All of it.
            consistency: none
            stream: false
            programs: [tool, one|other]
            parameters:
              path: {type: PATH, usual: /srv, doc: where}
              password: {type: SECRET, doc: whose}
            ports: [scratch]
            scratch: {path: "{tree}"}
            replaces: path
            traps: [it lies]
            byHand: [copy it]
            provenBy: [directory]
            probe: [{since: 2, before: 3, given: path, expect: [{file: "{tree}/a", minBytes: 1, contains: a, lacks: b, lastLine: c}]}]
            fingerprint: [{survey: "{path}", without: [cache], copied: "{tree}", attributes: true}]
            look:
              - {write: "{work}/conf", text: "{password.quoted}"}
              - run: [tool, look]
                copied: "{tree}/a"
                expect: [{pointer: /a, equals: b}, {pointer: /c, minCount: 2}]
                tell: [{name: a, match: "(b)"}, {match: "(a)=(b)"}, {name: c, pointer: /d}, {name: e, digest: true}]
            capture:
              - run: [one, "{path}"]
                exit: {ok: [0], warn: [1], retry: [75]}
                timeout: PT1H
                environment: {PASSWORD: "{password.value}"}
                stdin: "{work}/conf"
                stdout: "{tree}/a"
                captured: false
                until: [{contains: done}]
                every: PT1S
                take: {job: /id}
            verify: [{run: [tool, "{tree}/a"]}]
            restoreScratch: [{serve: [tool, "{port.scratch}"], ready: [other], timeout: PT1M, environment: {A: b}}]
            cleanup: [{each: "{work}/all", run: [tool, "{each}", "{each.name}"]}]
            reload: [{run: [tool]}]
            """;

    /// What is written over is not replaced as a whole.
    private static final String WRITTEN_OVER =
            EVERYTHING.replace("replaces: path\n", "").replace("reload: [", "restore: [");

    private final Schema schema = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
            .getSchema(text("recipes/recipe.schema.json"), InputFormat.JSON);

    private static String text(String resource) {
        try {
            return new ClassPathResource(resource).getContentAsString(StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static JsonNode yaml(String id) {
        return new YAMLMapper().readTree(text("recipes/" + id + ".yaml"));
    }

    private List<String> faultsBySchema(JsonNode recipe) {
        return schema.validate(JSON.writeValueAsString(recipe), InputFormat.JSON).stream()
                .map(fault -> fault.getInstanceLocation() + ": " + fault.getMessage())
                .toList();
    }

    /// JSON is YAML, too.
    private static String faultsByReader(JsonNode recipe) {
        try {
            RecipeFile.read("it", JSON.writeValueAsBytes(recipe));
            return "";
        } catch (IllegalArgumentException e) {
            return e.getMessage();
        }
    }

    @TestFactory
    Stream<DynamicTest> both_accept_every_recipe_that_comes_with_the_service() {
        return LiveRecipes.ids()
                .map(id -> DynamicTest.dynamicTest(id, () -> {
                    assertThat(faultsBySchema(yaml(id))).isEmpty();
                    assertThat(faultsByReader(yaml(id))).isEmpty();
                }));
    }

    @Test
    void both_refuse_the_same_when_one_thing_of_a_recipe_is_changed() {
        List<JsonNode> changed = new ArrayList<>();
        for (String each : List.of(EVERYTHING, WRITTEN_OVER)) {
            JsonNode recipe = new YAMLMapper().readTree(each);
            assertThat(faultsBySchema(recipe)).isEmpty();
            assertThat(faultsByReader(recipe)).isEmpty();
            changed.addAll(ChangedCopies.of(recipe));
        }
        assertThat(changed).hasSizeGreaterThan(600).allSatisfy(this::agree);
    }

    @Test
    void the_recipe_that_is_changed_has_every_field_that_the_schema_knows() {
        JsonNode shape = JSON.readTree(text("recipes/recipe.schema.json"));
        Set<String> known = new TreeSet<>();
        shape.findValues("properties").forEach(each -> known.addAll(each.propertyNames()));
        assertThat(known).hasSizeGreaterThan(40).allSatisfy(field -> assertThat(
                        List.of(EVERYTHING, WRITTEN_OVER))
                .as(field)
                .anyMatch(each -> new YAMLMapper().readTree(each).findValue(field) != null));
    }

    private void agree(JsonNode recipe) {
        List<String> bySchema = faultsBySchema(recipe);
        String byReader = faultsByReader(recipe);
        if (!bySchema.isEmpty()) {
            assertThat(byReader).as("schema: %s; the reader takes %s", bySchema, recipe).isNotEmpty();
        } else if (!MEANING.matcher(byReader).find()) {
            assertThat(byReader).as("the schema takes %s", recipe).isEmpty();
        }
    }

    @Test
    void a_gap_that_nothing_fills_only_the_reader_can_know() {
        ObjectNode recipe = (ObjectNode) yaml("redis");
        recipe.set("scratch", JSON.createObjectNode().put("port", "{nothing}"));
        assertThat(faultsBySchema(recipe)).isEmpty();
        assertThat(faultsByReader(recipe)).contains("nothing fills {nothing}");
    }
}
