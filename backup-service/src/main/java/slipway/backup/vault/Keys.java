package slipway.backup.vault;

import com.exceptionfactory.jagged.RecipientStanzaReader;
import com.exceptionfactory.jagged.RecipientStanzaWriter;
import com.exceptionfactory.jagged.x25519.X25519KeyPairGenerator;
import com.exceptionfactory.jagged.x25519.X25519RecipientStanzaReaderFactory;
import com.exceptionfactory.jagged.x25519.X25519RecipientStanzaWriterFactory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
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
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Set;

/// The keys, in files that only their owner may read. Made at the first start:
///
/// - `operations.key`: opens what this service sealed; an age identity, so stock `age -d -i` opens it, too
/// - `recovery.key`: opens it when this machine is gone, and says by whom it has to be signed. Move it to a safe: it is not read again
/// - `recipients`: the public keys to both; what is sealed is sealed to every line
/// - `locations`: no key; which locations there were at earlier starts
/// - `signing.key`, `signing.pub`: Ed25519, for manifests
public final class Keys {

    private final String identity;
    private final List<String> recipients;
    private final PrivateKey signing;
    private final PublicKey verifying;
    private final Known known;

    private Keys(
            String identity, List<String> recipients, PrivateKey signing, PublicKey verifying, Known known) {
        this.identity = identity;
        this.recipients = recipients;
        this.signing = signing;
        this.verifying = verifying;
        this.known = known;
    }

    /// Reads the keys, and makes those that there never were; of several instances that start at once on the same folder, one.
    ///
    /// @throws IOException when they cannot be read or written, do not belong together, or sealed sets would have no recovery key
    public static Keys in(Path directory) throws IOException, GeneralSecurityException {
        Files.createDirectories(directory);
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
        // Within this process, too: a file is locked by a process, not by a thread.
        synchronized (Keys.class) {
            try (FileChannel file = FileChannel.open(
                            directory.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    FileLock _ = file.lock()) {
                return madeOrRead(directory);
            }
        }
    }

    private static Keys madeOrRead(Path directory) throws IOException, GeneralSecurityException {
        Path signing = directory.resolve("signing.key");
        Path verifying = directory.resolve("signing.pub");
        if (!Files.exists(verifying)) {
            KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
            write(signing, Base64.getEncoder().encodeToString(pair.getPrivate().getEncoded()) + "\n");
            write(verifying, Base64.getEncoder().encodeToString(pair.getPublic().getEncoded()) + "\n");
        }
        Path recipients = directory.resolve("recipients");
        if (!Files.exists(recipients)) {
            String operations = makeIdentity(directory.resolve("operations.key"), "");
            // Whoever restores without this service has this file, and what else it finds may be forged.
            String signer = "# signed by: " + String.join("", lines(verifying)) + "\n";
            String recovery = makeIdentity(directory.resolve("recovery.key"), signer);
            write(recipients, operations + "\n" + recovery + "\n");
        }
        KeyFactory ed25519 = KeyFactory.getInstance("Ed25519");
        Keys keys = new Keys(
                identity(directory.resolve("operations.key")),
                lines(recipients),
                ed25519.generatePrivate(new PKCS8EncodedKeySpec(decoded(signing))),
                ed25519.generatePublic(new X509EncodedKeySpec(decoded(verifying))),
                new Known(directory.resolve("locations")));
        byte[] anything = "whether both halves belong together".getBytes(StandardCharsets.US_ASCII);
        if (!keys.signed(anything, keys.sign(anything))) {
            throw new IOException(signing + " and " + verifying + " do not belong together: nothing that is signed could be verified");
        }
        return keys;
    }

    /// The public half, in age's notation.
    ///
    /// @param comment further lines of the file, each with its `#`
    private static String makeIdentity(Path file, String comment) throws IOException, GeneralSecurityException {
        KeyPair pair = new X25519KeyPairGenerator().generateKeyPair();
        String recipient = text(pair.getPublic().getEncoded());
        write(file, "# public key: " + recipient + "\n" + comment + text(pair.getPrivate().getEncoded()) + "\n");
        return recipient;
    }

    private static String text(byte[] ascii) {
        return new String(ascii, StandardCharsets.US_ASCII);
    }

    /// Nobody else may read it, not even while it is being written; and it is there whole or not at all.
    private static void write(Path file, String text) throws IOException {
        Path half = file.resolveSibling(file.getFileName() + ".half");
        Files.deleteIfExists(half);
        try (FileChannel out = FileChannel.open(
                half,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
            ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
            while (bytes.hasRemaining()) {
                out.write(bytes);
            }
            out.force(true);
        }
        Files.move(half, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        Disk.force(file.toAbsolutePath().getParent());
    }

    private static List<String> lines(Path file) throws IOException {
        return Files.readAllLines(file, StandardCharsets.US_ASCII).stream()
                .map(String::strip)
                .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                .toList();
    }

    private static String identity(Path file) throws IOException {
        List<String> lines = lines(file);
        if (lines.size() != 1) {
            throw new IOException(file + " has to hold one age identity");
        }
        return lines.getFirst();
    }

    private static byte[] decoded(Path file) throws IOException {
        return Base64.getDecoder().decode(String.join("", lines(file)));
    }

    List<RecipientStanzaWriter> sealTo() throws GeneralSecurityException {
        List<RecipientStanzaWriter> writers = new ArrayList<>();
        for (String recipient : recipients) {
            writers.add(X25519RecipientStanzaWriterFactory.newRecipientStanzaWriter(recipient));
        }
        return writers;
    }

    List<RecipientStanzaReader> openWith() throws GeneralSecurityException {
        return List.of(X25519RecipientStanzaReaderFactory.newRecipientStanzaReader(identity));
    }

    /// Which locations there were before: kept here, since a location cannot say itself that it is not there.
    Known known() {
        return known;
    }

    /// Names the signing key: the beginning of its public half's digest.
    public String id() {
        return "ed25519:" + Digest.of(verifying.getEncoded()).substring(0, 16);
    }

    /// Of whoever signs, as [#in] writes it: the key's X.509 encoding in Base64, on a line.
    byte[] publicKey() {
        return (Base64.getEncoder().encodeToString(verifying.getEncoded()) + "\n").getBytes(StandardCharsets.US_ASCII);
    }

    byte[] sign(byte[] message) throws GeneralSecurityException {
        Signature signature = Signature.getInstance("Ed25519");
        signature.initSign(signing);
        signature.update(message);
        return signature.sign();
    }

    boolean signed(byte[] message, byte[] by) throws GeneralSecurityException {
        Signature signature = Signature.getInstance("Ed25519");
        signature.initVerify(verifying);
        signature.update(message);
        return signature.verify(by);
    }
}
