package slipway.backup.vault;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Backup sets in two or more locations, each a directory with one directory per set: the sealed items, `manifest.json` and its
/// signature `manifest.sig`. A set gets its name in a location only when it lies there whole and was read back; until then its
/// directory is called `.half-<set>`.
public final class Vault {

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,200}");
    private static final String MANIFEST = "manifest.json";
    private static final String SIGNATURE = "manifest.sig";

    private static final Logger LOG = LoggerFactory.getLogger(Vault.class);

    private final List<Path> locations;
    private final Keys keys;

    /// @param locations the first is written first; better on different disks
    public Vault(List<Path> locations, Keys keys) throws IOException {
        if (locations.size() < 2 || new HashSet<>(locations).size() < locations.size()) {
            throw new IllegalArgumentException("slipway.backup.locations: two different locations at least");
        }
        this.locations = List.copyOf(locations);
        this.keys = keys;
        for (Path location : locations) {
            Disk.privateDirectory(location);
        }
    }

    public String keyId() {
        return keys.id();
    }

    public int copies() {
        return locations.size();
    }

    /// Every location of the set.
    public List<Path> places(String set) {
        return locations.stream().map(location -> location.resolve(name(set))).toList();
    }

    /// Becomes a part of a file's name.
    private static String name(String given) {
        if (!NAME.matcher(given).matches()) {
            throw new IllegalArgumentException("'" + given + "' cannot be the name of a backup set or item");
        }
        return given;
    }

    private Path half(Path location, String set) {
        return location.resolve(".half-" + name(set));
    }

    /// What was sealed of one item, and what the recipe said about it.
    ///
    /// @param <T> what the recipe says
    public record Item<T>(String file, String sha256, String plaintextSha256, long bytes, T capture) {}

    /// Writes plaintext, and says something about it.
    @FunctionalInterface
    public interface Capturing<T> {
        T writeTo(OutputStream plaintext) throws IOException, InterruptedException;
    }

    /// Reads plaintext.
    @FunctionalInterface
    public interface Reading<T> {
        T readFrom(InputStream plaintext) throws IOException, InterruptedException;
    }

    /// Removes whatever an earlier attempt left of this set, whole or half.
    public void clear(String set) throws IOException {
        for (Path location : locations) {
            Disk.delete(half(location, set));
            Disk.delete(location.resolve(name(set)));
        }
    }

    /// Seals one item in the first location.
    public <T> Item<T> seal(String set, String item, Capturing<T> capturing) throws IOException, InterruptedException {
        Path half = Disk.privateDirectory(half(locations.getFirst(), set));
        String file = name(item) + ".age";
        List<T> said = new ArrayList<>();
        Sealing.Sealed sealed =
                Sealing.seal(plaintext -> said.add(capturing.writeTo(plaintext)), half.resolve(file), keys);
        return new Item<>(file, sealed.sha256(), sealed.plaintextSha256(), sealed.bytes(), said.getFirst());
    }

    /// Signs, copies, reads every copy back, and only then gives the set its name everywhere.
    public void complete(Manifest manifest) throws IOException {
        Path first = half(locations.getFirst(), manifest.set());
        byte[] canonical = manifest.canonical();
        try {
            Files.write(first.resolve(MANIFEST), canonical);
            Files.write(first.resolve(SIGNATURE), Base64.getEncoder().encode(keys.sign(canonical)));
        } catch (GeneralSecurityException e) {
            throw new IOException("the manifest cannot be signed: " + e.getMessage(), e);
        }
        for (Path location : locations) {
            Path half = half(location, manifest.set());
            if (!half.equals(first)) {
                copy(first, half);
            }
            Disk.force(half.resolve(MANIFEST));
            Disk.force(half.resolve(SIGNATURE));
            Disk.force(half);
            try {
                check(half, manifest.digest());
            } catch (Corrupt e) {
                throw new IOException(location + " gives back something else than was written: " + e.getMessage(), e);
            }
        }
        for (Path location : locations) {
            Disk.rename(half(location, manifest.set()), location.resolve(manifest.set()));
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        Disk.delete(to);
        Disk.privateDirectory(to);
        try (var files = Files.list(from)) {
            for (Path file : files.toList()) {
                Path copied = Files.copy(file, to.resolve(file.getFileName()));
                Disk.force(copied);
            }
        }
    }

    /// The set, when it lies whole in every location: an earlier attempt finished it.
    public Optional<Manifest> find(String set) throws IOException {
        Set<Manifest> found = new HashSet<>();
        for (Path place : places(set)) {
            if (!Files.isDirectory(place, LinkOption.NOFOLLOW_LINKS)) {
                return Optional.empty();
            }
            try {
                found.add(check(place, null));
            } catch (Corrupt e) {
                return Optional.empty();
            }
        }
        return found.size() == 1 ? Optional.of(found.iterator().next()) : Optional.empty();
    }

    /// Reads all copies to the last byte: V1 by the hashes of the ciphertext, V2 by decrypting everything.
    ///
    /// @return every fault of every copy; empty when the set is what was sealed
    public List<String> verify(String set, String manifestDigest) throws IOException, InterruptedException {
        List<String> faults = new ArrayList<>();
        for (Path place : places(set)) {
            try {
                Manifest manifest = check(place, manifestDigest);
                for (Manifest.Entry entry : manifest.items()) {
                    Sealing.open(place.resolve(entry.file()), entry.plaintextSha256(), keys, plaintext -> {
                        plaintext.transferTo(OutputStream.nullOutputStream());
                        return true;
                    });
                }
            } catch (Corrupt e) {
                faults.add(place + ": " + e.getMessage());
            }
        }
        return faults;
    }

    /// The signed manifest, from the first location whose copy is sound.
    ///
    /// @throws Corrupt when there is none
    public Sound sound(String set, String manifestDigest) throws Corrupt, IOException {
        List<String> faults = new ArrayList<>();
        for (Path place : places(set)) {
            try {
                Sound sound = new Sound(place, check(place, manifestDigest));
                if (!faults.isEmpty()) {
                    LOG.error("backup set {}: a copy is corrupt; going on with {}: {}", set, place, faults);
                }
                return sound;
            } catch (Corrupt e) {
                faults.add(place + ": " + e.getMessage());
            }
        }
        throw new Corrupt(String.join("; ", faults));
    }

    /// A copy whose signature and hashes are right.
    public record Sound(Path place, Manifest manifest) {}

    /// Decrypts one item; what `reading` made of it is worth something only when this returns.
    public <T> T open(Sound sound, Manifest.Entry entry, Reading<T> reading)
            throws Corrupt, IOException, InterruptedException {
        return Sealing.open(
                sound.place().resolve(entry.file()), entry.plaintextSha256(), keys, reading::readFrom);
    }

    /// Signature and hashes of one copy.
    ///
    /// @param expected digest of its manifest; null when any will do
    private Manifest check(Path place, @Nullable String expected)
            throws Corrupt, IOException {
        if (!Files.isRegularFile(place.resolve(MANIFEST)) || !Files.isRegularFile(place.resolve(SIGNATURE))) {
            throw new Corrupt("has no signed manifest");
        }
        byte[] canonical = Files.readAllBytes(place.resolve(MANIFEST));
        if (!signed(canonical, Files.readAllBytes(place.resolve(SIGNATURE)))) {
            throw new Corrupt("its manifest is not signed by " + keys.id());
        }
        if (expected != null && !Manifest.digest(canonical).equals(expected)) {
            throw new Corrupt("its manifest is another one than was recorded");
        }
        Manifest manifest = Manifest.read(canonical);
        for (Manifest.Entry entry : manifest.items()) {
            Path file = place.resolve(name(entry.file()));
            if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
                throw new Corrupt(entry.file() + " is missing");
            }
            if (!Digest.of(file).equals(entry.sha256())) {
                throw new Corrupt(entry.file() + " has another hash than was sealed");
            }
        }
        return manifest;
    }

    private boolean signed(byte[] canonical, byte[] signature) {
        try {
            return keys.signed(canonical, Base64.getDecoder().decode(signature));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            return false;
        }
    }
}
