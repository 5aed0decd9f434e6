package slipway.change;

import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import slipway.change.calendar.Freeze;
import slipway.change.calendar.Window;
import slipway.change.domain.Assessment;
import slipway.change.domain.ChangeCommand;
import slipway.change.domain.ChangeEvent;
import slipway.change.domain.ChangeState;
import slipway.change.domain.InventoryDecider;
import slipway.change.domain.InventoryEvent;
import slipway.change.domain.InventoryEvent.InventoryChanged;
import slipway.change.hindsight.Backtest;
import slipway.change.hindsight.Moment;
import slipway.change.hindsight.Rehearsal;
import slipway.change.policy.Electorate;
import slipway.change.policy.Policy;
import slipway.change.policy.Voter;
import slipway.http.Refusal;
import slipway.messaging.Decisions;

/// Reads the journal for those who ask what another rule would have made of it. One change is in memory at a time.
@Component
class Hindsight {

    private final Decisions<ChangeCommand, ChangeState, ChangeEvent> changes;
    private final Decisions<InventoryDecider.Replace, InventoryDecider.Held, InventoryEvent> inventories;
    private final Policies policies;
    private final Situation situation;

    Hindsight(
            Decisions<ChangeCommand, ChangeState, ChangeEvent> changes,
            Decisions<InventoryDecider.Replace, InventoryDecider.Held, InventoryEvent> inventories,
            Policies policies,
            Situation situation) {
        this.changes = changes;
        this.inventories = inventories;
        this.policies = policies;
        this.situation = situation;
    }

    /// @param period in which changes were evaluated
    /// @param listed so many of each list are told
    Backtest.Report backtest(Policy candidate, Window period, int listed) {
        Backtest backtest = new Backtest(candidate, period, listed, new Past(people(), policies, new HashMap<>()));
        each(ChangeEvent.PolicyEvaluated.class, period.notBefore(), period.notAfter(), backtest::add);
        return backtest.report();
    }

    /// @param period in which changes were to start
    /// @param listed so many of each list are told
    /// @param now what was recorded until then
    Rehearsal.Report rehearse(Freeze freeze, Window period, int listed, Instant now) {
        Rehearsal rehearsal = new Rehearsal(freeze, period, listed);
        // Nothing starts later than its approval lasts.
        Instant since = period.notBefore().minus(Assessment.APPROVAL_LASTS);
        each(ChangeEvent.ChangeScheduled.class, since, now, rehearsal::add);
        return rehearsal.report(situation.heldBy(freeze));
    }

    private void each(
            Class<? extends ChangeEvent> kind, Instant since, Instant until, BiConsumer<String, List<Moment>> to) {
        changes.stories(kind, since, until, story -> to.accept(
                story.getFirst().meta().getAggregateId(),
                story.stream()
                        .map(told -> new Moment(told.fact(), told.meta().getRecordedAt()))
                        .toList()));
    }

    /// The people of each version of the inventory, as far as they were recorded. Most lists differ by one person: who stays the same is
    /// kept once.
    private Map<String, Electorate> people() {
        Map<String, Electorate> versions = new HashMap<>();
        Map<String, Electorate> lists = new HashMap<>();
        Map<Voter, Voter> known = new HashMap<>();
        inventories.each(InventoryStore.AGGREGATE, told -> {
            switch (told.fact()) {
                case InventoryChanged changed -> {
                    if (changed.members() != null) {
                        lists.put(
                                changed.peopleVersion(),
                                new Electorate(changed.members().stream()
                                        .map(member -> new Voter(member.id(), Set.copyOf(member.groups())))
                                        .map(voter -> known.computeIfAbsent(voter, one -> one))
                                        .toList()));
                    }
                    Electorate people = lists.get(changed.peopleVersion());
                    if (people != null) {
                        versions.put(changed.version(), people);
                    }
                }
            }
        });
        return versions;
    }

    /// @param texts by their hash, each read once
    private record Past(Map<String, Electorate> versions, Policies policies, Map<String, Optional<Policy>> texts)
            implements Backtest.Past {

        @Override
        public @Nullable Electorate people(String inventoryVersion) {
            return versions.get(inventoryVersion);
        }

        @Override
        public Optional<Policy> policy(String hash) {
            return texts.computeIfAbsent(hash, this::read);
        }

        private Optional<Policy> read(String hash) {
            try {
                return policies.of(hash);
            } catch (Refusal _) {
                // Published by another version of this program, and not understood by this one.
                return Optional.empty();
            }
        }
    }
}
