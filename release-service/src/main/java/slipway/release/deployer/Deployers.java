package slipway.release.deployer;

import java.util.List;
import slipway.release.packages.Packages;

/// The kinds of targets there are. Whoever writes another one adds it here.
public final class Deployers {

    private Deployers() {}

    public static List<Deployer> all(Packages packages) {
        return List.of(
                new CommandDeployer(),
                new DirectoryDeployer(packages),
                new HaproxyDeployer(packages),
                new KubernetesDeployer(),
                new HelmDeployer(),
                new ArgoRolloutsDeployer(),
                new WebhookDeployer(),
                new FeatureFlagDeployer());
    }
}
