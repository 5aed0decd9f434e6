package slipway.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import slipway.events.Topics;
import slipway.launcher.cluster.Cluster;
import slipway.launcher.cluster.Listening;
import slipway.launcher.demo.Demo;
import slipway.launcher.local.Layout;
import slipway.launcher.local.Ports;
import slipway.launcher.local.Ports.For;
import slipway.launcher.local.Services.Instance;
import slipway.launcher.local.Services.Service;
import slipway.launcher.local.Trouble;
import tools.jackson.databind.JsonNode;

/// What docs/operations.md says of a database that is set back and of a log that is lost, done to the whole system.
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class DisasterTest {

    private static final Path EXAMPLES = Path.of("..", "examples");

    /// The ledger is made of the topics, and signed for: it is asked afterwards whether all is as it was.
    private static final List<Service> DECIDING = List.of(Service.CHANGE, Service.RELEASE, Service.BACKUP, Service.NOTIFICATION);

    @TempDir
    static Path data;

    private static Running running;
    private static Screen screen;

    @BeforeAll
    static void up() {
        screen = new Screen(new PrintStream(System.out, true, StandardCharsets.UTF_8));
        running = Running.start(
                data.resolve("slipway"), EXAMPLES.resolve("estate"), Ports.free(), Layout.small(), screen);
    }

    @AfterAll
    static void down() {
        running.close();
    }

    @Test
    @Order(1)
    void databases_that_are_set_back_into_the_middle_of_a_release_take_back_what_was_decided_since() throws Exception {
        // Not in the common pool: the services, which are in this process, need it for what comes over HTTP.
        CompletableFuture<Boolean> story = CompletableFuture.supplyAsync(
                () -> {
                    try (Demo demo = new Demo(running.stage(), screen, Duration.ofMinutes(6))) {
                        return demo.release(EXAMPLES.resolve("rfc.yaml"));
                    }
                },
                each -> Thread.ofPlatform().daemon().name("story").start(each));
        await().atMost(Duration.ofMinutes(3)).until(() -> has("ReleaseStarted"));
        for (Service each : DECIDING) {
            stop(each);
            sql("create database " + each.word() + "_then template " + each.word() + " owner " + each.word());
            start(each);
        }
        ask("CHG-2");
        assertThat(story.get(6, TimeUnit.MINUTES)).isTrue();
        settled();
        List<String> done = done();
        DECIDING.forEach(DisasterTest::stop);
        for (Service each : DECIDING) {
            sql("drop database " + each.word());
            sql("alter database " + each.word() + "_then rename to " + each.word());
        }

        for (Service each : DECIDING) {
            assertThatThrownBy(() -> start(each))
                    .isInstanceOf(Trouble.class)
                    .hasMessageContaining("The database was set back")
                    .hasMessageContaining("SLIPWAY_RECOVER=journal");
        }
        DECIDING.forEach(each -> start(each, "journal"));

        settled();
        assertThat(done()).as("nothing was backed up, restored, deployed or told again").isEqualTo(done);
        assertThat(change("CHG-1").path("state").asString()).isEqualTo("CLOSED");
        aftermath();
    }

    @Test
    @Order(2)
    void and_go_on_with_the_next_number() throws IOException {
        ask("CHG-3");
        settled();
        aftermath();
    }

    @Test
    @Order(3)
    void a_log_that_is_lost_is_filled_again_from_the_journals_and_is_the_one_that_was_signed() throws Exception {
        List<String> before = facts();
        List.of(Service.values()).forEach(DisasterTest::stop);
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker()));
                Cluster cluster = new Cluster(Map.of("bootstrap.servers", broker()))) {
            admin.deleteTopics(Topics.all()).all().get();
            await().atMost(Duration.ofSeconds(30)).until(() -> admin.listTopics().names().get().stream().noneMatch(Topics.all()::contains));
            cluster.topics(Optional.of((short) 1));
        }

        for (Service each : Service.values()) {
            assertThatThrownBy(() -> start(each))
                    .isInstanceOf(Trouble.class)
                    .hasMessageContaining("has lost")
                    .hasMessageContaining("SLIPWAY_RECOVER=topic");
        }
        assertThat(facts()).isEmpty();
        List.of(Service.values()).forEach(each -> start(each, "topic"));

        await().atMost(Duration.ofMinutes(1)).untilAsserted(() -> assertThat(facts()).containsAll(before));
        settled();
        aftermath();
    }

    private static void aftermath() throws IOException {
        Aftermath.log(running).check();
        await().atMost(Duration.ofMinutes(1)).untilAsserted(() -> Aftermath.everyMailTold(
                Aftermath.log(running), data.resolve("slipway").resolve("mail"), 1));
        Aftermath.everyFactInTheLedger(running, "CHG-1");
        try (Api api = new Api(running.ports())) {
            JsonNode report = new LongRead(api, "olu", "/verifications").run(Map.of());
            assertThat(report.path("faults").isEmpty()).as(report.toString()).isTrue();
            assertThat(report.path("holds").asBoolean()).as(report.toString()).isTrue();
            assertThat(api.get(For.AUDIT, "olu", "/breaches").json().path("found")).isEmpty();
            for (Service each : Service.values()) {
                assertThat(api.get(each.port(), "kim", "/actuator/parked").json()).as(each.word()).isEmpty();
            }
        }
    }

    /// Nobody has anything to do any more: all that is in the log was read, and no fact came in while jobs and journals were looked at.
    private static void settled() {
        await().atMost(Duration.ofMinutes(2)).until(() -> {
            Map<TopicPartition, Long> ends = ends();
            for (Service each : DECIDING) {
                String url = "jdbc:postgresql://" + running.ports().address(For.POSTGRES) + "/" + each.word();
                if (!hasRead(each, url, ends)) {
                    return false;
                }
            }
            for (Service each : DECIDING) {
                String url = "jdbc:postgresql://" + running.ports().address(For.POSTGRES) + "/" + each.word();
                if (count(url, "select count(*) from scheduled_tasks where execution_time < clock_timestamp() + interval '20 seconds'") > 0
                        || count(url, "select count(*) from scheduled_looks") > 0
                        || count(url, "select count(*) from journal where published_at is null") > 0) {
                    return false;
                }
            }
            return ends().equals(ends);
        });
    }

    /// Of all that anybody listens to.
    private static Map<TopicPartition, Long> ends() throws ExecutionException, InterruptedException {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker()))) {
            Map<TopicPartition, OffsetSpec> latest = new HashMap<>();
            admin.describeTopics(Topics.all()).allTopicNames().get().values().forEach(topic -> topic.partitions()
                    .forEach(each -> latest.put(new TopicPartition(topic.name(), each.partition()), OffsetSpec.latest())));
            return admin.listOffsets(latest).all().get().entrySet().stream()
                    .collect(Collectors.toMap(Map.Entry::getKey, each -> each.getValue().offset()));
        }
    }

    /// By its database, which goes back when it is set back, other than its group.
    private static boolean hasRead(Service service, String url, Map<TopicPartition, Long> ends) throws IOException, SQLException {
        List<String> listens = Listening.all().stream()
                .filter(each -> each.service().equals(service.word() + "-service"))
                .findFirst()
                .orElseThrow()
                .listens();
        Map<TopicPartition, Long> read = new HashMap<>();
        try (Connection connection = DriverManager.getConnection(url, "postgres", superuser());
                Statement statement = connection.createStatement();
                var rows = statement.executeQuery("select topic, partition, next_offset from inbox_place")) {
            while (rows.next()) {
                read.put(new TopicPartition(rows.getString(1), rows.getInt(2)), rows.getLong(3));
            }
        }
        return ends.entrySet().stream()
                .filter(each -> listens.contains(each.getKey().topic()))
                .allMatch(each -> read.getOrDefault(each.getKey(), 0L) >= each.getValue());
    }

    /// @param id as it will be
    private static void ask(String id) throws IOException {
        try (Api api = new Api(running.ports())) {
            Api.Answer answer = api.postYaml(For.CHANGE, "dana", "/changes", Files.readAllBytes(EXAMPLES.resolve("rfc.yaml")));
            assertThat(answer.status()).as(answer.toString()).isEqualTo(201);
            assertThat(answer.json().path("id").asString()).isEqualTo(id);
        }
    }

    private static JsonNode change(String id) {
        try (Api api = new Api(running.ports())) {
            return api.get(For.CHANGE, "dana", "/changes/" + id).json();
        }
    }

    private static List<String> facts() {
        return Aftermath.log(running).entries().stream().map(entry -> entry.meta().getEventId()).toList();
    }

    private static boolean has(String type) {
        return Aftermath.log(running).entries().stream().anyMatch(entry -> entry.type().equals(type));
    }

    /// What anybody did outside. To look at something once more is not to do it again.
    private static List<String> done() {
        return Aftermath.log(running).entries().stream()
                .filter(entry -> !entry.type().equals("BackupChecked"))
                .filter(entry -> entry.type().matches("Backup.*|Restore.*|Package.*|Rollout.*|Release.*|Notification.*"))
                .map(entry -> entry.type() + " " + entry.meta().getAggregateId() + " " + entry.meta().getSequence())
                .sorted()
                .toList();
    }

    private static void stop(Service service) {
        running.local().services().stop(new Instance(service, 1));
    }

    private static void start(Service service) {
        start(service, "");
    }

    private static void start(Service service, String recover) {
        Instance instance = new Instance(service, 1);
        Map<String, String> properties = new HashMap<>(running.local().properties().get(instance));
        properties.put("slipway.recover", recover);
        running.local().services().start(instance, false, properties);
    }

    private static String broker() {
        return running.local().broker().address();
    }

    private static void sql(String statement) throws IOException, SQLException {
        String url = "jdbc:postgresql://" + running.ports().address(For.POSTGRES) + "/postgres";
        try (Connection connection = DriverManager.getConnection(url, "postgres", superuser());
                Statement each = connection.createStatement()) {
            each.execute(statement);
        }
    }

    private static long count(String url, String query) throws IOException, SQLException {
        try (Connection connection = DriverManager.getConnection(url, "postgres", superuser());
                Statement statement = connection.createStatement();
                var row = statement.executeQuery(query)) {
            row.next();
            return row.getLong(1);
        }
    }

    private static String superuser() throws IOException {
        return Files.readString(data.resolve("slipway/secrets/postgres-superuser")).strip();
    }
}
