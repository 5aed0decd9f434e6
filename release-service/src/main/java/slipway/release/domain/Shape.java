package slipway.release.domain;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// What an environment runs, as one looks at it from outside: its parts, in the order of their names. Two looks are the same when
/// all parts are; so a step that crashed is found done, not done, or neither.
public record Shape(List<Part> parts) {

    /// The whole of the traffic, in percent.
    public static final int ALL = 100;

    public Shape {
        parts = parts.stream()
                .sorted((one, other) -> one.name().compareTo(other.name()))
                .toList();
    }

    /// An instance, or one of the slots (blue and green, old and new) that a deployer keeps.
    ///
    /// @param digest `sha256:…` of what it runs; null: nothing
    /// @param weight its part of the traffic, in percent; 0: it may run, and nobody comes
    public record Part(String name, @Nullable String digest, int weight) {

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
        List<@Nullable String> serving = serving();
        if (serving.size() > 1) {
            throw new IllegalStateException("it runs several things at once: " + this);
        }
        return serving.isEmpty() ? null : serving.getFirst();
    }

    /// Whether all of the traffic meets the same.
    public boolean isOne() {
        return serving().size() <= 1;
    }

    private List<@Nullable String> serving() {
        return parts.stream()
                .filter(part -> part.weight() > 0)
                .<@Nullable String>map(Part::digest)
                .distinct()
                .collect(Collectors.toCollection(ArrayList::new));
    }

    /// Whether all of the traffic meets this release.
    public boolean serves(String digest) {
        return parts.stream().anyMatch(part -> part.weight() > 0)
                && parts.stream()
                        .filter(part -> part.weight() > 0)
                        .allMatch(part -> Objects.equals(part.digest(), digest));
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
