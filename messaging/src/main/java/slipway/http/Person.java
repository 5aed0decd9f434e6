package slipway.http;

import java.util.List;
import java.util.Set;
import org.springframework.security.oauth2.jwt.Jwt;

/// Who is asking: the human behind the account, as the issuer of the token knows them.
///
/// @param id the token's subject
/// @param groups the token's `groups`
public record Person(String id, Set<String> groups) {

    public static Person of(Jwt token) {
        List<String> groups = token.getClaimAsStringList("groups");
        return new Person(token.getSubject(), groups == null ? Set.of() : Set.copyOf(groups));
    }

    /// @throws Refusal 403 for whoever is not in the group
    public void needs(String group) {
        if (!groups.contains(group)) {
            throw Refusal.forbidden(id + " is not in the group " + group);
        }
    }
}
