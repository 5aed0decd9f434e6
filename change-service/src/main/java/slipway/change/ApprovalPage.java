package slipway.change;

import java.net.URI;
import java.net.URISyntaxException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import slipway.change.calendar.Window;
import slipway.change.domain.ChangeEvent;
import slipway.change.domain.ChangeState;
import slipway.change.domain.Explanation;
import slipway.change.domain.Rfc;

/// What somebody decides about, in the order in which they need it.
///
/// @param warnings what must not be overlooked
/// @param shown how many facts it is made of, those left out that change nothing about it
record ApprovalPage(
        String id,
        String title,
        String state,
        @Nullable String ended,
        List<Seat> seats,
        List<String> warnings,
        List<Line> what,
        String why,
        List<String> risk,
        List<Line> factors,
        List<Line> plan,
        List<Line> time,
        List<Stage> stages,
        List<String> votes,
        List<Shown> evidence,
        String digest,
        long shown) {

    /// @param text of several lines, where it has them
    record Line(String name, String text) {}

    /// A place that somebody may vote from. The template finds what is public.
    ///
    /// @param principal whose it is; null: their own
    record Seat(@Nullable String principal, List<String> againstApproving, List<String> againstRejecting) {

        public boolean mayVote() {
            return againstApproving.isEmpty() || againstRejecting.isEmpty();
        }

        public boolean mayApprove() {
            return againstApproving.isEmpty();
        }

        public boolean mayReject() {
            return againstRejecting.isEmpty();
        }

        /// Every reason once.
        public List<String> against() {
            return Stream.concat(againstApproving.stream(), againstRejecting.stream()).distinct().toList();
        }
    }

    /// @param missing how many approvals
    record Stage(String name, String dueAt, int quorum, int missing, String approvals, String others) {}

    /// @param link null: there is nothing that a browser could open
    record Shown(String text, @Nullable String link, boolean failed) {}

    static ApprovalPage of(String id, List<ChangeEvent> facts, ChangeState state, List<Seat> seats) {
        ChangeView view = ChangeView.of(id, state, facts);
        Rfc rfc = view.rfc();
        Explanation explanation = Explanation.of(facts).orElse(null);
        return new ApprovalPage(
                id,
                rfc == null ? "" : rfc.title(),
                word(state.status()),
                view.ended(),
                seats,
                rfc == null ? List.of() : warnings(rfc, view),
                rfc == null ? List.of() : what(rfc, view),
                rfc == null ? "" : rfc.justification(),
                explanation == null ? List.of() : risk(explanation),
                explanation == null ? List.of() : factors(explanation),
                rfc == null ? List.of() : plan(rfc),
                rfc == null ? List.of() : time(rfc),
                view.stages().stream().map(each -> stage(each, view)).toList(),
                view.votes().stream().map(ApprovalPage::vote).toList(),
                rfc == null ? List.of() : evidence(rfc, view),
                view.planDigest() == null ? "" : view.planDigest(),
                shown(facts));
    }

    /// The number of the newest fact that changes what is decided about. Votes do not, nor that more are asked, nor good news.
    static long shown(List<ChangeEvent> facts) {
        for (int i = facts.size(); i > 0; i--) {
            if (matters(facts.get(i - 1))) {
                return i;
            }
        }
        return 0;
    }

    private static boolean matters(ChangeEvent fact) {
        return switch (fact) {
            case ChangeEvent.ApprovalVoteCast _,
                    ChangeEvent.ApprovalAttemptRefused _,
                    ChangeEvent.ApprovalEscalated _,
                    ChangeEvent.ConflictResolved _,
                    ChangeEvent.ChangeHoldLifted _,
                    // What follows from the votes: the rules say then that there is nothing to vote on.
                    ChangeEvent.ChangeApproved _,
                    ChangeEvent.ChangeRejected _,
                    ChangeEvent.ChangeScheduled _ ->
                false;
            case ChangeEvent.EvidenceReceived shown -> Boolean.FALSE.equals(shown.passed());
            case ChangeEvent.RFCDrafted _,
                    ChangeEvent.RFCSubmitted _,
                    ChangeEvent.RFCRefused _,
                    ChangeEvent.ChangeAmended _,
                    ChangeEvent.ChangeReclassified _,
                    ChangeEvent.ImpactAssessed _,
                    ChangeEvent.RiskAssessed _,
                    ChangeEvent.PolicyEvaluated _,
                    ChangeEvent.ApprovalRequested _,
                    ChangeEvent.ApprovalSuperseded _,
                    ChangeEvent.ChangeExpired _,
                    ChangeEvent.ChangeCancelled _,
                    ChangeEvent.EmergencyBypassInvoked _,
                    ChangeEvent.UnauthorisedChangeDetected _,
                    ChangeEvent.RetroactiveApprovalRecorded _,
                    ChangeEvent.RetroactiveApprovalMissed _,
                    ChangeEvent.ChangeHeld _,
                    ChangeEvent.ConflictDetected _,
                    ChangeEvent.ScheduledWindowMissed _,
                    ChangeEvent.ImplementationAuthorised _,
                    ChangeEvent.ImplementationRefused _,
                    ChangeEvent.ImplementationRevoked _,
                    ChangeEvent.ImplementationCompleted _,
                    ChangeEvent.ImplementationRolledBack _,
                    ChangeEvent.ReviewOpened _,
                    ChangeEvent.PostImplementationReviewCompleted _,
                    ChangeEvent.PostImplementationReviewMissed _,
                    ChangeEvent.ChangeClosed _,
                    ChangeEvent.ChangeOutcomeReclassified _ ->
                true;
        };
    }

    private static List<String> warnings(Rfc rfc, ChangeView view) {
        List<String> warnings = new ArrayList<>();
        if (rfc.irreversible()) {
            warnings.add("It can never be taken back.");
        }
        if (rfc.restoreDataOnRollback()) {
            warnings.add("A rollback restores data from the release's own backup: what was written since is lost. Approving the change approves this.");
        }
        if (rfc.outageExpected()) {
            warnings.add("Customers will notice an outage.");
        }
        view.conflicts().forEach(each -> warnings.add((each.kind().hard() ? "In the way: " : "Close to it: ") + each.reason()));
        view.holds().forEach(each -> warnings.add("Held by " + each.ref() + ": " + each.reason()));
        view.evidence().stream()
                .filter(each -> Boolean.FALSE.equals(each.passed()))
                .forEach(each -> warnings.add("Failed: " + each.title()));
        return warnings;
    }

    private static List<Line> what(Rfc rfc, ChangeView view) {
        List<Line> lines = new ArrayList<>();
        add(lines, "Version", rfc.service() + " " + rfc.version());
        add(lines, "Package", rfc.digest());
        add(lines, "Also deployed", String.join("\n", rfc.artifacts()));
        add(lines, "Environments", String.join(", ", rfc.environments()));
        add(lines, "Items", String.join(", ", rfc.configurationItems()));
        add(lines, "Class", word(rfc.type()) + (view.treatedAs() == null || view.treatedAs() == rfc.type() ? "" : ", treated as " + word(view.treatedAs())));
        add(lines, "Template", rfc.templateRef());
        add(lines, "Incident", rfc.incidentRef());
        add(lines, "Parameters", rfc.parameters().entrySet().stream().map(each -> each.getKey() + ": " + each.getValue()).sorted().collect(Collectors.joining("\n")));
        add(lines, "Asked for by", rfc.requester());
        add(lines, "Carried out by", rfc.implementer());
        add(lines, "Revision", view.revision() == 1 ? "" : String.valueOf(view.revision()));
        return lines;
    }

    private static List<String> risk(Explanation it) {
        List<String> lines = new ArrayList<>();
        lines.add(word(it.level()) + ": impact " + it.impact() + " × likelihood " + it.likelihood() + " = " + it.score() + ", which is " + word(it.base()));
        lines.add("Impact: criticality " + it.criticality() + ", items reached: " + it.reached()
                + (it.forManyItems() > 0 ? " (+" + it.forManyItems() + ")" : "")
                + (it.forOutage() > 0 ? ", an outage (+" + it.forOutage() + ")" : ""));
        lines.addAll(it.floors());
        if (it.policy() != null) {
            lines.add("Policy " + it.policy().policyVersion() + ": " + String.join(", ", it.policy().matchedRules()));
        }
        return lines;
    }

    private static List<Line> factors(Explanation it) {
        return it.factors().stream()
                .map(each -> new Line(each.name(), each.answer() + " of 5, weighs " + each.weight()))
                .toList();
    }

    private static List<Line> plan(Rfc rfc) {
        List<Line> lines = new ArrayList<>();
        add(lines, "How", rfc.implementationPlan());
        add(lines, "Way back", rfc.rollbackPlan());
        add(lines, "Data", rfc.restoreDataOnRollback() ? "A rollback restores them." : "A rollback leaves them as they are.");
        add(lines, "Tests", rfc.testPlan());
        add(lines, "Who is told", rfc.communicationPlan());
        add(lines, "Done when", rfc.successCriteria().stream()
                .map(each -> each.configurationItem() + " answers within " + each.withinMillis() + " ms")
                .collect(Collectors.joining("\n")));
        return lines;
    }

    private static List<Line> time(Rfc rfc) {
        List<Line> lines = new ArrayList<>();
        add(lines, "Window", words(rfc.window()));
        add(lines, "May move within", rfc.envelope() == null ? "" : words(rfc.envelope()));
        add(lines, "Way back takes", rfc.rollbackSeconds() + " s");
        add(lines, "Watched for", rfc.soakSeconds() + " s");
        return lines;
    }

    private static Stage stage(ChangeView.Stage each, ChangeView view) {
        List<String> others = each.stage().eligible().stream()
                .filter(person -> view.mayStillVote().contains(person))
                .toList();
        return new Stage(
                each.stage().name(),
                time(each.dueAt()),
                each.stage().quorum(),
                Math.max(0, each.stage().quorum() - each.approvals().size()),
                each.approvals().isEmpty() ? "nobody" : String.join(", ", each.approvals()),
                others.isEmpty() ? "nobody" : String.join(", ", others));
    }

    private static String vote(ChangeEvent.ApprovalVoteCast vote) {
        return vote.voter()
                + (vote.onBehalfOf() == null ? "" : " in the place of " + vote.onBehalfOf())
                + (vote.through().isEmpty() ? "" : " through " + String.join(", ", vote.through()))
                + ": " + word(vote.decision()) + " (" + vote.stage() + ")"
                + (vote.reason() == null ? "" : ": " + vote.reason());
    }

    private static List<Shown> evidence(Rfc rfc, ChangeView view) {
        List<Shown> lines = new ArrayList<>();
        rfc.evidence().forEach(each -> lines.add(shown(word(each.kind()), each.reference(), false)));
        view.evidence().forEach(each -> lines.add(shown(
                each.title() + (each.passed() == null ? "" : each.passed() ? ": passed" : ": failed") + ", says " + each.source(),
                each.reference(),
                Boolean.FALSE.equals(each.passed()))));
        rfc.links().forEach(each -> lines.add(shown("Link", each, false)));
        return lines;
    }

    /// Nobody is sent anywhere by a link that a browser would run.
    private static Shown shown(String text, @Nullable String reference, boolean failed) {
        if (reference == null) {
            return new Shown(text, null, failed);
        }
        try {
            String scheme = String.valueOf(new URI(reference).getScheme()).toLowerCase(Locale.ROOT);
            if (scheme.equals("https") || scheme.equals("http")) {
                return new Shown(text, reference, failed);
            }
        } catch (URISyntaxException e) {
            // It is told as what it is.
        }
        return new Shown(text + ": " + reference, null, failed);
    }

    private static void add(List<Line> lines, String name, @Nullable String text) {
        if (text != null && !text.isBlank()) {
            lines.add(new Line(name, text));
        }
    }

    private static String words(Window window) {
        return time(window.notBefore()) + " to " + time(window.notAfter());
    }

    private static String time(Instant at) {
        return at.truncatedTo(ChronoUnit.SECONDS).toString();
    }

    private static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
