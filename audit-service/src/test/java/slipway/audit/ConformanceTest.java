package slipway.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.Test;
import slipway.audit.domain.Entry;
import slipway.audit.domain.Invariant;
import slipway.audit.history.Breach;
import slipway.audit.history.Happening;
import slipway.audit.history.History;
import slipway.events.Meta;
import slipway.events.StepKind;
import slipway.events.Strategy;
import slipway.events.Topics;
import slipway.events.VerificationLevel;
import slipway.events.backup.BackupStarted;
import slipway.events.release.BackupRequested;
import slipway.events.release.ReleaseDeployed;
import slipway.events.release.ReleasePlanned;
import slipway.events.release.ReleaseStarted;
import slipway.events.release.RolloutStepStarted;

/// What is broken in a small year in which everything went wrong once.
class ConformanceTest {

    private static final Conformance.Signer SIGNED = new Conformance.Signer() {

        @Override
        public String trouble() {
            return "";
        }

        @Override
        public boolean contradicted() {
            return false;
        }

        @Override
        public long signed() {
            return 0;
        }
    };

    private static final Conformance.Patience PATIENCE = new Conformance.Patience(Duration.ofMinutes(15), Duration.ofHours(24));

    private static final Map<Breach, Invariant> BROKEN_BY = Map.of(
            Breach.STARTED_WITHOUT_APPROVAL, Invariant.START_IS_AUTHORISED,
            Breach.STALE_EPOCH, Invariant.START_IS_AUTHORISED,
            Breach.BACKUP_NOT_VERIFIED, Invariant.START_HAS_A_WAY_BACK,
            Breach.TWO_ROLLOUTS, Invariant.ONE_ROLLOUT_PER_ENVIRONMENT,
            Breach.STEP_TWICE, Invariant.STEP_HAPPENS_ONCE,
            Breach.OWN_APPROVAL, Invariant.NOBODY_APPROVES_THEIR_OWN,
            Breach.OVERDUE, Invariant.NOTHING_IS_FORGOTTEN);

    @Test
    void what_was_broken_is_found_and_nothing_else() {
        Set<String> found = new HashSet<>();
        long[] read = {0};
        Conformance conformance = new Conformance(
                Year.jdbc(),
                Year.transaction(),
                new CaughtUp(() -> ReplayTest.group(read[0]), List.of(Topics.CHANGE)),
                PATIENCE,
                SIGNED,
                broken -> found.add(broken.fact().invariant() + " " + culprit(broken)));
        conformance.look();
        conformance.look();
        assertThat(found).as("what allowed it may still be unread").isEmpty();
        read[0] = 5;
        conformance.look();

        Set<String> expected = new HashSet<>();
        Year.broken().forEach((breach, who) -> expected.add(BROKEN_BY.get(breach) + " " + story(who)));
        assertThat(found).isEqualTo(expected).hasSize(Breach.values().length);
        found.clear();
        conformance.look();
        conformance.look();
        assertThat(found).as("each suspect is judged once").allMatch(each -> each.startsWith(Invariant.NOTHING_IS_FORGOTTEN.name()));
    }

    /// Votes come, stages escalate, windows pass, reviews wait: as long as it is somebody's turn.
    @Test
    void while_everything_goes_its_way_nothing_is_forgotten_at_any_moment() throws IOException {
        try (Workbench bench = new Workbench("part")) {
            List<Happening> plain = History.year(2, 150, bench.log().wire()).stream().toList();
            List<String> found = new ArrayList<>();
            Conformance conformance = conformance(bench, broken -> found.add(broken.fact().subject() + ": " + broken.fact().what()));
            int open = 0;
            List<String> abandoned = new ArrayList<>();
            NavigableSet<Integer> moments = new TreeSet<>(IntStream.rangeClosed(1, 24).map(part -> plain.size() * part / 24).boxed().toList());
            // Short, and seldom met.
            moments.add(plain.indexOf(plain.stream().filter(each -> each.type().equals("BackupStarted")).findFirst().orElseThrow()) + 1);
            int from = 0;
            for (int moment : moments) {
                List<Happening> next = plain.subList(from, moment);
                from = moment;
                bench.live(next);
                conformance.forgotten(next.getLast().meta().getRecordedAt());
                // Had nobody done anything from here on.
                conformance(bench, broken -> abandoned.add(broken.fact().what())).forgotten(Instant.parse("2100-01-01T00:00:00Z"));
                open += bench.jdbc().sql("select count(*) from standing where upper_inf(known) and not over and state = 'AWAITING_APPROVAL'").query(Integer.class).single();
            }
            assertThat(open).as("there was something to forget").isPositive();
            assertThat(found).isEmpty();
            assertThat(abandoned.stream().map(what -> what.replaceFirst("stage [a-z]+", "stage").replaceFirst(" [0-9-]+T.*", "")).distinct())
                    .contains(
                            "stage was to be answered by",
                            "it is to be assessed since",
                            "its approval ended at",
                            "its window ended at",
                            "it was to be watched until",
                            "it was to be reviewed by",
                            "it is SECURING, and no fact of it came since",
                            "it is RUNNING, and no fact of it came since",
                            "it is CAPTURING, and no fact of it came since");
        }
    }

    @Test
    void a_fact_that_is_parked_may_excuse_its_own_story_for_a_day_and_nothing_that_it_cannot() throws IOException {
        try (Workbench bench = new Workbench("part")) {
            History history = History.year(1, 300, bench.log().wire(), EnumSet.of(Breach.STARTED_WITHOUT_APPROVAL, Breach.OWN_APPROVAL));
            List<Happening> facts = history.stream().toList();
            bench.live(facts);
            String culprit = story(facts, history.broken().get(Breach.STARTED_WITHOUT_APPROVAL));
            String other = story(facts, history.broken().get(Breach.OWN_APPROVAL));
            new Leaves(bench.jdbc(), bench.transaction()).grow(Integer.MAX_VALUE, Map.of());
            parked(bench, culprit);
            parked(bench, other);
            Set<String> found = new HashSet<>();
            Conformance conformance = conformance(bench, each -> found.add(each.fact().invariant() + " " + each.story()));
            conformance.look();
            conformance.look();
            assertThat(found).contains("NOBODY_APPROVES_THEIR_OWN " + other).doesNotContain("START_IS_AUTHORISED " + culprit);
            assertThat(conformance.reach()).satisfies(reach -> {
                assertThat(reach.suspects()).isPositive();
                assertThat(reach.parked()).isEqualTo(2);
            });
            bench.jdbc().sql("update parked set parked_at = parked_at - interval '1 hour'").update();
            conformance.look();
            conformance.look();
            assertThat(found).contains("SEQUENCE_IS_WHOLE " + culprit).doesNotContain("START_IS_AUTHORISED " + culprit);
            bench.jdbc().sql("update suspect set since = since - interval '1 day'").update();
            conformance.look();
            conformance.look();
            assertThat(found).contains("START_IS_AUTHORISED " + culprit);
            assertThat(conformance.reach().suspects()).isZero();
        }
    }

    @Test
    void a_fact_that_is_parked_excuses_no_other_story() throws IOException {
        try (Workbench bench = new Workbench("part")) {
            History history = History.year(1, 300, bench.log().wire(), EnumSet.of(Breach.OWN_APPROVAL));
            bench.live(history.stream().toList());
            new Leaves(bench.jdbc(), bench.transaction()).grow(Integer.MAX_VALUE, Map.of());
            parked(bench, "CHG-X");
            Set<String> found = new HashSet<>();
            Conformance conformance = conformance(bench, each -> found.add(each.fact().invariant() + " " + each.fact().subject()));
            conformance.look();
            conformance.look();
            assertThat(found).contains("NOBODY_APPROVES_THEIR_OWN " + history.broken().get(Breach.OWN_APPROVAL));
        }
    }

    @Test
    void more_facts_than_there_are_were_not_looked_at() throws IOException {
        try (Workbench bench = new Workbench("part")) {
            History history = History.year(1, 300, bench.log().wire(), EnumSet.of(Breach.OWN_APPROVAL));
            bench.live(history.stream().toList());
            new Leaves(bench.jdbc(), bench.transaction()).grow(Integer.MAX_VALUE, Map.of());
            bench.jdbc().sql("update looked_at set leaves = 100000000").update();
            Set<String> found = new HashSet<>();
            Conformance conformance = conformance(bench, each -> found.add(each.fact().invariant() + " " + each.fact().subject()));
            conformance.look();
            conformance.look();
            assertThat(found).contains("NOBODY_APPROVES_THEIR_OWN " + history.broken().get(Breach.OWN_APPROVAL));
        }
    }

    @Test
    void a_record_that_says_something_else_under_a_number_that_is_used_is_a_breach() throws IOException {
        try (Workbench bench = new Workbench("part")) {
            Log.Sent first = bench.log().cancelled("CHG-1", 1, "why");
            bench.live(first);
            Ledger ledger = bench.ledger();
            bench.transaction().executeWithoutResult(_ -> ledger.seeAgain(Workbench.fact(first)));
            Log.Sent other = bench.log().cancelled("CHG-1", 1, "another reason");
            bench.transaction().executeWithoutResult(_ -> ledger.seeAgain(Workbench.fact(other)));
            Log.Sent second = bench.log().cancelled("CHG-2", 1, "why");
            Log.Sent twice = bench.log().cancelled("CHG-2", 1, "another reason");
            bench.transaction().executeWithoutResult(_ -> {
                ledger.see(Workbench.fact(second));
                ledger.seeAgain(Workbench.fact(twice));
            });
            List<String> found = new ArrayList<>();
            conformance(bench, each -> found.add(each.fact().subject() + ": " + each.fact().what())).look();
            assertThat(found)
                    .containsExactlyInAnyOrder(
                            "CHG-1: ChangeCancelled bears number 1, and the ledger has another fact under it",
                            "CHG-2: ChangeCancelled bears number 1, and the ledger has another fact under it");
        }
    }

    @Test
    void whoever_carries_nothing_plans_nothing_or_starts_nothing_is_found_too() throws IOException {
        try (Workbench bench = new Workbench("part")) {
            ReleasePlanned plan = (ReleasePlanned) Year.facts().stream().filter(each -> each.fact() instanceof ReleasePlanned).findFirst().orElseThrow().fact();
            release(bench, "REL-1", 1, meta -> ReleasePlanned.newBuilder(plan).setMeta(meta).setChangeIds(List.of()).build());
            release(bench, "REL-1", 2, meta -> started(meta, "dev", 1));
            release(bench, "REL-2", 1, meta -> started(meta, "prod", 7));
            release(bench, "REL-3", 1, meta -> started(meta, "prod", 7));
            release(bench, "REL-4", 1, meta -> new ReleaseDeployed(meta, "prod", "sha256:1", "sha256:1", 1, true, List.of(), null));
            new Leaves(bench.jdbc(), bench.transaction()).grow(Integer.MAX_VALUE, Map.of());
            Set<String> found = new HashSet<>();
            Conformance conformance = conformance(bench, each -> found.add(each.fact().invariant() + " " + each.fact().subject() + ": " + each.fact().what()));
            conformance.look();
            conformance.look();
            assertThat(found)
                    .contains("START_IS_AUTHORISED REL-1: CHG-REL-1: there is no leave  of epoch 1 for dev")
                    .contains("START_IS_AUTHORISED REL-4: ReleaseDeployed in prod, where it never started")
                    .anyMatch(each -> each.startsWith("ONE_ROLLOUT_PER_ENVIRONMENT REL-") && each.endsWith(" has fencing token 7 in prod, too"));
        }
    }

    @Test
    void the_backup_of_another_release_is_no_way_back() throws IOException {
        try (Workbench bench = new Workbench("part")) {
            BackupStarted backup = (BackupStarted) Year.facts().stream().filter(each -> each.fact() instanceof BackupStarted).findFirst().orElseThrow().fact();
            told(bench, Topics.BACKUP, "BKP-1", 1, meta -> BackupStarted.newBuilder(backup).setMeta(meta).setReleaseId("REL-9").setEnvironment("dev").build());
            release(bench, "REL-1", 1, meta -> new BackupRequested(meta, "prod", "BKP-1", "plan", 60L, VerificationLevel.V1));
            release(bench, "REL-1", 2, meta -> started(meta, "prod", 1));
            new Leaves(bench.jdbc(), bench.transaction()).grow(Integer.MAX_VALUE, Map.of());
            List<String> found = new ArrayList<>();
            Conformance conformance = conformance(bench, each -> found.add(each.fact().invariant() + ": " + each.fact().what()));
            conformance.look();
            conformance.look();
            assertThat(found).contains("START_HAS_A_WAY_BACK: backup set BKP-1 was taken for REL-9 in dev");
        }
    }

    @Test
    void what_is_to_wait_is_not_forgotten() throws IOException {
        try (Workbench bench = new Workbench("part")) {
            for (StepKind kind : List.of(StepKind.PAUSE, StepKind.BAKE, StepKind.ANALYSE, StepKind.SWITCH)) {
                release(bench, "REL-" + kind, 1, meta -> started(meta, "dev-of-" + kind, 1));
                release(bench, "REL-" + kind, 2, meta -> new RolloutStepStarted(meta, "dev-of-" + kind, 1, kind, "a step", 1, List.of(), List.of()));
            }
            release(bench, "REL-WAITS", 1, meta -> new BackupRequested(meta, "dev-of-PAUSE", "BKP-2", "plan", 60L, VerificationLevel.V1));
            release(bench, "REL-ALONE", 1, meta -> new BackupRequested(meta, "prod", "BKP-3", "plan", 60L, VerificationLevel.V1));
            Set<String> found = new HashSet<>();
            conformance(bench, each -> found.add(each.fact().subject())).forgotten(Log.AT.plus(Duration.ofDays(30)));
            assertThat(found).containsExactlyInAnyOrder("REL-SWITCH", "REL-ALONE");
        }
    }

    private static ReleaseStarted started(Meta meta, String environment, long token) {
        return new ReleaseStarted(meta, environment, "sha256:1", Strategy.ROLLING, "BKP-1", "", 1L, token, List.of(), List.of(), false);
    }

    private static void release(Workbench bench, String release, long sequence, Function<Meta, SpecificRecord> fact) {
        told(bench, Topics.RELEASE, release, sequence, fact);
    }

    private static void told(Workbench bench, String topic, String aggregate, long sequence, Function<Meta, SpecificRecord> fact) {
        Log.Sent sent = bench.log().send(aggregate, sequence, meta -> fact.apply(Meta.newBuilder(meta).setCorrelationId("CHG-" + aggregate).build()));
        bench.live(new Log.Sent(new Entry.Place(topic, 0, sent.place().offset()), sent.wire(), sent.fact()));
    }

    private static void parked(Workbench bench, String change) {
        bench.jdbc()
                .sql(
                        """
                        insert into parked (topic, partition, log_offset, aggregate_id, sequence, type, wire, reason, failed)
                        select 'change.events', 0, 1000000 + count(*), ?, 1000, 'ChangeCancelled', '', 'waits for an earlier fact', false from parked
                        """)
                .param(change)
                .update();
    }

    private static Conformance conformance(Workbench bench, Conformance.Teller teller) {
        return new Conformance(
                bench.jdbc(), bench.transaction(), new CaughtUp(() -> ReplayTest.group(5), List.of(Topics.CHANGE)), PATIENCE, SIGNED, teller);
    }

    /// Of two rollouts it is the other one that was not done.
    private static String culprit(Conformance.Broken broken) {
        return broken.fact().invariant() == Invariant.ONE_ROLLOUT_PER_ENVIRONMENT
                ? story(broken.fact().what().split(" ")[0])
                : broken.story();
    }

    private static String story(String aggregate) {
        return story(Year.facts(), aggregate);
    }

    private static String story(List<Happening> facts, String aggregate) {
        return facts.stream().filter(each -> each.key().equals(aggregate)).findFirst().orElseThrow().meta().getCorrelationId();
    }
}
