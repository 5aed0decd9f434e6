package slipway.change.domain;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import slipway.change.domain.ChangeEvent.ImpactAssessed;
import slipway.change.domain.ChangeEvent.PolicyEvaluated;
import slipway.change.domain.ChangeEvent.RiskAssessed;

/// How a risk came about, so that anybody can calculate it again; and what the policy made of it.
///
/// @param impact 1 to 5: criticality, +1 for many items, +1 for an outage, at most 5
/// @param likelihood 1 to 5: ⌈weighted / weights⌉
/// @param score impact × likelihood
/// @param base what the score alone says
/// @param floors what raised it
/// @param level the highest of them
public record Explanation(
        String modelVersion,
        int criticality,
        int reached,
        int forManyItems,
        int forOutage,
        int impact,
        List<Factor> factors,
        int weighted,
        int weights,
        int likelihood,
        int score,
        RiskLevel base,
        List<String> floors,
        RiskLevel level,
        @Nullable PolicyEvaluated policy) {

    /// @param product answer × weight
    public record Factor(String name, int answer, int weight, int product) {}

    /// Of the newest assessment; empty when there was none.
    public static Optional<Explanation> of(List<ChangeEvent> facts) {
        ImpactAssessed impact = null;
        RiskAssessed risk = null;
        PolicyEvaluated policy = null;
        Rfc rfc = null;
        for (ChangeEvent fact : facts) {
            switch (fact) {
                case ChangeEvent.RFCSubmitted submitted -> rfc = submitted.rfc();
                case ChangeEvent.ChangeAmended amended -> rfc = amended.rfc();
                case ImpactAssessed each -> {
                    impact = each;
                    policy = null;
                }
                case RiskAssessed each -> risk = each;
                case PolicyEvaluated each -> policy = each;
                default -> {}
            }
        }
        return impact == null || risk == null || rfc == null
                ? Optional.empty()
                : Optional.of(explain(rfc, impact, risk, policy));
    }

    private static Explanation explain(
            Rfc rfc, ImpactAssessed impact, RiskAssessed risk, @Nullable PolicyEvaluated policy) {
        List<Factor> factors = risk.factors().stream()
                .map(factor -> new Factor(
                        factor.name(), factor.answer(), factor.weight(), factor.answer() * factor.weight()))
                .toList();
        // Facts from before it was told: as many as are named, and what is left of the impact.
        int reached = impact.total() == 0 ? impact.reached().size() : impact.total();
        int many = reached > Risk.MANY_ITEMS ? 1 : 0;
        int outage = rfc.outageExpected() ? 1 : 0;
        int criticality = impact.criticality() == 0 ? risk.impact() - many - outage : impact.criticality();
        return new Explanation(
                risk.modelVersion(),
                criticality,
                reached,
                many,
                outage,
                risk.impact(),
                factors,
                factors.stream().mapToInt(Factor::product).sum(),
                factors.stream().mapToInt(Factor::weight).sum(),
                risk.likelihood(),
                risk.score(),
                RiskLevel.ofScore(risk.score()),
                risk.floors(),
                risk.level(),
                policy);
    }
}
