package slipway.messaging;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/// What the log says of a start that was refused.
final class UnreconciledAnalyzer extends AbstractFailureAnalyzer<Unreconciled> {

    @Override
    protected FailureAnalysis analyze(Throwable root, Unreconciled cause) {
        return new FailureAnalysis(cause.fault() + ".", cause.remedy(), cause);
    }
}
