package slipway.release.deployer;

import java.nio.file.Path;
import java.util.Set;
import slipway.http.Form;
import slipway.release.domain.StepKind;

/// One kind of target: how it is described, and what of a strategy it can do.
public interface Deployer {

    /// As the catalogue names it: `directory`, `haproxy`, …
    String name();

    /// The steps that move its targets; a strategy that needs another is refused when the catalogue is read.
    Set<StepKind> skills();

    /// Reads what is peculiar to one environment. Nothing is touched or called yet.
    ///
    /// @param settings the environment's fields under this deployer's name; every fault is noted there
    /// @param folder of the file that they stand in: relative paths begin there
    Target target(Form settings, Path folder);
}
