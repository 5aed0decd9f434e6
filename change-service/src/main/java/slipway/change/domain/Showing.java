package slipway.change.domain;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import slipway.change.domain.ChangeCommand.ReceiveEvidence;
import slipway.change.domain.ChangeEvent.EvidenceReceived;
import slipway.change.domain.ChangeEvent.RFCDrafted;
import slipway.change.domain.ChangeState.Draft;
import slipway.decider.Decision;
import slipway.decider.Wording;

/// What other systems say about a change. It approves nothing; a draft takes over what its author would have to look up, and nothing that
/// somebody wrote.
final class Showing {

    private Showing() {}

    static Decision<ChangeEvent> receive(ReceiveEvidence evidence, ChangeState state) {
        List<String> faults = faults(evidence);
        if (state instanceof ChangeState.Known known) {
            faults.addAll(ofAnother(evidence.service(), known.dossier().rfc().service()));
        }
        if (!faults.isEmpty()) {
            return Decision.refuse(faults);
        }
        return switch (state) {
            case Draft(var dossier, var relative, var brought) -> {
                List<ChangeEvent> facts = new ArrayList<>(List.of(evidence.shown()));
                Rfc filled = filled(dossier.rfc(), evidence, brought);
                if (!filled.equals(dossier.rfc())) {
                    facts.add(new RFCDrafted(filled, dossier.revision(), evidence.writtenBy(), relative.after()));
                }
                yield Decision.accept(facts);
            }
            case ChangeState.Known _ -> Decision.accept(evidence.shown());
            case ChangeState.Nothing _ -> Decision.refuse("there is nothing to show it for: there is no such change");
            case ChangeState.Refused _ -> Decision.refuse("there is nothing to show it for: the request was refused");
            case ChangeState.Closed _ -> Decision.refuse("there is nothing to show it for: the change is closed");
            case ChangeState.Cancelled _ -> Decision.refuse("there is nothing to show it for: the change was cancelled");
        };
    }

    /// Who may build one service does not speak for the changes of another. A draft may not say of which it is.
    private static List<String> ofAnother(@Nullable String service, String changed) {
        return service == null || changed.isBlank() || service.equals(changed)
                ? List.of()
                : List.of("service: it is of " + service + ", and the change of " + changed);
    }

    private static List<String> faults(ReceiveEvidence evidence) {
        EvidenceReceived shown = evidence.shown();
        List<String> faults = new ArrayList<>(Wording.name("kind", shown.kind()));
        faults.addAll(Wording.name("title", shown.title()));
        faults.addAll(Wording.line("reference", shown.reference()));
        faults.addAll(Wording.line("version", evidence.version()));
        evidence.artifacts().stream()
                .filter(digest -> !digest.matches("sha256:[0-9a-f]{64}"))
                .forEach(digest -> faults.add("artifacts: '" + digest + "' is no digest such as sha256:… with 64 hexadecimal digits"));
        return faults;
    }

    static ChangeState brought(ChangeState state, EvidenceReceived shown) {
        String reference = tested(shown);
        return reference != null && state instanceof Draft(var dossier, var relative, var brought)
                ? new Draft(dossier, relative, Stream.concat(brought.stream(), Stream.of(reference)).collect(Collectors.toUnmodifiableSet()))
                : state;
    }

    private static Rfc filled(Rfc rfc, ReceiveEvidence evidence, Set<String> brought) {
        String version = rfc.version().isBlank() ? evidence.version() : rfc.version();
        List<String> artifacts = rfc.artifacts().isEmpty() ? evidence.artifacts() : rfc.artifacts();
        EvidenceReceived shown = evidence.shown();
        return failed(shown)
                ? untested(rfc.built(version, artifacts, rfc.evidence(), rfc.riskAnswers()), shown, brought)
                : rfc.built(version, artifacts, withEvidence(rfc, shown), answered(rfc.riskAnswers(), shown));
    }

    /// What other systems showed before holds no more when a test fails afterwards; what a person wrote is theirs.
    private static Rfc untested(Rfc rfc, EvidenceReceived failed, Set<String> brought) {
        List<Evidence> left = rfc.evidence().stream()
                .filter(each -> each.kind() != EvidenceKind.TESTED
                        || !brought.contains(each.reference()) && !each.reference().equals(failed.reference()))
                .toList();
        boolean none = left.size() < rfc.evidence().size() && left.stream().noneMatch(each -> each.kind() == EvidenceKind.TESTED);
        RiskAnswers answers = rfc.riskAnswers();
        return rfc.built(
                rfc.version(), rfc.artifacts(), left, none && answers.testEvidence() == Risk.SHOWN ? answers.tested(0) : answers);
    }

    private static List<Evidence> withEvidence(Rfc rfc, EvidenceReceived shown) {
        String reference = tested(shown);
        boolean known = reference == null
                || rfc.evidence().stream().anyMatch(each -> each.reference().equals(reference))
                // Who answered that it was not tested knows why.
                || rfc.riskAnswers().testEvidence() > Risk.SHOWN;
        return known
                ? rfc.evidence()
                : Stream.concat(rfc.evidence().stream(), Stream.of(new Evidence(EvidenceKind.TESTED, reference))).toList();
    }

    private static RiskAnswers answered(RiskAnswers answers, EvidenceReceived shown) {
        return tested(shown) != null && answers.testEvidence() == 0 ? answers.tested(Risk.SHOWN) : answers;
    }

    private static boolean failed(EvidenceReceived shown) {
        return shown.kind().equals(EvidenceKind.TESTED.name()) && Boolean.FALSE.equals(shown.passed());
    }

    /// Where the test can be looked up that this is; null: it is none that passed.
    private static @Nullable String tested(EvidenceReceived shown) {
        return shown.kind().equals(EvidenceKind.TESTED.name()) && Boolean.TRUE.equals(shown.passed()) ? shown.reference() : null;
    }
}
