package slipway.http;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/// What the log says of a start that failed: the faults, and nothing of where in the program they were found.
final class MisconfiguredAnalyzer extends AbstractFailureAnalyzer<Misconfigured> {

    @Override
    protected FailureAnalysis analyze(Throwable root, Misconfigured cause) {
        return new FailureAnalysis(String.valueOf(cause.getMessage()), "Mend all of them, and start it again.", cause);
    }
}
