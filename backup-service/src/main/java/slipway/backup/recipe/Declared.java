package slipway.backup.recipe;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A recipe as its file says it.
///
/// @param restores earlier versions of it whose sets this one restores, too
/// @param summary one line for people
/// @param consistency class of what is captured, in words
/// @param stream what is captured is one stream; otherwise it is the files in `{tree}`
/// @param programs that it may run, each by the names under which it may be installed
/// @param ports that are reserved for a verb, `{port.<name>}`
/// @param scratch other values of parameters when the restored copy is looked at
/// @param covers other systems that this recipe is for, and how far it is proven with each
/// @param replaces parameter of type path: a rollback puts the restored tree there. Null: it is written over the live system by
///     [Verb#RESTORE], or whoever needs it puts it back by hand
/// @param traps what its tools say that is not so, and what is done about it
/// @param byHand how a person puts it back with stock programs when this product is gone, step by step
/// @param provenBy recipes that compare the content of what this one only makes a snapshot of
record Declared(
        String id,
        int version,
        List<Integer> restores,
        String system,
        Map<String, Tier> covers,
        Category category,
        Tier tier,
        String summary,
        String consistency,
        boolean stream,
        List<List<String>> programs,
        List<Parameter> parameters,
        List<String> ports,
        Map<String, String> scratch,
        @Nullable String replaces,
        List<String> traps,
        List<String> byHand,
        List<String> provenBy,
        Map<Verb, List<Act>> verbs) {

    /// What is done with a system.
    enum Verb {
        /// Is it there, and are our rights enough?
        PROBE,
        /// Is the source still what it was?
        FINGERPRINT,
        CAPTURE,
        /// What the source looks like, and then what the restored copy looks like.
        LOOK,
        /// Reads what was captured to its end, by a tool that understands it.
        VERIFY,
        RESTORE_SCRATCH,
        /// Takes away what restoring makes outside of the scratch folder; done before and after, so it finds nothing at first.
        CLEANUP,
        /// Writes the restored tree over the live system, where there is nothing that could be put in its place.
        RESTORE,
        /// A rollback put the restored tree in the place of the live one: makes the system use it, and makes sure that it works.
        RELOAD
    }

    /// Every system that this is for.
    Map<String, Tier> systems() {
        Map<String, Tier> systems = new LinkedHashMap<>(Map.of(system, tier));
        systems.putAll(covers);
        return systems;
    }

    /// Parameters on which it depends what is done, by whether a plan gives them.
    Set<String> choices() {
        return verbs.values().stream()
                .flatMap(List::stream)
                .map(each -> each instanceof Act.Sometimes(_, _, String given, _) ? given : null)
                .filter(Objects::nonNull)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /// Whether a tree of files is what it looks at.
    boolean surveys() {
        return surveyed().findAny().isPresent();
    }

    /// Whether that is a tree of others, whose owners say something.
    boolean surveysOthers() {
        return surveyed().anyMatch(each -> each.copied() == null);
    }

    private Stream<Act.Survey> surveyed() {
        return acts(Verb.LOOK).stream()
                .map(each -> each instanceof Act.Sometimes(_, _, _, var act) ? act : each)
                .filter(Act.Survey.class::isInstance)
                .map(Act.Survey.class::cast);
    }

    List<Act> acts(Verb verb) {
        return verbs.getOrDefault(verb, List.of());
    }
}
