package slipway.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ReleaseExitCodeTest {

    private static JsonNode release(String json) {
        return new JsonMapper().readTree(json);
    }

    @ParameterizedTest
    @CsvSource({
        "SUCCESSFUL, 0",
        "SUCCESSFUL_WITH_ISSUES, 0",
        "BACKED_OUT, 11",
        "FAILED_NOT_BACKED_OUT, 11",
        "ABORTED, 11",
        "UNKNOWN, 11"
    })
    void a_closed_release_is_as_good_as_its_outcome(String outcome, int code) {
        assertThat(ReleaseCommands.exitCode(
                        release("{\"status\": \"CLOSED\", \"outcome\": \"" + outcome + "\"}")))
                .isEqualTo(code);
    }

    @ParameterizedTest
    @CsvSource({"RELEASED, 0", "AWAITING_APPROVAL, 12", "BLOCKED, 12", "ROLLED_BACK, 11", "PAUSED, 10", "BAKING, 10"})
    void the_others_tell_by_their_state(String status, int code) {
        assertThat(ReleaseCommands.exitCode(release("{\"status\": \"" + status + "\", \"outcome\": null}")))
                .isEqualTo(code);
    }

    @ParameterizedTest
    @ValueSource(strings = {"PERSON", "INCONCLUSIVE", "WINDOW"})
    void a_pause_that_a_person_ends_is_not_watched_on(String cause) {
        JsonNode paused = release("{\"status\": \"PAUSED\", \"paused\": {\"cause\": \"" + cause + "\"}}");
        assertThat(ReleaseWatch.stands(paused)).isTrue();
        assertThat(ReleaseCommands.exitCode(paused)).isEqualTo(10);
    }

    @ParameterizedTest
    @CsvSource({"BUILDING, true", "TESTING, true", "PACKAGED, false", "BLOCKED, false", "SECURING, false"})
    void a_start_waits_for_the_package_and_for_nothing_else(String status, boolean waits) {
        assertThat(ReleaseWatch.isBeingMade(release("{\"status\": \"" + status + "\"}"))).isEqualTo(waits);
    }

    @Test
    void what_goes_on_by_itself_is_watched_on() {
        assertThat(ReleaseWatch.stands(release("{\"status\": \"PAUSED\", \"paused\": {\"cause\": \"HOLD\"}}")))
                .isFalse();
        assertThat(ReleaseWatch.stands(
                        release("{\"status\": \"PAUSED\", \"step\": {\"kind\": \"PAUSE\", \"name\": \"60 s\"}}")))
                .isFalse();
        assertThat(ReleaseWatch.stands(release(
                        "{\"status\": \"PAUSED\", \"step\": {\"kind\": \"PAUSE\", \"name\": \"until somebody goes on\"}}")))
                .isTrue();
    }
}
