package slipway.release.deployer;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.apps.ReplicaSetBuilder;
import io.fabric8.kubernetes.client.dsl.NonNamespaceOperation;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.CustomResourceDefinitionContext;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// What the controller of Argo Rollouts does with a canary: it begins anew when template or steps change, goes step by step, stays
/// at pauses, skips all when it is back at what is stable, and says when it gives up.
final class FakeRollouts implements AutoCloseable {

    static final String NAME = "shop";

    /// Images that never get ready.
    final Set<String> bad = ConcurrentHashMap.newKeySet();

    /// Whether it aborts by itself at the next pause, as after a failed analysis.
    volatile boolean aborts;

    private final FakeCluster cluster;
    private final Thread controller;
    private volatile boolean over;

    FakeRollouts(FakeCluster cluster) {
        this.cluster = cluster;
        cluster.server.expectCustomResource(new CustomResourceDefinitionContext.Builder()
                .withGroup("argoproj.io")
                .withVersion("v1alpha1")
                .withKind("Rollout")
                .withPlural("rollouts")
                .withScope("Namespaced")
                .withStatusSubresource(true)
                .build());
        controller = Thread.ofPlatform().daemon().start(this::control);
    }

    private NonNamespaceOperation<
                    GenericKubernetesResource,
                    io.fabric8.kubernetes.api.model.GenericKubernetesResourceList,
                    Resource<GenericKubernetesResource>>
            all() {
        return cluster.client.genericKubernetesResources(ArgoRolloutsTarget.KIND).inNamespace(FakeCluster.NAMESPACE);
    }

    @Nullable GenericKubernetesResource rollout() {
        return all().withName(NAME).get();
    }

    /// Made anew, as if it had always been so.
    void running(String image) throws InterruptedException {
        if (rollout() != null) {
            all().withName(NAME).delete();
        }
        GenericKubernetesResource rollout = new GenericKubernetesResource();
        rollout.setApiVersion("argoproj.io/v1alpha1");
        rollout.setKind("Rollout");
        rollout.setMetadata(new ObjectMetaBuilder().withName(NAME).withNamespace(FakeCluster.NAMESPACE).build());
        rollout.setAdditionalProperty("spec", Map.of(
                "replicas", 4,
                "strategy", Map.of("canary", Map.of("maxSurge", "25%", "steps", List.of(Map.of("setWeight", 50)))),
                "template", Map.of("spec", Map.of("containers", List.of(Map.of("name", "app", "image", image))))));
        all().resource(rollout).create();
        while (!"Healthy".equals(rollout().get("status", "phase"))) {
            Thread.sleep(2);
        }
    }

    private void control() {
        while (!over) {
            try {
                GenericKubernetesResource rollout = rollout();
                if (rollout != null) {
                    reconcile(rollout);
                }
                Thread.sleep(3);
            } catch (InterruptedException e) {
                return;
            } catch (RuntimeException e) {
                // Two of us wrote at once; seen again in a moment.
            }
        }
    }

    private void reconcile(GenericKubernetesResource rollout) {
        String image = (String) rollout.get("spec", "template", "spec", "containers", 0, "image");
        List<Map<String, Object>> steps = RolloutView.list(rollout.get("spec", "strategy", "canary", "steps"));
        String hash = Integer.toHexString(image.hashCode());
        String stepHash = Integer.toHexString(steps.hashCode());
        Map<String, Object> before = RolloutView.map(rollout.getAdditionalProperties().get("status"));
        Map<String, Object> after = new HashMap<>(before);
        replicaSet(image, hash);
        after.put("observedGeneration", String.valueOf(rollout.getMetadata().getGeneration()));
        after.putIfAbsent("stableRS", hash);
        if (!hash.equals(before.get("currentPodHash")) || !stepHash.equals(before.get("currentStepHash"))) {
            after.put("currentPodHash", hash);
            after.put("currentStepHash", stepHash);
            after.put("currentStepIndex", hash.equals(after.get("stableRS")) ? steps.size() : 0);
            after.put("abort", false);
            after.put("pauseConditions", List.of());
            after.put("controllerPause", false);
            // What was said about the attempt before stands for one more moment.
            after.putIfAbsent("phase", "Progressing");
            if (!"Degraded".equals(after.get("phase"))) {
                say(after, "Progressing", "more replicas need to be updated");
            }
        } else {
            step(after, steps, image, hash);
        }
        if (!after.equals(before)) {
            rollout.setAdditionalProperty("status", after);
            all().resource(rollout).updateStatus();
        }
    }

    private void step(Map<String, Object> status, List<Map<String, Object>> steps, String image, String hash) {
        int index = (int) status.get("currentStepIndex");
        if (Boolean.TRUE.equals(status.get("abort"))) {
            say(status, "Degraded", "RolloutAborted: Rollout aborted update to revision 2: Metric \"errors\" assessed Failed");
        } else if (hash.equals(status.get("stableRS"))) {
            say(status, "Healthy", "");
        } else if (index >= steps.size()) {
            status.put("stableRS", hash);
            say(status, "Healthy", "");
        } else if (steps.get(index).containsKey("pause")) {
            status.put("pauseConditions", List.of(Map.of("reason", "CanaryPauseStep")));
            status.put("controllerPause", true);
            say(status, "Paused", "CanaryPauseStep");
            if (aborts) {
                status.put("abort", true);
                status.put("pauseConditions", List.of());
                status.put("controllerPause", false);
                status.put("currentStepIndex", 0);
                say(status, "Degraded", "RolloutAborted: Rollout aborted update to revision 2: Metric \"errors\" assessed Failed");
            }
        } else if (bad.contains(image)) {
            say(status, "Degraded", "ProgressDeadlineExceeded: ReplicaSet \"shop-6cf78c66c5\" has timed out progressing.");
        } else {
            status.put("currentStepIndex", index + 1);
            say(status, "Progressing", "updated replicas are still becoming available");
        }
    }

    private static void say(Map<String, Object> status, String phase, String message) {
        status.put("phase", phase);
        status.put("message", message);
    }

    private void replicaSet(String image, String hash) {
        var sets = cluster.client.apps().replicaSets().inNamespace(FakeCluster.NAMESPACE);
        if (sets.withName(NAME + "-" + hash).get() == null) {
            sets.resource(new ReplicaSetBuilder()
                            .withNewMetadata()
                            .withName(NAME + "-" + hash)
                            .withNamespace(FakeCluster.NAMESPACE)
                            .addToLabels("rollouts-pod-template-hash", hash)
                            .addNewOwnerReference()
                            .withApiVersion("argoproj.io/v1alpha1")
                            .withKind("Rollout")
                            .withName(NAME)
                            .withUid("1")
                            .endOwnerReference()
                            .endMetadata()
                            .withNewSpec()
                            .withNewTemplate()
                            .withNewSpec()
                            .addNewContainer()
                            .withName("app")
                            .withImage(image)
                            .endContainer()
                            .endSpec()
                            .endTemplate()
                            .endSpec()
                            .build())
                    .create();
        }
    }

    @Override
    public void close() {
        over = true;
        controller.interrupt();
    }
}
