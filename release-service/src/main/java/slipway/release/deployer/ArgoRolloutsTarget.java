package slipway.release.deployer;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import slipway.release.domain.Shape;
import slipway.release.domain.Shape.Part;

/// One Rollout as an environment.
///
/// A share is set by giving the Rollout these steps: that weight, and then a pause without end. The controller begins anew when its
/// steps change, and begins with that weight, so one write is enough and the same write again changes nothing
/// ([source](https://github.com/argoproj/argo-rollouts/blob/master/rollout/canary.go), `syncRolloutStatusCanary`). Steps without a
/// pause are promoted to the end. So the steps in the manifest are ours: what applies that manifest again and again has to leave
/// `spec.strategy.canary.steps` and the image alone.
///
/// Going back to what is stable needs no abort: the controller skips all steps when the template is the stable one again
/// ([docs](https://argo-rollouts.readthedocs.io/en/stable/getting-started/#4-aborting-a-rollout)). One that it aborted by itself
/// shows as what it is, the new slot without traffic.
///
/// @param container null: the only one of the pod
record ArgoRolloutsTarget(Cluster cluster, String rollout, @Nullable String container) implements Target {

    static final ResourceDefinitionContext KIND = new ResourceDefinitionContext.Builder()
            .withGroup("argoproj.io")
            .withVersion("v1alpha1")
            .withKind("Rollout")
            .withPlural("rollouts")
            .withNamespaced(true)
            .build();

    static final List<String> SLOTS = List.of("blue", "green");

    /// Which of the slots the pod template is.
    static final String SLOT = "slipway/slot";

    /// The controller writes that it starts anew before it takes back what it said about the attempt before.
    private static final int LOOKS = 3;

    @Override
    public Shape probe() throws IOException, InterruptedException {
        return cluster.call(client -> RolloutView.look(client, this).shape());
    }

    @Override
    public void apply(Move move) throws IOException, InterruptedException {
        Images.released(move);
        reach(move);
    }

    @Override
    public void undo(Move move) throws IOException, InterruptedException {
        reach(move);
    }

    private void reach(Move move) throws IOException, InterruptedException {
        check(move.to());
        // What is to be stable, and what, if anything, stands beside it with a share.
        Part fresh = move.to().parts().stream()
                .filter(part -> move.digest().equals(part.digest()))
                .findFirst()
                .orElse(null);
        Part old = move.to().parts().stream()
                .filter(part -> part.digest() != null && part != fresh)
                .max((one, other) -> Integer.compare(one.weight(), other.weight()))
                .orElse(null);
        long end = cluster.end();
        cluster.call(client -> {
            if (fresh == null || old == null) {
                Part only = Objects.requireNonNull(fresh == null ? old : fresh);
                become(client, move, only, Shape.ALL, false, end);
                return null;
            }
            RolloutView now = RolloutView.look(client, this);
            if (!old.digest().equals(now.stableDigest())) {
                if (!old.digest().equals(now.templateDigest())) {
                    throw new IOException(rollout + " keeps " + now.stableDigest() + " as stable and not " + old.digest());
                }
                // The canary of the release before, with all of the traffic, was never promoted.
                become(client, move, old, Shape.ALL, false, end);
            }
            become(client, move, fresh, fresh.weight(), true, end);
            return null;
        });
    }

    private void check(Shape to) throws IOException {
        boolean slots = to.parts().stream().map(Part::name).toList().equals(SLOTS);
        int all = to.parts().stream().mapToInt(Part::weight).sum();
        boolean hollow = to.parts().stream().anyMatch(part -> part.weight() > 0 && part.digest() == null);
        if (!slots || all != Shape.ALL || hollow) {
            throw new IOException("the Rollout " + rollout + " cannot be made '" + to + "'");
        }
    }

    /// @param waits whether it stays at that weight; otherwise it is promoted
    private void become(KubernetesClient client, Move move, Part part, int weight, boolean waits, long end)
            throws IOException, InterruptedException {
        List<Object> steps = new ArrayList<>(List.of(Map.of("setWeight", weight)));
        if (waits) {
            steps.add(Map.of("pause", Map.of()));
        }
        RolloutView now = RolloutView.look(client, this);
        String digest = Objects.requireNonNull(part.digest());
        String image = digest.equals(now.stableDigest())
                ? Objects.requireNonNull(now.stableImage())
                : Images.with(digest, now.templateImage(), now.before(), move);
        if (!now.is(part.name(), image, steps)) {
            Cluster.write(() -> resource(client).edit(live -> edited(live, part.name(), image, steps)));
        }
        AtomicInteger degraded = new AtomicInteger();
        cluster.await(end, () -> {
            RolloutView seen = RolloutView.look(client, this);
            if (!seen.degraded()) {
                degraded.set(0);
            } else if (degraded.incrementAndGet() >= LOOKS) {
                throw new Cluster.Stuck(rollout + " is degraded: " + seen.message());
            }
            return seen.is(part.name(), image, steps) && seen.reached(weight, waits)
                    ? null
                    : rollout + " is " + seen.phase() + ": " + seen.message();
        });
    }

    Resource<GenericKubernetesResource> resource(KubernetesClient client) {
        return client.genericKubernetesResources(KIND)
                .inNamespace(cluster.namespace())
                .withName(rollout);
    }

    private GenericKubernetesResource edited(
            GenericKubernetesResource live, String slot, String image, List<Object> steps) {
        Map<String, String> annotations = new LinkedHashMap<>(
                Objects.requireNonNullElse(live.getMetadata().getAnnotations(), Map.of()));
        annotations.put(SLOT, slot);
        Map<String, Object> spec = RolloutView.map(live.getAdditionalProperties().get("spec"));
        Map<String, Object> pod = RolloutView.map(RolloutView.map(spec.get("template")).get("spec"));
        List<Map<String, Object>> containers = RolloutView.list(pod.get("containers"));
        for (Map<String, Object> each : containers) {
            boolean meant = container == null || container.equals(each.get("name"));
            if (meant && !image.equals(each.get("image"))) {
                annotations.put(Slot.BEFORE, String.valueOf(each.get("image")));
                each.put("image", image);
            }
        }
        RolloutView.map(RolloutView.map(spec.get("strategy")).get("canary")).put("steps", steps);
        live.getMetadata().setAnnotations(annotations);
        return live;
    }
}
