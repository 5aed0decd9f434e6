package slipway.release;

import static org.assertj.core.api.Assertions.assertThat;
import static slipway.release.TheReleases.act;
import static slipway.release.TheReleases.assertNoLeases;
import static slipway.release.TheReleases.assertServed;
import static slipway.release.TheReleases.old;
import static slipway.release.TheReleases.service;
import static slipway.release.TheReleases.show;
import static slipway.release.TheReleases.status;

import java.io.IOException;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import slipway.messaging.RunningService.Answer;
import slipway.release.domain.PauseCause;
import slipway.release.domain.ReleaseEvent.BackupRequested;
import slipway.release.domain.ReleaseEvent.ImplementationRequested;
import slipway.release.domain.ReleaseEvent.LeaveRevoked;
import slipway.release.domain.ReleaseEvent.ReleaseDeployed;
import slipway.release.domain.ReleaseEvent.ReleasePaused;
import slipway.release.domain.ReleaseEvent.ReleaseResumed;
import slipway.release.domain.ReleaseEvent.RollbackCompleted;
import slipway.release.domain.ReleaseEvent.RollbackTriggered;
import slipway.release.domain.RollbackCause;
import tools.jackson.databind.JsonNode;

/// People and changes that step in while a release is under way.
class ReleaseControlTest {

    private static final String WHY = "{\"reason\": \"odd errors\"}";

    @BeforeEach
    void estate() throws IOException {
        TheReleases.estate();
    }

    @Test
    void a_release_that_is_paused_between_environments_goes_on_with_a_fresh_backup() {
        Neighbours thread =
                new Neighbours(service, Set.of(ImplementationRequested.class)).schedule("2.1.0").until(BackupRequested.class);
        assertThat(act(thread, "olu:operators", "pause", WHY).status()).isEqualTo(200);
        assertThat(status(thread)).isEqualTo("PAUSED");
        assertThat(show(thread).get("paused").get("reason").stringValue()).isEqualTo("olu: odd errors");
        thread.proveBackup(thread.all(BackupRequested.class).getFirst());
        assertThat(act(thread, "olu:operators", "promote", WHY).reasons())
                .containsExactly("there is no waiting to skip: the release is PAUSED");
        assertThat(act(thread, "olu:operators", "resume", WHY).status()).isEqualTo(200);
        assertThat(thread.all(BackupRequested.class)).hasSize(2);
        assertThat(act(thread, "olu:operators", "abort", WHY).status()).isEqualTo(200);
    }

    @Test
    void a_hold_that_comes_in_the_middle_stops_it_and_lifting_it_lets_it_end() {
        Neighbours thread = Neighbours.of(service).schedule("2.1.0").until(ReleaseDeployed.class, 1);
        thread.until(ImplementationRequested.class, 2).hold();
        thread.until(LeaveRevoked.class, 1).lift();
        thread.until(ReleaseDeployed.class, 2);
        assertServed("2.1.0");
        assertNoLeases(thread);
        // Where the hold met it depends on who was faster; once it ran, it stood still and went on with leave of the new epoch.
        assertThat(thread.all(ReleasePaused.class)).allMatch(paused -> paused.cause() == PauseCause.HOLD);
        assertThat(thread.all(ReleaseResumed.class))
                .allSatisfy(resumed -> assertThat(resumed.leaves().getFirst().epoch()).isEqualTo(2));
    }

    @Test
    void what_is_deployed_everywhere_is_taken_back_on_somebody_s_word() {
        Neighbours thread = Neighbours.of(service).schedule("2.1.0").until(ReleaseDeployed.class, 2);
        assertThat(act(thread, "olu:operators", "abort", WHY).reasons())
                .containsExactly("it is deployed everywhere; to go back, roll it back");
        JsonNode preview =
                service.get("/releases/" + thread.release() + "/rollback").body();
        assertThat(preview.get("way").get("toDigest").stringValue()).isEqualTo(old);
        assertThat(preview.get("way").get("backupSetId").stringValue())
                .isEqualTo("BKP-" + thread.release() + "-prod-1");
        assertThat(preview.get("dataLossMillis").longValue()).isPositive();
        assertThat(preview.get("approvalNeeded").booleanValue()).isFalse();
        assertThat(act(thread, "dana:developers", "rollback", WHY).status()).isEqualTo(403);
        assertThat(act(thread, "olu:operators", "rollback", WHY).status()).isEqualTo(200);
        thread.until(RollbackCompleted.class, 1);
        assertServed("2.0.0");
        assertNoLeases(thread);
        RollbackTriggered back = thread.all(RollbackTriggered.class).getFirst();
        assertThat(back.cause()).isEqualTo(RollbackCause.PERSON);
        assertThat(back.environments()).containsExactly("prod", "dev");
    }

    @Test
    void who_asks_about_what_went_on_meanwhile_is_told_so() {
        Neighbours thread = new Neighbours(service, Set.of()).schedule("2.1.0").until(BackupRequested.class);
        long sequence = show(thread).get("sequence").longValue();
        Answer late = service.ask(
                "olu:operators",
                "POST",
                "/releases/" + thread.release() + "/abort",
                "application/json",
                WHY,
                Map.of("If-Match", "\"" + (sequence - 1) + "\""));
        assertThat(late.status()).isEqualTo(412);
        Answer odd = service.ask(
                "olu:operators",
                "POST",
                "/releases/" + thread.release() + "/abort",
                "application/json",
                WHY,
                Map.of("If-Match", "last"));
        assertThat(odd.status()).isEqualTo(400);
        Answer good = service.ask(
                "olu:operators",
                "POST",
                "/releases/" + thread.release() + "/abort",
                "application/json",
                WHY,
                Map.of("If-Match", "\"" + sequence + "\""));
        assertThat(good.status()).isEqualTo(200);
        assertThat(act(thread, "olu:operators", "rollback", WHY).status()).isEqualTo(409);
    }
}
