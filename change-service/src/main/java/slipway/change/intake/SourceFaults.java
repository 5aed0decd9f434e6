package slipway.change.intake;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/// Says at the start what is wrong with the sources, once, and not how the parts of the service found out from each other.
final class SourceFaults extends AbstractFailureAnalyzer<Sources.Faulty> {

    @Override
    protected FailureAnalysis analyze(Throwable failure, Sources.Faulty cause) {
        return new FailureAnalysis(
                String.valueOf(cause.getMessage()),
                "Mend the files of slipway.intake.sources and slipway.intake.file; intake/source.schema.json says what a source has.",
                cause);
    }
}
