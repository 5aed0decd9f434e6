package slipway.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import slipway.events.change.RFCSubmitted;
import tools.jackson.databind.json.JsonMapper;

class SummariesTest {

    private final Summaries summaries = new Summaries();

    @Test
    void a_fact_is_one_sentence() {
        assertThat(tell("ApprovalVoteCast", "{'voter':'aki','decision':'APPROVE','stage':'peer'}"))
                .isEqualTo("aki votes APPROVE in stage peer");
        assertThat(tell(
                        "ApprovalRequested",
                        "{'stage':{'quorum':2,'eligible':['aki','sam']},'dueAt':'2026-03-01T10:00:00Z'}"))
                .isEqualTo("2 approval(s) are needed from aki, sam before 2026-03-01T10:00:00Z");
    }

    @Test
    void lists_are_counted_and_words_chosen() {
        assertThat(tell("PackageTested", "{'checks':[{},{},{}]}")).isEqualTo("The package passes 3 checks");
        assertThat(tell("ChangeClosed", "{'automatic':true,'outcome':'SUCCESSFUL'}"))
                .isEqualTo("The change is closed by itself: SUCCESSFUL");
        assertThat(tell("ChangeClosed", "{'automatic':false,'outcome':'BACKED_OUT'}"))
                .isEqualTo("The change is closed: BACKED_OUT");
    }

    @Test
    void what_is_not_there_is_none_and_text_is_never_a_template() {
        assertThat(tell("ChangeCancelled", "{'by':'dana','reason':'costs $1 \\\\ {by}'}"))
                .isEqualTo("dana cancels the change: costs $1 \\ {by}");
        assertThat(tell("RollbackCompleted", "{'observedDigest':null,'dataRestored':false}"))
                .isEqualTo("The rollback is done, none runs again");
    }

    @Test
    void a_type_that_nobody_described_is_told_by_its_name() {
        assertThat(tell("SomethingNew", "{}")).isEqualTo("SomethingNew");
    }

    @Test
    void every_fact_of_the_contract_has_a_sentence_of_fields_that_it_has() throws Exception {
        List<Schema> facts = facts();
        assertThat(facts).hasSizeGreaterThan(50);
        for (Schema fact : facts) {
            assertThat(summaries.knows(fact.getName())).as(fact.getName()).isTrue();
            for (String field : summaries.fields(fact.getName())) {
                assertThat(has(fact, field)).as(fact.getName() + "." + field).isTrue();
            }
        }
    }

    private static boolean has(Schema schema, String path) {
        @Nullable Schema at = schema;
        for (String name : path.split("\\.")) {
            Schema.Field field = at.getField(name);
            if (field == null) {
                return false;
            }
            at = field.schema();
        }
        return true;
    }

    /// The generated classes of the contract that carry a meta.
    private static List<Schema> facts() throws Exception {
        URI home = RFCSubmitted.class.getProtectionDomain().getCodeSource().getLocation().toURI();
        Path path = Path.of(home);
        if (Files.isDirectory(path)) {
            return facts(path);
        }
        try (FileSystem jar = FileSystems.newFileSystem(path, Map.of())) {
            return facts(jar.getPath("/"));
        }
    }

    private static List<Schema> facts(Path root) throws IOException {
        try (Stream<Path> files = Files.walk(root.resolve("slipway/events"))) {
            return files.map(file -> root.relativize(file).toString())
                    .filter(name -> name.endsWith(".class") && !name.contains("$"))
                    .map(name -> name.substring(0, name.length() - ".class".length()).replace('/', '.'))
                    .map(SummariesTest::load)
                    .filter(SpecificRecord.class::isAssignableFrom)
                    .map(type -> SpecificData.get().getSchema(type))
                    .filter(schema -> schema.getField("meta") != null)
                    .toList();
        }
    }

    private static Class<?> load(String name) {
        try {
            return Class.forName(name);
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(e);
        }
    }

    private String tell(String type, String json) {
        return summaries.of(type, new JsonMapper().readTree(json.replace('\'', '"')));
    }
}
