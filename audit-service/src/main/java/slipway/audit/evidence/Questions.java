package slipway.audit.evidence;

import static slipway.audit.evidence.Finding.met;
import static slipway.audit.evidence.Finding.notApplicable;
import static slipway.audit.evidence.Finding.notMet;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/// The questions of which `controls.yml` makes controls, each answered by facts alone. Those about who said yes are in [Authority], those
/// about what was rolled out in [Rollouts].
final class Questions {

    static final Map<String, Function<Story, Finding>> BY_NAME = Map.ofEntries(
            Map.entry("documented", Questions::documented),
            Map.entry("assessed", Questions::assessed),
            Map.entry("authorised", Authority::authorised),
            Map.entry("separated", Authority::separated),
            Map.entry("tested", Rollouts::tested),
            Map.entry("secured", Rollouts::secured),
            Map.entry("gated", Rollouts::gated),
            Map.entry("scheduled", Rollouts::scheduled),
            Map.entry("matched", Rollouts::matched),
            Map.entry("validated", Rollouts::validated),
            Map.entry("reviewed", Questions::reviewed),
            Map.entry("communicated", Questions::communicated),
            Map.entry("recorded", Questions::recorded));

    private static final List<String> PLANS = List.of("justification", "implementationPlan", "rollbackPlan", "testPlan");

    private Questions() {}

    /// Whether anybody laid hands on an environment because of it.
    static boolean wasImplemented(Story story) {
        return story.first("ReleaseStarted").isPresent() || story.first("UnauthorisedChangeDetected").isPresent();
    }

    private static Finding documented(Story story) {
        Optional<Proven> request = story.request();
        if (request.isEmpty()) {
            return notApplicable("the request was refused, it never became a change");
        }
        JsonNode rfc = request.get().payload().path("rfc");
        List<String> lacking = PLANS.stream().filter(each -> rfc.path(each).asString("").isBlank()).toList();
        return lacking.isEmpty()
                ? met("asked for by " + rfc.path("requester").asString("") + " with reason, plan, way back and test", request.stream())
                : notMet("the request lacks " + String.join(", ", lacking), request.stream());
    }

    private static Finding assessed(Story story) {
        Optional<Proven> impact = story.last("ImpactAssessed");
        Optional<Proven> risk = story.last("RiskAssessed");
        if (impact.isPresent() && risk.isPresent()) {
            JsonNode told = risk.get().payload();
            return met(
                    "risk " + told.path("level").asString("") + ", impact " + told.path("impact").asInt() + " × likelihood " + told.path("likelihood").asInt()
                            + ", reaching " + impact.get().payload().path("total").asInt() + " configuration items",
                    Stream.of(impact.get(), risk.get()));
        }
        return wasImplemented(story)
                ? notMet("it was implemented and its impact and risk were not assessed", story.first("ReleaseStarted").stream())
                : notApplicable("it did not come to an assessment");
    }

    private static Finding reviewed(Story story) {
        Optional<Proven> opened = story.last("ReviewOpened");
        if (opened.isEmpty()) {
            return notApplicable(wasImplemented(story) ? "it is not under review yet" : "nothing was implemented");
        }
        Optional<Proven> done = story.last("PostImplementationReviewCompleted").filter(each -> story.isBefore(opened.get(), each));
        if (done.isPresent()) {
            return met("reviewed by " + done.get().text("reviewer") + " as " + done.get().text("outcome"), Stream.of(opened.get(), done.get()));
        }
        Optional<Proven> missed = story.last("PostImplementationReviewMissed");
        if (missed.isPresent()) {
            return notMet("nobody reviewed it until " + missed.get().text("dueAt"), Stream.of(opened.get(), missed.get()));
        }
        Optional<Proven> closed = story.last("ChangeClosed");
        if (closed.isEmpty()) {
            return notApplicable("its review is not over yet");
        }
        String outcome = closed.get().text("outcome");
        Stream<Proven> facts = Stream.of(opened.get(), closed.get());
        if (!closed.get().payload().path("automatic").asBoolean()) {
            return met(ChangePages.actor(closed.get()) + " looked at it and closed it as " + outcome, facts);
        }
        return opened.get().payload().path("reviewRequired").asBoolean()
                ? notMet("a person had to look, and it closed itself as " + outcome, facts)
                : met("no person had to look; it closed itself as " + outcome, facts);
    }

    /// Of each thing that people were to be told somebody was.
    private static Finding communicated(Story story) {
        List<Proven> sent = story.of("NotificationSent").toList();
        List<Proven> failed = story.of("NotificationFailed").toList();
        Set<String> told = sent.stream().map(each -> each.text("factId")).collect(Collectors.toSet());
        List<Proven> unheard = failed.stream().filter(each -> !told.contains(each.text("factId"))).toList();
        if (!unheard.isEmpty()) {
            return notMet(
                    "nobody was told of " + unheard.stream().map(each -> each.text("factType")).distinct().sorted().collect(Collectors.joining(", ")) + ": "
                            + unheard.stream().map(each -> each.text("recipient")).distinct().sorted().collect(Collectors.joining(", ")) + " could not be reached",
                    unheard.stream());
        }
        if (sent.isEmpty()) {
            return notApplicable("nobody had to be told");
        }
        long people = sent.stream().map(each -> each.text("recipient")).distinct().count();
        return met(
                sent.size() + " messages to " + people + " recipients" + (failed.isEmpty() ? "" : "; " + failed.size() + " did not arrive, and others were told the same"),
                Stream.concat(sent.stream(), failed.stream()));
    }

    /// What is here of each aggregate is all of it, from its first fact on, and each fact names the hash of the one before.
    private static Finding recorded(Story story) {
        Map<String, List<Proven>> aggregates = new HashMap<>();
        for (Proven each : story.facts()) {
            aggregates.computeIfAbsent(each.entry().place().topic() + " " + each.entry().aggregateId(), _ -> new ArrayList<>()).add(each);
        }
        List<Proven> odd = new ArrayList<>();
        for (List<Proven> facts : aggregates.values()) {
            for (int i = 0; i < facts.size(); i++) {
                String before = i == 0 ? null : facts.get(i - 1).entry().hash();
                if (facts.get(i).entry().sequence() != i + 1 || !Objects.equals(facts.get(i).entry().prevHash(), before)) {
                    odd.add(facts.get(i));
                }
            }
        }
        return odd.isEmpty()
                ? met("all " + story.facts().size() + " facts of " + aggregates.size() + " histories are there, chained and signed for", Stream.empty())
                : notMet(odd.size() + " facts do not follow those before them", odd.stream());
    }
}
