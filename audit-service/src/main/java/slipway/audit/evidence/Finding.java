package slipway.audit.evidence;

import java.util.List;
import java.util.stream.Stream;

/// What the facts of a change say to one question of a control.
///
/// @param facts that say so
record Finding(Verdict verdict, String why, List<Proven> facts) {

    enum Verdict {
        MET,
        NOT_MET,
        /// It does not arise, or not yet.
        NOT_APPLICABLE
    }

    static Finding met(String why, Stream<Proven> facts) {
        return new Finding(Verdict.MET, why, facts.toList());
    }

    static Finding notMet(String why, Stream<Proven> facts) {
        return new Finding(Verdict.NOT_MET, why, facts.toList());
    }

    static Finding notApplicable(String why) {
        return new Finding(Verdict.NOT_APPLICABLE, why, List.of());
    }
}
