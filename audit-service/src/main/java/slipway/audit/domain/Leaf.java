package slipway.audit.domain;

import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What a leaf of the Merkle tree stands for: a fact, by its place and the hash of its wire bytes. As an entry of the log that is four
/// lines, so that people can read it; what the fact says is not in it, and so no personal data are.
///
/// @param hash hex SHA-256 of the exact wire bytes
public record Leaf(Entry.Place place, String hash) {

    private static final Pattern ENTRY = Pattern.compile("([a-z.]+)\n(0|[1-9][0-9]{0,8})\n(0|[1-9][0-9]{0,17})\n([0-9a-f]{64})\n");

    public byte[] entry() {
        return (place.topic() + "\n" + place.partition() + "\n" + place.offset() + "\n" + hash + "\n").getBytes(StandardCharsets.UTF_8);
    }

    /// @throws IllegalArgumentException when it is the entry of no leaf
    public static Leaf parse(byte[] entry) {
        Matcher matcher = ENTRY.matcher(new String(entry, StandardCharsets.UTF_8));
        if (!matcher.matches()) {
            throw new IllegalArgumentException("no entry of a fact: four lines with its topic, partition, offset and hash");
        }
        return new Leaf(
                new Entry.Place(matcher.group(1), Integer.parseInt(matcher.group(2)), Long.parseLong(matcher.group(3))),
                matcher.group(4));
    }
}
