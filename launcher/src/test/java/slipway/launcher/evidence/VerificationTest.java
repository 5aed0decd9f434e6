package slipway.launcher.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.avro.specific.SpecificData;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import slipway.audit.Entries;
import slipway.audit.domain.Digest;
import slipway.audit.domain.Entry;
import slipway.audit.history.Happening;
import slipway.audit.transparency.Hash;
import slipway.audit.transparency.LogCheck;
import slipway.audit.transparency.SigningKey;
import slipway.audit.transparency.Tree;
import slipway.events.change.ApprovalVoteCast;
import slipway.launcher.evidence.Decision.Result;
import slipway.launcher.evidence.Packs.Row;
import slipway.wire.AvroDeserializer;
import tools.jackson.databind.node.ObjectNode;

/// Whoever forges a pack here is skilled: hashes, decoded words and proofs are made to fit, as far as that can be done without the key.
class VerificationTest {

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
    void a_whole_year_that_nobody_touched_holds_and_every_decision_comes_out_again() {
        List<Happening> year = SignedYear.live(11, 200, bench.wire);
        Verification found = bench.verified(Packs.of(bench.signed(year), null));

        assertThat(found.faults()).isEmpty();
        assertThat(found.count(Result.DIFFERS)).isZero();
        assertThat(found.holds()).isTrue();
        assertThat(found.facts()).isEqualTo(year.size());
        assertThat(found.proofs()).isEqualTo(year.size());
        Map<String, Long> matched = found.decisions().stream()
                .filter(each -> each.result() == Result.MATCH)
                .collect(Collectors.groupingBy(Decision::what, Collectors.counting()));
        assertThat(matched).containsEntry("RiskAssessed", count(year, "RiskAssessed")).containsEntry("PolicyEvaluated", count(year, "PolicyEvaluated"));
        assertThat(matched).containsEntry("CanaryAnalysisCompleted", count(year, "CanaryAnalysisCompleted"));
        assertThat(matched).containsEntry("ChangeApproved", count(year, "ChangeApproved"));
        assertThat(found.count(Result.CANNOT)).isZero();
        assertThat(found.decisions())
                .anySatisfy(each -> assertThat(each.words()).startsWith("by template "))
                .anySatisfy(each -> assertThat(each.words()).contains(" broke the glass for INC-"));
    }

    private static long count(List<Happening> year, String type) {
        return year.stream().filter(each -> each.type().equals(type)).count();
    }

    @Test
    void a_pack_of_one_change_holds() {
        Verification found = bench.verified(bench.pack());
        assertThat(found.faults()).isEmpty();
        assertThat(found.holds()).isTrue();
        assertThat(found.open()).isEmpty();
        assertThat(found.decisions()).extracting(Decision::what).contains("RiskAssessed", "PolicyEvaluated", "ChangeApproved", "CanaryAnalysisCompleted");
        assertThat(found.unshown()).anySatisfy(each -> assertThat(each).contains("report.html"));
    }

    @Test
    void a_flipped_byte_is_found() {
        Packs pack = bench.pack();
        Row vote = pack.row("ApprovalVoteCast");
        byte[] bytes = vote.wire();
        bytes[bytes.length - 20] ^= 1;
        vote.wire(bytes);
        assertThat(bench.verified(pack).faults()).anySatisfy(fault -> assertThat(fault).contains("is not leaf").contains(vote.said.get("leaf") + " of the signed log"));
    }

    @Test
    void a_fact_that_was_deleted_with_its_proof_is_found() {
        Packs pack = bench.pack();
        Row vote = pack.row("ApprovalVoteCast");
        pack.rows.remove(vote);
        assertThat(bench.verified(pack).faults())
                .anySatisfy(fault -> assertThat(fault).contains("comes where fact " + vote.said.get("sequence") + " is missing: deleted"));
    }

    @Test
    void a_fact_that_was_put_in_is_found() {
        Packs pack = bench.pack();
        Row more = pack.row("ApprovalVoteCast").copy();
        ApprovalVoteCast vote = (ApprovalVoteCast) SpecificData.get()
                .deepCopy(ApprovalVoteCast.getClassSchema(), bench.few.get(more.said.get("leaf").intValue()).fact());
        SignedYear.set(vote, "voter", "mallory");
        more.wire(bench.wire.bytes("change.events", vote));
        said(more);
        pack.rows.add(pack.rows.indexOf(pack.row("ApprovalVoteCast")) + 1, more);
        assertThat(bench.verified(pack).faults())
                .anySatisfy(fault -> assertThat(fault).contains("ApprovalVoteCast of " + bench.change).contains("it was never there"))
                .anySatisfy(fault -> assertThat(fault).contains("told twice"))
                .anySatisfy(fault -> assertThat(fault).contains("has the id of another fact"));
    }

    private static Entry read(Row row) {
        return new Entries(new AvroDeserializer(bench.signed.schemas()::get, false))
                .read(new Entry.Place(row.said.get("topic").stringValue(), row.said.get("partition").intValue(), row.said.get("offset").longValue()), row.wire());
    }

    private static void said(Row row) {
        Packs.say(row.said, read(row));
    }

    @Test
    void two_facts_that_were_swapped_are_found() {
        Packs pack = bench.pack();
        List<Row> votes = pack.rows.stream().filter(row -> row.aggregate().equals(bench.change)).toList();
        byte[] first = votes.get(2).wire();
        votes.get(2).wire(votes.get(3).wire());
        votes.get(3).wire(first);
        votes.subList(2, 4).forEach(VerificationTest::said);
        assertThat(bench.verified(pack).faults())
                .filteredOn(fault -> fault.contains("is not leaf"))
                .hasSize(2);
        assertThat(bench.verified(pack).faults()).anySatisfy(fault -> assertThat(fault).contains("swapped"));

        Packs lines = bench.pack();
        int one = lines.rows.indexOf(lines.row("ChangeApproved"));
        lines.rows.add(one - 1, lines.rows.remove(one));
        assertThat(bench.verified(lines).faults()).anySatisfy(fault -> assertThat(fault).contains("swapped, or told twice"));
    }

    @Test
    void a_tail_that_was_cut_is_found_where_others_acted_on_it_and_otherwise_the_story_is_open() {
        Packs pack = bench.pack();
        int from = pack.row("ChangeScheduled").said.get("sequence").intValue();
        pack.rows.removeIf(row -> row.aggregate().equals(bench.change) && row.said.get("sequence").intValue() >= from);
        assertThat(bench.verified(pack).faults()).anySatisfy(fault -> assertThat(fault).startsWith("what led to ").endsWith("was cut"));

        Packs whole = bench.pack();
        int closed = whole.rows.indexOf(whole.row("ChangeClosed"));
        whole.rows.subList(closed, whole.rows.size()).clear();
        Verification found = bench.verified(whole);
        assertThat(found.faults()).as("nothing in a pack speaks of what comes after it").isEmpty();
        assertThat(found.open()).anySatisfy(open -> assertThat(open).startsWith(bench.change + ", its last fact is "));
    }

    private static LogCheck.Kept kept(long size, Hash root) {
        return new LogCheck.Kept("checkpoint-of-march", SignedYear.checkpoint(size, root, bench.key));
    }

    @Test
    void a_log_that_was_rolled_back_to_an_older_copy_is_found_by_a_checkpoint_that_was_kept() {
        long all = bench.signed.tree().size();
        Packs pack = bench.pack();
        Tree older = bench.signed.before(all - 1);
        pack.rows.removeIf(row -> row.said.get("leaf").longValue() >= older.size());
        pack.rows.forEach(row -> row.proof = older.inclusion(row.said.get("leaf").longValue()));
        pack.signed(older, SignedYear.checkpoint(older.size(), older.root(), bench.key), bench.key());
        assertThat(bench.verified(pack).faults()).as("an older copy is as good as the newest, for whoever kept nothing").isEmpty();
        assertThat(bench.verified(pack, kept(all, bench.signed.tree().root())).faults())
                .containsExactly("the log was set back: that of the pack has " + older.size() + " leaves, and checkpoint-of-march was signed for " + all + " before");
    }

    @Test
    void two_pasts_are_found_and_what_no_proof_shows_is_told() {
        long all = bench.signed.tree().size();
        assertThat(bench.verified(bench.pack(), kept(all, bench.signed.tree().root())).holds()).isTrue();
        assertThat(bench.verified(bench.pack(), kept(all, bench.signed.before(9).root())).faults()).anySatisfy(fault -> assertThat(fault).startsWith("two pasts were signed"));

        LogCheck.Kept earlier = kept(9, bench.signed.before(9).root());
        Verification silent = bench.verified(bench.pack(), earlier);
        assertThat(silent.holds()).isTrue();
        assertThat(silent.unshown()).anySatisfy(each -> assertThat(each).startsWith("whether the log of checkpoint-of-march, 9 leaves, became"));

        Packs proving = bench.pack();
        proving.files.put("log/consistency.jsonl", Packs.bytes("{\"from\":9,\"to\":" + all + ",\"hashes\":" + Packs.hashes(bench.signed.tree().consistency(9)) + "}\n"));
        assertThat(bench.verified(proving, earlier).faults()).isEmpty();
        assertThat(bench.verified(proving, earlier).unshown()).noneSatisfy(each -> assertThat(each).contains("checkpoint-of-march"));
        assertThat(bench.verified(proving, kept(9, bench.signed.before(8).root())).faults()).anySatisfy(fault -> assertThat(fault).startsWith("another past"));
        LogCheck.Kept forged = new LogCheck.Kept("letter", SignedYear.checkpoint(9, bench.signed.before(9).root(), SigningKey.parse(SigningKey.generate(SignedYear.ORIGIN))));
        assertThat(bench.verified(bench.pack(), forged).faults()).anySatisfy(fault -> assertThat(fault).startsWith("letter is forged"));
    }

    @Test
    void a_whole_log_of_a_forgers_own_with_another_key_is_found() {
        SigningKey own = SigningKey.parse(SigningKey.generate(SignedYear.ORIGIN));
        SignedYear lie = bench.signed(SignedYear.lying(bench.few, each -> each.type().equals("ChangeHeld"), _ -> {}, bench.wire), own);
        Verification found = bench.verified(Packs.of(lie, Set.of(bench.change)));
        assertThat(found.faults()).anySatisfy(fault -> assertThat(fault).startsWith("log/checkpoint is forged, or was signed by another key"));
        assertThat(found.proofs()).isZero();
        assertThat(found.checkpoint()).isNull();
    }

    @Test
    void what_the_manifest_says_of_the_ledger_is_held_against_the_checkpoint() {
        Packs pack = bench.pack();
        pack.manifest.putObject("ledger").put("key", "k").put("size", 3).put("root", "r");
        assertThat(bench.verified(pack).faults()).hasSize(3).allSatisfy(fault -> assertThat(fault).startsWith("manifest.json says that the "));
    }

    @Test
    void words_beside_the_bytes_that_lie_are_found() {
        Packs pack = bench.pack();
        pack.row("RiskAssessed").said.withObject("/payload").put("score", 1);
        pack.row("ApprovalVoteCast").said.put("actor", "mallory");
        pack.row("ChangeApproved").said.put("remark", "looked at twice");
        assertThat(bench.verified(pack).faults())
                .hasSize(3)
                .anySatisfy(fault -> assertThat(fault).contains("payload.score is told as 1, and its bytes say "))
                .anySatisfy(fault -> assertThat(fault).contains("actor is told as \"mallory\""))
                .anySatisfy(fault -> assertThat(fault).contains("remark is told as \"looked at twice\""));
    }

    @Test
    void a_schema_in_which_two_names_were_exchanged_is_found() {
        Packs pack = bench.pack();
        Row vote = pack.row("ApprovalVoteCast");
        int id = ByteBuffer.wrap(vote.wire()).getInt(1);
        String exchanged = bench.signed.schemas().get(id).toString().replace("\"voter\"", "\"x\"").replace("\"stage\"", "\"voter\"").replace("\"x\"", "\"stage\"");
        pack.files.put("schemas/" + id + ".avsc", Packs.bytes(exchanged));
        assertThat(bench.verified(pack).faults())
                .anySatisfy(fault -> assertThat(fault).contains("schemas/" + id + ".avsc: this program knows no such version of slipway.events.change.ApprovalVoteCast"))
                .anySatisfy(fault -> assertThat(fault).contains("the pack has no schema " + id));
    }

    @Test
    void a_policy_that_was_replaced_is_found_by_whatever_name_it_goes() {
        String other = new String(bench.signed.policy(), StandardCharsets.UTF_8) + "# and nobody is asked\n";
        Packs same = bench.pack();
        String name = "policies/" + Digest.hash(bench.signed.policy()) + ".yaml";
        same.files.put(name, Packs.bytes(other));
        Verification found = bench.verified(same);
        assertThat(found.faults()).anySatisfy(fault -> assertThat(fault).startsWith(name + " was replaced"));
        assertThat(found.decisions())
                .filteredOn(each -> each.what().equals("PolicyEvaluated"))
                .as("the fact has the text, and is signed")
                .isNotEmpty()
                .allSatisfy(each -> assertThat(each.result()).isEqualTo(Result.MATCH));
        Packs another = bench.pack();
        another.files.put("policies/" + Digest.hash(Packs.bytes(other)) + ".yaml", Packs.bytes(other));
        assertThat(bench.verified(another).faults()).anySatisfy(fault -> assertThat(fault).endsWith("was never published: no fact of the pack has it"));
    }

    @Test
    void changes_that_the_seed_does_not_draw_are_found() {
        Packs pack = Packs.of(bench.signed, null);
        ((ObjectNode) pack.manifest.get("scope")).put("sample", 1);
        assertThat(bench.verified(pack).faults()).anySatisfy(fault -> assertThat(fault).startsWith("manifest.json: seed 7 draws [CHG-"));
    }

    @Test
    void whoever_touches_a_file_without_its_hash_is_found_at_once() {
        Packs pack = bench.pack();
        pack.write(bench.file("unused"));
        pack.files.put("report.html", Packs.bytes("<html>all is well</html>"));
        pack.files.put("extra.txt", Packs.bytes("new"));
        pack.files.remove("log/proofs.jsonl");
        List<String> faults = new ArrayList<>(bench.verified(pack.zip(bench.file("zip"))).faults());
        assertThat(faults)
                .anySatisfy(fault -> assertThat(fault).startsWith("report.html was changed"))
                .anySatisfy(fault -> assertThat(fault).startsWith("extra.txt was slipped in"))
                .anySatisfy(fault -> assertThat(fault).startsWith("log/proofs.jsonl is missing"));
    }

    @Test
    void proofs_that_are_missing_are_missed() {
        Packs pack = bench.pack();
        pack.rows.getFirst().proof = List.of();
        assertThat(bench.verified(pack).faults()).anySatisfy(fault -> assertThat(fault).contains("is not leaf 0 of the signed log"));
        Packs without = bench.pack();
        Row vote = without.row("ApprovalVoteCast");
        vote.unproven = true;
        assertThat(bench.verified(without).faults()).as("and nobody else").singleElement(InstanceOfAssertFactories.STRING)
                .endsWith("has no proof that it is leaf " + vote.said.get("leaf"));
    }

    @Test
    void a_fact_of_which_only_the_proof_is_left_is_named() {
        Packs pack = bench.pack();
        Row vote = pack.row("ApprovalVoteCast");
        vote.untold = true;
        assertThat(bench.verified(pack).faults())
                .contains("log/proofs.jsonl proves leaf " + vote.said.get("leaf") + ", and the fact of it is not in the pack: left out")
                .noneMatch(fault -> fault.contains("has no proof"));
    }
}
