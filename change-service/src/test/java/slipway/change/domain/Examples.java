package slipway.change.domain;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import slipway.change.calendar.Window;
import slipway.change.domain.ChangeCommand.Authorise;
import slipway.change.domain.ChangeCommand.CastVote;
import slipway.change.domain.ChangeCommand.CompleteImplementation;
import slipway.change.domain.ChangeCommand.LookAtCalendar;
import slipway.change.domain.ChangeCommand.Ratify;
import slipway.change.domain.ChangeCommand.RollBack;
import slipway.change.domain.ChangeCommand.Submit;
import slipway.change.policy.Policy;
import slipway.change.policy.PolicyText;
import slipway.decider.Story;

/// People, items and requests that the stories are about.
final class Examples {

    static final Instant NOW = Instant.parse("2026-03-02T10:00:00Z");
    static final Window WINDOW = new Window(NOW.plus(Duration.ofHours(1)), NOW.plus(Duration.ofHours(3)));
    static final Instant INSIDE = WINDOW.notBefore().plus(Duration.ofMinutes(5));
    static final String RELEASE = "REL-CHG-7";
    static final Environments ENVIRONMENTS = new Environments(List.of("dev", "qa", "staging", "prod"));
    static final Asker ROSA = new Asker("rosa", Set.of("change-managers"));

    static final Inventory INVENTORY = new Inventory(
            List.of(
                    person("dana", "developers", "approvers"),
                    person("aki", "developers", "approvers"),
                    person("sam", "web-owners", "approvers"),
                    person("lea", "web-owners", "cab"),
                    person("ben", "cab"),
                    person("ida", "cab"),
                    person("uri", "cab", "security"),
                    person("noa", "ecab"),
                    person("tim", "ecab"),
                    person("rosa", "change-managers"),
                    person("olu", "auditors")),
            List.of(
                    item("inventory-web", 3, 2, "shop"),
                    item("inventory-db", 3, 2, "inventory-web"),
                    item("shop", 2, 3),
                    item("payments", 5, 1)));

    /// A peer for everything; from MODERATE on the owner, from HIGH on the board; an emergency board of its own.
    static final Policy POLICY = policy();

    private static Policy policy() {
        PolicyText text = new PolicyText(
                "test",
                "1",
                "test",
                List.of(
                        require("peer", "type != 'EMERGENCY' && !('TESTED' in evidence && risk == 'LOW')", "peer"),
                        new PolicyText.Rule(
                                "auto", "type == 'NORMAL' && risk == 'LOW'", new PolicyText.Effect.Auto()),
                        require("owner", "type != 'EMERGENCY' && risk != 'LOW'", "owner"),
                        require("board", "type != 'EMERGENCY' && risk in ['HIGH', 'EXTREME']", "board"),
                        require("emergency", "type == 'EMERGENCY'", "emergency"),
                        new PolicyText.Rule(
                                "rehearsed",
                                "risk == 'EXTREME' && type != 'LATENT' && !('REHEARSED_ROLLBACK' in evidence)",
                                new PolicyText.Effect.Deny("rehearse the rollback"))),
                List.of(
                        stage("peer", "'approvers' in groups", 1, null, null, Duration.ofDays(20)),
                        stage("owner", "groups.exists(g, g in ownerGroups)", 1, null, null, Duration.ofDays(20)),
                        stage("board", "'cab' in groups", 3, new PolicyText.Share(2, 3), "'security' in groups", Duration.ofDays(20)),
                        new PolicyText.StageText(
                                "emergency",
                                "'ecab' in groups",
                                1,
                                null,
                                null,
                                Duration.ofMinutes(10),
                                "'change-managers' in groups",
                                Duration.ofMinutes(20))));
        return switch (Policy.read(text)) {
            case Policy.Reading.Sound(var policy) -> policy;
            case Policy.Reading.Faulty(var faults) -> throw new AssertionError(faults);
        };
    }

    private static PolicyText.Rule require(String name, String when, String stage) {
        return new PolicyText.Rule(name, when, new PolicyText.Effect.Require(List.of(stage)));
    }

    private static PolicyText.StageText stage(
            String name, String voters, int atLeast, PolicyText.Share share, String veto, Duration waits) {
        return new PolicyText.StageText(name, voters, atLeast, share, veto, waits, null, Duration.ZERO);
    }

    private Examples() {}

    static Inventory.Person person(String id, String... groups) {
        return new Inventory.Person(id, id, id + "@example.org", List.of(groups));
    }

    static Inventory.Item item(String id, int criticality, int tier, String... impacts) {
        return new Inventory.Item(
                id, id, criticality, tier, "web-owners", List.of(impacts), List.of("http://localhost/" + id), List.of());
    }

    static RiskAnswers answers(int each) {
        return new RiskAnswers(each, each, each, each, each, each, each, each);
    }

    /// A MODERATE one: criticality 3, likelihood 2.
    static Rfc rfc() {
        return with(answers(2), List.of("inventory-web"), WINDOW);
    }

    static Rfc lowRisk() {
        return with(answers(1), List.of("inventory-web"), WINDOW);
    }

    static Rfc with(RiskAnswers answers, List<String> items, Window window) {
        return rfc(ChangeType.NORMAL, answers, items, window, null, false, false, null);
    }

    static Rfc rfc(
            ChangeType type,
            RiskAnswers answers,
            List<String> items,
            Window window,
            String digest,
            boolean outage,
            boolean irreversible,
            String incident) {
        return new Rfc(
                type,
                "Inventory 2.1.0",
                "Customers see stock per shop",
                "dana",
                "dana",
                "inventory-web",
                "2.1.0",
                digest,
                items,
                List.of("dev", "prod"),
                "Roll out by canary",
                "Switch back, restore the database",
                "Smoke tests",
                null,
                outage,
                irreversible,
                true,
                window,
                60,
                answers,
                null,
                incident,
                List.of(),
                600,
                null,
                List.of(),
                List.of(),
                List.of(),
                Map.of(),
                List.of(),
                List.of());
    }

    static Circumstances now() {
        return now(INVENTORY);
    }

    static Circumstances now(Inventory inventory) {
        return new Circumstances(inventory, History.CLEAN, POLICY, null, List.of(), ENVIRONMENTS, NOW);
    }

    static Circumstances now(Template template) {
        return new Circumstances(INVENTORY, History.CLEAN, POLICY, template, List.of(), ENVIRONMENTS, NOW);
    }

    static Circumstances now(Conflict... conflicts) {
        return new Circumstances(INVENTORY, History.CLEAN, POLICY, null, List.of(conflicts), ENVIRONMENTS, NOW);
    }

    static Submit submit(Rfc rfc) {
        return new Submit(rfc, List.of(rfc.requester()), List.of(), now());
    }

    static CastVote approval(String voter) {
        return vote(voter, null, false, null, VoteDecision.APPROVE, null, null, NOW);
    }

    static CastVote rejection(String voter) {
        return vote(voter, null, false, null, VoteDecision.REJECT, "no capacity", null, NOW);
    }

    static CastVote vote(
            String voter,
            String onBehalfOf,
            boolean delegated,
            String stage,
            VoteDecision decision,
            String reason,
            String planDigest,
            Instant at) {
        Asker by = new Asker(voter, Set.of());
        return new CastVote(by, onBehalfOf, delegated, stage, decision, reason, planDigest, today(INVENTORY), at);
    }

    /// An approval by somebody, with what was said about it replaced.
    static CastVote approval(Asker by, String onBehalfOf, Membership today) {
        return new CastVote(by, onBehalfOf, onBehalfOf != null, null, VoteDecision.APPROVE, null, null, today, NOW);
    }

    static Ratify ratify(String by, VoteDecision decision, String reason, Instant at) {
        return new Ratify(new Asker(by, Set.of()), decision, reason, today(INVENTORY), at);
    }

    /// Who may be asked with these people. The stages of [#POLICY] ask for groups only, so any request will do.
    static Membership today(Inventory inventory) {
        Dossier any = Dossier.of(rfc(), PlanDigest.of(rfc()), 1);
        return Membership.of(POLICY, any, Impact.of(rfc().configurationItems(), inventory), inventory);
    }

    static Inventory without(String... people) {
        Inventory left = INVENTORY;
        for (String person : people) {
            left = left.withoutPerson(person);
        }
        return left;
    }

    static LookAtCalendar schedule() {
        return look();
    }

    static LookAtCalendar look(Conflict... conflicts) {
        return new LookAtCalendar(List.of(conflicts), "RSV-CHG-7", NOW);
    }

    static Authorise authorise(String environment, Rfc rfc) {
        return new Authorise(
                RELEASE, environment, List.of("sha256:" + "a".repeat(64)), PlanDigest.of(rfc), VerificationLevel.V4, List.of(), INSIDE);
    }

    static CriterionResult criterion(boolean met) {
        return new CriterionResult("telemetry of inventory-web", met, met ? "HTTP 200" : "no telemetry");
    }

    static Story<ChangeCommand, ChangeState, ChangeEvent> story() {
        return Story.of(new ChangeDecider());
    }

    static Story<ChangeCommand, ChangeState, ChangeEvent> submitted(Rfc rfc) {
        return story().after(submit(rfc));
    }

    static Story<ChangeCommand, ChangeState, ChangeEvent> approved(Rfc rfc) {
        Story<ChangeCommand, ChangeState, ChangeEvent> story = submitted(rfc);
        for (String voter : List.of("noa", "aki", "sam")) {
            if (story.state() instanceof ChangeState.AwaitingApproval waiting
                    && waiting.asked().stream()
                            .anyMatch(asked -> asked.stage().eligible().contains(voter))) {
                story = story.after(approval(voter));
            }
        }
        return story;
    }

    static Story<ChangeCommand, ChangeState, ChangeEvent> scheduled(Rfc rfc) {
        return approved(rfc).after(schedule());
    }

    static Story<ChangeCommand, ChangeState, ChangeEvent> implementing(Rfc rfc) {
        return scheduled(rfc).after(authorise("dev", rfc));
    }

    static Story<ChangeCommand, ChangeState, ChangeEvent> monitoring(Rfc rfc) {
        return implementing(rfc).after(new CompleteImplementation(RELEASE, INSIDE));
    }

    static Story<ChangeCommand, ChangeState, ChangeEvent> rollingBack(Rfc rfc) {
        return implementing(rfc).after(new RollBack(RELEASE, "canary failed"));
    }
}
