package slipway.notification;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import slipway.events.change.ChangeScheduled;
import slipway.events.change.RFCSubmitted;
import slipway.events.release.ReleaseBlocked;
import slipway.events.release.RollbackTriggered;
import slipway.notification.routing.Labels;
import slipway.notification.routing.Urgency;

class DescriptionTest {

    private static final Story STORY =
            new Story("shop", "HIGH", "NORMAL", List.of("stage", "prod"), "dana", "kim", List.of("olu", "rosa"), "", "", null, null, "");

    private static Map<String, Set<String>> labels(SpecificRecord fact, Story story) {
        return new Description(fact, story).labels(Urgency.URGENT).values();
    }

    private static void set(SpecificRecord fact, String field, @Nullable Object value) {
        fact.put(fact.getSchema().getField(field).pos(), value);
    }

    @Test
    void what_a_fact_does_not_say_is_known_from_its_change() {
        SpecificRecord blocked = Samples.of(ReleaseBlocked.getClassSchema());
        set(blocked, "environment", "prod");
        assertThat(labels(blocked, STORY))
                .containsEntry(Labels.FACT, Set.of("ReleaseBlocked"))
                .containsEntry(Labels.CHANGE, Set.of("CHG-7"))
                .containsEntry(Labels.SERVICE, Set.of("shop"))
                .containsEntry(Labels.ENVIRONMENT, Set.of("prod"))
                .containsEntry(Labels.RISK, Set.of("HIGH"))
                .containsEntry(Labels.TYPE, Set.of("NORMAL"))
                .containsEntry(Labels.URGENCY, Set.of("URGENT"));
        set(blocked, "environment", null);
        assertThat(labels(blocked, STORY)).containsEntry(Labels.ENVIRONMENT, Set.of("stage", "prod"));
    }

    @Test
    void what_a_fact_says_itself_goes_before_what_is_known_of_its_change() {
        SpecificRecord scheduled = Samples.of(ChangeScheduled.getClassSchema());
        set(scheduled, "service", "web");
        set(scheduled, "environments", List.of("prod-eu"));
        assertThat(labels(scheduled, STORY))
                .containsEntry(Labels.SERVICE, Set.of("web"))
                .containsEntry(Labels.ENVIRONMENT, Set.of("prod-eu"));
        SpecificRecord triggered = Samples.of(RollbackTriggered.getClassSchema());
        set(triggered, "changeIds", List.of("CHG-7", "CHG-8"));
        assertThat(labels(triggered, STORY)).containsEntry(Labels.CHANGE, Set.of("CHG-7", "CHG-8"));
    }

    @Test
    void who_is_asked_by_which_stage_is_in_the_fact_and_the_others_in_the_change() {
        Description asked = new Description(Samples.approvalRequested(), STORY);
        assertThat(asked.labels(Urgency.NORMAL).of(Labels.GROUP)).containsExactly("peer");
        assertThat(asked.people("{asked}")).containsExactly("aki", "sam");
        assertThat(asked.people("{requester}")).containsExactly("dana");
        assertThat(asked.people("{implementer}")).containsExactly("kim");
        assertThat(asked.people("{watchers}")).containsExactly("olu", "rosa");
        Description unknown = new Description(Samples.of(RFCSubmitted.getClassSchema()), Story.UNKNOWN);
        assertThat(unknown.people("{requester}")).isEmpty();
        assertThat(unknown.labels(Urgency.INFO).of(Labels.RISK)).containsExactly("");
    }

    @Test
    void every_fact_whose_urgency_or_end_is_known_is_one() throws Exception {
        List<String> names;
        try (Stream<Path> files = Files.walk(Path.of("../schemas/src/main/avro"))) {
            names = files.map(file -> file.getFileName().toString().replace(".avsc", "")).filter(FactTypes::known).toList();
        }
        assertThat(names).contains(Urgencies.named().toArray(String[]::new));
        assertThat(names).containsAll(Waiting.ENDED_BY.keySet());
        assertThat(names).containsAll(PagerDutyAlert.named());
        Waiting.ENDED_BY.values().forEach(ends -> assertThat(names).containsAll(ends));
    }
}
