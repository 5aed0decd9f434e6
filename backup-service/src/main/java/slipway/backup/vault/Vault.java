package slipway.backup.vault;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import slipway.backup.vault.Copies.Examined;
import slipway.backup.vault.Copies.Kept;
import slipway.backup.vault.Location.State;

/// Backup sets in two or more locations. A set is sealed in the first one, a directory, and copied from there. Other locations may fail:
/// then their copies are missing, which is said, and made later by [#replicate].
public final class Vault {

    private static final Logger LOG = LoggerFactory.getLogger(Vault.class);

    private final List<Location> locations;
    private final DirectoryLocation first;
    private final Keys keys;
    private final Reader reader;
    private final Copying copying;
    private final Examining examining;
    private final Choosing choosing;

    /// @param locations two at least, each another one; the first is a directory, and better on another disk than the second
    /// @throws IOException when the first cannot be used; another one may be so for a while
    public Vault(List<? extends Location> locations, Keys keys) throws IOException {
        this(locations, keys, Watch.NONE);
    }

    /// @param watch sees copies being made and read
    public Vault(List<? extends Location> locations, Keys keys, Watch watch) throws IOException {
        this(locations, keys, watch, new Readings(System::nanoTime));
    }

    Vault(List<? extends Location> locations, Keys keys, Watch watch, Readings readings) throws IOException {
        Set<String> uris = new HashSet<>(locations.stream().map(Location::uri).toList());
        if (locations.size() < Copies.LEAST || uris.size() < locations.size()) {
            throw new IllegalArgumentException("slipway.backup.locations: two different locations at least");
        }
        if (!(locations.getFirst() instanceof DirectoryLocation directory)) {
            throw new IllegalArgumentException(
                    "slipway.backup.locations: the first has to be a directory, since sets are sealed there; it is "
                            + locations.getFirst());
        }
        this.locations = List.copyOf(locations);
        this.first = directory;
        this.keys = keys;
        this.reader = new Reader(keys);
        this.copying = new Copying(reader, watch);
        this.examining = new Examining(reader, readings, watch);
        this.choosing = new Choosing(this.locations, examining);
        keys.known().prepare(this.locations);
    }

    /// Those that can be asked how much room they have.
    public List<DirectoryLocation> directories() {
        return locations.stream().filter(DirectoryLocation.class::isInstance).map(DirectoryLocation.class::cast).toList();
    }

    public String keyId() {
        return keys.id();
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

    /// Removes whatever an earlier attempt left of this set, whole or half. What another location than the first does not remove is not
    /// this set when it is made anew, and [#replicate] says so.
    public void clear(String set) throws IOException, InterruptedException {
        first.remove(Sets.name(set));
        for (Kept kept : remove(set)) {
            LOG.warn("backup set {}: what an earlier attempt may have left in {} stays: {}", set, kept.location(), kept.reason());
        }
    }

    /// Seals one item in the first location.
    ///
    /// @throws IOException also when there is no room; then nothing of the item stays
    public <T> Item<T> seal(String set, String item, Capturing<T> capturing) throws IOException, InterruptedException {
        String file = Sets.name(item) + ".age";
        List<T> said = new ArrayList<>();
        Sealing.Sealed sealed = Sealing.seal(
                plaintext -> said.add(capturing.writeTo(plaintext)),
                first.sealing(Sets.name(set)).resolve(file),
                keys);
        return new Item<>(file, sealed.sha256(), sealed.plaintextSha256(), sealed.bytes(), said.getFirst());
    }

    /// Writes what lies in the clear beside the items, in the first location.
    ///
    /// @return for the manifest
    /// @throws IOException when the first location fails; then nothing of the set stays
    public List<Manifest.Listed> lay(String set, Kit kit) throws IOException, InterruptedException {
        Map<String, byte[]> files = new LinkedHashMap<>(kit.files());
        files.put(Kit.PUBLIC_KEY, keys.publicKey());
        List<Manifest.Listed> listed = new ArrayList<>();
        try {
            Path half = first.sealing(Sets.name(set));
            for (Map.Entry<String, byte[]> each : files.entrySet()) {
                Path file = half.resolve(each.getKey());
                Files.write(file, each.getValue(), StandardOpenOption.CREATE_NEW);
                Disk.force(file);
                listed.add(new Manifest.Listed(each.getKey(), Digest.of(each.getValue()), each.getValue().length));
            }
            return listed;
        } catch (IOException e) {
            Copying.discard(first, set, e);
            throw e;
        }
    }

    /// What restores a set without this product: everything of it that is not sealed, by the names of files, from the first location where
    /// that is sound. The sealed items themselves are not read.
    ///
    /// @throws Corrupt when there is none
    /// @throws IOException when there may be one in a location that cannot be read now
    public Map<String, byte[]> kit(String set, String manifestDigest) throws Corrupt, IOException, InterruptedException {
        return choosing.any(set, location -> reader.clear(Reader.in(location, Sets.name(set)), manifestDigest));
    }

    /// URIs that a set has, or would have, in each location.
    public List<String> places(String set) {
        return locations.stream().map(location -> location.uri(Sets.name(set))).toList();
    }

    /// Signs, reads back, gives the set its name in the first location, and replicates it.
    ///
    /// @throws IOException when the first location fails: then there is no set, and nothing half of it
    public Copies complete(Manifest manifest) throws IOException, InterruptedException {
        byte[] canonical = manifest.canonical();
        try {
            copying.finish(
                    first.sealed(Sets.name(manifest.set())),
                    new Reader.Signed(manifest, canonical, reader.sign(canonical)),
                    first);
        } catch (IOException | RuntimeException e) {
            // It is sealed anew, if at all; until then nobody knows of it.
            Copying.discard(first, manifest.set(), e);
            throw e;
        }
        return replicate(manifest.set(), manifest.digest());
    }

    /// Makes the copies that are missing; those that are there are asked only whether they are of this set. May be done again at any time.
    public Copies replicate(String set, String manifestDigest) throws InterruptedException {
        return filling(set, manifestDigest).replicate();
    }

    private Filling filling(String set, String manifestDigest) {
        return new Filling(locations, reader, copying, examining, Sets.name(set), manifestDigest);
    }

    /// Replaces corrupt and missing copies by a sound one. The corrupt ones are put aside for a person to look at; none is read once more that
    /// was examined, but for the one that is copied.
    ///
    /// @param examined just before
    public Copies repair(String set, String manifestDigest, List<Examined> examined) throws InterruptedException {
        return filling(set, manifestDigest).repair(examined);
    }

    /// Reads all copies to the last byte: V1 by the hashes of the ciphertext, V2 by decrypting everything.
    ///
    /// @return one for each location, in their order
    public List<Examined> examine(String set, String manifestDigest) throws InterruptedException {
        return examining.all(locations, Sets.name(set), manifestDigest, new Readings.Belief.None());
    }

    /// The same for an attempt at something that may be hindered, such as by a location that is down: what it read itself is not read again
    /// when it is [tried again][Readings#GOES_ON], except for manifest and signature.
    ///
    /// @param attempt the same each time that it is tried again
    public List<Examined> examine(String set, String manifestDigest, String attempt) throws InterruptedException {
        return examining.all(locations, Sets.name(set), manifestDigest, new Readings.Belief.Own(attempt));
    }

    /// The same, but a copy that was read to the last byte [not long ago][Readings#BELIEVED], whoever wanted it, and was not written to since,
    /// is not read again, except for its manifest and signature.
    public List<Examined> glance(String set, String manifestDigest) throws InterruptedException {
        return examining.all(locations, Sets.name(set), manifestDigest, new Readings.Belief.Untouched());
    }

    /// The signed manifest, from the first location that has it; whatever else lies there.
    ///
    /// @throws Corrupt when there is none
    /// @throws IOException when there may be one in a location that cannot be read now
    public Manifest manifest(String set, String manifestDigest) throws Corrupt, IOException, InterruptedException {
        return choosing.any(set, location -> reader.manifest(Reader.in(location, Sets.name(set)), manifestDigest).manifest());
    }

    /// The set, when it lies whole in one location: an earlier attempt sealed it, and what may be missing is [replicated][#replicate].
    public Optional<Manifest> sealed(String set) throws InterruptedException {
        return whole(set).map(Sound::manifest);
    }

    /// The same, and where it lies.
    public Optional<Sound> whole(String set) throws InterruptedException {
        for (Location location : locations) {
            try {
                if (location.state(Sets.name(set)) == State.WHOLE) {
                    return Optional.of(new Sound(location, examining.check(location, Sets.name(set), null).manifest()));
                }
            } catch (Corrupt | IOException e) {
                Interruption.passOn(e);
                LOG.warn("backup set {} cannot be taken from {}: {}", set, location, e.getMessage());
            }
        }
        return Optional.empty();
    }

    /// The signed manifest, from the first location whose copy is sound.
    ///
    /// @throws Corrupt when there is none
    /// @throws IOException when there may be one in a location that cannot be read now
    public Sound sound(String set, String manifestDigest) throws Corrupt, IOException, InterruptedException {
        return choosing.any(
                set,
                location -> new Sound(
                        location, examining.check(location, Sets.name(set), manifestDigest).manifest()));
    }

    /// A copy whose signature and hashes are right.
    public record Sound(Location location, Manifest manifest) {}

    /// Decrypts one item; what `reading` made of it is worth something only when this returns.
    public <T> T open(Sound sound, Manifest.Entry entry, Reading<T> reading)
            throws Corrupt, IOException, InterruptedException {
        try (InputStream in = sound.location().read(sound.manifest().set(), Sets.name(entry.file()))) {
            return Sealing.open(in, entry, keys, reading::readFrom);
        } catch (Corrupt e) {
            examining.forget(sound.location(), sound.manifest().set());
            throw e;
        }
    }

    /// Removes every copy, whole, half or put aside. May be done again at any time.
    ///
    /// @return those that stay; everywhere else it is gone
    public List<Kept> remove(String set) throws InterruptedException {
        List<Kept> kept = new ArrayList<>();
        for (Location location : locations) {
            String uri = location.uri(Sets.name(set));
            try {
                location.remove(set);
            } catch (Location.Refused e) {
                kept.add(new Kept(uri, e.getMessage(), e.until()));
            } catch (IOException e) {
                Interruption.passOn(e);
                kept.add(new Kept(uri, reason(e), null));
            }
        }
        return kept;
    }

    /// What is told of a failure; what the platform says of some is a mere path.
    public static String reason(Exception e) {
        return switch (e) {
            case NoSuchFileException it when it.getReason() == null -> it.getFile() + " is not there";
            case AccessDeniedException it when it.getReason() == null -> it.getFile() + " may not be touched";
            default -> e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
        };
    }
}
