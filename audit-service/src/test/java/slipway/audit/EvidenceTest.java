package slipway.audit;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.apache.pdfbox.Loader;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.text.PDFTextStripper;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import slipway.audit.domain.Digest;
import slipway.audit.domain.Entry;
import slipway.audit.domain.Leaf;
import slipway.audit.evidence.BackupManifests;
import slipway.audit.evidence.EvidencePacks;
import slipway.audit.evidence.Scope;
import slipway.audit.evidence.Written;
import slipway.audit.history.Breach;
import slipway.audit.history.Happening;
import slipway.audit.history.History;
import slipway.audit.transparency.Checkpoint;
import slipway.audit.transparency.Hash;
import slipway.audit.transparency.Note;
import slipway.audit.transparency.Proof;
import slipway.audit.transparency.SigningKey;
import slipway.audit.transparency.TileLog;
import slipway.events.ApprovedBy;
import slipway.events.Meta;
import slipway.events.Rfc;
import slipway.events.Topics;
import slipway.events.VoteDecision;
import slipway.events.change.ApprovalVoteCast;
import slipway.events.change.ChangeApproved;
import slipway.events.change.ChangeClosed;
import slipway.events.change.EmergencyBypassInvoked;
import slipway.events.change.RFCSubmitted;
import slipway.events.release.ReleaseDeployed;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What an auditor takes home of a small year in which everything went wrong once.
class EvidenceTest {

    private static final JsonMapper JSON = new JsonMapper();
    private static final Instant NOW = Instant.parse("2027-01-02T03:04:05.678Z");

    @TempDir
    static Path directory;

    private static Workbench bench;
    private static History history;
    private static List<Happening> year;
    private static SigningKey key;
    private static TileLog log;

    @BeforeAll
    static void live() throws IOException {
        bench = new Workbench();
        history = History.year(1, 400, bench.log().wire(), EnumSet.allOf(Breach.class));
        year = history.stream().toList();
        bench.live(year);
        key = SigningKey.parse(SigningKey.generate("slipway.example/ledger"));
        log = new TileLog(directory);
        sign();
    }

    /// Everything that is in the ledger.
    private static void sign() {
        Leaves leaves = new Leaves(bench.jdbc(), bench.transaction());
        leaves.grow(Integer.MAX_VALUE);
        long there = LedgerLog.size(log);
        long size = log.append(there, leaves.read(there, Integer.MAX_VALUE - (int) there).stream().map(Leaf::entry).toList());
        log.publish(Note.sign(new Checkpoint("slipway.example/ledger", size, log.tree(size).root()).text(), key));
    }

    @AfterAll
    static void close() {
        bench.close();
    }

    private static EvidencePacks packs(String backups, Duration patience) {
        return new EvidencePacks(
                bench.jdbc(),
                Objects.requireNonNull(bench.transaction().getTransactionManager()),
                log,
                key.verifying(),
                bench.log()::schema,
                new BackupManifests(backups),
                new Summaries()::of,
                patience,
                Clock.fixed(NOW, ZoneOffset.UTC));
    }

    private static Written pack(Scope scope) throws Exception {
        return packs("", Duration.ZERO).write(scope, List.of(), "olu", "token").orElseThrow();
    }

    private static String text(Written pack, String file) {
        return new String(Objects.requireNonNull(pack.files().get(file), file), StandardCharsets.UTF_8);
    }

    private static List<JsonNode> lines(Written pack, String file) {
        return text(pack, file).lines().map(JSON::readTree).toList();
    }

    /// A change with votes that was closed.
    private static String voted() {
        Set<String> closed = year.stream().filter(each -> each.fact() instanceof ChangeClosed).map(Happening::key).collect(Collectors.toSet());
        Set<String> deployed = year.stream()
                .filter(each -> each.fact() instanceof ReleaseDeployed)
                .map(each -> each.meta().getCorrelationId())
                .collect(Collectors.toSet());
        return year.stream()
                .filter(each -> each.fact() instanceof ApprovalVoteCast vote && vote.getDecision() == VoteDecision.APPROVE)
                .map(Happening::key)
                .filter(each -> closed.contains(each) && deployed.contains(each))
                .findFirst()
                .orElseThrow();
    }

    // What is in it

    @Test
    void every_fact_of_a_change_is_there_with_a_proof_that_holds_under_the_signed_checkpoint() throws Exception {
        String change = voted();
        Written pack = pack(new Scope.OfChange(change));
        Checkpoint checkpoint = Checkpoint.parse(Note.open(text(pack, "log/checkpoint"), key.verifying()));
        List<JsonNode> facts = lines(pack, "facts.jsonl");
        List<JsonNode> proofs = lines(pack, "log/proofs.jsonl");
        assertThat(proofs).hasSameSizeAs(facts);
        for (int i = 0; i < facts.size(); i++) {
            JsonNode fact = facts.get(i);
            byte[] wire = Base64.getDecoder().decode(fact.get("wire").stringValue());
            Entry.Place place = new Entry.Place(fact.get("topic").stringValue(), fact.get("partition").intValue(), fact.get("offset").longValue());
            List<Hash> path = proofs.get(i).get("hashes").valueStream().map(each -> Hash.base64(each.stringValue())).toList();
            assertThat(proofs.get(i).get("leaf")).isEqualTo(fact.get("leaf"));
            assertThat(Proof.includes(
                            checkpoint.root(), checkpoint.size(), fact.get("leaf").longValue(), Hash.leaf(new Leaf(place, Digest.hash(wire)).entry()), path))
                    .isTrue();
            assertThat(bench.log().entries().read(place, wire).payload()).isEqualTo(JSON.writeValueAsString(fact.get("payload")));
        }
        Set<String> there = ids(facts);
        Set<String> keys = new HashSet<>();
        year.stream().filter(each -> each.meta().getCorrelationId().equals(change)).forEach(each -> keys.add(each.topic() + each.key()));
        assertThat(there).containsAll(year.stream()
                .filter(each -> keys.contains(each.topic() + each.key()))
                .map(each -> each.meta().getEventId())
                .toList());
        facts.stream().map(each -> each.get("causationId")).filter(JsonNode::isString).forEach(cause -> assertThat(there).contains(cause.stringValue()));
    }

    private static Set<String> ids(List<JsonNode> facts) {
        return facts.stream().map(each -> each.get("eventId").stringValue()).collect(Collectors.toSet());
    }

    @Test
    void what_led_to_a_change_in_another_story_is_there() throws Exception {
        Map<String, String> stories = new HashMap<>();
        year.forEach(each -> stories.put(each.meta().getEventId(), each.meta().getCorrelationId()));
        Happening led = year.stream()
                .filter(each -> each.fact() instanceof RFCSubmitted && each.meta().getCausationId() != null)
                .filter(each -> !each.meta().getCorrelationId().equals(stories.get(each.meta().getCausationId())))
                .findFirst()
                .orElseThrow();
        assertThat(ids(lines(pack(new Scope.OfChange(led.key())), "facts.jsonl"))).contains(led.meta().getCausationId());
    }

    @Test
    void what_decisions_are_made_again_from_is_there() throws Exception {
        Written pack = pack(new Scope.OfChange(voted()));
        List<JsonNode> facts = lines(pack, "facts.jsonl");
        assertThat(facts).filteredOn(each -> each.get("type").stringValue().equals("PolicyEvaluated")).isNotEmpty().allSatisfy(told -> {
            String hash = told.get("payload").get("policyHash").stringValue();
            assertThat(Digest.hash(pack.files().get("policies/" + hash + ".yaml"))).isEqualTo(hash);
        });
        Set<String> people = facts.stream()
                .filter(each -> each.get("type").stringValue().equals("InventoryChanged") && each.get("payload").get("members").isArray())
                .map(each -> each.get("payload").get("version").stringValue())
                .collect(Collectors.toSet());
        assertThat(facts)
                .filteredOn(each -> each.get("type").stringValue().equals("ImpactAssessed"))
                .isNotEmpty()
                .allSatisfy(told -> assertThat(people).contains(told.get("payload").get("graphVersion").stringValue()));
        facts.forEach(each -> {
            int id = ByteBuffer.wrap(Base64.getDecoder().decode(each.get("wire").stringValue())).getInt(1);
            assertThat(text(pack, "schemas/" + id + ".avsc")).contains("\"" + each.get("type").stringValue() + "\"");
        });
    }

    @Test
    void the_template_that_approved_a_standard_change_is_there() throws Exception {
        Happening approved = year.stream()
                .filter(each -> each.fact() instanceof ChangeApproved fact && fact.getBy() == ApprovedBy.TEMPLATE)
                .findFirst()
                .orElseThrow();
        String template = ((ChangeApproved) approved.fact()).getApprovers().getFirst().replace("template ", "TPL-");
        assertThat(lines(pack(new Scope.OfChange(approved.key())), "facts.jsonl"))
                .anySatisfy(each -> {
                    assertThat(each.get("type").stringValue()).isEqualTo("StandardTemplatePublished");
                    assertThat(each.get("aggregate").stringValue()).isEqualTo(template);
                });
    }

    @Test
    void every_file_is_in_the_manifest_with_its_hash_and_the_zip_has_these_and_no_others() throws Exception {
        Written pack = pack(new Scope.OfChange(voted()));
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        pack.writeTo(bytes);
        Map<String, byte[]> unpacked = new TreeMap<>();
        try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                unpacked.put(entry.getName(), zip.readAllBytes());
            }
        }
        JsonNode manifest = JSON.readTree(unpacked.remove("manifest.json"));
        assertThat(manifest.get("format").stringValue()).isEqualTo("slipway-evidence/1");
        assertThat(manifest.get("createdBy").stringValue()).isEqualTo("olu");
        assertThat(manifest.get("createdAt").stringValue()).isEqualTo(NOW.toString());
        assertThat(manifest.get("ledger").get("key").stringValue()).isEqualTo(key.verifying().toString());
        assertThat(manifest.get("ledger").get("root").stringValue()).isEqualTo(log.tree(LedgerLog.size(log)).root().toString());
        assertThat(manifest.get("files").valueStream().map(each -> each.get("name").stringValue()))
                .containsExactlyElementsOf(unpacked.keySet())
                .contains("facts.jsonl", "log/checkpoint", "log/proofs.jsonl", "controls.json", "completeness.json", "report.html", "report.pdf");
        manifest.get("files").forEach(each -> {
            byte[] file = unpacked.get(each.get("name").stringValue());
            assertThat(Digest.hash(file)).isEqualTo(each.get("sha256").stringValue());
            assertThat((long) file.length).isEqualTo(each.get("bytes").longValue());
        });
        ByteArrayOutputStream again = new ByteArrayOutputStream();
        pack(new Scope.OfChange(voted())).writeTo(again);
        assertThat(again.toByteArray()).as("the same ledger gives the same pack").isEqualTo(bytes.toByteArray());
    }

    @Test
    void that_the_log_goes_on_from_a_checkpoint_that_somebody_kept_is_proven() throws Exception {
        long size = LedgerLog.size(log);
        Written pack = packs("", Duration.ZERO).write(new Scope.OfChange(voted()), List.of(1000L, size, size + 1), "olu", "token").orElseThrow();
        JsonNode proof = lines(pack, "log/consistency.jsonl").getFirst();
        assertThat(proof.get("from").longValue()).isEqualTo(1000);
        List<Hash> path = proof.get("hashes").valueStream().map(each -> Hash.base64(each.stringValue())).toList();
        assertThat(Proof.extendsTo(log.tree(1000).root(), 1000, log.tree(size).root(), size, path)).isTrue();
        assertThat(lines(pack, "log/consistency.jsonl")).as("none is needed of the same size, and none can be of more").hasSize(1);
        assertThat(pack(new Scope.OfChange(voted())).files()).doesNotContainKey("log/consistency.jsonl");
    }

    // The sample

    private static final Scope.OfPeriod MARCH =
            new Scope.OfPeriod(Instant.parse("2025-03-01T00:00:00Z"), Instant.parse("2025-04-01T00:00:00Z"), 5, 42);

    @Test
    void a_sample_is_drawn_of_all_changes_of_the_period_so_that_anybody_can_draw_it_again() throws Exception {
        JsonNode scope = JSON.readTree(pack(MARCH).manifest()).get("scope");
        List<String> population = texts(scope.get("population"));
        Map<String, Instant> first = new TreeMap<>();
        year.stream()
                .filter(each -> each.topic().equals(Topics.CHANGE) && each.key().startsWith("CHG-"))
                .forEach(each -> first.putIfAbsent(each.key(), each.meta().getRecordedAt()));
        first.values().removeIf(each -> each.isBefore(MARCH.from()) || !each.isBefore(MARCH.to()));
        assertThat(population).containsExactlyElementsOf(first.keySet()).hasSizeGreaterThan(10);

        List<String> shuffled = new ArrayList<>(population);
        Collections.reverse(shuffled);
        Map<String, String> lots = new TreeMap<>();
        shuffled.forEach(each -> lots.put(Digest.hash(("42:" + each).getBytes(StandardCharsets.UTF_8)), each));
        assertThat(texts(scope.get("selected"))).containsExactlyInAnyOrderElementsOf(lots.values().stream().limit(5).toList());

        Scope other = new Scope.OfPeriod(MARCH.from(), MARCH.to(), 5, 43);
        assertThat(JSON.readTree(pack(other).manifest()).get("scope").get("selected")).isNotEqualTo(scope.get("selected"));
        Scope all = new Scope.OfPeriod(MARCH.from(), MARCH.from().plus(Duration.ofDays(3)), 100, 1);
        JsonNode small = JSON.readTree(pack(all).manifest()).get("scope");
        assertThat(small.get("selected")).isEqualTo(small.get("population"));
    }

    private static List<String> texts(JsonNode list) {
        return list.valueStream().map(JsonNode::stringValue).toList();
    }

    @Test
    void what_was_deployed_without_an_approved_change_is_told_of_the_whole_period_and_proven() throws Exception {
        Scope whole = new Scope.OfPeriod(Instant.parse("2025-01-01T00:00:00Z"), Instant.parse("2026-01-01T00:00:00Z"), 1, 1);
        Written pack = pack(whole);
        JsonNode completeness = JSON.readTree(text(pack, "completeness.json"));
        String culprit = story(Breach.STARTED_WITHOUT_APPROVAL);
        List<String> deployed = year.stream()
                .filter(each -> each.fact() instanceof ReleaseDeployed && each.meta().getCorrelationId().equals(culprit))
                .map(each -> each.meta().getEventId())
                .toList();
        List<String> told = completeness.get("deploymentsWithoutAChange").valueStream().map(each -> each.get("eventId").stringValue()).toList();
        assertThat(told).containsExactlyInAnyOrderElementsOf(deployed).isNotEmpty();
        assertThat(ids(lines(pack, "facts.jsonl"))).containsAll(told);
        assertThat(completeness.get("driftsAndUnauthorised").size())
                .isEqualTo((int) year.stream().filter(each -> Set.of("EnvironmentDriftDetected", "UnauthorisedChangeDetected").contains(each.type())).count());
        assertThat(completeness.get("selected").intValue()).isOne();
        assertThat(text(pack, "report.html")).contains(culprit);
    }

    @Test
    void a_release_that_names_no_changes_is_that_of_its_story() throws Exception {
        Log.Sent sent = bench.log().send("REL-X2", 1, meta -> new ReleaseDeployed(
                Meta.newBuilder(meta).setCorrelationId("CHG-X2").setEventId("x2").build(), "prod", "a", "a", 1, true, List.of(), null));
        bench.live(new Log.Sent(new Entry.Place(Topics.RELEASE, 7, 0), sent.wire(), sent.fact()));
        sign();
        Written pack = pack(new Scope.OfPeriod(Log.AT.minusSeconds(60), Log.AT.plusSeconds(60), 1, 1));
        JsonNode told = JSON.readTree(text(pack, "completeness.json")).get("deploymentsWithoutAChange");
        assertThat(told).singleElement().satisfies(each -> assertThat(texts(each.get("changes"))).containsExactly("CHG-X2"));
    }

    // Controls

    private static Map<String, JsonNode> verdicts(Written pack) {
        Map<String, JsonNode> verdicts = new HashMap<>();
        JSON.readTree(text(pack, "controls.json")).forEach(each -> verdicts.put(each.get("control").stringValue(), each.get("evidence").get(0)));
        return verdicts;
    }

    @Test
    void an_orderly_change_meets_every_control_by_facts_that_are_in_the_pack() throws Exception {
        Written pack = pack(new Scope.OfChange(voted()));
        Map<String, JsonNode> verdicts = verdicts(pack);
        assertThat(verdicts).containsOnlyKeys("CC8.1", "A.8.32", "Change enablement");
        assertThat(verdicts.values()).allSatisfy(each -> {
            assertThat(each.get("verdict").stringValue()).as("%s", each).isEqualTo("MET");
            assertThat(ids(lines(pack, "facts.jsonl"))).containsAll(texts(each.get("facts")));
        });
    }

    @Test
    void what_was_broken_is_not_met_and_named() throws Exception {
        Map<Breach, String> said = Map.of(
                Breach.STARTED_WITHOUT_APPROVAL, "began without an approval",
                Breach.BACKUP_NOT_VERIFIED, "began without a backup proven to level",
                Breach.OWN_APPROVAL, "approved a change of their own");
        for (Map.Entry<Breach, String> each : said.entrySet()) {
            JsonNode verdict = Objects.requireNonNull(verdicts(pack(new Scope.OfChange(story(each.getKey())))).get("CC8.1"));
            assertThat(verdict.get("verdict").stringValue()).as("%s", each).isEqualTo("NOT_MET");
            assertThat(verdict.get("why").stringValue()).contains(each.getValue());
        }
    }

    private static String story(Breach breach) {
        String who = history.broken().get(breach);
        return year.stream().filter(each -> each.key().equals(who)).findFirst().orElseThrow().meta().getCorrelationId();
    }

    @Test
    void an_emergency_is_met_when_it_was_ratified_and_a_change_made_without_leave_never_is() throws Exception {
        String emergency = year.stream()
                .filter(each -> each.fact() instanceof EmergencyBypassInvoked)
                .map(Happening::key)
                .filter(each -> year.stream().anyMatch(fact -> fact.key().equals(each) && fact.type().equals("RetroactiveApprovalRecorded")))
                .findFirst()
                .orElseThrow();
        assertThat(verdicts(pack(new Scope.OfChange(emergency))).get("CC8.1").get("why").stringValue()).contains("an emergency, let through by", "ratified by");
        String late = year.stream().filter(each -> each.type().equals("UnauthorisedChangeDetected")).map(Happening::key).findFirst().orElseThrow();
        JsonNode verdict = verdicts(pack(new Scope.OfChange(late))).get("A.8.32");
        assertThat(verdict.get("verdict").stringValue()).isEqualTo("NOT_MET");
        assertThat(verdict.get("why").stringValue()).contains("it was made before anybody could approve it");
    }

    // The report

    @Test
    void the_report_is_well_formed_loads_nothing_and_runs_nothing() throws Exception {
        String html = text(pack(new Scope.OfChange(voted())), "report.html");
        DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new ByteArrayInputStream(html.getBytes(StandardCharsets.UTF_8)));
        assertThat(html).startsWith("<!DOCTYPE html>").doesNotContain("<script", "<bookmark", " src=", "url(", "@import", "href=\"http");
    }

    @Test
    void words_of_others_are_never_markup() throws Exception {
        String title = "<script>alert('&')</script> über Größe → 😀";
        RFCSubmitted some = (RFCSubmitted) year.stream().filter(each -> each.fact() instanceof RFCSubmitted).findFirst().orElseThrow().fact();
        Rfc rfc = Rfc.newBuilder(some.getRfc()).setTitle(title).setJustification("a\u0000b\u0007c \uD800 end").build();
        Log.Sent sent = bench.log().send("CHG-1", 1, meta -> new RFCSubmitted(
                Meta.newBuilder(meta).setAggregateId("CHG-X1").setCorrelationId("CHG-X1").setEventId("x1").build(),
                rfc, null, null, null, List.of()));
        bench.live(new Log.Sent(new Entry.Place(Topics.CHANGE, 7, 0), sent.wire(), sent.fact()));
        sign();
        Written pack = pack(new Scope.OfChange("CHG-X1"));
        String html = text(pack, "report.html");
        assertThat(html).doesNotContain("<script").contains("&lt;script&gt;", "über Größe →", "a\uFFFDb\uFFFDc");
        DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new ByteArrayInputStream(html.getBytes(StandardCharsets.UTF_8)));
        assertThat(pdf(pack)).contains("<script>alert('&')</script> über Größe →");
    }

    private static String pdf(Written pack) throws IOException {
        try (PDDocument pdf = Loader.loadPDF(pack.files().get("report.pdf"))) {
            return new PDFTextStripper().getText(pdf);
        }
    }

    @Test
    void the_pdf_says_the_same_with_every_vote_and_its_title() throws Exception {
        String change = voted();
        Written pack = pack(new Scope.OfChange(change));
        String text = pdf(pack).replaceAll("\\s+", " ");
        assertThat(text).contains("Evidence of " + change, "Proofs, and how to verify this without us", "CC8.1", "A.8.32");
        year.stream()
                .filter(each -> each.key().equals(change))
                .map(Happening::fact)
                .filter(ApprovalVoteCast.class::isInstance)
                .map(ApprovalVoteCast.class::cast)
                .forEach(vote -> assertThat(text).contains(vote.getVoter(), "APPROVE in stage " + vote.getStage()));
        String html = text(pack, "report.html");
        year.stream()
                .filter(each -> each.key().equals(change) && each.fact() instanceof RFCSubmitted)
                .forEach(each -> assertThat(html).contains(((RFCSubmitted) each.fact()).getRfc().getRequester()));
    }

    // Backups

    @Test
    void manifests_are_asked_of_backup_service_as_whoever_wants_the_pack_and_false_ones_are_left_out() throws Exception {
        String change = voted();
        List<JsonNode> sets = lines(pack(new Scope.OfChange(change)), "facts.jsonl").stream()
                .filter(each -> each.get("type").stringValue().equals("BackupCompleted"))
                .toList();
        assertThat(sets).isNotEmpty();
        List<String> asked = new ArrayList<>();
        HttpServer backups = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        backups.createContext("/", exchange -> {
            asked.add(exchange.getRequestURI() + " " + exchange.getRequestHeaders().getFirst("Authorization"));
            byte[] bytes = "{}".getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        });
        backups.start();
        String address = "http://127.0.0.1:" + backups.getAddress().getPort();
        Written pack;
        try {
            pack = packs(address + "/", Duration.ZERO).write(new Scope.OfChange(change), List.of(), "olu", "secret").orElseThrow();
        } finally {
            backups.stop(0);
        }
        assertThat(asked).contains("/backups/" + sets.getFirst().get("aggregate").stringValue() + "/manifest Bearer secret");
        assertThat(pack.files().keySet()).noneMatch(each -> each.startsWith("backups/"));
        assertThat(text(pack, "report.html")).contains("what backup-service gives is not the manifest of the fact").doesNotContain("secret");
        Written down = packs(address, Duration.ZERO).write(new Scope.OfChange(change), List.of(), "olu", "secret").orElseThrow();
        assertThat(text(down, "report.html")).contains("backup-service cannot be asked");
        assertThat(text(pack(new Scope.OfChange(change)), "report.html")).contains("backup-service was not asked");
    }
}
