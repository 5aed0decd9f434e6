package slipway.audit.evidence;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import slipway.audit.domain.Digest;
import slipway.http.Misconfigured;

/// Asks backup-service for the manifests of sets, as the person who asks for the pack. What it does not give is told, and stops nothing:
/// the facts have the digest of each manifest, so that it can be added and checked later.
public final class BackupManifests {

    private static final Duration TO_CONNECT = Duration.ofSeconds(3);
    private static final Duration TO_ANSWER = Duration.ofSeconds(10);
    private static final Duration ALTOGETHER = Duration.ofSeconds(60);
    private static final int LONGEST = 4 << 20;
    private static final int OK = 200;

    /// It becomes the name of a folder in the pack, and a segment of an address.
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,199}");

    private final String address;
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(TO_CONNECT).followRedirects(HttpClient.Redirect.NEVER).build();

    /// @param address of backup-service; empty: it is not asked
    /// @throws Misconfigured when it is no address of a service
    public BackupManifests(String address) {
        this.address = address.strip().replaceAll("/+$", "");
        if (!this.address.isEmpty() && !isOfAService(this.address)) {
            throw new Misconfigured(List.of("slipway.audit.backup-url: '" + address + "' is no address such as https://backup.example.com"));
        }
    }

    private static boolean isOfAService(String address) {
        try {
            URI uri = new URI(address);
            return uri.getHost() != null && ("http".equalsIgnoreCase(uri.getScheme()) || "https".equalsIgnoreCase(uri.getScheme()));
        } catch (URISyntaxException e) {
            return false;
        }
    }

    /// @param bytes by set
    /// @param missing `set: why`
    record Found(Map<String, byte[]> bytes, List<String> missing) {}

    /// @param digests `sha256:…` of each manifest, by set
    Found of(Map<String, String> digests, String token) throws InterruptedException {
        Map<String, byte[]> bytes = new TreeMap<>();
        List<String> missing = new ArrayList<>();
        long begin = System.nanoTime();
        for (Map.Entry<String, String> each : new TreeMap<>(digests).entrySet()) {
            if (address.isEmpty()) {
                missing.add(each.getKey() + ": backup-service was not asked (slipway.audit.backup-url is not set)");
            } else if (System.nanoTime() - begin > ALTOGETHER.toNanos()) {
                missing.add(each.getKey() + ": backup-service answers too slowly; it was not asked for this one");
            } else {
                ask(each.getKey(), each.getValue(), token, bytes, missing);
            }
        }
        return new Found(bytes, missing);
    }

    private void ask(String set, String digest, String token, Map<String, byte[]> bytes, List<String> missing) throws InterruptedException {
        if (!NAME.matcher(set).matches()) {
            missing.add(set + ": is no name for a file");
            return;
        }
        try {
            HttpRequest request = HttpRequest.newBuilder(URI.create(address + "/backups/" + set + "/manifest"))
                    .header("Accept", "application/json, application/problem+json")
                    .header("Authorization", "Bearer " + token)
                    .build();
            HttpResponse<byte[]> answer = http.sendAsync(
                            request, HttpResponse.BodyHandlers.limiting(HttpResponse.BodyHandlers.ofByteArray(), LONGEST))
                    .orTimeout(TO_ANSWER.toSeconds(), TimeUnit.SECONDS)
                    .get();
            if (answer.statusCode() != OK) {
                missing.add(set + ": backup-service answers " + answer.statusCode());
            } else if (!digest.equals("sha256:" + Digest.hash(answer.body()))) {
                missing.add(set + ": what backup-service gives is not the manifest of the fact, " + digest);
            } else {
                bytes.put(set, answer.body());
            }
        } catch (ExecutionException e) {
            missing.add(set + ": backup-service cannot be asked (" + Objects.requireNonNull(e.getCause()).getClass().getSimpleName() + ")");
        }
    }
}
