package slipway.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.net.CookieManager;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.web.util.HtmlUtils;
import slipway.audit.transparency.VerifyingKey;
import slipway.events.Topics;
import slipway.launcher.demo.Demo;
import slipway.launcher.deploy.Expressions;
import slipway.launcher.evidence.Decision;
import slipway.launcher.evidence.Verification;
import slipway.launcher.local.Layout;
import slipway.launcher.local.Ports;
import slipway.launcher.local.Ports.For;
import slipway.messaging.RawLog;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/// The whole thread with everything real, on a broker, databases and services of its own: a release that succeeds, one whose
/// canary fails, and what must hold in the log afterwards. Poison lies on every topic before the first fact.
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class LifecycleTest {

    private static final Path EXAMPLES = Path.of("..", "examples");
    private static final byte[] POISON = "neither Avro nor anything".getBytes(StandardCharsets.UTF_8);

    @TempDir
    static Path data;

    private static Running running;
    private static Api api;
    private static Screen screen;

    @BeforeAll
    static void up() {
        screen = new Screen(new PrintStream(System.out, true, StandardCharsets.UTF_8));
        running = Running.start(
                data.resolve("slipway"), EXAMPLES.resolve("estate"), Ports.free(), Layout.small(), screen);
        api = new Api(running.ports());
        poison();
    }

    @AfterAll
    static void down() {
        api.close();
        running.close();
    }

    private static void poison() {
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", running.local().broker().address()),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            for (String topic : Topics.all()) {
                for (int partition = 0; partition < Topics.PARTITIONS; partition++) {
                    producer.send(new ProducerRecord<>(topic, partition, POISON, POISON));
                    producer.send(new ProducerRecord<>(topic, partition, POISON, null));
                }
            }
        }
    }

    @Test
    @Order(1)
    void a_request_becomes_a_deployed_release_and_a_closed_change() {
        try (Demo demo = new Demo(running.stage(), screen, Duration.ofMinutes(4))) {
            assertThat(demo.release(EXAMPLES.resolve("rfc.yaml"))).isTrue();
        }

        List<Log.Entry> story = log().of("CHG-1");
        assertThat(Log.types(story))
                .contains(
                        "RFCSubmitted",
                        "ImpactAssessed",
                        "RiskAssessed",
                        "PolicyEvaluated",
                        "ApprovalRequested",
                        "ChangeApproved",
                        "ChangeScheduled",
                        "ReleasePlanned",
                        "PackageBuilt",
                        "PackageTested",
                        "CanaryAnalysisCompleted",
                        "ImplementationCompleted",
                        "PostImplementationReviewCompleted",
                        "ChangeClosed",
                        "ReleaseClosed",
                        "NotificationSent")
                .doesNotContain("RollbackTriggered", "ReleaseBlocked", "NotificationFailed");
        for (String perEnvironment : List.of(
                "BackupRequested",
                "BackupStarted",
                "BackupCompleted",
                "BackupVerified",
                "RestoreTested",
                "BackupCheckRequested",
                "BackupChecked",
                "ImplementationRequested",
                "ImplementationAuthorised",
                "ReleaseStarted",
                "ReleaseDeployed")) {
            assertThat(Log.types(story)).as(perEnvironment).filteredOn(perEnvironment::equals).hasSize(4);
        }
        assertThat(Log.types(story)).filteredOn("ApprovalVoteCast"::equals).hasSize(2);
    }

    @Test
    @Order(2)
    void a_release_whose_canary_fails_is_taken_back_with_its_data() {
        try (Demo demo = new Demo(running.stage(), screen, Duration.ofMinutes(4))) {
            assertThat(demo.badRelease(EXAMPLES.resolve("rfc-bad.yaml"))).isTrue();
        }

        // Setting the stage is a change that nobody asked for: when release-service looks just then, it is registered first.
        Log log = log();
        List<String> story = Log.types(log.of(log.changeFor("2.1.0-bad")));
        assertThat(story)
                .contains(
                        "RollbackTriggered",
                        "ImplementationRolledBack",
                        "DataRestoreRequested",
                        "RestoreRequested",
                        "SafetyBackupTaken",
                        "RestoreCompleted",
                        "RollbackCompleted",
                        "ChangeClosed",
                        "ReleaseClosed")
                .doesNotContain("RollbackFailed", "RestoreFailed");
        assertThat(story).filteredOn("ReleaseDeployed"::equals).as("never prod").hasSize(3);
    }

    @Test
    @Order(3)
    void the_log_keeps_every_promise() {
        Log log = log();
        log.check();
        assertThat(log.unreadable()).isEqualTo(2 * Topics.PARTITIONS * Topics.FACTS.size());
    }

    @Test
    @Order(3)
    void every_fact_but_the_first_has_its_cause_in_the_log() {
        List<Log.Entry> story = log().of("CHG-1");
        Set<String> known = story.stream().map(entry -> entry.meta().getEventId()).collect(Collectors.toSet());
        Set<String> uncaused = new TreeSet<>();
        for (Log.Entry entry : story) {
            if (entry.meta().getCausationId() == null) {
                uncaused.add(entry.type());
            } else {
                assertThat(known).as(entry.type()).contains(entry.meta().getCausationId());
            }
        }
        // What people did over HTTP: one request, with what was assessed in the same decision; votes, and a review.
        assertThat(uncaused)
                .containsExactlyInAnyOrder(
                        "ApprovalRequested",
                        "ApprovalVoteCast",
                        "ChangeApproved",
                        "ChangeClosed",
                        "ImpactAssessed",
                        "PolicyEvaluated",
                        "PostImplementationReviewCompleted",
                        "RFCSubmitted",
                        "RiskAssessed");
    }

    @Test
    @Order(3)
    void each_service_put_the_poison_of_its_topics_aside_as_it_came() {
        Map<String, Integer> topicsReadBy = Map.of(
                "change-service", 3, "release-service", 2, "backup-service", 1, "notification-service", 4, "audit-service", 5);
        topicsReadBy.forEach((service, topics) -> {
            int expected = 2 * topics * Topics.PARTITIONS;
            await().atMost(Duration.ofSeconds(30))
                    .untilAsserted(() -> assertThat(
                                    RawLog.records(
                                                    running.local().broker().address(),
                                                    List.of(Topics.deadLetters(service)))
                                            .stream()
                                            .filter(letter -> letter.headers().lastHeader("slipway_from") != null))
                            .as(service)
                            .hasSize(expected)
                            .allMatch(letter -> letter.value() == null || Arrays.equals(letter.value(), POISON)));
        });
    }

    /// So that whoever is erased where names are kept is erased: what remains is an id that nobody has.
    @Test
    @Order(3)
    void no_fact_has_a_name_or_an_address_of_a_person() throws IOException {
        JsonNode people = new YAMLMapper().readTree(Path.of("../examples/estate/inventory.yaml").toFile()).path("people");
        assertThat(people.size()).isPositive();
        String all = log().entries().stream().map(entry -> entry.fact().toString()).collect(Collectors.joining("\n"));
        assertThat(all).contains("dana");
        for (JsonNode person : people) {
            assertThat(all).doesNotContain(person.path("name").stringValue(), person.path("email").stringValue());
        }
    }

    @Test
    @Order(3)
    void the_timeline_has_the_whole_story_and_a_replay_from_offset_0_rebuilds_it() {
        int facts = log().of("CHG-1").size();
        await().atMost(Duration.ofSeconds(30))
                .until(() -> api.get(For.AUDIT, "olu", "/timelines/CHG-1").json().size() == facts);

        List<String> before = done();
        JsonNode report = new LongRead(api, "olu", "/replays").run(Map.of());
        assertThat(report.path("identical").asBoolean()).as(report.toString()).isTrue();
        assertThat(report.path("faults").isEmpty()).as(report.toString()).isTrue();
        assertThat(done()).as("nothing was backed up or deployed again").isEqualTo(before);
        // Read once: people are told of other things meanwhile.
        List<Log.Entry> told = log().entries().stream()
                .filter(entry -> entry.type().equals("NotificationSent"))
                .toList();
        assertThat(told.stream().map(entry -> entry.meta().getAggregateId()).distinct())
                .as("nobody was told anything again")
                .hasSize((int) told.stream().map(entry -> entry.meta().getEventId()).distinct().count());
        assertThat(api.post(For.AUDIT, "dana", "/replays", Map.of()).status()).isEqualTo(403);
    }

    /// What anybody has done to the world.
    private static List<String> done() {
        return log().entries().stream()
                .filter(entry -> Set.of("BackupStarted", "BackupItemCaptured", "RolloutStepStarted", "RolloutStepCompleted").contains(entry.type()))
                .map(entry -> entry.meta().getEventId())
                .distinct()
                .toList();
    }

    @Test
    @Order(3)
    void every_fact_is_signed_for_and_all_of_it_holds() {
        long facts = log().of("CHG-1").size();
        JsonNode report = await().atMost(Duration.ofSeconds(30))
                .until(
                        () -> new LongRead(api, "olu", "/verifications").run(Map.of()),
                        each -> each.path("size").asLong() > facts);
        assertThat(report.path("faults").isEmpty()).as(report.toString()).isTrue();
        assertThat(report.path("holds").asBoolean()).isTrue();
        assertThat(report.path("facts")).isEqualTo(report.path("size"));
        assertThat(report.path("checkpoints").asLong()).isPositive();
    }

    @Test
    @Order(3)
    void an_auditor_takes_home_evidence_of_it_and_makes_each_decision_again() throws Exception {
        String set = log().of("CHG-1").stream()
                .filter(entry -> entry.type().equals("BackupCompleted"))
                .map(entry -> entry.meta().getAggregateId())
                .findFirst()
                .orElseThrow();
        ByteArrayOutputStream pack = new ByteArrayOutputStream();
        Api.Answer answer = api.copy(For.AUDIT, "olu", "/evidence?change=CHG-1", pack);
        assertThat(answer.isGood()).as(answer.body()).isTrue();
        List<String> names = new ArrayList<>();
        try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(pack.toByteArray()))) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                names.add(entry.getName());
            }
        }
        assertThat(names).contains("manifest.json", "facts.jsonl", "report.pdf", "backups/" + set + "/manifest.json");
        assertThat(names).anyMatch(name -> name.startsWith("policies/"));

        // And reads it without us: each decision is made again.
        Path taken = data.resolve("CHG-1.zip");
        Files.write(taken, pack.toByteArray());
        String key = api.get(For.AUDIT, "olu", "/log").json().path("key").stringValue();
        Verification found = Verification.of(taken, VerifyingKey.parse(key), List.of());
        assertThat(found.faults()).isEmpty();
        assertThat(found.holds()).isTrue();
        assertThat(found.decisions())
                .allSatisfy(each -> assertThat(each.result()).as(each.toString()).isEqualTo(Decision.Result.MATCH))
                .extracting(Decision::what)
                .contains("RiskAssessed", "PolicyEvaluated", "ChangeApproved", "CanaryAnalysisCompleted");
        assertThat(found.scope().change()).isEqualTo("CHG-1");
    }

    /// As the command line asks: the ledger for the fact, notification-service for who would be told of it.
    @Test
    @Order(3)
    void who_is_told_of_a_fact_of_the_ledger_and_why_is_explained() {
        String closed = log().of("CHG-1").stream()
                .filter(entry -> entry.type().equals("ChangeClosed"))
                .map(entry -> entry.meta().getEventId())
                .findFirst()
                .orElseThrow();
        JsonNode found = api.get(For.AUDIT, "olu", "/facts/" + closed).json();
        assertThat(found.path("changeId").asString()).isEqualTo("CHG-1");
        assertThat(api.get(For.AUDIT, "olu", "/facts/none").status()).isEqualTo(404);
        JsonNode plan = api.post(
                        For.NOTIFICATION,
                        "olu",
                        "/notifications/plan",
                        Map.of(
                                "type", found.at("/fact/type"),
                                "changeId", "CHG-1",
                                "eventId", closed,
                                "payload", found.at("/fact/payload")))
                .json();
        assertThat(plan.at("/told/0/recipient").asString()).isEqualTo("dana");
        assertThat(plan.at("/told/0/route").asString()).isEqualTo("route.routes[1]");
        await().atMost(Duration.ofSeconds(30))
                .until(() -> api.get(For.NOTIFICATION, "olu", "/notifications?fact=" + closed)
                        .json()
                        .at("/0/state")
                        .asString()
                        .equals("SENT"));
    }

    @Test
    @Order(3)
    void each_service_is_well_and_draws_the_choreography_that_runs() throws IOException {
        for (For service : List.of(For.CHANGE, For.RELEASE, For.BACKUP, For.NOTIFICATION, For.AUDIT)) {
            JsonNode health = api.get(service, "dana", "/actuator/health").json();
            assertThat(health.path("status").asString()).as(service + " " + health).isEqualTo("UP");
            assertThat(health.path("components").propertyNames())
                    .as(service.name())
                    .contains("db", "binders", "relay", "parked", "jobs");
            assertThat(metrics(service))
                    .contains("slipway_journal_lag_seconds", "slipway_facts_parked");
            assertThat(api.get(service, "kim", "/actuator/parked").json().size()).as(service.name()).isZero();
        }
        JsonNode choreography =
                api.get(For.BACKUP, "dana", "/actuator/choreography").json();
        assertThat(choreography.path("steps").findValuesAsString("on"))
                .contains("BackupRequested", "BackupStarted", "DataRestoreRequested");
    }

    @Test
    @Order(3)
    void services_expose_every_metric_that_alerts_and_dashboard_ask_for() {
        // Those that a Kafka client has of a topic are looked for once a minute only.
        await().atMost(Duration.ofMinutes(2)).pollInterval(Duration.ofSeconds(2)).untilAsserted(() -> {
            Set<String> exposed = new TreeSet<>();
            for (For service : List.of(For.CHANGE, For.RELEASE, For.BACKUP, For.NOTIFICATION, For.AUDIT)) {
                metrics(service).lines().filter(line -> !line.startsWith("#")).map(line -> line.split("[{ ]", 2)[0]).forEach(exposed::add);
            }
            assertThat(exposed).containsAll(Expressions.metrics());
        });
    }

    /// As the command line fetches it.
    @Test
    @Order(3)
    void a_release_s_backup_has_a_kit_that_restores_it_without_us() {
        String set = api.get(For.BACKUP, "dana", "/backups").json().valueStream()
                .filter(each -> each.path("state").asString("").equals("RESTORE_TESTED"))
                .findFirst()
                .orElseThrow()
                .path("id")
                .asString();
        ByteArrayOutputStream zip = new ByteArrayOutputStream();
        assertThat(api.copy(For.BACKUP, "dana", "/backups/" + set + "/kit", zip).status()).isEqualTo(200);
        assertThat(Kit.unpack(zip.toByteArray(), data.resolve("kit")))
                .extracting(file -> file.getFileName().toString())
                .contains("restore.sh", "restore.txt", "manifest.json", "manifest.sig", "signing.pub", "README.txt");
    }

    @Test
    @Order(3)
    void a_request_with_faults_is_refused_with_every_reason_and_leaves_nothing_behind() throws Exception {
        int before = api.get(For.CHANGE, "dana", "/changes").json().size();
        byte[] incomplete = Files.readAllBytes(EXAMPLES.resolve("rfc-incomplete.yaml"));

        Api.Answer answer = api.postYaml(For.CHANGE, "dana", "/changes", incomplete);

        assertThat(answer.status()).isEqualTo(422);
        assertThat(answer.reasons()).hasSizeGreaterThan(3);
        assertThat(api.postYaml(For.CHANGE, "dana", "/changes", "a: [".getBytes(StandardCharsets.UTF_8)).status())
                .isEqualTo(400);
        assertThat(api.get(For.CHANGE, "dana", "/changes").json().size()).isEqualTo(before);
    }

    /// As a browser does it, with the issuer of this machine.
    @Test
    @Order(3)
    void the_link_of_a_mail_leads_over_a_sign_in_to_the_page_of_its_change() throws Exception {
        String link = running.ports().url(For.CHANGE) + "/approve/CHG-1";
        try (Stream<Path> mails = Files.list(data.resolve("slipway/mail"))) {
            assertThat(mails).anySatisfy(mail -> assertThat(mail).content().contains("Decide: " + link));
        }
        try (HttpClient browser = HttpClient.newBuilder()
                .cookieHandler(new CookieManager())
                .followRedirects(HttpClient.Redirect.NORMAL)
                .build()) {
            HttpResponse<String> choice =
                    browser.send(HttpRequest.newBuilder(URI.create(link)).build(), HttpResponse.BodyHandlers.ofString());
            assertThat(choice.body()).contains("Who are you?", "value=\"aki\"");
            String form = Pattern.compile("name=\"([^\"]+)\" value=\"([^\"]*)\">\n").matcher(choice.body()).results()
                    .map(field -> field.group(1) + "=" + URLEncoder.encode(HtmlUtils.htmlUnescape(field.group(2)), StandardCharsets.UTF_8))
                    .collect(Collectors.joining("&"));
            HttpResponse<String> page = browser.send(
                    HttpRequest.newBuilder(URI.create(running.ports().url(For.ISSUER) + "/authorize"))
                            .POST(HttpRequest.BodyPublishers.ofString(form + "&person=aki"))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            assertThat(page.uri()).hasToString(link);
            assertThat(page.body()).contains("<span>aki</span>", "there is nothing to vote on: the change is CLOSED");
        }
    }

    /// As Prometheus reads them: without a token.
    private static String metrics(For service) throws IOException {
        URI url = URI.create(running.ports().url(service) + "/actuator/prometheus");
        try (InputStream answer = url.toURL().openStream()) {
            return new String(answer.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static Log log() {
        return Log.read(
                running.local().broker().address(), running.ports().url(For.REGISTRY));
    }
}
