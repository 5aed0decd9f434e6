package slipway.http;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.security.oauth2.core.ClaimAccessor;

/// Who is asking: the human behind the account, as the issuer of the token knows them.
///
/// @param id the token's subject
/// @param groups the token's `groups`
/// @param actors who acts in the subject's place (`act`, RFC 8693 §4.1), whoever is at the keyboard first; empty: nobody does
public record Person(String id, Set<String> groups, List<String> actors) {

    private static final int LONGEST = 200;

    /// @throws Refusal 403 for a token that does not say soundly who somebody is: nobody may act, or be stored, under such a name
    public static Person of(ClaimAccessor token) {
        return new Person(name("sub", token.getClaimAsString("sub")), groups(token.getClaim("groups")), actors(token.getClaim("act")));
    }

    private static Set<String> groups(@Nullable Object claim) {
        return switch (claim) {
            case null -> Set.of();
            case String one -> Set.of(name("groups", one));
            case Collection<?> many -> {
                List<String> groups = new ArrayList<>();
                many.forEach(each -> groups.add(name("groups", each)));
                yield Set.copyOf(groups);
            }
            default -> throw unsound("groups");
        };
    }

    /// The chain from the one who acts now to the first who did: rules about people are about each of them.
    private static List<String> actors(@Nullable Object claim) {
        List<String> actors = new ArrayList<>();
        Object act = claim;
        while (act != null) {
            if (!(act instanceof Map<?, ?> actor)) {
                throw unsound("act");
            }
            actors.add(name("act.sub", actor.get("sub")));
            act = actor.get("act");
        }
        return List.copyOf(actors);
    }

    /// The person, and whoever acts in their place.
    public List<String> everybody() {
        return Stream.concat(Stream.of(id), actors.stream()).distinct().toList();
    }

    private static String name(String claim, @Nullable Object value) {
        boolean sound = value instanceof String text
                && !text.isBlank()
                && text.length() <= LONGEST
                && text.codePoints().allMatch(Person::isSeen);
        if (!sound) {
            throw unsound(claim);
        }
        return (String) value;
    }

    private static boolean isSeen(int character) {
        return switch (Character.getType(character)) {
            case Character.CONTROL, Character.FORMAT, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR, Character.SURROGATE ->
                false;
            default -> true;
        };
    }

    private static Refusal unsound(String claim) {
        return Refusal.forbidden("the token's `" + claim + "` is no name of a person or group");
    }

    /// @throws Refusal 403 for whoever is not in the group
    public void needs(String group) {
        if (!groups.contains(group)) {
            throw Refusal.forbidden(id + " is not in the group " + group);
        }
    }
}
