package slipway.launcher.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import org.apache.avro.specific.SpecificRecord;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import slipway.audit.domain.Digest;
import slipway.events.ApprovedBy;
import slipway.events.Meta;
import slipway.events.Topics;
import slipway.events.change.ChangeApproved;
import slipway.events.change.ChangeScheduled;
import slipway.launcher.evidence.Decision.Result;
import tools.jackson.databind.node.ObjectNode;

/// What a pack does not have: with good reason, or because somebody left it out.
class LeftOutTest {

    @TempDir
    private static Path home;

    private static PackBench bench;

    @BeforeAll
    static void a_year_that_a_ledger_signed_for() throws IOException {
        bench = new PackBench(home);
    }

    @AfterAll
    static void close() {
        bench.close();
    }

    @Test
    void what_only_led_to_a_fact_is_there_without_its_past_and_nothing_is_said_of_it() {
        String cause = bench.few.stream()
                .filter(each -> each.fact() instanceof ChangeApproved approved && approved.getBy() == ApprovedBy.HUMAN && !each.key().equals(bench.change))
                .map(each -> each.meta().getEventId())
                .findFirst()
                .orElseThrow();
        Verification found = bench.lie(_ -> false, bench.of(ChangeScheduled.class, scheduled -> SignedYear.set(scheduled.getMeta(), "causationId", cause)));
        assertThat(found.faults()).isEmpty();
        assertThat(found.holds()).isTrue();
        assertThat(found.decisions())
                .filteredOn(each -> each.result() == Result.CANNOT)
                .isNotEmpty()
                .allSatisfy(each -> assertThat(each.words()).isEqualTo("not all facts before it are part of this pack"));
    }

    /// A release that carried several changes is told in the story of one of them.
    private static Packs carriedByAnother() {
        return Packs.of(
                bench.lying(_ -> false, bench.of(SpecificRecord.class, fact -> {
                    if (fact.getSchema().getNamespace().equals("slipway.events.release")) {
                        Meta meta = (Meta) fact.get(fact.getSchema().getField("meta").pos());
                        SignedYear.set(meta, "correlationId", "CHG-0");
                    }
                })),
                Set.of(bench.change));
    }

    @Test
    void a_fact_of_a_release_that_is_told_in_another_story_is_missed() {
        assertThat(bench.verified(carriedByAnother()).holds()).isTrue();
        Packs pack = carriedByAnother();
        pack.rows.remove(pack.row("CanaryAnalysisCompleted"));
        assertThat(bench.verified(pack).faults()).anySatisfy(fault -> assertThat(fault).contains(" of REL-").endsWith("is missing: deleted"));
    }

    @Test
    void a_release_that_facts_of_the_change_name_is_missed() {
        Packs pack = carriedByAnother();
        pack.rows.removeIf(row -> row.said.get("topic").stringValue().equals(Topics.RELEASE));
        assertThat(bench.verified(pack).faults())
                .anySatisfy(fault -> assertThat(fault).startsWith("REL-").contains(" of " + bench.change).endsWith("names, is not in the pack: left out"));
    }

    private static String policy() {
        return Digest.hash(bench.signed.policy());
    }

    @Test
    void a_policy_is_read_from_its_fact_and_missed_where_its_file_is_not_there() {
        Packs pack = bench.pack();
        pack.files.remove("policies/" + policy() + ".yaml");
        Verification found = bench.verified(pack);
        assertThat(found.faults()).containsExactly("policies/" + policy() + ".yaml is missing: a fact of the pack has it");
        assertThat(found.decisions()).filteredOn(each -> each.of().endsWith(bench.change)).extracting(Decision::result).containsOnly(Result.MATCH);
    }

    @Test
    void a_policy_that_was_left_out_is_missed_unless_the_pack_says_that_it_was_not_to_be_had() {
        Packs pack = bench.pack();
        pack.files.remove("policies/" + policy() + ".yaml");
        pack.rows.removeIf(row -> row.aggregate().equals("POLICY"));
        assertThat(bench.verified(pack).faults()).containsExactly("a decision was made by policy " + policy() + ", which is not in the pack: left out");

        pack.manifest.putArray("missing").add("Text of policy " + policy() + ": it was not published as a fact");
        Verification honest = bench.verified(pack);
        assertThat(honest.faults()).isEmpty();
        assertThat(honest.count(Result.CANNOT)).isPositive();
        assertThat(honest.unshown()).anySatisfy(each -> assertThat(each).startsWith("whoever wrote the pack did not have: Text of policy "));
    }

    @Test
    void the_people_of_a_decision_are_missed() {
        Packs pack = bench.pack();
        pack.rows.removeIf(row -> row.aggregate().equals("INVENTORY"));
        assertThat(bench.verified(pack).faults())
                .anySatisfy(fault -> assertThat(fault).startsWith("a decision was made by people of inventory sha256:").endsWith("left out"));
    }

    @Test
    void changes_of_another_period_and_none_at_all_are_no_sample() {
        Packs other = Packs.of(bench.signed, null);
        ((ObjectNode) other.manifest.get("scope")).put("from", "2025-06-01T00:00:00Z");
        assertThat(bench.verified(other).faults())
                .isNotEmpty()
                .allSatisfy(fault -> assertThat(fault).endsWith("that is not in the period from 2025-06-01T00:00:00Z to 2026-01-01T00:00:00Z"));

        Packs none = Packs.of(bench.signed, null);
        ObjectNode scope = (ObjectNode) none.manifest.get("scope");
        scope.putArray("population");
        scope.putArray("selected");
        assertThat(bench.verified(none).faults()).anySatisfy(fault -> assertThat(fault).endsWith(" is not in the population"));
        scope.put("from", "2024-06-01T00:00:00Z").put("to", "2024-06-02T00:00:00Z");
        assertThat(bench.verified(none).faults()).as("nobody asked for anything then").isEmpty();
        scope.putArray("population").add("CHG-1");
        scope.put("sample", 0);
        assertThat(bench.verified(none).faults()).singleElement(InstanceOfAssertFactories.STRING).endsWith("the pack is about nothing");
    }

    @Test
    void a_pack_says_what_it_is_about() {
        assertThat(bench.verified(bench.pack()).scope()).isEqualTo(new Scope("2026-01-02T03:04:05Z", "olu", bench.change, null));
        Scope.Sample sample = bench.verified(Packs.of(bench.signed, null)).scope().sample();
        assertThat(sample.seed()).isEqualTo("7");
        assertThat(sample.population()).isEqualTo(sample.selected().size()).isEqualTo((int) sample.size());
        assertThat(sample.from()).isEqualTo("2025-01-01T00:00:00Z");
    }

    @Test
    void a_schema_whose_id_is_no_four_bytes_is_none() {
        Packs pack = bench.pack();
        String name = pack.files.keySet().stream().filter(each -> each.startsWith("schemas/")).findFirst().orElseThrow();
        long id = Long.parseLong(name.replaceAll("[^0-9]", "")) + (1L << 32);
        pack.files.put("schemas/" + id + ".avsc", pack.files.get(name));
        assertThat(bench.verified(pack).faults()).containsExactly("schemas/" + id + ".avsc is no schema of facts");
    }
}
