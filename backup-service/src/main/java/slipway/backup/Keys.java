package slipway.backup;

import com.exceptionfactory.jagged.RecipientStanzaReader;
import com.exceptionfactory.jagged.RecipientStanzaWriter;
import com.exceptionfactory.jagged.x25519.X25519KeyPairGenerator;
import com.exceptionfactory.jagged.x25519.X25519RecipientStanzaReaderFactory;
import com.exceptionfactory.jagged.x25519.X25519RecipientStanzaWriterFactory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.List;

/// The keys of backups, one file each, for their owner only; made at the first start.
///
/// Every copy is sealed for two recipients (age, X25519): `operations.key`, with which this service reads back what it wrote, and
/// `recovery.key`, with which anybody with the stock `age` program restores when this service is gone. Only the latter's
/// public part is needed here: keep `recovery.key` offline. Manifests are signed with `signing.key` (Ed25519).
final class Keys {

    private static final String SIGNATURE = "Ed25519";

    private final String operations;
    private final String operationsRecipient;
    private final String recoveryRecipient;
    private final PrivateKey signing;
    private final PublicKey verifying;

    private Keys(
            String operations,
            String operationsRecipient,
            String recoveryRecipient,
            PrivateKey signing,
            PublicKey verifying) {
        this.operations = operations;
        this.operationsRecipient = operationsRecipient;
        this.recoveryRecipient = recoveryRecipient;
        this.signing = signing;
        this.verifying = verifying;
    }

    /// Reads the keys, and makes those that are missing.
    static Keys in(Path folder) throws IOException, GeneralSecurityException {
        Trees.secret(folder);
        age(folder, "operations");
        age(folder, "recovery");
        if (!Files.exists(folder.resolve("signing.pub"))) {
            KeyPair pair = KeyPairGenerator.getInstance(SIGNATURE).generateKeyPair();
            write(folder.resolve("signing.key"), base64(pair.getPrivate().getEncoded()));
            write(folder.resolve("signing.pub"), base64(pair.getPublic().getEncoded()));
        }
        KeyFactory factory = KeyFactory.getInstance(SIGNATURE);
        return new Keys(
                read(folder.resolve("operations.key")),
                read(folder.resolve("operations.pub")),
                read(folder.resolve("recovery.pub")),
                factory.generatePrivate(
                        new PKCS8EncodedKeySpec(Base64.getDecoder().decode(read(folder.resolve("signing.key"))))),
                factory.generatePublic(
                        new X509EncodedKeySpec(Base64.getDecoder().decode(read(folder.resolve("signing.pub"))))));
    }

    /// The public part is written last: its presence says that both are there.
    private static void age(Path folder, String name) throws IOException, GeneralSecurityException {
        if (!Files.exists(folder.resolve(name + ".pub"))) {
            KeyPair pair = new X25519KeyPairGenerator().generateKeyPair();
            write(folder.resolve(name + ".key"), pair.getPrivate().toString());
            write(folder.resolve(name + ".pub"), pair.getPublic().toString());
        }
    }

    /// Which key this service reads with: the hash of its public part.
    String id() {
        return "age:" + Digests.of(operationsRecipient.getBytes(StandardCharsets.UTF_8)).substring(0, 16);
    }

    List<RecipientStanzaWriter> recipients() throws GeneralSecurityException {
        return List.of(
                X25519RecipientStanzaWriterFactory.newRecipientStanzaWriter(operationsRecipient),
                X25519RecipientStanzaWriterFactory.newRecipientStanzaWriter(recoveryRecipient));
    }

    List<RecipientStanzaReader> readers() throws GeneralSecurityException {
        return List.of(X25519RecipientStanzaReaderFactory.newRecipientStanzaReader(operations));
    }

    /// In Base64.
    String sign(byte[] manifest) throws GeneralSecurityException {
        Signature signature = Signature.getInstance(SIGNATURE);
        signature.initSign(signing);
        signature.update(manifest);
        return base64(signature.sign());
    }

    boolean isSigned(byte[] manifest, String base64) {
        try {
            Signature signature = Signature.getInstance(SIGNATURE);
            signature.initVerify(verifying);
            signature.update(manifest);
            return signature.verify(Base64.getDecoder().decode(base64));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            // A signature that cannot even be read is none.
            return false;
        }
    }

    private static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }

    private static String read(Path file) throws IOException {
        return Files.readString(file).strip();
    }

    private static void write(Path file, String content) throws IOException {
        Path half = file.resolveSibling(file.getFileName() + ".half");
        Files.deleteIfExists(half);
        Files.createFile(half, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(half, content + "\n", StandardOpenOption.WRITE);
        Trees.sync(half);
        Files.move(half, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
