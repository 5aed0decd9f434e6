package slipway.release.deployer;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import slipway.http.Form;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A request as settings describe it, with gaps that are filled when it is sent.
///
/// @param headers by their names, in whatever case
/// @param body null: none
public record HttpCall(
        String method, Gaps url, Map<String, Gaps> headers, @Nullable Gaps body, Secrets secrets) {

    private static final long LONGEST_ANSWER = 4L << 20;
    private static final int LONGEST_WORDS = 400;
    private static final Set<String> METHODS = Set.of("GET", "POST", "PUT", "PATCH", "DELETE");
    private static final Set<String> OURS = Set.of("connection", "content-length", "expect", "host", "upgrade");
    private static final Pattern TELLTALE =
            Pattern.compile(".*(authorization|cookie|token|secret|password|api-?key).*", Pattern.CASE_INSENSITIVE);
    private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~-]+");
    private static final JsonMapper JSON = JsonMapper.builder().build();

    /// Asking again would be no help.
    public static final class Refused extends IOException {
        private Refused(String message) {
            super(message);
        }
    }

    public record Answer(HttpHeaders headers, String body) {

        /// @throws IOException when it is no JSON
        public JsonNode json(HttpCall asked) throws IOException {
            try {
                return JSON.readTree(body);
            } catch (JacksonException e) {
                throw new IOException(asked.name() + " is answered by no JSON: " + asked.words(body));
            }
        }
    }

    /// @param gaps what will be there to fill in, beside secrets
    public static HttpCall read(Form form, String method, Set<String> gaps, Secrets secrets) {
        String verb = form.has("method") ? form.text("method").toUpperCase(Locale.ROOT) : method;
        if (!METHODS.contains(verb)) {
            form.fault("method", "must be one of GET, POST, PUT, PATCH and DELETE, not '" + verb + "'");
        }
        Gaps url = new Gaps(form.text("url"));
        checkUrl(form, url, gaps, secrets);
        Map<String, Gaps> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        form.entries("headers").forEach((name, text) -> headers.put(name, new Gaps(text)));
        headers.forEach((name, value) -> {
            value.check(gaps, secrets.files().keySet(), fault -> form.fault("headers." + name, fault));
            if (!TOKEN.matcher(name).matches() || OURS.contains(name.toLowerCase(Locale.ROOT))) {
                form.fault("headers." + name, "is no header that can be set");
            } else if (TELLTALE.matcher(name).matches() && !value.hasSecret()) {
                form.fault("headers." + name, "a secret lies in a file: name it in secrets and write {secret:name} here");
            }
        });
        String text = form.optionalText("body");
        Gaps body = text == null ? null : new Gaps(text);
        if (body != null) {
            body.check(gaps, secrets.files().keySet(), fault -> form.fault("body", fault));
        }
        return new HttpCall(verb, url, headers, body, secrets);
    }

    private static void checkUrl(Form form, Gaps url, Set<String> gaps, Secrets secrets) {
        if (url.text().isBlank()) {
            form.fault("url", "is missing");
            return;
        }
        url.check(gaps, secrets.files().keySet(), fault -> form.fault("url", fault));
        if (url.hasSecret()) {
            form.fault("url", "addresses are written down everywhere: a secret goes into a header or the body");
        } else if (!named(url)) {
            try {
                URI uri = URI.create(url.fill(Gaps.Place.URL, Map.of(), secrets));
                if (uri.getHost() == null || !String.valueOf(uri.getScheme()).matches("https?")) {
                    form.fault("url", "'" + url.text() + "' is no http or https address");
                } else if (uri.getUserInfo() != null) {
                    form.fault("url", "a name and password do not belong into an address");
                }
            } catch (IllegalArgumentException | IOException e) {
                form.fault("url", "'" + url.text() + "' is no address");
            }
        }
    }

    /// Sends it and takes the whole answer.
    ///
    /// @param patience for all of it, to the last byte of the answer
    /// @param home the server whose answers may name the address, if they do: our secrets go to no other; null: they never do
    /// @throws Refused for 3xx and 4xx but 429, and for an address where our secrets do not go
    /// @throws IOException for 429, 5xx, and when there is no answer; with the server's words, and without our secrets
    public Answer send(HttpClient http, Map<String, String> values, Duration patience, @Nullable URI home)
            throws IOException, InterruptedException {
        HttpRequest request = request(values);
        if (home != null && named() && !origin(home).equals(origin(request.uri()))) {
            throw new Refused(origin(home) + " leads to " + origin(request.uri()) + ", where our secrets do not go");
        }
        CompletableFuture<HttpResponse<String>> sent =
                http.sendAsync(request, BodyHandlers.limiting(BodyHandlers.ofString(), LONGEST_ANSWER));
        HttpResponse<String> answer;
        try {
            answer = sent.get(Math.max(1, patience.toMillis()), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new IOException(name() + " has no answer within " + patience.toMillis() + " ms");
        } catch (ExecutionException e) {
            Throwable cause = String.valueOf(e.getCause().getMessage()).equals("null") ? e : e.getCause();
            throw new IOException(name() + " has no answer: " + words(cause.getMessage()));
        } finally {
            sent.cancel(true);
        }
        int status = answer.statusCode();
        String told = name() + " is answered by " + status + " " + words(answer.body());
        if (status == 429 || status >= 500) {
            throw new IOException(told);
        }
        if (status >= 300) {
            throw new Refused(told);
        }
        return new Answer(answer.headers(), answer.body());
    }

    private HttpRequest request(Map<String, String> values) throws IOException {
        try {
            HttpRequest.Builder builder = HttpRequest.newBuilder(uri(values));
            Gaps.Place place = Gaps.Place.PLAIN;
            for (Map.Entry<String, Gaps> header : headers.entrySet()) {
                String value = header.getValue().fill(Gaps.Place.PLAIN, values, secrets);
                builder.header(header.getKey(), value);
                if (header.getKey().equalsIgnoreCase("content-type")) {
                    place = value.contains("json")
                            ? Gaps.Place.JSON
                            : value.contains("form-urlencoded") ? Gaps.Place.FORM : Gaps.Place.PLAIN;
                }
            }
            return builder.method(
                            method,
                            body == null
                                    ? BodyPublishers.noBody()
                                    : BodyPublishers.ofString(body.fill(place, values, secrets)))
                    .build();
        } catch (IllegalArgumentException e) {
            throw new IOException(name() + " cannot be sent: " + words(String.valueOf(e.getMessage())));
        }
    }

    /// @throws IllegalArgumentException when that is no address
    URI uri(Map<String, String> values) throws IOException {
        return URI.create(url.fill(Gaps.Place.URL, values, secrets));
    }

    /// Whether the address itself comes out of an answer.
    private boolean named() {
        return named(url);
    }

    private static boolean named(Gaps url) {
        return url.text().startsWith("{run}") || url.text().startsWith("{location}");
    }

    private static String origin(URI uri) {
        return uri.getScheme() + "://" + uri.getRawAuthority();
    }

    /// As people are told about it; without the query, in which people put what does not belong there.
    String name() {
        String text = url.text();
        return method + " " + (text.contains("?") ? text.substring(0, text.indexOf('?')) : text);
    }

    private String words(String said) {
        String line = secrets.hide(said).replaceAll("[\\s\\p{Cntrl}]+", " ").strip();
        return line.length() > LONGEST_WORDS ? line.substring(0, LONGEST_WORDS) + "…" : line;
    }
}
