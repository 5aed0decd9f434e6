package slipway.backup.vault;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.NoSuchFileException;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/// Reads a copy, wherever it lies, and compares it with its signed manifest. An [IOException] here always says that the copy could
/// not be read, never that it is not what was sealed: that is [Corrupt].
final class Reader {

    private static final int LARGEST_MANIFEST = 64 << 20;

    private final Keys keys;

    Reader(Keys keys) {
        this.keys = keys;
    }

    /// The files of one copy.
    ///
    /// @param set whose copy it has to be
    record Files(String set, Door door) {

        InputStream open(String file) throws IOException, InterruptedException {
            return door.open(file);
        }

        /// @param bytes is told how many were read
        Files counted(LongConsumer bytes) {
            return new Files(set, file -> new Tapped(door.open(file), (_, _, length) -> bytes.accept(length)));
        }

        /// Opens one of them.
        @FunctionalInterface
        interface Door {
            InputStream open(String file) throws IOException, InterruptedException;
        }
    }

    /// A manifest and how it is signed, byte by byte.
    record Signed(Manifest manifest, byte[] canonical, byte[] signature) {}

    static Files in(Location location, String set) {
        return new Files(set, file -> location.read(set, file));
    }

    /// The manifest alone.
    ///
    /// @param expected its digest; null when any will do
    Signed manifest(Files copy, @Nullable String expected) throws Corrupt, IOException, InterruptedException {
        byte[] canonical = small(copy, Sets.MANIFEST);
        byte[] signature = small(copy, Sets.SIGNATURE);
        if (!signed(canonical, signature)) {
            throw new Corrupt(Sets.MANIFEST + " is not signed by " + keys.id() + " in " + Sets.SIGNATURE);
        }
        if (expected != null && !Manifest.digest(canonical).equals(expected)) {
            throw new Corrupt("its manifest is another one than was recorded");
        }
        Manifest manifest = Manifest.read(canonical);
        // What we signed once is not what lies here now only because somebody gave it the name.
        if (!manifest.set().equals(copy.set())) {
            throw new Corrupt("its manifest is that of " + manifest.set());
        }
        return new Signed(manifest, canonical, signature);
    }

    /// Signature and hashes of a whole copy.
    Signed check(Files copy, @Nullable String expected) throws Corrupt, IOException, InterruptedException {
        Signed signed = manifest(copy, expected);
        files(copy, signed.manifest());
        return signed;
    }

    /// The hashes of all that the manifest lists.
    void files(Files copy, Manifest manifest) throws Corrupt, IOException, InterruptedException {
        for (Manifest.Listed each : manifest.files()) {
            compare(copy, each);
        }
    }

    private static void compare(Files copy, Manifest.Listed listed) throws Corrupt, IOException, InterruptedException {
        try (InputStream in = open(copy, Sets.name(listed.file()))) {
            if (!Digest.of(in).equals(listed.sha256())) {
                throw new Corrupt(otherHash(listed.file()));
            }
        }
    }

    /// What lies in the clear in a copy, by the names of files: its manifest, signature and kit.
    ///
    /// @return of a set that was sealed before there were kits, without one
    Map<String, byte[]> clear(Files copy, String expected) throws Corrupt, IOException, InterruptedException {
        Signed signed = manifest(copy, expected);
        Map<String, byte[]> clear = new LinkedHashMap<>();
        clear.put(Sets.MANIFEST, signed.canonical());
        clear.put(Sets.SIGNATURE, signed.signature());
        for (Manifest.Listed each : signed.manifest().kit()) {
            byte[] bytes = small(copy, Sets.name(each.file()));
            if (!Digest.of(bytes).equals(each.sha256())) {
                throw new Corrupt(otherHash(each.file()));
            }
            clear.put(each.file(), bytes);
        }
        return clear;
    }

    /// Reads a whole copy once, to the last byte: V1 by the hashes of the ciphertext, V2 by decrypting everything.
    ///
    /// @return every fault; empty when the copy is what was sealed
    List<String> faults(Files copy, String expected) throws IOException, InterruptedException {
        Manifest manifest;
        try {
            manifest = manifest(copy, expected).manifest();
        } catch (Corrupt e) {
            return List.of(e.getMessage());
        }
        List<String> faults = new ArrayList<>();
        for (Manifest.Listed each : manifest.kit()) {
            try {
                compare(copy, each);
            } catch (Corrupt e) {
                faults.add(e.getMessage());
            }
        }
        for (Manifest.Entry entry : manifest.items()) {
            try {
                decrypt(copy, entry);
            } catch (Corrupt e) {
                faults.add(e.getMessage());
            }
        }
        return faults;
    }

    private void decrypt(Files copy, Manifest.Entry entry) throws Corrupt, IOException, InterruptedException {
        try (Hashing cipher = new Hashing();
                InputStream in = cipher.of(open(copy, Sets.name(entry.file())))) {
            @Nullable Corrupt undecryptable = null;
            try {
                Sealing.check(in, entry, keys);
            } catch (Corrupt e) {
                undecryptable = e;
            }
            in.transferTo(OutputStream.nullOutputStream());
            if (!cipher.hex().equals(entry.sha256())) {
                throw new Corrupt(otherHash(entry.file()));
            }
            if (undecryptable != null) {
                throw undecryptable;
            }
        }
    }

    private static String otherHash(String file) {
        return file + " has another hash than was sealed";
    }

    private static InputStream open(Files copy, String file) throws Corrupt, IOException, InterruptedException {
        try {
            return copy.open(file);
        } catch (NoSuchFileException e) {
            throw new Corrupt(file + " is missing");
        }
    }

    private static byte[] small(Files copy, String file) throws Corrupt, IOException, InterruptedException {
        try (InputStream in = open(copy, file)) {
            return in.readNBytes(LARGEST_MANIFEST);
        }
    }

    byte[] sign(byte[] canonical) throws IOException {
        try {
            return Base64.getEncoder().encode(keys.sign(canonical));
        } catch (GeneralSecurityException e) {
            throw new IOException("the manifest cannot be signed: " + e.getMessage(), e);
        }
    }

    private boolean signed(byte[] canonical, byte[] signature) {
        try {
            byte[] decoded = Base64.getDecoder().decode(signature);
            // Not every bit of the last letter means something; none of them may change unseen.
            return Arrays.equals(Base64.getEncoder().encode(decoded), signature) && keys.signed(canonical, decoded);
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            return false;
        }
    }
}
