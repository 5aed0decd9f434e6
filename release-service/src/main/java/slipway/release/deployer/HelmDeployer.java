package slipway.release.deployer;

import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.springframework.stereotype.Component;
import slipway.http.Form;
import slipway.release.domain.StepKind;

/// The `helm` deployer: a [Helm](https://helm.sh/docs/helm/helm_upgrade/) release of a chart that takes the image's digest as a
/// value. What runs is what the last revision says, once Helm calls it `deployed`, which with `--wait` it does when all is ready.
/// Written for Helm 3 and 4.
@Component
final class HelmDeployer implements Deployer {

    private static final Pattern VALUE = Pattern.compile("[A-Za-z0-9_-]+(\\.[A-Za-z0-9_-]+)*");

    /// By these a program in a pod finds its own cluster.
    private static final List<String> IN_A_POD = List.of("KUBERNETES_SERVICE_HOST", "KUBERNETES_SERVICE_PORT");

    private final Duration grace;

    HelmDeployer() {
        this(Duration.ofSeconds(60));
    }

    /// @param grace what Helm may take beside the time that it waits for Kubernetes
    HelmDeployer(Duration grace) {
        this.grace = grace;
    }

    @Override
    public String name() {
        return "helm";
    }

    @Override
    public Set<StepKind> skills() {
        return Set.of(StepKind.SWITCH);
    }

    @Override
    public Target target(Form form, Path folder) {
        String release = Cluster.name(form, "release", form.text("release"));
        String namespace = Cluster.name(form, "namespace", form.text("namespace"));
        String chart = form.text("chart");
        if (chart.isBlank() || chart.startsWith("-")) {
            form.fault("chart", chart.isBlank() ? "is missing" : "'" + chart + "' is no chart");
        }
        List<Path> values = form.texts("values").stream()
                .map(file -> folder.resolve(file).normalize())
                .toList();
        long timeout = form.number("timeoutSeconds");
        if (timeout < 1) {
            form.fault("timeoutSeconds", "a number from 1 on is needed");
        }
        Map<String, String> environment = new LinkedHashMap<>();
        if (form.has("kubeconfig")) {
            environment.put("KUBECONFIG", folder.resolve(form.text("kubeconfig")).normalize().toString());
        } else {
            IN_A_POD.forEach(name -> Optional.ofNullable(System.getenv(name)).ifPresent(at -> environment.put(name, at)));
        }
        return new HelmTarget(
                new Helm(
                        form.has("program") ? form.text("program") : "helm",
                        release,
                        namespace,
                        form.optionalText("context"),
                        environment,
                        folder,
                        Duration.ofSeconds(Math.max(1, timeout)),
                        grace),
                chart,
                form.optionalText("version"),
                values,
                form.has("digestValue") ? value(form, "digestValue") : "image.digest",
                form.has("repositoryValue") ? value(form, "repositoryValue") : null,
                form.flag("rollbackOnFailure"));
    }

    private static String value(Form form, String name) {
        String value = form.text(name);
        if (!VALUE.matcher(value).matches()) {
            form.fault(name, "'" + value + "' is no path of a value such as image.digest");
        }
        return value;
    }
}
