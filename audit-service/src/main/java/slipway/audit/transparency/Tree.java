package slipway.audit.transparency;

import java.util.ArrayList;
import java.util.List;

/// A Merkle tree over its first so many leaves, and what it proves about itself.
/// [RFC 6962, 2.1.1 and 2.1.2](https://www.rfc-editor.org/rfc/rfc6962#section-2.1.1)
///
/// @param nodes its complete subtrees
/// @param size leaves
public record Tree(Nodes nodes, long size) {

    /// Complete subtrees: those of 2^level leaves, which no later leaf changes.
    public interface Nodes {

        /// @param level 0: a leaf
        /// @param index counted at this level
        /// @throws Damaged when what is kept does not have it
        Hash node(int level, long index);
    }

    public Tree {
        if (size < 0) {
            throw new IllegalArgumentException("a tree has no " + size + " leaves");
        }
    }

    public Hash root() {
        return size == 0 ? Hash.EMPTY : hash(0, size);
    }

    /// What a leaf is joined with on the way up to the root.
    ///
    /// @throws IllegalArgumentException when there is no such leaf
    public List<Hash> inclusion(long leaf) {
        if (leaf < 0 || leaf >= size) {
            throw new IllegalArgumentException("there is no leaf " + leaf + " in a tree of " + size);
        }
        List<Hash> path = new ArrayList<>();
        long start = 0;
        long count = size;
        while (count > 1) {
            long left = split(count);
            if (leaf - start < left) {
                path.add(hash(start + left, count - left));
                count = left;
            } else {
                path.add(hash(start, left));
                start += left;
                count -= left;
            }
        }
        return path.reversed();
    }

    /// That this tree is an earlier one with leaves added at its end.
    ///
    /// @param earlier how many leaves that had
    /// @throws IllegalArgumentException when it had more than this one, or none
    public List<Hash> consistency(long earlier) {
        if (earlier < 1 || earlier > size) {
            throw new IllegalArgumentException("a tree of " + size + " leaves proves nothing about one of " + earlier);
        }
        List<Hash> path = new ArrayList<>();
        long start = 0;
        long count = size;
        long old = earlier;
        boolean known = true;
        while (old < count) {
            long left = split(count);
            if (old <= left) {
                path.add(hash(start + left, count - left));
                count = left;
            } else {
                path.add(hash(start, left));
                start += left;
                old -= left;
                count -= left;
                known = false;
            }
        }
        if (!known) {
            path.add(hash(start, count));
        }
        return path.reversed();
    }

    private Hash hash(long start, long count) {
        if (Long.bitCount(count) == 1) {
            int level = Long.numberOfTrailingZeros(count);
            return nodes.node(level, start >>> level);
        }
        long left = split(count);
        return Hash.join(hash(start, left), hash(start + left, count - left));
    }

    /// The largest power of two below it.
    private static long split(long count) {
        return Long.highestOneBit(count - 1);
    }
}
