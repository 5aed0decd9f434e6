package slipway.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import slipway.audit.domain.BreachDecider;
import slipway.audit.domain.Entry;
import slipway.audit.domain.Invariant;
import slipway.audit.domain.Partition;
import slipway.audit.history.Breach;
import slipway.audit.history.Happening;
import slipway.audit.history.History;
import slipway.events.Topics;
import slipway.messaging.RunningService.Answer;
import slipway.messaging.ServiceProperties;
import slipway.wire.AvroSerializer;
import tools.jackson.databind.JsonNode;

/// What people ask the running service.
class LedgerDoorTest {

    private final TheLedger ledger = TheLedger.running();

    @Test
    void what_is_broken_is_a_fact_on_the_topic_and_told_to_whoever_asks_once() {
        AvroSerializer serializer = new AvroSerializer();
        serializer.configure(Map.of("schema.registry.url", ledger.service().bean(ServiceProperties.class).registry().url()), false);
        History history = History.year(1, 300, serializer::serialize, EnumSet.of(Breach.OWN_APPROVAL));
        List<Happening> year = history.stream().toList();
        String change = history.broken().get(Breach.OWN_APPROVAL);
        year.stream().filter(each -> each.key().equals(change)).forEach(each -> ledger.service().publish(each.topic(), each.fact(), each.key()));
        JsonNode breach = await().atMost(TheLedger.PATIENCE)
                .until(
                        () -> ledger.get("/breaches", 200).get("found").valueStream().filter(each -> each.get("invariant").stringValue().equals("NOBODY_APPROVES_THEIR_OWN")).toList(),
                        found -> !found.isEmpty())
                .getFirst();
        assertThat(breach.get("subject").stringValue()).isEqualTo(change);
        assertThat(breach.get("story").stringValue()).isEqualTo(change);
        assertThat(breach.get("what").stringValue()).endsWith(" approved a change of their own");
        String id = BreachDecider.id(Invariant.NOBODY_APPROVES_THEIR_OWN, breach.get("factId").stringValue());
        await().atMost(TheLedger.PATIENCE).until(() -> published().stream().filter(each -> each.aggregateId().equals(id)).count() == 1);
    }

    private List<Entry> published() {
        List<Entry> found = new ArrayList<>();
        ledger.service().bean(WholeLog.class).read(List.of(Topics.AUDIT_CHECKPOINTS), new WholeLog.Reader() {

            @Override
            public void take(Entry.Place place, byte[] wire) {
                found.add(ledger.service().bean(Entries.class).read(place, wire));
            }

            @Override
            public void beginsAt(Partition partition, long offset) {
                throw new AssertionError(partition + " lost facts");
            }
        });
        return found.stream().filter(each -> each.type().equals("InvariantBroken")).toList();
    }

    @Test
    void a_story_is_found_and_shown_as_of_any_moment() {
        String change = ledger.happened();
        ledger.signedFor(change);
        JsonNode story = ledger.get("/timelines?change=" + change, 200);
        assertThat(story.at("/found/0/id").stringValue()).isEqualTo(change);
        assertThat(story.get("next").isNull()).isTrue();
        JsonNode facts = ledger.get("/facts?person=dana&change=" + change + "&text=never", 200);
        assertThat(facts.at("/found/0/type").stringValue()).isEqualTo("ChangeCancelled");
        JsonNode then = ledger.get("/as-of/" + change + "?by=happened", 200);
        assertThat(then.get("state").stringValue()).isEqualTo("CANCELLED");
        assertThat(then.get("facts").longValue()).isEqualTo(1);
        ledger.get("/as-of/" + change + "?at=1970-01-01T00:00:00Z", 404);
        assertThat(ledger.get("/as-of/queue?at=2025-03-01", 200).get("at").stringValue()).as("a day stands for its beginning").isEqualTo("2025-03-01T00:00:00Z");
        assertThat(ledger.get("/as-of/calendar", 200).get("planned").isArray()).isTrue();
        assertThat(ledger.get("/metrics/delivery", 200).at("/leadTime/formula").stringValue()).isNotBlank();
        assertThat(ledger.get("/metrics/gates", 200).get("gates").isArray()).isTrue();
        assertThat(ledger.get("/metrics/risk", 200).get("levels").size()).isEqualTo(4);
        assertThat(ledger.get("/metrics/delivery/failed", 200).isArray()).isTrue();
    }

    @Test
    void whatever_is_wrong_with_a_question_is_named_at_once() {
        assertThat(reasons("/facts?since=soon&until=later&limit=many&cursor=x"))
                .containsExactly(
                        "since: 'soon' is no time, such as 2026-03-01 or 2026-03-01T10:00:00Z",
                        "until: 'later' is no time, such as 2026-03-01 or 2026-03-01T10:00:00Z",
                        "limit: 'many' is no whole number",
                        "cursor: is none that was given out");
        assertThat(reasons("/as-of/queue?at=then&by=guess"))
                .containsExactly("at: 'then' is no time, such as 2026-03-01 or 2026-03-01T10:00:00Z", "by: 'guess' is neither known nor happened");
        assertThat(reasons("/as-of/queue?at=2999-01-01")).containsExactly("at: 2999-01-01T00:00:00Z has not come yet, and nobody knows how things will stand");
        assertThat(reasons("/as-of/calendar?from=2026-03-01T10:00:00Z&to=2026-03-01T10:00:00Z")).containsExactly("to: is not after from");
        assertThat(reasons("/metrics/risk?since=2026-03-02T00:00:00Z&until=2026-03-01T00:00:00Z")).containsExactly("until: is not after since");
        ledger.get("/metrics/delivery/happy", 404);
        Answer replay = ledger.service().post("olu:auditors", "/replays", "{\"change\": \"CHG-1\", \"from\": \"x\", \"to\": \"2026-03-01T10:00:00Z\"}");
        assertThat(ledger.service().post("olu:auditors", "/replays", "{\"change\": \"CHG-NONE\"}").reasons()).containsExactly("there is no story CHG-NONE");
        assertThat(ledger.service().post("olu:auditors", "/replays", "{\"change\": 7, \"form\": \"x\"}").reasons())
                .containsExactlyInAnyOrder("change: must be text, not 7; put it in quotes", "form: there is no such field; known are change, from, to");
        assertThat(replay.status()).isEqualTo(400);
        assertThat(replay.reasons())
                .containsExactly("from: 'x' is no time, such as 2026-03-01 or 2026-03-01T10:00:00Z", "change: one story has no period; say either");
    }

    private List<String> reasons(String path) {
        return ledger.get(path, 400).get("reasons").valueStream().map(JsonNode::stringValue).toList();
    }

    @Test
    void a_cursor_of_stories_is_none_of_facts() {
        String one = ledger.happened();
        ledger.happened();
        ledger.signedFor(one);
        String next = ledger.get("/timelines?limit=1", 200).get("next").stringValue();
        assertThat(reasons("/facts?cursor=" + next)).containsExactly("cursor: is none that was given out");
        String forged = Base64.getUrlEncoder().withoutPadding().encodeToString("2026-03-01T10:00:00Z\nchange.events\nx\ny".getBytes(StandardCharsets.UTF_8));
        assertThat(reasons("/facts?cursor=" + forged)).containsExactly("cursor: is none that was given out");
    }

    @Test
    void a_replay_of_the_running_service_is_identical_and_only_one_reads_everything_at_a_time() {
        ledger.signedFor(ledger.happened());
        JsonNode report = ledger.report("/replays");
        assertThat(report.get("identical").booleanValue()).as("%s", report).isTrue();
        assertThat(ledger.service().post("dana:developers", "/replays", "").status()).isEqualTo(403);
        assertThat(ledger.service().ask("olu:auditors", "GET", "/replays/1000000", "application/json", "").status()).isEqualTo(404);
    }
}
