package slipway.audit.transparency;

import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;

/// Checks what a [Tree] says about itself, without the tree.
/// [RFC 9162, 2.1.3.2 and 2.1.4.2](https://www.rfc-editor.org/rfc/rfc9162#section-2.1.3.2)
public final class Proof {

    private Proof() {}

    /// Whether a tree with this root has this leaf at this place.
    ///
    /// @param path of [Tree#inclusion]
    public static boolean includes(Hash root, long size, long leaf, Hash leafHash, List<Hash> path) {
        if (leaf < 0 || leaf >= size) {
            return false;
        }
        long at = leaf;
        long last = size - 1;
        Hash hash = leafHash;
        for (Hash next : path) {
            if (last == 0) {
                return false;
            }
            if ((at & 1) == 1 || at == last) {
                hash = Hash.join(next, hash);
                while ((at & 1) == 0 && at != 0) {
                    at >>>= 1;
                    last >>>= 1;
                }
            } else {
                hash = Hash.join(hash, next);
            }
            at >>>= 1;
            last >>>= 1;
        }
        return last == 0 && hash.equals(root);
    }

    /// Whether the later tree is the earlier one with leaves added at its end.
    ///
    /// @param path of [Tree#consistency]
    public static boolean extendsTo(Hash earlier, long earlierSize, Hash later, long laterSize, List<Hash> path) {
        if (earlierSize < 1 || earlierSize > laterSize) {
            return false;
        }
        if (earlierSize == laterSize) {
            return path.isEmpty() && earlier.equals(later);
        }
        long at = earlierSize - 1;
        long last = laterSize - 1;
        while ((at & 1) == 1) {
            at >>>= 1;
            last >>>= 1;
        }
        Iterator<Hash> rest = path.iterator();
        try {
            // Where the earlier tree is complete, its root stands for itself.
            Hash old = Long.bitCount(earlierSize) == 1 ? earlier : rest.next();
            Hash now = old;
            while (rest.hasNext()) {
                Hash next = rest.next();
                if (last == 0) {
                    return false;
                }
                if ((at & 1) == 1 || at == last) {
                    old = Hash.join(next, old);
                    now = Hash.join(next, now);
                    while ((at & 1) == 0 && at != 0) {
                        at >>>= 1;
                        last >>>= 1;
                    }
                } else {
                    now = Hash.join(now, next);
                }
                at >>>= 1;
                last >>>= 1;
            }
            return last == 0 && old.equals(earlier) && now.equals(later);
        } catch (NoSuchElementException _) {
            return false;
        }
    }
}
