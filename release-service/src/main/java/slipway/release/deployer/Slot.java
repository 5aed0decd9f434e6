package slipway.release.deployer;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.api.model.apps.DeploymentCondition;
import io.fabric8.kubernetes.api.model.apps.DeploymentSpec;
import io.fabric8.kubernetes.api.model.apps.DeploymentStatus;
import io.fabric8.kubernetes.api.model.apps.DeploymentStrategyBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import slipway.release.deployer.KubernetesTarget.Rolling;

/// One Deployment as it was seen a moment ago.
///
/// @param container null: the only one of the pod
record Slot(Deployment deployment, @Nullable String container) {

    /// What it ran before, noted when that is replaced: the way back is there even when images move to another registry.
    static final String BEFORE = "slipway/before";

    static Slot look(KubernetesClient client, String namespace, String name, @Nullable String container)
            throws IOException {
        Deployment deployment =
                client.apps().deployments().inNamespace(namespace).withName(name).get();
        if (deployment == null) {
            throw new IOException("there is no Deployment " + name + " in " + namespace);
        }
        return new Slot(deployment, container);
    }

    String name() {
        return deployment.getMetadata().getName();
    }

    private DeploymentSpec spec() {
        return deployment.getSpec();
    }

    /// Its status where there is one; the controller gives it a little later.
    private DeploymentStatus status() {
        return Objects.requireNonNullElseGet(deployment.getStatus(), DeploymentStatus::new);
    }

    int wanted() {
        return Objects.requireNonNullElse(spec().getReplicas(), 1);
    }

    int ready() {
        return count(status().getReadyReplicas());
    }

    private static int count(@Nullable Integer number) {
        return number == null ? 0 : number;
    }

    Map<String, String> labels() {
        return Objects.requireNonNullElse(spec().getTemplate().getMetadata().getLabels(), Map.of());
    }

    /// @throws IOException when its pods do not have it
    String label(String label) throws IOException {
        String value = labels().get(label);
        if (value == null) {
            throw new IOException("the pods of " + name() + " have no label " + label);
        }
        return value;
    }

    @Nullable String before() {
        return Objects.requireNonNullElse(deployment.getMetadata().getAnnotations(), Map.<String, String>of())
                .get(BEFORE);
    }

    /// @return empty: there is no such container
    Optional<String> image() {
        List<Container> containers = spec().getTemplate().getSpec().getContainers();
        return containers.stream()
                .filter(each -> container == null ? containers.size() == 1 : each.getName().equals(container))
                .findFirst()
                .map(Container::getImage);
    }

    String imageOrFault() throws IOException {
        return image().orElseThrow(() -> new IOException("it is not known which container of " + name() + " is meant: "
                + spec().getTemplate().getSpec().getContainers().stream()
                        .map(Container::getName)
                        .toList()));
    }

    /// @return null: nothing
    /// @throws IOException when its image has no digest
    @Nullable String runs() throws IOException {
        if (wanted() == 0) {
            return null;
        }
        String image = imageOrFault();
        return Images.digest(image)
                .orElseThrow(() -> new IOException(name() + " runs " + image + ", which is named by no digest"));
    }

    private boolean observed() {
        Long seen = status().getObservedGeneration();
        return seen != null && seen >= Objects.requireNonNullElse(deployment.getMetadata().getGeneration(), 0L);
    }

    /// The template tells what it runs only when no older pod is left; and of what has just been started, whether it will ever run,
    /// nobody can tell yet. A pod that is away later, as on a node that is drained, is another matter.
    void checkSettled() throws IOException {
        int all = count(status().getReplicas());
        boolean complete = wanted() == 0
                || condition("Progressing")
                        .map(condition -> "NewReplicaSetAvailable".equals(condition.getReason()))
                        .orElse(true);
        if (!observed() || all != count(status().getUpdatedReplicas()) || all > wanted() || !complete
                || (wanted() > 0 && ready() == 0)) {
            throw new IOException(name() + " is in motion: " + counts());
        }
    }

    private String counts() {
        return "of " + wanted() + " replicas " + count(status().getReplicas()) + " are there, "
                + count(status().getUpdatedReplicas()) + " as they should be, " + ready() + " ready"
                + (observed() ? "" : "; its controller has not seen the last change yet");
    }

    private Optional<DeploymentCondition> condition(String type) {
        return Objects.requireNonNullElse(status().getConditions(), List.<DeploymentCondition>of()).stream()
                .filter(each -> each.getType().equals(type))
                .findFirst();
    }

    /// What a rollout waits for, as `kubectl rollout status` does
    /// ([docs](https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#complete-deployment)).
    ///
    /// @return null: nothing
    /// @throws Cluster.Stuck when Kubernetes itself waits no longer
    @Nullable String missing(KubernetesClient client, int replicas) throws IOException {
        DeploymentStatus status = status();
        boolean done = observed()
                && wanted() == replicas
                && count(status.getReplicas()) == replicas
                && count(status.getUpdatedReplicas()) == replicas
                && ready() == replicas
                && count(status.getAvailableReplicas()) == replicas;
        if (done) {
            return null;
        }
        Optional<DeploymentCondition> late = condition("Progressing")
                .filter(each -> observed() && "ProgressDeadlineExceeded".equals(each.getReason()));
        String missing = name() + ": " + counts() + troubles(client);
        if (late.isPresent()) {
            throw new Cluster.Stuck(missing + "; " + late.get().getReason() + ": " + late.get().getMessage());
        }
        return missing;
    }

    /// Why its pods do not start, in Kubernetes' words: `ImagePullBackOff`, `CrashLoopBackOff`, …
    private String troubles(KubernetesClient client) {
        List<Pod> pods = client.pods()
                .inNamespace(deployment.getMetadata().getNamespace())
                .withLabelSelector(spec().getSelector())
                .list()
                .getItems();
        String troubles = pods.stream()
                .filter(pod -> pod.getStatus() != null)
                .flatMap(pod -> Stream.concat(
                        pod.getStatus().getInitContainerStatuses().stream(),
                        pod.getStatus().getContainerStatuses().stream()))
                .map(ContainerStatus::getState)
                .filter(Objects::nonNull)
                .map(ContainerState::getWaiting)
                .filter(waiting -> waiting != null && !"ContainerCreating".equals(waiting.getReason()))
                .map(waiting -> waiting.getReason() + (waiting.getMessage() == null ? "" : ": " + waiting.getMessage()))
                .distinct()
                .limit(3)
                .collect(Collectors.joining("; "));
        return troubles.isEmpty() ? "" : "; " + troubles;
    }

    /// Changes what is not so yet, in one request.
    ///
    /// @param image null: whatever it is
    void become(KubernetesClient client, @Nullable String image, int replicas, @Nullable Rolling rolling)
            throws IOException {
        Deployment wanted = edited(deployment, image, replicas, rolling);
        if (!wanted.equals(deployment)) {
            Cluster.write(() -> client.apps()
                    .deployments()
                    .inNamespace(deployment.getMetadata().getNamespace())
                    .withName(name())
                    .edit(live -> edited(live, image, replicas, rolling)));
        }
    }

    private Deployment edited(Deployment live, @Nullable String image, int replicas, @Nullable Rolling rolling) {
        DeploymentBuilder builder = new DeploymentBuilder(live);
        builder.editSpec().withReplicas(replicas).endSpec();
        String runs = new Slot(live, container).image().orElse(null);
        if (image != null && !image.equals(runs)) {
            List<Container> containers = new ArrayList<>();
            for (Container each : live.getSpec().getTemplate().getSpec().getContainers()) {
                boolean meant = container == null || each.getName().equals(container);
                containers.add(meant ? each.edit().withImage(image).build() : each);
            }
            builder.editMetadata().addToAnnotations(BEFORE, runs).endMetadata();
            builder.editSpec()
                    .editTemplate()
                    .editSpec()
                    .withContainers(containers)
                    .endSpec()
                    .endTemplate()
                    .endSpec();
        }
        if (rolling != null) {
            builder.editSpec()
                    .withStrategy(new DeploymentStrategyBuilder()
                            .withType("RollingUpdate")
                            .withNewRollingUpdate()
                            .withMaxSurge(rolling.surge())
                            .withMaxUnavailable(rolling.unavailable())
                            .endRollingUpdate()
                            .build())
                    .endSpec();
        }
        return builder.build();
    }
}
