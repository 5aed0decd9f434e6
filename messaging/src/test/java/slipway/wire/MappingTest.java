package slipway.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import slipway.events.Actor;
import slipway.events.ActorKind;
import slipway.events.Meta;
import slipway.events.VerificationLevel;

class MappingTest {

    sealed interface Agreeing {
        record BackupVerified(
                String releaseId, String environment, Level level, int copies, List<String> locations, List<String> refused)
                implements Agreeing {}
    }

    enum Level {
        V0,
        V1,
        V2,
        V3,
        V4,
        V5,
        UNKNOWN
    }

    sealed interface Disagreeing {
        record BackupVerified(String releaseId, String environment, String level) implements Disagreeing {}

        record NeverHeardOf(int any) implements Disagreeing {}
    }

    @Test
    void a_fact_becomes_its_record_and_comes_back() {
        Mapping<Agreeing> mapping = Mapping.of(Agreeing.class, "slipway.events.backup");
        Agreeing fact = new Agreeing.BackupVerified("REL-1", "prod", Level.V2, 2, List.of("file:///1"), List.of());

        var avro = (slipway.events.backup.BackupVerified) mapping.toAvro(fact, META);

        assertThat(avro.getLevel()).isEqualTo(VerificationLevel.V2);
        assertThat(avro.getMeta()).isEqualTo(META);
        assertThat(mapping.toDomain(avro)).isEqualTo(fact);
    }

    @Test
    void every_disagreement_with_the_contract_is_named_when_the_mapping_is_made() {
        assertThatThrownBy(() -> Mapping.of(Disagreeing.class, "slipway.events.backup"))
                .hasMessageContaining("BackupVerified.level: String against")
                .hasMessageContaining("slipway.events.backup.BackupVerified.copies has no component")
                .hasMessageContaining("slipway.events.backup.NeverHeardOf has no schema");
    }

    @Test
    void a_fact_of_another_service_is_not_taken_for_one_of_ours() {
        Mapping<Agreeing> mapping = Mapping.of(Agreeing.class, "slipway.events.backup");

        assertThatThrownBy(() -> mapping.toDomain(META)).hasMessageContaining("not one of this service's facts");
    }

    private static final Meta META = new Meta(
            "e-1",
            "BKP-1",
            1L,
            Instant.ofEpochMilli(1),
            Instant.ofEpochMilli(2),
            new Actor("dana", ActorKind.HUMAN, null),
            "CHG-1",
            null,
            null,
            null);
}
