package slipway.backup;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import slipway.backup.domain.BackupCopy;
import slipway.backup.domain.BackupEvent;
import slipway.backup.domain.BackupEvent.BackupCompleted;
import slipway.backup.domain.BackupEvent.BackupCorrupted;
import slipway.backup.domain.BackupEvent.BackupPruned;
import slipway.backup.domain.BackupEvent.BackupVerified;
import slipway.backup.domain.VerificationLevel;

/// Where the copies of a set are, by its facts and by the locations of now.
class WhereaboutsTest {

    private static final String FIRST = "file:///backups/1/BKP-1";
    private static final String SECOND = "s3://backups/BKP-1";
    private static final String THIRD = "rclone:elsewhere:backups/BKP-1";

    private final BackupEvent completed = new BackupCompleted(
            "", "prod", "digest", "key", List.of(copy(FIRST), copy(SECOND)), Instant.EPOCH, 1, List.of());

    private static BackupCopy copy(String location) {
        return new BackupCopy(location, "v", null);
    }

    @Test
    void a_copy_in_a_location_that_is_configured_no_more_is_not_where_the_others_are() {
        assertThat(Whereabouts.of(List.of(completed), List.of(FIRST, THIRD)))
                .isEqualTo(new Whereabouts(List.of(FIRST), List.of(SECOND)));
        assertThat(Whereabouts.of(List.of(completed), List.of(FIRST, SECOND))).as("it came back").isEqualTo(new Whereabouts(List.of(FIRST, SECOND), List.of()));
    }

    @Test
    void what_was_read_since_says_where_they_are() {
        BackupEvent verified =
                new BackupVerified("", "prod", VerificationLevel.V2, 2, List.of(FIRST, THIRD), List.of());
        assertThat(Whereabouts.of(List.of(completed, verified), List.of(FIRST, THIRD)))
                .isEqualTo(new Whereabouts(List.of(FIRST, THIRD), List.of(SECOND)));
    }

    @Test
    void a_copy_that_nobody_looks_at_any_more_is_named_whatever_became_of_the_others_since() {
        BackupEvent corrupted = new BackupCorrupted("", "prod", List.of(FIRST + ": data.age is missing"), 0);
        assertThat(Whereabouts.of(List.of(completed, corrupted), List.of(FIRST, THIRD)))
                .isEqualTo(new Whereabouts(List.of(), List.of(SECOND)));
        assertThat(Whereabouts.of(List.of(completed, new BackupPruned("prod", "all", "older than is kept")), List.of(FIRST)))
                .as("it is deleted where this service is")
                .isEqualTo(new Whereabouts(List.of(), List.of(SECOND)));
    }
}
