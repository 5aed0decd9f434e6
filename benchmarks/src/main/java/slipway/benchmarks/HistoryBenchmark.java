package slipway.benchmarks;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.springframework.util.FileSystemUtils;
import slipway.audit.history.Happening;
import slipway.audit.history.History;
import slipway.events.Topics;
import slipway.events.change.RFCSubmitted;
import slipway.wire.AvroSerializer;
import tools.jackson.databind.JsonNode;

/// A year's history in a real Kafka, and how fast audit-service takes it, reads it again, verifies it and answers about it; all in one
/// run, and beside a raw consumer of the same topics.
public final class HistoryBenchmark {

    private static final List<String> TOPICS = List.of(Topics.CHANGE, Topics.RELEASE, Topics.BACKUP, Topics.NOTIFICATION);
    private static final String GROUP = "audit-service";
    private static final Duration POLL = Duration.ofMillis(500);
    private static final Duration PATIENCE = Duration.ofMinutes(30);
    private static final int QUESTIONS = 500;
    private static final Duration LATER = Duration.ofHours(1);

    private final int changes;
    private final long seed;
    private final Bench bench;
    private final Results results = new Results(System.out);

    /// Changes spread over the whole year, each a while after it was asked for.
    private final List<Asked> questions = new ArrayList<>();

    private record Asked(String change, Instant at) {}

    private record Read(long bytes, Duration took) {}

    private HistoryBenchmark(int changes, long seed, Bench bench) {
        this.changes = changes;
        this.seed = seed;
        this.bench = bench;
    }

    /// @param args `--changes N` and `--seed N`
    public static void main(String[] args) throws Exception {
        int changes = History.FULL;
        long seed = 1;
        for (int i = 0; i < args.length; i += 2) {
            String value = i + 1 < args.length ? args[i + 1] : "";
            switch (args[i]) {
                case "--changes" -> changes = Integer.parseInt(value);
                case "--seed" -> seed = Long.parseLong(value);
                default -> throw new IllegalArgumentException("usage: benchmarks/history [--changes N] [--seed N], not " + args[i]);
            }
        }
        Path data = Files.createTempDirectory("slipway-history");
        System.out.printf("A year of %,d changes, seed %d, in %s%n", changes, seed, data);
        try (Bench bench = new Bench(data)) {
            bench.start();
            new HistoryBenchmark(changes, seed, bench).run();
        } finally {
            FileSystemUtils.deleteRecursively(data);
        }
        // The broker's threads are nobody's to wait for.
        System.exit(0);
    }

    private void run() throws Exception {
        long facts = produce();
        // The first time is for the compiler and the page cache.
        read(facts);
        Read raw = read(facts);
        results.base("raw consumer", facts, raw.bytes(), raw.took());
        long ingested = ingest(facts);
        if (ingested != facts) {
            throw new IllegalStateException("the ledger has " + ingested + " of " + facts + " facts");
        }
        replay();
        verify();
        latency("timeline of a change", asked(asked -> "/timelines/" + asked.change()));
        latency("change as of a moment", asked(asked -> "/as-of/" + asked.change() + "?at=" + asked.at()));
        latency("approvals waiting as of", asked(asked -> "/as-of/queue?at=" + asked.at()));
        results.print();
    }

    /// Generator, serializer and producer together.
    private long produce() throws InterruptedException {
        AvroSerializer serializer = new AvroSerializer();
        serializer.configure(Map.of("schema.registry.url", bench.registry()), false);
        History history = History.year(seed, changes, serializer::serialize);
        AtomicReference<@Nullable Exception> failed = new AtomicReference<>();
        long facts = 0;
        long bytes = 0;
        int submitted = 0;
        long begin = System.nanoTime();
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                Map.of(
                        "bootstrap.servers", bench.kafka(),
                        "enable.idempotence", true,
                        "compression.type", "lz4",
                        "linger.ms", 20,
                        // A machine that does something else meanwhile is slow, and not broken.
                        "delivery.timeout.ms", (int) PATIENCE.toMillis(),
                        "batch.size", 256 * 1024),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            while (history.hasNext()) {
                Happening next = history.next();
                facts++;
                bytes += next.wire().length;
                if (next.fact() instanceof RFCSubmitted && submitted++ % Math.max(1, changes / QUESTIONS) == 0) {
                    questions.add(new Asked(next.key(), next.meta().getRecordedAt().plus(LATER)));
                }
                producer.send(record(next), (_, exception) -> {
                    if (exception != null) {
                        failed.set(exception);
                    }
                });
            }
        }
        Exception exception = failed.get();
        if (exception != null) {
            throw new IllegalStateException("Kafka did not take all of it", exception);
        }
        results.rate(
                "generated and produced",
                facts,
                since(begin),
                "%,d MB of values, %,d bytes each; at most %,d stories open".formatted(bytes / 1_000_000, bytes / facts, history.mostOpen()));
        return facts;
    }

    /// With the headers that a relay gives it.
    private static ProducerRecord<byte[], byte[]> record(Happening of) {
        ProducerRecord<byte[], byte[]> record =
                new ProducerRecord<>(of.topic(), of.key().getBytes(StandardCharsets.UTF_8), of.wire());
        Map.of(
                        "ce_specversion", "1.0",
                        "ce_id", of.meta().getEventId(),
                        "ce_source", "/slipway/" + of.topic().replace(".events", "-service"),
                        "ce_type", of.fact().getSchema().getFullName(),
                        "ce_subject", of.key(),
                        "ce_time", of.meta().getOccurredAt().toString(),
                        "content-type", "application/avro")
                .forEach((name, value) -> record.headers().add(name, value.getBytes(StandardCharsets.UTF_8)));
        return record;
    }

    /// Bytes and nothing else: what every reader of the log needs at least.
    private Read read(long facts) {
        long seen = 0;
        long bytes = 0;
        long begin = System.nanoTime();
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", bench.kafka(), "auto.offset.reset", "earliest", "max.poll.records", 5000),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            consumer.assign(partitions());
            while (seen < facts) {
                for (ConsumerRecord<byte[], byte[]> each : consumer.poll(POLL)) {
                    seen++;
                    bytes += each.value().length;
                }
            }
        }
        return new Read(bytes, since(begin));
    }

    private static List<TopicPartition> partitions() {
        List<TopicPartition> partitions = new ArrayList<>();
        for (String topic : TOPICS) {
            for (int i = 0; i < Topics.PARTITIONS; i++) {
                partitions.add(new TopicPartition(topic, i));
            }
        }
        return partitions;
    }

    /// From the moment that the service listens until it has committed the last offset.
    private long ingest(long facts) throws IOException, InterruptedException, ExecutionException {
        bench.audit();
        long begin = System.nanoTime();
        long committed = 0;
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", bench.kafka()))) {
            while (committed < facts) {
                TimeUnit.MILLISECONDS.sleep(POLL.toMillis());
                committed = admin.listConsumerGroupOffsets(GROUP).partitionsToOffsetAndMetadata().get().entrySet().stream()
                        .filter(each -> TOPICS.contains(each.getKey().topic()) && each.getValue() != null)
                        .mapToLong(each -> each.getValue().offset())
                        .sum();
            }
        }
        results.rate("ledger ingest", committed, since(begin), "until the last offset is committed");
        return committed;
    }

    private void replay() throws IOException, InterruptedException {
        JsonNode report = bench.run("/replays");
        results.rate(
                "replay",
                report.get("facts").asLong(),
                Duration.ofMillis(report.get("millis").asLong()),
                "reading, rebuilding and comparing; identical: " + report.get("identical").asBoolean() + ", faults: "
                        + report.get("faults").size());
    }

    private void verify() throws IOException, InterruptedException {
        // Not before all of it is signed: waiting for that is no part of verifying.
        bench.run("/verifications");
        JsonNode report = bench.run("/verifications");
        results.rate(
                "verify",
                report.get("facts").asLong(),
                Duration.ofMillis(report.get("millis").asLong()),
                "second of two; %,d leaves signed; holds: %s".formatted(report.get("size").asLong(), report.get("holds").asBoolean()));
    }

    private List<String> asked(Function<Asked, String> path) {
        return questions.stream().map(path).toList();
    }

    /// One question after the other, over HTTP.
    private void latency(String what, List<String> paths) throws IOException, InterruptedException {
        List<Long> nanos = new ArrayList<>();
        for (String path : paths) {
            long begin = System.nanoTime();
            bench.get(path);
            nanos.add(System.nanoTime() - begin);
        }
        results.latency(what, nanos.stream().sorted().toList());
    }

    private static Duration since(long begin) {
        return Duration.ofNanos(System.nanoTime() - begin);
    }
}
