package slipway.launcher.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import slipway.audit.domain.Digest;
import slipway.audit.history.Happening;
import slipway.events.Meta;
import slipway.events.RiskLevel;
import slipway.events.Topics;
import slipway.events.Verdict;
import slipway.events.backup.BackupCompleted;
import slipway.events.backup.BackupPartial;
import slipway.events.change.ApprovalVoteCast;
import slipway.events.change.ChangeApproved;
import slipway.events.change.PolicyEvaluated;
import slipway.events.change.RiskAssessed;
import slipway.events.release.CanaryAnalysisCompleted;
import slipway.events.release.ReleaseStarted;
import slipway.launcher.evidence.Decision.Result;

/// What a ledger signed for that lied from the beginning: no proof and no chain shows it, and deciding again does.
class LyingLedgerTest {

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

    private static List<Decision> differing(Verification found) {
        return found.decisions().stream().filter(each -> each.result() == Result.DIFFERS).toList();
    }

    @Test
    void a_risk_that_was_made_smaller_is_found_although_everything_is_signed() {
        Verification found = bench.lie(_ -> false, bench.of(RiskAssessed.class, risk -> {
            SignedYear.set(risk, "score", 1);
            SignedYear.set(risk, "level", RiskLevel.LOW);
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
        Verification found = bench.lie(_ -> false, bench.of(PolicyEvaluated.class, told -> {
            Map<String, String> inputs = new TreeMap<>(told.getInputs());
            inputs.put("criticality", "0");
            SignedYear.set(told, "inputs", inputs);
        }));
        assertThat(differing(found)).anySatisfy(each -> assertThat(each.words()).contains("it was asked with criticality 0"));
    }

    @Test
    void an_answer_that_no_policy_gave_is_found() {
        Verification found = bench.lie(_ -> false, bench.of(PolicyEvaluated.class, told -> {
            SignedYear.set(told, "matchedRules", List.of("friends"));
        }));
        assertThat(differing(found)).anySatisfy(each -> {
            assertThat(each.what()).isEqualTo("PolicyEvaluated");
            assertThat(each.words()).contains("matched rules: recorded [friends]");
        });
    }

    @Test
    void an_approval_without_the_votes_for_it_is_found() {
        Verification found = bench.lie(each -> each.fact() instanceof ApprovalVoteCast && each.key().equals(bench.change), _ -> {});
        assertThat(differing(found)).anySatisfy(each -> {
            assertThat(each.what()).isEqualTo("ChangeApproved");
            assertThat(each.words()).startsWith("the quorum was not reached: ");
        });
        Verification other = bench.lie(_ -> false, bench.of(ChangeApproved.class, approved -> {
            SignedYear.set(approved, "approvers", List.of("mallory"));
        }));
        assertThat(differing(other)).anySatisfy(each -> assertThat(each.words()).endsWith("recorded [mallory]"));
    }

    /// One fact of the change, whatever becomes of the chain.
    private static Verification replaced(String type, UnaryOperator<Happening> by) {
        List<Happening> year = new ArrayList<>(bench.few);
        year.replaceAll(each -> each.key().equals(bench.change) && each.type().equals(type) ? by.apply(each) : each);
        return bench.verified(Packs.of(bench.signed(year), Set.of(bench.change)));
    }

    @Test
    void a_fact_that_was_told_otherwise_before_it_was_signed_breaks_the_chain_behind_it() {
        Verification found = replaced("RiskAssessed", each -> {
            SpecificRecord fact = SpecificData.get().deepCopy(each.fact().getSchema(), each.fact());
            SignedYear.set(fact, "floors", List.of("none"));
            return new Happening(each.topic(), each.key(), fact, bench.wire.bytes(each.topic(), fact));
        });
        assertThat(found.faults()).singleElement().asString().endsWith("does not carry the hash of the fact before it");
    }

    @Test
    void a_fact_of_one_service_on_the_topic_of_another_is_found() {
        Verification found = replaced("ChangeApproved", each -> new Happening(Topics.RELEASE, each.key(), each.fact(), each.wire()));
        assertThat(found.faults())
                .anySatisfy(fault -> assertThat(fault).endsWith("a slipway.events.change.ChangeApproved is never told on release.events"));
    }

    @Test
    void a_canary_that_did_not_pass_and_is_told_to_have_is_found() {
        Verification found = bench.lie(_ -> false, bench.of(CanaryAnalysisCompleted.class, told -> {
            SignedYear.set(told, "verdict", told.getVerdict() == Verdict.PASS ? Verdict.FAIL : Verdict.PASS);
        }));
        assertThat(differing(found)).anySatisfy(each -> {
            assertThat(each.what()).isEqualTo("CanaryAnalysisCompleted");
            assertThat(each.words()).startsWith("verdict is ");
        });
    }

    @Test
    void what_another_version_of_the_judge_said_is_told_and_is_no_fault() {
        Verification found = bench.lie(_ -> false, bench.of(CanaryAnalysisCompleted.class, told -> {
            SignedYear.set(told, "judgeVersion", "0");
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
        SignedYear year = bench.lying(_ -> false, bench.of(BackupCompleted.class, completed -> {
            SignedYear.set(completed, "manifestDigest", "sha256:" + Digest.hash(sealed));
        }));
        Packs pack = Packs.of(year, Set.of(bench.change));
        String file = "backups/" + pack.row("BackupCompleted").aggregate() + "/manifest.json";
        pack.files.put(file, sealed);
        Verification sound = bench.verified(pack);
        assertThat(sound.faults()).isEmpty();
        assertThat(sound.backups()).isEqualTo(1);
        pack.files.put(file, Packs.bytes("{\"set\":\"two\"}"));
        assertThat(bench.verified(pack).faults()).singleElement().asString().startsWith(file + " was replaced");
        pack.files.remove(file);
        pack.files.put("backups/BKP-0/manifest.json", sealed);
        assertThat(bench.verified(pack).faults()).singleElement().asString().contains("of no backup set");
        assertThat(bench.verified(bench.pack()).unshown()).anySatisfy(each -> assertThat(each).matches("what is in [1-9] backup sets, such as BKP-.*"));
    }

    @Test
    void a_set_that_is_there_in_part_has_a_manifest_as_well() {
        byte[] sealed = Packs.bytes("{\"set\":\"part\"}");
        List<Happening> year = new ArrayList<>(bench.few);
        year.replaceAll(each -> each.fact() instanceof BackupCompleted whole && each.meta().getCorrelationId().equals(bench.change) ? part(each, whole, sealed) : each);
        Packs pack = Packs.of(bench.signed(year), Set.of(bench.change));
        pack.files.put("backups/" + pack.row("BackupPartial").aggregate() + "/manifest.json", sealed);
        assertThat(bench.verified(pack).backups()).isEqualTo(1);
    }

    private static Happening part(Happening told, BackupCompleted whole, byte[] manifest) {
        BackupPartial part = new BackupPartial(
                whole.getMeta(),
                whole.getReleaseId(),
                whole.getEnvironment(),
                "sha256:" + Digest.hash(manifest),
                whole.getKeyId(),
                whole.getCopies(),
                List.of("vault-b"),
                whole.getRecoveryPoint(),
                whole.getBytes());
        return new Happening(told.topic(), told.key(), part, bench.wire.bytes(told.topic(), part));
    }

    /// What was written to `change.requests`, and a checkpoint: the ledger has neither.
    @Test
    void what_led_to_a_request_from_outside_or_to_a_notice_may_be_in_no_ledger() {
        Verification found = bench.verified(Packs.of(
                bench.lying(
                        _ -> false,
                        bench.of(SpecificRecord.class, fact -> {
                            Meta meta = (Meta) fact.get(fact.getSchema().getField("meta").pos());
                            String type = fact.getSchema().getName();
                            if (Set.of("RFCSubmitted", "ImpactAssessed", "RiskAssessed").contains(type)) {
                                SignedYear.set(meta, "causationId", "written-to-change.requests");
                            } else if (type.equals("NotificationPlanned")) {
                                SignedYear.set(meta, "causationId", "a-checkpoint");
                            }
                        })),
                Set.of(bench.change)));
        assertThat(found.faults()).isEmpty();
        assertThat(found.unshown()).anySatisfy(each -> assertThat(each).contains("facts of notifications are about, the first of them NotificationPlanned"));
    }

    @Test
    void what_led_to_a_decision_is_in_the_ledger() {
        Verification found = bench.lie(_ -> false, bench.of(ReleaseStarted.class, started -> SignedYear.set(started.getMeta(), "causationId", "nothing")));
        assertThat(found.faults()).singleElement().asString().startsWith("what led to ReleaseStarted of REL-").endsWith("fact nothing was cut");
    }
}
