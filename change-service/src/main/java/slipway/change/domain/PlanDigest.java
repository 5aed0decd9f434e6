package slipway.change.domain;

/// What an approval binds to: everything that it was based on. Changing one of these makes another plan. Words (title,
/// justification, communication plan), links, tags and watchers do not; nor does the window, while it stays in the envelope.
public final class PlanDigest {

    private PlanDigest() {}

    /// `sha256:…`; equal for requests that differ in nothing material.
    public static String of(Rfc rfc) {
        Canonical text = new Canonical()
                .field("type", rfc.type())
                .field("implementer", rfc.implementer())
                .field("service", rfc.service())
                .field("version", rfc.version())
                .field("digest", rfc.digest())
                .set("artifacts", rfc.artifacts())
                .set("configurationItems", rfc.configurationItems())
                .list("environments", rfc.environments())
                .field("implementationPlan", rfc.implementationPlan())
                .field("rollbackPlan", rfc.rollbackPlan())
                .field("testPlan", rfc.testPlan())
                .field("outageExpected", rfc.outageExpected())
                .field("irreversible", rfc.irreversible())
                .field("restoreDataOnRollback", rfc.restoreDataOnRollback())
                .field("notBefore", rfc.outerWindow().notBefore().toEpochMilli())
                .field("notAfter", rfc.outerWindow().notAfter().toEpochMilli())
                // A template bounds the length; of other changes it may grow within the envelope.
                .field("length", rfc.type() == ChangeType.STANDARD ? rfc.window().length() : "")
                .field("rollbackSeconds", rfc.rollbackSeconds())
                .field("soakSeconds", rfc.soakSeconds())
                .field("templateRef", rfc.templateRef())
                .field("incidentRef", rfc.incidentRef());
        Risk.factors(rfc.riskAnswers()).forEach(factor -> text.field(factor.name(), factor.answer()));
        rfc.successCriteria().forEach(criterion -> text.field("criterion", criterion.configurationItem())
                .field("withinMillis", criterion.withinMillis()));
        rfc.evidence().forEach(shown -> text.field("evidence", shown.kind()).field("reference", shown.reference()));
        rfc.parameters().keySet().stream()
                .sorted()
                .forEach(name ->
                        text.field("parameter", name).field("value", rfc.parameters().get(name)));
        return text.digest();
    }
}
