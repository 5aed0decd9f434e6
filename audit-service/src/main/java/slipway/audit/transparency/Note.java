package slipway.audit.transparency;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/// A text with signatures under it. [C2SP signed-note](https://c2sp.org/signed-note),
/// [tlog-cosignature](https://c2sp.org/tlog-cosignature)
public final class Note {

    private static final String DASH = "— ";

    private Note() {}

    /// @param content what follows the key's id
    private record Signature(String name, byte[] id, byte[] content) {

        static Signature parse(String line) {
            String[] parts = line.startsWith(DASH) ? line.substring(DASH.length()).split(" ", -1) : new String[0];
            if (parts.length != 2) {
                throw new IllegalArgumentException("'" + line + "' is no signature");
            }
            byte[] bytes = Hash.decoded(parts[1]);
            if (bytes.length <= VerifyingKey.ID_BYTES) {
                throw new IllegalArgumentException("'" + line + "' is no signature");
            }
            return new Signature(
                    parts[0],
                    Arrays.copyOf(bytes, VerifyingKey.ID_BYTES),
                    Arrays.copyOfRange(bytes, VerifyingKey.ID_BYTES, bytes.length));
        }

        boolean isOf(VerifyingKey key) {
            return name.equals(key.name()) && Arrays.equals(id, key.id());
        }
    }

    /// @param text ends with a line break
    /// @throws IllegalArgumentException when it does not
    public static String sign(String text, SigningKey key) {
        if (!text.endsWith("\n")) {
            throw new IllegalArgumentException("what is signed ends with a line break");
        }
        return text + "\n" + line(key, key.sign(text.getBytes(StandardCharsets.UTF_8)));
    }

    private static String line(SigningKey key, byte[] content) {
        byte[] id = key.verifying().id();
        byte[] both = ByteBuffer.allocate(id.length + content.length).put(id).put(content).array();
        return DASH + key.verifying().name() + " " + Base64.getEncoder().encodeToString(both) + "\n";
    }

    /// The text, when this key signed it. Signatures of others are passed over, as the form demands: witnesses add theirs.
    ///
    /// @throws IllegalArgumentException when it is no note, or this key did not sign it
    public static String open(String note, VerifyingKey key) {
        String text = text(note);
        byte[] signed = text.getBytes(StandardCharsets.UTF_8);
        if (of(note, key).stream().noneMatch(signature -> key.verifies(signed, signature.content()))) {
            throw falseSignature(key);
        }
        return text;
    }

    /// When a witness says that it saw this text.
    ///
    /// @throws IllegalArgumentException when it is no note, or this witness did not sign it
    public static Instant cosigned(String note, VerifyingKey witness) {
        String text = text(note);
        for (Signature signature : of(note, witness)) {
            ByteBuffer content = ByteBuffer.wrap(signature.content());
            if (content.remaining() > Long.BYTES) {
                long time = content.getLong();
                byte[] rest = new byte[content.remaining()];
                content.get(rest);
                if (witness.verifies(("cosignature/v1\ntime " + time + "\n" + text).getBytes(StandardCharsets.UTF_8), rest)) {
                    return Instant.ofEpochSecond(time);
                }
            }
        }
        throw falseSignature(witness);
    }

    private static IllegalArgumentException falseSignature(VerifyingKey key) {
        return new IllegalArgumentException("the signature of " + key.name() + " is false");
    }

    /// What is signed, whoever did.
    ///
    /// @throws IllegalArgumentException when it is no note
    static String text(String note) {
        int end = note.lastIndexOf("\n\n");
        if (end < 0 || !note.endsWith("\n")) {
            throw new IllegalArgumentException("no signed note: a text, an empty line, and signatures");
        }
        return note.substring(0, end + 1);
    }

    private static List<Signature> of(String note, VerifyingKey key) {
        List<Signature> signatures = new ArrayList<>();
        for (String line : note.substring(text(note).length() + 1).split("\n")) {
            signatures.add(Signature.parse(line));
        }
        signatures.removeIf(signature -> !signature.isOf(key));
        if (signatures.isEmpty()) {
            throw new IllegalArgumentException("it is not signed by " + key.name());
        }
        return signatures;
    }
}
