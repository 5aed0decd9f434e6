package slipway.audit.transparency;

import java.util.Locale;

/// A piece of the tree that is one file: up to 256 hashes next to each other, of subtrees of 256^level leaves.
/// [C2SP tlog-tiles](https://c2sp.org/tlog-tiles)
///
/// @param level 0: leaves
/// @param index counted at its level
/// @param width hashes in it, 1 to 256
record Tile(int level, long index, int width) {

    static final int HEIGHT = 8;
    static final int FULL = 1 << HEIGHT;

    /// The tile with the last hash of a level of a tree of this size; its width is 0 when the level has no partial one.
    static Tile edge(int level, long size) {
        long hashes = size >>> (HEIGHT * level);
        return new Tile(level, hashes / FULL, (int) (hashes % FULL));
    }

    boolean isFull() {
        return width == FULL;
    }

    /// From the directory of the log.
    String path() {
        return "tile/" + level + "/" + number() + suffix();
    }

    /// Of what its leaves stand for, when this is one of level 0.
    String entriesPath() {
        return "tile/entries/" + number() + suffix();
    }

    private String suffix() {
        return isFull() ? "" : ".p/" + width;
    }

    /// Three digits a directory: 1234067 is `x001/x234/067`.
    private String number() {
        StringBuilder path = new StringBuilder(three(index % 1000));
        for (long rest = index / 1000; rest > 0; rest /= 1000) {
            path.insert(0, "x" + three(rest % 1000) + "/");
        }
        return path.toString();
    }

    private static String three(long number) {
        return String.format(Locale.ROOT, "%03d", number);
    }
}
