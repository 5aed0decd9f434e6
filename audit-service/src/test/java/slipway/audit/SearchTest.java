package slipway.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import slipway.audit.history.Happening;
import slipway.events.Rfc;
import slipway.events.change.ApprovalVoteCast;
import slipway.events.change.RFCSubmitted;
import tools.jackson.databind.JsonNode;

/// What is found in a small year.
class SearchTest {

    private static final Summaries SUMMARIES = new Summaries();

    private static Search.Wanted wanted(Map<String, String> of) {
        return new Search.Wanted(
                of.get("change"), of.get("person"), of.get("item"), of.get("service"), of.get("environment"), of.get("text"), of.get("type"),
                of.get("since"), of.get("until"), of.get("limit"), of.get("cursor"));
    }

    /// Page by page.
    private static List<String> facts(Map<String, String> of) {
        Search search = new Search(Year.jdbc());
        List<String> found = new ArrayList<>();
        Map<String, String> next = new HashMap<>(of);
        while (true) {
            Search.Page<Ledger.Stored> page = search.facts(wanted(next));
            page.found().forEach(each -> found.add(each.entry().eventId()));
            if (page.next() == null) {
                return found;
            }
            assertThat(page.found()).isNotEmpty();
            next.put("cursor", page.next());
        }
    }

    private static List<String> newestFirst(Predicate<Happening> of) {
        return Year.facts().reversed().stream().filter(of).map(each -> each.meta().getEventId()).toList();
    }

    @Test
    void pages_have_every_fact_once_the_newest_first() {
        assertThat(facts(Map.of("type", "RollbackTriggered", "limit", "1"))).isEqualTo(newestFirst(each -> each.type().equals("RollbackTriggered"))).isNotEmpty();
        List<String> all = facts(Map.of("limit", "200"));
        assertThat(all).hasSameSizeAs(Year.facts()).doesNotHaveDuplicates();
        assertThat(facts(Map.of("limit", "200", "since", "2025-03-01T00:00:00Z", "until", "2025-03-08T00:00:00Z")))
                .containsExactlyInAnyOrderElementsOf(newestFirst(each -> !each.meta().getRecordedAt().isBefore(Instant.parse("2025-03-01T00:00:00Z"))
                        && each.meta().getRecordedAt().isBefore(Instant.parse("2025-03-08T00:00:00Z"))));
    }

    @Test
    void stories_are_found_by_what_they_touch() {
        Happening first = Year.facts().stream().filter(each -> each.fact() instanceof RFCSubmitted).findFirst().orElseThrow();
        RFCSubmitted asked = (RFCSubmitted) first.fact();
        String item = asked.getRfc().getConfigurationItems().getFirst();
        Search search = new Search(Year.jdbc());
        for (Map<String, String> by : List.of(
                Map.of("item", item), Map.of("service", asked.getRfc().getService()), Map.of("person", asked.getRfc().getRequester()),
                Map.of("environment", asked.getRfc().getEnvironments().getFirst()))) {
            List<String> found = new ArrayList<>();
            Map<String, String> next = new HashMap<>(by);
            next.put("limit", "7");
            do {
                Search.Page<Search.Story> page = search.stories(wanted(next));
                page.found().forEach(each -> found.add(each.id()));
                next.put("cursor", page.next());
            } while (next.get("cursor") != null);
            assertThat(found).as("%s", by).contains(first.key()).doesNotHaveDuplicates();
            Set<String> expected = Year.facts().stream()
                    .filter(each -> each.fact() instanceof RFCSubmitted)
                    .filter(each -> mentions((RFCSubmitted) each.fact(), by))
                    .map(Happening::key)
                    .collect(Collectors.toSet());
            assertThat(found).as("%s", by).containsAll(expected);
        }
        assertThat(search.stories(wanted(Map.of("item", "nothing-like-this"))).found()).isEmpty();
        Map<String, String> states = AsOfTest.states(Instant.MAX, true);
        assertThat(search.stories(wanted(Map.of("limit", "200"))).found()).hasSize(200).allSatisfy(each -> assertThat(each.state())
                .as(each.id())
                .isEqualTo(each.id().startsWith("CHG-") ? states.get(each.id()) : each.id().startsWith("FRZ-") ? each.state() : null));
    }

    private static boolean mentions(RFCSubmitted asked, Map<String, String> by) {
        Rfc rfc = asked.getRfc();
        return rfc.getConfigurationItems().contains(by.getOrDefault("item", ""))
                || rfc.getService().equals(by.get("service"))
                || rfc.getRequester().equals(by.get("person"))
                || rfc.getEnvironments().contains(by.getOrDefault("environment", ""));
    }

    @Test
    void words_are_found_in_what_the_facts_say() {
        JsonNode payload = Line.of(new Search(Year.jdbc()).facts(wanted(Map.of("type", "RFCRefused", "limit", "1"))).found().getFirst(), SUMMARIES).payload();
        String title = payload.get("title").stringValue();
        assertThat(facts(Map.of("text", "\"" + title + "\"", "type", "RFCRefused", "limit", "200")))
                .containsExactlyInAnyOrderElementsOf(newestFirst(each -> each.type().equals("RFCRefused") && each.fact().toString().contains(title)));
        assertThat(facts(Map.of("text", "nobodysaysthis"))).isEmpty();
    }

    @Test
    void of_a_person_what_they_did_and_what_names_them_is_found() {
        Happening vote = Year.facts().stream().filter(each -> each.type().equals("ApprovalVoteCast")).findFirst().orElseThrow();
        String voter = ((ApprovalVoteCast) vote.fact()).getVoter();
        List<String> found = facts(Map.of("person", voter, "limit", "200"));
        assertThat(found).contains(vote.meta().getEventId()).doesNotHaveDuplicates();
        assertThat(found).isSubsetOf(newestFirst(each -> each.fact().toString().contains("\"" + voter + "\"")));
    }
}
