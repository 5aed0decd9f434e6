package slipway.release.domain;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// What an environment runs, as one looks at it from outside: its parts, in the order of their names. Two looks are the same when
/// all parts are; so a step that crashed is found done, not done, or neither.
///
/// Where a service has several components, each part is one's: `web/blue`. What is said of a digest here is then said of the digest of
/// each, as [ByComponent] writes them.
public record Shape(List<Part> parts) {

    /// The whole of the traffic, in percent.
    public static final int ALL = 100;

    private static final char OF = '/';

    public Shape {
        parts = parts.stream()
                .sorted((one, other) -> one.name().compareTo(other.name()))
                .toList();
    }

    /// An instance, or one of the slots (blue and green, old and new) that a deployer keeps.
    ///
    /// @param name its component before it where the service has several
    /// @param digest `sha256:…` of what it runs; null: nothing
    /// @param weight its part of its component's traffic, in percent; 0: it may run, and nobody comes
    public record Part(String name, @Nullable String digest, int weight) {

        public String component() {
            return name.substring(0, Math.max(0, name.indexOf(OF)));
        }

        /// Whether it is what this release has for it.
        public boolean runs(String release) {
            return digest != null && ByComponent.read(release).of(component()).filter(digest::equals).isPresent();
        }

        @Override
        public String toString() {
            return name + " runs " + (digest == null ? "nothing" : digest) + " for " + weight + " %";
        }
    }

    public static Shape of(Part... parts) {
        return new Shape(List.of(parts));
    }

    public Optional<Part> part(String name) {
        return parts.stream().filter(each -> each.name().equals(name)).findFirst();
    }

    /// What its deployer sees of a component; of [ByComponent#WHOLE] all.
    public Shape of(String component) {
        return component.isEmpty()
                ? this
                : new Shape(parts.stream()
                        .filter(part -> part.component().equals(component))
                        .map(part -> renamed(part, part.name().substring(component.length() + 1)))
                        .toList());
    }

    /// The same with another look of one component, as its deployer sees it.
    public Shape with(String component, Shape its) {
        return new Shape(Stream.concat(
                        parts.stream().filter(part -> !component.isEmpty() && !part.component().equals(component)),
                        its.parts().stream()
                                .map(part -> component.isEmpty() ? part : renamed(part, component + OF + part.name())))
                .toList());
    }

    private static Part renamed(Part part, String name) {
        return new Part(name, part.digest(), part.weight());
    }

    /// The same with other parts of these names.
    public Shape with(List<Part> changed) {
        List<Part> after = new ArrayList<>(changed);
        for (Part part : parts) {
            if (changed.stream().noneMatch(each -> each.name().equals(part.name()))) {
                after.add(part);
            }
        }
        return new Shape(after);
    }

    /// What serves the traffic; null when nothing does.
    ///
    /// @throws IllegalStateException when several do: then there is no one thing that it runs
    public @Nullable String digest() {
        if (!isOne()) {
            throw new IllegalStateException("it runs several things at once: " + this);
        }
        SortedMap<String, String> words = new TreeMap<>();
        parts.stream()
                .filter(part -> !part.component().isEmpty())
                .forEach(part -> words.put(part.component(), ByComponent.NOTHING));
        boolean anything = false;
        for (Part part : serving()) {
            if (part.digest() != null) {
                anything = true;
                words.put(part.component(), part.digest());
            }
        }
        return anything ? new ByComponent(words).text() : null;
    }

    /// Whether all of the traffic of a component meets the same.
    public boolean isOne() {
        return serving().stream()
                .allMatch(part -> serving().stream()
                        .filter(other -> other.component().equals(part.component()))
                        .allMatch(other -> Objects.equals(other.digest(), part.digest())));
    }

    private List<Part> serving() {
        return parts.stream().filter(part -> part.weight() > 0).toList();
    }

    /// Whether all of the traffic meets this release.
    public boolean serves(String release) {
        return serving().stream().allMatch(part -> part.runs(release))
                && ByComponent.read(release).words().keySet().stream()
                        .allMatch(component -> serving().stream()
                                .anyMatch(part -> part.component().equals(component)));
    }

    /// Whether each part is as in the one or as in the other: a move that crashed half way.
    public boolean isBetween(Shape from, Shape to) {
        return parts.size() == to.parts().size()
                && parts.stream().allMatch(part -> from.parts().contains(part) || to.parts().contains(part));
    }

    /// For facts and people; equal for equal shapes.
    @Override
    public String toString() {
        return parts.stream().map(Part::toString).collect(Collectors.joining(", "));
    }
}
