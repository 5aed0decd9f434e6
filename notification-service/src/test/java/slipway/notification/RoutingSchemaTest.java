package slipway.notification;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.springframework.core.io.ClassPathResource;
import slipway.http.ChangedCopies;
import slipway.http.Refusal;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.dataformat.yaml.YAMLMapper;

/// The published schema says of the shape of the file what its reader says. What only the reader can know it alone refuses.
class RoutingSchemaTest {

    private static final JsonMapper JSON = new JsonMapper();

    /// Faults that are no matter of shape.
    private static final Pattern MEANING = Pattern.compile(String.join(
            "|",
            "there is no such fact",
            "there is no receiver",
            "is no address for",
            "is no Slack channel",
            "would be one of two",
            "is no time zone",
            "is no regular expression",
            "has to be a duration",
            "never end",
            "the topic",
            "there is no endpoint",
            "is no URL",
            "is not encrypted",
            "has a password",
            "urlFile is needed",
            "put it into a file",
            "secretFiles is missing",
            "secretFiles: is missing",
            "is not there",
            "holds no secret",
            "Is a directory"));

    private static final String EVERYTHING =
            """
            people:
              rosa: {email: r@x.org, slack: U012345678, zone: UTC, quietHours: {from: "22:00", to: "07:00", days: [MONDAY]}, digestAt: "08:30"}
            everybody: {email: "{person}@x.org", zone: UTC}
            endpoints:
              soc: {channel: webhook, url: "https://example.org/hook", secretFiles: [src/test/resources/endpoints/webhook.secret]}
              room: {channel: teams, urlFile: src/test/resources/endpoints/teams.url}
            receivers: {ops: {channel: email, to: ["{asked}", ops@x.org]}, bus: {channel: cdevents-topic, to: [cdevents]}}
            urgency: {ChangeClosed: NORMAL}
            route:
              match: {service: shop}
              continue: true
              receivers: [ops]
              groupBy: [change]
              gather: PT30S
              interval: PT5M
              repeat: PT4H
              routes: [{match: {fact: [ChangeClosed], risk: "!~H.*"}}]
            """;

    private final Schema schema = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
            .getSchema(text(), InputFormat.JSON);

    private static String text() {
        try {
            return new ClassPathResource("notifications.schema.json").getContentAsString(StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private List<String> faultsBySchema(JsonNode file) {
        return schema.validate(JSON.writeValueAsString(file), InputFormat.JSON).stream()
                .map(fault -> fault.getInstanceLocation() + ": " + fault.getMessage())
                .toList();
    }

    /// JSON is YAML, too.
    private static String faultsByReader(JsonNode file) {
        try {
            RoutingFile.read(JSON.writeValueAsBytes(file), Set.of("email", "slack"));
            return "";
        } catch (Refusal e) {
            return String.join("; ", e.reasons());
        }
    }

    @Test
    void both_accept_the_example() {
        JsonNode example = new YAMLMapper().readTree(Path.of("../examples/estate/notifications.yaml").toFile());
        assertThat(faultsBySchema(example)).isEmpty();
        assertThat(faultsByReader(example)).isEmpty();
    }

    @Test
    void both_refuse_the_same_when_one_thing_of_a_file_is_changed() {
        JsonNode file = new YAMLMapper().readTree(EVERYTHING);
        assertThat(faultsBySchema(file)).isEmpty();
        assertThat(faultsByReader(file)).isEmpty();
        assertThat(ChangedCopies.of(file, "!~x")).hasSizeGreaterThan(200).allSatisfy(this::agree);
    }

    @Test
    void the_file_that_is_changed_has_every_field_that_the_schema_knows() {
        Set<String> known = new TreeSet<>();
        fields(JSON.readTree(text()), known);
        JsonNode file = new YAMLMapper().readTree(EVERYTHING);
        assertThat(known).hasSizeGreaterThan(20).allSatisfy(field -> assertThat(file.findValue(field)).as(field).isNotNull());
    }

    private static void fields(JsonNode shape, Set<String> known) {
        if (shape.path("properties").isObject()) {
            known.addAll(shape.get("properties").propertyNames());
        }
        shape.forEach(each -> fields(each, known));
    }

    private void agree(JsonNode file) {
        List<String> bySchema = faultsBySchema(file);
        String byReader = faultsByReader(file);
        if (!bySchema.isEmpty()) {
            assertThat(byReader).as("schema: %s; the reader takes %s", bySchema, file).isNotEmpty();
        } else if (!MEANING.matcher(byReader).find()) {
            assertThat(byReader).as("the schema takes %s", file).isEmpty();
        }
    }
}
