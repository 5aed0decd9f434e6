package slipway.release.domain;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import slipway.release.domain.ReleaseCommand.BackupProof;
import slipway.release.domain.ReleaseCommand.BackupTerms;
import slipway.release.domain.ReleaseEvent.ReleaseGateEvaluated;

/// Seven gates before an environment is touched; each verdict is a fact with its reason.
public final class Gates {

    private Gates() {}

    /// What was found outside when the gates were looked at.
    ///
    /// @param at when
    /// @param fencingToken of the environment's lease, held by this release
    /// @param packageDigest what the stored package hashes to; null when it is gone
    /// @param before what the environment runs
    /// @param missing what of that could not be brought back, in words
    public record Findings(
            Instant at, long fencingToken, @Nullable String packageDigest, Shape before, List<String> missing) {}

    static List<ReleaseGateEvaluated> evaluate(
            Journey journey, BackupTerms terms, BackupProof proof, Findings findings) {
        Verdicts verdicts = new Verdicts(terms.environment());
        ReleaseEvent.ReleasePlanned plan = journey.plan();

        verdicts.add(
                Gate.APPROVAL,
                !plan.approvers().isEmpty(),
                "approved by " + String.join(", ", plan.approvers()),
                "nobody approved");

        boolean tooEarly = findings.at().isBefore(plan.window().notBefore());
        boolean tooLate = !findings.at().isBefore(plan.window().notAfter());
        verdicts.add(
                Gate.WINDOW,
                !tooEarly && !tooLate,
                "open until " + plan.window().notAfter(),
                tooEarly ? "opens at " + plan.window().notBefore() : "ended at " + plan.window().notAfter());

        Duration age = Duration.between(proof.recoveryPoint(), findings.at());
        List<String> weak = new ArrayList<>();
        if (age.compareTo(Duration.ofSeconds(terms.rpoSeconds())) > 0) {
            weak.add(proof.backupSetId() + " is " + age.toSeconds() + " s old, allowed are " + terms.rpoSeconds());
        }
        if (!proof.level().covers(terms.minLevel())) {
            weak.add(proof.backupSetId() + " is proven to " + proof.level() + ", needed is " + terms.minLevel());
        }
        verdicts.add(
                Gate.BACKUP,
                proof.backupSetId() + " is proven to " + proof.level() + " and " + age.toSeconds() + " s old",
                weak);

        verdicts.add(Gate.LEASE, findings.fencingToken() > 0, "held, token " + findings.fencingToken(), "not held");

        List<String> unresolved = new ArrayList<>();
        if (journey.digest() == null || !journey.digest().equals(findings.packageDigest())) {
            unresolved.add("the package is " + findings.packageDigest() + ", tested was " + journey.digest());
        }
        if (plan.pinnedDigest() != null && !plan.pinnedDigest().equals(journey.digest())) {
            unresolved.add("approved is " + plan.pinnedDigest() + ", built is " + journey.digest());
        }
        findings.missing().forEach(each -> unresolved.add("there is no way back: " + each));
        if (!findings.before().isOne()) {
            unresolved.add("several things run there at once: " + findings.before());
        }
        String previous = findings.before().isOne() ? findings.before().digest() : null;
        verdicts.add(
                Gate.DIGESTS,
                "new " + journey.digest() + ", previous " + (previous == null ? "none" : previous),
                unresolved);

        List<String> before = plan.environments().subList(0, plan.environments().indexOf(terms.environment()));
        List<String> missing =
                before.stream().filter(each -> !journey.deployed().contains(each)).toList();
        verdicts.add(
                Gate.PROMOTION,
                missing.isEmpty(),
                before.isEmpty() ? "the first environment" : "the same digest runs in " + String.join(", ", before),
                "not deployed in " + String.join(", ", missing));

        List<String> own = plan.approvers().stream()
                .filter(each -> each.equals(plan.requester()) || each.equals(plan.implementer()))
                .toList();
        verdicts.add(
                Gate.SEPARATION,
                own.isEmpty(),
                "no approver is the requester " + plan.requester() + " or the implementer " + plan.implementer(),
                String.join(", ", own) + " approved their own change");

        return verdicts.all;
    }

    private static final class Verdicts {

        private final String environment;
        private final List<ReleaseGateEvaluated> all = new ArrayList<>();

        Verdicts(String environment) {
            this.environment = environment;
        }

        void add(Gate gate, boolean open, String whyOpen, String whyClosed) {
            add(gate, whyOpen, open ? List.of() : List.of(whyClosed));
        }

        /// Open when nothing speaks against it.
        void add(Gate gate, String whyOpen, List<String> whyClosed) {
            boolean open = whyClosed.isEmpty();
            all.add(new ReleaseGateEvaluated(
                    environment,
                    gate,
                    open ? GateVerdict.OPEN : GateVerdict.CLOSED,
                    open ? whyOpen : String.join("; ", whyClosed)));
        }
    }
}
