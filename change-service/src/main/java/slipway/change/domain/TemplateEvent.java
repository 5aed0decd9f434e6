package slipway.change.domain;

import java.util.List;
import org.jspecify.annotations.Nullable;
import slipway.change.domain.Template.ParameterBound;

/// The facts of a template of STANDARD changes. Names and components are the contract's.
public sealed interface TemplateEvent {

    record StandardTemplatePublished(
            String name,
            int version,
            String title,
            List<String> services,
            List<String> configurationItems,
            List<String> environments,
            String implementationPlan,
            String rollbackPlan,
            String testPlan,
            RiskLevel maxRisk,
            long maxSeconds,
            List<ParameterBound> parameters,
            String by,
            boolean outageExpected,
            boolean restoreDataOnRollback)
            implements TemplateEvent {}

    record StandardTemplateSuspended(@Nullable String changeId, String reason) implements TemplateEvent {}

    record StandardTemplateReinstated(String by, String reason) implements TemplateEvent {}
}
