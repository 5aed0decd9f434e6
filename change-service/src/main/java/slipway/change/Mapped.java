package slipway.change;

import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.springframework.stereotype.Component;
import slipway.change.domain.Asker;
import slipway.change.domain.ChangeCommand;
import slipway.change.domain.ChangeEvent;
import slipway.change.domain.ChangeState;
import slipway.change.intake.Verbs;
import slipway.events.Actor;
import slipway.events.ActorKind;
import slipway.messaging.Cause;
import slipway.messaging.Decisions;
import slipway.messaging.Outcome;

/// What the rules of a source ask for ends in what is there already: a request from outside, or a draft.
@Component
class Mapped implements Verbs {

    private final Decisions<ChangeCommand, ChangeState, ChangeEvent> changes;
    private final ChangeRegister register;
    private final Situation situation;
    private final Clock clock;

    Mapped(
            Decisions<ChangeCommand, ChangeState, ChangeEvent> changes,
            ChangeRegister register,
            Situation situation,
            Clock clock) {
        this.changes = changes;
        this.register = register;
        this.situation = situation;
        this.clock = clock;
    }

    /// Nobody waits for the answer: a refusal is a fact, as of a request that came by Kafka.
    @Override
    public Done submit(Asked asked) {
        Instant now = clock.instant();
        RfcForm written = RfcForm.read(asked.fields(), asked.requester(), now);
        ChangeCommand.Submit submit = new ChangeCommand.Submit(
                written.rfc(), asked.everybody(), written.unread(), situation.of("", written.rfc(), now));
        String id = register.nextId();
        Done done = decide(id, new ChangeCommand.TakeIn(submit, asked.source(), asked.sourceId()), asked);
        return done.reasons().isEmpty() ? new Done(id, refusal(id)) : done;
    }

    @Override
    public Done draft(Asked asked) {
        RfcForm written = RfcForm.draft(asked.fields(), asked.requester(), clock.instant());
        Asker by = new Asker(asked.requester(), Set.of(), asked.behind());
        return decide(register.nextId(), new ChangeCommand.SaveDraft(by, written.rfc(), written.relative()), asked);
    }

    private Done decide(String id, ChangeCommand command, Asked asked) {
        Cause cause = new Cause(
                new Actor(asked.source(), ActorKind.SERVICE, asked.requester()), id, null, asked.traceparent(), null);
        return switch (changes.decide(id, command, cause)) {
            case Outcome.Accepted<ChangeState> _ -> new Done(id, List.of());
            case Outcome.Refused<ChangeState>(var reasons) -> new Done(null, reasons);
            case Outcome.Outdated<ChangeState> _ -> throw new IllegalStateException("it was meant for any sequence");
        };
    }

    private List<String> refusal(String id) {
        return changes.facts(id).stream()
                .filter(ChangeEvent.RFCRefused.class::isInstance)
                .flatMap(refused -> ((ChangeEvent.RFCRefused) refused).reasons().stream())
                .toList();
    }
}
