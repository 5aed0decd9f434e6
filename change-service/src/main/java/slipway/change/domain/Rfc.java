package slipway.change.domain;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import slipway.change.calendar.Window;

/// A request for change, as its requester wrote it. What was left out is an empty text, an empty list, 0 or null.
///
/// @param digest `sha256:…` of the package when the requester pins it
/// @param environments in the order of promotion
/// @param restoreDataOnRollback whether a rollback also restores data; approving the change approves this
/// @param window when the requester would like it done
/// @param soakSeconds how long the change is watched before it may close, seconds
/// @param templateRef of a STANDARD change, `name@version`
/// @param incidentRef of an EMERGENCY change
/// @param rollbackSeconds how long the way back takes, seconds: the calendar is kept free for it too
/// @param envelope within it the window may be moved without a new approval; null: just the window
/// @param artifacts digests of what may be deployed beside the package, `sha256:…`
/// @param successCriteria what has to hold after the soak; empty: all telemetry of the items answers
/// @param parameters values for the template
public record Rfc(
        ChangeType type,
        String title,
        String justification,
        String requester,
        String implementer,
        String service,
        String version,
        @Nullable String digest,
        List<String> configurationItems,
        List<String> environments,
        String implementationPlan,
        String rollbackPlan,
        String testPlan,
        @Nullable String communicationPlan,
        boolean outageExpected,
        boolean irreversible,
        boolean restoreDataOnRollback,
        Window window,
        long soakSeconds,
        RiskAnswers riskAnswers,
        @Nullable String templateRef,
        @Nullable String incidentRef,
        List<String> links,
        long rollbackSeconds,
        @Nullable Window envelope,
        List<String> artifacts,
        List<SuccessCriterion> successCriteria,
        List<Evidence> evidence,
        Map<String, String> parameters,
        List<String> tags,
        List<String> watchers) {

    /// The same at another time.
    ///
    /// @param inside the envelope
    Rfc within(Window at, @Nullable Window inside) {
        return with(version, at, riskAnswers, inside, artifacts, evidence);
    }

    /// The same, with what was built for it and how that was tested.
    Rfc built(String builtVersion, List<String> builtArtifacts, List<Evidence> shown, RiskAnswers answers) {
        return with(builtVersion, window, answers, envelope, builtArtifacts, shown);
    }

    private Rfc with(
            String otherVersion,
            Window at,
            RiskAnswers answers,
            @Nullable Window inside,
            List<String> otherArtifacts,
            List<Evidence> shown) {
        return new Rfc(
                type,
                title,
                justification,
                requester,
                implementer,
                service,
                otherVersion,
                digest,
                configurationItems,
                environments,
                implementationPlan,
                rollbackPlan,
                testPlan,
                communicationPlan,
                outageExpected,
                irreversible,
                restoreDataOnRollback,
                at,
                soakSeconds,
                answers,
                templateRef,
                incidentRef,
                links,
                rollbackSeconds,
                inside,
                otherArtifacts,
                successCriteria,
                shown,
                parameters,
                tags,
                watchers);
    }

    /// What was approved as the time in which it may be done.
    public Window outerWindow() {
        return envelope == null ? window : envelope;
    }

    /// The time that the calendar is kept free for: the window and the way back.
    public Window occupied() {
        return new Window(window.notBefore(), window.notAfter().plusSeconds(rollbackSeconds));
    }
}
