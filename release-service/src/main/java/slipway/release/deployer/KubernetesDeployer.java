package slipway.release.deployer;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import slipway.http.Form;
import slipway.release.domain.StepKind;

/// The `kubernetes` deployer: one [Deployment](https://kubernetes.io/docs/concepts/workloads/controllers/deployment/) that is
/// updated in place by Kubernetes' own rolling update, or two of them as slots behind one
/// [Service](https://kubernetes.io/docs/concepts/services-networking/service/).
///
/// The pods of two slots carry a label each, by which the Service can tell them apart. With the label in its selector the Service
/// sends all traffic to one slot, and blue-green is one change of it; without, it sends traffic to every ready pod of both, so that
/// a canary's share is that of its replicas: as fine as there are replicas, rounded up, and never all of them.
@Component
final class KubernetesDeployer implements Deployer, AutoCloseable {

    private final Clients clients = new Clients();

    private static final Pattern AMOUNT = Pattern.compile("[0-9]{1,4}%?");

    @Override
    public String name() {
        return "kubernetes";
    }

    @Override
    public Set<StepKind> skills() {
        return Set.of(StepKind.SWITCH, StepKind.PREVIEW, StepKind.WEIGHT, StepKind.CUTOVER, StepKind.RETIRE);
    }

    @Override
    public Target target(Form form, Path folder) {
        Cluster cluster = Cluster.read(form, folder, clients);
        List<String> deployments = form.texts("deployments");
        boolean two = deployments.size() == 2;
        if (deployments.isEmpty() || deployments.size() > 2) {
            form.fault("deployments", "one is needed, or two as slots");
        } else if (new HashSet<>(deployments).size() < deployments.size()) {
            form.fault("deployments", "the two slots have to be two");
        }
        deployments.forEach(name -> Cluster.name(form, "deployments", name));
        String service = form.text("service");
        String label = form.text("slotLabel");
        if (two) {
            Cluster.name(form, "service", service);
            if (label.isBlank()) {
                form.fault("slotLabel", "is missing; which label of the pods tells the slots apart?");
            }
        } else if (form.has("service") || form.has("slotLabel")) {
            form.fault(form.has("service") ? "service" : "slotLabel", "one Deployment alone has no slots to choose from");
        }
        int replicas = form.smallNumber("replicas");
        if (replicas < (two ? 2 : 1)) {
            form.fault("replicas", "a number from " + (two ? 2 : 1) + " on is needed");
        }
        return new KubernetesTarget(
                cluster,
                deployments,
                two ? new KubernetesTarget.Entrance(service, label) : null,
                form.optionalText("container"),
                replicas,
                rolling(form, two));
    }

    private static KubernetesTarget.@Nullable Rolling rolling(Form form, boolean two) {
        if (!form.has("maxSurge") && !form.has("maxUnavailable")) {
            return null;
        }
        String surge = form.text("maxSurge");
        String unavailable = form.text("maxUnavailable");
        if (two) {
            form.fault(form.has("maxSurge") ? "maxSurge" : "maxUnavailable", "only one Deployment alone is updated in place");
        }
        if (!AMOUNT.matcher(surge).matches()) {
            form.fault("maxSurge", "a number or a percentage is needed, in quotes");
        }
        if (!AMOUNT.matcher(unavailable).matches()) {
            form.fault("maxUnavailable", "a number or a percentage is needed, in quotes");
        }
        if (surge.matches("0+%?") && unavailable.matches("0+%?")) {
            form.fault("maxUnavailable", "with nothing more and nothing less nothing can move");
        }
        return new KubernetesTarget.Rolling(surge, unavailable);
    }

    @Override
    public void close() {
        clients.close();
    }
}
