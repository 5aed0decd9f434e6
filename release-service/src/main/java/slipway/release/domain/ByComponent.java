package slipway.release.domain;

import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// A word for each component of a service, and all of them as one text, so that a fact says whole what it is about. Of a service that is
/// one package or image it is just the word, `sha256:…`; otherwise each has its name, in their order: `api=sha256:…,web=sha256:…`.
///
/// @param words by component; [#WHOLE]: there are no components
public record ByComponent(SortedMap<String, String> words) {

    /// What a service that has no components is called among them.
    public static final String WHOLE = "";

    /// The word for a component that runs nothing, where another runs something.
    public static final String NOTHING = "nothing";

    public ByComponent {
        words = new TreeMap<>(words);
    }

    /// As [#text()] wrote it. Neither digests nor names of deployers have any of its signs.
    public static ByComponent read(String text) {
        SortedMap<String, String> words = new TreeMap<>();
        for (String each : text.split(",")) {
            int is = each.indexOf('=');
            words.put(is < 0 ? WHOLE : each.substring(0, is), each.substring(is + 1));
        }
        return new ByComponent(words);
    }

    public Optional<String> of(String component) {
        return Optional.ofNullable(words.get(component));
    }

    public ByComponent without(Set<String> components) {
        SortedMap<String, String> others = new TreeMap<>(words);
        others.keySet().removeAll(components);
        return new ByComponent(others);
    }

    /// Null: there is none at all.
    public @Nullable String text() {
        return words.isEmpty()
                ? null
                : words.entrySet().stream()
                        .map(each -> each.getKey().equals(WHOLE) ? each.getValue() : each.getKey() + "=" + each.getValue())
                        .collect(Collectors.joining(","));
    }
}
