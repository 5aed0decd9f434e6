package slipway.release.deployer;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotLinkException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import slipway.http.Form;
import slipway.release.domain.Shape;
import slipway.release.domain.StepKind;
import slipway.release.packages.Packages;
import slipway.release.packages.Trees;

/// `directory`: an instance is a folder with `releases/<digest>/…` and a link `current` to one of them. Switching is a new link
/// renamed over the old one, so an observer sees the old release or the new one, never none and never half.
///
/// Settings: `instances`, folders by name. Each is one part; all have the same share of the traffic.
public final class DirectoryDeployer implements Deployer {

    /// In which file a release tells its digest.
    static final String IDENTITY = "slipway-release.txt";

    private static final String RELEASES = "releases";
    private static final String CURRENT = "current";
    private static final String HALF = ".half-";

    private final Packages packages;

    public DirectoryDeployer(Packages packages) {
        this.packages = packages;
    }

    @Override
    public String name() {
        return "directory";
    }

    @Override
    public Set<StepKind> skills() {
        return Set.of(StepKind.SWITCH);
    }

    @Override
    public Target target(Form settings, Path folder) {
        SortedMap<String, Path> instances = new TreeMap<>();
        Map<Path, String> taken = new HashMap<>();
        settings.entries("instances").forEach((name, directory) -> {
            Path path = folder.resolve(directory).normalize();
            String before = taken.putIfAbsent(path, name);
            if (before != null) {
                settings.fault("instances." + name, directory + " is that of " + before + ", too");
            }
            instances.put(name, path);
        });
        if (instances.isEmpty()) {
            settings.fault("instances", "none; a folder by name is needed");
        }
        return new Instances(instances);
    }

    private final class Instances implements Target {

        private final SortedMap<String, Path> folders;

        Instances(SortedMap<String, Path> folders) {
            this.folders = folders;
        }

        @Override
        public List<String> parts() {
            return List.copyOf(folders.keySet());
        }

        @Override
        public Shape probe() throws IOException {
            List<Shape.Part> parts = new ArrayList<>();
            for (var instance : folders.entrySet()) {
                parts.add(new Shape.Part(
                        instance.getKey(), running(instance.getValue()), Shape.ALL / folders.size()));
            }
            return new Shape(parts);
        }

        @Override
        public void apply(Move move) throws IOException {
            for (Shape.Part part : move.to().parts()) {
                turn(part);
            }
        }

        /// Only what this release put there is taken away; what somebody else put there meanwhile is theirs.
        @Override
        public void undo(Move move) throws IOException {
            for (Shape.Part part : move.to().parts()) {
                String running = running(folder(part));
                turn(move.digest().equals(running) ? part : new Shape.Part(part.name(), running, part.weight()));
            }
        }

        @Override
        public List<String> missing(Shape shape) {
            return shape.parts().stream()
                    .filter(part -> part.digest() != null && !Files.isDirectory(release(folder(part), part.digest())))
                    .map(part -> part.name() + " has no " + part.digest())
                    .toList();
        }

        private void turn(Shape.Part part) throws IOException {
            Path instance = folder(part);
            String running = running(instance);
            if (running != null) {
                identify(instance, running);
            }
            if (Objects.equals(part.digest(), running)) {
                return;
            }
            if (part.digest() == null) {
                Files.delete(instance.resolve(CURRENT));
                Trees.force(instance);
                return;
            }
            unpack(instance, part.digest());
            link(instance.resolve(CURRENT), Path.of(RELEASES, Packages.hex(part.digest())));
        }

        private Path folder(Shape.Part part) {
            return Objects.requireNonNull(folders.get(part.name()), part.name());
        }
    }

    private void unpack(Path instance, String digest) throws IOException {
        Path releases = Files.createDirectories(instance.resolve(RELEASES));
        if (Files.isDirectory(release(instance, digest))) {
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
        Trees.force(link.getParent());
    }

    /// @throws IOException also when it runs something that has no digest: then there would be no way back
    private static @Nullable String running(Path instance) throws IOException {
        Path link = instance.resolve(CURRENT);
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

    private static Path release(Path instance, String digest) {
        return instance.resolve(RELEASES).resolve(Packages.hex(digest));
    }
}
