package slipway.change.domain;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import slipway.change.domain.ChangeEvent.ImpactAssessed;
import slipway.change.domain.ChangeEvent.RiskAssessed;

/// Risk = impact × likelihood, in integers, with floors. Everything that went into it is in the fact, so that anyone can
/// calculate it again.
///
/// Impact (1–5): the highest criticality reached; +1 when more than 10 items are reached; +1 when customers notice.
/// Likelihood (1–5): ⌈Σ answer·weight / Σ weight⌉. 1–4 LOW, 5–9 MODERATE, 10–14 HIGH, 15–25 EXTREME; floors only raise.
final class Risk {

    static final String MODEL_VERSION = "1";

    private static final int HIGHEST = 5;
    static final int MANY_ITEMS = 10;
    /// Answers up to here mean that it can be shown: tested, done before, the rollback automated and rehearsed.
    static final int SHOWN = 2;

    private static final String AT_LEAST_HIGH = ": at least HIGH";
    private static final String ONE_UP = ": one level up";
    private static final String IRREVERSIBLE = "irreversible" + AT_LEAST_HIGH;
    private static final String UNREHEARSED = "no rehearsed rollback on ";

    private Risk() {}

    static List<RiskFactor> factors(RiskAnswers answers) {
        return List.of(
                new RiskFactor("testEvidence", answers.testEvidence(), 5),
                new RiskFactor("doneBefore", answers.doneBefore(), 4),
                new RiskFactor("rollbackAutomated", answers.rollbackAutomated(), 5),
                new RiskFactor("recoverableInWindow", answers.recoverableInWindow(), 4),
                new RiskFactor("teamsInvolved", answers.teamsInvolved(), 2),
                new RiskFactor("dataTouched", answers.dataTouched(), 5),
                new RiskFactor("businessHours", answers.businessHours(), 2),
                new RiskFactor("leadTime", answers.leadTime(), 3));
    }

    static RiskAssessed assess(Rfc rfc, ImpactAssessed reached, Inventory inventory, History history) {
        List<RiskFactor> factors = factors(rfc.riskAnswers());
        int impact = impact(rfc, reached);
        int likelihood = likelihood(factors);
        int score = impact * likelihood;
        RiskLevel base = RiskLevel.ofScore(score);
        RiskLevel level = base;
        List<String> floors = new ArrayList<>();
        if (rfc.irreversible()) {
            floors.add(IRREVERSIBLE);
            level = level.atLeast(RiskLevel.HIGH);
        }
        for (String ci : rfc.configurationItems()) {
            boolean first = inventory.item(ci).map(item -> item.tier() == 1).orElse(false);
            if (first && rfc.riskAnswers().rollbackAutomated() > SHOWN) {
                floors.add(UNREHEARSED + ci + ", which is tier 1" + AT_LEAST_HIGH);
                level = level.atLeast(RiskLevel.HIGH);
            }
            if (history.items().contains(ci)) {
                floors.add("a change of " + ci + " failed within 90 days" + ONE_UP);
                level = level.atLeast(base.oneUp());
            }
        }
        if (rfc.templateRef() != null && history.templates().contains(rfc.templateRef())) {
            floors.add("a change by template " + rfc.templateRef() + " failed within 90 days" + ONE_UP);
            level = level.atLeast(base.oneUp());
        }
        return new RiskAssessed(
                MODEL_VERSION,
                rfc.riskAnswers(),
                factors,
                impact,
                likelihood,
                score,
                level,
                List.copyOf(floors),
                null,
                null);
    }

    /// At least this level, because a person said so: a floor like any other.
    static RiskAssessed raise(RiskAssessed calculated, @Nullable Raise raise) {
        if (raise == null) {
            return calculated;
        }
        List<String> floors = new ArrayList<>(calculated.floors());
        floors.add(raise.because());
        return new RiskAssessed(
                calculated.modelVersion(),
                calculated.answers(),
                calculated.factors(),
                calculated.impact(),
                calculated.likelihood(),
                calculated.score(),
                calculated.level().atLeast(raise.level()),
                List.copyOf(floors),
                raise.level(),
                raise.because());
    }

    /// The risk again from what was recorded. Floors that the inventory or earlier failures gave are taken from the fact.
    ///
    /// @return empty when another model calculated it
    static Optional<RiskAssessed> again(RiskAssessed told, ImpactAssessed reached, Rfc rfc) {
        if (!told.modelVersion().equals(MODEL_VERSION)) {
            return Optional.empty();
        }
        List<RiskFactor> factors = factors(rfc.riskAnswers());
        int impact = impact(rfc, reached);
        int likelihood = likelihood(factors);
        RiskLevel base = RiskLevel.ofScore(impact * likelihood);
        List<String> floors = new ArrayList<>();
        if (rfc.irreversible()) {
            floors.add(IRREVERSIBLE);
        }
        told.floors().stream()
                .filter(floor -> !floor.equals(IRREVERSIBLE))
                .filter(floor -> !floor.startsWith(UNREHEARSED) || rfc.riskAnswers().rollbackAutomated() > SHOWN)
                .forEach(floors::add);
        RiskLevel level = base;
        // The last one may be a person's, who may write what looks like another.
        for (String floor : told.raisedTo() == null ? floors : floors.subList(0, Math.max(0, floors.size() - 1))) {
            if (floor.endsWith(AT_LEAST_HIGH)) {
                level = level.atLeast(RiskLevel.HIGH);
            } else if (floor.endsWith(ONE_UP)) {
                level = level.atLeast(base.oneUp());
            }
        }
        return Optional.of(new RiskAssessed(
                MODEL_VERSION,
                rfc.riskAnswers(),
                factors,
                impact,
                likelihood,
                impact * likelihood,
                told.raisedTo() == null ? level : level.atLeast(told.raisedTo()),
                List.copyOf(floors),
                told.raisedTo(),
                told.raisedBecause()));
    }

    private static int impact(Rfc rfc, ImpactAssessed reached) {
        int wide = reached.total() > MANY_ITEMS ? 1 : 0;
        int noticed = rfc.outageExpected() ? 1 : 0;
        return Math.min(HIGHEST, reached.criticality() + wide + noticed);
    }

    private static int likelihood(List<RiskFactor> factors) {
        int weighted = factors.stream().mapToInt(each -> each.answer() * each.weight()).sum();
        int weights = factors.stream().mapToInt(RiskFactor::weight).sum();
        return Math.ceilDiv(weighted, weights);
    }
}
