package slipway.change;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import slipway.change.calendar.Window;
import slipway.change.domain.ChangeType;
import slipway.change.domain.Evidence;
import slipway.change.domain.EvidenceKind;
import slipway.change.domain.RelativeTimes;
import slipway.change.domain.Rfc;
import slipway.change.domain.RiskAnswers;
import slipway.change.domain.SuccessCriterion;
import slipway.http.Form;
import slipway.http.Refusal;

/// A request for change as a form.
///
/// @param rfc what could be read
/// @param unread every field that could not, and why
/// @param relative times that were written as `now`, or from now on
record RfcForm(Rfc rfc, List<String> unread, RelativeTimes relative) {

    /// A draft may be incomplete; what cannot be read at all is named at once.
    ///
    /// @throws Refusal 422
    static RfcForm draft(Form form, String requester, Instant now) {
        RfcForm draft = read(form, requester, now);
        List<String> faults = draft.unread().stream()
                .filter(fault -> !fault.contains(": is missing"))
                .toList();
        if (!faults.isEmpty()) {
            throw Refusal.unacceptable(faults);
        }
        return draft;
    }

    /// @param requester the person who asks: nobody asks in another's name, because then they might vote on their own change
    static RfcForm read(Form form, String requester, Instant now) {
        String named = form.text("requester");
        if (!named.isEmpty() && !named.equals(requester)) {
            form.fault("requester", "is " + named + ", but " + requester + " is asking");
        }
        Form window = form.part("window");
        Form envelope = form.has("envelope") ? form.part("envelope") : null;
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
                form.texts("links"),
                form.number("rollbackSeconds"),
                envelope == null ? null : new Window(envelope.time("notBefore", now), envelope.time("notAfter", now)),
                form.texts("artifacts"),
                form.parts("successCriteria").stream()
                        .map(part -> new SuccessCriterion(
                                part.text("configurationItem"), part.smallNumber("withinMillis")))
                        .toList(),
                form.parts("evidence").stream()
                        .map(part -> new Evidence(
                                part.word("kind", EvidenceKind.class, EvidenceKind.UNKNOWN), part.text("reference")))
                        .toList(),
                form.entries("parameters"),
                form.texts("tags"),
                form.texts("watchers"));
        return new RfcForm(rfc, form.faults(), relative(window, envelope));
    }

    private static RelativeTimes relative(Form window, @Nullable Form envelope) {
        Map<String, String> after = new TreeMap<>();
        relative("window", window, after);
        if (envelope != null) {
            relative("envelope", envelope, after);
        }
        return new RelativeTimes(Map.copyOf(after));
    }

    private static void relative(String name, Form window, Map<String, String> after) {
        for (String end : List.of("notBefore", "notAfter")) {
            window.fromNow(end).ifPresent(duration -> after.put(name + "." + end, duration.toString()));
        }
    }
}
