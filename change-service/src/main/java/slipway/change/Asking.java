package slipway.change;

import jakarta.servlet.http.HttpServletRequest;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Component;
import slipway.change.domain.Asker;
import slipway.change.domain.ChangeCommand;
import slipway.change.domain.ChangeEvent;
import slipway.change.domain.ChangeState;
import slipway.decider.Wording;
import slipway.http.ETag;
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
        return decide(id, command, cause(id, person), null, Refusal::unacceptable);
    }

    /// The same for a change that is there already: If-Match holds.
    ///
    /// @throws Refusal 412 or 422
    ChangeView judgeAgain(String id, ChangeCommand command, Person person) {
        return decide(id, command, cause(id, person), meantFor(), Refusal::unacceptable);
    }

    /// @param meantFor how many facts there were when it was asked; null: whatever they are
    /// @throws Refusal 409, or 412
    ChangeView decide(String id, ChangeCommand command, Person person, @Nullable Long meantFor) {
        return decide(id, command, cause(id, person), meantFor, Refusal::conflict);
    }

    private static Cause cause(String id, Person person) {
        return Cause.person(person.id(), person.actors(), id);
    }

    private ChangeView decide(
            String id,
            ChangeCommand command,
            Cause cause,
            @Nullable Long meantFor,
            Function<List<String>, Refusal> refusal) {
        return switch (outcome(id, command, cause, meantFor)) {
            case Outcome.Accepted<ChangeState> _ -> view(id);
            case Outcome.Refused<ChangeState>(var reasons) -> throw refusal.apply(reasons);
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
        return act(id, command, form, person, null);
    }

    /// The same for what is found out now and happened before.
    ///
    /// @param at null: now
    ResponseEntity<ChangeView> act(String id, ChangeCommand command, Form form, Person person, @Nullable Instant at) {
        facts(id);
        List<String> unread = form.faults();
        if (!unread.isEmpty()) {
            throw Refusal.unacceptable(unread);
        }
        return answer(decide(id, command, cause(id, person).at(at), meantFor(), Refusal::conflict));
    }

    ResponseEntity<ChangeView> act(String id, ChangeCommand command, Person person) {
        return answer(decide(id, command, person, meantFor()));
    }

    private @Nullable Long meantFor() {
        return ETag.meantForAll(request.getHeaders(HttpHeaders.IF_MATCH));
    }

    static Asker asker(Person person) {
        return new Asker(person.id(), person.groups(), person.actors());
    }

    /// A reason that others are told: without a sound one the form is at fault, whatever is asked.
    static String reason(Form form) {
        return needed(form, "reason", Wording::reason);
    }

    /// @param check the faults of a text, as `field: what`
    static String needed(Form form, String name, BiFunction<String, String, List<String>> check) {
        String text = form.optionalText(name);
        if (text == null) {
            if (!form.has(name)) {
                form.fault(name, "is missing");
            }
            return "";
        }
        check.apply(name, text).forEach(fault -> form.fault(name, fault.substring(fault.indexOf(": ") + 2)));
        return text;
    }

    /// A word that has to be there: it is a fault of the form when it is not.
    static <E extends Enum<E>> E word(Form form, String name, Class<E> words, E unknown) {
        E word = form.word(name, words, unknown);
        if (!form.has(name)) {
            List<E> known = Arrays.stream(words.getEnumConstants()).filter(each -> each != unknown).toList();
            form.fault(name, "is missing; one of " + known);
        }
        return word;
    }

    static ResponseEntity<ChangeView> answer(ChangeView view) {
        return ResponseEntity.ok().eTag(ETag.of(view.sequence())).body(view);
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
