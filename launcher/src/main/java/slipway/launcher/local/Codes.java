package slipway.launcher.local;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Codes that a browser carries from the issuer to the service it signs in to: each is good once, for a minute, for whoever asked for it
/// (RFC 6749 §4.1 with PKCE, RFC 7636).
final class Codes {

    private static final Duration LIFETIME = Duration.ofMinutes(1);
    private static final int MOST = 1000;
    private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");

    private final InstantSource clock;
    private final Map<String, Given> given = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Given> eldest) {
            return size() > MOST;
        }
    };

    Codes(InstantSource clock) {
        this.clock = clock;
    }

    /// What a code stands for.
    record Given(String person, String nonce, String redirectUri, String challenge, Instant until) {}

    /// Every reason why nobody can sign in as it is asked for; empty: they can.
    static List<String> faults(Map<String, String> asked) {
        List<String> faults = new ArrayList<>();
        must(faults, asked, "response_type", "code");
        must(faults, asked, "client_id", Issuer.CLIENT);
        must(faults, asked, "code_challenge_method", "S256");
        for (String name : List.of("code_challenge", "nonce", "state")) {
            if (asked.getOrDefault(name, "").isBlank()) {
                faults.add(name + ": is missing");
            }
        }
        if (!List.of(asked.getOrDefault("scope", "").split(" ")).contains("openid")) {
            faults.add("scope: must have openid");
        }
        if (!isHere(asked.getOrDefault("redirect_uri", ""))) {
            faults.add("redirect_uri: must be on this machine, such as http://localhost:7601/sign-in/back");
        }
        return faults;
    }

    private static void must(List<String> faults, Map<String, String> asked, String name, String value) {
        if (!value.equals(asked.get(name))) {
            faults.add(name + ": must be " + value);
        }
    }

    private static boolean isHere(String address) {
        try {
            URI uri = new URI(address);
            return ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))
                    && uri.getHost() != null
                    && LOOPBACK.contains(uri.getHost())
                    && uri.getRawUserInfo() == null
                    && uri.getRawQuery() == null
                    && uri.getRawFragment() == null;
        } catch (URISyntaxException e) {
            return false;
        }
    }

    /// @param asked without [#faults]
    String give(String person, Map<String, String> asked) {
        String code = UUID.randomUUID().toString();
        Given stands = new Given(
                person, asked.get("nonce"), asked.get("redirect_uri"), asked.get("code_challenge"), clock.instant().plus(LIFETIME));
        synchronized (given) {
            given.put(code, stands);
        }
        return code;
    }

    /// @return null: it is none, or is not theirs; whatever it is, it is none afterwards
    @Nullable Given take(Map<String, String> form) {
        Given stands;
        synchronized (given) {
            stands = given.remove(form.getOrDefault("code", ""));
        }
        return stands != null
                        && clock.instant().isBefore(stands.until())
                        && stands.redirectUri().equals(form.get("redirect_uri"))
                        && stands.challenge().equals(sha256(form.getOrDefault("code_verifier", "")))
                ? stands
                : null;
    }

    private static String sha256(String verifier) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(verifier.getBytes(StandardCharsets.US_ASCII));
            return Base64.getUrlEncoder().withoutPadding().encodeToString(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
