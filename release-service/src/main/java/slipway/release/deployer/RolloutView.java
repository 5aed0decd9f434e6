package slipway.release.deployer;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import slipway.release.domain.Shape;
import slipway.release.domain.Shape.Part;

/// A Rollout as it was seen a moment ago. Its fields are those of
/// [v1alpha1](https://github.com/argoproj/argo-rollouts/blob/master/pkg/apis/rollouts/v1alpha1/types.go).
///
/// @param templateImage what it is to run
/// @param stableImage what it ran through to the end last; null: its pods are not there any more, or never were
record RolloutView(GenericKubernetesResource rollout, String templateImage, @Nullable String stableImage) {

    private static final String HASH = "rollouts-pod-template-hash";

    static RolloutView look(KubernetesClient client, ArgoRolloutsTarget target) throws IOException {
        GenericKubernetesResource rollout = target.resource(client).get();
        if (rollout == null) {
            throw new IOException(
                    "there is no Rollout " + target.rollout() + " in " + target.cluster().namespace());
        }
        if (!(rollout.get("spec", "strategy", "canary") instanceof Map)) {
            throw new IOException("the Rollout " + target.rollout() + " has no canary strategy");
        }
        if (!(rollout.get("spec", "template", "spec", "containers") instanceof List<?> containers)) {
            throw new IOException("the Rollout " + target.rollout() + " has its pods described elsewhere");
        }
        String image = containers.stream()
                .map(RolloutView::map)
                .filter(each -> target.container() == null
                        ? containers.size() == 1
                        : target.container().equals(each.get("name")))
                .map(each -> String.valueOf(each.get("image")))
                .findFirst()
                .orElseThrow(() -> new IOException(
                        "it is not known which container of the Rollout " + target.rollout() + " is meant"));
        return new RolloutView(rollout, image, stable(client, rollout, target.container()));
    }

    private static @Nullable String stable(
            KubernetesClient client, GenericKubernetesResource rollout, @Nullable String container) {
        Object hash = rollout.get("status", "stableRS");
        if (hash == null || hash.toString().isEmpty()) {
            return null;
        }
        List<ReplicaSet> sets = client.apps()
                .replicaSets()
                .inNamespace(rollout.getMetadata().getNamespace())
                .withLabel(HASH, hash.toString())
                .list()
                .getItems();
        return sets.stream()
                .filter(set -> set.getMetadata().getOwnerReferences().stream()
                        .anyMatch(owner -> owner.getKind().equals("Rollout")
                                && owner.getName().equals(rollout.getMetadata().getName())))
                .flatMap(set -> set.getSpec().getTemplate().getSpec().getContainers().stream())
                .filter(each -> container == null || each.getName().equals(container))
                .map(Container::getImage)
                .findFirst()
                .orElse(null);
    }

    @SuppressWarnings("unchecked")
    static Map<String, Object> map(@Nullable Object value) {
        return value instanceof Map ? (Map<String, Object>) value : Map.of();
    }

    @SuppressWarnings("unchecked")
    static List<Map<String, Object>> list(@Nullable Object value) {
        return value instanceof List ? (List<Map<String, Object>>) value : List.of();
    }

    private String status(String name) {
        return Objects.toString(rollout.get("status", name), "");
    }

    private Map<String, String> annotations() {
        return Objects.requireNonNullElse(rollout.getMetadata().getAnnotations(), Map.of());
    }

    @Nullable String before() {
        return annotations().get(Slot.BEFORE);
    }

    private String slot() {
        return annotations().getOrDefault(ArgoRolloutsTarget.SLOT, ArgoRolloutsTarget.SLOTS.getFirst());
    }

    private String other() {
        return ArgoRolloutsTarget.SLOTS.stream()
                .filter(name -> !name.equals(slot()))
                .findFirst()
                .orElseThrow();
    }

    @Nullable String templateDigest() {
        return Images.digest(templateImage).orElse(null);
    }

    @Nullable String stableDigest() {
        return Optional.ofNullable(stableImage).flatMap(Images::digest).orElse(null);
    }

    /// What the controller says is about what it has seen; before, nobody knows.
    String phase() {
        String seen = status("observedGeneration");
        String last = String.valueOf(rollout.getMetadata().getGeneration());
        boolean unpausing =
                "true".equals(status("controllerPause")) && list(rollout.get("status", "pauseConditions")).isEmpty();
        return seen.equals(last) && !unpausing ? status("phase") : "Progressing";
    }

    String message() {
        return status("message").isEmpty() ? "the controller has said nothing yet" : status("message");
    }

    boolean degraded() {
        return phase().equals("Degraded");
    }

    private boolean promoted() {
        return !status("stableRS").isEmpty() && status("stableRS").equals(status("currentPodHash"));
    }

    boolean is(String slot, String image, List<Object> steps) {
        return slot.equals(annotations().get(ArgoRolloutsTarget.SLOT))
                && image.equals(templateImage)
                && steps.equals(rollout.get("spec", "strategy", "canary", "steps"));
    }

    boolean reached(int weight, boolean waits) {
        return waits
                ? phase().equals("Paused") && !promoted() && weight() == weight
                : phase().equals("Healthy") && promoted();
    }

    /// What a router of traffic was told, where there is one; otherwise the weight of the last step that was completed.
    private int weight() {
        if (rollout.get("status", "canary", "weights", "canary", "weight") instanceof Number weight) {
            return weight.intValue();
        }
        int index = rollout.get("status", "currentStepIndex") instanceof Number number ? number.intValue() : 0;
        int weight = 0;
        List<Map<String, Object>> steps = list(rollout.get("spec", "strategy", "canary", "steps"));
        for (Map<String, Object> step : steps.subList(0, Math.clamp(index, 0, steps.size()))) {
            if (step.get("setWeight") instanceof Number set) {
                weight = set.intValue();
            }
        }
        return weight;
    }

    Shape shape() throws IOException {
        boolean aborted = degraded() && "true".equals(status("abort"));
        boolean settled = phase().equals("Paused") || (phase().equals("Healthy") && promoted());
        if (!settled && !aborted) {
            throw new IOException("the Rollout " + rollout.getMetadata().getName() + " is "
                    + (degraded() ? "degraded" : "in motion") + ": " + message());
        }
        String template = known(templateImage);
        if (promoted()) {
            boolean none = rollout.get("spec", "replicas") instanceof Number replicas && replicas.intValue() == 0;
            return Shape.of(
                    new Part(slot(), none ? null : template, none ? 0 : Shape.ALL), new Part(other(), null, 0));
        }
        if (stableImage == null) {
            throw new IOException("nobody can tell what is stable in " + rollout.getMetadata().getName());
        }
        int weight = aborted ? 0 : weight();
        return Shape.of(
                new Part(slot(), template, weight), new Part(other(), known(stableImage), Shape.ALL - weight));
    }

    private String known(String image) throws IOException {
        return Images.digest(image)
                .orElseThrow(() -> new IOException(rollout.getMetadata().getName() + " runs " + image
                        + ", which is named by no digest"));
    }
}
