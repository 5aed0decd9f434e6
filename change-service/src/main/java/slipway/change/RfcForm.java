package slipway.change;

import java.time.Instant;
import java.util.List;
import slipway.change.calendar.Window;
import slipway.change.domain.ChangeType;
import slipway.change.domain.Rfc;
import slipway.change.domain.RiskAnswers;
import slipway.http.Form;

/// A request for change as a form.
///
/// @param rfc what could be read
/// @param unread every field that could not, and why
record RfcForm(Rfc rfc, List<String> unread) {

    /// @param requester the person who asks: nobody asks in another's name, because then they might vote on their own change
    static RfcForm read(Form form, String requester, Instant now) {
        String named = form.text("requester");
        if (!named.isEmpty() && !named.equals(requester)) {
            form.fault("requester", "is " + named + ", but " + requester + " is asking");
        }
        Form window = form.part("window");
        Form answers = form.part("riskAnswers");
        if (!form.has("soakSeconds")) {
            form.fault("soakSeconds", "is missing; 0 when nobody needs to watch");
        }
        Rfc rfc = new Rfc(
                form.word("type", ChangeType.class, ChangeType.UNKNOWN),
                form.text("title"),
                form.text("justification"),
                requester,
                form.text("implementer"),
                form.text("service"),
                form.text("version"),
                form.optionalText("digest"),
                form.texts("configurationItems"),
                form.texts("environments"),
                form.text("implementationPlan"),
                form.text("rollbackPlan"),
                form.text("testPlan"),
                form.optionalText("communicationPlan"),
                form.flag("outageExpected"),
                form.flag("irreversible"),
                form.flag("restoreDataOnRollback"),
                new Window(window.time("notBefore", now), window.time("notAfter", now)),
                form.number("soakSeconds"),
                new RiskAnswers(
                        answers.smallNumber("testEvidence"),
                        answers.smallNumber("doneBefore"),
                        answers.smallNumber("rollbackAutomated"),
                        answers.smallNumber("recoverableInWindow"),
                        answers.smallNumber("teamsInvolved"),
                        answers.smallNumber("dataTouched"),
                        answers.smallNumber("businessHours"),
                        answers.smallNumber("leadTime")),
                form.optionalText("templateRef"),
                form.optionalText("incidentRef"),
                form.texts("links"));
        return new RfcForm(rfc, form.faults());
    }
}
