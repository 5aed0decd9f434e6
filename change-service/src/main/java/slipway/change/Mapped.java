package slipway.change;

import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import slipway.change.domain.AlertDecider;
import slipway.change.domain.AlertEvent;
import slipway.change.domain.Asker;
import slipway.change.domain.ChangeCommand;
import slipway.change.domain.ChangeEvent;
import slipway.change.domain.ChangeState;
import slipway.change.intake.Verbs;
import slipway.decider.Wording;
import slipway.events.Actor;
import slipway.events.ActorKind;
import slipway.http.Form;
import slipway.messaging.Cause;
import slipway.messaging.Decisions;
import slipway.messaging.Fact;
import slipway.messaging.Outcome;

/// What the rules of a source ask for ends in what is there already: a request from outside, a draft, evidence of a change, an alert, a freeze.
@Component
class Mapped implements Verbs {

    private final Decisions<ChangeCommand, ChangeState, ChangeEvent> changes;
    private final Decisions<AlertDecider.Receive, AlertDecider.Known, AlertEvent> alerts;
    private final AutomaticFreezes frozen;
    private final Gates gates;
    private final Requests requests;
    private final ChangeRegister register;
    private final Situation situation;
    private final InventoryStore inventory;
    private final Clock clock;

    Mapped(
            Decisions<ChangeCommand, ChangeState, ChangeEvent> changes,
            Decisions<AlertDecider.Receive, AlertDecider.Known, AlertEvent> alerts,
            AutomaticFreezes frozen,
            Gates gates,
            Requests requests,
            ChangeRegister register,
            Situation situation,
            InventoryStore inventory,
            Clock clock) {
        this.changes = changes;
        this.alerts = alerts;
        this.frozen = frozen;
        this.gates = gates;
        this.requests = requests;
        this.register = register;
        this.situation = situation;
        this.inventory = inventory;
        this.clock = clock;
    }

    /// Answered as a request that came by Kafka.
    @Override
    public Done submit(Asked asked) {
        Instant now = clock.instant();
        RfcForm written = RfcForm.read(asked.fields(), asked.requester(), now);
        ChangeCommand.Submit submit = new ChangeCommand.Submit(
                written.rfc(), asked.everybody(), written.unread(), situation.of("", written.rfc(), now));
        return requests.answer(new ChangeCommand.TakeIn(submit, asked.source(), asked.sourceId()), cause(null, asked));
    }

    @Override
    public Done request(Fact sent) {
        return requests.takeIn(sent);
    }

    @Override
    public Done draft(Asked asked) {
        RfcForm written = RfcForm.draft(asked.fields(), asked.requester(), clock.instant());
        Asker by = new Asker(asked.requester(), Set.of(), asked.behind());
        return decide(register.nextId(), new ChangeCommand.SaveDraft(by, written.rfc(), written.relative()), asked);
    }

    @Override
    public Done evidence(String change, Shown shown) {
        Form form = shown.fields();
        ChangeCommand receive = new ChangeCommand.ReceiveEvidence(
                new ChangeEvent.EvidenceReceived(
                        form.text("kind"),
                        form.text("title"),
                        form.optionalText("reference"),
                        form.has("passed") ? form.flag("passed") : null,
                        shown.source(),
                        shown.sourceId(),
                        shown.digest()),
                form.text("version"),
                form.texts("artifacts"),
                shown.service(),
                shown.writtenBy());
        List<String> unread = form.faults();
        return unread.isEmpty()
                ? done(change, changes.decide(change, receive, cause(change, shown)))
                : new Done(null, unread);
    }

    @Override
    public boolean isDraft(String change) {
        return changes.state(change) instanceof ChangeState.Draft;
    }

    @Override
    public boolean isDraftOf(String change, String service) {
        return changes.state(change) instanceof ChangeState.Draft(var dossier, _, _) && dossier.rfc().service().equals(service);
    }

    @Override
    public Done withdraw(String change, Asked asked) {
        Form form = asked.fields();
        String reference = form.optionalText("reference");
        String reason = form.text("reason") + (reference == null ? "" : " (" + reference + ")");
        List<String> unread = form.faults();
        if (!unread.isEmpty()) {
            return new Done(null, unread);
        }
        List<ChangeEvent> facts = changes.facts(change);
        if (!(changes.state(facts) instanceof ChangeState.Draft)) {
            return new Done(null, List.of("it is no draft any more: whoever asked for it gives it up here"));
        }
        Asker by = new Asker(asked.requester(), Set.of(), asked.behind());
        // As a draft, or not at all: somebody may just submit it.
        return switch (changes.decideAt(facts.size(), change, new ChangeCommand.Cancel(by, reason), cause(change, asked))) {
            case Outcome.Outdated<ChangeState> _ -> withdraw(change, asked);
            case Outcome<ChangeState> outcome -> done(change, outcome);
        };
    }

    @Override
    public Done alert(Shown shown) {
        String id = "ALT-" + shown.id().replaceFirst("^DLV-", "");
        Form form = shown.fields();
        String service = form.text("service").strip();
        String named = form.text("configurationItem").strip();
        String item = named.isEmpty() ? null : named;
        List<String> faults = new ArrayList<>();
        List<String> remarks = new ArrayList<>();
        if (item != null && inventory.current().item(item).isEmpty()) {
            String unknown = "configurationItem: '" + Wording.seen(item) + "' is not in the inventory";
            if (service.isEmpty()) {
                faults.add(unknown);
            } else {
                // What is bad goes back, whatever a label beside it says.
                remarks.add(unknown + "; it is taken as an alert on all of '" + Wording.seen(service) + "'");
                item = null;
            }
        }
        AlertEvent.AlertReceived alert = new AlertEvent.AlertReceived(
                form.text("name"),
                service,
                form.text("environment"),
                form.text("summary"),
                form.time("startsAt", clock.instant()),
                shown.source(),
                shown.sourceId(),
                item);
        faults.addAll(0, form.faults());
        Done told = done(id, alerts.decide(id, new AlertDecider.Receive(alert, faults), cause(id, shown)));
        return new Done(told.result(), told.reasons(), remarks);
    }

    @Override
    public Gate gate(String change, @Nullable String service, String environment) {
        Gates.View view = gates.look(change, service, environment);
        Boolean open =
                switch (view.verdict()) {
                    case OPEN -> true;
                    case DENIED -> false;
                    case PENDING, BLOCKED -> null;
                };
        return new Gate(open, view.reason());
    }

    @Override
    public Done freeze(Asked asked, @Nullable String subject, boolean again) {
        return frozen.declare(asked, subject, again);
    }

    private Done decide(String id, ChangeCommand command, Asked asked) {
        return done(id, changes.decide(id, command, cause(id, asked)));
    }

    /// @param id null: the story begins with it
    private static Cause cause(@Nullable String id, Asked asked) {
        return new Cause(
                new Actor(asked.source(), ActorKind.SERVICE, asked.requester()), id, null, asked.traceparent(), null);
    }

    private static Cause cause(String id, Shown shown) {
        return new Cause(new Actor(shown.source(), ActorKind.SERVICE, null), id, null, shown.traceparent(), null);
    }

    static <S> Done done(String id, Outcome<S> outcome) {
        return switch (outcome) {
            case Outcome.Accepted<S> _ -> new Done(id, List.of());
            case Outcome.Refused<S>(var reasons) -> new Done(null, reasons);
            case Outcome.Outdated<S> _ -> throw new IllegalStateException("it was meant for any sequence");
        };
    }
}
