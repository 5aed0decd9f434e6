import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.StreamSupport;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.generic.GenericRecordBuilder;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/// Asks Slipway for a change over Kafka, and waits for the answer. One file, no generated classes; it needs kafka-clients, avro and
/// kafka-avro-serializer (with kafka-schema-registry-client) in `lib`:
///
///     java -cp 'lib/*' RequestChange.java localhost:7092 http://localhost:7081 "Show the stock" inventory-web
///
/// Ends with 0 when the request was accepted, 1 when it was refused, 3 when no answer came within a minute.
class RequestChange {

    static final String REQUESTS = "change.requests";
    static final String ANSWERS = "change.events";
    static final String RECORD = "slipway.events.change.RFCSubmitted";

    /// Whoever asks, for ever the same: with the id it tells one request from all others.
    static final String SOURCE = "/examples/java";

    /// Confluent's, or others that know the same settings.
    static final String SERIALIZER =
            System.getProperty("serializer", "io.confluent.kafka.serializers.KafkaAvroSerializer");
    static final String DESERIALIZER =
            System.getProperty("deserializer", "io.confluent.kafka.serializers.KafkaAvroDeserializer");

    public static void main(String[] args) throws Exception {
        if (args.length < 4) {
            System.err.println("usage: java RequestChange BOOTSTRAP REGISTRY TITLE ITEM...");
            System.exit(2);
        }
        List<String> items = Arrays.asList(args).subList(3, args.length);
        System.exit(ask(args[0], args[1], args[2], items));
    }

    static int ask(String bootstrap, String registry, String title, List<String> items) throws Exception {
        String id = UUID.randomUUID().toString();
        GenericRecord request = request(schema(registry), id, title, items);

        // Never register schemas of your own: the subject belongs to Slipway, which registers what it reads.
        Map<String, Object> avro = Map.of(
                "schema.registry.url", registry,
                "auto.register.schemas", "false",
                "value.subject.name.strategy", "io.confluent.kafka.serializers.subject.TopicRecordNameStrategy");
        Map<String, Object> kafka = Map.of("bootstrap.servers", bootstrap);
        try (Serializer<Object> serializer = made(SERIALIZER, avro);
                Deserializer<?> deserializer = made(DESERIALIZER, avro);
                var producer = new KafkaProducer<>(kafka, new StringSerializer(), serializer);
                var consumer = new KafkaConsumer<>(kafka, new StringDeserializer(), deserializer)) {
            // From the end as it is before the request is sent: the answer is behind it. No group, nothing is committed.
            List<TopicPartition> partitions = consumer.partitionsFor(ANSWERS).stream()
                    .map(each -> new TopicPartition(each.topic(), each.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToEnd(partitions);
            partitions.forEach(consumer::position);

            ProducerRecord<String, Object> sent = new ProducerRecord<>(REQUESTS, id, request);
            Map.of(
                            "ce_specversion", "1.0",
                            "ce_id", id,
                            "ce_source", SOURCE,
                            "ce_type", RECORD,
                            "ce_time", Instant.now().toString(),
                            "content-type", "application/avro")
                    .forEach((name, value) -> sent.headers().add(name, value.getBytes(StandardCharsets.UTF_8)));
            producer.send(sent).get();
            System.out.println("asked " + id);

            Instant patience = Instant.now().plusSeconds(60);
            while (Instant.now().isBefore(patience)) {
                Optional<GenericRecord> answer = StreamSupport.stream(
                                consumer.poll(Duration.ofSeconds(1)).spliterator(), false)
                        .filter(each -> isAnswer(each, id))
                        .map(each -> (GenericRecord) each.value())
                        .findFirst();
                if (answer.isPresent()) {
                    return tell(answer.get());
                }
            }
        }
        System.err.println("no answer yet");
        return 3;
    }

    static boolean isAnswer(ConsumerRecord<String, ?> record, String id) {
        return record.value() instanceof GenericRecord fact
                && List.of("RFCSubmitted", "RFCRefused").contains(fact.getSchema().getName())
                && SOURCE.equals(text(fact.get("source")))
                && id.equals(text(fact.get("sourceId")));
    }

    static int tell(GenericRecord answer) {
        Object change = ((GenericRecord) answer.get("meta")).get("aggregateId");
        if (answer.getSchema().getName().equals("RFCSubmitted")) {
            System.out.println("accepted " + change);
            return 0;
        }
        System.out.println("refused " + change);
        ((List<?>) answer.get("reasons")).forEach(reason -> System.out.println("- " + reason));
        return 1;
    }

    /// What is left out has a default in the schema.
    static GenericRecord request(Schema schema, String id, String title, List<String> items) {
        long now = System.currentTimeMillis();
        Schema meta = schema.getField("meta").schema();
        Schema rfc = schema.getField("rfc").schema();
        GenericRecord actor = record(meta, "actor")
                .set("id", "examples-java")
                .set("kind", symbol(meta.getField("actor").schema(), "kind", "SERVICE"))
                .build();
        return new GenericRecordBuilder(schema)
                .set("meta", new GenericRecordBuilder(meta)
                        .set("eventId", id)
                        .set("aggregateId", id)
                        .set("sequence", 0L)
                        .set("occurredAt", now)
                        .set("recordedAt", now)
                        .set("actor", actor)
                        .set("correlationId", id)
                        .build())
                .set("source", SOURCE)
                .set("sourceId", id)
                .set("rfc", new GenericRecordBuilder(rfc)
                        .set("type", symbol(rfc, "type", "NORMAL"))
                        .set("title", title)
                        .set("justification", "Customers ask for it.")
                        .set("requester", "dana")
                        .set("implementer", "dana")
                        .set("service", "inventory-web")
                        .set("version", "2.1.0")
                        .set("configurationItems", items)
                        .set("environments", List.of("dev"))
                        .set("implementationPlan", "Roll out instance by instance.")
                        .set("rollbackPlan", "Switch back to the version before.")
                        .set("testPlan", "Unit tests, then probes of every instance.")
                        .set("outageExpected", false)
                        .set("irreversible", false)
                        .set("restoreDataOnRollback", false)
                        .set("window", record(rfc, "window")
                                .set("notBefore", now + Duration.ofMinutes(5).toMillis())
                                .set("notAfter", now + Duration.ofHours(2).toMillis())
                                .build())
                        .set("soakSeconds", 0L)
                        .set("riskAnswers", record(rfc, "riskAnswers")
                                .set("testEvidence", 3)
                                .set("doneBefore", 3)
                                .set("rollbackAutomated", 3)
                                .set("recoverableInWindow", 2)
                                .set("teamsInvolved", 1)
                                .set("dataTouched", 1)
                                .set("businessHours", 3)
                                .set("leadTime", 3)
                                .build())
                        .set("links", List.of())
                        .build())
                .build();
    }

    static GenericRecordBuilder record(Schema of, String field) {
        return new GenericRecordBuilder(of.getField(field).schema());
    }

    static GenericData.EnumSymbol symbol(Schema of, String field, String symbol) {
        return new GenericData.EnumSymbol(of.getField(field).schema(), symbol);
    }

    /// The newest version of the schema, as the registry has it.
    static Schema schema(String registry) throws Exception {
        URI uri = URI.create(registry + "/subjects/" + REQUESTS + "-" + RECORD + "/versions/latest/schema");
        HttpResponse<String> answer;
        try (HttpClient http = HttpClient.newHttpClient()) {
            answer = http.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
        }
        if (answer.statusCode() != 200) {
            throw new IllegalStateException(uri + " answers " + answer.statusCode() + ": " + answer.body());
        }
        return new Schema.Parser().parse(answer.body());
    }

    @SuppressWarnings("unchecked")
    static <T> T made(String type, Map<String, Object> settings) throws Exception {
        Object made = Class.forName(type).getDeclaredConstructor().newInstance();
        if (made instanceof Serializer<?> serializer) {
            serializer.configure(settings, false);
        } else if (made instanceof Deserializer<?> deserializer) {
            deserializer.configure(settings, false);
        }
        return (T) made;
    }

    static String text(Object value) {
        return value == null ? null : value.toString();
    }
}
