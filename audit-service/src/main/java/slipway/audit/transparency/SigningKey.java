package slipway.audit.transparency;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;

/// Signs for a log. Its text is secret: one line, the verifying key, a blank, and base64 of the PKCS #8 form of the
/// private key.
public final class SigningKey {

    private final VerifyingKey verifying;
    private final PrivateKey key;

    private SigningKey(VerifyingKey verifying, PrivateKey key) {
        this.verifying = verifying;
        this.key = key;
    }

    /// A fresh one that signs notes.
    ///
    /// @throws IllegalArgumentException when the name is none
    public static String generate(String name) {
        return generate(name, VerifyingKey.Use.NOTE);
    }

    static String generate(String name, VerifyingKey.Use use) {
        try {
            KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
            Base64.Encoder base64 = Base64.getEncoder();
            return VerifyingKey.of(name, use, pair.getPublic()) + " " + base64.encodeToString(pair.getPrivate().getEncoded());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has Ed25519", e);
        }
    }

    /// @throws IllegalArgumentException when it is no key, or its halves do not belong together; without a word of it
    public static SigningKey parse(String text) {
        String[] halves = text.strip().split(" ", 2);
        try {
            VerifyingKey verifying = VerifyingKey.parse(halves[0]);
            byte[] encoded = Base64.getDecoder().decode(halves[halves.length - 1]);
            SigningKey parsed = new SigningKey(
                    verifying, KeyFactory.getInstance("Ed25519").generatePrivate(new PKCS8EncodedKeySpec(encoded)));
            byte[] any = verifying.toString().getBytes(StandardCharsets.UTF_8);
            if (verifying.verifies(any, parsed.sign(any))) {
                return parsed;
            }
        } catch (IllegalArgumentException | GeneralSecurityException _) {
            // What is wrong with it may quote it.
        }
        throw new IllegalArgumentException("no signing key: it has to be as it was generated");
    }

    public VerifyingKey verifying() {
        return verifying;
    }

    byte[] sign(byte[] text) {
        try {
            Signature ed25519 = Signature.getInstance("Ed25519");
            ed25519.initSign(key);
            ed25519.update(text);
            return ed25519.sign();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the key of " + verifying.name() + " does not sign", e);
        }
    }
}
