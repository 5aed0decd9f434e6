package slipway.launcher.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import slipway.audit.Entries;
import slipway.audit.domain.Digest;
import slipway.audit.domain.Entry;
import slipway.audit.history.Happening;
import slipway.audit.history.Wire;
import slipway.audit.transparency.Hash;
import slipway.audit.transparency.LogCheck;
import slipway.audit.transparency.SigningKey;
import slipway.audit.transparency.Tree;
import slipway.events.Meta;
import slipway.events.RiskLevel;
import slipway.events.Verdict;
import slipway.events.backup.BackupCompleted;
import slipway.events.change.ApprovalVoteCast;
import slipway.events.change.ChangeApproved;
import slipway.events.change.PolicyEvaluated;
import slipway.events.change.RiskAssessed;
import slipway.events.release.CanaryAnalysisCompleted;
import slipway.launcher.evidence.Decision.Result;
import slipway.launcher.evidence.Packs.Row;
import slipway.wire.AvroDeserializer;
import slipway.wire.AvroSerializer;
import slipway.wire.FakeRegistry;
import slipway.wire.RegistryClient;
import tools.jackson.databind.node.ObjectNode;

/// Whoever forges a pack here is skilled: hashes, decoded words and proofs are made to fit, as far as that can be done without the key.
class VerificationTest {

    @TempDir
    private static Path home;

    private static FakeRegistry registry;
    private static Wire wire;
    private static SigningKey key;
    private static List<Happening> few;
    private static SignedYear signed;

    /// One that people approved, that was rolled out behind a canary, and that came to its end.
    private static String change;

    private static int files;

    @BeforeAll
    static void a_year_that_a_ledger_signed_for() throws IOException {
        registry = new FakeRegistry();
        AvroSerializer serializer = new AvroSerializer();
        serializer.configure(Map.of("schema.registry.url", registry.url()), false);
        wire = serializer::serialize;
        key = SigningKey.parse(SigningKey.generate(SignedYear.ORIGIN));
        few = SignedYear.live(5, 60, wire);
        signed = signed(few);
        change = few.stream()
                .filter(each -> each.fact() instanceof ApprovalVoteCast)
                .map(Happening::key)
                .filter(id -> types(id).containsAll(Set.of("ChangeClosed", "CanaryAnalysisCompleted", "BackupCompleted", "ChangeApproved")))
                .findFirst()
                .orElseThrow();
    }

    @AfterAll
    static void close() {
        registry.close();
    }

    private static Set<String> types(String story) {
        return few.stream()
                .filter(each -> each.meta().getCorrelationId().equals(story))
                .map(Happening::type)
                .collect(Collectors.toSet());
    }

    private static SignedYear signed(List<Happening> year) {
        RegistryClient client = new RegistryClient(registry.url(), null);
        Map<Integer, Schema> schemas = new HashMap<>();
        for (Happening each : year) {
            schemas.computeIfAbsent(ByteBuffer.wrap(each.wire()).getInt(1), client::schema);
        }
        return SignedYear.signed(year, schemas, home.resolve("log" + files++), key);
    }

    private static Packs pack() {
        return Packs.of(signed, Set.of(change));
    }

    private static Verification verified(Packs pack, LogCheck.Kept... kept) {
        return verified(pack.write(home.resolve("pack" + files++)), kept);
    }

    private static Verification verified(Path zip, LogCheck.Kept... kept) {
        try {
            return Verification.of(zip, key.verifying(), List.of(kept));
        } catch (Unreadable | IOException e) {
            throw new AssertionError(e);
        }
    }

    /// A ledger that told it otherwise from the beginning, and signed that.
    private static Verification lie(Predicate<Happening> gone, Consumer<SpecificRecord> told) {
        return verified(Packs.of(signed(SignedYear.lying(few, gone, told, wire)), Set.of(change)));
    }

    private static Consumer<SpecificRecord> ofTheChange(Consumer<SpecificRecord> told) {
        return fact -> {
            if (((Meta) fact.get(fact.getSchema().getField("meta").pos())).getCorrelationId().equals(change)) {
                told.accept(fact);
            }
        };
    }

    private static List<Decision> differing(Verification found) {
        return found.decisions().stream().filter(each -> each.result() == Result.DIFFERS).toList();
    }

    @Test
    void a_whole_year_that_nobody_touched_holds_and_every_decision_comes_out_again() {
        List<Happening> year = SignedYear.live(11, 200, wire);
        Verification found = verified(Packs.of(signed(year), null));

        assertThat(found.faults()).isEmpty();
        assertThat(differing(found)).isEmpty();
        assertThat(found.holds()).isTrue();
        assertThat(found.facts()).isEqualTo(year.size());
        assertThat(found.proofs()).isEqualTo(year.size());
        Map<String, Long> matched = found.decisions().stream()
                .filter(each -> each.result() == Result.MATCH)
                .collect(Collectors.groupingBy(Decision::what, Collectors.counting()));
        assertThat(matched).containsEntry("RiskAssessed", count(year, "RiskAssessed")).containsEntry("PolicyEvaluated", count(year, "PolicyEvaluated"));
        assertThat(matched).containsEntry("CanaryAnalysisCompleted", count(year, "CanaryAnalysisCompleted"));
        assertThat(matched.get("ChangeApproved")).isGreaterThan(50);
        assertThat(found.decisions())
                .filteredOn(each -> each.result() == Result.CANNOT)
                .isNotEmpty()
                .allSatisfy(each -> assertThat(each.words()).startsWith("the template as it was then"));
    }

    private static long count(List<Happening> year, String type) {
        return year.stream().filter(each -> each.type().equals(type)).count();
    }

    @Test
    void a_pack_of_one_change_holds() {
        Verification found = verified(pack());
        assertThat(found.faults()).isEmpty();
        assertThat(found.holds()).isTrue();
        assertThat(found.open()).isEmpty();
        assertThat(found.decisions()).extracting(Decision::what).contains("RiskAssessed", "PolicyEvaluated", "ChangeApproved", "CanaryAnalysisCompleted");
        assertThat(found.unshown()).anySatisfy(each -> assertThat(each).contains("report.html"));
    }

    @Test
    void a_flipped_byte_is_found() {
        Packs pack = pack();
        Row vote = pack.row("ApprovalVoteCast");
        byte[] bytes = vote.wire();
        bytes[bytes.length - 20] ^= 1;
        vote.wire(bytes);
        assertThat(verified(pack).faults()).anySatisfy(fault -> assertThat(fault).contains("is not leaf").contains(vote.said.get("leaf") + " of the signed log"));
    }

    @Test
    void a_fact_that_was_deleted_with_its_proof_is_found() {
        Packs pack = pack();
        Row vote = pack.row("ApprovalVoteCast");
        pack.rows.remove(vote);
        assertThat(verified(pack).faults())
                .anySatisfy(fault -> assertThat(fault).contains("comes where fact " + vote.said.get("sequence") + " is missing: deleted"));
    }

    @Test
    void a_fact_that_was_put_in_is_found() {
        Packs pack = pack();
        Row more = pack.row("ApprovalVoteCast").copy();
        ApprovalVoteCast vote = (ApprovalVoteCast) SpecificData.get()
                .deepCopy(ApprovalVoteCast.getClassSchema(), few.get(more.said.get("leaf").intValue()).fact());
        SignedYear.set(vote, "voter", "mallory");
        more.wire(wire.bytes("change.events", vote));
        said(more);
        pack.rows.add(pack.rows.indexOf(pack.row("ApprovalVoteCast")) + 1, more);
        assertThat(verified(pack).faults())
                .anySatisfy(fault -> assertThat(fault).contains("ApprovalVoteCast of " + change).contains("it was never there"))
                .anySatisfy(fault -> assertThat(fault).contains("told twice"))
                .anySatisfy(fault -> assertThat(fault).contains("has the id of another fact"));
    }

    private static Entry read(Row row) {
        return new Entries(new AvroDeserializer(signed.schemas()::get, false))
                .read(new Entry.Place(row.said.get("topic").stringValue(), row.said.get("partition").intValue(), row.said.get("offset").longValue()), row.wire());
    }

    private static void said(Row row) {
        Packs.say(row.said, read(row));
    }

    @Test
    void two_facts_that_were_swapped_are_found() {
        Packs pack = pack();
        List<Row> votes = pack.rows.stream().filter(row -> row.aggregate().equals(change)).toList();
        byte[] first = votes.get(2).wire();
        votes.get(2).wire(votes.get(3).wire());
        votes.get(3).wire(first);
        votes.subList(2, 4).forEach(VerificationTest::said);
        assertThat(verified(pack).faults())
                .filteredOn(fault -> fault.contains("is not leaf"))
                .hasSize(2);
        assertThat(verified(pack).faults()).anySatisfy(fault -> assertThat(fault).contains("swapped"));

        Packs lines = pack();
        int one = lines.rows.indexOf(lines.row("ChangeApproved"));
        lines.rows.add(one - 1, lines.rows.remove(one));
        assertThat(verified(lines).faults()).anySatisfy(fault -> assertThat(fault).contains("swapped, or told twice"));
    }

    @Test
    void a_tail_that_was_cut_is_found_where_others_acted_on_it_and_otherwise_the_story_is_open() {
        Packs pack = pack();
        int from = pack.row("ChangeScheduled").said.get("sequence").intValue();
        pack.rows.removeIf(row -> row.aggregate().equals(change) && row.said.get("sequence").intValue() >= from);
        assertThat(verified(pack).faults()).anySatisfy(fault -> assertThat(fault).startsWith("what led to ").endsWith("was cut"));

        Packs whole = pack();
        int closed = whole.rows.indexOf(whole.row("ChangeClosed"));
        whole.rows.subList(closed, whole.rows.size()).clear();
        Verification found = verified(whole);
        assertThat(found.faults()).as("nothing in a pack speaks of what comes after it").isEmpty();
        assertThat(found.open()).anySatisfy(open -> assertThat(open).startsWith(change + ", its last fact is "));
    }

    private static LogCheck.Kept kept(long size, Hash root) {
        return new LogCheck.Kept("checkpoint-of-march", SignedYear.checkpoint(size, root, key));
    }

    @Test
    void a_log_that_was_rolled_back_to_an_older_copy_is_found_by_a_checkpoint_that_was_kept() {
        long all = signed.tree().size();
        Packs pack = pack();
        Tree older = signed.before(all - 1);
        pack.rows.removeIf(row -> row.said.get("leaf").longValue() >= older.size());
        pack.rows.forEach(row -> row.proof = older.inclusion(row.said.get("leaf").longValue()));
        pack.signed(older, SignedYear.checkpoint(older.size(), older.root(), key), key.verifying().toString());
        assertThat(verified(pack).faults()).as("an older copy is as good as the newest, for whoever kept nothing").isEmpty();
        assertThat(verified(pack, kept(all, signed.tree().root())).faults())
                .containsExactly("the log was set back: that of the pack has " + older.size() + " leaves, and checkpoint-of-march was signed for " + all + " before");
    }

    @Test
    void two_pasts_are_found_and_what_no_proof_shows_is_told() {
        long all = signed.tree().size();
        assertThat(verified(pack(), kept(all, signed.tree().root())).holds()).isTrue();
        assertThat(verified(pack(), kept(all, signed.before(9).root())).faults()).anySatisfy(fault -> assertThat(fault).startsWith("two pasts were signed"));

        LogCheck.Kept earlier = kept(9, signed.before(9).root());
        Verification silent = verified(pack(), earlier);
        assertThat(silent.holds()).isTrue();
        assertThat(silent.unshown()).anySatisfy(each -> assertThat(each).startsWith("whether the log of checkpoint-of-march, 9 leaves, became"));

        Packs proving = pack();
        proving.files.put("log/consistency.jsonl", Packs.bytes("{\"from\":9,\"to\":" + all + ",\"hashes\":" + Packs.hashes(signed.tree().consistency(9)) + "}\n"));
        assertThat(verified(proving, earlier).faults()).isEmpty();
        assertThat(verified(proving, earlier).unshown()).noneSatisfy(each -> assertThat(each).contains("checkpoint-of-march"));
        assertThat(verified(proving, kept(9, signed.before(8).root())).faults()).anySatisfy(fault -> assertThat(fault).startsWith("another past"));
        LogCheck.Kept forged = new LogCheck.Kept("letter", SignedYear.checkpoint(9, signed.before(9).root(), SigningKey.parse(SigningKey.generate(SignedYear.ORIGIN))));
        assertThat(verified(pack(), forged).faults()).anySatisfy(fault -> assertThat(fault).startsWith("letter is forged"));
    }

    @Test
    void a_whole_log_of_a_forgers_own_with_another_key_is_found() {
        SigningKey own = SigningKey.parse(SigningKey.generate(SignedYear.ORIGIN));
        SignedYear lie = SignedYear.signed(
                SignedYear.lying(few, each -> each.type().equals("ChangeHeld"), _ -> {}, wire), signed.schemas(), home.resolve("log" + files++), own);
        Verification found = verified(Packs.of(lie, Set.of(change)));
        assertThat(found.faults()).anySatisfy(fault -> assertThat(fault).startsWith("log/checkpoint is forged, or was signed by another key"));
        assertThat(found.proofs()).isZero();
        assertThat(found.checkpoint()).isNull();
    }

    @Test
    void what_the_manifest_says_of_the_ledger_is_held_against_the_checkpoint() {
        Packs pack = pack();
        pack.manifest.putObject("ledger").put("key", "k").put("size", 3).put("root", "r");
        assertThat(verified(pack).faults()).hasSize(3).allSatisfy(fault -> assertThat(fault).startsWith("manifest.json says that the "));
    }

    @Test
    void words_beside_the_bytes_that_lie_are_found() {
        Packs pack = pack();
        pack.row("RiskAssessed").said.withObject("/payload").put("score", 1);
        pack.row("ApprovalVoteCast").said.put("actor", "mallory");
        pack.row("ChangeApproved").said.put("remark", "looked at twice");
        assertThat(verified(pack).faults())
                .hasSize(3)
                .anySatisfy(fault -> assertThat(fault).contains("payload.score is told as 1, and its bytes say "))
                .anySatisfy(fault -> assertThat(fault).contains("actor is told as \"mallory\""))
                .anySatisfy(fault -> assertThat(fault).contains("remark is told as \"looked at twice\""));
    }

    @Test
    void a_schema_in_which_two_names_were_exchanged_is_found() {
        Packs pack = pack();
        Row vote = pack.row("ApprovalVoteCast");
        int id = ByteBuffer.wrap(vote.wire()).getInt(1);
        String exchanged = signed.schemas().get(id).toString().replace("\"voter\"", "\"x\"").replace("\"stage\"", "\"voter\"").replace("\"x\"", "\"stage\"");
        pack.files.put("schemas/" + id + ".avsc", Packs.bytes(exchanged));
        assertThat(verified(pack).faults())
                .anySatisfy(fault -> assertThat(fault).contains("schemas/" + id + ".avsc: this program knows no such version of slipway.events.change.ApprovalVoteCast"))
                .anySatisfy(fault -> assertThat(fault).contains("the pack has no schema " + id));
    }

    @Test
    void a_policy_that_was_replaced_is_found_by_whatever_name_it_goes() {
        String other = new String(signed.policy(), StandardCharsets.UTF_8) + "# and nobody is asked\n";
        Packs same = pack();
        String name = "policies/" + Digest.hash(signed.policy()) + ".yaml";
        same.files.put(name, Packs.bytes(other));
        Verification found = verified(same);
        assertThat(found.faults()).anySatisfy(fault -> assertThat(fault).startsWith(name + " was replaced"));
        assertThat(found.decisions()).anySatisfy(each -> {
            assertThat(each.result()).isEqualTo(Result.CANNOT);
            assertThat(each.what()).isEqualTo("PolicyEvaluated");
        });
        Packs another = pack();
        another.files.put("policies/" + Digest.hash(Packs.bytes(other)) + ".yaml", Packs.bytes(other));
        assertThat(verified(another).faults()).anySatisfy(fault -> assertThat(fault).endsWith("was never published: no fact of the pack has it"));
    }

    // What a ledger signed for that lied from the beginning

    @Test
    void a_risk_that_was_made_smaller_is_found_although_everything_is_signed() {
        Verification found = lie(_ -> false, ofTheChange(fact -> {
            if (fact instanceof RiskAssessed risk) {
                SignedYear.set(risk, "score", 1);
                SignedYear.set(risk, "level", RiskLevel.LOW);
            }
        }));
        assertThat(found.faults()).isEmpty();
        assertThat(found.holds()).isFalse();
        assertThat(differing(found)).anySatisfy(each -> {
            assertThat(each.what()).isEqualTo("RiskAssessed");
            assertThat(each.words()).matches("score is \\d+, recorded 1(; level is \\w+, recorded LOW)?");
        });
    }

    @Test
    void a_policy_that_was_asked_about_another_risk_than_there_was_is_found() {
        Verification found = lie(_ -> false, ofTheChange(fact -> {
            if (fact instanceof PolicyEvaluated told) {
                Map<String, String> inputs = new TreeMap<>(told.getInputs());
                inputs.put("criticality", "0");
                SignedYear.set(told, "inputs", inputs);
            }
        }));
        assertThat(differing(found)).anySatisfy(each -> assertThat(each.words()).contains("it was asked with criticality 0"));
    }

    @Test
    void an_answer_that_no_policy_gave_is_found() {
        Verification found = lie(_ -> false, ofTheChange(fact -> {
            if (fact instanceof PolicyEvaluated told) {
                SignedYear.set(told, "matchedRules", List.of("friends"));
            }
        }));
        assertThat(differing(found)).anySatisfy(each -> {
            assertThat(each.what()).isEqualTo("PolicyEvaluated");
            assertThat(each.words()).contains("matched rules: recorded [friends]");
        });
    }

    @Test
    void an_approval_without_the_votes_for_it_is_found() {
        Verification found = lie(each -> each.fact() instanceof ApprovalVoteCast && each.key().equals(change), _ -> {});
        assertThat(differing(found)).anySatisfy(each -> {
            assertThat(each.what()).isEqualTo("ChangeApproved");
            assertThat(each.words()).startsWith("the quorum was not reached: ");
        });
        Verification other = lie(_ -> false, ofTheChange(fact -> {
            if (fact instanceof ChangeApproved approved) {
                SignedYear.set(approved, "approvers", List.of("mallory"));
            }
        }));
        assertThat(differing(other)).anySatisfy(each -> assertThat(each.words()).endsWith("recorded [mallory]"));
    }

    @Test
    void a_canary_that_did_not_pass_and_is_told_to_have_is_found() {
        Verification found = lie(_ -> false, ofTheChange(fact -> {
            if (fact instanceof CanaryAnalysisCompleted told) {
                SignedYear.set(told, "verdict", told.getVerdict() == Verdict.PASS ? Verdict.FAIL : Verdict.PASS);
            }
        }));
        assertThat(differing(found)).anySatisfy(each -> {
            assertThat(each.what()).isEqualTo("CanaryAnalysisCompleted");
            assertThat(each.words()).startsWith("verdict is ");
        });
    }

    @Test
    void what_another_version_of_the_judge_said_is_told_and_is_no_fault() {
        Verification found = lie(_ -> false, ofTheChange(fact -> {
            if (fact instanceof CanaryAnalysisCompleted told) {
                SignedYear.set(told, "judgeVersion", "0");
            }
        }));
        assertThat(found.holds()).isTrue();
        assertThat(found.decisions()).anySatisfy(each -> {
            assertThat(each.result()).isEqualTo(Result.CANNOT);
            assertThat(each.words()).startsWith("it was judged by version 0 of the judge");
        });
    }

    @Test
    void the_manifest_of_a_backup_is_the_one_that_was_sealed_or_it_is_found() {
        byte[] sealed = Packs.bytes("{\"set\":\"one\"}");
        SignedYear year = signed(SignedYear.lying(few, _ -> false, ofTheChange(fact -> {
            if (fact instanceof BackupCompleted completed) {
                SignedYear.set(completed, "manifestDigest", "sha256:" + Digest.hash(sealed));
            }
        }), wire));
        Packs pack = Packs.of(year, Set.of(change));
        String file = "backups/" + pack.row("BackupCompleted").aggregate() + "/manifest.json";
        pack.files.put(file, sealed);
        Verification sound = verified(pack);
        assertThat(sound.faults()).isEmpty();
        assertThat(sound.backups()).isEqualTo(1);
        pack.files.put(file, Packs.bytes("{\"set\":\"two\"}"));
        assertThat(verified(pack).faults()).singleElement().asString().startsWith(file + " was replaced");
        pack.files.remove(file);
        pack.files.put("backups/BKP-0/manifest.json", sealed);
        assertThat(verified(pack).faults()).singleElement().asString().contains("of no backup set");
        assertThat(verified(pack()).unshown()).anySatisfy(each -> assertThat(each).startsWith("what is in the backup sets "));
    }

    @Test
    void changes_that_the_seed_does_not_draw_are_found() {
        Packs pack = Packs.of(signed, null);
        ((ObjectNode) pack.manifest.get("scope")).put("sample", 1);
        assertThat(verified(pack).faults()).anySatisfy(fault -> assertThat(fault).startsWith("manifest.json: seed 7 draws [CHG-"));
    }

    @Test
    void whoever_touches_a_file_without_its_hash_is_found_at_once() {
        Packs pack = pack();
        pack.write(home.resolve("unused"));
        pack.files.put("report.html", Packs.bytes("<html>all is well</html>"));
        pack.files.put("extra.txt", Packs.bytes("new"));
        pack.files.remove("log/proofs.jsonl");
        List<String> faults = new ArrayList<>(verified(pack.zip(home.resolve("pack" + files++))).faults());
        assertThat(faults)
                .anySatisfy(fault -> assertThat(fault).startsWith("report.html was changed"))
                .anySatisfy(fault -> assertThat(fault).startsWith("extra.txt was slipped in"))
                .anySatisfy(fault -> assertThat(fault).startsWith("log/proofs.jsonl is missing"));
    }

    @Test
    void proofs_that_are_missing_are_missed() {
        Packs pack = pack();
        pack.rows.getFirst().proof = List.of();
        assertThat(verified(pack).faults()).anySatisfy(fault -> assertThat(fault).contains("is not leaf 0 of the signed log"));
    }
}
