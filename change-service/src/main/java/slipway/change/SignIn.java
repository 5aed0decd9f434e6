package slipway.change;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import slipway.http.Misconfigured;

/// How people sign in with a browser: as a client of the issuer whose tokens are taken everywhere else.
///
/// @param client null: nobody signs in with a browser
/// @param base what addresses of this service begin with for a browser; empty: whatever it has asked for
record SignIn(String issuer, @Nullable Client client, String base) {

    /// Begins a sign-in.
    static final String START = "/sign-in/to";
    static final String ISSUER = "issuer";
    static final String BACK = "/sign-in/back";
    static final String OUT = "/sign-out";

    static final String TURN_IT_ON =
            "set SLIPWAY_SIGN_IN_CLIENT_ID and SLIPWAY_SIGN_IN_CLIENT_SECRET_FILE (docs/operations.md), or vote with ./slipway change approve";

    private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");

    /// What the issuer knows this service as.
    record Client(String id, String secret) {

        @Override
        public String toString() {
            return id;
        }
    }

    /// @throws Misconfigured naming every setting that is at fault
    static SignIn of(String issuer, String clientId, String secretFile, String publicUrl) {
        List<String> faults = new ArrayList<>();
        String base = publicUrl.replaceAll("/+$", "");
        if (!base.isEmpty()) {
            String fault = fault(base);
            if (fault != null) {
                faults.add("SLIPWAY_CHANGE_URL: " + fault);
            }
        }
        Client client = null;
        if (!clientId.isBlank()) {
            client = new Client(clientId.strip(), secret(secretFile, faults));
        } else if (!secretFile.isBlank()) {
            faults.add("SLIPWAY_SIGN_IN_CLIENT_SECRET_FILE is set, but not SLIPWAY_SIGN_IN_CLIENT_ID");
        }
        if (!faults.isEmpty()) {
            throw new Misconfigured(faults);
        }
        return new SignIn(issuer, client, base);
    }

    private static @Nullable String fault(String url) {
        try {
            URI uri = new URI(url);
            boolean plain = "http".equals(uri.getScheme());
            if (!plain && !"https".equals(uri.getScheme()) || uri.getHost() == null) {
                return "must be an address such as https://slipway.example.org";
            }
            if (uri.getUserInfo() != null || uri.getQuery() != null || uri.getFragment() != null) {
                return "must have neither user, query nor fragment";
            }
            // Whoever listens would have the session.
            return plain && !LOOPBACK.contains(uri.getHost()) ? "must be https, except on this machine" : null;
        } catch (URISyntaxException e) {
            return "is no address: " + e.getMessage();
        }
    }

    private static String secret(String file, List<String> faults) {
        if (file.isBlank()) {
            faults.add("SLIPWAY_SIGN_IN_CLIENT_SECRET_FILE: is missing; the file that holds the secret of SLIPWAY_SIGN_IN_CLIENT_ID");
            return "";
        }
        try {
            String secret = Files.readString(Path.of(file)).strip();
            if (secret.isEmpty()) {
                faults.add("SLIPWAY_SIGN_IN_CLIENT_SECRET_FILE: is empty: " + file);
            }
            return secret;
        } catch (IOException e) {
            faults.add("SLIPWAY_SIGN_IN_CLIENT_SECRET_FILE: cannot be read: " + file);
            return "";
        }
    }

    boolean isOn() {
        return client != null;
    }

    /// Whether the session's cookie travels encrypted only.
    boolean isSecure() {
        return base.startsWith("https:");
    }

    /// Where the issuer sends people back to. Not by the Host that a request names.
    String back() {
        return (base.isEmpty() ? "http://localhost{basePort}" : base) + BACK;
    }
}
