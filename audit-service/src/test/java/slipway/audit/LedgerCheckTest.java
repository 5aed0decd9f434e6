package slipway.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import slipway.audit.domain.Leaf;
import slipway.audit.transparency.Checkpoint;
import slipway.audit.transparency.LogCheck;
import slipway.audit.transparency.Note;
import slipway.audit.transparency.SigningKey;
import slipway.audit.transparency.TileLog;

/// Facts that were signed for as they came, and that do not follow each other.
class LedgerCheckTest {

    private static final SigningKey KEY = SigningKey.parse(SigningKey.generate("slipway.example/ledger"));

    @TempDir
    Path directory;

    private Workbench bench;

    @BeforeEach
    void open() throws IOException {
        bench = new Workbench();
    }

    @AfterEach
    void close() {
        bench.close();
    }

    @Test
    void facts_that_follow_each_other_hold() {
        bench.live(bench.log().cancelled("CHG-1", 1, "a"));
        bench.live(bench.log().cancelled("CHG-2", 1, "b"));
        bench.live(bench.log().cancelled("CHG-1", 2, "c"));
        bench.live(bench.log().cancelled("CHG-1", 3, "d"));
        assertThat(faults()).isEmpty();
    }

    @Test
    void a_fact_that_does_not_carry_the_hash_of_the_one_before_it_is_named() throws IOException {
        bench.log().cancelled("CHG-1", 1, "as it was");
        try (Log forged = new Log()) {
            bench.live(forged.cancelled("CHG-1", 1, "as somebody would have it"));
        }
        bench.live(bench.log().cancelled("CHG-1", 2, "b"));
        assertThat(faults())
                .containsExactly("ChangeCancelled, fact 2 of CHG-1 at change.events-0@1 does not carry the hash of the fact before it");
    }

    @Test
    void a_sequence_with_a_gap_is_named() {
        bench.live(bench.log().cancelled("CHG-1", 1, "a"));
        bench.log().cancelled("CHG-1", 2, "never stored");
        bench.live(bench.log().cancelled("CHG-1", 3, "c"));
        assertThat(faults()).containsExactly("ChangeCancelled, fact 3 of CHG-1 at change.events-0@2 comes where fact 2 is missing");
    }

    /// What an owner of the database could do: the constraint is gone, and the same fact stands there twice, signed for both times.
    @Test
    void a_fact_that_is_there_twice_is_named() {
        Log.Sent sent = bench.log().cancelled("CHG-1", 1, "a");
        bench.live(sent);
        bench.jdbc().sql("alter table ledger drop constraint ledger_topic_aggregate_id_sequence_key").update();
        bench.jdbc().sql("alter table standing drop constraint standing_pkey").update();
        bench.live(new Log.Sent(bench.log().cancelled("CHG-1", 2, "b").place(), sent.wire(), sent.fact()));
        assertThat(faults()).containsExactly("ChangeCancelled, fact 1 of CHG-1 at change.events-0@1 has a sequence that was taken before");
    }

    private List<String> faults() {
        Leaves leaves = new Leaves(bench.jdbc(), bench.transaction());
        int size = leaves.grow(10, Map.of());
        TileLog log = new TileLog(directory);
        log.append(0, leaves.read(0, size).stream().map(Leaf::entry).toList());
        log.publish(Note.sign(new Checkpoint("slipway.example/ledger", size, log.tree(size).root()).text(), KEY));
        List<String> faults = new ArrayList<>();
        LedgerCheck check = new LedgerCheck(bench.jdbc(), bench.log().entries(), faults::add, new Progress());
        faults.addAll(new LogCheck(log, KEY.verifying()).run(List.of(), check).faults());
        check.chains();
        assertThat(check.facts()).isEqualTo(size);
        return faults;
    }
}
