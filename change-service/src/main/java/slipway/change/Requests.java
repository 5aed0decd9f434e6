package slipway.change;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import slipway.change.domain.ChangeCommand;
import slipway.change.domain.ChangeEvent;
import slipway.change.domain.ChangeState;
import slipway.change.domain.Rfc;
import slipway.change.intake.KafkaRequests;
import slipway.change.intake.Verbs.Done;
import slipway.decider.Wording;
import slipway.events.Actor;
import slipway.events.ActorKind;
import slipway.events.Meta;
import slipway.events.Topics;
import slipway.events.change.RFCSubmitted;
import slipway.messaging.Cause;
import slipway.messaging.Decisions;
import slipway.messaging.Fact;
import slipway.messaging.Reactions;
import slipway.messaging.ServiceProperties;
import slipway.wire.AvroSerializer;
import slipway.wire.Mapping;

/// The open door: what other systems ask for on `change.requests`. Each request becomes a change, or an `RFCRefused` that
/// names every reason.
@Component
class Requests {

    private final Decisions<ChangeCommand, ChangeState, ChangeEvent> changes;
    private final ChangeRegister register;
    private final Situation situation;
    private final KafkaRequests delivered;
    private final String service;
    private final Mapping<ChangeEvent> contract = Mapping.of(ChangeEvent.class, ChangeService.CONTRACT);

    Requests(
            Decisions<ChangeCommand, ChangeState, ChangeEvent> changes,
            ChangeRegister register,
            Situation situation,
            KafkaRequests delivered,
            ServiceProperties service,
            AvroSerializer serializer) {
        // So that whoever writes here looks the schema up, instead of bringing one.
        serializer.id(Topics.CHANGE_REQUESTS, RFCSubmitted.getClassSchema());
        this.changes = changes;
        this.register = register;
        this.situation = situation;
        this.delivered = delivered;
        this.service = service.service();
    }

    void on(Reactions.Table table) {
        table.decideAsSent(RFCSubmitted.class, "take in a request from outside", (_, sent) -> {
            // The same type is also our own fact for "accepted"; that one needs no answer.
            if (sent.topic().equals(Topics.CHANGE_REQUESTS)) {
                delivered.handled(sent, takeIn(sent));
            }
            return List.of();
        });
    }

    /// The answer is a fact, and what became of it is kept beside what was sent: both or neither.
    Done takeIn(Fact sent) {
        if (!(sent.payload() instanceof RFCSubmitted request)
                || !(contract.toDomain(request) instanceof ChangeEvent.RFCSubmitted(var rfc, _, var source, var id, _))) {
            return new Done(null, List.of("it is no request for change"));
        }
        Meta meta = request.getMeta();
        if (register.isOwn(meta)) {
            return new Done(null, List.of("it is how " + meta.getAggregateId() + " began, and no request"));
        }
        List<String> faults = new ArrayList<>(notThemselves(rfc, meta));
        faults.addAll(contradiction("ce_source", sent.source(), "source", source));
        faults.addAll(contradiction("ce_id", sent.sourceId(), "sourceId", id));
        ChangeCommand.Submit submit =
                new ChangeCommand.Submit(rfc, handedInBy(meta), faults, situation.of("", rfc));
        ChangeCommand.TakeIn command = new ChangeCommand.TakeIn(
                submit,
                source == null ? "actor:" + meta.getActor().getId() : source,
                id == null ? meta.getEventId() : id);
        return answer(command, sent.causeFor(service));
    }

    /// Nobody waits for the answer: a refusal is a fact.
    Done answer(ChangeCommand.TakeIn command, Cause cause) {
        String id = register.nextId();
        Done done = Mapped.done(id, changes.decide(id, command, cause));
        return done.reasons().isEmpty() ? new Done(id, refusal(id)) : done;
    }

    private List<String> refusal(String id) {
        return changes.facts(id).stream()
                .filter(ChangeEvent.RFCRefused.class::isInstance)
                .flatMap(refused -> ((ChangeEvent.RFCRefused) refused).reasons().stream())
                .toList();
    }

    /// It is known by its headers and answered by its record: where they name two requests, one of them would be answered for the other.
    ///
    /// @param said in the header; null: nothing
    /// @param written in the record; null: nothing
    private static List<String> contradiction(String header, @Nullable String said, String field, @Nullable String written) {
        return said == null || written == null || said.equals(written)
                ? List.of()
                : List.of("%s: the header says '%s', and %s of the record '%s'"
                        .formatted(header, Wording.seen(said), field, Wording.seen(written)));
    }

    /// Whatever kind of actor it says to be: nobody hands in a request for another, and then approves it.
    private static List<String> handedInBy(Meta meta) {
        return Stream.of(meta.getActor().getId(), meta.getActor().getOnBehalfOf())
                .filter(Objects::nonNull)
                .distinct()
                .toList();
    }

    /// Systems ask for others; a person asks for themselves, because otherwise they might vote on their own change.
    private static List<String> notThemselves(Rfc rfc, Meta meta) {
        Actor actor = meta.getActor();
        String person = actor.getOnBehalfOf() != null
                ? actor.getOnBehalfOf()
                : actor.getKind() == ActorKind.HUMAN ? actor.getId() : rfc.requester();
        return person.equals(rfc.requester())
                ? List.of()
                : List.of("requester: is " + rfc.requester() + ", but " + person + " is asking");
    }
}
