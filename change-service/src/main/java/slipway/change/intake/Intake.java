package slipway.change.intake;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.TransientDataAccessException;
import org.springframework.http.MediaType;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionException;
import org.springframework.transaction.support.TransactionTemplate;
import slipway.change.intake.Delivery.State;
import slipway.change.intake.Source.Format;
import slipway.change.intake.Source.Rule;
import slipway.http.Refusal;
import slipway.wire.RegistryClient;

/// Handles what was stored: reading it, what it leads to and what became of it are one transaction. Whoever dies before that leaves it
/// as received, and it is handled a few seconds later by whoever lives.
@Component
class Intake {

    private static final Logger LOG = LoggerFactory.getLogger(Intake.class);
    private static final int MOST_TRIES = 10;

    private final Sources sources;
    private final Deliveries deliveries;
    private final Subjects subjects;
    private final Correlation correlation;
    private final Mirroring mirroring;
    private final Verbs verbs;
    private final Callbacks callbacks;
    private final KafkaRequests requests;
    private final TransactionTemplate transaction;

    Intake(
            Sources sources,
            Deliveries deliveries,
            Subjects subjects,
            Correlation correlation,
            Mirroring mirroring,
            Verbs verbs,
            Callbacks callbacks,
            KafkaRequests requests,
            TransactionTemplate transaction) {
        this.sources = sources;
        this.deliveries = deliveries;
        this.subjects = subjects;
        this.correlation = correlation;
        this.mirroring = mirroring;
        this.verbs = verbs;
        this.callbacks = callbacks;
        this.requests = requests;
        this.transaction = transaction;
    }

    /// For who waits for what becomes of it. Whoever only looks whether it is handled already must not leave it to the sweep.
    ///
    /// @return id of the delivery that it is: its own, or that of the first when it came before
    String handle(String id) {
        return handle(id, deliveries::claim);
    }

    private String handle(String id, Function<String, Optional<Delivery>> claim) {
        try {
            String settled = transaction.execute(_ -> claim.apply(id).map(this::settle).orElse(id));
            // What a batch was taken apart into; whoever dies here leaves the rest as received.
            deliveries.waitingOf(settled).forEach(part -> handle(part, claim));
            return settled;
        } catch (TransientDataAccessException
                | DataAccessResourceFailureException
                | TransactionException
                | RegistryClient.Unavailable e) {
            LOG.warn("{} cannot be handled now, trying again: {}", id, e.toString());
        } catch (RuntimeException e) {
            LOG.error("{} cannot be handled", id, e);
            if (deliveries.tried(id, "cannot be handled: " + e.getClass().getSimpleName()) >= MOST_TRIES) {
                String rule = deliveries.find(id).map(Delivery::rule).orElse(null);
                deliveries.settle(id, null, State.REFUSED, rule, List.of("a fault of the service; its log has more"), List.of());
            }
        }
        return id;
    }

    /// For whoever died, or was tried too early.
    @Scheduled(fixedDelayString = "${slipway.intake.sweep-every:5s}")
    void sweep() {
        try {
            deliveries.waiting().forEach(id -> handle(id, deliveries::claimFree));
        } catch (TransientDataAccessException | DataAccessResourceFailureException | TransactionException e) {
            LOG.warn("deliveries cannot be looked for, trying again: {}", e.toString());
        }
    }

    private String settle(Delivery delivery) {
        if (delivery.source().equals(KafkaRequests.SOURCE)) {
            requests.again(delivery, verbs);
            return delivery.id();
        }
        Optional<Source> source = sources.find(delivery.source());
        if (source.isEmpty()) {
            deliveries.settle(delivery.id(), null, State.REFUSED, null, List.of("there is no source " + delivery.source() + " any more"), List.of());
            return delivery.id();
        }
        String key = Reading.contentKey(source.get(), delivery);
        String rule = null;
        try {
            if (source.get().format() == Format.CLOUDEVENTS && CloudEvents.isBatch(delivery)) {
                return takeApart(delivery, key, CloudEvents.STRUCTURED, CloudEvents.batch(delivery).stream()
                        .map(event -> event.toString().getBytes(StandardCharsets.UTF_8))
                        .toList());
            }
            Reading reading = Reading.of(source.get(), sources.here(delivery.source()), delivery);
            List<byte[]> parts = reading.parts();
            if (parts != null) {
                return takeApart(delivery, key, MediaType.APPLICATION_JSON_VALUE, parts);
            }
            key = reading.key();
            Optional<String> first = deliveries.first(delivery, key);
            if (first.isEmpty() && source.get().signature().unique() && delivery.sender() == null) {
                first = deliveries.firstOfBody(delivery);
            }
            if (first.isPresent()) {
                goOn(first.get(), reading, key);
                deliveries.repeated(delivery.id(), first.get());
                return first.get();
            }
            Rule matching = reading.rule();
            if (matching == null) {
                deliveries.settle(delivery.id(), key, State.IGNORED, null, List.of("no rule of " + delivery.source() + " is for it"), List.of());
                return delivery.id();
            }
            rule = matching.name();
            follow(delivery, reading, matching, key);
        } catch (Expression.Failing e) {
            return refuse(delivery, key, rule, List.of(String.valueOf(e.getMessage())));
        } catch (Refusal e) {
            return refuse(delivery, key, rule, e.reasons());
        }
        return delivery.id();
    }

    private void goOn(Delivery part) {
        Source source = sources.find(part.source()).orElseThrow();
        try {
            Reading reading = Reading.of(source, sources.here(part.source()), part);
            String key = reading.key();
            deliveries.first(part, key).ifPresent(first -> goOn(first, reading, key));
        } catch (Expression.Failing | Refusal e) {
            // As it was refused the first time.
            LOG.debug("a part that came again says nothing: {}", e.getMessage());
        }
    }

    /// What it says is still so; a freeze for it must not end meanwhile.
    private void goOn(String first, Reading reading, String key) {
        Rule rule = reading.rule();
        if (rule == null || rule.then() != Source.Verb.FREEZE) {
            return;
        }
        Verbs.Done done = verbs.freeze(reading.asked(rule, key), reading.subject(rule), true);
        Delivery known = deliveries.find(first).orElseThrow();
        if (!done.reasons().isEmpty()) {
            deliveries.told(first, done.reasons());
        } else if (done.result() != null && !known.results().contains(done.result())) {
            deliveries.settle(first, null, State.TAKEN, rule.name(), List.of(), List.of(done.result()));
        }
    }

    /// All of its parts or none.
    private String takeApart(Delivery batch, String key, String contentType, List<byte[]> parts) {
        Map<String, String> headers = new LinkedHashMap<>(batch.headers());
        headers.put("content-type", contentType);
        Optional<String> first = deliveries.first(batch, key);
        if (first.isPresent()) {
            parts.forEach(part -> goOn(batch.part(headers, part)));
            deliveries.repeated(batch.id(), first.get());
            return first.get();
        }
        List<String> ids = parts.stream().map(part -> deliveries.storePart(batch, headers, part)).toList();
        deliveries.settle(batch.id(), key, State.TAKEN, null, List.of(), ids);
        return batch.id();
    }

    private String refuse(Delivery delivery, String key, @Nullable String rule, List<String> reasons) {
        Optional<String> first = deliveries.first(delivery, key);
        if (first.isPresent()) {
            deliveries.repeated(delivery.id(), first.get());
            return first.get();
        }
        deliveries.settle(delivery.id(), key, State.REFUSED, rule, reasons, List.of());
        return delivery.id();
    }

    private void settle(String id, String key, Reading reading, Rule rule, Verbs.Done done) {
        List<String> reasons = new ArrayList<>(done.reasons());
        reasons.addAll(done.remarks());
        reasons.addAll(reading.left());
        deliveries.settle(
                id,
                key,
                State.of(done),
                rule.name(),
                reasons,
                done.results());
    }

    private void follow(Delivery delivery, Reading reading, Rule rule, String key) {
        String id = delivery.id();
        switch (rule.then()) {
            case IGNORE -> {
                String why = rule.reason() == null ? "rule " + rule.name() : rule.reason();
                deliveries.settle(id, key, State.IGNORED, rule.name(), List.of(why), List.of());
            }
            case SUBMIT, DRAFT -> {
                String subject = reading.subject(rule);
                Optional<String> there = subject == null ? Optional.empty() : subjects.writtenFor(delivery.source(), subject);
                if (there.isPresent()) {
                    if (rule.mirrors()) {
                        mirroring.edited(delivery, key, reading, rule, there.get());
                        return;
                    }
                    // Whatever people wrote into it since is not written over.
                    deliveries.settle(id, key, State.IGNORED, rule.name(), List.of(there.get() + " is there for it already"), List.of(there.get()));
                    return;
                }
                Verbs.Asked asked = reading.asked(rule, key);
                if (rule.joins() && correlation.join(delivery, key, reading, rule)) {
                    return;
                }
                Verbs.Done done = rule.then() == Source.Verb.SUBMIT ? verbs.submit(asked) : verbs.draft(asked);
                settle(id, key, reading, rule, done);
                if (done.reasons().isEmpty() && done.result() != null) {
                    correlation.written(done.result(), delivery, reading, rule);
                    if (subject != null) {
                        mirroring.drafted(delivery, subject);
                    }
                }
            }
            case WITHDRAW -> mirroring.withdrawn(delivery, key, reading, rule);
            case LINK -> correlation.link(delivery, key, reading, rule);
            case EVIDENCE -> correlation.show(delivery, key, reading, rule);
            case GATE ->
                settle(id, key, reading, rule, callbacks.accept(reading.shown(rule, key), reading.change(rule), reading.about(rule)));
            case ALERT -> settle(id, key, reading, rule, verbs.alert(reading.shown(rule, key)));
            case FREEZE -> settle(id, key, reading, rule, verbs.freeze(reading.asked(rule, key), reading.subject(rule), false));
        }
    }
}
