package slipway.audit.history;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import slipway.audit.history.ChangeStory.State;
import slipway.audit.history.Chronicle.Why;
import slipway.events.ApprovalStage;
import slipway.events.ApprovedBy;
import slipway.events.ChangeType;
import slipway.events.Meta;
import slipway.events.VoteDecision;
import slipway.events.change.ApprovalEscalated;
import slipway.events.change.ApprovalRequested;
import slipway.events.change.ApprovalSuperseded;
import slipway.events.change.ApprovalVoteCast;
import slipway.events.change.ChangeApproved;
import slipway.events.change.ChangeRejected;
import slipway.events.change.EmergencyBypassInvoked;

/// People are asked, and answer: in time, or not.
final class Approval {

    /// @param cameFrom the fact whose timer waits
    private record Asked(ApprovalStage stage, Instant dueAt, List<String> escalation, Meta cameFrom) {}

    private record Planned(String stage, String voter, VoteDecision decision, @Nullable String reason) {}

    private final ChangeStory change;
    private final Map<String, Asked> asked = new LinkedHashMap<>();
    private final Map<String, Planned> votes = new LinkedHashMap<>();
    private boolean byPeople;
    private boolean amended;

    Approval(ChangeStory change) {
        this.change = change;
    }

    boolean isByPeople() {
        return byPeople;
    }

    void ask(Why why, List<ApprovalStage> stages, Instant now, Instant until) {
        byPeople = true;
        asked.clear();
        votes.clear();
        World world = change.world;
        for (ApprovalStage stage : stages) {
            Instant dueAt = Working.earlier(now.plus(Judging.waits(stage.getName())), until);
            List<String> escalation = world.judging.escalation(stage.getName(), change.own());
            Meta requested = change.tell(
                    why,
                    meta -> new ApprovalRequested(
                            meta, stage, dueAt, escalation, Judging.escalationWaits(stage.getName()).toSeconds()));
            asked.put(stage.getName(), new Asked(stage, dueAt, escalation, requested));
            String recipient = change.dice.one(stage.getEligible());
            world.notices.tell(change.story, change.dice, change.aggregate, requested, "ApprovalRequested", recipient, true);
        }
        decide();
    }

    /// What becomes of it.
    private void decide() {
        if (change.breaks(Breach.OVERDUE)) {
            return;
        }
        asked.values().forEach(this::wait);
        Dice dice = change.dice;
        boolean emergency = change.rfc().getType() == ChangeType.EMERGENCY;
        if (emergency && dice.in(Shares.GLASS_BROKEN)) {
            change.later(change.chronicle.now().plusSeconds(dice.between(2, 15) * 60L), this::breakGlass);
        } else if (emergency) {
            vote(approving(), 1200);
        } else if (dice.in(Shares.UNANSWERED)) {
            // Holidays; the timers do what is to be done.
            return;
        } else if (dice.in(Shares.REJECTED)) {
            reject();
        } else if (dice.in(Shares.CANCELLED_WAITING)) {
            change.later(Working.atWork(change.chronicle.now().plusSeconds(dice.between(10, 600) * 60L)), () -> change.cancel("a better way was found"));
        } else {
            plainly();
        }
    }

    private void plainly() {
        long available = Working.seconds(change.chronicle.now(), Working.earlier(change.window().getNotBefore(), firstDue()));
        long span = Math.max(60, Math.min(available * 8 / 10, 60 * 3600L));
        if (!amended && change.rfc().getType() == ChangeType.NORMAL && change.dice.in(Shares.AMENDED) && span > 7200) {
            amended = true;
            List<Planned> some = approving();
            vote(some.subList(0, some.size() - 1), span / 2);
            change.later(change.chronicle.now().plusSeconds(span / 2 + 60), () -> change.amend(
                    new Requests(change.world, change.dice).amended(change.rfc()),
                    votes.values().stream().map(Planned::voter).toList()));
            return;
        }
        vote(approving(), span);
    }

    private Instant firstDue() {
        return asked.values().stream().map(Asked::dueAt).min(Instant::compareTo).orElseThrow();
    }

    /// Distinct people, those of the boards first because they are the fewest.
    private List<Planned> approving() {
        Set<String> used = new LinkedHashSet<>();
        List<Planned> planned = new ArrayList<>();
        for (Asked each : List.copyOf(asked.values()).reversed()) {
            List<String> free = new ArrayList<>(each.stage().getEligible().stream().filter(person -> !used.contains(person)).toList());
            for (int i = 0; i < each.stage().getQuorum(); i++) {
                String voter = free.remove(change.dice.below(free.size()));
                used.add(voter);
                planned.addFirst(new Planned(each.stage().getName(), voter, VoteDecision.APPROVE, null));
            }
        }
        if (change.breaks(Breach.OWN_APPROVAL)) {
            Planned first = planned.removeFirst();
            planned.addFirst(new Planned(first.stage(), change.rfc().getRequester(), VoteDecision.APPROVE, null));
        }
        return planned;
    }

    /// @param span how long all of them take, seconds
    private void vote(List<Planned> planned, long span) {
        long each = Math.max(1, span / (planned.size() + 1));
        Instant now = change.chronicle.now();
        for (int i = 0; i < planned.size(); i++) {
            Planned vote = planned.get(i);
            Instant at = now.plusSeconds(each * i + Math.max(1, each * change.dice.between(20, 90) / 100));
            Instant atWork = Working.atWork(at);
            change.later(atWork.isBefore(now.plusSeconds(span)) ? atWork : at, () -> cast(vote));
        }
    }

    private void cast(Planned vote) {
        votes.put(vote.voter(), vote);
        Why person = Why.person(vote.voter());
        Meta told = change.tell(
                person,
                meta -> new ApprovalVoteCast(meta, vote.stage(), vote.voter(), vote.decision(), vote.reason(), null, List.of()));
        if (!met()) {
            return;
        }
        List<String> by = votes.values().stream()
                .filter(each -> each.decision() == VoteDecision.APPROVE)
                .map(Planned::voter)
                .toList();
        Instant until = Working.earlier(
                told.getRecordedAt().plus(ChangeStory.APPROVAL_LASTS), change.outer().getNotAfter());
        Meta approved = change.breaks(Breach.STARTED_WITHOUT_APPROVAL)
                ? told
                : change.tell(person, meta -> new ChangeApproved(meta, ApprovedBy.HUMAN, by, change.planDigest(), until));
        change.approved(approved, by, until);
    }

    private boolean met() {
        return asked.values().stream().allMatch(this::isMet);
    }

    private boolean isMet(Asked each) {
        return votes.values().stream()
                        .filter(vote -> vote.decision() == VoteDecision.APPROVE)
                        .filter(vote -> vote.stage().equals(each.stage().getName()))
                        .count()
                >= each.stage().getQuorum();
    }

    /// A veto of security, or all owners against it; where only a peer is asked, whoever asked gives it up instead.
    private void reject() {
        Dice dice = change.dice;
        Asked board = asked.get("board");
        Asked owner = asked.get("owner");
        long span = Math.max(60, Math.min(36 * 3600L, Working.seconds(change.chronicle.now(), firstDue()) * 8 / 10));
        if (board != null) {
            String who = dice.one(board.stage().getVetoers());
            against(List.of(new Planned("board", who, VoteDecision.REJECT, "it opens a port to the outside that nobody watches")), span);
        } else if (owner != null) {
            against(
                    owner.stage().getEligible().stream()
                            .map(person -> new Planned("owner", person, VoteDecision.REJECT, "not before the migration is through"))
                            .toList(),
                    span);
        } else {
            change.later(change.chronicle.now().plusSeconds(span), () -> change.cancel("colleagues showed a better way"));
        }
    }

    private void against(List<Planned> planned, long span) {
        vote(planned.subList(0, planned.size() - 1), span);
        Planned last = planned.getLast();
        change.later(change.chronicle.now().plusSeconds(span + 1), () -> {
            Why person = Why.person(last.voter());
            change.tell(
                    person,
                    meta -> new ApprovalVoteCast(meta, last.stage(), last.voter(), last.decision(), last.reason(), null, List.of()));
            Meta rejected = change.tell(
                    person, meta -> new ChangeRejected(meta, last.stage(), last.voter(), String.valueOf(last.reason())));
            change.end(rejected, "the change was rejected");
        });
    }

    private void wait(Asked each) {
        change.later(each.dueAt(), () -> {
            Asked now = asked.get(each.stage().getName());
            if (change.state == State.WAITING && now.equals(each) && !isMet(each)) {
                unanswered(each);
            }
        });
    }

    private void unanswered(Asked each) {
        Instant now = change.chronicle.now();
        String name = each.stage().getName();
        Instant due = Working.earlier(now.plus(Judging.escalationWaits(name)), change.outer().getNotAfter());
        if (each.escalation().isEmpty() || !due.isAfter(now)) {
            change.expire(each.cameFrom(), "not approved until " + each.dueAt() + " by stage " + name);
            return;
        }
        ApprovalStage more = new ApprovalStage(
                name,
                Stream.concat(each.stage().getEligible().stream(), each.escalation().stream()).distinct().sorted().toList(),
                each.stage().getQuorum(),
                each.stage().getVetoers());
        Meta escalated =
                change.tell(Why.reaction(ChangeStory.SERVICE, each.cameFrom()), meta -> new ApprovalEscalated(meta, more, due));
        Asked again = new Asked(more, due, List.of(), escalated);
        asked.put(name, again);
        wait(again);
        if (change.dice.in(500)) {
            List<String> free = each.escalation().stream().filter(person -> !votes.containsKey(person)).toList();
            Planned vote = new Planned(name, change.dice.one(free), VoteDecision.APPROVE, null);
            // Later they would come too late for the window.
            long left = Working.seconds(now, Working.earlier(due, change.window().getNotBefore()));
            if (left > 10) {
                change.later(now.plusSeconds(left * change.dice.between(10, 80) / 100), () -> castOnce(vote));
            }
        }
    }

    private void castOnce(Planned vote) {
        if (change.state == State.WAITING && !votes.containsKey(vote.voter())) {
            cast(vote);
        }
    }

    private void breakGlass() {
        World world = change.world;
        String by = change.dice.one(world.company.group(Company.BREAK_GLASS));
        Why person = Why.person(by);
        List<ApprovalStage> stages = asked.values().stream()
                .map(each -> new ApprovalStage(
                        each.stage().getName(),
                        Stream.concat(each.stage().getEligible().stream(), each.escalation().stream())
                                .filter(who -> !who.equals(by) && !change.own().contains(who))
                                .distinct()
                                .sorted()
                                .toList(),
                        each.stage().getQuorum(),
                        each.stage().getVetoers()))
                .toList();
        List<String> ratifiers =
                stages.stream().flatMap(stage -> stage.getEligible().stream()).distinct().sorted().toList();
        Instant at = change.chronicle.now();
        Instant due = at.plus(Aftermath.RATIFICATION);
        change.tell(person, meta -> new ApprovalSuperseded(meta, change.planDigest(), List.of(), by + " broke the glass"));
        Meta bypassed = change.tell(
                person,
                meta -> new EmergencyBypassInvoked(
                        meta, by, change.rfc().getIncidentRef(), "customers cannot pay", ratifiers, due, stages));
        Instant until = Working.earlier(at.plus(ChangeStory.APPROVAL_LASTS), change.outer().getNotAfter());
        List<String> none = List.of("break-glass");
        Meta approved = change.tell(
                person, meta -> new ChangeApproved(meta, ApprovedBy.BREAK_GLASS, none, change.planDigest(), until));
        change.aftermath.toBeRatified(bypassed, stages, due, change.dice.in(Shares.NOT_RATIFIED_IN_TIME));
        change.approved(approved, none, until);
    }
}
