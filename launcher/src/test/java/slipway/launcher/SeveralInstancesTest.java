package slipway.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import slipway.events.Topics;
import slipway.events.change.ApprovalRequested;
import slipway.events.change.RFCSubmitted;
import slipway.launcher.cluster.Listening;
import slipway.launcher.demo.Demo;
import slipway.launcher.local.Layout;
import slipway.launcher.local.Ports;
import slipway.launcher.local.Ports.For;
import slipway.launcher.local.Services.Instance;
import slipway.launcher.local.Services.Service;

/// Two of every service on a cluster of three brokers, each in a process of its own, as `./slipway up --brokers 3 --instances 2` starts them.
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class SeveralInstancesTest {

    private static final Path EXAMPLES = Path.of("..", "examples");
    private static final int INSTANCES = 2;
    private static final int BROKERS = 3;

    @TempDir
    static Path data;

    private static Running running;
    private static Screen screen;

    @BeforeAll
    static void up() {
        screen = new Screen(new PrintStream(System.out, true, StandardCharsets.UTF_8));
        running = Running.start(
                data.resolve("slipway"),
                EXAMPLES.resolve("estate"),
                Ports.free(),
                new Layout(null, BROKERS, INSTANCES, true),
                screen);
    }

    @AfterAll
    static void down() {
        running.close();
    }

    @Test
    @Order(1)
    void every_record_is_kept_by_three_brokers_and_counts_when_two_have_it() throws Exception {
        try (Admin admin = admin()) {
            admin.describeTopics(Topics.all()).allTopicNames().get().values().forEach(topic -> {
                assertThat(topic.partitions()).as(topic.name()).hasSize(Topics.PARTITIONS);
                assertThat(topic.partitions()).as(topic.name()).allMatch(each -> each.replicas().size() == BROKERS);
            });
        }
    }

    @Test
    @Order(2)
    void instances_share_the_partitions() throws Exception {
        try (Admin admin = admin()) {
            for (Listening service : Listening.all()) {
                await().atMost(Duration.ofMinutes(1)).untilAsserted(() -> shared(admin, service));
            }
        }
    }

    private static void shared(Admin admin, Listening service) throws ExecutionException, InterruptedException {
        var members = admin.describeConsumerGroups(List.of(service.service()))
                .all()
                .get()
                .get(service.service())
                .members();
        Set<TopicPartition> all = new HashSet<>();
        for (MemberDescription each : members) {
            Set<TopicPartition> own = each.assignment().topicPartitions();
            // As even as it can be: nobody has more than half and one for each topic.
            assertThat(own).as(service.service()).hasSizeBetween(1, (Topics.PARTITIONS / INSTANCES + 1) * service.listens().size());
            assertThat(all).as(service.service()).doesNotContainAnyElementsOf(own);
            all.addAll(own);
        }
        assertThat(members).as(service.service()).hasSize(INSTANCES);
        assertThat(all).as(service.service()).hasSize(Topics.PARTITIONS * service.listens().size());
    }

    @Test
    @Order(3)
    void one_instance_of_each_service_has_the_relay() {
        for (Listening service : Listening.all()) {
            await().atMost(Duration.ofMinutes(1))
                    .untilAsserted(() -> assertThat(relays(service)).as(service.service()).isEqualTo(1));
        }
    }

    @Test
    @Order(4)
    void a_rolling_restart_in_the_middle_of_everything_loses_and_repeats_nothing() throws Exception {
        CompletableFuture<Boolean> story = play("rfc.yaml");
        await().atMost(Duration.ofMinutes(2)).until(() -> has("ReleasePlanned"));
        try (Requests requests = Requests.keepComing(running.ports(), EXAMPLES.resolve("rfc.yaml"))) {
            for (int number = INSTANCES; number >= 1; number--) {
                for (Service each : Service.values()) {
                    int before = requests.accepted().size();
                    running.local().restart(new Instance(each, number));
                    await().atMost(Duration.ofMinutes(1)).until(() -> requests.accepted().size() > before);
                }
                for (Listening service : Listening.all()) {
                    await().atMost(Duration.ofSeconds(30)).until(() -> relays(service) == 1);
                }
            }
            assertThat(good(story)).isTrue();
            everyRequestOnce(requests.accepted());
        }
        Aftermath.log(running).check();
        // Nobody was killed: no fact and no mail went out twice.
        assertThat(Aftermath.log(running).entries().stream().map(entry -> entry.meta().getEventId())).doesNotHaveDuplicates();
        await().atMost(Duration.ofMinutes(1)).untilAsserted(() -> Aftermath.everyMailTold(
                Aftermath.log(running), data.resolve("slipway").resolve("mail"), 1));
    }

    @Test
    @Order(5)
    void a_broker_that_is_killed_loses_and_repeats_nothing() throws Exception {
        CompletableFuture<Boolean> story = play("rfc-bad.yaml");
        try (Requests requests = Requests.keepComing(running.ports(), EXAMPLES.resolve("rfc.yaml"))) {
            for (int broker = 1; broker <= BROKERS; broker++) {
                int before = requests.accepted().size();
                await().atMost(Duration.ofMinutes(1)).until(() -> requests.accepted().size() > before);
                Aftermath.kill("kafka-" + broker + ".server.log");
                // It goes on with the two that are left.
                int without = requests.accepted().size();
                await().atMost(Duration.ofMinutes(1)).until(() -> requests.accepted().size() > without + 1);
                everyRequestOnce(requests.accepted());
                running.local().broker().restart(broker);
                await().atMost(Duration.ofMinutes(1)).until(SeveralInstancesTest::allInSync);
            }
            assertThat(good(story)).isTrue();
            everyRequestOnce(requests.accepted());
        }
        Aftermath.log(running).check();
        await().atMost(Duration.ofMinutes(1)).untilAsserted(() -> Aftermath.everyMailTold(
                Aftermath.log(running), data.resolve("slipway").resolve("mail"), 1));
        Aftermath.everyFactInTheLedger(running, "CHG-1");
    }

    /// @return whether the play ends well
    private static CompletableFuture<Boolean> play(String rfc) {
        return CompletableFuture.supplyAsync(() -> {
            try (Demo demo = new Demo(running.stage(), screen, Duration.ofMinutes(6))) {
                Path file = EXAMPLES.resolve(rfc);
                return rfc.equals("rfc-bad.yaml") ? demo.badRelease(file) : demo.release(file);
            }
        });
    }

    private static boolean good(CompletableFuture<Boolean> story)
            throws ExecutionException, InterruptedException, TimeoutException {
        return story.get(6, TimeUnit.MINUTES);
    }

    private static boolean has(String type) {
        return Aftermath.log(running).entries().stream().anyMatch(entry -> entry.type().equals(type));
    }

    /// Whatever was answered with yes is one change, which went its way.
    private static void everyRequestOnce(Map<String, String> accepted) {
        assertThat(accepted.values()).as("ids").doesNotHaveDuplicates();
        await().atMost(Duration.ofMinutes(1)).untilAsserted(() -> {
            List<Log.Entry> entries = Aftermath.log(running).entries();
            Map<String, Long> titles = entries.stream()
                    .filter(entry -> entry.fact() instanceof RFCSubmitted)
                    .map(entry -> ((RFCSubmitted) entry.fact()).getRfc().getTitle())
                    .collect(Collectors.groupingBy(title -> title, Collectors.counting()));
            assertThat(titles.keySet()).containsAll(accepted.keySet());
            accepted.keySet().forEach(title -> assertThat(titles.get(title)).as(title).isEqualTo(1));
            Set<String> asked = entries.stream()
                    .filter(entry -> entry.fact() instanceof ApprovalRequested)
                    .map(entry -> entry.meta().getAggregateId())
                    .collect(Collectors.toSet());
            assertThat(asked).containsAll(accepted.values());
        });
    }

    private static boolean allInSync() throws ExecutionException, InterruptedException {
        try (Admin admin = admin()) {
            return admin.describeTopics(Topics.all()).allTopicNames().get().values().stream()
                    .flatMap(topic -> topic.partitions().stream())
                    .allMatch(partition -> partition.isr().size() == BROKERS);
        }
    }

    private static Admin admin() {
        return Admin.create(Map.of("bootstrap.servers", running.local().broker().address()));
    }

    /// How many connections hold the lock of the relay.
    private static int relays(Listening service) throws SQLException {
        Service which = Arrays.stream(Service.values())
                .filter(each -> service.service().equals(each.word() + "-service"))
                .findFirst()
                .orElseThrow();
        String password = running.local().properties().get(new Instance(which, 1)).get("spring.datasource.password");
        String url = "jdbc:postgresql://" + running.ports().address(For.POSTGRES) + "/" + which.word();
        try (Connection connection = DriverManager.getConnection(url, which.word(), password);
                PreparedStatement locks = connection.prepareStatement("""
                        select count(*) from pg_locks
                        where locktype = 'advisory' and granted
                          and database = (select oid from pg_database where datname = current_database())
                          and (classid::bigint << 32) | objid::bigint = hashtextextended(?, 1)""")) {
            locks.setString(1, "relay of " + service.topic());
            try (ResultSet row = locks.executeQuery()) {
                row.next();
                return row.getInt(1);
            }
        }
    }
}
