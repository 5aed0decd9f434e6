package slipway.messaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static slipway.messaging.TheToy.PATIENCE;
import static slipway.messaging.TheToy.aborted;
import static slipway.messaging.TheToy.bean;
import static slipway.messaging.TheToy.fresh;
import static slipway.messaging.TheToy.health;
import static slipway.messaging.TheToy.jdbc;
import static slipway.messaging.TheToy.parkedOf;
import static slipway.messaging.TheToy.reasons;
import static slipway.messaging.TheToy.send;
import static slipway.messaging.TheToy.sequence;
import static slipway.messaging.TheToy.wire;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import slipway.events.Topics;

/// What cannot be handled now waits, for a fact or for a person. Once its turn has come, whoever reads facts at that moment may be the one that applies it.
class ParkedTest {

    @Test
    void another_fact_under_a_number_that_was_applied_waits_for_a_person() {
        String release = fresh("REL");
        send(Topics.RELEASE, release, wire(aborted(release, 1, "first " + release)));
        await().atMost(PATIENCE).until(() -> sequence(release) == 1);
        send(Topics.RELEASE, release, wire(aborted(release, 1, "forked " + release)));

        await().atMost(PATIENCE).until(() -> parkedOf(release).size() == 1);
        assertThat(parkedOf(release).getFirst().reason()).contains("is number 1 of " + release);
        assertThat(reasons("CHG-of-" + release)).containsExactly("first " + release);
        assertThat(bean(Parked.class).skip(parkedOf(release).getFirst().id(), "rosa")).isTrue();
        send(Topics.RELEASE, release, wire(aborted(release, 2, "second " + release)));
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(reasons("CHG-of-" + release))
                .containsExactly("first " + release, "second " + release));
    }

    @Test
    void a_fact_that_came_too_early_waits_for_the_one_before_it() {
        String release = fresh("REL");
        send(Topics.RELEASE, release, wire(aborted(release, 2, "second " + release)));
        await().atMost(PATIENCE).until(() -> parkedOf(release).size() == 1);
        send(Topics.RELEASE, release, wire(aborted(release, 1, "first " + release)));

        await().atMost(PATIENCE).untilAsserted(() -> assertThat(reasons("CHG-of-" + release))
                .containsExactly("first " + release, "second " + release));
        assertThat(parkedOf(release)).isEmpty();
    }

    @Test
    void a_fact_that_cannot_be_handled_waits_for_a_person_and_its_successors_behind_it_while_others_go_on() {
        String release = fresh("REL");
        String poison = "poison " + release;
        Toy.POISON.add(poison);
        send(Topics.RELEASE, release, wire(aborted(release, 1, poison)));
        send(Topics.RELEASE, release, wire(aborted(release, 2, "after " + release)));
        String other = fresh("REL");
        send(Topics.RELEASE, other, wire(aborted(other, 1, "other " + other)));

        await().atMost(PATIENCE).untilAsserted(() -> assertThat(reasons("CHG-of-" + other)).hasSize(1));
        await().atMost(PATIENCE).until(() -> parkedOf(release).size() == 2);
        assertThat(parkedOf(release).getFirst().reason()).contains("cannot bear " + poison);
        // Others may have left some.
        assertThat(health())
                .contains("\"status\":\"ATTENTION\"")
                .contains("\"parked\":" + bean(Parked.class).count() + "}");

        Parked parked = bean(Parked.class);
        assertThat(parked.retry(parkedOf(release).getFirst().id())).isTrue();
        await().atMost(PATIENCE).until(() -> parkedOf(release).getFirst().failed());
        assertThat(parkedOf(release)).hasSize(2);

        Toy.POISON.remove(poison);
        assertThat(parked.retry(parkedOf(release).getFirst().id())).isTrue();
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(parkedOf(release)).isEmpty());
        assertThat(reasons("CHG-of-" + release)).containsExactly(poison, "after " + release);
    }

    @Test
    void what_a_person_skips_is_left_out_and_its_successors_go_on() {
        String release = fresh("REL");
        String poison = "poison " + release;
        Toy.POISON.add(poison);
        send(Topics.RELEASE, release, wire(aborted(release, 1, poison)));
        send(Topics.RELEASE, release, wire(aborted(release, 2, "after " + release)));
        await().atMost(PATIENCE).until(() -> parkedOf(release).size() == 2);

        Parked parked = bean(Parked.class);
        long behind = parkedOf(release).getLast().id();
        assertThat(parked.skip(behind, "rosa")).isFalse();
        assertThat(parked.skip(parkedOf(release).getFirst().id(), "rosa")).isTrue();

        await().atMost(PATIENCE).untilAsserted(() -> assertThat(reasons("CHG-of-" + release)).containsExactly("after " + release));
        assertThat(jdbc().sql("select resolution || ' by ' || resolved_by from parked where aggregate_id = ? and sequence = 1")
                        .param(release)
                        .query(String.class)
                        .single())
                .isEqualTo("SKIPPED by rosa");
    }

    @Test
    void what_waits_for_a_fact_that_never_came_can_be_skipped_and_takes_no_number_with_it() {
        String release = fresh("REL");
        send(Topics.RELEASE, release, wire(aborted(release, 2, "of nobody " + release)));
        await().atMost(PATIENCE).until(() -> parkedOf(release).size() == 1);
        assertThat(bean(Parked.class).skip(parkedOf(release).getFirst().id(), "rosa")).isTrue();
        assertThat(parkedOf(release)).isEmpty();
        send(Topics.RELEASE, release, wire(aborted(release, 1, "first " + release)));
        send(Topics.RELEASE, release, wire(aborted(release, 2, "second " + release)));
        await().atMost(PATIENCE).untilAsserted(() ->
                assertThat(reasons("CHG-of-" + release)).containsExactly("first " + release, "second " + release));
    }

    @Test
    void what_was_skipped_by_mistake_while_it_waited_is_taken_back() {
        String release = fresh("REL");
        send(Topics.RELEASE, release, wire(aborted(release, 2, "second " + release)));
        await().atMost(PATIENCE).until(() -> parkedOf(release).size() == 1);
        long id = parkedOf(release).getFirst().id();
        assertThat(bean(Parked.class).skip(id, "rosa")).isTrue();
        send(Topics.RELEASE, release, wire(aborted(release, 1, "first " + release)));
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(reasons("CHG-of-" + release)).containsExactly("first " + release));
        assertThat(bean(Parked.class).retry(id)).isTrue();
        await().atMost(PATIENCE).untilAsserted(() ->
                assertThat(reasons("CHG-of-" + release)).containsExactly("first " + release, "second " + release));
    }

    @Test
    void a_parked_fact_that_can_no_longer_be_read_stops_nobody_and_can_be_skipped() {
        String release = fresh("REL");
        send(Topics.RELEASE, release, wire(aborted(release, 2, "second " + release)));
        await().atMost(PATIENCE).until(() -> parkedOf(release).size() == 1);
        jdbc().sql("update parked set wire = 'gone', sequence = 1 where aggregate_id = ?")
                .param(release)
                .update();

        Parked parked = bean(Parked.class);
        parked.drain();
        await().atMost(PATIENCE).until(() -> parkedOf(release).getFirst().failed());
        String other = fresh("REL");
        send(Topics.RELEASE, other, wire(aborted(other, 1, "goes on " + other)));
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(reasons("CHG-of-" + other)).hasSize(1));
        assertThat(parked.skip(parkedOf(release).getFirst().id(), "rosa")).isTrue();
        assertThat(parkedOf(release)).isEmpty();
    }

    @Test
    void another_fact_at_an_offset_that_was_used_before_is_parked_too() {
        String release = fresh("REL");
        Parked parked = bean(Parked.class);
        for (long sequence : new long[] {5, 6, 6}) {
            var payload = aborted(release, sequence, "number " + sequence);
            parked.park(
                    new Fact(
                            Topics.RELEASE,
                            payload,
                            payload.getMeta(),
                            ("wire " + sequence).getBytes(StandardCharsets.UTF_8),
                            new Fact.Position(0, 17),
                            null,
                            null),
                    "too early",
                    false);
        }
        assertThat(parkedOf(release)).extracting(Parked.Entry::sequence).containsExactly(5L, 6L);
        jdbc().sql("delete from parked where aggregate_id = ?").param(release).update();
    }

    @Test
    void a_request_that_named_nobody_in_its_headers_is_tried_again_without_any_and_skipped_under_what_it_is_known_by() {
        Parked parked = bean(Parked.class);
        for (boolean skipped : new boolean[] {true, false}) {
            String request = fresh("REQ");
            var payload = aborted(request, 0, "asked " + request);
            Fact.Position position = new Fact.Position(0, 1_000_000 + (skipped ? 1 : 0));
            parked.park(
                    new Fact(Topics.CHANGE_REQUESTS, payload, payload.getMeta(), wire(payload), position, null, null),
                    "cannot bear it",
                    true);
            assertThat(jdbc().sql("select source is null and source_id is null from parked where aggregate_id = ?")
                            .param(request)
                            .query(Boolean.class)
                            .single())
                    .as("nobody sent any")
                    .isTrue();
            long id = parkedOf(request).getFirst().id();
            assertThat(skipped ? parked.skip(id, "rosa") : parked.retry(id)).isTrue();
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(parkedOf(request)).isEmpty());
            assertThat(jdbc().sql("select source from intake where id = ?")
                            .param(payload.getMeta().getEventId())
                            .query(String.class)
                            .list())
                    .containsExactly("actor:release-service");
        }
    }
}
