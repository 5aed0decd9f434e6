package slipway.change.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static slipway.change.domain.Examples.NOW;
import static slipway.change.domain.Examples.WINDOW;
import static slipway.change.domain.Examples.answers;
import static slipway.change.domain.Examples.rfc;
import static slipway.change.domain.Examples.story;
import static slipway.change.domain.Examples.submit;
import static slipway.change.domain.Examples.with;

import java.util.List;
import org.junit.jupiter.api.Test;
import slipway.change.domain.ChangeCommand.RegisterDrift;
import slipway.change.domain.ChangeEvent.UnauthorisedChangeDetected;

/// What runs somewhere without having been released is a change that somebody has to answer for.
class DriftTest {

    private static RegisterDrift drift() {
        return drift(true, "prod-2 runs sha256:b", rfc());
    }

    private static RegisterDrift drift(boolean serves, String observed, Rfc... last) {
        Rfc found = Drift.registered(List.of(last), "inventory-web", "prod", "sha256:a", serves, observed, NOW);
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
    void an_environment_in_which_nothing_serves_is_told_as_that() {
        ChangeEvent.RFCSubmitted found = story().when(drift(false, "prod-1 runs nothing", rfc())).fact(ChangeEvent.RFCSubmitted.class);
        assertThat(found.rfc().title()).isEqualTo("nothing serves what was released of inventory-web in prod");
    }

    @Test
    void it_touches_all_that_the_changes_of_the_last_release_touched_and_is_as_dangerous_as_the_worst_of_them() {
        Rfc one = with(answers(2), List.of("inventory-web", "inventory-db"), WINDOW);
        Rfc other = with(answers(4), List.of("inventory-db", "shop-web"), WINDOW);
        Rfc found = story().when(drift(true, "prod-2 runs sha256:b", one, other))
                .fact(ChangeEvent.RFCSubmitted.class)
                .rfc();
        assertThat(found.configurationItems()).containsExactly("inventory-web", "inventory-db", "shop-web");
        assertThat(found.riskAnswers().dataTouched()).isEqualTo(4);
        assertThat(found.riskAnswers().testEvidence()).isEqualTo(5);
    }

    @Test
    void registered_twice_it_is_one_change() {
        story().after(drift()).when(drift()).thenNothing();
    }

    @Test
    void it_is_registered_also_where_too_few_people_could_ratify_it() {
        Rfc found = Drift.registered(List.of(rfc()), "inventory-web", "prod", "sha256:a", true, "prod-2 runs sha256:b", NOW);
        var registered = story().when(new RegisterDrift(
                new ChangeCommand.Submit(found, List.of(), List.of(), Examples.now(new Inventory(List.of(), List.of()))), "event-1"));
        registered.thenKinds(
                ChangeEvent.RFCSubmitted.class,
                ChangeEvent.ImpactAssessed.class,
                ChangeEvent.RiskAssessed.class,
                ChangeEvent.PolicyEvaluated.class,
                UnauthorisedChangeDetected.class,
                ChangeEvent.ReviewOpened.class);
    }
}
