package slipway.notification;

import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import slipway.messaging.NotYet;

/// HTTP to systems that are not ours: encrypted, never redirected elsewhere, neither waited for nor read without end, and never with all that we have at one
/// host.
final class Outside {

    private static final Duration TO_CONNECT = Duration.ofSeconds(5);
    private static final Duration TO_ANSWER = Duration.ofSeconds(15);
    private static final int LONGEST_ANSWER = 256 * 1024;
    private static final Duration USUAL_PAUSE = Duration.ofSeconds(30);
    private static final Duration LONGEST_PAUSE = Duration.ofHours(1);

    private final HttpClient http = HttpClient.newBuilder()
            .connectTimeout(TO_CONNECT)
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();
    private final Bulkhead hosts;

    Outside(Bulkhead hosts) {
        this.hosts = hosts;
    }

    /// @param retryAfter as the other system wrote it; null: it did not
    record Answer(int status, String body, @Nullable String retryAfter) {

        boolean took() {
            return status / 100 == 2;
        }

        /// Until when it wants to be left alone: seconds or a date (RFC 9110 §10.2.3); half a minute where it says nothing that can be read.
        Instant until(Instant now) {
            return now.plus(pause(now));
        }

        private Duration pause(Instant now) {
            String text = retryAfter == null ? "" : retryAfter.strip();
            try {
                Duration pause = text.chars().allMatch(Character::isDigit)
                        ? Duration.ofSeconds(Long.parseLong(text))
                        : Duration.between(now, ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant());
                return pause.isNegative() ? Duration.ZERO : pause.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause;
            } catch (NumberFormatException | DateTimeException _) {
                return USUAL_PAUSE;
            }
        }
    }

    /// Why nothing is sent there; empty: it may be.
    static Optional<String> fault(URI uri) {
        if (uri.getHost() == null || !("https".equals(uri.getScheme()) || "http".equals(uri.getScheme()))) {
            return Optional.of("is no URL such as https://example.org/path");
        }
        if (uri.getUserInfo() != null) {
            return Optional.of("has a password in it, which logs would show");
        }
        return uri.getScheme().equals("https") || isHere(uri.getHost())
                ? Optional.empty()
                : Optional.of("is not encrypted: only https, except to this machine");
    }

    /// A URL as people may read it in a fault: what is before an `@` may be a password, also where it is no URL.
    static String shown(String url) {
        int at = url.lastIndexOf('@');
        return at < 0 ? url : url.substring(0, url.startsWith("http") ? url.indexOf(':') + 1 : 0) + "…" + url.substring(at);
    }

    private static boolean isHere(String host) {
        try {
            // Names are not looked up: what they mean may change.
            return host.equals("localhost") || host.matches("[0-9.]+|\\[.*]") && InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException _) {
            return false;
        }
    }

    /// Of a file that cannot be read, in words.
    static String words(IOException e) {
        return e instanceof java.nio.file.NoSuchFileException gone
                ? gone.getFile() + " is not there"
                : e instanceof java.nio.file.AccessDeniedException denied
                        ? denied.getFile() + " may not be read"
                        : String.valueOf(e.getMessage());
    }

    /// @param attempt begins before the request does
    /// @throws NotYet as many as may be are waiting for that host already
    /// @throws IOException nobody answered, or too slowly, or too much; its text has no header in it
    Answer post(URI uri, Map<String, String> headers, String body, Channel.Attempt attempt) throws IOException, NotYet {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri)
                .timeout(TO_ANSWER)
                .POST(HttpRequest.BodyPublishers.ofString(body));
        for (Map.Entry<String, String> header : headers.entrySet()) {
            try {
                request.header(header.getKey(), header.getValue());
            } catch (IllegalArgumentException _) {
                // Its text quotes the value, which may be a secret.
                throw new IOException("the header " + header.getKey() + " cannot be sent: it has characters that no header has");
            }
        }
        HttpResponse<String> answer = hosts.ask(String.valueOf(uri.getHost()), attempt, () -> answer(request.build()));
        return new Answer(answer.statusCode(), answer.body(), answer.headers().firstValue("Retry-After").orElse(null));
    }

    private HttpResponse<String> answer(HttpRequest request) throws IOException {
        // The request's own timeout ends with the headers.
        CompletableFuture<HttpResponse<String>> answer =
                http.sendAsync(request, BodyHandlers.limiting(BodyHandlers.ofString(StandardCharsets.UTF_8), LONGEST_ANSWER));
        try {
            return answer.get(TO_ANSWER.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException _) {
            answer.cancel(true);
            throw new IOException(request.uri().getHost() + " does not answer within " + TO_ANSWER.toSeconds() + " s");
        } catch (ExecutionException e) {
            throw new IOException(request.uri().getHost() + " does not answer: " + e.getCause(), e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while sending to " + request.uri().getHost(), e);
        }
    }
}
