package slipway.change.domain;

/// What is being decided about.
///
/// @param digest of the material fields; approvals bind to it
/// @param risk UNKNOWN until it was assessed
public record Plan(Rfc rfc, String digest, RiskLevel risk) {

    Plan withRisk(RiskLevel assessed) {
        return new Plan(rfc, digest, assessed);
    }

    /// Requester and implementer never judge their own change.
    boolean isOwn(String person) {
        return person.equals(rfc.requester()) || person.equals(rfc.implementer());
    }
}
