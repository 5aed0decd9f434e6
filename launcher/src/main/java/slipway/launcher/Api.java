package slipway.launcher;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import slipway.launcher.local.Addresses;
import slipway.launcher.local.Ports.For;
import slipway.launcher.local.Trouble;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The services over HTTP, as one of the people.
public final class Api implements AutoCloseable {

    private final Addresses addresses;
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
    private final JsonMapper json = new JsonMapper();
    private final Map<String, String> tokens = new ConcurrentHashMap<>();

    public Api(Addresses addresses) {
        this.addresses = addresses;
    }

    /// @param body as it came; JSON, except from somebody who does not speak it
    public record Answer(int status, String body) {

        public boolean isGood() {
            return status / 100 == 2;
        }

        public JsonNode json() {
            return new JsonMapper().readTree(body);
        }

        /// Why not: the `reasons` of a problem (RFC 9457), or what else it says.
        public List<String> reasons() {
            try {
                JsonNode problem = json();
                List<String> reasons = new ArrayList<>();
                problem.path("reasons").forEach(each -> reasons.add(each.asString()));
                if (reasons.isEmpty() && problem.path("detail").isString()) {
                    reasons.add(problem.path("detail").asString());
                }
                return reasons.isEmpty() ? List.of("the answer is HTTP " + status) : reasons;
            } catch (JacksonException e) {
                return List.of("the answer is HTTP " + status);
            }
        }
    }

    public Answer get(For service, String person, String path) {
        return ask(service, person, "GET", path, null, "application/json");
    }

    public Answer post(For service, String person, String path, Map<String, ?> body) {
        return ask(service, person, "POST", path, json.writeValueAsBytes(body), "application/json");
    }

    /// @param yaml sent as it is, so that the answer speaks of the person's own lines
    public Answer postYaml(For service, String person, String path, byte[] yaml) {
        return ask(service, person, "POST", path, yaml, "application/yaml");
    }

    /// One segment of a path.
    public static String segment(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /// @param body what is sent, as it is; null: nothing
    /// @param type its media type
    public Answer ask(
            For service, String person, String method, String path, byte @Nullable [] body, String type) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(addresses.url(service) + path))
                .timeout(Duration.ofMinutes(3))
                .header("Accept", "application/json, application/problem+json, text/calendar")
                .header("Authorization", "Bearer " + token(person))
                .header("Content-Type", type)
                .method(
                        method,
                        body == null
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofByteArray(body));
        return send(request.build(), service);
    }

    /// Writes a good answer as it comes.
    ///
    /// @return it without its body, or the refusal
    public Answer copy(For service, String person, String path, OutputStream to) {
        HttpRequest request = HttpRequest.newBuilder(URI.create(addresses.url(service) + path))
                .timeout(Duration.ofMinutes(3))
                .header("Accept", "application/octet-stream, application/zip, application/problem+json")
                .header("Authorization", "Bearer " + token(person))
                .build();
        return send(request, service, HttpResponse.BodyHandlers.ofInputStream(), answer -> {
            try (InputStream body = answer.body()) {
                if (answer.statusCode() / 100 != 2) {
                    return new Answer(answer.statusCode(), new String(body.readAllBytes(), StandardCharsets.UTF_8));
                }
                body.transferTo(to);
                to.flush();
                return new Answer(answer.statusCode(), "");
            }
        });
    }

    private String token(String person) {
        return tokens.computeIfAbsent(person, any -> {
            HttpRequest request = HttpRequest.newBuilder(URI.create(addresses.url(For.ISSUER) + "/token"))
                    .timeout(Duration.ofSeconds(20))
                    .header("Content-Type", "application/x-www-form-urlencoded")
                    .POST(HttpRequest.BodyPublishers.ofString("person=" + segment(person)))
                    .build();
            Answer answer = send(request, For.ISSUER);
            if (!answer.isGood()) {
                throw new Refused(Refused.REFUSED, List.of(answer.json().path("error_description").asString()));
            }
            return answer.json().path("access_token").asString();
        });
    }

    private Answer send(HttpRequest request, For service) {
        return send(
                request,
                service,
                HttpResponse.BodyHandlers.ofString(),
                answer -> new Answer(answer.statusCode(), answer.body()));
    }

    private interface Reading<T> {
        Answer of(HttpResponse<T> answer) throws IOException;
    }

    private <T> Answer send(
            HttpRequest request, For service, HttpResponse.BodyHandler<T> handler, Reading<T> reading) {
        // Another instance answers for one that is just being started again: nothing was asked of that one yet.
        for (String url : addresses.urls(service)) {
            try {
                return reading.of(http.send(at(url, request), handler));
            } catch (ConnectException e) {
                // nobody is there
            } catch (IOException e) {
                throw new Trouble(service.purpose() + " does not answer: " + e.getMessage(), e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new Trouble("interrupted", e);
            }
        }
        throw new Trouble(service.purpose() + " does not answer at " + addresses.url(service)
                + ": is Slipway running? Start it with ./slipway up");
    }

    private static HttpRequest at(String url, HttpRequest request) {
        URI uri = request.uri();
        String path = uri.getRawPath() + (uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery());
        return HttpRequest.newBuilder(request, (_, _) -> true).uri(URI.create(url + path)).build();
    }

    @Override
    public void close() {
        http.close();
    }
}
