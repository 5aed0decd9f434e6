package slipway.release.deployer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClientsTest {

    @TempDir
    Path folder;

    private final Clients clients = new Clients();
    private Path kubeconfig;

    @BeforeEach
    void first() throws IOException {
        kubeconfig = kubeconfig("first");
    }

    @AfterEach
    void close() {
        clients.close();
    }

    private Path kubeconfig(String token) throws IOException {
        return Files.writeString(folder.resolve("kubeconfig"), """
                apiVersion: v1
                kind: Config
                current-context: shop
                clusters: [{name: nowhere, cluster: {server: "http://127.0.0.1:9"}}]
                users: [{name: me, user: {token: %s}}]
                contexts: [{name: shop, context: {cluster: nowhere, user: me}}]
                """.formatted(token));
    }

    private KubernetesClient client() throws Exception {
        return clients.call(kubeconfig, null, client -> client);
    }

    private static boolean isClosed(KubernetesClient client) {
        return client.getHttpClient().isClosed();
    }

    @Test
    void as_long_as_the_kubeconfig_reads_the_same_it_is_the_same_client() throws Exception {
        KubernetesClient first = client();
        assertThat(client()).isSameAs(first);
        assertThat(isClosed(first)).isFalse();
    }

    @Test
    void renewed_credentials_hold_at_once_and_what_has_the_old_ones_is_closed() throws Exception {
        KubernetesClient first = client();
        kubeconfig("second");
        KubernetesClient second = client();
        assertThat(second.getConfiguration().getAutoOAuthToken()).isEqualTo("second");
        assertThat(isClosed(first)).isTrue();
        assertThat(isClosed(second)).isFalse();
    }

    @Test
    void nobody_is_cut_off_in_the_middle_of_a_move() throws Exception {
        KubernetesClient first = clients.call(kubeconfig, null, client -> {
            kubeconfig("second");
            assertThat(clients.<KubernetesClient>call(kubeconfig, null, other -> other)).isNotSameAs(client);
            assertThat(isClosed(client)).isFalse();
            return client;
        });
        assertThat(isClosed(first)).isTrue();
    }

    @Test
    void while_one_cluster_s_client_is_being_made_those_of_others_are_there() throws Exception {
        Path slow = folder.resolve("slow");
        assertThat(new ProcessBuilder("mkfifo", slow.toString()).start().waitFor()).isZero();
        CompletableFuture<KubernetesClient> made = making(slow);
        // Open for writing as soon as the other reads: from then on its client is under way.
        try (Writer pipe = Files.newBufferedWriter(slow)) {
            assertThat(making(kubeconfig).get(30, TimeUnit.SECONDS)).isNotNull();
            assertThat(made).isNotDone();
            // Whoever reads it again finds a file.
            Files.copy(kubeconfig, folder.resolve("same"));
            Files.move(folder.resolve("same"), slow, StandardCopyOption.REPLACE_EXISTING);
            pipe.write(Files.readString(slow));
        }
        assertThat(made.get()).isNotSameAs(client());
    }

    private CompletableFuture<KubernetesClient> making(Path place) {
        CompletableFuture<KubernetesClient> made = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> {
            try {
                made.complete(clients.call(place, null, client -> client));
            } catch (IOException | InterruptedException | RuntimeException e) {
                made.completeExceptionally(e);
            }
        });
        return made;
    }

    @Test
    void a_service_that_ends_leaves_none_open_and_a_kubeconfig_that_is_gone_none_in_use() throws Exception {
        KubernetesClient first = client();
        Files.delete(kubeconfig);
        assertThatThrownBy(this::client).hasMessageContaining("there is no kubeconfig");
        clients.close();
        assertThat(isClosed(first)).isTrue();
    }
}
