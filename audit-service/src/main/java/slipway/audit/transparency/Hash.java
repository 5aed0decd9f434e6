package slipway.audit.transparency;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;

/// SHA-256 of a leaf or of a tree, by the rules of [RFC 6962, 2.1](https://www.rfc-editor.org/rfc/rfc6962#section-2.1): a leaf never looks
/// like two trees that were joined.
public final class Hash {

    public static final int BYTES = 32;

    /// Of a tree without leaves.
    static final Hash EMPTY = new Hash(sha256().digest());

    private static final byte LEAF = 0;
    private static final byte JOINED = 1;

    private final byte[] bytes;

    private Hash(byte[] bytes) {
        this.bytes = bytes;
    }

    /// Of a leaf with these bytes.
    public static Hash leaf(byte[] entry) {
        MessageDigest sha256 = sha256();
        sha256.update(LEAF);
        return new Hash(sha256.digest(entry));
    }

    static Hash join(Hash left, Hash right) {
        MessageDigest sha256 = sha256();
        sha256.update(JOINED);
        sha256.update(left.bytes);
        return new Hash(sha256.digest(right.bytes));
    }

    /// @throws IllegalArgumentException when these are not 32 bytes
    static Hash of(byte[] all, int from) {
        if (from < 0 || all.length - from < BYTES) {
            throw new IllegalArgumentException("a hash has " + BYTES + " bytes");
        }
        return new Hash(Arrays.copyOfRange(all, from, from + BYTES));
    }

    /// @throws IllegalArgumentException when it is no base64 of 32 bytes
    public static Hash base64(String text) {
        byte[] bytes = decoded(text);
        if (bytes.length != BYTES) {
            throw new IllegalArgumentException("a hash has " + BYTES + " bytes, and not " + bytes.length);
        }
        return new Hash(bytes);
    }

    /// Base64 as it has to be written: of several texts that mean the same bytes, only one.
    ///
    /// @throws IllegalArgumentException when it is another, or none
    static byte[] decoded(String text) {
        byte[] bytes = Base64.getDecoder().decode(text);
        if (!Base64.getEncoder().encodeToString(bytes).equals(text)) {
            throw new IllegalArgumentException("'" + text + "' is not base64 as it has to be written");
        }
        return bytes;
    }

    public byte[] bytes() {
        return bytes.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Hash hash && Arrays.equals(bytes, hash.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    /// As base64, as checkpoints write it.
    @Override
    public String toString() {
        return Base64.getEncoder().encodeToString(bytes);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
