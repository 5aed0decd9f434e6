package slipway.release;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import slipway.events.Actor;
import slipway.events.ActorKind;
import slipway.events.Meta;
import slipway.release.domain.ReleaseEvent;
import slipway.release.domain.Strategy;
import slipway.release.domain.Verdict;
import slipway.wire.Mapping;

class ContractTest {

    private static final Instant AT = Instant.parse("2026-03-02T10:00:00Z");
    private static final Meta META = new Meta(
            "e", "REL-1", 1L, AT, AT, new Actor("dana", ActorKind.HUMAN, null), "CHG-1", null, null, null);

    private final Mapping<ReleaseEvent> mapping = Mapping.of(ReleaseEvent.class, ReleaseService.CONTRACT);

    @Test
    void the_facts_are_those_of_the_contract() {
        long facts = Arrays.stream(ReleaseEvent.class.getDeclaredClasses())
                .filter(ReleaseEvent.class::isAssignableFrom)
                .count();

        assertThat(mapping.schemas()).hasSize((int) facts);
    }

    @Test
    void a_plan_survives_the_way_to_avro_and_back_with_and_without_digests() {
        for (String digest : new String[] {"sha256:a", null}) {
            survives(new ReleaseEvent.ReleasePlanned(
                    List.of("CHG-1"),
                    "shop",
                    List.of(new ReleaseEvent.Component("shop", "2.0", digest)),
                    List.of("dev", "prod"),
                    Strategy.CANARY,
                    "sha256:plan",
                    new ReleaseEvent.Window(AT, AT.plusSeconds(60)),
                    digest,
                    true,
                    "dana",
                    "dana",
                    List.of("aki")));
        }
    }

    @Test
    void an_analysis_survives_with_its_samples() {
        survives(new ReleaseEvent.CanaryAnalysisCompleted(
                "prod",
                3,
                Verdict.FAIL,
                "judge",
                "1",
                1,
                List.of(new ReleaseEvent.ProbeSample("p-1", AT, 950, false, "404 /")),
                "1 of 1 is bad"));
    }

    @Test
    void a_rollback_survives_with_and_without_data() {
        survives(new ReleaseEvent.RollbackCompleted("sha256:a", "sha256:a", true, 1500L));
        survives(new ReleaseEvent.RollbackCompleted(null, null, false, null));
    }

    private void survives(ReleaseEvent fact) {
        assertThat(mapping.toDomain(mapping.toAvro(fact, META))).isEqualTo(fact);
    }
}
