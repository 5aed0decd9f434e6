package slipway.change.domain;

import java.util.List;
import java.util.Map;
import slipway.change.calendar.Window;

/// A request like another, but for one field.
record Amended(Rfc rfc) {

    static Amended of(Rfc rfc) {
        return new Amended(rfc);
    }

    Rfc title(String title) {
        return with(title, rfc.rollbackPlan(), rfc.window(), rfc.envelope(), rfc.evidence(), rfc.templateRef(), rfc.parameters());
    }

    Rfc rollbackPlan(String plan) {
        return with(rfc.title(), plan, rfc.window(), rfc.envelope(), rfc.evidence(), rfc.templateRef(), rfc.parameters());
    }

    Rfc window(Window window) {
        return with(rfc.title(), rfc.rollbackPlan(), window, rfc.envelope(), rfc.evidence(), rfc.templateRef(), rfc.parameters());
    }

    Rfc envelope(Window envelope) {
        return with(rfc.title(), rfc.rollbackPlan(), rfc.window(), envelope, rfc.evidence(), rfc.templateRef(), rfc.parameters());
    }

    Rfc evidence(Evidence... evidence) {
        return with(rfc.title(), rfc.rollbackPlan(), rfc.window(), rfc.envelope(), List.of(evidence), rfc.templateRef(), rfc.parameters());
    }

    Rfc template(String ref, Map<String, String> parameters) {
        return with(rfc.title(), rfc.rollbackPlan(), rfc.window(), rfc.envelope(), rfc.evidence(), ref, parameters);
    }

    Rfc artifacts(String... artifacts) {
        return new Rfc(
                rfc.type(),
                rfc.title(),
                rfc.justification(),
                rfc.requester(),
                rfc.implementer(),
                rfc.service(),
                rfc.version(),
                rfc.digest(),
                rfc.configurationItems(),
                rfc.environments(),
                rfc.implementationPlan(),
                rfc.rollbackPlan(),
                rfc.testPlan(),
                rfc.communicationPlan(),
                rfc.outageExpected(),
                rfc.irreversible(),
                rfc.restoreDataOnRollback(),
                rfc.window(),
                rfc.soakSeconds(),
                rfc.riskAnswers(),
                rfc.templateRef(),
                rfc.incidentRef(),
                rfc.links(),
                rfc.rollbackSeconds(),
                rfc.envelope(),
                List.of(artifacts),
                rfc.successCriteria(),
                rfc.evidence(),
                rfc.parameters(),
                rfc.tags(),
                rfc.watchers());
    }

    Rfc environments(String... environments) {
        return with(
                rfc.implementer(), List.of(environments), rfc.title(), rfc.rollbackPlan(), rfc.window(), rfc.envelope(), rfc.evidence(),
                rfc.templateRef(), rfc.parameters());
    }

    Rfc implementer(String implementer) {
        return with(implementer, rfc.environments(), rfc.title(), rfc.rollbackPlan(), rfc.window(), rfc.envelope(), rfc.evidence(), rfc.templateRef(), rfc.parameters());
    }

    private Rfc with(
            String title,
            String rollbackPlan,
            Window window,
            Window envelope,
            List<Evidence> evidence,
            String templateRef,
            Map<String, String> parameters) {
        return with(rfc.implementer(), rfc.environments(), title, rollbackPlan, window, envelope, evidence, templateRef, parameters);
    }

    private Rfc with(
            String implementer,
            List<String> environments,
            String title,
            String rollbackPlan,
            Window window,
            Window envelope,
            List<Evidence> evidence,
            String templateRef,
            Map<String, String> parameters) {
        return new Rfc(
                rfc.type(),
                title,
                rfc.justification(),
                rfc.requester(),
                implementer,
                rfc.service(),
                rfc.version(),
                rfc.digest(),
                rfc.configurationItems(),
                environments,
                rfc.implementationPlan(),
                rollbackPlan,
                rfc.testPlan(),
                rfc.communicationPlan(),
                rfc.outageExpected(),
                rfc.irreversible(),
                rfc.restoreDataOnRollback(),
                window,
                rfc.soakSeconds(),
                rfc.riskAnswers(),
                templateRef,
                rfc.incidentRef(),
                rfc.links(),
                rfc.rollbackSeconds(),
                envelope,
                rfc.artifacts(),
                rfc.successCriteria(),
                evidence,
                parameters,
                rfc.tags(),
                rfc.watchers());
    }
}
