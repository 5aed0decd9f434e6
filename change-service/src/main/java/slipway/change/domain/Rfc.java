package slipway.change.domain;

import java.util.List;
import org.jspecify.annotations.Nullable;
import slipway.change.calendar.Window;

/// A request for change, as its requester wrote it. What was left out is an empty text, an empty list or null.
///
/// @param digest `sha256:…` of the package when the requester pins it
/// @param environments in the order of promotion
/// @param restoreDataOnRollback whether a rollback also restores data; approving the change approves this
/// @param window when the requester would like it done
/// @param soakSeconds how long the change is watched before it may close, seconds
/// @param templateRef of a STANDARD change
/// @param incidentRef of an EMERGENCY change
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
        List<String> links) {}
