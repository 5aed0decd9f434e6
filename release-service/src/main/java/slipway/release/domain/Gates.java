package slipway.release.domain;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
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
    /// @param left what the last release left there; null: no release was there
    /// @param worked when a release last worked there; null: none did
    public record Findings(
            Instant at,
            long fencingToken,
            @Nullable String packageDigest,
            Shape before,
            List<String> missing,
            @Nullable Left left,
            @Nullable Instant worked) {}

    /// @param digest null: nothing
    public record Left(String releaseId, @Nullable String digest) {}

    /// What a proven backup is of, looked at again.
    ///
    /// @param changed what is no longer as it was captured, in words
    /// @param uncovered what of the changes no backup covers, and nobody said that it needs none, in words
    public record Checked(List<String> changed, List<String> uncovered) {}

    /// Before an environment is started.
    static List<ReleaseGateEvaluated> toStart(Journey journey, BackupTerms terms, ReleaseCommand.PassGates pass) {
        BackupProof proof = pass.proof();
        Findings findings = pass.findings();
        Verdicts verdicts = new Verdicts(terms.environment());
        Instant recoveryPoint = proof.recoveryPoint() == null ? Instant.EPOCH : proof.recoveryPoint();
        Duration age = Duration.between(recoveryPoint, findings.at());
        List<String> weak = new ArrayList<>();
        if (age.compareTo(Duration.ofSeconds(terms.rpoSeconds())) > 0) {
            weak.add(proof.backupSetId() + " is " + age.toSeconds() + " s old, allowed are " + terms.rpoSeconds());
        }
        if (isOvertaken(proof, findings)) {
            weak.add(proof.backupSetId() + " is of " + recoveryPoint + ", and a release worked there until " + findings.worked());
        }
        pass.checked().changed().forEach(each -> weak.add("not as it was at the backup: " + each));
        pass.checked().uncovered().forEach(each -> weak.add("not covered: " + each));
        weak.addAll(weak(journey, terms, proof));
        List<String> unresolved = unresolved(journey, findings);
        if (!findings.before().isOne()) {
            unresolved.add("several things run there at once: " + findings.before());
        }
        String previous = findings.before().isOne() ? findings.before().digest() : null;
        unresolved.addAll(unexpected(journey, terms.environment(), findings.before()));
        evaluate(
                verdicts,
                journey,
                findings,
                proof.backupSetId() + " is proven to " + proof.level() + ", " + age.toSeconds() + " s old, and of what is there",
                weak,
                "new " + journey.digest() + ", previous " + (previous == null ? "none" : previous)
                        + drifted(findings, previous),
                unresolved);
        return verdicts.all;
    }

    /// Whether a release changed the environment since: what the backup brings back is not what was there before this release.
    static boolean isOvertaken(BackupProof proof, Findings findings) {
        return findings.worked() != null
                && (proof.recoveryPoint() == null || proof.recoveryPoint().isBefore(findings.worked()));
    }

    /// Before a rollout that stood still goes on. Its backup was young enough when it began, and a newer one could not bring back
    /// what ran before.
    static List<ReleaseGateEvaluated> toResume(Journey journey, Touched started, Findings findings) {
        BackupTerms terms = journey.plan().stage(started.environment()).terms();
        Verdicts verdicts = new Verdicts(terms.environment());
        evaluate(
                verdicts,
                journey,
                findings,
                started.backupSetId() + " is proven to " + started.proof().level() + ", and is the one it began with",
                weak(journey, terms, started.proof()),
                "new " + journey.digest() + ", the way back is to " + started.before(),
                unresolved(journey, findings));
        return verdicts.all;
    }

    /// What speaks against going on.
    static List<String> closed(List<ReleaseGateEvaluated> gates) {
        return gates.stream()
                .filter(gate -> gate.verdict() != GateVerdict.OPEN)
                .map(gate -> "gate " + gate.gate() + " is closed: " + gate.reason())
                .toList();
    }

    private static void evaluate(
            Verdicts verdicts,
            Journey journey,
            Findings findings,
            String backup,
            List<String> weak,
            String digests,
            List<String> unresolved) {
        ReleaseEvent.ReleasePlanned plan = journey.plan();
        List<CarriedChange> changes = plan.changes();
        verdicts.add(
                Gate.APPROVAL,
                "approved by " + each(changes, change -> String.join(", ", change.approvers())),
                changes.stream()
                        .filter(change -> change.approvers().isEmpty())
                        .map(change -> "nobody approved " + change.changeId())
                        .toList());

        boolean tooEarly = findings.at().isBefore(plan.window().notBefore());
        boolean tooLate = !findings.at().isBefore(plan.window().notAfter());
        verdicts.add(
                Gate.WINDOW,
                !tooEarly && !tooLate,
                "open until " + plan.window().notAfter(),
                tooEarly ? "opens at " + plan.window().notBefore() : "ended at " + plan.window().notAfter());
        verdicts.add(Gate.BACKUP, backup, weak);
        verdicts.add(Gate.LEASE, findings.fencingToken() > 0, "held, token " + findings.fencingToken(), "not held");
        verdicts.add(Gate.DIGESTS, digests, unresolved);

        List<String> before = plan.environments().subList(0, plan.environments().indexOf(verdicts.environment));
        List<String> missing =
                before.stream().filter(each -> !journey.deployed().contains(each)).toList();
        verdicts.add(
                Gate.PROMOTION,
                missing.isEmpty(),
                before.isEmpty() ? "the first environment" : "the same digest runs in " + String.join(", ", before),
                "not deployed in " + String.join(", ", missing));
        verdicts.add(
                Gate.SEPARATION,
                "no approver is requester, implementer or author of the change: "
                        + each(changes, change -> change.requester() + ", " + change.implementer()),
                changes.stream()
                        .flatMap(change -> change.approvers().stream()
                                .filter(who -> who.equals(change.requester())
                                        || who.equals(change.implementer())
                                        || change.writtenBy().contains(who))
                                .map(who -> who + " approved their own change " + change.changeId()))
                        .toList());
    }

    private static List<String> weak(Journey journey, BackupTerms terms, BackupProof proof) {
        List<String> weak = new ArrayList<>();
        if (!proof.level().covers(terms.minLevel())) {
            weak.add(proof.backupSetId() + " is proven to " + proof.level() + ", needed is " + terms.minLevel());
        }
        if (journey.lost().contains(proof.backupSetId())) {
            weak.add(proof.backupSetId() + " was found corrupt since");
        }
        return weak;
    }

    /// What somebody put there between two releases is the way back all the same, because it is what ran; but it is named.
    private static String drifted(Findings findings, @Nullable String previous) {
        Left left = findings.left();
        return left == null || Objects.equals(left.digest(), previous)
                ? ""
                : "; nobody released that: " + left.releaseId() + " left "
                        + (left.digest() == null ? "nothing" : left.digest());
    }

    /// A plan that names what it replaces is about nothing else.
    private static List<String> unexpected(Journey journey, String environment, Shape before) {
        List<String> unexpected = new ArrayList<>();
        if (journey.plan().documented() && journey.isLast(environment)) {
            journey.plan().parts().forEach((name, component) -> {
                Shape there = before.of(name);
                String runs = there.isOne() ? there.digest() : null;
                String planned = component.previousDigest();
                if (planned != null && !planned.equals(runs)) {
                    unexpected.add("the plan replaces " + planned + ", and there runs " + (runs == null ? "nothing" : runs));
                }
            });
        }
        return unexpected;
    }

    private static List<String> unresolved(Journey journey, Findings findings) {
        List<String> unresolved = new ArrayList<>();
        String tested = Preparation.digest(journey);
        if (!tested.equals(findings.packageDigest())) {
            unresolved.add("the package is " + findings.packageDigest() + ", tested was " + tested);
        }
        unresolved.addAll(journey.plan().against(tested));
        findings.missing().forEach(each -> unresolved.add("there is no way back: " + each));
        return unresolved;
    }

    /// Of one change its words, of several each with its change.
    private static String each(List<CarriedChange> changes, Function<CarriedChange, String> words) {
        return changes.size() == 1
                ? words.apply(changes.getFirst())
                : changes.stream()
                        .map(change -> change.changeId() + ": " + words.apply(change))
                        .collect(Collectors.joining("; "));
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
