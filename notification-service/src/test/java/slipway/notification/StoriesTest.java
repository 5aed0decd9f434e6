package slipway.notification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import slipway.events.HoldKind;
import slipway.events.change.ApprovalSuperseded;
import slipway.events.change.ChangeApproved;
import slipway.events.change.ChangeCancelled;
import slipway.events.change.ChangeExpired;
import slipway.events.change.ChangeHeld;
import slipway.events.change.ChangeHoldLifted;
import slipway.events.change.ChangeRejected;
import slipway.events.change.RFCSubmitted;

/// How a change stands, held or not.
class StoriesTest {

    private static final String CHANGE = "CHG-7";

    private Stories stories;

    @BeforeEach
    void approved() {
        JdbcClient jdbc = TheDatabase.with("story", "hold");
        stories = new Stories(jdbc);
        see(Samples.of(RFCSubmitted.getClassSchema()));
        see(Samples.of(ChangeApproved.getClassSchema()));
    }

    private void see(SpecificRecord fact) {
        stories.follow(CHANGE, fact);
        stories.move(CHANGE, fact);
    }

    private String status() {
        return stories.of(CHANGE).orElseThrow().status();
    }

    private static ChangeHeld held(HoldKind kind, String ref) {
        return new ChangeHeld(Samples.meta(), kind, ref, "the disk is full");
    }

    private static ChangeHoldLifted lifted(HoldKind kind, String ref) {
        return new ChangeHoldLifted(Samples.meta(), kind, ref, "done");
    }

    @Test
    void who_holds_it_and_why_is_said_beside_how_it_stands_until_the_hold_is_lifted() {
        see(held(HoldKind.MANUAL, "kim"));
        assertThat(status()).isEqualTo("approved; on hold by kim: the disk is full");
        see(lifted(HoldKind.MANUAL, "kim"));
        assertThat(status()).isEqualTo("approved");
    }

    @Test
    void of_several_holds_each_is_said_until_it_is_lifted() {
        see(held(HoldKind.FREEZE, "FRZ-1"));
        see(held(HoldKind.MANUAL, "kim"));
        see(held(HoldKind.MANUAL, "rosa"));
        see(lifted(HoldKind.MANUAL, "kim"));
        assertThat(status())
                .isEqualTo("approved; on hold by the freeze FRZ-1: the disk is full; on hold by rosa: the disk is full");
        see(lifted(HoldKind.FREEZE, "FRZ-1"));
        see(lifted(HoldKind.MANUAL, "rosa"));
        assertThat(status()).isEqualTo("approved");
    }

    @Test
    void what_becomes_of_it_meanwhile_is_said_too() {
        see(held(HoldKind.MANUAL, "kim"));
        see(Samples.of(ApprovalSuperseded.getClassSchema()));
        assertThat(status()).isEqualTo("amended: needs other approvals; on hold by kim: the disk is full");
    }

    @ParameterizedTest
    @MethodSource
    void what_was_rejected_or_expired_has_nothing_to_hold_until_it_is_amended(SpecificRecord end, String status) {
        see(held(HoldKind.FREEZE, "FRZ-1"));
        see(end);
        assertThat(status()).isEqualTo(status);

        see(Samples.approvalRequested());
        assertThat(status()).as("a hold outlives a rejection").isEqualTo("waits for approval: peer; on hold by the freeze FRZ-1: the disk is full");
    }

    static Stream<Arguments> what_was_rejected_or_expired_has_nothing_to_hold_until_it_is_amended() {
        return Stream.of(
                arguments(new ChangeRejected(Samples.meta(), "peer", "aki", "no"), "rejected"),
                arguments(new ChangeExpired(Samples.meta(), "nobody voted"), "expired"));
    }

    @Test
    void what_ended_is_held_by_nobody() {
        see(held(HoldKind.MANUAL, "kim"));
        see(new ChangeCancelled(Samples.meta(), "eve", "no need"));
        assertThat(status()).isEqualTo("cancelled");
    }
}
