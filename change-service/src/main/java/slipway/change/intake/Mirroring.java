package slipway.change.intake;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.springframework.stereotype.Component;
import slipway.change.intake.Delivery.State;
import slipway.change.intake.Source.Rule;
import slipway.change.intake.Source.Verb;

/// What becomes in another system of a request that was drafted from there. An edit is shown and changes nothing: people here answer for
/// what they submit, and whoever wrote a part of it there would approve it here unseen. What is given up there ends a draft.
@Component
class Mirroring {

    private final Sources sources;
    private final Deliveries deliveries;
    private final Subjects subjects;
    private final Verbs verbs;

    Mirroring(Sources sources, Deliveries deliveries, Subjects subjects, Verbs verbs) {
        this.sources = sources;
        this.deliveries = deliveries;
        this.subjects = subjects;
        this.verbs = verbs;
    }

    void edited(Delivery delivery, String key, Reading reading, Rule rule, String change) {
        String subject = Objects.requireNonNull(reading.subject(rule), "what is mirrored has a subject");
        Optional<Delivery> last = subjects.mirrored(delivery.source(), subject).flatMap(deliveries::find);
        if (last.isPresent() && last.get().receivedAt().isAfter(delivery.receivedAt())) {
            settle(delivery, key, rule, State.IGNORED, List.of(last.get().id() + " came later, and says what is so there now"), change);
            return;
        }
        // Of all that is done with a ticket, most is not what people here read of it.
        Map<String, Object> fields = reading.filled(rule);
        if (last.flatMap(this::fields).filter(fields::equals).isPresent()) {
            settle(delivery, key, rule, State.IGNORED, List.of("nothing of it that is mirrored was edited"), change);
            return;
        }
        show(delivery, key, rule, change, reading.told(rule, key, "EDITED", "Edited there", List.of()), reading.left());
        subjects.mirrors(delivery.source(), subject, delivery.id());
    }

    void withdrawn(Delivery delivery, String key, Reading reading, Rule rule) {
        String subject = Objects.requireNonNull(reading.subject(rule), "what is withdrawn has a subject");
        Optional<String> change = subjects.writtenFor(delivery.source(), subject);
        if (change.isEmpty()) {
            subjects.early(delivery.source(), subject, delivery.id());
            deliveries.settle(
                    delivery.id(), key, State.IGNORED, rule.name(), List.of("there is no change for " + subject), List.of());
            return;
        }
        List<String> why = withdraw(change.get(), key, reading, rule);
        if (why.isEmpty()) {
            settle(delivery, key, rule, State.TAKEN, List.of(), change.get());
            subjects.forget(delivery.source(), subject);
        } else {
            show(delivery, key, rule, change.get(), reading.told(rule, key, "WITHDRAWN", "Withdrawn there", List.of()), why);
        }
    }

    /// @return why not; empty: it is
    private List<String> withdraw(String change, String key, Reading reading, Rule rule) {
        try {
            return verbs.withdraw(change, reading.asked(rule, key)).reasons();
        } catch (Expression.Failing e) {
            // Nobody here is known to have done it: it is told all the same.
            return List.of(String.valueOf(e.getMessage()));
        }
    }

    /// What was given up there before its draft was made here, because it came out of order, is given up now.
    void drafted(Delivery delivery, String subject) {
        subjects.early(delivery.source(), subject).stream()
                .flatMap(id -> deliveries.find(id).stream())
                .filter(early -> early.receivedAt().isAfter(delivery.receivedAt()))
                .forEach(early -> sources.today(early)
                        .filter(today -> today.rule().then() == Verb.WITHDRAW)
                        .ifPresent(today -> withdrawn(early, String.valueOf(early.key()), today.reading(), today.rule())));
    }

    /// @param why nothing else is done
    private void show(
            Delivery delivery, String key, Rule rule, String change, Verbs.Shown shown, List<String> why) {
        Verbs.Done done = verbs.evidence(change, shown);
        List<String> reasons = new ArrayList<>(why);
        reasons.addAll(done.reasons());
        settle(delivery, key, rule, done.reasons().isEmpty() ? State.TAKEN : State.IGNORED, reasons, change);
    }

    private void settle(
            Delivery delivery, String key, Rule rule, State state, List<String> reasons, String change) {
        deliveries.settle(delivery.id(), key, state, rule.name(), reasons, List.of(change));
    }

    private Optional<Map<String, Object>> fields(Delivery delivery) {
        return sources.today(delivery).filter(today -> today.rule().mirrors()).flatMap(today -> {
            try {
                return Optional.of(today.reading().filled(today.rule()));
            } catch (Expression.Failing _) {
                return Optional.empty();
            }
        });
    }
}
