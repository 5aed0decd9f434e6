package slipway.release.deployer;

import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.api.model.apps.DeploymentStatus;
import io.fabric8.kubernetes.api.model.apps.DeploymentStatusBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.server.mock.KubernetesCrudDispatcher;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import io.fabric8.mockwebserver.Context;
import io.fabric8.mockwebserver.MockWebServer;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.logging.Level;
import java.util.logging.Logger;

/// An API server, and what the deployment controller and kubelets do behind it: they see a change a little later, replace pods one
/// after the other, and say why when a pod does not start.
final class FakeCluster implements AutoCloseable {

    static final String NAMESPACE = "shop";

    /// It tells every request.
    private static final Logger TALKATIVE = Logger.getLogger(MockWebServer.class.getName());

    static {
        TALKATIVE.setLevel(Level.WARNING);
    }

    final KubernetesMockServer server;
    final KubernetesClient client;
    final Wire wire;

    /// Images that cannot be pulled.
    final Set<String> missing = ConcurrentHashMap.newKeySet();

    /// Whether Kubernetes itself gives up at once.
    volatile boolean impatient;

    private final Thread controller;
    private volatile boolean over;

    FakeCluster() throws IOException {
        server = new KubernetesMockServer(
                new Context(), new MockWebServer(), new HashMap<>(), new KubernetesCrudDispatcher(), false);
        server.start();
        client = server.createClient();
        wire = new Wire(URI.create("http://localhost:" + server.getPort()));
        controller = Thread.ofPlatform().daemon().start(this::control);
    }

    /// @return a kubeconfig that leads here over the wire
    Path kubeconfig(Path folder) throws IOException {
        return Files.writeString(folder.resolve("kubeconfig"), """
                apiVersion: v1
                kind: Config
                current-context: other
                clusters: [{name: here, cluster: {server: "%s"}}, {name: nowhere, cluster: {server: "http://127.0.0.1:9"}}]
                users: [{name: me, user: {token: abc}}]
                contexts:
                  - {name: shop, context: {cluster: here, user: me}}
                  - {name: other, context: {cluster: nowhere, user: me}}
                """.formatted(wire.url()));
    }

    Deployment deployment(String name) {
        return client.apps().deployments().inNamespace(NAMESPACE).withName(name).get();
    }

    /// Made anew, as if it had always been so.
    void deployment(String name, String slot, String image, int replicas) {
        Deployment deployment = new DeploymentBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace(NAMESPACE)
                .endMetadata()
                .withNewSpec()
                .withReplicas(replicas)
                .withNewSelector()
                .addToMatchLabels("deployment", name)
                .endSelector()
                .withNewTemplate()
                .withNewMetadata()
                .addToLabels("app", "shop")
                .addToLabels("slot", slot)
                .addToLabels("deployment", name)
                .endMetadata()
                .withNewSpec()
                .addNewContainer()
                .withName("app")
                .withImage(image)
                .endContainer()
                .endSpec()
                .endTemplate()
                .endSpec()
                .build();
        if (deployment(name) == null) {
            client.resource(deployment).create();
        } else {
            client.resource(deployment).update();
        }
        settle(name);
    }

    void settle(String name) {
        // Asked again and again: the mock's watch now and then breaks a character in two.
        await("for " + name).atMost(Duration.ofSeconds(5)).pollInterval(Duration.ofMillis(5)).until(() -> {
            Deployment now = deployment(name);
            return now != null && settled(now);
        });
    }

    private static int count(Integer number) {
        return number == null ? 0 : number;
    }

    private static boolean settled(Deployment now) {
        DeploymentStatus status = now.getStatus();
        int wanted = now.getSpec().getReplicas();
        return status != null
                && now.getMetadata().getGeneration().equals(status.getObservedGeneration())
                && count(status.getReplicas()) == wanted
                && count(status.getUpdatedReplicas()) == wanted
                && count(status.getReadyReplicas()) == wanted;
    }

    private void control() {
        while (!over) {
            try {
                client.apps().deployments().inNamespace(NAMESPACE).list().getItems().forEach(this::reconcile);
                Thread.sleep(3);
            } catch (InterruptedException e) {
                return;
            } catch (RuntimeException e) {
                // Two of us wrote at once; seen again in a moment.
            }
        }
    }

    private void reconcile(Deployment now) {
        if (settled(now)) {
            return;
        }
        String name = now.getMetadata().getName();
        String image = now.getSpec().getTemplate().getSpec().getContainers().getFirst().getImage();
        int wanted = now.getSpec().getReplicas();
        DeploymentStatus before = now.getStatus() == null ? new DeploymentStatus() : now.getStatus();
        boolean seen = now.getMetadata().getGeneration().equals(before.getObservedGeneration());
        boolean pulls = !missing.contains(image);
        DeploymentStatusBuilder after = new DeploymentStatusBuilder()
                .withObservedGeneration(now.getMetadata().getGeneration())
                .withReplicas(!seen && count(before.getReplicas()) > 0 ? before.getReplicas() : Integer.valueOf(wanted))
                .withUpdatedReplicas(seen ? (pulls ? wanted : Math.min(1, wanted)) : 0)
                .withReadyReplicas(seen && pulls ? wanted : pulls ? 0 : count(before.getReadyReplicas()))
                .withAvailableReplicas(seen && pulls ? wanted : 0);
        boolean lost = seen && !pulls && impatient && wanted > 0;
        after.addNewCondition()
                .withType("Progressing")
                .withStatus(lost ? "False" : "True")
                .withReason(lost ? "ProgressDeadlineExceeded" : seen && pulls ? "NewReplicaSetAvailable" : "ReplicaSetUpdated")
                .withMessage(lost ? "ReplicaSet \"" + name + "-5d\" has timed out progressing." : "ReplicaSet \"" + name + "-5d\"")
                .endCondition();
        pod(name, image, pulls || wanted == 0);
        client.resource(new DeploymentBuilder(now).withStatus(after.build()).build()).updateStatus();
    }

    private void pod(String deployment, String image, boolean fine) {
        var pods = client.pods().inNamespace(NAMESPACE).withName(deployment + "-5d-x");
        if (fine) {
            if (pods.get() != null) {
                pods.delete();
            }
        } else if (pods.get() == null) {
            client.resource(new PodBuilder()
                            .withNewMetadata()
                            .withName(deployment + "-5d-x")
                            .withNamespace(NAMESPACE)
                            .addToLabels("deployment", deployment)
                            .endMetadata()
                            .withNewStatus()
                            .addNewContainerStatus()
                            .withName("app")
                            .withNewState()
                            .withNewWaiting()
                            .withReason("ImagePullBackOff")
                            .withMessage("Back-off pulling image \"" + image + "\"")
                            .endWaiting()
                            .endState()
                            .endContainerStatus()
                            .endStatus()
                            .build())
                    .create();
        }
    }

    @Override
    public void close() {
        over = true;
        controller.interrupt();
        wire.close();
        client.close();
        server.destroy();
    }
}
