package slipway.audit.transparency;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;

/// A text with signatures under it. [C2SP signed-note](https://c2sp.org/signed-note)
public final class Note {

    private static final String DASH = "— ";

    private Note() {}

    /// @param text ends with a line break
    /// @throws IllegalArgumentException when it does not
    public static String sign(String text, SigningKey key) {
        if (!text.endsWith("\n")) {
            throw new IllegalArgumentException("what is signed ends with a line break");
        }
        byte[] signature = key.sign(text.getBytes(StandardCharsets.UTF_8));
        byte[] id = key.verifying().id();
        byte[] both = ByteBuffer.allocate(id.length + signature.length).put(id).put(signature).array();
        return text + "\n" + DASH + key.verifying().name() + " " + Base64.getEncoder().encodeToString(both) + "\n";
    }

    /// The text, when this key signed it. Signatures of others are passed over, as the form demands: witnesses add theirs.
    ///
    /// @throws IllegalArgumentException when it is no note, or this key did not sign it
    public static String open(String note, VerifyingKey key) {
        int end = note.lastIndexOf("\n\n");
        if (end < 0 || !note.endsWith("\n")) {
            throw new IllegalArgumentException("no signed note: a text, an empty line, and signatures");
        }
        String text = note.substring(0, end + 1);
        boolean named = false;
        for (String line : note.substring(end + 2).split("\n")) {
            String[] parts = line.startsWith(DASH) ? line.substring(DASH.length()).split(" ", -1) : new String[0];
            if (parts.length != 2) {
                throw new IllegalArgumentException("'" + line + "' is no signature");
            }
            byte[] signature = Base64.getDecoder().decode(parts[1]);
            if (parts[0].equals(key.name())
                    && signature.length == VerifyingKey.ID_BYTES + VerifyingKey.SIGNATURE_BYTES
                    && Arrays.equals(Arrays.copyOf(signature, VerifyingKey.ID_BYTES), key.id())) {
                named = true;
                if (key.verifies(
                        text.getBytes(StandardCharsets.UTF_8),
                        Arrays.copyOfRange(signature, VerifyingKey.ID_BYTES, signature.length))) {
                    return text;
                }
            }
        }
        throw new IllegalArgumentException(
                named ? "the signature of " + key.name() + " is false" : "it is not signed by " + key.name());
    }
}
