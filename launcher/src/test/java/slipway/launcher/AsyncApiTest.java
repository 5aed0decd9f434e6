package slipway.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.avro.Schema;
import org.junit.jupiter.api.Test;
import slipway.program.Installed;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/// `schemas/asyncapi.yaml` says what is so, and says it as the specification asks.
class AsyncApiTest {

    private static final Path DOCUMENT = Path.of("../schemas/asyncapi.yaml");
    private static final Path VALIDATOR = Path.of("../.ci/asyncapi");

    @Test
    void the_document_is_what_schemas_topics_and_services_say() throws IOException {
        Path made = Files.writeString(Path.of("target/asyncapi.yaml"), new AsyncApi().document());
        assertThat(Files.readString(DOCUMENT))
                .as("schemas/asyncapi.yaml is stale; as it should be: launcher/%s", made)
                .isEqualTo(Files.readString(made));
    }

    @Test
    void every_message_leads_to_the_schema_of_its_name() throws IOException {
        JsonNode messages = YAMLMapper.shared().readTree(DOCUMENT.toFile()).at("/components/messages");
        List<JsonNode> withAvro = messages.valueStream().filter(each -> each.has("payload")).toList();
        assertThat(withAvro).hasSizeGreaterThan(100).allSatisfy(message -> {
            Path file = DOCUMENT.resolveSibling(message.at("/payload/schema/$ref").stringValue());
            Schema schema = new Schema.Parser().parse(Files.readString(file));
            assertThat(schema.getFullName()).isEqualTo(message.get("name").stringValue());
        });
    }

    @Test
    void the_parser_of_the_specification_finds_no_fault() throws Exception {
        assertThat(said(DOCUMENT)).startsWith("3.0.0: ");
    }

    @Test
    void the_parser_is_not_content_with_everything() throws Exception {
        // It refers to schemas beside it.
        Path broken = DOCUMENT.resolveSibling("asyncapi-broken-" + ProcessHandle.current().pid() + ".yaml");
        try {
            Files.writeString(broken, Files.readString(DOCUMENT).replace("action: send", "action: shout"));
            assertThat(said(broken)).contains("action").doesNotStartWith("3.0.0");
        } finally {
            Files.delete(broken);
        }
    }

    private static String said(Path document) throws IOException, InterruptedException {
        String node = Installed.program("node");
        Installed.program(VALIDATOR.resolve("node_modules"));
        Process process = new ProcessBuilder(node, VALIDATOR.resolve("validate.js").toString(), document.toString())
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return said;
    }
}
