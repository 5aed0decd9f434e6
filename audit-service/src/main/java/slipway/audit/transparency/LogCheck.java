package slipway.audit.transparency;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads a whole log and says what does not hold: entries, tiles, the checkpoint, and what others know of earlier ones.
public final class LogCheck {

    /// More than that, nobody reads.
    private static final int MOST = 1_000;

    /// One leaf that was changed contradicts every checkpoint from there on; the first ones tell where it is.
    private static final int SHOWN = 3;

    private final TileLog log;
    private final VerifyingKey key;
    private final List<String> faults = new ArrayList<>();
    private long contradicted;

    public LogCheck(TileLog log, VerifyingKey key) {
        this.log = log;
        this.key = key;
    }

    /// A checkpoint that somebody kept.
    ///
    /// @param from who, for people
    /// @param note as it was kept
    public record Kept(String from, String note) {}

    /// Gets what the leaves stand for, 256 at a time, in order.
    public interface Reader {
        void read(long first, List<byte[]> entries);
    }

    /// @param checkpoint what the log says of itself; null: nothing that holds
    /// @param faults for people, the first 1,000; empty: all is well
    public record Result(@Nullable Checkpoint checkpoint, List<String> faults) {}

    private record Claim(String from, Checkpoint checkpoint) {}

    public Result run(Collection<Kept> kept, Reader reader) {
        String note = log.checkpoint().orElse(null);
        if (note == null) {
            return new Result(null, List.of("the log has no checkpoint"));
        }
        Checkpoint checkpoint = open("checkpoint", note);
        if (checkpoint == null) {
            return new Result(null, faults);
        }
        List<Claim> claims = new ArrayList<>();
        for (Kept each : kept) {
            Checkpoint opened = open(each.from(), each.note());
            if (opened != null) {
                claims.add(new Claim(each.from(), opened));
            }
        }
        claims.add(new Claim("checkpoint", checkpoint));
        claims.sort(Comparator.comparingLong(claim -> claim.checkpoint().size()));
        for (Claim claim : claims) {
            if (claim.checkpoint().size() > checkpoint.size()) {
                fault("the log was set back: it has " + checkpoint.size() + " leaves, and " + claim.from() + " was signed for "
                        + claim.checkpoint().size());
            }
        }
        try {
            read(checkpoint.size(), claims, reader);
        } catch (Damaged e) {
            fault(e.getMessage() + ": the log cannot be read from there on");
        }
        return new Result(checkpoint, faults);
    }

    private void fault(String fault) {
        if (faults.size() < MOST) {
            faults.add(fault);
        }
    }

    private @Nullable Checkpoint open(String from, String note) {
        try {
            Checkpoint checkpoint = Checkpoint.parse(Note.open(note, key));
            if (checkpoint.origin().equals(key.name())) {
                return checkpoint;
            }
            fault(from + " is of another log: " + checkpoint.origin());
        } catch (IllegalArgumentException e) {
            fault(from + " is forged or damaged: " + e.getMessage());
        }
        return null;
    }

    private void read(long size, List<Claim> claims, Reader reader) {
        Growing tree = new Growing();
        List<Row> rows = new ArrayList<>(List.of(new Row(0)));
        int next = compare(claims, 0, tree);
        for (long first = 0; first < size; first += Tile.FULL) {
            List<byte[]> entries = log.entries(first, size);
            reader.read(first, entries);
            for (byte[] entry : entries) {
                Hash leaf = Hash.leaf(entry);
                tree.add(leaf);
                add(rows, 0, leaf);
                next = compare(claims, next, tree);
            }
        }
        rows.stream().filter(row -> !row.hashes.isEmpty()).forEach(this::compare);
        if (contradicted > SHOWN) {
            fault("nor are those of " + (contradicted - SHOWN) + " checkpoints of more leaves");
        }
    }

    /// A tile as what is below it makes it.
    private static final class Row {
        private final int level;
        private final List<Hash> hashes = new ArrayList<>();
        private long index;

        private Row(int level) {
            this.level = level;
        }

        private Tile tile() {
            return new Tile(level, index, hashes.size());
        }
    }

    private void add(List<Row> rows, int level, Hash hash) {
        if (level == rows.size()) {
            rows.add(new Row(level));
        }
        Row row = rows.get(level);
        row.hashes.add(hash);
        if (row.tile().isFull()) {
            compare(row);
            Growing above = new Growing();
            row.hashes.forEach(above::add);
            row.hashes.clear();
            row.index++;
            add(rows, level + 1, above.root());
        }
    }

    private void compare(Row row) {
        byte[] stored = log.row(row.tile());
        log.tooLong(row.tile()).forEach(this::fault);
        log.odd(row.tile()).forEach(this::fault);
        for (int each = 0; each < row.hashes.size(); each++) {
            if (!Hash.of(stored, each * Hash.BYTES).equals(row.hashes.get(each))) {
                fault("hash " + each + " of " + row.tile().path() + " is not what is below it");
            }
        }
    }

    private int compare(List<Claim> claims, int from, Growing tree) {
        int next = from;
        for (; next < claims.size() && claims.get(next).checkpoint().size() == tree.size(); next++) {
            Claim claim = claims.get(next);
            if (!claim.checkpoint().root().equals(tree.root()) && contradicted++ < SHOWN) {
                fault("the first " + tree.size() + " leaves are not those of which " + claim.from() + " was signed");
            }
        }
        return next;
    }
}
