package slipway.audit.evidence;

import static slipway.audit.evidence.Finding.met;
import static slipway.audit.evidence.Finding.notApplicable;
import static slipway.audit.evidence.Finding.notMet;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import slipway.audit.domain.Invariant;
import tools.jackson.databind.JsonNode;

/// Who said yes, when, and whether they were allowed to.
final class Authority {

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
        for (Proven start : starts) {
            Optional<String> wrong = story.broken(Invariant.START_IS_AUTHORISED, start);
            if (wrong.isPresent()) {
                return notMet("the rollout in " + start.text("environment") + " began without authority: " + wrong.get(), Stream.of(start));
            }
        }
        List<Proven> proof = new ArrayList<>(story.own().stream()
                .filter(each -> each.type().equals("ChangeApproved") && story.isBefore(each, starts.getLast()))
                .toList());
        if (proof.isEmpty()) {
            return notMet("it was rolled out, and no approval is recorded", starts.stream());
        }
        Proven approval = proof.getLast();
        proof.addAll(starts);
        Optional<Proven> glass = story.last("EmergencyBypassInvoked");
        if (glass.isEmpty()) {
            return met(by(approval), proof.stream());
        }
        proof.addAll(ratifying(story, glass.get()).toList());
        String why = "an emergency, let through by " + glass.get().text("by") + "; " + ratification(story, glass.get());
        if (isRatified(story, glass.get())) {
            return met(why, proof.stream());
        }
        return isPending(story) ? notApplicable(why) : notMet(why, proof.stream());
    }

    static String by(Proven approval) {
        return switch (approval.text("by")) {
            case "HUMAN" -> "approved by " + String.join(", ", approval.texts("approvers"));
            case "TEMPLATE" -> "approved as a standard change by " + String.join(", ", approval.texts("approvers"));
            case "POLICY" -> "approved by the policy, which asks nobody for such a change";
            default -> "approved: " + approval.text("by") + " " + String.join(", ", approval.texts("approvers"));
        };
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
                ? "not enough people ratified it in time"
                : "not ratified yet, due until " + asked.text("ratificationDueAt");
    }

    private static Set<String> ratifiers(Story story, String decision) {
        Set<String> people = new LinkedHashSet<>();
        story.of("RetroactiveApprovalRecorded").filter(each -> each.text("decision").equals(decision)).forEach(each -> people.add(each.text("by")));
        return people;
    }

    /// Somebody may still ratify it, and the change waits for that.
    private static boolean isPending(Story story) {
        return story.end().isEmpty()
                && ratifiers(story, "REJECT").isEmpty()
                && story.first("RetroactiveApprovalMissed").isEmpty();
    }

    /// As many ratify as would have had to approve, each of them for one seat, before the time runs out.
    private static boolean isRatified(Story story, Proven asked) {
        Set<String> people = ratifiers(story, "APPROVE");
        if (!ratifiers(story, "REJECT").isEmpty() || story.first("RetroactiveApprovalMissed").isPresent() || people.isEmpty()) {
            return false;
        }
        List<JsonNode> stages = asked.payload().path("stages").valueStream().toList();
        for (int some = 1; some < 1 << stages.size(); some++) {
            if (!haveEnough(stages, some, people)) {
                return false;
            }
        }
        return true;
    }

    /// Every seat has somebody of its own exactly when any stages together have at least as many people as seats (P. Hall, On
    /// Representatives of Subsets, 1935).
    ///
    /// @param some a bit for each of the stages
    private static boolean haveEnough(List<JsonNode> stages, int some, Set<String> people) {
        Set<String> eligible = new LinkedHashSet<>();
        long seats = 0;
        for (int i = 0; i < stages.size(); i++) {
            if ((some & 1 << i) != 0) {
                stages.get(i).path("eligible").forEach(each -> eligible.add(each.asString()));
                seats += stages.get(i).path("quorum").asLong();
            }
        }
        return people.stream().filter(eligible::contains).count() >= seats;
    }

    /// Nobody approves what they asked for, carry out or wrote, in nobody's place, nor afterwards.
    static Finding separated(Story story) {
        List<Proven> given = story.own().stream()
                .filter(each -> Set.of("ApprovalVoteCast", "RetroactiveApprovalRecorded").contains(each.type()) && each.text("decision").equals("APPROVE")
                        || each.type().equals("ChangeApproved"))
                .toList();
        Set<String> own = new LinkedHashSet<>();
        given.forEach(each -> story.broken(Invariant.NOBODY_APPROVES_THEIR_OWN, each).ifPresent(own::add));
        if (!own.isEmpty()) {
            return notMet(String.join("; ", own), given.stream());
        }
        long people = given.stream().filter(each -> !each.type().equals("ChangeApproved")).count();
        return people == 0
                ? notApplicable("no person voted for it")
                : met("none of the " + people + " who said yes asked for it, carries it out or wrote any of it", given.stream());
    }
}
