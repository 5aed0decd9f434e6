package slipway.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.apache.avro.SchemaBuilder;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.GroupAuthorizationException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import slipway.events.Topics;
import slipway.launcher.local.Ports;
import slipway.launcher.local.Ports.For;
import slipway.launcher.local.SchemaRegistry;
import slipway.launcher.local.SecuredKafka;
import slipway.wire.RegistryClient;

/// `slipway setup` on a broker that knows its users and denies what nobody allowed.
class SetupCommandTest {

    private static final String CHANGE = "change-service";

    @TempDir
    static Path folder;

    private static SecuredKafka kafka;
    private static SchemaRegistry registry;

    @BeforeAll
    static void set_up() throws IOException {
        kafka = SecuredKafka.start(folder.resolve("kafka"));
        registry = new SchemaRegistry(folder.resolve("schemas.jsonl"), 0);
        registry.start();
        Path users = Files.createDirectory(folder.resolve("users"));
        for (String user : List.of(CHANGE, "audit-service", "shop", "olu")) {
            Files.writeString(users.resolve(user), user + "'s password\n");
        }
        Path admin = folder.resolve("admin.properties");
        Files.writeString(admin, kafka.adminSettings());
        // Twice: what is there stays.
        for (int time = 0; time < 2; time++) {
            int code = Slipway.run(
                    "setup", "--kafka", kafka.address(), "--kafka-config", admin.toString(), "--registry", registry.url(),
                    "--users", users.toString(), "--rights", "--requester", "shop", "--reader", "olu");
            assertThat(code).isZero();
        }
    }

    @AfterAll
    static void stop() {
        kafka.close();
        registry.close();
    }

    @Test
    void a_service_writes_its_own_topic_and_its_dead_letters_and_no_other() {
        for (String own : List.of(Topics.CHANGE, Topics.deadLetters(CHANGE))) {
            assertThatCode(() -> write(CHANGE, own)).as(own).doesNotThrowAnyException();
        }
        for (String other : Topics.all()) {
            if (!other.equals(Topics.CHANGE) && !other.equals(Topics.deadLetters(CHANGE))) {
                assertDenied(CHANGE, other);
            }
        }
    }

    @Test
    void a_service_reads_what_it_listens_to_in_its_own_group() throws Exception {
        write("shop", Topics.CHANGE_REQUESTS);
        assertThat(read(CHANGE, CHANGE, Topics.CHANGE_REQUESTS)).isPositive();
        assertThatThrownBy(() -> read(CHANGE, "audit-service", Topics.CHANGE_REQUESTS))
                .isInstanceOf(GroupAuthorizationException.class);
        assertThatThrownBy(() -> read(CHANGE, CHANGE, Topics.AUDIT_CHECKPOINTS))
                .isInstanceOf(TopicAuthorizationException.class);
    }

    @Test
    void somebody_outside_asks_for_changes_and_does_nothing_else() {
        assertThatCode(() -> write("shop", Topics.CHANGE_REQUESTS)).doesNotThrowAnyException();
        Topics.all().stream().filter(topic -> !topic.equals(Topics.CHANGE_REQUESTS)).forEach(topic -> assertDenied("shop", topic));
        assertThatThrownBy(() -> read("shop", "shop", Topics.CHANGE_REQUESTS)).isInstanceOf(GroupAuthorizationException.class);
    }

    @Test
    void a_reader_reads_facts_and_writes_nothing() throws Exception {
        write(CHANGE, Topics.CHANGE);
        assertThat(read("olu", "olu-1", Topics.CHANGE)).isPositive();
        Topics.all().forEach(topic -> assertDenied("olu", topic));
    }

    @Test
    void every_schema_is_there_for_services_that_only_look_and_no_other_gets_in() {
        RegistryClient client = new RegistryClient(registry.url(), null);
        var schema = slipway.events.change.ChangeApproved.getClassSchema();
        assertThat(client.lookUp("change.events-" + schema.getFullName(), schema)).isPositive();
        var request = slipway.events.change.RFCSubmitted.getClassSchema();
        assertThat(client.lookUp("change.requests-" + request.getFullName(), request)).isPositive();
        var other = SchemaBuilder.record("ChangeApproved").namespace("slipway.events.change").fields().requiredString("x").endRecord();
        assertThatThrownBy(() -> client.register("change.events-" + schema.getFullName(), other))
                .isInstanceOf(RegistryClient.Rejected.class);
    }

    @Test
    void what_is_given_is_read_before_anything_is_asked_and_every_fault_is_named() throws IOException {
        Path odd = Files.createDirectory(folder.resolve("odd"));
        Files.writeString(odd.resolve("two words"), "a password");
        Files.writeString(odd.resolve("nobody"), "\n");
        Path login = Files.writeString(folder.resolve("login"), "no colon");
        StringWriter said = new StringWriter();
        // Nobody is there: it does not come to that.
        int code = Slipway.commands()
                .setErr(new PrintWriter(said, true))
                .execute(
                        "setup", "--kafka", "localhost:1", "--registry", "http://localhost:2", "--registry-user-info",
                        login.toString(), "--users", odd.toString(), "--requester", "*", "--reader", "olu");
        assertThat(code).isEqualTo(Refused.REFUSED);
        assertThat(said.toString().lines())
                .anyMatch(line -> line.contains("two words is no file that is named as a user"))
                .anyMatch(line -> line.contains("nobody is empty"))
                .anyMatch(line -> line.contains("login does not hold user:password"))
                .anyMatch(line -> line.contains("'*' is no name of a user"))
                .hasSize(4);
        said.getBuffer().setLength(0);
        assertThat(Slipway.commands()
                        .setErr(new PrintWriter(said, true))
                        .execute("setup", "--kafka", "localhost:1", "--registry", "http://localhost:2", "--users", folder.resolve("none").toString()))
                .isEqualTo(Refused.REFUSED);
        assertThat(said.toString()).contains("none: there is no such file");
    }

    @Test
    void topics_that_are_kept_by_fewer_brokers_than_was_asked_for_are_named() {
        StringWriter said = new StringWriter();
        int code = Slipway.commands()
                .setErr(new PrintWriter(said, true))
                .execute(
                        "setup", "--kafka", kafka.address(), "--kafka-config", folder.resolve("admin.properties").toString(), "--registry",
                        registry.url(), "--replication", "2");
        assertThat(code).isEqualTo(1);
        assertThat(said.toString()).contains("change.events is kept 1 times instead of 2");
    }

    @Test
    void while_no_broker_is_there_it_says_once_for_whom_it_waits_and_goes_on_when_one_comes() throws Exception {
        Ports ports = Ports.free();
        Path later = folder.resolve("later");
        Path admin = Files.writeString(folder.resolve("later.properties"), kafka.adminSettings());
        StringWriter said = new StringWriter();
        CompletableFuture<Integer> setup = CompletableFuture.supplyAsync(() -> Slipway.commands()
                .setOut(new PrintWriter(said, true))
                .execute("setup", "--kafka", ports.address(For.KAFKA), "--kafka-config", admin.toString(), "--registry", registry.url()));
        await().atMost(Duration.ofSeconds(30)).until(() -> said.toString().contains("waiting   for Kafka at " + ports.address(For.KAFKA)));
        try (SecuredKafka _ = SecuredKafka.start(later, ports)) {
            assertThat(setup.get()).isZero();
        }
        assertThat(said.toString().lines())
                .satisfiesExactly(
                        line -> assertThat(line).startsWith("waiting ").contains(" until 20"),
                        line -> assertThat(line).startsWith("topics "),
                        line -> assertThat(line).startsWith("schemas "));
    }

    @Test
    void a_broker_that_does_not_come_is_named_with_what_is_wrong() throws IOException {
        Path impatient = Files.writeString(folder.resolve("impatient.properties"), "default.api.timeout.ms=1500\nrequest.timeout.ms=1000\n");
        String nobody = "localhost:" + Ports.free().of(For.KAFKA);
        assertThat(refused("--kafka", nobody + ",nowhere.invalid:9092", "--kafka-config", impatient.toString(), "--registry", registry.url()))
                .isEqualTo("Kafka does not answer at " + nobody + ": connection refused; nowhere.invalid:9092: unknown host");
        assertThat(refused("--kafka", "nowhere.invalid:9092", "--registry", registry.url()))
                .isEqualTo("Kafka does not answer at nowhere.invalid:9092: unknown host");
        assertThat(refused("--kafka", "nowhere", "--registry", registry.url())).isEqualTo("Kafka does not answer at nowhere: is no HOST:PORT");
        // It asks who we are.
        assertThat(refused("--kafka", kafka.address(), "--kafka-config", impatient.toString(), "--registry", registry.url()))
                .startsWith("Kafka does not answer at " + kafka.address() + ": takes connections, but does not answer as Kafka does to these settings");
        Path stranger = Files.writeString(
                folder.resolve("stranger.properties"), kafka.adminSettings().replace("of the administrator", "a guess"));
        assertThat(refused("--kafka", kafka.address(), "--kafka-config", stranger.toString(), "--registry", registry.url()))
                .startsWith("Kafka does not answer at " + kafka.address() + ": Authentication failed");
    }

    @Test
    void a_registry_that_cannot_be_asked_is_named_with_what_is_wrong() throws Exception {
        String nobody = "http://localhost:" + Ports.free().of(For.REGISTRY);
        assertThat(unregistered(nobody)).isEqualTo("the schema registry cannot be asked at " + nobody + ": connection refused");
        assertThat(unregistered("http://nowhere.invalid:8081"))
                .isEqualTo("the schema registry cannot be asked at http://nowhere.invalid:8081: unknown host");
        HttpsServer stranger = ofNobodyWhomWeKnow();
        try {
            String address = "https://localhost:" + stranger.getAddress().getPort();
            assertThat(unregistered(address))
                    .startsWith("the schema registry cannot be asked at " + address + ": TLS fails")
                    .contains("certif");
        } finally {
            stranger.stop(0);
        }
        assertThat(unregistered("localhost:8081")).isEqualTo("--registry: 'localhost:8081' is no address of a registry: http://HOST:PORT or https://HOST:PORT");
    }

    private static HttpsServer ofNobodyWhomWeKnow() throws Exception {
        Path store = folder.resolve("stranger.p12");
        String tool = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
        assertThat(new ProcessBuilder(
                                tool, "-genkeypair", "-keyalg", "EC", "-dname", "CN=localhost", "-keystore", store.toString(), "-storepass", "change it")
                        .start()
                        .waitFor())
                .isZero();
        char[] password = "change it".toCharArray();
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(KeyStore.getInstance(store.toFile(), password), password);
        SSLContext tls = SSLContext.getInstance("TLS");
        tls.init(keys.getKeyManagers(), null, null);
        HttpsServer server = HttpsServer.create(new InetSocketAddress("localhost", 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(tls));
        server.start();
        return server;
    }

    private static String unregistered(String address) {
        return refused("--kafka", kafka.address(), "--kafka-config", folder.resolve("admin.properties").toString(), "--registry", address);
    }

    private static String refused(String... options) {
        StringWriter said = new StringWriter();
        int code = Slipway.commands()
                .setErr(new PrintWriter(said, true))
                .execute(Stream.concat(Stream.of("setup"), Stream.of(options)).toArray(String[]::new));
        assertThat(code).isNotZero();
        return said.toString().strip();
    }

    private static void assertDenied(String user, String topic) {
        assertThatThrownBy(() -> write(user, topic))
                .as(user + " writes to " + topic)
                .rootCause()
                // Of the topic, or of being a producer at all.
                .isInstanceOf(AuthorizationException.class);
    }

    private static void write(String user, String topic) throws ExecutionException, InterruptedException {
        try (var producer = new KafkaProducer<>(
                as(user, Map.of("acks", "all")), new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>(topic, "x".getBytes(StandardCharsets.UTF_8))).get();
        }
    }

    private static int read(String user, String group, String topic) {
        try (var consumer = new KafkaConsumer<>(
                as(user, Map.of("group.id", group, "auto.offset.reset", "earliest")),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            consumer.subscribe(List.of(topic));
            return await().atMost(Duration.ofSeconds(60)).until(() -> consumer.poll(Duration.ofMillis(500)).count(), read -> read > 0);
        }
    }

    private static Map<String, Object> as(String user, Map<String, Object> more) {
        Map<String, Object> settings = new HashMap<>(kafka.settingsOf(user, user + "'s password"));
        settings.putAll(more);
        return settings;
    }
}
