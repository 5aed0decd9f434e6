package slipway.events;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BaselineTest {

    private static final Schema FIRST = SchemaBuilder.record("Launched")
            .namespace("slipway.events.test")
            .fields()
            .requiredString("ship")
            .endRecord();

    @TempDir
    Path folder;

    private Baseline baseline;

    @BeforeEach
    void the_first_version_is_accepted() throws IOException {
        baseline = new Baseline(folder);
        assertThat(baseline.accept(List.of(FIRST))).isEmpty();
    }

    @Test
    void an_unchanged_contract_passes() throws IOException {
        assertThat(baseline.check(List.of(FIRST))).isEmpty();
    }

    @Test
    void an_added_field_with_a_default_passes_once_it_is_accepted() throws IOException {
        Schema second = with("{\"name\":\"tons\",\"type\":\"int\",\"default\":0}");

        assertThat(baseline.check(List.of(second))).singleElement().asString().contains("not in the baseline");
        assertThat(baseline.accept(List.of(second))).isEmpty();
        assertThat(baseline.check(List.of(second))).isEmpty();
        assertThat(folder.resolve("slipway.events.test.Launched/2.avsc")).exists();
    }

    @Test
    void an_added_field_without_a_default_breaks_and_is_never_accepted() throws IOException {
        Schema second = with("{\"name\":\"tons\",\"type\":\"int\"}");

        assertThat(baseline.check(List.of(second)))
                .singleElement()
                .asString()
                .contains("cannot read what version 1 wrote", "tons");
        assertThat(baseline.accept(List.of(second))).isNotEmpty();
        assertThat(folder.resolve("slipway.events.test.Launched/2.avsc")).doesNotExist();
    }

    @Test
    void a_renamed_field_breaks_both_ways() throws IOException {
        Schema renamed = new Schema.Parser().parse(FIRST.toString().replace("\"ship\"", "\"vessel\""));

        assertThat(baseline.check(List.of(renamed)))
                .anyMatch(fault -> fault.contains("cannot read what version 1 wrote"))
                .anyMatch(fault -> fault.contains("version 1 cannot read what it writes"));
    }

    @Test
    void a_change_is_held_against_every_version_not_only_the_last() throws IOException {
        baseline.accept(List.of(with("{\"name\":\"tons\",\"type\":\"int\",\"default\":0}")));
        Schema third = with("{\"name\":\"tons\",\"type\":\"int\"}");

        assertThat(baseline.check(List.of(third))).singleElement().asString().contains("version 1");
    }

    @Test
    void what_would_change_the_meaning_of_old_facts_breaks_although_avro_could_read_it() throws IOException {
        Schema first = with(
                """
                {"name":"at","type":{"type":"long","logicalType":"timestamp-millis"},"default":0}""",
                """
                {"name":"kind","type":{"type":"enum","name":"Kind","symbols":["BIG","SMALL","UNKNOWN"],"default":"UNKNOWN"},"default":"UNKNOWN"}""");
        assertThat(baseline.accept(List.of(first))).isEmpty();
        Schema micros = new Schema.Parser().parse(first.toString().replace("timestamp-millis", "timestamp-micros"));
        assertThat(baseline.check(List.of(micros))).anyMatch(fault -> fault.contains("at was timestamp-millis and is timestamp-micros"));
        Schema smaller = new Schema.Parser().parse(first.toString().replace("\"BIG\",", ""));
        assertThat(baseline.check(List.of(smaller))).anyMatch(fault -> fault.contains("BIG is gone"));
        assertThat(baseline.check(List.of(FIRST))).anyMatch(fault -> fault.contains("at is gone"));
    }

    @Test
    void a_fact_that_disappeared_breaks() throws IOException {
        assertThat(baseline.check(List.of())).singleElement().asString().contains("no longer in the contract");
    }

    @Test
    void the_marks_of_the_java_generator_are_no_part_of_the_contract() {
        assertThat(Compatibility.plain(Actor.getClassSchema()).toString()).doesNotContain("avro.java.string");
        assertThat(Compatibility.plain(Actor.getClassSchema()).getField("id").schema())
                .isEqualTo(Schema.create(Schema.Type.STRING));
    }

    @Test
    void every_enum_of_the_contract_can_grow() throws Exception {
        Path classes = Path.of(Actor.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        try (var files = Files.walk(classes.resolve("slipway/events"), 1)) {
            List<Class<?>> enums = files.map(Path::getFileName)
                    .map(Path::toString)
                    .filter(name -> name.endsWith(".class") && !name.contains("$"))
                    .<Class<?>>map(name -> named("slipway.events." + name.replace(".class", "")))
                    .filter(Class::isEnum)
                    .toList();
            assertThat(enums).hasSizeGreaterThan(10).allSatisfy(each -> {
                Schema schema = org.apache.avro.specific.SpecificData.get().getSchema(each);
                assertThat(schema.getEnumDefault()).isEqualTo("UNKNOWN");
            });
        }
    }

    private static Class<?> named(String name) {
        try {
            return Class.forName(name);
        } catch (ClassNotFoundException e) {
            throw new AssertionError(e);
        }
    }

    private static Schema with(String... fields) {
        String json = FIRST.toString();
        return new Schema.Parser()
                .parse(json.substring(0, json.length() - 2) + "," + String.join(",", fields) + "]}");
    }
}
