package slipway.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import slipway.audit.domain.CheckpointDecider;
import slipway.audit.domain.CheckpointEvent.CheckpointSigned;
import slipway.audit.domain.Leaf;
import slipway.audit.transparency.Checkpoint;
import slipway.audit.transparency.Hash;
import slipway.audit.transparency.Note;
import slipway.audit.transparency.Proof;
import slipway.audit.transparency.SigningKey;
import slipway.audit.transparency.TileLog;
import slipway.audit.transparency.Tree;
import slipway.messaging.Cause;
import slipway.messaging.RunningService;
import tools.jackson.databind.JsonNode;

/// The whole service: what comes from Kafka is signed for, and files and signature hold without the service.
class LedgerLogTest {

    private final TheLedger ledger = TheLedger.running();
    private final RunningService service = ledger.service();

    @TempDir
    Path directory;

    @Test
    void each_fact_is_a_leaf_under_a_signature_and_nothing_before_it_ever_moves() {
        long before = ledger.signedFor(ledger.happened());
        Tree earlier = ledger.log().tree(before);
        long after = ledger.signedFor(ledger.happened());
        Tree later = ledger.log().tree(after);
        assertThat(after).isGreaterThan(before);
        assertThat(Proof.extendsTo(earlier.root(), before, later.root(), after, later.consistency(before))).isTrue();

        JsonNode standing = good(service.get("/log"));
        assertThat(standing.get("key").stringValue()).isEqualTo(ledger.key().toString());
        assertThat(standing.get("trouble").stringValue()).isEmpty();
        Checkpoint checkpoint = Checkpoint.parse(Note.open(service.text("/log/checkpoint"), ledger.key()));
        assertThat(checkpoint.root()).isEqualTo(ledger.log().tree(checkpoint.size()).root());

        List<byte[]> entries = ledger.log().entries(0, checkpoint.size());
        Leaf last = Leaf.parse(entries.getLast());
        assertThat(last.hash()).isEqualTo(ledger.jdbc().sql("select encode(sha256(wire), 'hex') from ledger where topic = ? and log_offset = ? and partition = ?")
                .params(last.place().topic(), last.place().offset(), last.place().partition())
                .query(String.class)
                .single());
        assertThat(Proof.includes(
                        checkpoint.root(),
                        checkpoint.size(),
                        checkpoint.size() - 1,
                        Hash.leaf(last.entry()),
                        ledger.log().tree(checkpoint.size()).inclusion(checkpoint.size() - 1)))
                .isTrue();
        // 256 of them are a file.
        long width = checkpoint.size() % 256;
        String file = "%03d".formatted((checkpoint.size() - 1) / 256) + (width == 0 ? "" : ".p/" + width);
        assertThat(service.bytes("/log/tile/entries/" + file))
                .asString(StandardCharsets.UTF_8)
                .contains(last.hash());
        assertThat(service.get("/log/tile/../checkpoint").status()).isGreaterThanOrEqualTo(400);
    }

    @Test
    void what_was_signed_is_a_fact() {
        long size = ledger.signedFor(ledger.happened());
        Checkpoint checkpoint = Checkpoint.parse(Note.open(ledger.log().checkpoint().orElseThrow(), ledger.key()));
        List<CheckpointSigned> facts = service.facts("decisions", CheckpointDecider.id(checkpoint.size()));
        assertThat(facts).singleElement().satisfies(signed -> {
            assertThat(signed.size()).isGreaterThanOrEqualTo(size);
            assertThat(Checkpoint.parse(Note.open(signed.note(), ledger.key()))).isEqualTo(checkpoint);
        });
    }

    @Test
    void another_instance_writes_the_same_files_and_signs_nothing_new() {
        ledger.signedFor(ledger.happened());
        TileLog copy = new TileLog(directory.resolve("copy"));
        another(copy, ledger.signingKey()).sign();
        assertThat(copy.checkpoint()).isEqualTo(ledger.log().checkpoint());
        long size = Checkpoint.parse(Note.open(copy.checkpoint().orElseThrow(), ledger.key())).size();
        assertThat(copy.tree(size).root()).isEqualTo(ledger.log().tree(size).root());
    }

    @Test
    void a_ledger_that_was_set_back_is_not_signed_for() {
        ledger.signedFor(ledger.happened());
        TileLog ahead = new TileLog(directory.resolve("ahead"));
        SigningKey signing = ledger.signingKey();
        long size = ahead.append(0, ledger.log().entries(0, ledger.jdbc().sql("select count(*) from leaf").query(Long.class).single()));
        size = ahead.append(size, List.of(new Leaf(Leaf.parse(ledger.log().entries(0, 1).getFirst()).place(), "0".repeat(64)).entry()));
        ahead.publish(Note.sign(new Checkpoint("slipway.example/ledger", size, ahead.tree(size).root()).text(), signing));
        LedgerLog instance = another(ahead, signing);
        instance.sign();
        assertThat(instance.trouble()).isEqualTo("the ledger has " + (size - 1) + " leaves, and the files of the log have " + size + ": it was set back");

        ledger.signedFor(ledger.happened());
        ledger.signedFor(ledger.happened());
        instance.sign();
        assertThat(instance.trouble())
                .as("also when it has grown again")
                .isEqualTo("leaf " + (size - 1) + " of the files is not that of the database: one of them was set back");
    }

    @Test
    void files_that_say_something_else_are_not_signed_for() {
        ledger.signedFor(ledger.happened());
        TileLog other = new TileLog(directory.resolve("other"));
        SigningKey signing = ledger.signingKey();
        other.append(0, List.of(new byte[] {7}));
        other.publish(Note.sign(new Checkpoint("slipway.example/ledger", 1, other.tree(1).root()).text(), signing));
        LedgerLog instance = another(other, signing);
        instance.sign();
        assertThat(instance.trouble()).isEqualTo("leaf 0 of the files is not that of the database: one of them was set back");
    }

    @Test
    void a_past_that_was_rewritten_in_the_database_is_not_signed_for() {
        ledger.signedFor(ledger.happened());
        ledger.jdbc().sql("alter table leaf disable trigger all").update();
        String good = ledger.jdbc().sql("select hash from leaf where number = 0").query(String.class).single();
        try {
            ledger.jdbc().sql("update leaf set hash = repeat('0', 64) where number = 0").update();
            LedgerLog instance = another(new TileLog(directory.resolve("rewritten")), ledger.signingKey());
            instance.sign();
            assertThat(instance.trouble()).endsWith(" leaves are not those of which a checkpoint was signed");
        } finally {
            ledger.jdbc().sql("update leaf set hash = ? where number = 0").param(good).update();
            ledger.jdbc().sql("alter table leaf enable trigger all").update();
        }
        await().atMost(TheLedger.PATIENCE).until(() -> service.bean(LedgerLog.class).trouble().isEmpty());
    }

    /// As after a restore of the database and of the files of the log, both to the same moment.
    @Test
    void a_database_that_does_not_know_what_an_anchor_keeps_is_not_signed_for() throws IOException {
        ledger.signedFor(ledger.happened());
        await().atMost(TheLedger.PATIENCE).until(() -> Files.isDirectory(ledger.anchor()));
        TileLog future = new TileLog(directory.resolve("future"));
        long size = future.append(0, Collections.nCopies(100_000, new byte[] {1}));
        Path kept = ledger.anchor().resolve("0000000000000100000.checkpoint");
        Files.writeString(kept, Note.sign(new Checkpoint("slipway.example/ledger", size, future.tree(size).root()).text(), ledger.signingKey()));
        LedgerLog instance = another(new TileLog(directory.resolve("restored")), ledger.signingKey());
        try {
            instance.sign();
            assertThat(instance.trouble()).isEqualTo("the database does not know what it signed: " + kept + " has 100000 leaves; it was set back");
        } finally {
            Files.delete(kept);
        }
        instance.sign();
        assertThat(instance.trouble()).isEmpty();
    }

    @Test
    void what_another_key_signed_is_not_continued() {
        ledger.signedFor(ledger.happened());
        SigningKey stranger = SigningKey.parse(SigningKey.generate("slipway.example/ledger"));
        LedgerLog instance = another(new TileLog(directory.resolve("stranger")), stranger);
        instance.sign();
        assertThat(instance.trouble()).isEqualTo("it is not signed by slipway.example/ledger");
    }

    @Test
    void a_fact_that_nobody_can_have_read_is_not_signed_for_and_people_are_told() {
        String change = ledger.happened();
        ledger.signedFor(change);
        LedgerLog signing = service.bean(LedgerLog.class);
        try {
            ledger.jdbc()
                    .sql(
                            """
                            insert into ledger select topic, partition, 99999999, type, aggregate_id, 2, 'put-in-' || event_id, correlation_id, causation_id, actor,
                                actor_kind, on_behalf_of, occurred_at, recorded_at, wire, hash, prev_hash, chain_holds, payload from ledger where aggregate_id = ?
                            """)
                    .param(change)
                    .update();
            ledger.jdbc().sql("insert into unleaved (topic, partition, log_offset) select topic, partition, log_offset from ledger where log_offset = 99999999").update();
            await().atMost(TheLedger.PATIENCE).until(() -> signing.trouble().startsWith("ChangeCancelled, fact 2 of " + change + " at change.events-"));
            assertThat(signing.trouble()).endsWith(": the tail of the topic was cut, or the fact was put in");
            assertThat(gauge("slipway.signing.ended")).isEqualTo(1);
            await().atMost(TheLedger.PATIENCE)
                    .until(() -> good(service.get("/breaches")).get("found").valueStream()
                            .anyMatch(each -> each.get("what").stringValue().startsWith("nothing is signed any more: ChangeCancelled, fact 2 of " + change)));
            assertThat(gauge("slipway.invariants.broken")).isPositive();
        } finally {
            ledger.jdbc().sql("alter table ledger disable trigger all").update();
            ledger.jdbc().sql("delete from unleaved where log_offset = 99999999").update();
            ledger.jdbc().sql("delete from ledger where log_offset = 99999999").update();
            ledger.jdbc().sql("alter table ledger enable trigger all").update();
        }
        await().atMost(TheLedger.PATIENCE).until(() -> signing.trouble().isEmpty());
        assertThat(gauge("slipway.signing.ended")).isZero();
    }

    @Test
    void a_checkpoint_that_no_anchor_takes_is_overdue_until_one_does() throws IOException {
        ledger.signedFor(ledger.happened());
        await().atMost(TheLedger.PATIENCE).until(() -> Files.isDirectory(ledger.anchor()));
        Path elsewhere = Files.move(ledger.anchor(), ledger.anchor().resolveSibling("moved"));
        Files.createFile(ledger.anchor());
        try {
            ledger.signedFor(ledger.happened());
            await().atMost(TheLedger.PATIENCE).until(() -> gauge("slipway.anchors.overdue") > 1);
            await().atMost(TheLedger.PATIENCE)
                    .until(() -> !good(service.get("/log")).at("/anchors/0/trouble").stringValue().isEmpty());
        } finally {
            Files.delete(ledger.anchor());
            Files.move(elsewhere, ledger.anchor());
        }
        await().atMost(TheLedger.PATIENCE).until(() -> gauge("slipway.anchors.overdue") == 0);
    }

    /// As Prometheus reads it.
    private double gauge(String name) {
        return service.bean(MeterRegistry.class).get(name).gauge().value();
    }

    @Test
    void a_forged_checkpoint_in_the_files_is_told_and_not_written_over() throws IOException {
        ledger.signedFor(ledger.happened());
        Path there = directory.resolve("forged");
        TileLog copy = new TileLog(there);
        LedgerLog instance = another(copy, ledger.signingKey());
        instance.sign();
        String own = copy.checkpoint().orElseThrow();
        Checkpoint said = Checkpoint.of(own);
        String forged = Note.sign(said.text(), SigningKey.parse(SigningKey.generate(said.origin())));
        copy.publish(forged);
        ledger.signedFor(ledger.happened());
        instance.sign();
        assertThat(instance.trouble()).startsWith("the file checkpoint of the log is forged or damaged: it is not signed by slipway.example/ledger");
        assertThat(copy.checkpoint()).hasValue(forged);
        assertThat(new Signing().signingHealthIndicator(instance).health().getStatus().getCode()).isEqualTo("ATTENTION");
        Files.delete(there.resolve("checkpoint"));
        instance.sign();
        assertThat(instance.trouble()).isEmpty();
    }

    private LedgerLog another(TileLog files, SigningKey signing) {
        return new LedgerLog(
                service.bean(Leaves.class), service.bean(Checkpoints.class), files, signing, service.decisions("decisions"), Cause.service("audit-service"),
                service.bean(Elsewhere.class), service.bean(Beyond.class));
    }

    private static JsonNode good(RunningService.Answer answer) {
        assertThat(answer.status()).as("%s", answer.body()).isEqualTo(200);
        return answer.body();
    }

}
