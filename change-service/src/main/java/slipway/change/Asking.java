package slipway.change;

import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Component;
import slipway.change.domain.ChangeCommand;
import slipway.change.domain.ChangeEvent;
import slipway.change.domain.ChangeState;
import slipway.http.Form;
import slipway.http.Person;
import slipway.http.Refusal;
import slipway.messaging.Cause;
import slipway.messaging.Decisions;
import slipway.messaging.Outcome;

/// What people ask of changes: decided, or refused in the words of HTTP.
@Component
class Asking {

    private final Decisions<ChangeCommand, ChangeState, ChangeEvent> changes;
    private final ChangeRegister register;
    private final HttpServletRequest request;

    Asking(
            Decisions<ChangeCommand, ChangeState, ChangeEvent> changes,
            ChangeRegister register,
            HttpServletRequest request) {
        this.changes = changes;
        this.register = register;
        this.request = request;
    }

    /// Begins a change.
    ///
    /// @return its id
    /// @throws Refusal 422
    String anew(ChangeCommand command, Person person) {
        String id = register.nextId();
        judge(id, command, person);
        return id;
    }

    /// For requests whose faults are in what was written.
    ///
    /// @throws Refusal 422
    ChangeView judge(String id, ChangeCommand command, Person person) {
        if (changes.decide(id, command, Cause.person(person.id(), id))
                instanceof Outcome.Refused<ChangeState>(var reasons)) {
            throw Refusal.unacceptable(reasons);
        }
        return view(id);
    }

    /// @param meantFor how many facts there were when it was asked; null: whatever they are
    /// @throws Refusal 409, or 412
    ChangeView decide(String id, ChangeCommand command, Person person, @Nullable Long meantFor) {
        Cause cause = Cause.person(person.id(), id);
        return switch (outcome(id, command, cause, meantFor)) {
            case Outcome.Accepted<ChangeState> _ -> view(id);
            case Outcome.Refused<ChangeState>(var reasons) -> throw Refusal.conflict(reasons);
            case Outcome.Outdated<ChangeState>(var sequence) ->
                throw Refusal.outdated("it was meant for \"" + meantFor + "\", but " + id + " is at \"" + sequence + "\"");
        };
    }

    private Outcome<ChangeState> outcome(
            String id, ChangeCommand command, Cause cause, @Nullable Long meantFor) {
        try {
            return meantFor == null
                    ? changes.decide(id, command, cause)
                    : changes.decideAt(meantFor, id, command, cause);
        } catch (DataIntegrityViolationException e) {
            if (String.valueOf(e.getMessage()).contains(Reservations.ONE_CHANGE)) {
                return new Outcome.Refused<>(List.of("window: another change took it in this very moment"));
            }
            throw e;
        }
    }

    /// What was read from a form.
    ///
    /// @throws Refusal 404, 409, 412 or 422
    ResponseEntity<ChangeView> act(String id, ChangeCommand command, Form form, Person person) {
        facts(id);
        List<String> unread = form.faults();
        if (!unread.isEmpty()) {
            throw Refusal.unacceptable(unread);
        }
        return act(id, command, person);
    }

    ResponseEntity<ChangeView> act(String id, ChangeCommand command, Person person) {
        return answer(decide(id, command, person, sequence(request.getHeader(HttpHeaders.IF_MATCH))));
    }

    static ResponseEntity<ChangeView> answer(ChangeView view) {
        return ResponseEntity.ok().eTag(etag(view)).body(view);
    }

    static String etag(ChangeView view) {
        return "\"" + view.sequence() + "\"";
    }

    /// Null: whatever it is.
    static @Nullable Long sequence(@Nullable String etag) {
        if (etag == null || etag.equals("*")) {
            return null;
        }
        try {
            return Long.parseLong(etag.replace("\"", "").strip());
        } catch (NumberFormatException _) {
            throw Refusal.malformed(List.of("If-Match: must be the ETag of a change, such as \"7\""));
        }
    }

    ChangeView view(String id) {
        List<ChangeEvent> facts = facts(id);
        return ChangeView.of(id, changes.state(id), facts);
    }

    ChangeState state(String id) {
        facts(id);
        return changes.state(id);
    }

    /// @throws Refusal 404
    List<ChangeEvent> facts(String id) {
        // Attempts to vote have aggregates of their own beside the changes.
        List<ChangeEvent> facts = id.startsWith("CHG-") ? changes.facts(id) : List.of();
        if (facts.isEmpty()) {
            throw Refusal.unknown("there is no change " + id);
        }
        return facts;
    }
}
