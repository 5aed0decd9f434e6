package slipway.release.deployer;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import slipway.http.Form;
import slipway.release.domain.Shape;
import slipway.release.domain.StepKind;
import slipway.release.packages.Packages;

/// `directory`: each instance is a folder with a link to what it runs.
///
/// Settings: `instances`, folders by name. Each is one part; all have the same share of the traffic.
public final class DirectoryDeployer implements Deployer {

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
        SortedMap<String, Instance> instances = read(settings, "instances", folder, packages, new HashMap<>());
        if (instances.isEmpty()) {
            settings.fault("instances", "none; a folder by name is needed");
        }
        return new Instances(instances);
    }

    /// Folders by name, each of its own.
    ///
    /// @param taken by whom a folder is taken so far
    static SortedMap<String, Instance> read(
            Form form, String field, Path folder, Packages packages, Map<Path, String> taken) {
        SortedMap<String, Instance> instances = new TreeMap<>();
        form.entries(field).forEach((name, directory) -> {
            Path path = folder.resolve(directory).normalize();
            String before = taken.putIfAbsent(path, name);
            if (before != null) {
                form.fault(field + "." + name, directory + " is that of " + before + ", too");
            }
            instances.put(name, new Instance(path, packages));
        });
        return instances;
    }

    private record Instances(SortedMap<String, Instance> instances) implements Target {

        @Override
        public List<String> parts() {
            return List.copyOf(instances.keySet());
        }

        @Override
        public Set<Path> folders() {
            return Instance.folders(instances.values());
        }

        @Override
        public Shape probe() throws IOException {
            List<Shape.Part> parts = new ArrayList<>();
            for (var instance : instances.entrySet()) {
                parts.add(new Shape.Part(
                        instance.getKey(), instance.getValue().running(), Shape.ALL / instances.size()));
            }
            return new Shape(parts);
        }

        @Override
        public void apply(Move move) throws IOException {
            for (Shape.Part part : move.to().parts()) {
                instance(part).become(part.digest());
            }
        }

        /// Only what this release put there is taken away; what somebody else put there meanwhile is theirs.
        @Override
        public void undo(Move move) throws IOException {
            for (Shape.Part part : move.to().parts()) {
                String running = instance(part).running();
                instance(part).become(move.digest().equals(running) ? part.digest() : running);
            }
        }

        @Override
        public List<String> missing(Shape shape) {
            return shape.parts().stream()
                    .filter(part -> part.digest() != null && !instance(part).has(part.digest()))
                    .map(part -> part.name() + " has no " + part.digest())
                    .toList();
        }

        private Instance instance(Shape.Part part) {
            return Objects.requireNonNull(instances.get(part.name()), part.name());
        }
    }
}
