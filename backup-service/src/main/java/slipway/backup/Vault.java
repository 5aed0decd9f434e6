package slipway.backup;

import com.exceptionfactory.jagged.framework.stream.StandardDecryptingChannelFactory;
import com.exceptionfactory.jagged.framework.stream.StandardEncryptingChannelFactory;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.DigestOutputStream;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import slipway.backup.domain.BackupEvent.BackupCopy;
import tools.jackson.core.JacksonException;

/// Keeps backup sets, sealed, in every location: `<location>/<set>/` with one age file per item, the manifest and its signature.
/// A set appears by one rename when all of it is written and read back, or not at all. Memory is constant, whatever the size.
final class Vault {

    private static final String HALF = ".half-";
    private static final String MANIFEST = "manifest.json";
    private static final String SIGNATURE = "manifest.sig";

    private final List<Path> locations;
    private final Keys keys;

    /// @param locations at least two, on separate media
    Vault(List<Path> locations, Keys keys) throws IOException {
        this.locations = locations;
        this.keys = keys;
        for (Path location : locations) {
            Trees.secret(location);
        }
    }

    /// One item, as it is sealed.
    record Source(String item, Recipe recipe) {}

    /// Is told of each item that could not be captured.
    @FunctionalInterface
    interface Faults {
        void add(String item, String reason);
    }

    String keyId() {
        return keys.id();
    }

    /// The set, if it is complete in every location; what a crash left is not.
    Optional<Manifest> find(String set) throws IOException {
        Manifest found = null;
        for (Path location : locations) {
            Optional<Manifest> here = manifest(location, set);
            if (here.isEmpty() || found != null && !found.equals(here.get())) {
                return Optional.empty();
            }
            found = here.get();
        }
        return Optional.ofNullable(found);
    }

    /// Captures and seals every item, copies the set to all locations and reads it back.
    ///
    /// @param faults told of each item that could not be captured; then there is no set
    /// @return null when there were faults
    @Nullable Manifest seal(
            String set, String releaseId, String environment, String plan, List<Source> sources, Faults faults)
            throws IOException, InterruptedException, GeneralSecurityException {
        for (Path location : locations) {
            Trees.delete(location.resolve(HALF + set));
            Trees.delete(location.resolve(set));
        }
        Path first = Trees.secret(locations.getFirst().resolve(HALF + set));
        List<Manifest.Item> items = new ArrayList<>();
        for (Source source : sources) {
            try {
                items.add(seal(set, source, first));
            } catch (IOException e) {
                faults.add(source.item(), String.valueOf(e.getMessage()));
            }
        }
        if (items.size() < sources.size()) {
            Trees.delete(first);
            return null;
        }
        Manifest manifest = new Manifest(set, releaseId, environment, plan, keys.id(), List.copyOf(items));
        byte[] bytes = manifest.bytes();
        write(first.resolve(MANIFEST), bytes);
        write(first.resolve(SIGNATURE), (keys.sign(bytes) + "\n").getBytes(StandardCharsets.US_ASCII));
        for (Path location : locations.subList(1, locations.size())) {
            copy(first, Trees.secret(location.resolve(HALF + set)));
        }
        for (Path location : locations) {
            Path half = location.resolve(HALF + set);
            for (Manifest.Item item : items) {
                String readBack = Digests.of(half.resolve(item.file()));
                if (!readBack.equals(item.sha256())) {
                    throw new IOException(item.name() + " reads back from " + location + " as " + readBack);
                }
            }
        }
        for (Path location : locations) {
            Files.move(location.resolve(HALF + set), location.resolve(set), StandardCopyOption.ATOMIC_MOVE);
            Trees.sync(location);
        }
        return manifest;
    }

    private Manifest.Item seal(String set, Source source, Path folder)
            throws IOException, InterruptedException, GeneralSecurityException {
        String file = source.item() + ".age";
        MessageDigest plain = Digests.sha256();
        MessageDigest sealed = Digests.sha256();
        Recipe.Evidence evidence;
        try (FileChannel out =
                FileChannel.open(folder.resolve(file), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            OutputStream digesting = new DigestOutputStream(Channels.newOutputStream(out), sealed);
            WritableByteChannel age = new StandardEncryptingChannelFactory()
                    .newEncryptingChannel(Channels.newChannel(new Unclosed(digesting)), keys.recipients());
            try (OutputStream content =
                    new DigestOutputStream(new BufferedOutputStream(Channels.newOutputStream(age), 1 << 16), plain)) {
                evidence = source.recipe().capture(set, content);
            }
            out.force(true);
        }
        return new Manifest.Item(
                source.item(),
                source.recipe().name(),
                source.recipe().category(),
                source.recipe().system(),
                source.recipe().consistency(),
                file,
                Digests.hex(sealed),
                Files.size(folder.resolve(file)),
                Digests.hex(plain),
                evidence);
    }

    /// The channel closes what is below it; the file has to stay open until it is forced to the disk.
    private static final class Unclosed extends FilterOutputStream {
        Unclosed(OutputStream out) {
            super(out);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            out.write(bytes, offset, length);
        }

        @Override
        public void close() throws IOException {
            flush();
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.list(from)) {
            for (Path file : files.toList()) {
                Path copy = to.resolve(file.getFileName().toString());
                Files.copy(file, copy);
                Trees.sync(copy);
            }
        }
    }

    private static void write(Path file, byte[] bytes) throws IOException {
        Files.write(file, bytes, StandardOpenOption.CREATE_NEW);
        Trees.sync(file);
    }

    List<BackupCopy> copies(Manifest manifest) {
        return locations.stream()
                .map(location -> new BackupCopy(
                        location.resolve(manifest.backupSetId()).toUri().toString(), manifest.digest(), null))
                .toList();
    }

    String location(String set) {
        return locations.getFirst().resolve(set).toUri().toString();
    }

    /// Reads every copy back: signature, hash of each sealed file, and the whole content decrypted.
    ///
    /// @return every fault; empty when all copies are good
    List<String> verify(String set, String manifestDigest) throws GeneralSecurityException {
        List<String> faults = new ArrayList<>();
        for (Path location : locations) {
            try {
                Manifest manifest = manifest(location, set)
                        .orElseThrow(() -> new IOException("there is no manifest, or its signature is not ours"));
                if (!manifest.digest().equals(manifestDigest)) {
                    throw new IOException("the manifest is " + manifest.digest() + ", not " + manifestDigest);
                }
                for (Manifest.Item item : manifest.items()) {
                    verify(location.resolve(set), item).ifPresent(fault -> faults.add(location + ": " + fault));
                }
            } catch (IOException e) {
                faults.add(location + ": " + e.getMessage());
            }
        }
        return faults;
    }

    private Optional<String> verify(Path folder, Manifest.Item item) throws GeneralSecurityException {
        try {
            String sealed = Digests.of(folder.resolve(item.file()));
            if (!sealed.equals(item.sha256())) {
                return Optional.of(item.name() + " is " + sealed + ", sealed was " + item.sha256());
            }
            try (InputStream content = open(folder.resolve(item.file()))) {
                String plain = Digests.of(content);
                return plain.equals(item.plaintextSha256())
                        ? Optional.empty()
                        : Optional.of(item.name() + " decrypts to " + plain + ", captured was " + item.plaintextSha256());
            }
        } catch (IOException e) {
            return Optional.of(item.name() + ": " + e.getMessage());
        }
    }

    /// What a reader of an item does with its content.
    @FunctionalInterface
    interface Reading<T> {
        T read(InputStream content) throws IOException, InterruptedException;
    }

    /// Reads an item's content from the first location that has it whole: hashes are compared and everything is decrypted once
    /// before the reader sees the first byte.
    <T> T read(String set, Manifest.Item item, Reading<T> reading)
            throws IOException, InterruptedException, GeneralSecurityException {
        for (Path location : locations) {
            Path folder = location.resolve(set);
            if (verify(folder, item).isEmpty()) {
                try (InputStream content = open(folder.resolve(item.file()))) {
                    return reading.read(content);
                }
            }
        }
        throw new IOException("no location has " + item.name() + " of " + set + " whole");
    }

    private InputStream open(Path file) throws IOException, GeneralSecurityException {
        FileChannel sealed = FileChannel.open(file, StandardOpenOption.READ);
        try {
            return new BufferedInputStream(
                    Channels.newInputStream(
                            new StandardDecryptingChannelFactory().newDecryptingChannel(sealed, keys.readers())),
                    1 << 16);
        } catch (IOException | GeneralSecurityException | RuntimeException e) {
            sealed.close();
            throw e;
        }
    }

    private Optional<Manifest> manifest(Path location, String set) throws IOException {
        Path folder = location.resolve(set);
        if (!Files.isRegularFile(folder.resolve(MANIFEST)) || !Files.isRegularFile(folder.resolve(SIGNATURE))) {
            return Optional.empty();
        }
        byte[] bytes = Files.readAllBytes(folder.resolve(MANIFEST));
        if (!keys.isSigned(bytes, Files.readString(folder.resolve(SIGNATURE)).strip())) {
            return Optional.empty();
        }
        try {
            return Optional.of(Manifest.read(bytes));
        } catch (JacksonException e) {
            return Optional.empty();
        }
    }
}
