package slipway.notification;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;
import slipway.http.Form;
import slipway.notification.routing.Branch;
import slipway.notification.routing.Labels;
import slipway.notification.routing.Plan.Telling;
import slipway.notification.routing.Plan.Verdict.At;
import slipway.notification.routing.Plan.Verdict.Suppressed;
import slipway.notification.routing.Urgency;

/// Who would be told of a fact if it came now, and why; nobody is told, and nothing is stored. For every signed-in person.
@RestController
class PlanController {

    private final Routing routing;
    private final Stories stories;
    private final Silences silences;
    private final Templates templates;
    private final DecideLink link;

    PlanController(
            Routing routing,
            Stories stories,
            Silences silences,
            Templates templates,
            Setup setup) {
        this.routing = routing;
        this.stories = stories;
        this.silences = silences;
        this.templates = templates;
        this.link = setup.link();
    }

    /// @param labels what the routes see of the fact
    /// @param routes those that tell it; one without receivers tells nobody
    /// @param subject what is said, as of a message of its own
    /// @param lines of its text
    record Explained(
            String urgency, Map<String, List<String>> labels, List<String> routes, List<Told> told, String subject, List<String> lines) {}

    /// @param at not before that; null: never
    /// @param group with which others in one message; empty: alone
    /// @param because of what it is later than at once, or not at all
    record Told(
            String receiver,
            String channel,
            String recipient,
            String route,
            @Nullable Instant at,
            String group,
            List<String> because) {}

    /// `type`, `changeId`, `aggregate`, `sequence`, `at`, `actor`, `actorKind`, `onBehalfOf` and `payload` of a fact, as the ledger shows them; fields that are not there are empty.
    @PostMapping("/notifications/plan")
    Explained plan(@RequestBody Form form) {
        Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
        String changeId = form.text("changeId");
        Description fact =
                new Description(FactForm.read(form, now), stories.of(changeId).orElse(Story.UNKNOWN));
        Message message = Message.of("none", List.of(fact.fact()), each -> link.beside(each, templates.words(each)));
        Urgency urgency = routing.urgency(fact);
        Labels labels = fact.labels(urgency);
        Map<String, List<String>> values = new TreeMap<>();
        labels.values().forEach((label, all) -> values.put(label, all.stream().sorted().toList()));
        return new Explained(
                urgency.name(),
                values,
                routing.tree() == null
                        ? List.of()
                        : routing.tree().taken(labels).stream().map(Branch::name).toList(),
                routing.plan(fact, silences.holding(), now).told().stream().map(this::told).toList(),
                message.subject(),
                message.lines());
    }

    private Told told(Telling telling) {
        String channel = routing.receivers().get(telling.receiver()).channel();
        return switch (telling.verdict()) {
            case At(var at, var group, _, var because) ->
                new Told(telling.receiver(), channel, telling.recipient(), telling.branch(), at, group, because);
            case Suppressed(var reason) ->
                new Told(telling.receiver(), channel, telling.recipient(), telling.branch(), null, "", List.of(reason));
        };
    }
}
