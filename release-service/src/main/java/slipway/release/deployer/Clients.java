package slipway.release.deployer;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// Clients of Kubernetes that are kept for a minute, because making one takes longer than asking by it. Where the kubeconfig reads
/// otherwise than before, credentials were renewed and there is a new client at once; what it refers to (files, programs that
/// give tokens, the service account of the pod) is read again after that minute. The one before is closed as soon as nobody works with
/// it any more.
final class Clients implements AutoCloseable {

    private static final Duration KEPT_FOR = Duration.ofMinutes(1);
    private static final int CONNECT_MILLIS = 5_000;
    private static final int ANSWER_MILLIS = 20_000;

    private final Map<Place, Slot> slots = new ConcurrentHashMap<>();

    /// @param kubeconfig null: as this process is configured itself
    /// @param context null: the kubeconfig's current one
    record Place(@Nullable Path kubeconfig, @Nullable String context) {}

    /// Whoever waits for a client waits for the one of its own place: making one may ask a program for a token.
    private static final class Slot {

        private @Nullable Kept kept;

        synchronized Kept take(Place place) throws IOException {
            String text = text(place.kubeconfig());
            Kept now = kept;
            if (now == null || !now.text.equals(text) || System.nanoTime() - now.until > 0) {
                Kept next = new Kept(text, new KubernetesClientBuilder().withConfig(config(place)).build());
                end();
                kept = next;
                now = next;
            }
            now.enter();
            return now;
        }

        synchronized void end() {
            if (kept != null) {
                kept.end();
                kept = null;
            }
        }
    }

    /// One client, and how many work with it. Nobody enters one that is over: its slot has another by then.
    private static final class Kept {

        private final String text;
        private final KubernetesClient client;
        private final long until = System.nanoTime() + KEPT_FOR.toNanos();
        private int users;
        private boolean over;

        Kept(String text, KubernetesClient client) {
            this.text = text;
            this.client = client;
        }

        synchronized void enter() {
            users++;
        }

        synchronized void leave() {
            users--;
            closeUnused();
        }

        synchronized void end() {
            over = true;
            closeUnused();
        }

        private void closeUnused() {
            if (over && users == 0) {
                client.close();
            }
        }
    }

    /// @throws IOException when there is no such kubeconfig or context, or in the API server's words
    <T> T call(@Nullable Path kubeconfig, @Nullable String context, Cluster.Work<T> work)
            throws IOException, InterruptedException {
        Place place = new Place(kubeconfig, context);
        Kept mine = slots.computeIfAbsent(place, _ -> new Slot()).take(place);
        try {
            return work.with(mine.client);
        } finally {
            mine.leave();
        }
    }

    @Override
    public void close() {
        slots.values().forEach(Slot::end);
    }

    private static String text(@Nullable Path kubeconfig) throws IOException {
        if (kubeconfig == null) {
            return "";
        }
        if (!Files.isReadable(kubeconfig)) {
            throw new IOException("there is no kubeconfig " + kubeconfig);
        }
        return Files.readString(kubeconfig, StandardCharsets.UTF_8);
    }

    private static Config config(Place place) throws IOException {
        Config config = place.kubeconfig() == null
                ? Config.autoConfigure(place.context())
                : Config.fromKubeconfig(place.context(), place.kubeconfig().toFile());
        if (place.context() != null
                && (config.getCurrentContext() == null
                        || !place.context().equals(config.getCurrentContext().getName()))) {
            throw new IOException("there is no context " + place.context() + " in the kubeconfig");
        }
        return new ConfigBuilder(config)
                .withConnectionTimeout(CONNECT_MILLIS)
                .withRequestTimeout(ANSWER_MILLIS)
                // Whoever calls us tries again, or looks again; nobody wants both.
                .withRequestRetryBackoffLimit(0)
                .build();
    }
}
