package slipway.release;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotLinkException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The `directory` deployer: an instance is a folder with `releases/<digest>/…` and a link `current` to one of them. Switching is
/// a new link renamed over the old one, so an observer sees the old release or the new one, never none and never half.
///
/// Before it is switched, an instance keeps where it came from as the link `rollback/<release>`, so that going back needs no
/// memory but the folder itself. A crash between any two lines leaves what the next try finds and goes on from. Callers
/// see to it that one step at a time works on an environment.
final class DirectoryDeployer {

    /// In which file a release tells its digest.
    static final String IDENTITY = "slipway-release.txt";

    private static final String RELEASES = "releases";
    private static final String CURRENT = "current";
    private static final String ROLLBACK = "rollback";
    private static final String HALF = ".half-";
    private static final Path NOTHING = Path.of("nothing");

    private final Packages packages;

    DirectoryDeployer(Packages packages) {
        this.packages = packages;
    }

    /// What the instance runs; null when nothing.
    ///
    /// @throws IOException also when it runs something that has no digest: then there would be no way back
    @Nullable String probe(Path instance) throws IOException {
        return digest(instance.resolve(CURRENT));
    }

    /// What the instance runs when this release is undone; null when nothing.
    @Nullable String previous(Path instance, String releaseId) throws IOException {
        return touched(instance, releaseId) ? digest(instance.resolve(ROLLBACK).resolve(releaseId)) : probe(instance);
    }

    private static boolean touched(Path instance, String releaseId) {
        return Files.isSymbolicLink(instance.resolve(ROLLBACK).resolve(releaseId));
    }

    /// Whether a digest is unpacked in the instance, so that it can be switched to without its package.
    boolean holds(Path instance, String digest) {
        return Files.isDirectory(release(instance, digest));
    }

    /// Makes the instance run this digest.
    ///
    /// @return whether it did already
    boolean apply(Path instance, String releaseId, String digest) throws IOException {
        String running = probe(instance);
        keep(instance, releaseId, running);
        if (digest.equals(running)) {
            return true;
        }
        unpack(instance, digest);
        link(instance.resolve(CURRENT), Path.of(RELEASES, Packages.hex(digest)));
        return false;
    }

    /// Only the first time: after a crash in the middle, `current` may be the new one already.
    private static void keep(Path instance, String releaseId, @Nullable String running) throws IOException {
        Path keep = Files.createDirectories(instance.resolve(ROLLBACK)).resolve(releaseId);
        Trees.force(instance);
        if (!Files.isSymbolicLink(keep)) {
            if (running != null) {
                identify(instance, running);
            }
            link(keep, running == null ? NOTHING : Path.of("..", RELEASES, Packages.hex(running)));
        }
    }

    /// Makes the instance run what it ran before this release; whatever that is, it tells its digest afterwards.
    ///
    /// @return whether it did already
    boolean undo(Path instance, String releaseId, String digest) throws IOException {
        String running = probe(instance);
        String previous = previous(instance, releaseId);
        boolean back = !touched(instance, releaseId) || !digest.equals(running) || digest.equals(previous);
        if (back) {
            if (running != null) {
                identify(instance, running);
            }
        } else if (previous == null) {
            Files.delete(instance.resolve(CURRENT));
            Trees.force(instance);
        } else {
            // Somebody may have tidied up; a link to nothing would make a bad release an outage.
            unpack(instance, previous);
            link(instance.resolve(CURRENT), Path.of(RELEASES, Packages.hex(previous)));
        }
        return back;
    }

    private void unpack(Path instance, String digest) throws IOException {
        Path releases = Files.createDirectories(instance.resolve(RELEASES));
        if (holds(instance, digest)) {
            return;
        }
        sweep(releases);
        Path half = Files.createTempDirectory(releases, HALF);
        packages.unpack(digest, half);
        // Everybody may read what is served; a temporary folder is its owner's alone.
        Files.setPosixFilePermissions(half, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.writeString(half.resolve(IDENTITY), digest + "\n");
        Trees.sync(half);
        Files.move(half, release(instance, digest), StandardCopyOption.ATOMIC_MOVE);
        Trees.force(releases);
    }

    /// A release that was put there by somebody else learns to tell its digest, too.
    private static void identify(Path instance, String digest) throws IOException {
        Path identity = release(instance, digest).resolve(IDENTITY);
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
        // What was there before must be on the disk before what comes after: the other way round, a power cut would leave an
        // instance that takes the new release for its past.
        Trees.force(link.getParent());
    }

    private static @Nullable String digest(Path link) throws IOException {
        try {
            Path target = Files.readSymbolicLink(link);
            String hex = target.getFileName().toString();
            if (hex.matches("[0-9a-f]{64}")) {
                return "sha256:" + hex;
            }
            if (target.equals(NOTHING)) {
                return null;
            }
            throw new IOException(link + " leads to " + target + ", which is named by no digest");
        } catch (NoSuchFileException e) {
            return null;
        } catch (NotLinkException e) {
            throw new IOException(link + " is no symbolic link");
        }
    }

    private static Path release(Path instance, String digest) {
        return instance.resolve(RELEASES).resolve(Packages.hex(digest));
    }
}
