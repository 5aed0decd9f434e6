package slipway.change;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import slipway.change.domain.Asker;
import slipway.change.domain.RiskLevel;
import slipway.change.domain.Template;
import slipway.change.domain.Template.ParameterBound;
import slipway.change.domain.TemplateDecider;
import slipway.change.domain.TemplateEvent;
import slipway.http.Form;
import slipway.http.Person;
import slipway.http.Refusal;
import slipway.messaging.Cause;
import slipway.messaging.Decisions;
import slipway.messaging.Outcome;

/// Templates of STANDARD changes over HTTP.
@RestController
@RequestMapping("/templates")
class TemplateController {

    private final Decisions<TemplateDecider.Command, TemplateDecider.State, TemplateEvent> decisions;
    private final Templates templates;
    private final InventoryStore inventory;
    private final Situation situation;

    TemplateController(
            Decisions<TemplateDecider.Command, TemplateDecider.State, TemplateEvent> decisions,
            Templates templates,
            InventoryStore inventory,
            Situation situation) {
        this.situation = situation;
        this.decisions = decisions;
        this.templates = templates;
        this.inventory = inventory;
    }

    @GetMapping
    List<Templates.Line> list() {
        return templates.all();
    }

    @GetMapping("/{ref}")
    Template show(@PathVariable String ref) {
        return switch (decisions.state(Templates.aggregate(ref))) {
            case TemplateDecider.None _ -> throw Refusal.unknown("there is no template " + ref);
            case TemplateDecider.Live(var template) -> template;
            case TemplateDecider.Suspended(var template) -> template;
        };
    }

    /// Publishes it for ever; the same again is nothing, another text needs another version.
    @PostMapping
    @ResponseStatus(HttpStatus.CREATED)
    Map<String, String> publish(@RequestBody Form form, @AuthenticationPrincipal Jwt token) {
        Person person = Person.of(token);
        person.needs(Asker.CHANGE_MANAGERS);
        Template template = read(form);
        TemplateDecider.Publish publish =
                new TemplateDecider.Publish(
                        Asking.asker(person), template, inventory.current(), situation.environments(), form.faults());
        if (decisions.decide(Templates.aggregate(template.ref()), publish, Cause.person(person.id(), person.actors(), null))
                instanceof Outcome.Refused<TemplateDecider.State>(var reasons)) {
            throw Refusal.unacceptable(reasons);
        }
        return Map.of("ref", template.ref());
    }

    @PostMapping("/{ref}/reinstate")
    void reinstate(@PathVariable String ref, @RequestBody Form form, @AuthenticationPrincipal Jwt token) {
        Person person = Person.of(token);
        person.needs(Asker.CHANGE_MANAGERS);
        show(ref);
        TemplateDecider.Reinstate reinstate = new TemplateDecider.Reinstate(Asking.asker(person), Asking.reason(form));
        List<String> unread = form.faults();
        if (!unread.isEmpty()) {
            throw Refusal.unacceptable(unread);
        }
        if (decisions.decide(Templates.aggregate(ref), reinstate, Cause.person(person.id(), person.actors(), null))
                instanceof Outcome.Refused<TemplateDecider.State>(var reasons)) {
            throw Refusal.conflict(reasons);
        }
    }

    private static Template read(Form form) {
        return new Template(
                form.text("name"),
                form.smallNumber("version"),
                form.text("title"),
                form.texts("services"),
                form.texts("configurationItems"),
                form.texts("environments"),
                form.text("implementationPlan"),
                form.text("rollbackPlan"),
                form.text("testPlan"),
                form.word("maxRisk", RiskLevel.class, RiskLevel.UNKNOWN),
                form.number("maxSeconds"),
                form.parts("parameters").stream()
                        .map(part -> new ParameterBound(
                                part.text("name"),
                                part.optionalText("pattern"),
                                number(part, "least"),
                                number(part, "most")))
                        .toList(),
                form.flag("outageExpected"),
                form.flag("restoreDataOnRollback"),
                true);
    }

    private static @Nullable Long number(Form form, String name) {
        return form.has(name) ? form.number(name) : null;
    }
}
