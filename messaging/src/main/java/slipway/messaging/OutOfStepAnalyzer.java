package slipway.messaging;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/// What the log says of a start that was refused.
final class OutOfStepAnalyzer extends AbstractFailureAnalyzer<OutOfStep> {

    @Override
    protected FailureAnalysis analyze(Throwable root, OutOfStep cause) {
        return new FailureAnalysis(cause.fault() + ".", cause.remedy(), cause);
    }
}
