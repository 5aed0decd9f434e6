package slipway.launcher;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import slipway.events.Baseline;
import slipway.events.Topics;
import slipway.launcher.cluster.Listening;
import tools.jackson.dataformat.yaml.YAMLMapper;
import tools.jackson.dataformat.yaml.YAMLWriteFeature;

/// The AsyncAPI document of this system, made of its schemas, its topics and what its services say that they listen to. Payloads are
/// not written out: each message refers to its schema in the baseline, which the build holds to the contract.
///
/// Format: AsyncAPI 3.0.0, with the Kafka bindings 0.5.0.
final class AsyncApi {

    private static final String BASELINE = "../schemas/baseline";

    /// The Avro that the specification names; every schema of ours is one of it.
    private static final String SCHEMA_FORMAT = "application/vnd.apache.avro+json;version=1.9.0";

    private static final String BINDING = "0.5.0";
    private static final String REQUEST = "RequestForChange";
    private static final String LETTER = "DeadLetter";
    private static final String CDEVENT = "CDEvent";
    private static final String AVRO = "application/avro";

    private final YAMLMapper yaml = YAMLMapper.builder()
            .disable(YAMLWriteFeature.SPLIT_LINES, YAMLWriteFeature.WRITE_DOC_START_MARKER)
            .enable(YAMLWriteFeature.MINIMIZE_QUOTES, YAMLWriteFeature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS)
            .build();
    private final List<Schema> facts;

    AsyncApi() throws IOException {
        facts = Baseline.contract(Path.of("../schemas/target/classes"));
    }

    String document() throws IOException {
        SequencedMap<String, Object> document = new LinkedHashMap<>();
        document.put("asyncapi", "3.0.0");
        document.put("id", "urn:slipway");
        document.put("info", info());
        document.put("defaultContentType", "application/avro");
        document.put("servers", servers());
        document.put("channels", channels());
        document.put("operations", operations());
        document.put("components", components());
        return "# Made of the schemas, topics and services; AsyncApiTest says how it is made anew.\n"
                + yaml.writeValueAsString(document);
    }

    private static Map<String, Object> info() {
        return ordered(
                "title", "Slipway",
                "version", "0.1.0",
                "description",
                        "Facts about changes, releases, backups and notifications, and the door through which any system asks for a"
                                + " change. Values are in the Confluent wire format: byte 0, id of the schema as four bytes (big-endian),"
                                + " Avro binary. Subjects are named after topic and record (TopicRecordNameStrategy). docs/integrations.md"
                                + " says how to ask.",
                "license", ordered("name", "Apache-2.0", "url", "https://www.apache.org/licenses/LICENSE-2.0"));
    }

    private static Map<String, Object> servers() {
        return ordered(
                "local",
                        ordered(
                                "host", "localhost:7092",
                                "protocol", "kafka",
                                "description", "What ./slipway up starts: on the loopback only, so nobody has to say who they are.",
                                "bindings",
                                        ordered(
                                                "kafka",
                                                ordered(
                                                        "schemaRegistryUrl", "http://localhost:7081",
                                                        "schemaRegistryVendor", "confluent",
                                                        "bindingVersion", BINDING))),
                "cluster",
                        ordered(
                                "host", "{bootstrap}",
                                "protocol", "kafka-secure",
                                "description",
                                        "A cluster of your own. It says who may write what: change.requests whoever may ask, every other topic"
                                                + " only the service that owns it.",
                                "variables", ordered("bootstrap", ordered("description", "Its bootstrap servers.")),
                                "security",
                                        List.of(
                                                reference("#/components/securitySchemes/scram"),
                                                reference("#/components/securitySchemes/certificate"))));
    }

    private Map<String, Object> channels() {
        SequencedMap<String, Object> channels = new LinkedHashMap<>();
        for (String topic : Topics.all()) {
            channels.put(channel(topic), ordered(
                    "address", topic,
                    "description", description(topic),
                    "messages", on(topic).collect(Collectors.toMap(
                            name -> name,
                            name -> reference("#/components/messages/" + name),
                            (_, _) -> {
                                throw new IllegalStateException("two records of " + topic + " have one name");
                            },
                            LinkedHashMap::new)),
                    "bindings", ordered("kafka", ordered(
                            "topic", topic,
                            "partitions", Topics.PARTITIONS,
                            "topicConfiguration", ordered(
                                    "cleanup.policy", List.of(Topics.CONFIG.get("cleanup.policy")),
                                    "retention.ms", Integer.valueOf(Topics.CONFIG.get("retention.ms"))),
                            "bindingVersion", BINDING))));
        }
        return channels;
    }

    private static String description(String topic) {
        if (topic.equals(Topics.CHANGE_REQUESTS)) {
            return "The open door: any system asks for a change here. What came of it is a fact on change.events: RFCSubmitted or RFCRefused,"
                    + " with source and sourceId of the request. Anything else that is written here becomes a dead letter of change-service.";
        }
        if (topic.endsWith(".dead-letters")) {
            return "What this service could not read: exact key, bytes and headers.";
        }
        if (topic.equals(Topics.CDEVENTS)) {
            return "Facts in the words of CDEvents, as far as the routes of notification-service say so.";
        }
        return topic.equals(Topics.AUDIT_CHECKPOINTS)
                ? "Signed checkpoints of the ledger: whoever keeps one can prove later whether anything before it was touched; and what the audit found broken."
                : "Facts of one owner, in order for each aggregate. Kept for ever: whoever reads from offset 0 knows everything.";
    }

    private Stream<String> on(String topic) {
        if (topic.equals(Topics.CHANGE_REQUESTS)) {
            return Stream.of(REQUEST);
        }
        if (topic.endsWith(".dead-letters")) {
            return Stream.of(LETTER);
        }
        if (topic.equals(Topics.CDEVENTS)) {
            return Stream.of(CDEVENT);
        }
        return facts.stream().filter(each -> Topics.belongs(each.getFullName(), topic)).map(Schema::getName);
    }

    private Map<String, Object> operations() {
        SequencedMap<String, Object> operations = new LinkedHashMap<>();
        operations.put(
                "notification-service.tellsOthers",
                operation("send", Topics.CDEVENTS, "notification-service tells others of facts, as its routes say.", null));
        operations.put("ask", operation("send", Topics.CHANGE_REQUESTS, "Any system asks for a change.", null));
        for (Listening each : Listening.all()) {
            String service = each.service();
            String own = each.topic();
            if (on(own).findAny().isPresent()) {
                operations.put(service + ".tells", operation("send", own, service + " tells what it decided.", null));
            }
            operations.put(
                    service + ".deadLetters",
                    operation("send", Topics.deadLetters(service), service + " lays aside what it cannot read.", null));
            for (String heard : each.listens()) {
                operations.put(
                        service + ".hears." + heard,
                        operation("receive", heard, service + " listens to " + heard + ".", service));
            }
        }
        return operations;
    }

    private static Map<String, Object> operation(String action, String topic, String summary, String group) {
        Map<String, Object> operation = ordered(
                "action", action,
                "channel", reference("#/channels/" + channel(topic)),
                "summary", summary);
        if (group != null) {
            operation.put("bindings", ordered("kafka", ordered(
                    "groupId", ordered("type", "string", "enum", List.of(group)),
                    "bindingVersion", BINDING)));
        }
        return operation;
    }

    private Map<String, Object> components() throws IOException {
        SequencedMap<String, Object> messages = new LinkedHashMap<>();
        Schema request = facts.stream()
                .filter(each -> Topics.belongs(each.getFullName(), Topics.CHANGE_REQUESTS))
                .findFirst()
                .orElseThrow();
        messages.put(REQUEST, message(
                request,
                "Somebody asks for a change. meta.sequence is 0, planDigest null.",
                "requestHeaders",
                "Anything; requests of one key stay in order."));
        for (Schema fact : facts) {
            if (messages.put(fact.getName(), message(fact, fact.getDoc(), "factHeaders", "meta.aggregateId")) != null) {
                throw new IllegalStateException("two facts are called " + fact.getName());
            }
        }
        messages.put(CDEVENT, ordered(
                "name", CDEVENT,
                "summary", "CDEvents 0.4 in CloudEvents; what the specification has no word for is a custom event, dev.cdeventsx.slipway-….",
                "contentType", "application/json",
                "headers", reference("#/components/schemas/eventHeaders"),
                "bindings", ordered("kafka", ordered("key", text("Id of the subject."), "bindingVersion", BINDING))));
        messages.put(LETTER, ordered(
                "name", LETTER,
                "summary", "Bytes that could not be read.",
                "contentType", "application/octet-stream",
                "headers", reference("#/components/schemas/letterHeaders")));
        return ordered(
                "messages", messages,
                "schemas", ordered(
                        "requestHeaders", headers(
                                List.of(),
                                "CloudEvents 1.0 in binary mode. Requests are told apart by ce_source and ce_id; without them by meta.actor.id and meta.eventId.",
                                cloudEvents("source of the payload", "sourceId of the payload", "any", AVRO)),
                        "factHeaders", headers(
                                List.of("ce_specversion", "ce_id", "ce_source", "ce_type", "ce_subject", "ce_time", "content-type"),
                                "CloudEvents 1.0 in binary mode, UTF-8.",
                                cloudEvents("/slipway/ and the owner", "meta.eventId", "meta.aggregateId", AVRO)),
                        "eventHeaders", headers(
                                List.of("ce_specversion", "ce_id", "ce_source", "ce_type", "ce_subject", "ce_time", "content-type"),
                                "CloudEvents 1.0 in binary mode, UTF-8.",
                                cloudEvents("/slipway", "meta.eventId of the fact", "id of the subject", "application/json")),
                        "letterHeaders", headers(
                                List.of("slipway_from", "slipway_reason"),
                                "Those that it came with, and these.",
                                ordered(
                                        "slipway_from", text("topic-partition@offset"),
                                        "slipway_reason", text("Why it is here."),
                                        "slipway_bytes", text("Its size, when only its beginning is kept."),
                                        "slipway_sha256", text("Its digest, when only its beginning is kept.")))),
                "securitySchemes", ordered(
                        "scram", ordered("type", "scramSha512", "description", "User and password, as the cluster gives them."),
                        "certificate", ordered("type", "X509", "description", "A certificate that the cluster trusts.")));
    }

    private static Map<String, Object> message(Schema schema, String summary, String headers, String key) throws IOException {
        return ordered(
                "name", schema.getFullName(),
                "title", schema.getName(),
                "summary", summary,
                "contentType", AVRO,
                "headers", reference("#/components/schemas/" + headers),
                "payload", ordered("schemaFormat", SCHEMA_FORMAT, "schema", reference(newest(schema))),
                "bindings", ordered("kafka", ordered(
                        "key", text(key),
                        "schemaIdLocation", "payload",
                        "schemaIdPayloadEncoding", "confluent",
                        "schemaLookupStrategy", "TopicRecordNameStrategy",
                        "bindingVersion", BINDING)));
    }

    /// Where the document finds the schema: it stands beside the baseline.
    private static String newest(Schema schema) throws IOException {
        try (Stream<Path> versions = Files.list(Path.of(BASELINE, schema.getFullName()))) {
            int last = versions.map(each -> each.getFileName().toString().replace(".avsc", ""))
                    .mapToInt(Integer::parseInt)
                    .max()
                    .orElseThrow();
            return "./baseline/" + schema.getFullName() + "/" + last + ".avsc";
        }
    }

    private static Map<String, Object> cloudEvents(String source, String id, String subject, String contentType) {
        return ordered(
                "ce_specversion", ordered("type", "string", "enum", List.of("1.0")),
                "ce_id", text(id),
                "ce_source", text(source),
                "ce_type", text("Full name of the record."),
                "ce_subject", text(subject),
                "ce_time", text("When it happened, RFC 3339."),
                "content-type", text(contentType),
                "traceparent", text("W3C trace context."));
    }

    private static Map<String, Object> headers(List<String> required, String description, Map<String, Object> properties) {
        Map<String, Object> headers = ordered("type", "object", "description", description, "properties", properties);
        if (!required.isEmpty()) {
            headers.put("required", required);
        }
        return headers;
    }

    private static Map<String, Object> text(String description) {
        return ordered("type", "string", "description", description);
    }

    private static Map<String, Object> reference(String to) {
        return ordered("$ref", to);
    }

    /// `change.events` → `changeEvents`.
    private static String channel(String topic) {
        return Arrays.stream(topic.split("[.-]"))
                .reduce((before, word) -> before + Character.toUpperCase(word.charAt(0)) + word.substring(1))
                .orElseThrow();
    }

    private static Map<String, Object> ordered(Object... pairs) {
        SequencedMap<String, Object> map = new LinkedHashMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            map.put((String) pairs[i], pairs[i + 1]);
        }
        return map;
    }
}
