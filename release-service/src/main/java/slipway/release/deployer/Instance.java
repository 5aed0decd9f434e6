package slipway.release.deployer;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotLinkException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Collection;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import slipway.release.packages.Packages;
import slipway.release.packages.Trees;

/// A folder with `releases/<digest>/…` and a link `current` to one of them. Switching is a new link renamed over the old one, so an
/// observer sees the old release or the new one, never none and never half.
record Instance(Path folder, Packages packages) {

    /// In which file a release tells its digest.
    static final String IDENTITY = "slipway-release.txt";

    private static final String RELEASES = "releases";
    private static final String CURRENT = "current";
    private static final String HALF = ".half-";

    /// @return null: nothing
    /// @throws IOException also when it runs something that has no digest: then there would be no way back
    @Nullable String running() throws IOException {
        Path link = folder.resolve(CURRENT);
        try {
            Path target = Files.readSymbolicLink(link);
            String hex = target.getFileName().toString();
            if (hex.matches("[0-9a-f]{64}")) {
                return "sha256:" + hex;
            }
            throw new IOException(link + " leads to " + target + ", which is named by no digest");
        } catch (NoSuchFileException e) {
            return null;
        } catch (NotLinkException e) {
            throw new IOException(link + " is no symbolic link");
        }
    }

    /// Done twice, it is done once.
    ///
    /// @param digest null: nothing
    void become(@Nullable String digest) throws IOException {
        String running = running();
        if (running != null) {
            identify(running);
        }
        if (Objects.equals(digest, running)) {
            return;
        }
        if (digest == null) {
            Files.delete(folder.resolve(CURRENT));
            Trees.force(folder);
            return;
        }
        unpack(digest);
        link(folder.resolve(CURRENT), Path.of(RELEASES, Packages.hex(digest)));
    }

    boolean has(String digest) {
        return Files.isDirectory(release(digest));
    }

    private void unpack(String digest) throws IOException {
        Path releases = Files.createDirectories(folder.resolve(RELEASES));
        if (has(digest)) {
            return;
        }
        sweep(releases);
        Path half = Files.createTempDirectory(releases, HALF);
        packages.unpack(digest, half);
        // Everybody may read what is served; a temporary folder is its owner's alone.
        Files.setPosixFilePermissions(half, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.writeString(half.resolve(IDENTITY), digest + "\n");
        Trees.sync(half);
        Files.move(half, release(digest), StandardCopyOption.ATOMIC_MOVE);
        Trees.force(releases);
    }

    /// A release that was put there by somebody else learns to tell its digest, too.
    private void identify(String digest) throws IOException {
        Path identity = release(digest).resolve(IDENTITY);
        if (!Files.exists(identity)) {
            Path half = identity.resolveSibling(HALF + IDENTITY);
            Files.writeString(half, digest + "\n", StandardCharsets.UTF_8);
            Files.move(half, identity, StandardCopyOption.ATOMIC_MOVE);
        }
    }

    private static void sweep(Path releases) throws IOException {
        try (Stream<Path> all = Files.list(releases)) {
            for (Path left : all.filter(each -> each.getFileName().toString().startsWith(HALF)).toList()) {
                Trees.delete(left);
            }
        }
    }

    private static void link(Path link, Path target) throws IOException {
        Path fresh = link.resolveSibling("." + link.getFileName() + ".new");
        Files.deleteIfExists(fresh);
        Files.createSymbolicLink(fresh, target);
        Files.move(fresh, link, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        Trees.force(link.getParent());
    }

    private Path release(String digest) {
        return folder.resolve(RELEASES).resolve(Packages.hex(digest));
    }

    static Set<Path> folders(Collection<Instance> instances) {
        return instances.stream().map(Instance::folder).collect(Collectors.toSet());
    }
}
