package slipway.messaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import slipway.events.Actor;
import slipway.events.ActorKind;

class CauseTest {

    @Test
    void whoever_is_at_the_keyboard_is_the_actor_and_the_subject_the_one_they_act_for() {
        assertThat(Cause.person("aki", List.of("a-bot", "dana"), "CHG-7").actor())
                .isEqualTo(new Actor("a-bot", ActorKind.SERVICE, "aki"));
        assertThat(Cause.person("aki", List.of(), "CHG-7").actor()).isEqualTo(new Actor("aki", ActorKind.HUMAN, null));
    }
}
