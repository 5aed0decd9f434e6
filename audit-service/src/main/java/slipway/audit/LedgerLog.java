package slipway.audit;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.TransientDataAccessException;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.transaction.TransactionException;
import slipway.audit.Checkpoints.Signed;
import slipway.audit.domain.CheckpointDecider;
import slipway.audit.domain.CheckpointEvent;
import slipway.audit.domain.CheckpointEvent.CheckpointSigned;
import slipway.audit.domain.Leaf;
import slipway.audit.transparency.Checkpoint;
import slipway.audit.transparency.Note;
import slipway.audit.transparency.SigningKey;
import slipway.audit.transparency.TileLog;
import slipway.audit.transparency.Tree;
import slipway.messaging.Cause;
import slipway.messaging.Decisions;
import slipway.messaging.Outcome;
import slipway.wire.RegistryClient;

/// Grows the transparency log of the ledger: facts become leaves, leaves become tiles, and a checkpoint is signed.
///
/// Each instance keeps a whole copy of the files; their bytes are the same everywhere, because the order of leaves is the database's and
/// a signature of Ed25519 is always the same. Nothing is signed that is not the last checkpoint with leaves added at its end: a database
/// that was set back, or changed, ends the signing and not the evidence.
final class LedgerLog implements Conformance.Signer {

    private static final Logger LOG = LoggerFactory.getLogger(LedgerLog.class);
    private static final int AT_ONCE = 10_000;

    private final Leaves leaves;
    private final Checkpoints checkpoints;
    private final TileLog files;
    private final SigningKey key;
    private final Decisions<CheckpointSigned, Optional<CheckpointSigned>, CheckpointEvent> decisions;
    private final Cause cause;
    private final Elsewhere elsewhere;
    private final Beyond beyond;

    /// Until all was looked at once: a database that was set back says nothing of that itself.
    private volatile String trouble = "it is not known yet whether all that was signed is there";
    private volatile boolean contradicted;

    /// Whether those were asked who may know of more; nobody sets a database back while it is at work.
    private boolean asked;

    LedgerLog(
            Leaves leaves,
            Checkpoints checkpoints,
            TileLog files,
            SigningKey key,
            Decisions<CheckpointSigned, Optional<CheckpointSigned>, CheckpointEvent> decisions,
            Cause cause,
            Elsewhere elsewhere,
            Beyond beyond) {
        this.leaves = leaves;
        this.checkpoints = checkpoints;
        this.files = files;
        this.key = key;
        this.decisions = decisions;
        this.cause = cause;
        this.elsewhere = elsewhere;
        this.beyond = beyond;
    }

    @Override
    public String trouble() {
        return trouble;
    }

    @Override
    public boolean contradicted() {
        return contradicted;
    }

    @Override
    public long signed() {
        return checkpoints.last().map(Signed::size).orElse(0L);
    }

    @Scheduled(fixedDelayString = "${slipway.audit.checkpoint-every}")
    void sign() {
        try {
            grow();
            trouble = "";
            contradicted = false;
        } catch (TransientDataAccessException
                | DataAccessResourceFailureException
                | TransactionException
                | WholeLog.Unreadable
                | CaughtUp.Unknown
                | RegistryClient.Unavailable e) {
            LOG.warn("the log does not grow, trying again: {}", e.toString());
        } catch (RuntimeException e) {
            // What the database says, without the statement.
            Throwable cause = e instanceof DataAccessException ? NestedExceptionUtils.getMostSpecificCause(e) : e;
            trouble = cause.getMessage() == null ? cause.toString() : cause.getMessage();
            contradicted = e instanceof IllegalStateException;
            LOG.error("nothing is signed any more: {}", trouble, e);
        }
    }

    private void grow() {
        // Before the leaves: whoever else signs meanwhile has not more of them than are counted after it.
        Optional<Signed> last = checkpoints.last();
        Beyond.Found putIn = beyond.unsigned();
        while (leaves.grow(AT_ONCE, putIn.ends()) == AT_ONCE) {
            // until all are leaves: facts are looked at as leaves, also while nothing can be signed
        }
        mustBeRead(putIn);
        mustBeRead(beyond.leaves(last.map(Signed::size).orElse(0L)));
        ask();
        long size = leaves.count();
        Tree tree = written(size);
        if (last.isPresent()) {
            mustExtend(Checkpoint.parse(Note.open(last.get().note(), key.verifying())), tree);
        }
        if (size > last.map(Signed::size).orElse(0L)) {
            publish(tree);
        } else if (last.isPresent() && !files.checkpoint().equals(last.map(Signed::note))) {
            // Another instance signed it, or this one died before its file said so.
            files.publish(last.get().note());
        }
    }

    private static void mustBeRead(Beyond.Found putIn) {
        if (!putIn.names().isEmpty()) {
            throw new IllegalStateException(String.join("; ", putIn.names()));
        }
    }

    private void ask() {
        if (asked) {
            return;
        }
        List<String> unknown = elsewhere.unknown();
        if (!unknown.isEmpty()) {
            throw new IllegalStateException("the database does not know what it signed: " + unknown.getLast() + "; it was set back");
        }
        asked = true;
    }

    private void publish(Tree tree) {
        Checkpoint checkpoint = new Checkpoint(key.verifying().name(), tree.size(), tree.root());
        String note = Note.sign(checkpoint.text(), key);
        CheckpointSigned signed = new CheckpointSigned(checkpoint.origin(), checkpoint.size(), checkpoint.root().toString(), note);
        switch (decisions.decide(CheckpointDecider.id(tree.size()), signed, cause)) {
            case Outcome.Accepted<?> _ -> files.publish(note);
            case Outcome.Refused<?>(var reasons) -> throw new IllegalStateException(String.join("; ", reasons));
            case Outcome.Outdated<?> _ -> throw new IllegalStateException("nobody asked for a state");
        }
    }

    private static void mustExtend(Checkpoint last, Tree tree) {
        if (tree.size() < last.size()) {
            throw new IllegalStateException(
                    "the ledger has " + tree.size() + " leaves, and a checkpoint of " + last.size() + " was signed: it was set back");
        }
        if (!new Tree(tree.nodes(), last.size()).root().equals(last.root())) {
            throw new IllegalStateException("the first " + last.size() + " leaves are not those of which a checkpoint was signed");
        }
    }

    /// The tree of so many leaves, in this instance's files.
    private Tree written(long size) {
        mustBeOurs();
        long there = size(files);
        mustBegin(there);
        if (there > size) {
            throw new IllegalStateException(
                    "the ledger has " + size + " leaves, and the files of the log have " + there + ": it was set back");
        }
        while (there < size) {
            int wanted = (int) Math.min(AT_ONCE, size - there);
            List<Leaf> next = leaves.read(there, wanted);
            if (next.size() != wanted) {
                throw new IllegalStateException("of the leaves " + there + " to " + (there + wanted) + " the database has " + next.size());
            }
            there = files.append(there, next.stream().map(Leaf::entry).toList());
        }
        return files.tree(size);
    }

    /// A checkpoint in the files that another key signed is told, and not written over as if it had never been there.
    private void mustBeOurs() {
        files.checkpoint().ifPresent(note -> {
            try {
                Note.open(note, key.verifying());
            } catch (IllegalArgumentException e) {
                throw new IllegalStateException(
                        "the file checkpoint of the log is forged or damaged: " + e.getMessage() + "; whoever knows why takes it away", e);
            }
        });
    }

    /// What was written last has to be what the database has there: otherwise one of them was set back and has grown again.
    private void mustBegin(long there) {
        if (there == 0) {
            return;
        }
        long first = (there - 1) / TileLog.AT_ONCE * TileLog.AT_ONCE;
        List<byte[]> written = files.entries(first, there);
        List<Leaf> known = leaves.read(first, written.size());
        for (int each = 0; each < Math.min(written.size(), known.size()); each++) {
            if (!Arrays.equals(written.get(each), known.get(each).entry())) {
                throw new IllegalStateException("leaf " + (first + each) + " of the files is not that of the database: one of them was set back");
            }
        }
    }

    /// Leaves of which the files say that they have them; whether they do is for who verifies.
    static long size(TileLog files) {
        return files.checkpoint()
                .map(note -> Checkpoint.of(note).size())
                .orElse(0L);
    }
}
