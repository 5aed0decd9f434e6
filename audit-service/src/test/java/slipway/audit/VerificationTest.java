package slipway.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import slipway.audit.transparency.Checkpoint;
import slipway.audit.transparency.Note;
import slipway.audit.transparency.SigningKey;
import slipway.audit.transparency.TileLog;
import slipway.audit.transparency.VerifyingKey;
import slipway.events.Topics;
import tools.jackson.databind.JsonNode;

/// Whoever lays hands on the ledger is found out, and what they touched is named.
class VerificationTest {

    private final TheLedger ledger = TheLedger.running();

    @TempDir
    Path directory;

    private String one = "";
    private String other = "";

    @BeforeEach
    void facts() {
        one = ledger.happened();
        other = ledger.happened();
        ledger.signedFor(one);
        ledger.signedFor(other);
    }

    @Test
    void a_ledger_that_nobody_touched_holds() {
        JsonNode report = ledger.report("/verifications");
        assertThat(report.get("holds").booleanValue()).as("%s", report).isTrue();
        assertThat(report.get("faults")).isEmpty();
        assertThat(report.get("key").stringValue()).isEqualTo(ledger.key().toString());
        assertThat(report.get("facts").longValue()).isEqualTo(report.get("size").longValue()).isGreaterThanOrEqualTo(2);
        assertThat(report.get("checkpoints").longValue()).isPositive();
        assertThat(ledger.service().post("dana:developers", "/verifications", "").status()).isEqualTo(403);
    }

    @Test
    void a_flipped_byte_is_named() {
        touched("wire = set_byte(wire, length(wire) - 1, get_byte(wire, length(wire) - 1) # 1) where aggregate_id = '" + one + "'");
        assertThat(faults()).singleElement().asString().startsWith("ChangeCancelled, fact 1 of " + one).contains("its bytes have the hash");
    }

    @Test
    void what_the_ledger_says_beside_its_bytes_is_named() {
        touched("actor = 'eve' where aggregate_id = '" + one + "'");
        assertThat(faults()).singleElement().asString().startsWith("ChangeCancelled, fact 1 of " + one).endsWith("is not what its bytes say");
    }

    @Test
    void a_fact_that_was_taken_away_is_named() {
        String place = place(one);
        kept();
        change("delete from ledger where aggregate_id = '" + one + "'");
        assertThat(faults()).containsExactlyInAnyOrder(
                "the fact at " + place + " is missing in the ledger: leaf " + leaf(place) + " was signed for it");
    }

    @Test
    void whoever_touches_the_leaves_by_which_topics_are_verified_is_named() {
        String place = place(one);
        long number = leaf(place);
        ledger.jdbc().sql("alter table leaf disable trigger all").update();
        try {
            ledger.jdbc().sql("update leaf set hash = repeat('0', 64) where number = ?").param(number).update();
            assertThat(faults())
                    .anyMatch(fault -> fault.startsWith("leaf " + number + " of the database is " + place + " with 000") && fault.contains("was signed for " + place));
        } finally {
            ledger.jdbc().sql("update leaf set hash = (select hash from ledger where ledger.topic = leaf.topic"
                            + " and ledger.partition = leaf.partition and ledger.log_offset = leaf.log_offset) where number = ?")
                    .param(number)
                    .update();
            ledger.jdbc().sql("alter table leaf enable trigger all").update();
        }
    }

    @Test
    void whoever_keeps_the_log_from_growing_is_told_of_and_so_is_what_is_not_signed_for() {
        ledger.jdbc().sql("insert into unleaved (topic, partition, log_offset) select topic, partition, log_offset from leaf where number = 0").update();
        try {
            assertThat(faults())
                    .anyMatch(fault -> fault.startsWith("nothing is signed any more: "))
                    .anyMatch(fault -> fault.matches("of [0-9]+ facts that were stored, the log is signed for [0-9]+"));
        } finally {
            // Meanwhile others have come: that nothing is signed is a fact itself.
            ledger.jdbc().sql("delete from unleaved where (topic, partition, log_offset) in (select topic, partition, log_offset from leaf)").update();
        }
        await().atMost(TheLedger.PATIENCE).until(() -> ledger.service().bean(LedgerLog.class).trouble().isEmpty());
    }

    @Test
    void what_the_ledger_says_of_a_chain_is_looked_at_too() {
        touched("chain_holds = not chain_holds where aggregate_id = '" + one + "'");
        assertThat(faults()).singleElement().asString().startsWith("ChangeCancelled, fact 1 of " + one).endsWith("of its chain is not so");
    }

    @Test
    void two_facts_that_changed_places_are_named() {
        kept();
        change("update ledger set wire = case aggregate_id when '" + one + "' then (select wire from kept where aggregate_id = '" + other
                + "') else (select wire from kept where aggregate_id = '" + one + "') end where aggregate_id in ('" + one + "', '" + other + "')");
        assertThat(faults())
                .hasSize(2)
                .anyMatch(fault -> fault.contains("fact 1 of " + one + " at"))
                .anyMatch(fault -> fault.contains("they are those of ChangeCancelled, fact 1 of") && fault.endsWith("swapped"));
    }

    @Test
    void a_fact_that_was_slipped_in_is_named() {
        kept();
        change("insert into ledger select topic, partition, 1000000, type, 'CHG-EVE', 1, 'evil', correlation_id, causation_id, actor, actor_kind,"
                + " on_behalf_of, occurred_at, recorded_at, wire, hash, prev_hash, chain_holds, payload from ledger where aggregate_id = '" + one + "'");
        assertThat(faults()).containsExactly("ChangeCancelled, fact 1 of CHG-EVE at " + place("CHG-EVE") + " was put into the ledger beside its log: it is no leaf");
    }

    @Test
    void a_log_that_was_set_back_with_all_that_belongs_to_it_is_found_by_what_the_topic_keeps() {
        TileLog older = new TileLog(directory);
        older.append(0, ledger.log().entries(0, 1));
        older.publish(Note.sign(new Checkpoint("slipway.example/ledger", 1, older.tree(1).root()).text(), ledger.signingKey()));
        assertThat(verification(older, ledger.key()).faults())
                .anyMatch(fault -> fault.startsWith("the log was set back: it has 1 leaves, and CKP-"));
    }

    @Test
    void whoever_rewrites_all_that_is_here_is_found_by_what_an_anchor_keeps() throws IOException {
        await().atMost(TheLedger.PATIENCE).until(() -> ledger.service().bean(Anchoring.class).standing().getFirst().size() >= 2);
        TileLog future = new TileLog(directory);
        long size = future.append(0, Collections.nCopies(100_000, new byte[] {1}));
        Path kept = ledger.anchor().resolve("0000000000000100000.checkpoint");
        Files.writeString(kept, Note.sign(new Checkpoint("slipway.example/ledger", size, future.tree(size).root()).text(), ledger.signingKey()));
        try {
            assertThat(faults()).singleElement().asString().startsWith("the log was set back: ").endsWith(kept + " was signed for 100000");
        } finally {
            Files.delete(kept);
        }
    }

    @Test
    void what_an_anchor_kept_and_keeps_no_more_is_named() throws IOException {
        await().atMost(TheLedger.PATIENCE).until(() -> ledger.service().bean(Anchoring.class).standing().getFirst().size() >= 2);
        Path kept;
        try (Stream<Path> all = Files.list(ledger.anchor())) {
            kept = all.filter(file -> file.toString().endsWith(".checkpoint")).sorted().findFirst().orElseThrow();
        }
        String note = Files.readString(kept);
        Files.delete(kept);
        try {
            assertThat(faults()).singleElement().asString().matches("what directory .* kept of \\d+ leaves is not there any more");
        } finally {
            Files.writeString(kept, note);
        }
    }

    @Test
    void what_the_table_of_checkpoints_says_and_lacks_is_named() {
        ledger.jdbc().sql("create table kept_checkpoint as select * from checkpoint order by size limit 2").update();
        long first = ledger.jdbc().sql("select min(size) from kept_checkpoint").query(Long.class).single();
        long second = ledger.jdbc().sql("select max(size) from kept_checkpoint").query(Long.class).single();
        ledger.jdbc().sql("alter table checkpoint disable trigger all").update();
        try {
            ledger.jdbc().sql("update checkpoint set root = 'AAAA' where size = ?").param(first).update();
            ledger.jdbc().sql("delete from checkpoint where size = ?").param(second).update();
            assertThat(faults())
                    .hasSize(2)
                    .contains("what the table checkpoint says of " + first + " leaves is not what was signed")
                    .anyMatch(fault -> fault.startsWith("CKP-") && fault.endsWith(" was signed, and is not in the table checkpoint any more"));
        } finally {
            ledger.jdbc().sql("delete from checkpoint where size = ?").param(first).update();
            ledger.jdbc().sql("insert into checkpoint select * from kept_checkpoint").update();
            ledger.jdbc().sql("drop table kept_checkpoint").update();
            ledger.jdbc().sql("alter table checkpoint enable trigger all").update();
        }
    }

    @Test
    void a_forged_checkpoint_is_named() {
        TileLog forged = new TileLog(directory);
        SigningKey forger = SigningKey.parse(SigningKey.generate("slipway.example/ledger"));
        forged.append(0, ledger.log().entries(0, 1));
        forged.publish(Note.sign(new Checkpoint("slipway.example/ledger", 1, forged.tree(1).root()).text(), forger));
        assertThat(verification(forged, ledger.key()).faults())
                .contains("checkpoint is forged or damaged: it is not signed by slipway.example/ledger");
    }

    private Verification.Report verification(TileLog files, VerifyingKey key) {
        Verification verification = new Verification(
                ledger.service().bean(WholeLog.class),
                List.of(Topics.CHANGE),
                files,
                key,
                ledger.service().bean(LedgerLog.class),
                ledger.service().bean(Checkpoints.class),
                ledger.service().bean(Anchoring.class),
                ledger.jdbc(),
                ledger.service().bean(Entries.class),
                Duration.ofMillis(100));
        try {
            return verification.run(new Progress());
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private List<String> faults() {
        JsonNode report = ledger.report("/verifications");
        assertThat(report.get("holds").booleanValue()).isFalse();
        return report.get("faults").valueStream().map(JsonNode::stringValue).toList();
    }

    private void touched(String update) {
        kept();
        change("update ledger set " + update);
    }

    private void kept() {
        ledger.jdbc().sql("create table kept as select * from ledger").update();
    }

    private void change(String sql) {
        ledger.jdbc().sql("alter table ledger disable trigger all").update();
        assertThat(ledger.jdbc().sql(sql).update()).isPositive();
        ledger.jdbc().sql("alter table ledger enable trigger all").update();
    }

    @AfterEach
    void restored() {
        if (!ledger.jdbc().sql("select to_regclass('kept') is not null").query(Boolean.class).single()) {
            return;
        }
        ledger.jdbc().sql("alter table ledger disable trigger all").update();
        ledger.jdbc().sql("delete from ledger").update();
        ledger.jdbc().sql("insert into ledger select * from kept").update();
        ledger.jdbc().sql("drop table kept").update();
        ledger.jdbc().sql("alter table ledger enable trigger all").update();
        assertThat(ledger.report("/verifications").get("holds").booleanValue()).isTrue();
    }

    private String place(String change) {
        return ledger.jdbc().sql("select topic || '-' || partition || '@' || log_offset from ledger where aggregate_id = ?")
                .param(change)
                .query(String.class)
                .single();
    }

    private long leaf(String place) {
        return ledger.jdbc().sql("select number from leaf where topic || '-' || partition || '@' || log_offset = ?")
                .param(place)
                .query(Long.class)
                .single();
    }
}
