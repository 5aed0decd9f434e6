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
import slipway.decider.Wording;
import slipway.events.Actor;
import slipway.events.ActorKind;
import slipway.events.Meta;
import slipway.events.Topics;
import slipway.events.change.RFCSubmitted;
import slipway.messaging.Decisions;
import slipway.messaging.Fact;
import slipway.messaging.Order;
import slipway.messaging.Reactions;
import slipway.wire.AvroSerializer;
import slipway.wire.Mapping;

/// The open door: what other systems ask for on `change.requests`. Each request becomes a change, or an `RFCRefused` that
/// names every reason.
@Component
class Requests {

    private final Decisions<ChangeCommand, ChangeState, ChangeEvent> changes;
    private final ChangeRegister register;
    private final Situation situation;
    private final Mapping<ChangeEvent> contract = Mapping.of(ChangeEvent.class, ChangeService.CONTRACT);

    Requests(
            Decisions<ChangeCommand, ChangeState, ChangeEvent> changes,
            ChangeRegister register,
            Situation situation,
            AvroSerializer serializer) {
        // So that whoever writes here looks the schema up, instead of bringing one.
        serializer.id(Topics.CHANGE_REQUESTS, RFCSubmitted.getClassSchema());
        this.changes = changes;
        this.register = register;
        this.situation = situation;
    }

    void on(Reactions.Table table) {
        table.decideAsSent(RFCSubmitted.class, "take in a request from outside", this::takeIn);
    }

    private List<Order<?>> takeIn(RFCSubmitted request, Fact sent) {
        Meta meta = request.getMeta();
        // The same type is also our own fact for "accepted"; that one needs no answer.
        if (register.isOwn(meta)
                || !(contract.toDomain(request) instanceof ChangeEvent.RFCSubmitted(var rfc, _, var source, var id, _))) {
            return List.of();
        }
        List<String> faults = new ArrayList<>(notThemselves(rfc, meta));
        faults.addAll(contradiction("ce_source", sent.source(), "source", source));
        faults.addAll(contradiction("ce_id", sent.sourceId(), "sourceId", id));
        ChangeCommand.Submit submit =
                new ChangeCommand.Submit(rfc, handedInBy(meta), faults, situation.of("", rfc));
        ChangeCommand command = new ChangeCommand.TakeIn(
                submit,
                source == null ? "actor:" + meta.getActor().getId() : source,
                id == null ? meta.getEventId() : id);
        return List.of(changes.order(register.nextId(), command));
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
