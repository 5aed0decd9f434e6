package slipway.release.deployer;

import java.nio.file.Path;
import java.util.Set;
import org.springframework.stereotype.Component;
import slipway.http.Form;
import slipway.release.domain.StepKind;

/// The `feature-flag` deployer: what is released is installed already and a flag decides who meets it. The flag stands in a file
/// as [flagd](https://flagd.dev/reference/flag-definitions/) and OpenFeature's flagd providers read it.
///
/// Its variants `off` and `on` are two slots, and the digest of what each stands for is kept in the flag's metadata. Whoever asks
/// is put into one of 100 buckets by a hash of the flag's key and the targeting key
/// ([fractional](https://flagd.dev/reference/custom-operations/fractional-operation/)); who has no targeting key gets the default
/// variant, which stays the old one until the new one has all.
@Component
final class FeatureFlagDeployer implements Deployer {

    @Override
    public String name() {
        return "feature-flag";
    }

    @Override
    public Set<StepKind> skills() {
        return Set.of(StepKind.PREVIEW, StepKind.WEIGHT, StepKind.CUTOVER, StepKind.RETIRE);
    }

    @Override
    public Target target(Form form, Path folder) {
        String file = form.text("file");
        if (file.isBlank()) {
            form.fault("file", "is missing");
        }
        String flag = form.text("flag");
        if (flag.isBlank()) {
            form.fault("flag", "is missing");
        }
        return new FlagTarget(folder.resolve(file).normalize(), flag);
    }
}
