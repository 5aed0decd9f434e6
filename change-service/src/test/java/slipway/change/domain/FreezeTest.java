package slipway.change.domain;

import static slipway.change.domain.Examples.ROSA;
import static slipway.change.domain.Examples.rfc;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import slipway.change.calendar.FreezeScope;
import slipway.change.calendar.Recurrence;
import slipway.change.calendar.Target;
import slipway.change.domain.FreezeDecider.Declare;
import slipway.change.domain.FreezeDecider.LetThrough;
import slipway.change.domain.FreezeEvent.FreezeOverridden;
import slipway.decider.Story;

class FreezeTest {

    private static final Recurrence ONCE = new Recurrence("2027-01-07T08:00", "Europe/Paris", "P1D", null, List.of());
    private static final String READ = PlanDigest.of(rfc());

    private static Story<FreezeDecider.Command, FreezeDecider.State, FreezeEvent> frozen() {
        return Story.of(new FreezeDecider())
                .after(new Declare(ROSA, "sale", "money", FreezeScope.EVERYTHING, ONCE, "change-managers", null, Set.of(), Examples.ENVIRONMENTS, List.of()));
    }

    private static LetThrough pass(Asker by, String planDigest, String... parties) {
        return new LetThrough(by, "CHG-7", planDigest, Set.of(parties), "it cannot wait");
    }

    @Test
    void what_a_freeze_let_through_the_one_that_goes_on_for_it_lets_through_too() {
        Story.of(new FreezeDecider())
                .after(new Declare(ROSA, "budget", "spent", FreezeScope.EVERYTHING, ONCE, "change-managers", "u", Set.of(Target.pass("CHG-7", READ)), Examples.ENVIRONMENTS, List.of()))
                .when(pass(ROSA, READ, "dana"))
                .thenNothing();
    }

    @Test
    void one_plan_of_one_change_is_let_through_and_another_plan_asks_again() {
        frozen().when(pass(ROSA, READ, "dana")).then(new FreezeOverridden("CHG-7", "rosa", "it cannot wait", READ));
        frozen().after(pass(ROSA, READ, "dana")).when(pass(ROSA, READ, "dana")).thenNothing();
        frozen().after(pass(ROSA, READ, "dana")).when(pass(ROSA, "sha256:another", "dana")).thenKinds(FreezeOverridden.class);
    }

    @Test
    void nobody_opens_a_freeze_for_a_change_of_their_own_or_a_plan_that_they_wrote() {
        frozen().when(pass(ROSA, READ, "dana", "rosa")).thenRefused("separation of duties: rosa asks for CHG-7");
        Asker through = new Asker("rosa", Set.of("change-managers"), List.of("dana"));
        frozen().when(pass(through, READ, "dana")).thenRefused("separation of duties: dana asks for CHG-7");
    }

    @Test
    void a_freeze_is_of_environments_that_there_are() {
        FreezeScope moon = new FreezeScope(List.of("prod", "moon"), List.of(), List.of());
        Story.of(new FreezeDecider())
                .when(new Declare(ROSA, "sale", "money", moon, ONCE, "change-managers", null, Set.of(), Examples.ENVIRONMENTS, List.of()))
                .thenRefused("scope.environments: there is no environment 'moon'; there are [dev, qa, staging, prod]");
    }
}
