package slipway.change.domain;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import slipway.change.domain.Template.ParameterBound;
import slipway.change.domain.TemplateEvent.StandardTemplatePublished;
import slipway.change.domain.TemplateEvent.StandardTemplateReinstated;
import slipway.change.domain.TemplateEvent.StandardTemplateSuspended;
import slipway.decider.Decider;
import slipway.decider.Decision;
import slipway.decider.Wording;

/// A kind of change that is approved beforehand. Its text never changes; one failure suspends it until a person says that the
/// cause is mended.
public final class TemplateDecider
        implements Decider<TemplateDecider.Command, TemplateDecider.State, TemplateEvent> {

    private static final int LONGEST_LIST = 100;
    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9-]{0,62}");

    public sealed interface Command {}

    /// @param unread faults found while reading
    public record Publish(
            Asker by, Template template, Inventory inventory, Environments environments, List<String> unread)
            implements Command {}

    /// @param changeId the change that failed, or null when a person suspends it
    public record Suspend(@Nullable String changeId, String reason) implements Command {}

    public record Reinstate(Asker by, String reason) implements Command {}

    public sealed interface State {}

    public record None() implements State {}

    public record Live(Template template) implements State {}

    public record Suspended(Template template) implements State {}

    @Override
    public State initial() {
        return new None();
    }

    @Override
    public Decision<TemplateEvent> decide(Command command, State state) {
        return switch (command) {
            case Publish publish -> publish(publish, state);
            case Suspend suspend ->
                state instanceof Live
                        ? Decision.accept(new StandardTemplateSuspended(suspend.changeId(), suspend.reason()))
                        : Decision.nothing();
            case Reinstate reinstate -> reinstate(reinstate, state);
        };
    }

    private static Decision<TemplateEvent> publish(Publish publish, State state) {
        Template template = publish.template();
        List<String> reasons = new ArrayList<>(publish.unread());
        if (!publish.by().managesChanges()) {
            reasons.add(publish.by().id() + " is not in the group " + Asker.CHANGE_MANAGERS);
        }
        reasons.addAll(faults(template, publish.inventory()));
        reasons.addAll(publish.environments().faultsInOrder("environments", template.environments()));
        StandardTemplatePublished published = published(template, publish.by().id());
        boolean same = state instanceof Live(var before) && same(before, template)
                || state instanceof Suspended(var held) && same(held, template);
        if (reasons.isEmpty() && same) {
            return Decision.nothing();
        }
        if (!(state instanceof None)) {
            reasons.add("version: " + template.ref() + " is published and never changes; publish another version");
        }
        return reasons.isEmpty() ? Decision.accept(published) : Decision.refuse(reasons);
    }

    private static boolean same(Template one, Template other) {
        return published(one, "").equals(published(other, ""));
    }

    private static StandardTemplatePublished published(Template template, String by) {
        return new StandardTemplatePublished(
                template.name(),
                template.version(),
                template.title(),
                template.services(),
                template.configurationItems(),
                template.environments(),
                template.implementationPlan(),
                template.rollbackPlan(),
                template.testPlan(),
                template.maxRisk(),
                template.maxSeconds(),
                template.parameters(),
                by,
                template.outageExpected(),
                template.restoreDataOnRollback());
    }

    private static List<String> faults(Template template, Inventory inventory) {
        List<String> faults = new ArrayList<>();
        if (!NAME.matcher(template.name()).matches()) {
            faults.add("name: must be of a-z, 0-9 and -, not '" + template.name() + "'");
        }
        if (template.version() < 1) {
            faults.add("version: must be 1 or more, not " + template.version());
        }
        faults.addAll(Wording.name("title", template.title()));
        plan("implementationPlan", template.implementationPlan(), faults);
        plan("rollbackPlan", template.rollbackPlan(), faults);
        plan("testPlan", template.testPlan(), faults);
        if (template.parameters().size() > LONGEST_LIST) {
            faults.add("parameters: has more than " + LONGEST_LIST + " entries");
        }
        some("services", template.services(), faults);
        some("configurationItems", template.configurationItems(), faults);
        some("environments", template.environments(), faults);
        template.configurationItems().stream()
                .filter(ci -> inventory.item(ci).isEmpty())
                .forEach(ci -> faults.add("configurationItems: there is no configuration item '" + ci + "'"));
        if (template.maxRisk() != RiskLevel.LOW && template.maxRisk() != RiskLevel.MODERATE) {
            faults.add("maxRisk: must be LOW or MODERATE: more is never approved beforehand");
        }
        if (template.maxSeconds() < 1) {
            faults.add("maxSeconds: must be 1 or more, not " + template.maxSeconds());
        }
        Set<String> seen = new HashSet<>();
        for (ParameterBound bound : template.parameters()) {
            faults.addAll(Wording.name("parameters.name", bound.name()));
            faults.addAll(Wording.line("parameters." + bound.name() + ".pattern", bound.pattern()));
            if (!seen.add(bound.name())) {
                faults.add("parameters: '" + bound.name() + "' is there twice");
            }
            if (bound.pattern() == null && bound.least() == null && bound.most() == null) {
                faults.add("parameters." + bound.name() + ": has no bound; name pattern, least or most");
            }
            if (bound.least() != null && bound.most() != null && bound.least() > bound.most()) {
                faults.add("parameters." + bound.name() + ": least is " + bound.least() + ", more than most, " + bound.most());
            }
            faults.addAll(pattern(bound));
        }
        return faults;
    }

    private static List<String> pattern(ParameterBound bound) {
        try {
            if (bound.pattern() != null) {
                Pattern.compile(bound.pattern());
            }
            return List.of();
        } catch (PatternSyntaxException e) {
            return List.of("parameters." + bound.name() + ": '" + bound.pattern() + "' is no pattern: " + e.getDescription());
        }
    }

    private static void plan(String field, String text, List<String> faults) {
        if (text.isBlank()) {
            faults.add(field + ": is missing");
        }
        faults.addAll(Wording.lines(field, text, Wording.TEXT));
    }

    private static void some(String field, List<String> values, List<String> faults) {
        if (values.isEmpty()) {
            faults.add(field + ": is missing; name at least one");
        }
        if (values.size() > LONGEST_LIST) {
            faults.add(field + ": has more than " + LONGEST_LIST + " entries");
        }
        values.forEach(value -> faults.addAll(Wording.name(field, value)));
    }

    private static Decision<TemplateEvent> reinstate(Reinstate reinstate, State state) {
        List<String> reasons = new ArrayList<>();
        if (!reinstate.by().managesChanges()) {
            reasons.add(reinstate.by().id() + " is not in the group " + Asker.CHANGE_MANAGERS);
        }
        reasons.addAll(Wording.reason("reason", reinstate.reason()));
        return switch (state) {
            case None _ -> Decision.refuse("there is no such template");
            case Live _ -> Decision.nothing();
            case Suspended _ ->
                reasons.isEmpty()
                        ? Decision.accept(new StandardTemplateReinstated(reinstate.by().id(), reinstate.reason()))
                        : Decision.refuse(reasons);
        };
    }

    @Override
    public State evolve(State state, TemplateEvent fact) {
        return switch (fact) {
            case StandardTemplatePublished(
                    var name,
                    var version,
                    var title,
                    var services,
                    var items,
                    var environments,
                    var implementation,
                    var rollback,
                    var test,
                    var maxRisk,
                    var maxSeconds,
                    var parameters,
                    _,
                    var outage,
                    var restoresData) ->
                new Live(new Template(
                        name,
                        version,
                        title,
                        services,
                        items,
                        environments,
                        implementation,
                        rollback,
                        test,
                        maxRisk,
                        maxSeconds,
                        parameters,
                        outage,
                        restoresData,
                        true));
            case StandardTemplateSuspended _ ->
                state instanceof Live(var template) ? new Suspended(template.live(false)) : state;
            case StandardTemplateReinstated _ ->
                state instanceof Suspended(var template) ? new Live(template.live(true)) : state;
        };
    }
}
