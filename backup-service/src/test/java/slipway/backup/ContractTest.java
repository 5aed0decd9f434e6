package slipway.backup;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import slipway.backup.domain.BackupCopy;
import slipway.backup.domain.BackupEvent;
import slipway.backup.domain.RestoreCheck;
import slipway.backup.domain.RestoreEvent;
import slipway.backup.domain.VerificationLevel;
import slipway.events.Actor;
import slipway.events.ActorKind;
import slipway.events.Meta;
import slipway.wire.Mapping;

class ContractTest {

    private static final Instant AT = Instant.parse("2026-03-02T10:00:00Z");
    private static final Meta META = new Meta(
            "e", "BKP-1", 1L, AT, AT, new Actor("b", ActorKind.SERVICE, "dana"), "CHG-1", null, null, null);

    private final Mapping<BackupEvent> backups = Mapping.of(BackupEvent.class, BackupService.CONTRACT);
    private final Mapping<RestoreEvent> restores = Mapping.of(RestoreEvent.class, BackupService.CONTRACT);

    @Test
    void the_facts_are_the_contract_s() {
        assertThat(backups.schemas()).hasSize(16);
        assertThat(restores.schemas()).hasSize(6);
    }

    @Test
    void facts_survive_the_way_to_avro_and_back() {
        List<RestoreCheck> checks = List.of(RestoreCheck.of("database", "rows", "1", "2"));
        BackupEvent completed = new BackupEvent.BackupCompleted(
                "REL-1", "prod", "sha256:x", "k", List.of(new BackupCopy("file:///a", "v", AT)), AT, 7, List.of("s3://b/: no"));
        BackupEvent verified =
                new BackupEvent.BackupVerified("REL-1", "prod", VerificationLevel.V2, 1, List.of("file:///a"), List.of("s3://b/: no"));
        BackupEvent tested =
                new BackupEvent.RestoreTested("REL-1", "prod", VerificationLevel.V4, 5, checks, "sha256:x", AT);
        BackupEvent checked = new BackupEvent.BackupChecked(
                "REL-1", "prod", VerificationLevel.V4, "sha256:x", AT, List.of("rows"), List.of("logs"));
        assertThat(backups.toDomain(backups.toAvro(checked, META))).isEqualTo(checked);
        RestoreEvent restored = new RestoreEvent.RestoreCompleted("REL-1", "prod", "BKP-1", AT, AT, 0, checks);
        assertThat(backups.toDomain(backups.toAvro(completed, META))).isEqualTo(completed);
        assertThat(backups.toDomain(backups.toAvro(verified, META))).isEqualTo(verified);
        assertThat(backups.toDomain(backups.toAvro(tested, META))).isEqualTo(tested);
        assertThat(restores.toDomain(restores.toAvro(restored, META))).isEqualTo(restored);
    }
}
