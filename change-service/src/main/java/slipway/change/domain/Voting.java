package slipway.change.domain;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiPredicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import slipway.change.domain.ChangeCommand.CastVote;
import slipway.change.domain.ChangeCommand.NoteAttempt;
import slipway.change.domain.ChangeEvent.ApprovalAttemptRefused;
import slipway.change.domain.ChangeEvent.ApprovalVoteCast;
import slipway.change.domain.ChangeEvent.ChangeApproved;
import slipway.change.domain.ChangeEvent.ChangeRejected;
import slipway.change.domain.ChangeState.Approved;
import slipway.change.domain.ChangeState.Asked;
import slipway.change.domain.ChangeState.AwaitingApproval;
import slipway.change.domain.ChangeState.Vote;
import slipway.change.policy.Tally;
import slipway.decider.Decision;
import slipway.decider.Wording;

/// Votes: one human counts once, the newest vote of a seat stands, nobody votes on their own change, by whatever road. Approved
/// when every stage has its quorum; rejected by a veto, or when a quorum can no longer be met.
final class Voting {

    private Voting() {}

    static Decision<ChangeEvent> cast(CastVote vote, ChangeState state) {
        if (state instanceof AwaitingApproval waiting) {
            return cast(vote, waiting);
        }
        boolean repeated = state instanceof Approved approved
                && vote.decision() == VoteDecision.APPROVE
                && approved.approvers().contains(vote.by().id());
        return repeated
                ? Decision.nothing()
                : Decision.refuse("there is nothing to vote on: the change is " + state.status());
    }

    private static Decision<ChangeEvent> cast(CastVote cast, AwaitingApproval waiting) {
        String voter = cast.by().id();
        String seat = cast.onBehalfOf() == null ? voter : cast.onBehalfOf();
        List<Asked> stages = stages(cast, seat, waiting);
        List<String> reasons = reasonsAgainst(cast, seat, stages, waiting);
        if (!reasons.isEmpty()) {
            return Decision.refuse(reasons);
        }
        String stage = needed(cast, seat, stages, waiting);
        Vote vote = vote(stage, cast);
        if (vote.equals(waiting.votes().get(seat))) {
            return Decision.nothing();
        }
        AwaitingApproval after = waiting.with(seat, vote);
        List<ChangeEvent> facts = new ArrayList<>();
        facts.add(new ApprovalVoteCast(
                stage, voter, cast.decision(), cast.reason(), cast.onBehalfOf(), cast.by().actors()));
        Tally tally = tally(after, cast.today());
        if (cast.decision() == VoteDecision.APPROVE && !tally.reachable()) {
            return Decision.refuse(
                    tally(waiting, cast.today()).reachable()
                            ? "one human counts once, and without " + seat + " these stages cannot reach their quorum: "
                                    + lost(stage, seat, waiting) + "; vote for one of them"
                            : tooFew(tally));
        }
        if (tally.vetoed() || !tally.reachable()) {
            facts.add(new ChangeRejected(
                    stage, voter, Objects.requireNonNull(cast.reason(), "whoever rejects says why")));
        } else if (tally.met()) {
            facts.add(new ChangeApproved(
                    ApprovedBy.HUMAN,
                    approvers(after),
                    waiting.dossier().digest(),
                    Assessment.lastsUntil(waiting.dossier().rfc().outerWindow(), cast.at())));
        }
        return Decision.accept(facts);
    }

    private static Vote vote(String stage, CastVote cast) {
        return new Vote(stage, cast.by().id(), cast.decision(), cast.by().actors());
    }

    /// Why a quorum cannot be met any more by those who are left.
    static String tooFew(Tally tally) {
        return "approval: nobody can give it any more, because people left: "
                + tally.shortSubset().stream()
                        .map(stage -> stage.stage() + " still needs " + tally.missing(stage) + " and may be given by "
                                + stage.eligible().stream()
                                        .filter(person -> !tally.votes().containsKey(person))
                                        .toList())
                        .collect(Collectors.joining("; "));
    }

    /// The other stages in which this seat is needed.
    private static List<String> lost(String stage, String seat, AwaitingApproval waiting) {
        return waiting.asked().stream()
                .map(Asked::stage)
                .filter(other -> !other.name().equals(stage) && other.eligible().contains(seat))
                .map(ApprovalStage::name)
                .toList();
    }

    /// Where this seat may vote so: it was asked, and could still be.
    private static List<Asked> stages(CastVote cast, String seat, AwaitingApproval waiting) {
        return asked(cast, seat, waiting).stream()
                .filter(asked -> cast.today().mayVote(seat, asked)
                        || cast.decision() == VoteDecision.REJECT && cast.today().mayVeto(seat, asked))
                .toList();
    }

    private static List<Asked> asked(CastVote cast, String seat, AwaitingApproval waiting) {
        return waiting.asked().stream()
                .filter(asked -> cast.stage() == null || cast.stage().equals(asked.stage().name()))
                .filter(asked -> asked.stage().eligible().contains(seat)
                        || cast.decision() == VoteDecision.REJECT
                                && asked.stage().vetoers().contains(seat))
                .toList();
    }

    /// Where it is needed most: the first stage for which all can still be brought to their quorum.
    private static String needed(CastVote cast, String seat, List<Asked> stages, AwaitingApproval waiting) {
        Vote standing = waiting.votes().get(seat);
        if (standing != null && stages.stream().anyMatch(asked -> asked.stage().name().equals(standing.stage()))) {
            return standing.stage();
        }
        return stages.stream()
                .map(asked -> asked.stage().name())
                .filter(stage -> useful(stage, seat, cast, waiting))
                .findFirst()
                .orElseGet(() -> stages.getFirst().stage().name());
    }

    private static boolean useful(String stage, String seat, CastVote cast, AwaitingApproval waiting) {
        Tally before = tally(waiting, cast.today());
        Tally after = tally(waiting.with(seat, vote(stage, cast)), cast.today());
        boolean missing = before.stages().stream()
                .anyMatch(each -> each.stage().equals(stage) && before.missing(each) > 0);
        return cast.decision() == VoteDecision.REJECT || missing && after.reachable();
    }

    private static List<String> reasonsAgainst(
            CastVote cast, String seat, List<Asked> stages, AwaitingApproval waiting) {
        List<String> reasons = separation(cast, seat, waiting.dossier());
        String voter = cast.by().id();
        if (!seat.equals(voter)) {
            if (!cast.delegated()) {
                reasons.add(seat + " has not delegated their votes to " + voter + " for now");
            }
            if (!cast.today().isThere(voter)) {
                reasons.add(voter + " is not in the inventory");
            }
            Vote own = waiting.votes().get(seat);
            if (own != null && own.voter().equals(seat)) {
                reasons.add(seat + " has voted themselves: nobody else does in their place");
            }
        }
        if (reasons.isEmpty() && stages.isEmpty()) {
            reasons.add(
                    asked(cast, seat, waiting).isEmpty()
                            ? seat + " is not among those who may vote: " + who(waiting)
                            : seat + " was asked, but is no longer in a group that may vote on this");
        }
        waiting.votes().forEach((other, vote) -> {
            if (!other.equals(seat)) {
                cast.by().everybody().stream()
                        // A bot may serve many; it is not a human who counts twice.
                        .filter(person -> person.equals(voter) || cast.today().isThere(person))
                        .filter(vote::isOf)
                        .forEach(person -> reasons.add(
                                "one human counts once: " + person + " has voted in the place of " + other));
            }
        });
        if (cast.planDigest() != null && !cast.planDigest().equals(waiting.dossier().digest())) {
            reasons.add("planDigest: the plan is another one by now, " + waiting.dossier().digest()
                    + ": look at it again");
        }
        reasons.addAll(faults(cast));
        stages.stream()
                .filter(asked -> !cast.at().isBefore(asked.dueAt()))
                .forEach(asked -> reasons.add("the time to vote ended at " + asked.dueAt()));
        return reasons;
    }

    private static List<String> faults(CastVote cast) {
        return switch (cast.decision()) {
            case APPROVE -> Wording.lines("reason", cast.reason(), Wording.REASON);
            case REJECT ->
                cast.reason() == null || cast.reason().isBlank()
                        ? List.of("reason: is missing; whoever rejects says why")
                        : Wording.reason("reason", cast.reason());
            case UNKNOWN -> List.of("decision: must be APPROVE or REJECT");
        };
    }

    /// Nobody judges their own change, nor a plan that they wrote, by whatever road: themselves, for another, through another.
    private static List<String> separation(CastVote cast, String seat, Dossier dossier) {
        List<String> reasons = new ArrayList<>();
        Stream.concat(cast.by().everybody().stream(), Stream.of(seat)).distinct().forEach(person -> {
            String part = dossier.part(person);
            if (part != null) {
                String road = person.equals(cast.by().id())
                        ? ""
                        : person.equals(seat) ? ", nor does their delegate" : ", nor in the name of " + cast.by().id();
                reasons.add("separation of duties: " + person + " " + part + " and never votes on this change" + road);
            }
        });
        return reasons;
    }

    private static Map<String, List<String>> who(AwaitingApproval waiting) {
        return waiting.asked().stream()
                .collect(Collectors.toMap(
                        asked -> asked.stage().name(), asked -> asked.stage().eligible(), (one, _) -> one));
    }

    /// As those stand who were asked.
    static Tally tally(AwaitingApproval waiting) {
        return tally(waiting, (_, _) -> true);
    }

    /// Counts what was cast, and expects more only of those who could still be asked.
    static Tally tally(AwaitingApproval waiting, Membership today) {
        return tally(waiting, today::mayVote);
    }

    private static Tally tally(AwaitingApproval waiting, BiPredicate<String, Asked> stillThere) {
        return new Tally(
                waiting.asked().stream()
                        .map(asked -> new Tally.Requirement(
                                asked.stage().name(),
                                asked.stage().eligible().stream()
                                        .filter(person -> waiting.votes().containsKey(person)
                                                || stillThere.test(person, asked))
                                        .toList(),
                                asked.stage().quorum(),
                                asked.stage().vetoers()))
                        .toList(),
                waiting.votes().entrySet().stream()
                        .collect(Collectors.toMap(
                                Map.Entry::getKey,
                                vote -> new Tally.Cast(
                                        vote.getValue().stage(), vote.getValue().decision() == VoteDecision.APPROVE))));
    }

    private static List<String> approvers(AwaitingApproval waiting) {
        return waiting.votes().values().stream()
                .filter(vote -> vote.decision() == VoteDecision.APPROVE)
                .map(Vote::voter)
                .toList();
    }

    static Decision<ChangeEvent> note(NoteAttempt attempt) {
        return Decision.accept(
                new ApprovalAttemptRefused(attempt.who(), attempt.authenticated(), attempt.reasons()));
    }
}
