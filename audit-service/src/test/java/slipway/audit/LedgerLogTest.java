package slipway.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;
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
import slipway.audit.transparency.VerifyingKey;
import slipway.events.Topics;
import slipway.events.change.ChangeCancelled;
import slipway.messaging.Cause;
import slipway.messaging.RunningService;
import tools.jackson.databind.JsonNode;

/// The whole service: what comes from Kafka is signed for, and files and signature hold without the service.
class LedgerLogTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    static Path directory;

    private static RunningService service;

    private static VerifyingKey key;

    private int changes;

    @BeforeAll
    static void start() throws IOException {
        Path secret = directory.resolve("key");
        Files.writeString(secret, SigningKey.generate("slipway.example/ledger"));
        key = SigningKey.parse(Files.readString(secret)).verifying();
        service = new RunningService(
                AuditService.application(),
                "slipway.audit.log=" + directory.resolve("log"),
                "slipway.audit.signing-key-file=" + secret,
                "slipway.audit.checkpoint-every=100ms");
    }

    @AfterAll
    static void stop() throws IOException {
        service.close();
    }

    @Test
    void each_fact_is_a_leaf_under_a_signature_and_nothing_before_it_ever_moves() {
        long before = signedFor(happened());
        Tree earlier = log().tree(before);
        long after = signedFor(happened());
        Tree later = log().tree(after);
        assertThat(after).isGreaterThan(before);
        assertThat(Proof.extendsTo(earlier.root(), before, later.root(), after, later.consistency(before))).isTrue();

        JsonNode standing = good(service.get("/log"));
        assertThat(standing.get("key").stringValue()).isEqualTo(key.toString());
        assertThat(standing.get("trouble").stringValue()).isEmpty();
        Checkpoint checkpoint = Checkpoint.parse(Note.open(service.text("/log/checkpoint"), key));
        assertThat(checkpoint.root()).isEqualTo(log().tree(checkpoint.size()).root());

        List<byte[]> entries = log().entries(0, checkpoint.size());
        Leaf last = Leaf.parse(entries.getLast());
        assertThat(last.hash()).isEqualTo(jdbc().sql("select encode(sha256(wire), 'hex') from ledger where log_offset = ? and partition = ?")
                .params(last.place().offset(), last.place().partition())
                .query(String.class)
                .single());
        assertThat(Proof.includes(
                        checkpoint.root(),
                        checkpoint.size(),
                        checkpoint.size() - 1,
                        Hash.leaf(last.entry()),
                        log().tree(checkpoint.size()).inclusion(checkpoint.size() - 1)))
                .isTrue();
        assertThat(service.bytes("/log/tile/entries/000.p/" + checkpoint.size()))
                .asString(StandardCharsets.UTF_8)
                .contains(last.hash());
        assertThat(service.get("/log/tile/../checkpoint").status()).isGreaterThanOrEqualTo(400);
    }

    @Test
    void what_was_signed_is_a_fact() {
        long size = signedFor(happened());
        Checkpoint checkpoint = Checkpoint.parse(Note.open(log().checkpoint().orElseThrow(), key));
        List<CheckpointSigned> facts = service.facts("decisions", CheckpointDecider.id(checkpoint.size()));
        assertThat(facts).singleElement().satisfies(signed -> {
            assertThat(signed.size()).isGreaterThanOrEqualTo(size);
            assertThat(Checkpoint.parse(Note.open(signed.note(), key))).isEqualTo(checkpoint);
        });
    }

    @Test
    void another_instance_writes_the_same_files_and_signs_nothing_new() throws IOException {
        signedFor(happened());
        TileLog copy = new TileLog(directory.resolve("copy-" + changes));
        another(copy, SigningKey.parse(Files.readString(directory.resolve("key")))).sign();
        assertThat(copy.checkpoint()).isEqualTo(log().checkpoint());
        long size = Checkpoint.parse(Note.open(copy.checkpoint().orElseThrow(), key)).size();
        assertThat(copy.tree(size).root()).isEqualTo(log().tree(size).root());
    }

    @Test
    void a_ledger_that_was_set_back_is_not_signed_for() throws IOException {
        signedFor(happened());
        TileLog ahead = new TileLog(directory.resolve("ahead"));
        SigningKey signing = SigningKey.parse(Files.readString(directory.resolve("key")));
        long size = ahead.append(0, log().entries(0, jdbc().sql("select count(*) from leaf").query(Long.class).single()));
        size = ahead.append(size, List.of(new Leaf(Leaf.parse(log().entries(0, 1).getFirst()).place(), "0".repeat(64)).entry()));
        ahead.publish(Note.sign(new Checkpoint("slipway.example/ledger", size, ahead.tree(size).root()).text(), signing));
        LedgerLog instance = another(ahead, signing);
        instance.sign();
        assertThat(instance.trouble()).isEqualTo("the ledger has " + (size - 1) + " leaves, and the files of the log have " + size + ": it was set back");
    }

    @Test
    void files_that_say_something_else_are_not_signed_for() throws IOException {
        signedFor(happened());
        TileLog other = new TileLog(directory.resolve("other"));
        SigningKey signing = SigningKey.parse(Files.readString(directory.resolve("key")));
        other.append(0, List.of(new byte[] {7}));
        other.publish(Note.sign(new Checkpoint("slipway.example/ledger", 1, other.tree(1).root()).text(), signing));
        LedgerLog instance = another(other, signing);
        instance.sign();
        assertThat(instance.trouble()).contains("leaves are not those of which a checkpoint was signed");
    }

    private LedgerLog another(TileLog files, SigningKey signing) {
        return new LedgerLog(
                service.bean(Leaves.class), service.bean(Checkpoints.class), files, signing, service.decisions("decisions"), Cause.service("audit-service"));
    }

    private String happened() {
        String change = "CHG-" + System.identityHashCode(this) + "-" + ++changes;
        service.publish(Topics.CHANGE, new ChangeCancelled(RunningService.meta(change, 1, change), "dana", "never mind"), change);
        return change;
    }

    /// @return a size at which the change's fact is in the tree
    private long signedFor(String change) {
        return await().atMost(PATIENCE)
                .until(
                        () -> jdbc().sql(
                                        """
                                        select min(size) from checkpoint where size > (
                                            select number from leaf join ledger using (topic, partition, log_offset) where aggregate_id = ?)
                                        """)
                                .param(change)
                                .query((row, _) -> Optional.ofNullable(row.getObject(1, Long.class)))
                                .single(),
                        found -> found.isPresent() && log().checkpoint().isPresent())
                .orElseThrow();
    }

    private static JsonNode good(RunningService.Answer answer) {
        assertThat(answer.status()).as("%s", answer.body()).isEqualTo(200);
        return answer.body();
    }

    private static TileLog log() {
        return new TileLog(directory.resolve("log"));
    }

    private static JdbcClient jdbc() {
        return service.bean(JdbcClient.class);
    }
}
