package slipway.change.intake;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.springframework.stereotype.Component;
import slipway.change.intake.Deliveries.Delivery;
import slipway.change.intake.Deliveries.State;
import slipway.change.intake.Source.Rule;
import slipway.http.Form;
import slipway.http.Refusal;

/// What is edited and given up in another system follows here, as long as nobody decided about it; afterwards it is only shown.
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

    /// A request as it was read.
    private record Mirrored(Map<String, Object> fields, Form form) {}

    void edited(Delivery delivery, String key, Reading reading, Rule rule, String change) {
        String subject = Objects.requireNonNull(reading.subject(rule), "what is mirrored has a subject");
        Optional<Delivery> last = subjects.mirrored(delivery.source(), subject).flatMap(deliveries::find);
        // Handled once more, it says no more what is so there.
        if (last.isPresent() && last.get().receivedAt().isAfter(delivery.receivedAt())) {
            settle(delivery, key, rule, State.IGNORED, List.of(last.get().id() + " came later, and says what is so there now"), change);
            return;
        }
        Optional<Mirrored> before = last.flatMap(this::read);
        if (before.isPresent() && before.get().fields().equals(reading.filled(rule))) {
            settle(delivery, key, rule, State.IGNORED, List.of("nothing of it that is mirrored was edited"), change);
            return;
        }
        if (before.isPresent() && verbs.isDraft(change)) {
            Verbs.Edited edited = verbs.edit(change, reading.asked(rule, key), before.get().form());
            boolean refused = !edited.reasons().isEmpty();
            settle(delivery, key, rule, refused ? State.REFUSED : State.TAKEN, refused ? edited.reasons() : left(reading, edited.kept()), change);
            if (refused) {
                return;
            }
        } else {
            Verbs.Shown shown = reading.told(rule, key, "EDITED", "Edited there");
            show(delivery, key, rule, change, shown, reading.left());
        }
        subjects.mirrors(delivery.source(), subject, delivery.id());
    }

    private static List<String> left(Reading reading, List<String> kept) {
        List<String> left = new ArrayList<>(reading.left());
        if (!kept.isEmpty()) {
            left.add("kept as people wrote it here: " + String.join(", ", kept));
        }
        return left;
    }

    void withdrawn(Delivery delivery, String key, Reading reading, Rule rule) {
        String subject = Objects.requireNonNull(reading.subject(rule), "what is withdrawn has a subject");
        Optional<String> change = subjects.writtenFor(delivery.source(), subject);
        if (change.isEmpty()) {
            deliveries.settle(
                    delivery.id(), key, State.IGNORED, rule.name(), List.of("there is no change for " + subject), List.of());
            return;
        }
        Verbs.Done done = verbs.withdraw(change.get(), reading.asked(rule, key));
        if (done.reasons().isEmpty()) {
            settle(delivery, key, rule, State.TAKEN, List.of(), change.get());
        } else {
            show(delivery, key, rule, change.get(), reading.told(rule, key, "WITHDRAWN", "Withdrawn there"), done.reasons());
        }
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

    /// As it is read today; empty when nothing is left of it.
    private Optional<Mirrored> read(Delivery delivery) {
        Optional<Source> source = sources.find(delivery.source());
        if (source.isEmpty()) {
            return Optional.empty();
        }
        try {
            Reading reading = Reading.of(source.get(), sources.here(delivery.source()), delivery);
            Rule rule = reading.rule();
            return rule != null && rule.mirrors()
                    ? Optional.of(new Mirrored(reading.filled(rule), reading.form(rule)))
                    : Optional.empty();
        } catch (Expression.Failing | Refusal _) {
            return Optional.empty();
        }
    }
}
