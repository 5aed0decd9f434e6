package slipway.release.deployer;

import java.nio.file.Path;
import java.util.Set;
import org.springframework.stereotype.Component;
import slipway.http.Form;
import slipway.release.domain.StepKind;

/// The `argo-rollouts` deployer: a [Rollout](https://argo-rollouts.readthedocs.io/en/stable/features/specification/) with the canary
/// strategy, whose controller moves the traffic and is told how far.
///
/// What the controller calls stable and canary are here two slots, `blue` and `green`, that take turns: which one the pod template
/// is stands in an annotation, so a part keeps its name when the canary becomes stable.
@Component
final class ArgoRolloutsDeployer implements Deployer, AutoCloseable {

    private final Clients clients = new Clients();

    @Override
    public String name() {
        return "argo-rollouts";
    }

    @Override
    public Set<StepKind> skills() {
        return Set.of(StepKind.WEIGHT, StepKind.CUTOVER, StepKind.RETIRE);
    }

    @Override
    public Target target(Form form, Path folder) {
        return new ArgoRolloutsTarget(
                Cluster.read(form, folder, clients),
                Cluster.name(form, "rollout", form.text("rollout")),
                form.optionalText("container"));
    }

    @Override
    public void close() {
        clients.close();
    }
}
