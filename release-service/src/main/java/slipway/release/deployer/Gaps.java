package slipway.release.deployer;

import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.core.io.JsonStringEncoder;

/// A text with gaps such as `{digest}` or `{secret:token}`. Other braces stay as they are: most texts with gaps are JSON.
///
/// @param text as it was written
public record Gaps(String text) {

    private static final String SECRET = "secret:";

    /// The path of a secret's file, for programs that read it themselves.
    private static final String FILE = "file:";

    private static final Pattern GAP = Pattern.compile(
            "\\{(digest|reference|key|environment|run|location|part|server|weight|from|to|(?:secret|file):[A-Za-z0-9_-]+)}");

    /// What has to be done with a value so that it stays one value where it is written.
    enum Place {
        URL,
        FORM,
        JSON,
        PLAIN;

        String write(String value) {
            return switch (this) {
                case URL -> URLEncoder.encode(value, StandardCharsets.UTF_8).replace("+", "%20");
                case FORM -> URLEncoder.encode(value, StandardCharsets.UTF_8);
                case JSON -> new String(JsonStringEncoder.getInstance().quoteAsCharArray(value));
                case PLAIN -> value;
            };
        }
    }

    boolean has(String gap) {
        return GAP.matcher(text).results().anyMatch(each -> each.group(1).equals(gap));
    }

    boolean hasSecret() {
        return text.contains("{" + SECRET);
    }

    /// Tells every gap that nothing is there for.
    void check(Set<String> known, Set<String> secrets, Consumer<String> fault) {
        GAP.matcher(text).results().map(each -> each.group(1)).distinct().forEach(gap -> {
            if (gap.startsWith(SECRET) || gap.startsWith(FILE)) {
                String secret = gap.substring(gap.indexOf(':') + 1);
                if (!secrets.contains(secret)) {
                    fault.accept("there is no secret " + secret + " in secrets");
                }
            } else if (!known.contains(gap)) {
                fault.accept("nothing is known for {" + gap + "} here");
            }
        });
    }

    /// @throws IOException when a secret cannot be read
    String fill(Place place, Map<String, String> values, Secrets secrets) throws IOException {
        StringBuilder filled = new StringBuilder();
        Matcher matcher = GAP.matcher(text);
        int end = 0;
        while (matcher.find()) {
            MatchResult gap = matcher.toMatchResult();
            String name = gap.group(1);
            String value;
            if (name.startsWith(SECRET)) {
                value = secrets.value(name.substring(SECRET.length()));
            } else if (name.startsWith(FILE)) {
                value = secrets.file(name.substring(FILE.length())).toString();
            } else {
                value = values.getOrDefault(name, "");
            }
            // What an address begins with is an address itself, and no part of one.
            boolean whole = place == Place.URL && gap.start() == 0;
            filled.append(text, end, gap.start()).append(whole ? value : place.write(value));
            end = gap.end();
        }
        return filled.append(text.substring(end)).toString();
    }
}
