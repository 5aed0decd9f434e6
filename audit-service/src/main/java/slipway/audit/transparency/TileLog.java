package slipway.audit.transparency;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.IntUnaryOperator;
import java.util.regex.Pattern;

/// A log in a directory. [C2SP tlog-tiles](https://c2sp.org/tlog-tiles)
///
/// Tiles and entries are written, and on disk, before a checkpoint speaks of them; who dies in between writes the same bytes again.
/// One at a time may append.
public final class TileLog {

    /// Entries come in so many.
    public static final int AT_ONCE = Tile.FULL;

    private static final int LONGEST_ENTRY = 0xffff;
    private static final Pattern PUBLISHED = Pattern.compile("tile/([0-9]|[1-5][0-9]|6[0-3]|entries)(/x[0-9]{3}){0,5}/[0-9]{3}(\\.p/[0-9]{1,3})?");

    private final Path directory;

    public TileLog(Path directory) {
        this.directory = directory;
    }

    /// @param size leaves that are there
    /// @param entries what the next leaves stand for, at most 65,535 bytes each
    /// @return leaves that are there now
    /// @throws Damaged when the end of what is there cannot be read
    public long append(long size, List<byte[]> entries) {
        for (byte[] entry : entries) {
            if (entry.length > LONGEST_ENTRY) {
                throw new IllegalArgumentException("an entry of a log has at most " + LONGEST_ENTRY + " bytes, and not " + entry.length);
            }
        }
        Appending appending = new Appending(size);
        entries.forEach(appending::add);
        appending.end();
        return size + entries.size();
    }

    public Tree tree(long size) {
        return new Tree((level, index) -> node(size, level, index), size);
    }

    /// What the leaves of one piece of the log stand for.
    ///
    /// @param from a multiple of 256
    /// @param size leaves of the log
    /// @return up to 256
    /// @throws Damaged when they are not there, or not as they have to be
    public List<byte[]> entries(long from, long size) {
        Tile tile = new Tile(0, from / Tile.FULL, (int) Math.min(Tile.FULL, size - from));
        return entries(tile);
    }

    public Optional<String> checkpoint() {
        try {
            // A byte that is no text makes it no checkpoint, and not something that cannot be told.
            return Optional.of(new String(Files.readAllBytes(directory.resolve("checkpoint")), StandardCharsets.UTF_8));
        } catch (NoSuchFileException _) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// A file of the log as it is, for others to read.
    ///
    /// @param path of a tile or of entries, `tile/0/001.p/44`; whatever else is asked for is not there
    public Optional<byte[]> file(String path) {
        return PUBLISHED.matcher(path).matches() ? read(path) : Optional.empty();
    }

    /// From now on the log is what this checkpoint says.
    public void publish(String checkpoint) {
        write("checkpoint", checkpoint.getBytes(StandardCharsets.UTF_8));
    }

    private Hash node(long size, int level, long index) {
        int tileLevel = level / Tile.HEIGHT;
        int above = level % Tile.HEIGHT;
        long first = index << above;
        long number = first / Tile.FULL;
        Tile edge = Tile.edge(tileLevel, size);
        Tile tile = number < edge.index() ? new Tile(tileLevel, number, Tile.FULL) : edge;
        byte[] row = row(tile);
        int from = (int) (first % Tile.FULL);
        if (number > edge.index() || from + (1 << above) > tile.width()) {
            throw new IllegalArgumentException("a tree of " + size + " leaves has no complete subtree " + index + " at level " + level);
        }
        return join(row, from, 1 << above);
    }

    private static Hash join(byte[] row, int from, int count) {
        return count == 1
                ? Hash.of(row, from * Hash.BYTES)
                : Hash.join(join(row, from, count / 2), join(row, from + count / 2, count / 2));
    }

    byte[] row(Tile tile) {
        int bytes = tile.width() * Hash.BYTES;
        byte[] row = read(tile, Tile::path);
        if (row.length < bytes || row.length % Hash.BYTES != 0 || row.length > Tile.FULL * Hash.BYTES) {
            throw new Damaged(tile.path() + " has " + row.length + " bytes, and not " + bytes, null);
        }
        return row;
    }

    private List<byte[]> entries(Tile tile) {
        byte[] bundle = read(tile, Tile::entriesPath);
        List<byte[]> entries = new ArrayList<>();
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bundle))) {
            while (entries.size() < tile.width()) {
                byte[] entry = new byte[in.readUnsignedShort()];
                in.readFully(entry);
                entries.add(entry);
            }
            return entries;
        } catch (EOFException e) {
            throw new Damaged(tile.entriesPath() + " ends after " + entries.size() + " of " + tile.width() + " entries", e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// What is behind the hashes and entries of a tile, where its file is exactly its own.
    List<String> tooLong(Tile tile) {
        List<String> faults = new ArrayList<>();
        read(tile.path())
                .filter(bytes -> bytes.length != tile.width() * Hash.BYTES)
                .ifPresent(bytes -> faults.add(tile.path() + " has " + bytes.length + " bytes, and not " + tile.width() * Hash.BYTES));
        if (tile.level() == 0) {
            int bytes = bytes(entries(tile));
            read(tile.entriesPath())
                    .filter(bundle -> bundle.length != bytes)
                    .ifPresent(bundle -> faults.add(tile.entriesPath() + " has " + bundle.length + " bytes, and not " + bytes));
        }
        return faults;
    }

    /// Narrower tiles than this one that are still there, from earlier checkpoints, which are not its beginning.
    List<String> odd(Tile tile) {
        List<String> odd = new ArrayList<>(odd(tile, Tile::path, width -> width * Hash.BYTES));
        if (tile.level() == 0) {
            List<byte[]> entries = entries(tile);
            odd.addAll(odd(tile, Tile::entriesPath, width -> bytes(entries.subList(0, width))));
        }
        return odd;
    }

    /// @param length of a tile that has so many
    private List<String> odd(Tile tile, Function<Tile, String> path, IntUnaryOperator length) {
        List<String> odd = new ArrayList<>();
        if (!Files.isDirectory(directory.resolve(path.apply(new Tile(tile.level(), tile.index(), 1))).getParent())) {
            return odd;
        }
        byte[] whole = read(tile, path);
        for (int width = 1; width < tile.width(); width++) {
            String narrower = path.apply(new Tile(tile.level(), tile.index(), width));
            byte[] beginning = Arrays.copyOf(whole, length.applyAsInt(width));
            read(narrower)
                    .filter(bytes -> !Arrays.equals(bytes, beginning))
                    .ifPresent(_ -> odd.add(narrower + " is not the beginning of " + path.apply(tile)));
        }
        return odd;
    }

    private static int bytes(List<byte[]> entries) {
        return entries.stream().mapToInt(entry -> entry.length + Short.BYTES).sum();
    }

    /// A wider tile holds what a narrower one holds, and may be the only one that is left.
    private byte[] read(Tile tile, Function<Tile, String> path) {
        for (int width = tile.width(); width <= Tile.FULL; width++) {
            Optional<byte[]> found = read(path.apply(new Tile(tile.level(), tile.index(), width)));
            if (found.isPresent()) {
                return found.get();
            }
        }
        throw new Damaged(path.apply(tile) + " is not there", null);
    }

    private Optional<byte[]> read(String path) {
        try {
            return Optional.of(Files.readAllBytes(directory.resolve(path)));
        } catch (NoSuchFileException _) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void write(String path, byte[] bytes) {
        OnDisk.write(directory.resolve(path), bytes);
    }

    /// What grows at the right edge.
    private final class Appending {

        private final long size;
        private final List<Row> rows = new ArrayList<>();
        private final ByteArrayOutputStream bundle = new ByteArrayOutputStream();

        /// The hashes of a level that fill no tile yet.
        private final class Row {
            private final int level;
            private final ByteBuffer hashes = ByteBuffer.allocate(Tile.FULL * Hash.BYTES);
            private long index;

            private Row(int level) {
                Tile edge = Tile.edge(level, size);
                this.level = level;
                this.index = edge.index();
                if (edge.width() > 0) {
                    hashes.put(row(edge), 0, edge.width() * Hash.BYTES);
                }
            }

            private Tile tile() {
                return new Tile(level, index, hashes.position() / Hash.BYTES);
            }

            private void write() {
                byte[] written = new byte[hashes.position()];
                hashes.get(0, written);
                TileLog.this.write(tile().path(), written);
                if (level == 0) {
                    TileLog.this.write(tile().entriesPath(), bundle.toByteArray());
                }
            }
        }

        private Appending(long size) {
            this.size = size;
            Tile edge = Tile.edge(0, size);
            if (edge.width() > 0) {
                entries(edge).forEach(this::bundle);
            }
        }

        private void bundle(byte[] entry) {
            bundle.write(entry.length >>> Byte.SIZE);
            bundle.write(entry.length);
            bundle.writeBytes(entry);
        }

        private void add(byte[] entry) {
            bundle(entry);
            add(0, Hash.leaf(entry));
        }

        private void add(int level, Hash hash) {
            if (level == rows.size()) {
                rows.add(new Row(level));
            }
            Row row = rows.get(level);
            row.hashes.put(hash.bytes());
            if (row.tile().isFull()) {
                row.write();
                OnDisk.drop(directory.resolve(row.tile().path() + ".p"));
                if (level == 0) {
                    OnDisk.drop(directory.resolve(row.tile().entriesPath() + ".p"));
                    bundle.reset();
                }
                Hash above = join(row.hashes.array(), 0, Tile.FULL);
                row.hashes.clear();
                row.index++;
                add(level + 1, above);
            }
        }

        private void end() {
            rows.stream().filter(row -> row.hashes.position() > 0).forEach(Row::write);
        }
    }
}
