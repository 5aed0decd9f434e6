package slipway.upgrade;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.apache.avro.Schema;
import org.apache.avro.compiler.specific.SpecificCompiler;
import org.apache.avro.generic.GenericData;
import org.apache.avro.specific.SpecificData;
import slipway.events.Compatibility;
import slipway.events.change.ChangeCancelled;
import slipway.events.change.ChangeHeld;
import slipway.events.release.ReleaseAborted;
import slipway.events.release.ReleaseClosed;
import slipway.events.release.ReleaseResumeRequested;

/// The contract of the next version: today's with what may be added to it, an optional field, a word of an enum, a fact.
final class NextContract {

    static final Schema HELD = plain(ChangeHeld.class);
    static final Schema ABORTED = plain(ReleaseAborted.class);
    static final Schema CLOSED = plain(ReleaseClosed.class);

    static final Schema NEXT_HELD =
            with(HELD, "{\"name\":\"ticket\",\"type\":[\"null\",\"string\"],\"default\":null}", "\"FREEZE\"", "\"FREEZE\",\"INCIDENT\"");
    static final Schema NEXT_ABORTED =
            with(ABORTED, "{\"name\":\"advice\",\"type\":[\"null\",\"string\"],\"default\":null}", "", "");
    static final Schema NEXT_CLOSED = with(
            CLOSED,
            "{\"name\":\"closedBy\",\"type\":[\"null\",\"string\"],\"default\":null}",
            "\"BACKED_OUT\"",
            "\"PARTLY\",\"BACKED_OUT\"");
    static final Schema SHELVED = like(ReleaseResumeRequested.class, "ReleaseShelved");
    static final Schema CHANGE_SHELVED = like(ChangeCancelled.class, "ChangeShelved");

    private NextContract() {}

    /// What the rules for changes of the contract say to it.
    static List<String> violations() {
        List<String> violations = new ArrayList<>();
        violations.addAll(Compatibility.violations(NEXT_HELD, List.of(HELD)));
        violations.addAll(Compatibility.violations(NEXT_ABORTED, List.of(ABORTED)));
        violations.addAll(Compatibility.violations(NEXT_CLOSED, List.of(CLOSED)));
        return violations;
    }

    /// Generates and compiles its classes, with the settings of today's.
    static void compile(Path sources, Path classes) throws IOException {
        for (Schema schema : List.of(NEXT_HELD, NEXT_ABORTED, NEXT_CLOSED, SHELVED, CHANGE_SHELVED)) {
            SpecificCompiler compiler = new SpecificCompiler(schema);
            compiler.setStringType(GenericData.StringType.String);
            compiler.setFieldVisibility(SpecificCompiler.FieldVisibility.PRIVATE);
            compiler.setCreateSetters(false);
            compiler.setEnableDecimalLogicalType(false);
            compiler.compileToDestination(null, sources.toFile());
        }
        List<String> arguments = new ArrayList<>(List.of(
                "-nowarn", "-proc:none", "-cp", System.getProperty("java.class.path"), "-d", classes.toString()));
        try (Stream<Path> files = Files.walk(sources)) {
            files.filter(Files::isRegularFile).map(Path::toString).forEach(arguments::add);
        }
        assertThat(ToolProvider.getSystemJavaCompiler().run(null, null, null, arguments.toArray(String[]::new)))
                .isZero();
    }

    private static Schema plain(Class<?> fact) {
        return Compatibility.plain(SpecificData.get().getSchema(fact));
    }

    private static Schema like(Class<?> fact, String name) {
        return new Schema.Parser().parse(plain(fact).toString().replace(fact.getSimpleName(), name));
    }

    private static Schema with(Schema schema, String field, String word, String words) {
        String json = schema.toString();
        String added = json.substring(0, json.lastIndexOf("]}")) + "," + field + "]}";
        return new Schema.Parser().parse(added.replace(word, words));
    }
}
