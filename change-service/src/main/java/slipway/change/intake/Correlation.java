package slipway.change.intake;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import slipway.change.intake.Delivery.State;
import slipway.change.intake.Source.Rule;
import slipway.change.intake.Source.Verb;
import slipway.http.Refusal;

/// Brings together what speaks of the same: a change, what was built and tested for it, and what it became, whichever came first.
@Component
class Correlation {

    private static final Logger LOG = LoggerFactory.getLogger(Correlation.class);

    private final Sources sources;
    private final Deliveries deliveries;
    private final Subjects subjects;
    private final Verbs verbs;

    Correlation(Sources sources, Deliveries deliveries, Subjects subjects, Verbs verbs) {
        this.sources = sources;
        this.deliveries = deliveries;
        this.subjects = subjects;
        this.verbs = verbs;
    }

    /// A change was written for this: it is shown what was said of the same before.
    void written(String change, Delivery delivery, Reading reading, Rule rule) {
        speaksOf(change, reading.about(rule));
        String subject = reading.subject(rule);
        if (subject != null) {
            subjects.written(delivery.source(), subject, change, delivery.id());
            subjects.early(delivery.source(), subject).stream()
                    .flatMap(link -> deliveries.find(link).stream())
                    .forEach(link -> again(link, Verb.LINK, (known, of) -> link(link, String.valueOf(link.key()), known, of)));
        }
    }

    /// What tells of a draft that is there says more of it, and makes no second one: it is the same that was merged and published.
    ///
    /// @return false: there is none
    boolean join(Delivery delivery, String key, Reading reading, Rule rule) {
        List<String> about = reading.about(rule);
        if (about.isEmpty()) {
            return false;
        }
        // Whoever made a release has a hand in what is released.
        Verbs.Shown told = reading.told(rule, key, "ANNOUNCED", null, reading.asked(rule, key).everybody());
        for (String change : subjects.same(about)) {
            // One of another service is none of it, though it was made of the same commit.
            if (told.service() != null
                    && verbs.isDraftOf(change, told.service())
                    && verbs.evidence(change, told).reasons().isEmpty()) {
                deliveries.settle(delivery.id(), key, State.TAKEN, rule.name(), reading.left(), List.of(change));
                // Asked once more: nobody decides about it now until this is stored.
                if (verbs.isDraft(change)) {
                    written(change, delivery, reading, rule);
                }
                return true;
            }
        }
        return false;
    }

    private void speaksOf(String change, List<String> about) {
        if (!about.isEmpty()) {
            subjects.requested(change, about).stream()
                    .flatMap(evidence -> deliveries.find(evidence).stream())
                    // It was shown for it before the change was about this, too.
                    .filter(evidence -> !evidence.results().contains(change))
                    .forEach(evidence -> again(evidence, Verb.EVIDENCE, (known, rule) -> {
                        Verbs.Done done = verbs.evidence(change, known.shown(rule, String.valueOf(evidence.key())));
                        if (done.reasons().isEmpty()) {
                            deliveries.settle(evidence.id(), null, State.TAKEN, rule.name(), List.of(), List.of(change));
                        }
                    }));
        }
    }

    /// What is done with what came before, as it is read today.
    private interface Follow {
        void follow(Reading reading, Rule rule);
    }

    private void again(Delivery early, Verb verb, Follow follow) {
        sources.today(early).filter(today -> today.rule().then() == verb).ifPresent(today -> {
            try {
                follow.follow(today.reading(), today.rule());
            } catch (Expression.Failing | Refusal e) {
                LOG.warn("{} says nothing any more: {}", early.id(), e.getMessage());
            }
        });
    }

    /// What a change is about stays what people read when they decided; only what was made of it is known of it afterwards.
    void link(Delivery delivery, String key, Reading reading, Rule rule) {
        String subject = String.valueOf(reading.subject(rule));
        Optional<String> there = subjects.writtenFor(delivery.source(), subject);
        if (there.isEmpty()) {
            subjects.early(delivery.source(), subject, delivery.id());
            ignore(delivery, key, rule, "there is no change for " + subject + "; one that is written for it later will know it");
            return;
        }
        String from = reading.from(rule);
        if (!verbs.isDraft(there.get()) && (from == null || !subjects.isAbout(there.get(), from))) {
            ignore(delivery, key, rule, there.get() + " was submitted, and is not about " + (from == null ? "what came after that" : from));
            return;
        }
        deliveries.settle(delivery.id(), key, State.TAKEN, rule.name(), List.of(), List.of(there.get()));
        speaksOf(there.get(), reading.about(rule));
    }

    private void ignore(Delivery delivery, String key, Rule rule, String why) {
        deliveries.settle(delivery.id(), key, State.IGNORED, rule.name(), List.of(why), List.of());
    }

    /// For the change that it names, and for each that is about the same.
    void show(Delivery delivery, String key, Reading reading, Rule rule) {
        String subject = reading.subject(rule);
        Optional<String> named = subject == null
                ? Optional.ofNullable(reading.change(rule))
                : subjects.writtenFor(delivery.source(), subject);
        List<String> about = reading.about(rule);
        Set<String> changes = new LinkedHashSet<>(named.stream().toList());
        if (!about.isEmpty()) {
            changes.addAll(subjects.shown(delivery.id(), about));
        }
        if (changes.isEmpty()) {
            ignore(delivery, key, rule, "there is no change for " + (subject == null ? String.join(", ", about) : subject)
                    + (about.isEmpty() ? "" : "; one that is about the same later will be shown it"));
            return;
        }
        Verbs.Shown shown = reading.shown(rule, key);
        List<String> taken = new ArrayList<>();
        List<String> reasons = new ArrayList<>();
        for (String change : changes) {
            Verbs.Done done = verbs.evidence(change, shown);
            if (done.reasons().isEmpty()) {
                taken.add(change);
            } else if (named.filter(change::equals).isPresent() || changes.size() == 1) {
                // Others that are about the same may be over by now, or of another service.
                reasons.addAll(done.reasons());
            }
        }
        reasons.addAll(reading.left());
        State state = taken.isEmpty() ? State.REFUSED : State.TAKEN;
        deliveries.settle(delivery.id(), key, state, rule.name(), reasons, taken);
    }
}
