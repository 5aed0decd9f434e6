package slipway.change.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static slipway.change.domain.Examples.NOW;
import static slipway.change.domain.Examples.rfc;
import static slipway.change.domain.Examples.story;
import static slipway.change.domain.Examples.submit;

import org.junit.jupiter.api.Test;
import slipway.change.domain.ChangeCommand.RegisterDrift;
import slipway.change.domain.ChangeEvent.UnauthorisedChangeDetected;

/// What runs somewhere without having been released is a change that somebody has to answer for.
class DriftTest {

    private static RegisterDrift drift() {
        Rfc found = Drift.registered(rfc(), "inventory-web", "prod", "sha256:a", "prod-2 runs sha256:b", NOW);
        return new RegisterDrift(submit(found), "event-1");
    }

    @Test
    void it_is_registered_as_latent_and_has_to_be_ratified_by_people_who_were_not_it() {
        var registered = story().after(drift());
        assertThat(registered.state().status()).isEqualTo(Status.REVIEW);
        UnauthorisedChangeDetected detected = story().when(drift()).fact(UnauthorisedChangeDetected.class);
        assertThat(detected.source()).isEqualTo("release-service");
        assertThat(detected.description()).isEqualTo("inventory-web in prod runs what nobody released");
        assertThat(detected.ratifiers()).isNotEmpty();
    }

    @Test
    void it_says_what_is_authorised_and_what_is_there() {
        ChangeEvent.RFCSubmitted found = story().when(drift()).fact(ChangeEvent.RFCSubmitted.class);
        assertThat(found.rfc().type()).isEqualTo(ChangeType.LATENT);
        assertThat(found.rfc().justification())
                .isEqualTo("Authorised is sha256:a. Seen there: prod-2 runs sha256:b");
        assertThat(found.rfc().configurationItems()).isEqualTo(rfc().configurationItems());
        assertThat(found.sourceId()).isEqualTo("event-1");
    }

    @Test
    void registered_twice_it_is_one_change() {
        story().after(drift()).when(drift()).thenNothing();
    }
}
