package slipway.notification.domain;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.Test;
import slipway.decider.Story;
import slipway.events.Actor;
import slipway.events.ActorKind;
import slipway.events.Meta;
import slipway.notification.domain.SilenceDecider.Command;
import slipway.notification.domain.SilenceDecider.Command.Declare;
import slipway.notification.domain.SilenceDecider.Command.End;
import slipway.notification.domain.SilenceDecider.State;
import slipway.notification.domain.SilenceEvent.SilenceDeclared;
import slipway.notification.domain.SilenceEvent.SilenceEnded;
import slipway.wire.Mapping;

class SilenceDeciderTest {

    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
    private static final Instant ONE = NOON.plus(Duration.ofHours(1));
    private static final List<SilenceMatcher> SHOP = List.of(new SilenceMatcher("service", List.of("shop"), false, false));
    private static final SilenceDeclared DECLARED = new SilenceDeclared(SHOP, NOON, ONE, "we know", "rosa");

    private static Story<Command, State, SilenceEvent> story() {
        return Story.of(new SilenceDecider());
    }

    private static Declare declare(List<SilenceMatcher> match, Instant from, Instant until, String reason) {
        return new Declare(match, from, until, reason, "rosa", NOON);
    }

    @Test
    void a_silence_is_of_something_until_then_for_a_reason() {
        story().when(declare(SHOP, NOON, ONE, "we know")).then(DECLARED);
    }

    @Test
    void every_reason_against_a_silence_is_named() {
        story().when(declare(List.of(), NOON, NOON, " "))
                .thenRefused(
                        "match: names no label; it would silence everything",
                        "until: has to be after from",
                        "reason: is missing");
        story().when(declare(SHOP, NOON.minusSeconds(9), NOON, "x")).thenRefused("until: has passed");
    }

    @Test
    void no_silence_is_longer_than_ninety_days() {
        Instant last = NOON.plus(Duration.ofDays(90));
        story().when(declare(SHOP, NOON, last, "x")).then(new SilenceDeclared(SHOP, NOON, last, "x", "rosa"));
        story().when(declare(SHOP, NOON, last.plusMillis(1), "x")).thenRefused("until: is more than 90 days from now");
    }

    @Test
    void a_silence_is_ended_once_and_not_after_it_ended_by_itself() {
        story().given(DECLARED).when(new End("kim", NOON)).then(new SilenceEnded("kim"));
        story().given(DECLARED, new SilenceEnded("kim")).when(new End("sam", NOON)).thenNothing();
        story().given(DECLARED).when(new End("kim", ONE)).thenRefused("it ended by itself at 2026-01-01T13:00:00Z");
        story().when(new End("kim", NOON)).thenRefused("there is no such silence");
    }

    @Test
    void the_facts_agree_with_the_contract() {
        Mapping<SilenceEvent> mapping = Mapping.of(SilenceEvent.class, "slipway.events.notification");
        Meta meta = new Meta(
                "e", "SIL-1", 1L, NOON, NOON, new Actor("rosa", ActorKind.HUMAN, null), "SIL-1", null, null, null);
        assertThat(mapping.schemas()).hasSize(2);
        for (SilenceEvent fact : new SilenceEvent[] {DECLARED, new SilenceEnded("kim")}) {
            SpecificRecord avro = mapping.toAvro(fact, meta);
            assertThat(mapping.toDomain(avro)).isEqualTo(fact);
        }
    }
}
