package slipway.upgrade;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static slipway.upgrade.NextContract.ABORTED;
import static slipway.upgrade.NextContract.CHANGE_SHELVED;
import static slipway.upgrade.NextContract.CLOSED;
import static slipway.upgrade.NextContract.HELD;
import static slipway.upgrade.NextContract.NEXT_ABORTED;
import static slipway.upgrade.NextContract.NEXT_CLOSED;
import static slipway.upgrade.NextContract.NEXT_HELD;
import static slipway.upgrade.NextContract.SHELVED;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.avro.generic.GenericRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import slipway.events.Topics;
import slipway.messaging.Journal;

/// Two versions of one service at work on the same stories, as it is during an upgrade, and when one is taken back.
class RollingUpgradeTest {

    private static final Duration PATIENCE = Duration.ofMinutes(3);

    /// What release-service told of each release that it aborts again and again.
    private final Map<String, List<String>> aborted = new LinkedHashMap<>();

    @TempDir
    private static Path folder;

    private static TwoVersions versions;

    @BeforeAll
    static void the_contract_is_registered_beforehand() throws IOException {
        versions = new TwoVersions(folder);
        versions.register(Topics.CHANGE, HELD);
        versions.register(Topics.RELEASE, ABORTED, CLOSED, NEXT_ABORTED, NEXT_CLOSED, SHELVED);
    }

    @AfterAll
    static void close() throws IOException {
        versions.close();
    }

    @Test
    void the_next_version_is_one_that_the_rules_allow() {
        assertThat(NextContract.violations()).isEmpty();
    }

    @Test
    void from_one_version_to_the_next_and_back_nothing_is_lost_and_nothing_is_done_twice() {
        Instance today = ready(versions.today());
        String first = closed(CLOSED, "SUCCESSFUL");
        everyFactOfTheNextVersionIsTakenBy(today);

        doesNotStart(versions.next());
        versions.register(Topics.CHANGE, NEXT_HELD, CHANGE_SHELVED);
        Instance next = ready(versions.next());
        theyDecideInTurn(today, next);
        relayedBy("today");
        out(decided(next));

        gone(today);
        relayedBy("next");
        doneBy("next", first, "INCIDENT closed SUCCESSFUL after nothing INC-1", next);
        String second = closed(NEXT_CLOSED, "PARTLY");
        String shelved = "REL-" + UUID.randomUUID();
        stored(versions.tell(SHELVED, shelved, 1, Map.of("environment", "prod", "step", 2)));

        String unknown = "REL-" + UUID.randomUUID();
        next.hold("CHG-of-" + unknown, "shelve it");

        today = ready(versions.today());
        relayedBy("next");
        out(decided(today));
        theyDecideInTurn(today, next);

        gone(next);
        relayedBy("today");
        doneBy("today", second, "MANUAL closed UNKNOWN after nothing", today);
        decidesNothingOn(unknown, today);
        permit(shelved);
        assertThat(today.unknownJobs()).containsExactly("hold the change of a shelved release");
        next = ready(versions.next());
        doneBy("next", shelved, "INCIDENT shelved after nothing INC-1", next);
        gone(today);
        decidesOn(unknown, next);

        for (String release : aborted.keySet()) {
            assertThat(out("CHG-of-" + release, aborted.get(release).size())).isEqualTo(aborted.get(release));
        }
        nobodyWaits();
        // What is in the log is marked a moment later, and so is what a job did.
        await().atMost(PATIENCE).untilAsserted(() -> {
            assertThat(count("journal where published_at is null")).isZero();
            assertThat(count("scheduled_tasks")).isZero();
        });
        assertThat(count("effects")).isEqualTo(count("(select distinct release from permits) as let"));
        assertThat(versions.askedOfTheRegistry()).isNotEmpty().noneMatch(asked -> asked.endsWith("/versions"));
    }

    /// Nobody registered the schemas of its facts, and it may not.
    private static void doesNotStart(Instance next) {
        await().atMost(PATIENCE).until(() -> !next.alive());
        assertThat(next.said()).contains("the schema registry answers 404 to subjects/change.events-slipway.events.change.Change");
    }

    /// They read what the other wrote, as far as they know it; what each wrote stays in the log.
    private static void theyDecideInTurn(Instance today, Instance next) {
        String change = "CHG-" + UUID.randomUUID();
        today.hold(change, "a");
        next.hold(change, "b");
        today.hold(change, "c");
        next.hold(change, "d");
        assertThat(today.told(change))
                .containsExactly("MANUAL a after nothing", "UNKNOWN b after a", "MANUAL c after b", "UNKNOWN d after c");
        assertThat(next.told(change))
                .containsExactly("MANUAL a after nothing null", "INCIDENT b after a INC-2", "MANUAL c after b null", "INCIDENT d after c INC-4");
        assertThat(out(change, 4)).containsExactly("a", "b", "c", "d");
        List<GenericRecord> log = versions.log(change).stream().map(TwoVersions.Told::fact).toList();
        assertThat(log.stream().map(fact -> fact.get("kind").toString())).containsExactly("MANUAL", "INCIDENT", "MANUAL", "INCIDENT");
        assertThat(Stream.of(log.get(1), log.get(3)).map(fact -> fact.get("ticket").toString())).containsExactly("INC-2", "INC-4");
        assertThat(versions.jdbc().sql("select reason from holds where change = ? order by reason").param(change).query(String.class).list())
                .containsExactly("a", "b", "c", "d");
    }

    /// What a newer release-service tells beside: fields, words and facts that this version does not know.
    private static void everyFactOfTheNextVersionIsTakenBy(Instance today) {
        String release = "REL-" + UUID.randomUUID();
        permit(release);
        versions.tell(ABORTED, release, 1, Map.of("reason", "known", "changeIds", List.of(), "leftAlone", List.of()));
        versions.tell(
                NEXT_ABORTED, release, 2, Map.of("reason", "with advice", "changeIds", List.of(), "leftAlone", List.of(), "advice", "wait"));
        versions.tell(SHELVED, release, 3, Map.of("environment", "prod", "step", 2));
        versions.tell(NEXT_CLOSED, release, 4, Map.of("outcome", "PARTLY", "closedBy", "dana"));
        await().atMost(PATIENCE).until(() -> today.told("CHG-of-" + release).size() == 3);
        versions.tell(ABORTED, release, 5, Map.of("reason", "behind it", "changeIds", List.of(), "leftAlone", List.of()));
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(today.told("CHG-of-" + release))
                        .containsExactly(
                                "MANUAL known after nothing",
                                "MANUAL with advice after known",
                                "MANUAL closed UNKNOWN after with advice",
                                "MANUAL behind it after closed UNKNOWN"));
        nobodyWaits();
    }

    /// A story with a fact of ours that only the next version knows.
    private static void decidesNothingOn(String release, Instance today) {
        assertThatThrownBy(() -> today.hold("CHG-of-" + release, "over it"))
                .hasMessageContaining("503 ")
                .hasMessageContaining("a newer version of this service wrote a ChangeShelved");
        versions.tell(ABORTED, release, 1, Map.of("reason", "first", "changeIds", List.of(), "leftAlone", List.of()));
        versions.tell(ABORTED, release, 2, Map.of("reason", "second", "changeIds", List.of(), "leftAlone", List.of()));
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(waiting("reason"))
                        .satisfiesExactly(
                                first -> assertThat(first).contains("a newer version of this service wrote a ChangeShelved"),
                                second -> assertThat(second).contains("waits for an earlier fact")));
    }

    private static void decidesOn(String release, Instance next) {
        next.retryParked(waiting("id::text").getFirst());
        // What reads facts at that moment may be the one that applies them.
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(next.told("CHG-of-" + release))
                        .containsExactly("shelved by dana", "INCIDENT first after nothing INC-1", "INCIDENT second after first INC-2"));
    }

    private static List<String> waiting(String column) {
        return versions.jdbc()
                .sql("select " + column + " from parked where resolution is null order by sequence")
                .query(String.class)
                .list();
    }

    /// Release-service goes on meanwhile, and is being upgraded, too.
    private Instance ready(Instance starting) {
        await().atMost(PATIENCE).until(() -> {
            tellMore();
            return starting.ready();
        });
        return starting;
    }

    private void gone(Instance stopping) {
        stopping.stop();
        await().atMost(PATIENCE).until(() -> {
            tellMore();
            return !stopping.alive();
        });
    }

    private void tellMore() {
        for (int i = aborted.size(); i < 3; i++) {
            aborted.put("REL-" + UUID.randomUUID(), new ArrayList<>());
        }
        aborted.forEach((release, reasons) -> {
            int number = reasons.size() + 1;
            reasons.add("number " + number);
            versions.tell(
                    number % 2 == 0 ? ABORTED : NEXT_ABORTED,
                    release,
                    number,
                    Map.of("reason", "number " + number, "changeIds", List.of(), "leftAlone", List.of()));
        });
    }

    /// A job for which somebody outside has to say yes.
    private static String closed(org.apache.avro.Schema fact, String outcome) {
        String release = "REL-" + UUID.randomUUID();
        stored(versions.tell(fact, release, 1, Map.of("outcome", outcome)));
        return release;
    }

    private static void stored(String eventId) {
        await().atMost(PATIENCE)
                .until(() -> versions.jdbc()
                        .sql("select exists (select from scheduled_tasks where task_instance = ?)")
                        .param(eventId)
                        .query(Boolean.class)
                        .single());
    }

    private static void permit(String release) {
        versions.jdbc().sql("insert into permits (release) values (?)").param(release).update();
    }

    private static void doneBy(String version, String release, String hold, Instance asked) {
        permit(release);
        await().atMost(PATIENCE).until(() -> !asked.told("CHG-of-" + release).isEmpty());
        assertThat(asked.told("CHG-of-" + release)).containsExactly(hold);
        assertThat(versions.jdbc()
                        .sql("select by_version from effects where release = ?")
                        .param(release)
                        .query(String.class)
                        .list())
                .containsExactly(version);
    }

    private static void relayedBy(String version) {
        await().atMost(PATIENCE).until(() -> versions.relay().equals(version));
    }

    private static String decided(Instance instance) {
        String change = "CHG-" + UUID.randomUUID();
        instance.hold(change, "only");
        return change;
    }

    private static void out(String change) {
        assertThat(out(change, 1)).containsExactly("only");
    }

    /// The reasons of all holds that are out, once there are so many: numbered and chained without a gap.
    private static List<String> out(String change, int many) {
        List<TwoVersions.Told> log = await().atMost(PATIENCE).until(() -> versions.log(change), told -> told.size() >= many);
        String before = "nothing";
        String hash = "null";
        for (int i = 0; i < log.size(); i++) {
            TwoVersions.Told told = log.get(i);
            assertThat(told.meta().get("sequence")).isEqualTo(i + 1L);
            assertThat(String.valueOf(told.meta().get("prevHash"))).isEqualTo(hash);
            assertThat(told.fact().get("ref")).hasToString(before);
            before = told.fact().get("reason").toString();
            hash = Journal.hash(told.wire());
        }
        return log.stream().map(told -> told.fact().get("reason").toString()).toList();
    }

    private static long count(String table) {
        return versions.jdbc().sql("select count(*) from " + table).query(Long.class).single();
    }

    private static void nobodyWaits() {
        assertThat(waiting("reason")).isEmpty();
        assertThat(versions.deadLetters()).isZero();
    }
}
