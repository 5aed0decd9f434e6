package slipway.change.domain;

/// What an approval binds to: the material fields. Changing one of them makes another plan; changing words or links does not.
final class PlanDigest {

    private PlanDigest() {}

    /// `sha256:…`; equal for requests that differ in nothing material.
    static String of(Rfc rfc) {
        return new Canonical()
                .field("type", rfc.type())
                .field("implementer", rfc.implementer())
                .field("service", rfc.service())
                .field("version", rfc.version())
                .field("digest", rfc.digest())
                .set("configurationItems", rfc.configurationItems())
                .list("environments", rfc.environments())
                .field("implementationPlan", rfc.implementationPlan())
                .field("rollbackPlan", rfc.rollbackPlan())
                .field("testPlan", rfc.testPlan())
                .field("outageExpected", rfc.outageExpected())
                .field("irreversible", rfc.irreversible())
                .field("restoreDataOnRollback", rfc.restoreDataOnRollback())
                .field("notBefore", rfc.window().notBefore().toEpochMilli())
                .field("notAfter", rfc.window().notAfter().toEpochMilli())
                .digest();
    }
}
