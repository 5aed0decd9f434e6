package slipway.audit.evidence;

import static slipway.audit.evidence.Finding.met;
import static slipway.audit.evidence.Finding.notApplicable;
import static slipway.audit.evidence.Finding.notMet;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/// Who said yes, when, and whether they were allowed to.
final class Authority {

    private static final Set<String> ENDS_APPROVAL =
            Set.of("ApprovalSuperseded", "ChangeRejected", "ChangeExpired", "ChangeCancelled");

    private Authority() {}

    static Finding authorised(Story story) {
        Optional<Proven> late = story.first("UnauthorisedChangeDetected");
        if (late.isPresent()) {
            return notMet("it was made before anybody could approve it; " + ratification(story, late.get()), ratifying(story, late.get()));
        }
        List<Proven> starts = story.of("ReleaseStarted").toList();
        if (starts.isEmpty()) {
            return notApplicable("nothing was implemented");
        }
        List<Proven> proof = new ArrayList<>();
        for (Proven start : starts) {
            Optional<Proven> approval = approvalAt(story, start);
            if (approval.isEmpty()) {
                return notMet("the rollout in " + start.text("environment") + " began without an approval", Stream.of(start));
            }
            proof.add(approval.get());
            proof.add(start);
        }
        Proven last = proof.get(proof.size() - 2);
        Optional<Proven> glass = story.last("EmergencyBypassInvoked");
        if (last.text("by").equals("BREAK_GLASS") && glass.isPresent()) {
            String ratified = ratification(story, glass.get());
            proof.addAll(ratifying(story, glass.get()).toList());
            String why = "an emergency, let through by " + glass.get().text("by") + "; " + ratified;
            return isRatified(story, glass.get()) ? met(why, proof.stream().distinct()) : notMet(why, proof.stream().distinct());
        }
        return met(by(last), proof.stream().distinct());
    }

    static String by(Proven approval) {
        return switch (approval.text("by")) {
            case "HUMAN" -> "approved by " + String.join(", ", approval.texts("approvers"));
            case "TEMPLATE" -> "approved as a standard change by " + String.join(", ", approval.texts("approvers"));
            case "POLICY" -> "approved by the policy, which asks nobody for such a change";
            default -> "approved: " + approval.text("by") + " " + String.join(", ", approval.texts("approvers"));
        };
    }

    /// The one that held when the rollout began.
    private static Optional<Proven> approvalAt(Story story, Proven start) {
        Optional<Proven> holds = Optional.empty();
        for (Proven fact : story.own()) {
            if (story.isBefore(start, fact)) {
                break;
            }
            if (fact.type().equals("ChangeApproved")) {
                holds = Optional.of(fact);
            } else if (ENDS_APPROVAL.contains(fact.type())) {
                holds = Optional.empty();
            }
        }
        return holds;
    }

    private static Stream<Proven> ratifying(Story story, Proven asked) {
        return Stream.concat(
                Stream.of(asked), Stream.concat(story.of("RetroactiveApprovalRecorded"), story.of("RetroactiveApprovalMissed")));
    }

    private static String ratification(Story story, Proven asked) {
        if (isRatified(story, asked)) {
            return "ratified by " + String.join(", ", ratifiers(story, "APPROVE"));
        }
        Set<String> against = ratifiers(story, "REJECT");
        if (!against.isEmpty()) {
            return "not ratified: " + String.join(", ", against) + " disapproved";
        }
        return story.first("RetroactiveApprovalMissed").isPresent()
                ? "nobody ratified it in time"
                : "not ratified yet, due until " + asked.text("ratificationDueAt");
    }

    private static Set<String> ratifiers(Story story, String decision) {
        Set<String> people = new LinkedHashSet<>();
        story.of("RetroactiveApprovalRecorded").filter(each -> each.text("decision").equals(decision)).forEach(each -> people.add(each.text("by")));
        return people;
    }

    /// As many ratify as would have had to approve.
    private static boolean isRatified(Story story, Proven asked) {
        Set<String> people = ratifiers(story, "APPROVE");
        if (!ratifiers(story, "REJECT").isEmpty() || people.isEmpty()) {
            return false;
        }
        for (JsonNode stage : asked.payload().path("stages")) {
            Set<String> eligible = new HashSet<>();
            stage.path("eligible").forEach(each -> eligible.add(each.asString()));
            if (people.stream().filter(eligible::contains).count() < stage.path("quorum").asLong()) {
                return false;
            }
        }
        return true;
    }

    /// Nobody approves what they asked for, carry out or wrote.
    static Finding separated(Story story) {
        List<Proven> votes = story.of("ApprovalVoteCast").filter(each -> each.text("decision").equals("APPROVE")).toList();
        if (votes.isEmpty()) {
            return notApplicable("no person voted for it");
        }
        List<String> own = new ArrayList<>();
        for (Proven vote : votes) {
            Set<String> concerned = concerned(story, vote);
            Stream.concat(Stream.of(vote.text("voter")), vote.texts("through").stream()).filter(concerned::contains).forEach(own::add);
        }
        return own.isEmpty()
                ? met("none of the " + votes.size() + " who voted for it asked for it, carries it out or wrote any of it", votes.stream())
                : notMet(String.join(", ", own) + " approved a change of their own", votes.stream());
    }

    private static Set<String> concerned(Story story, Proven vote) {
        Set<String> people = new HashSet<>();
        for (Proven fact : story.own()) {
            if (fact.payload().path("rfc").isObject() && story.isBefore(fact, vote)) {
                people.clear();
                people.add(fact.payload().path("rfc").path("requester").asString(""));
                people.add(fact.payload().path("rfc").path("implementer").asString(""));
                people.addAll(fact.texts("writtenBy"));
            }
        }
        return people;
    }
}
