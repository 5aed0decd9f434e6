package slipway.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TimeZone;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import slipway.audit.domain.Digest;
import slipway.audit.domain.Entry;
import slipway.audit.domain.Leaf;
import slipway.audit.evidence.Scope;
import slipway.audit.evidence.Written;
import slipway.audit.history.Happening;
import slipway.audit.transparency.Checkpoint;
import slipway.audit.transparency.Hash;
import slipway.audit.transparency.Note;
import slipway.audit.transparency.Proof;
import slipway.events.ApprovedBy;
import slipway.events.Topics;
import slipway.events.change.ChangeApproved;
import slipway.events.change.RFCSubmitted;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What an auditor takes home of a small year in which everything went wrong once.
class EvidenceTest {

    private static final JsonMapper JSON = new JsonMapper();

    @TempDir
    static Path directory;

    private static Packing packing;

    @BeforeAll
    static void sign() {
        packing = Packing.ofTheYear(directory);
    }

    // What is in it

    @Test
    void every_fact_of_a_change_is_there_with_a_proof_that_holds_under_the_signed_checkpoint() throws Exception {
        String change = Packing.voted();
        Written pack = packing.pack(new Scope.OfChange(change));
        Checkpoint checkpoint = Checkpoint.parse(Note.open(Packing.text(pack, "log/checkpoint"), packing.key().verifying()));
        List<JsonNode> facts = Packing.lines(pack, "facts.jsonl");
        List<JsonNode> proofs = Packing.lines(pack, "log/proofs.jsonl");
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
            assertThat(Year.entries().read(place, wire).payload()).isEqualTo(JSON.writeValueAsString(fact.get("payload")));
        }
        Set<String> there = Packing.ids(facts);
        Set<String> keys = new HashSet<>();
        Year.facts().stream().filter(each -> each.meta().getCorrelationId().equals(change)).forEach(each -> keys.add(each.topic() + each.key()));
        assertThat(there).containsAll(Year.facts().stream()
                .filter(each -> keys.contains(each.topic() + each.key()))
                .map(each -> each.meta().getEventId())
                .toList());
        facts.stream().map(each -> each.get("causationId")).filter(JsonNode::isString).forEach(cause -> assertThat(there).contains(cause.stringValue()));
    }

    @Test
    void what_led_to_a_change_in_another_story_is_there() throws Exception {
        Map<String, String> stories = new HashMap<>();
        Year.facts().forEach(each -> stories.put(each.meta().getEventId(), each.meta().getCorrelationId()));
        Happening led = Year.facts().stream()
                .filter(each -> each.fact() instanceof RFCSubmitted && each.meta().getCausationId() != null)
                .filter(each -> !each.meta().getCorrelationId().equals(stories.get(each.meta().getCausationId())))
                .findFirst()
                .orElseThrow();
        assertThat(Packing.ids(Packing.lines(packing.pack(new Scope.OfChange(led.key())), "facts.jsonl"))).contains(led.meta().getCausationId());
    }

    @Test
    void what_decisions_are_made_again_from_is_there() throws Exception {
        Written pack = packing.pack(new Scope.OfChange(Packing.voted()));
        List<JsonNode> facts = Packing.lines(pack, "facts.jsonl");
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
            assertThat(Packing.text(pack, "schemas/" + id + ".avsc")).contains("\"" + each.get("type").stringValue() + "\"");
        });
    }

    @Test
    void the_template_that_approved_a_standard_change_is_there() throws Exception {
        Happening approved = Year.facts().stream()
                .filter(each -> each.fact() instanceof ChangeApproved fact && fact.getBy() == ApprovedBy.TEMPLATE)
                .findFirst()
                .orElseThrow();
        String template = ((ChangeApproved) approved.fact()).getApprovers().getFirst().replace("template ", "TPL-");
        assertThat(Packing.lines(packing.pack(new Scope.OfChange(approved.key())), "facts.jsonl"))
                .anySatisfy(each -> {
                    assertThat(each.get("type").stringValue()).isEqualTo("StandardTemplatePublished");
                    assertThat(each.get("aggregate").stringValue()).isEqualTo(template);
                });
    }

    @Test
    void every_file_is_in_the_manifest_with_its_hash_and_the_zip_has_these_and_no_others() throws Exception {
        Written pack = packing.pack(new Scope.OfChange(Packing.voted()));
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
        assertThat(manifest.get("createdAt").stringValue()).isEqualTo(Packing.NOW.toString());
        assertThat(manifest.get("ledger").get("key").stringValue()).isEqualTo(packing.key().verifying().toString());
        assertThat(manifest.get("ledger").get("root").stringValue()).isEqualTo(packing.log().tree(packing.size()).root().toString());
        assertThat(manifest.get("files").valueStream().map(each -> each.get("name").stringValue()))
                .containsExactlyElementsOf(unpacked.keySet())
                .contains("facts.jsonl", "log/checkpoint", "log/proofs.jsonl", "controls.json", "completeness.json", "report.html", "report.pdf");
        manifest.get("files").forEach(each -> {
            byte[] file = unpacked.get(each.get("name").stringValue());
            assertThat(Digest.hash(file)).isEqualTo(each.get("sha256").stringValue());
            assertThat((long) file.length).isEqualTo(each.get("bytes").longValue());
        });
        TimeZone here = TimeZone.getDefault();
        ByteArrayOutputStream again = new ByteArrayOutputStream();
        try {
            TimeZone.setDefault(TimeZone.getTimeZone("Pacific/Auckland"));
            packing.pack(new Scope.OfChange(Packing.voted())).writeTo(again);
        } finally {
            TimeZone.setDefault(here);
        }
        assertThat(again.toByteArray()).as("the same ledger gives the same pack, wherever").isEqualTo(bytes.toByteArray());
    }

    @Test
    void that_the_log_goes_on_from_a_checkpoint_that_somebody_kept_is_proven() throws Exception {
        long size = packing.size();
        Written pack = packing.packs("").write(new Scope.OfChange(Packing.voted()), List.of(1000L, size, size + 1), "olu", "token").orElseThrow();
        JsonNode proof = Packing.lines(pack, "log/consistency.jsonl").getFirst();
        assertThat(proof.get("from").longValue()).isEqualTo(1000);
        List<Hash> path = proof.get("hashes").valueStream().map(each -> Hash.base64(each.stringValue())).toList();
        assertThat(Proof.extendsTo(packing.log().tree(1000).root(), 1000, packing.log().tree(size).root(), size, path)).isTrue();
        assertThat(Packing.lines(pack, "log/consistency.jsonl")).as("none is needed of the same size, and none can be of more").hasSize(1);
        assertThat(packing.pack(new Scope.OfChange(Packing.voted())).files()).doesNotContainKey("log/consistency.jsonl");
    }

    // The sample

    private static final Scope.OfPeriod MARCH =
            new Scope.OfPeriod(Instant.parse("2025-03-01T00:00:00Z"), Instant.parse("2025-04-01T00:00:00Z"), 5, 42);

    @Test
    void a_sample_is_drawn_of_all_changes_of_the_period_so_that_anybody_can_draw_it_again() throws Exception {
        JsonNode scope = JSON.readTree(packing.pack(MARCH).manifest()).get("scope");
        List<String> population = Packing.texts(scope.get("population"));
        Map<String, Instant> first = new TreeMap<>();
        Year.facts().stream()
                .filter(each -> each.topic().equals(Topics.CHANGE) && each.key().startsWith("CHG-"))
                .forEach(each -> first.putIfAbsent(each.key(), each.meta().getRecordedAt()));
        first.values().removeIf(each -> each.isBefore(MARCH.from()) || !each.isBefore(MARCH.to()));
        int begun = first.size();
        first.keySet().retainAll(keys("RFCSubmitted"));
        assertThat(population).containsExactlyElementsOf(first.keySet()).hasSizeGreaterThan(10);
        assertThat(scope.get("drafts").intValue() + scope.get("refusals").intValue()).as("what is no change").isEqualTo(begun - population.size());

        List<String> shuffled = new ArrayList<>(population);
        Collections.reverse(shuffled);
        Map<String, String> lots = new TreeMap<>();
        shuffled.forEach(each -> lots.put(Digest.hash(("42:" + each).getBytes(StandardCharsets.UTF_8)), each));
        assertThat(Packing.texts(scope.get("selected"))).containsExactlyInAnyOrderElementsOf(lots.values().stream().limit(5).toList());

        Scope other = new Scope.OfPeriod(MARCH.from(), MARCH.to(), 5, 43);
        assertThat(JSON.readTree(packing.pack(other).manifest()).get("scope").get("selected")).isNotEqualTo(scope.get("selected"));
        Scope all = new Scope.OfPeriod(MARCH.from(), MARCH.from().plus(Duration.ofDays(3)), 100, 1);
        JsonNode small = JSON.readTree(packing.pack(all).manifest()).get("scope");
        assertThat(small.get("selected")).isEqualTo(small.get("population"));
    }

    @Test
    void what_was_refused_or_never_submitted_is_counted_and_not_drawn() throws Exception {
        Scope whole = new Scope.OfPeriod(Instant.parse("2025-01-01T00:00:00Z"), Instant.parse("2026-01-01T00:00:00Z"), 1, 1);
        JsonNode scope = JSON.readTree(packing.pack(whole).manifest()).get("scope");
        assertThat(Packing.texts(scope.get("population"))).doesNotContainAnyElementsOf(keys("RFCRefused"));
        assertThat(scope.get("refusals").intValue()).isEqualTo(keys("RFCRefused").size()).isPositive();
        Set<String> drafts = keys("RFCDrafted");
        drafts.removeAll(keys("RFCSubmitted"));
        assertThat(scope.get("drafts").intValue()).isEqualTo(drafts.size());
    }

    /// Of changes that have such a fact.
    private static Set<String> keys(String type) {
        return Year.facts().stream().filter(each -> each.type().equals(type)).map(Happening::key).collect(Collectors.toCollection(HashSet::new));
    }
}
