package slipway.change.domain;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import slipway.change.calendar.Window;
import slipway.change.domain.ChangeCommand.Authorise;
import slipway.change.domain.ChangeCommand.CompleteImplementation;
import slipway.change.domain.ChangeCommand.RollBack;
import slipway.change.domain.ChangeCommand.Schedule;
import slipway.change.domain.ChangeCommand.Submit;
import slipway.change.domain.ChangeCommand.Vote;
import slipway.decider.Story;

/// People, items and requests that the stories are about.
final class Examples {

    static final Instant NOW = Instant.parse("2026-03-02T10:00:00Z");
    static final Window WINDOW = new Window(NOW.plus(Duration.ofHours(1)), NOW.plus(Duration.ofHours(3)));
    static final Instant INSIDE = WINDOW.notBefore().plus(Duration.ofMinutes(5));
    static final String RELEASE = "REL-CHG-7";
    static final Asker ROSA = new Asker("rosa", Set.of("change-managers"));

    static final Inventory INVENTORY = new Inventory(
            List.of(
                    person("dana", "developers", "approvers"),
                    person("aki", "developers", "approvers"),
                    person("sam", "web-owners", "approvers"),
                    person("rosa", "change-managers"),
                    person("olu", "auditors")),
            List.of(
                    item("inventory-web", 3, 2, "shop"),
                    item("inventory-db", 3, 2, "inventory-web"),
                    item("shop", 2, 3),
                    item("payments", 5, 1)));

    private Examples() {}

    static Inventory.Person person(String id, String... groups) {
        return new Inventory.Person(id, id, id + "@example.org", List.of(groups));
    }

    static Inventory.Item item(String id, int criticality, int tier, String... impacts) {
        return new Inventory.Item(
                id, id, criticality, tier, "web-owners", List.of(impacts), List.of("http://localhost/" + id));
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
                List.of());
    }

    static Submit submit(Rfc rfc) {
        return new Submit(rfc, List.of(), INVENTORY, History.CLEAN, NOW);
    }

    static Vote approval(String voter) {
        return new Vote(voter, VoteDecision.APPROVE, null, NOW);
    }

    static Vote rejection(String voter) {
        return new Vote(voter, VoteDecision.REJECT, "no capacity", NOW);
    }

    static Schedule schedule() {
        return new Schedule("RSV-CHG-7", NOW);
    }

    static Authorise authorise(String environment, Rfc rfc) {
        return new Authorise(
                RELEASE, environment, "sha256:" + "a".repeat(64), PlanDigest.of(rfc), VerificationLevel.V4, INSIDE);
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
        Story<ChangeCommand, ChangeState, ChangeEvent> story = submitted(rfc).after(approval("aki"));
        return story.state() instanceof ChangeState.Approved ? story : story.after(approval("sam"));
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
