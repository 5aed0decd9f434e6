package slipway.audit.transparency;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;

/// Who signs, as others name it: `name+id+key`, the form of [C2SP signed-note](https://c2sp.org/signed-note). Ed25519 only.
///
/// @param name of the log or witness; without blanks and plus signs
/// @param use what it signs
/// @param key 32 bytes of an Ed25519 public key
public record VerifyingKey(String name, Use use, Hash key) {

    static final int ID_BYTES = 4;

    /// The form gives each use of a key a number, and so a name of its own.
    public enum Use {
        NOTE(1),
        COSIGNATURE(4);

        private final byte number;

        Use(int number) {
            this.number = (byte) number;
        }
    }

    /// What stands before the 32 bytes when Java writes such a key (RFC 8410).
    private static final byte[] X509 = HexFormat.of().parseHex("302a300506032b6570032100");

    public VerifyingKey {
        if (!isName(name)) {
            throw new IllegalArgumentException("'" + name + "' is no name of a key: no blanks, no plus signs");
        }
    }

    private static boolean isName(String name) {
        return !name.isEmpty() && name.chars().noneMatch(each -> Character.isWhitespace(each) || each == '+');
    }

    /// @throws IllegalArgumentException when it is none, or its id is not that of its key
    public static VerifyingKey parse(String text) {
        String[] parts = text.strip().split("\\+", 3);
        if (parts.length != 3) {
            throw new IllegalArgumentException("a verifying key is name+id+key");
        }
        byte[] key = Hash.decoded(parts[2]);
        Use use = Arrays.stream(Use.values())
                .filter(each -> key.length == Hash.BYTES + 1 && key[0] == each.number)
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("the key of " + parts[0] + " is none of Ed25519"));
        VerifyingKey parsed = new VerifyingKey(parts[0], use, Hash.of(key, 1));
        if (!HexFormat.of().formatHex(parsed.id()).equals(parts[1])) {
            throw new IllegalArgumentException("the id of " + parts[0] + " is not that of its key");
        }
        return parsed;
    }

    static VerifyingKey of(String name, Use use, PublicKey key) {
        byte[] encoded = key.getEncoded();
        if (encoded.length != X509.length + Hash.BYTES || !Arrays.equals(encoded, 0, X509.length, X509, 0, X509.length)) {
            throw new IllegalArgumentException("the key of " + name + " is none of Ed25519");
        }
        return new VerifyingKey(name, use, Hash.of(encoded, X509.length));
    }

    /// By which a signature names its key.
    byte[] id() {
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            sha256.update((name + "\n").getBytes(StandardCharsets.UTF_8));
            return Arrays.copyOf(sha256.digest(typed()), ID_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    private byte[] typed() {
        return ByteBuffer.allocate(Hash.BYTES + 1).put(use.number).put(key.bytes()).array();
    }

    boolean verifies(byte[] text, byte[] signature) {
        try {
            byte[] encoded = ByteBuffer.allocate(X509.length + Hash.BYTES).put(X509).put(key.bytes()).array();
            Signature ed25519 = Signature.getInstance("Ed25519");
            ed25519.initVerify(KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(encoded)));
            ed25519.update(text);
            return ed25519.verify(signature);
        } catch (GeneralSecurityException _) {
            // A key or signature that is no point of the curve verifies nothing.
            return false;
        }
    }

    @Override
    public String toString() {
        return name + "+" + HexFormat.of().formatHex(id()) + "+" + Base64.getEncoder().encodeToString(typed());
    }
}
