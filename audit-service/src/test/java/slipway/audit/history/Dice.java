package slipway.audit.history;

import java.util.List;

/// Chance from a seed. SplitMix64 (G. Steele, D. Lea, C. Flood, Fast Splittable Pseudorandom Number Generators, 2014), written out
/// because Java promises the numbers of none of its generators for ever, and a history has the same bytes on every Java.
final class Dice {

    private static final long GOLDEN = 0x9E3779B97F4A7C15L;
    private static final int LONG_DIGITS = 16;

    private long state;

    Dice(long seed) {
        state = seed;
    }

    /// Chance of its own: what one story does with its dice changes no other.
    static Dice of(long seed, long story) {
        return new Dice(new Dice(seed).next() ^ new Dice(~story).next());
    }

    long next() {
        state += GOLDEN;
        long mixed = state;
        mixed = (mixed ^ (mixed >>> 30)) * 0xBF58476D1CE4E5B9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
        return mixed ^ (mixed >>> 31);
    }

    int below(int end) {
        return (int) Long.remainderUnsigned(next(), end);
    }

    int between(int least, int most) {
        return least + below(most - least + 1);
    }

    /// @param permille how often of a thousand times
    boolean in(int permille) {
        return below(1000) < permille;
    }

    <T> T one(List<T> all) {
        return all.get(below(all.size()));
    }

    /// The index of one of these weights, each as often as it says.
    int weighted(int... weights) {
        int sum = 0;
        for (int weight : weights) {
            sum += weight;
        }
        int left = below(sum);
        int index = 0;
        while (left >= weights[index]) {
            left -= weights[index++];
        }
        return index;
    }

    String hex(int digits) {
        StringBuilder text = new StringBuilder();
        while (text.length() < digits) {
            String more = Long.toHexString(next());
            text.append("0".repeat(LONG_DIGITS - more.length())).append(more);
        }
        return text.substring(0, digits);
    }

    /// `sha256:…`
    String digest() {
        return "sha256:" + hex(64);
    }

    /// Version 4, RFC 9562.
    String uuid() {
        String hex = hex(32);
        return hex.substring(0, 8) + '-' + hex.substring(8, 12) + "-4" + hex.substring(13, 16) + '-' + "89ab".charAt(below(4))
                + hex.substring(17, 20) + '-' + hex.substring(20);
    }
}
