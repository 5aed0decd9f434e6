package slipway.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import slipway.audit.Anchoring.Standing;
import slipway.audit.anchor.Anchor;
import slipway.audit.anchor.DirectoryAnchor;
import slipway.audit.anchor.Witness;
import slipway.audit.transparency.Checkpoint;
import slipway.audit.transparency.FakeWitness;
import slipway.audit.transparency.LogCheck.Kept;
import slipway.audit.transparency.Note;
import slipway.audit.transparency.Tree;

/// Several instances have their checkpoints kept by the same anchors, and one database remembers it for them.
class AnchoringTest {

    /// More leaves than these tests ever sign for.
    private static final long MORE = 100_000;

    private final TheLedger ledger = TheLedger.running();

    @TempDir
    Path directory;

    @Test
    void an_instance_whose_files_are_behind_what_another_had_kept_has_nothing_to_keep_and_no_trouble() {
        Anchor anchor = new DirectoryAnchor(directory);
        String behind = signed();
        String newest = signed();
        Anchoring other = instance(anchor);
        instance(anchor).keep(anchor, newest);
        other.keep(anchor, behind);
        assertThat(other.standing()).containsExactly(new Standing(anchor.name(), size(newest), "", false));
    }

    @Test
    void a_witness_that_another_instance_has_just_asked_for_more_contradicts_nothing() throws Exception {
        try (FakeWitness witness = new FakeWitness("busy.example", ledger.key())) {
            Anchor anchor = new Witness(witness.address(), witness.key(), HttpClient.newHttpClient());
            String behind = signed();
            String newest = signed();
            // The other has its answer, and has not written it down yet.
            anchor.keep(ledger.log().tree(size(newest)), newest, 0);
            Anchoring instance = instance(anchor);
            instance.keep(anchor, behind);
            assertThat(instance.standing()).containsExactly(new Standing(anchor.name(), 0, "", false));
        }
    }

    @Test
    void a_log_that_was_set_back_behind_what_is_remembered_of_an_anchor_is_told() {
        Anchor anchor = new DirectoryAnchor(directory);
        String newest = signed();
        Anchoring instance = instance(anchor);
        ledger.jdbc().sql("insert into anchored (anchor, size, note) values (?, ?, '')").params(anchor.name(), MORE).update();
        try {
            instance.keep(anchor, newest);
            assertThat(instance.standing()).containsExactly(new Standing(
                    anchor.name(), MORE, "it has seen " + MORE + " leaves, and the log has " + size(newest) + ": it was set back", true));
        } finally {
            ledger.jdbc().sql("alter table anchored disable trigger all").update();
            ledger.jdbc().sql("delete from anchored where anchor = ?").param(anchor.name()).update();
            ledger.jdbc().sql("alter table anchored enable trigger all").update();
        }
    }

    @Test
    void a_log_that_was_set_back_behind_what_a_witness_has_seen_is_told() throws IOException, InterruptedException {
        try (FakeWitness witness = new FakeWitness("mindful.example", ledger.key())) {
            Anchor anchor = new Witness(witness.address(), witness.key(), HttpClient.newHttpClient());
            String newest = signed();
            Checkpoint known = Checkpoint.of(newest);
            String lost = Note.sign(new Checkpoint(known.origin(), MORE, known.root()).text(), ledger.signingKey());
            anchor.keep(ledger.log().tree(MORE), lost, 0);
            Anchoring instance = instance(anchor);
            instance.keep(anchor, newest);
            assertThat(instance.standing()).containsExactly(new Standing(
                    anchor.name(), 0, "it has seen " + MORE + " leaves, and the log has " + known.size() + ": it was set back", true));
        }
    }

    @Test
    void what_another_instance_has_kept_while_an_anchor_is_read_is_not_missed_there() {
        Anchor anchor = new DirectoryAnchor(directory);
        String first = signed();
        String newest = signed();
        Anchoring other = instance(anchor);
        other.keep(anchor, first);
        List<String> faults = new ArrayList<>();
        List<Kept> kept = instance(new Slow(anchor, () -> other.keep(anchor, newest))).kept(faults::add);
        assertThat(faults).isEmpty();
        assertThat(kept).extracting(Kept::from).contains("what " + anchor.name() + " kept of " + size(newest) + " leaves");
    }

    /// An anchor that takes its time to be read, such as a repository that is fetched.
    private record Slow(Anchor anchor, Runnable meanwhile) implements Anchor {

        @Override
        public String name() {
            return anchor.name();
        }

        @Override
        public String keep(Tree tree, String note, long earlier) throws IOException, InterruptedException {
            return anchor.keep(tree, note, earlier);
        }

        @Override
        public Optional<List<Kept>> kept() throws IOException, InterruptedException {
            Optional<List<Kept>> there = anchor.kept();
            meanwhile.run();
            return there;
        }
    }

    private Anchoring instance(Anchor anchor) {
        return new Anchoring(
                List.of(anchor), ledger.key(), ledger.log(), ledger.service().bean(Checkpoints.class), ledger.jdbc(), Duration.ofMinutes(1));
    }

    /// A checkpoint of which more was not signed before.
    private String signed() {
        long size = ledger.signedFor(ledger.happened());
        return ledger.jdbc().sql("select note from checkpoint where size = ?").param(size).query(String.class).single();
    }

    private static long size(String note) {
        return Checkpoint.of(note).size();
    }
}
