package slipway.launcher.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import slipway.events.Topics;
import slipway.launcher.local.Ports.For;

class InfrastructureTest {

    @TempDir
    Path directory;

    @Test
    void a_broker_keeps_its_records_over_a_restart_and_makes_the_topics_once() throws Exception {
        Ports ports = Ports.free();
        for (int run = 0; run < 2; run++) {
            try (Broker broker = Broker.embedded(directory, ports.of(For.KAFKA), ports.of(For.CONTROLLER))) {
                broker.start(Local.Telling.NOBODY);
                if (run == 0) {
                    try (var producer = new KafkaProducer<>(
                            Map.<String, Object>of("bootstrap.servers", broker.address()),
                            new StringSerializer(),
                            new StringSerializer())) {
                        producer.send(new ProducerRecord<>(Topics.CHANGE, 3, "CHG-1", "kept"))
                                .get();
                    }
                } else {
                    try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.address()))) {
                        assertThat(admin.listTopics().names().get()).containsAll(Topics.all());
                        assertThat(admin.describeTopics(List.of(Topics.CHANGE))
                                        .allTopicNames()
                                        .get()
                                        .get(Topics.CHANGE)
                                        .partitions())
                                .hasSize(Topics.PARTITIONS);
                    }
                    try (var consumer = new KafkaConsumer<>(
                            Map.<String, Object>of("bootstrap.servers", broker.address(), "auto.offset.reset", "earliest"),
                            new StringDeserializer(),
                            new StringDeserializer())) {
                        consumer.assign(List.of(new TopicPartition(Topics.CHANGE, 3)));
                        assertThat(consumer.poll(Duration.ofSeconds(20)))
                                .singleElement()
                                .satisfies(each -> assertThat(each.value()).isEqualTo("kept"));
                    }
                }
            }
        }
    }

    @Test
    void topics_that_somebody_made_otherwise_are_named_with_every_fault() throws Exception {
        Ports ports = Ports.free();
        try (Broker broker = Broker.embedded(directory, ports.of(For.KAFKA), ports.of(For.CONTROLLER))) {
            broker.start(Local.Telling.NOBODY);
            Broker.elsewhere(broker.address()).start(Local.Telling.NOBODY);
            try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.address()))) {
                admin.deleteTopics(List.of(Topics.CHANGE, Topics.RELEASE)).all().get();
                admin.createTopics(List.of(
                                new NewTopic(Topics.CHANGE, 3, (short) 1),
                                new NewTopic(Topics.RELEASE, Topics.PARTITIONS, (short) 1)
                                        .configs(Map.of("cleanup.policy", "compact", "retention.ms", "-1"))))
                        .all()
                        .get();
            }
            // A broker learns of it from its controller, a moment later.
            await().untilAsserted(() -> assertThatThrownBy(
                            () -> Broker.elsewhere(broker.address()).start(Local.Telling.NOBODY))
                    .isInstanceOf(Trouble.class)
                    .hasMessageContaining("change.events has 3 partitions instead of 12")
                    .hasMessageContaining("change.events has retention.ms=604800000 instead of -1")
                    .hasMessageContaining("release.events has cleanup.policy=compact instead of delete"));
        }
    }

    @Test
    void each_service_owns_its_database_and_finds_its_rows_after_a_restart() throws Exception {
        Ports ports = Ports.free();
        try (Home home = Home.take(directory)) {
            PostgresBinaries binaries = PostgresBinaries.unpackedIn(home.sub("programs"));
            for (int run = 0; run < 2; run++) {
                try (Database database = new Database(home, binaries, ports.of(For.POSTGRES))) {
                    database.start(List.of("change", "release"));
                    String password = database.password("change");
                    try (Connection connection =
                                    DriverManager.getConnection(database.url("change"), "change", password);
                            var statement = connection.createStatement()) {
                        if (run == 0) {
                            statement.execute("create table kept (during tstzrange, ci text, "
                                    + "exclude using gist (ci with =, during with &&))");
                            statement.execute("insert into kept values ('[2026-01-01, 2026-01-02)', 'web')");
                        }
                        ResultSet rows = statement.executeQuery("select count(*), current_setting('fsync') from kept");
                        rows.next();
                        assertThat(rows.getInt(1)).isEqualTo(1);
                        assertThat(rows.getString(2)).isEqualTo("on");
                    }
                    assertThatThrownBy(() -> DriverManager.getConnection(database.url("release"), "change", password))
                            .isInstanceOf(SQLException.class)
                            .hasMessageContaining("permission denied");
                    assertThatThrownBy(() -> DriverManager.getConnection(database.url("change"), "change", "guess"))
                            .hasMessageContaining("password authentication failed");
                }
            }
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(home.secret("postgres-change"))))
                    .isEqualTo("rw-------");
        }
    }

    @Test
    void a_server_left_by_a_killed_launcher_is_ended_before_the_next_start() throws Exception {
        Ports ports = Ports.free();
        try (Home home = Home.take(directory)) {
            PostgresBinaries binaries = PostgresBinaries.unpackedIn(home.sub("programs"));
            Database abandoned = new Database(home, binaries, ports.of(For.POSTGRES));
            abandoned.start(List.of("change"));
            try (Database next = new Database(home, binaries, ports.of(For.POSTGRES))) {
                next.stopLeftOver();
                ports.mustBeFree(_ -> 1);
                next.start(List.of("change"));
            }
            ports.mustBeFree(_ -> 1);
        }
    }

    @Test
    void a_busy_port_is_named_with_what_it_is_for() throws Exception {
        Ports ports = Ports.free();
        try (ServerSocket other = new ServerSocket(ports.of(For.REGISTRY), 1, InetAddress.getLoopbackAddress())) {
            assertThatThrownBy(() -> ports.mustBeFree(_ -> 1))
                    .isInstanceOf(Trouble.class)
                    .hasMessage("port " + other.getLocalPort()
                            + " is in use by another program; it is needed for the schema registry");
        }
        ports.mustBeFree(_ -> 1);
    }

    @Test
    void instances_of_a_service_answer_for_each_other_and_nothing_else_does() {
        assertThat(Ports.standard().urls(For.CHANGE)).startsWith("http://localhost:7601", "http://localhost:7611").hasSize(9);
        assertThat(Ports.standard().urls(For.ISSUER)).containsExactly("http://localhost:7600");
    }

    @Test
    void data_stay_with_the_log_that_they_were_published_to() throws Exception {
        try (Home home = Home.take(directory)) {
            Files.createDirectories(home.directory().resolve("kafka-3-brokers"));
            for (Layout other : List.of(Layout.small(), Layout.on("localhost:9092"))) {
                assertThatThrownBy(() -> new Local(home, Ports.free(), other))
                        .isInstanceOf(Trouble.class)
                        .hasMessageContaining("were made with --brokers 3");
            }
            new Local(home, Ports.free(), new Layout(null, 3, 1, false)).close();
        }
    }

    @Test
    void two_launchers_never_share_a_data_directory() {
        try (Home first = Home.take(directory)) {
            assertThatThrownBy(() -> Home.take(directory))
                    .isInstanceOf(Trouble.class)
                    .hasMessageContaining("already runs on " + first.directory());
        }
        Home.take(directory).close();
    }

    @Test
    void mail_is_kept_as_a_file() throws Exception {
        Ports ports = Ports.free();
        try (Mailbox mailbox = new Mailbox(directory, ports.of(For.SMTP))) {
            mailbox.start();
            try (var socket = new java.net.Socket(InetAddress.getLoopbackAddress(), ports.of(For.SMTP))) {
                var out = socket.getOutputStream();
                var in = new java.io.BufferedReader(new java.io.InputStreamReader(socket.getInputStream()));
                in.readLine();
                for (String line : List.of(
                        "HELO me", "MAIL FROM:<a@b.example>", "RCPT TO:<c@d.example>", "DATA", "Subject: hi\r\n\r\nbody\r\n.")) {
                    out.write((line + "\r\n").getBytes());
                    out.flush();
                    in.readLine();
                }
            }
            try (var files = Files.list(directory)) {
                assertThat(files.toList())
                        .singleElement()
                        .satisfies(each -> assertThat(each).content().contains("Subject: hi", "body"));
            }
        }
    }
}
