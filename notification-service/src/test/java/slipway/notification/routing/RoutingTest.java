package slipway.notification.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import slipway.notification.routing.Plan.Reach;
import slipway.notification.routing.Plan.Telling;
import slipway.notification.routing.Plan.Verdict.At;
import slipway.notification.routing.Plan.Verdict.Suppressed;

class RoutingTest {

    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");
    private static final Set<DayOfWeek> EVERY_DAY = EnumSet.allOf(DayOfWeek.class);
    private static final Quiet NIGHT = new Quiet(LocalTime.of(22, 0), LocalTime.of(7, 0), EVERY_DAY);
    private static final Instant NOON = Instant.parse("2026-03-02T11:00:00Z");
    private static final Labels ROLLBACK = new Labels(Map.of(
            "fact", Set.of("RollbackTriggered"), "service", Set.of("shop"), "environment", Set.of("prod", "stage")));

    private static Match is(String label, String... values) {
        return new Match.OneOf(label, Set.of(values), false);
    }

    private static Branch branch(String name, boolean goesOn, List<Match> match, Branch... below) {
        return new Branch(name, match, goesOn, List.of(name), Pace.AT_ONCE, List.of(below));
    }

    private static List<String> taken(Branch root) {
        return root.taken(ROLLBACK).stream().map(Branch::name).toList();
    }

    @Test
    void a_condition_holds_when_any_value_of_the_label_is_what_it_asks_for_and_a_negated_one_when_none_is() {
        assertThat(is("environment", "prod").holds(ROLLBACK)).isTrue();
        assertThat(new Match.OneOf("environment", Set.of("prod"), true).holds(ROLLBACK)).isFalse();
        assertThat(new Match.OneOf("environment", Set.of("dev"), true).holds(ROLLBACK)).isTrue();
        assertThat(new Match.Like("fact", Pattern.compile("Rollback.*"), false).holds(ROLLBACK)).isTrue();
        assertThat(new Match.Like("fact", Pattern.compile("Rollback"), false).holds(ROLLBACK)).as("the whole value").isFalse();
        assertThat(is("risk", "").holds(ROLLBACK)).as("it has none").isTrue();
    }

    @Test
    void a_fact_goes_to_the_first_child_that_matches_and_further_where_that_says_so() {
        Branch shop = branch("shop", false, List.of(is("service", "shop")));
        Branch prod = branch("prod", true, List.of(is("environment", "prod")));
        Branch dev = branch("dev", false, List.of(is("environment", "dev")));
        assertThat(taken(branch("root", false, List.of(), dev, shop, prod))).containsExactly("shop");
        assertThat(taken(branch("root", false, List.of(), dev, prod, shop))).containsExactly("prod", "shop");
        assertThat(taken(branch("root", false, List.of(), dev))).containsExactly("root");
        assertThat(taken(branch("root", false, List.of(is("service", "web")), shop))).isEmpty();
        assertThat(taken(branch("root", false, List.of(), branch("outer", false, List.of(is("service", "shop")), dev))))
                .as("who has no child for it tells it itself")
                .containsExactly("outer");
    }

    @Test
    void quiet_hours_are_those_of_the_persons_clock_also_over_midnight_and_when_clocks_change() {
        assertThat(NIGHT.after(NOON, BERLIN)).isEqualTo(NOON);
        assertThat(NIGHT.after(Instant.parse("2026-03-02T21:00:00Z"), BERLIN)).isEqualTo("2026-03-03T06:00:00Z");
        assertThat(NIGHT.after(Instant.parse("2026-03-03T05:59:59Z"), BERLIN)).isEqualTo("2026-03-03T06:00:00Z");
        assertThat(NIGHT.after(Instant.parse("2026-03-03T06:00:00Z"), BERLIN)).isEqualTo("2026-03-03T06:00:00Z");
        assertThat(NIGHT.after(Instant.parse("2026-03-28T22:00:00Z"), BERLIN)).as("an hour less").isEqualTo("2026-03-29T05:00:00Z");
        Quiet weekend = new Quiet(LocalTime.MIDNIGHT, LocalTime.MIDNIGHT, EnumSet.of(DayOfWeek.SATURDAY, DayOfWeek.SUNDAY));
        assertThat(weekend.after(Instant.parse("2026-03-07T12:00:00Z"), BERLIN))
                .as("two days that follow each other")
                .isEqualTo("2026-03-08T23:00:00Z");
        assertThatThrownBy(() -> new Quiet(LocalTime.NOON, LocalTime.NOON, EVERY_DAY)).hasMessageContaining("never end");
    }

    @Test
    void urgent_things_wake_people_and_what_is_good_to_know_waits_for_the_digest() {
        Person rosa = new Person("rosa", "rosa@shop.example", null, BERLIN, NIGHT, LocalTime.of(8, 30));
        Instant night = Instant.parse("2026-03-02T23:00:00Z");
        assertThat(rosa.told(Urgency.URGENT, night)).isEqualTo(night);
        assertThat(rosa.told(Urgency.NORMAL, night)).isEqualTo("2026-03-03T06:00:00Z");
        assertThat(rosa.told(Urgency.INFO, night)).isEqualTo("2026-03-03T07:30:00Z");
        assertThat(rosa.told(Urgency.INFO, Instant.parse("2026-03-03T07:30:00Z"))).isEqualTo("2026-03-04T07:30:00Z");
    }

    @Test
    void each_recipient_of_a_receiver_is_told_once_however_many_routes_lead_there() {
        Branch tree = new Branch("root", List.of(), false, List.of(), Pace.AT_ONCE, List.of(
                new Branch("a", List.of(), true, List.of("ops"), Pace.AT_ONCE, List.of()),
                new Branch("b", List.of(), false, List.of("ops", "pager"), Pace.AT_ONCE, List.of())));
        Map<String, Reach> reach = Map.of("ops", new Reach(List.of(), List.of("#ops"), Map.of()), "pager", new Reach(List.of(), List.of("key"), Map.of()));
        assertThat(Plan.of(ROLLBACK, Urgency.URGENT, tree, List.of(), Set.of(), reach, NOON).told())
                .containsExactly(
                        new Telling("ops", "#ops", false, "a", new At(NOON, "", Pace.AT_ONCE, List.of())),
                        new Telling("pager", "key", false, "b", new At(NOON, "", Pace.AT_ONCE, List.of())));
    }

    @Test
    void facts_of_a_group_wait_for_each_other_and_the_plan_says_why() {
        Pace pace = new Pace(List.of("service", "environment"), Duration.ofMinutes(5), Duration.ofMinutes(30), null);
        Branch tree = new Branch("root", List.of(), false, List.of("ops"), pace, List.of());
        assertThat(Plan.of(ROLLBACK, Urgency.NORMAL, tree, List.of(), Set.of(), Map.of("ops", new Reach(List.of(), List.of("#ops"), Map.of())), NOON).told())
                .containsExactly(new Telling(
                        "ops",
                        "#ops",
                        false,
                        "root",
                        new At(
                                NOON.plusSeconds(300),
                                "service=shop environment=prod,stage",
                                pace,
                                List.of("it waits PT5M for others of service=shop environment=prod,stage"))));
    }

    @Test
    void what_is_silenced_is_told_to_nobody_with_the_reason_until_the_silence_ends() {
        Silence silence = new Silence("SIL-1", List.of(is("service", "shop")), NOON, NOON.plusSeconds(600), "rosa", "we know");
        Branch tree = branch("root", false, List.of());
        Map<String, Reach> reach = Map.of("root", new Reach(List.of(), List.of("#ops"), Map.of()));
        assertThat(Plan.of(ROLLBACK, Urgency.URGENT, tree, List.of(silence), Set.of(), reach, NOON).told())
                .singleElement()
                .extracting(Telling::verdict)
                .isEqualTo(new Suppressed("silenced until 2026-03-02T11:10:00Z by rosa (SIL-1): we know"));
        assertThat(Plan.of(ROLLBACK, Urgency.URGENT, tree, List.of(silence), Set.of(), reach, NOON.plusSeconds(600)).told())
                .singleElement()
                .extracting(Telling::verdict)
                .isInstanceOf(At.class);
    }

    @Test
    void what_is_only_good_to_know_is_collected_for_those_who_have_a_digest() {
        Person rosa = new Person("rosa", "rosa@shop.example", null, BERLIN, null, LocalTime.of(8, 30));
        Map<String, Reach> reach = Map.of("root", new Reach(List.of(rosa), List.of(), Map.of()));
        Branch tree = branch("root", false, List.of());
        assertThat(Plan.of(ROLLBACK, Urgency.INFO, tree, List.of(), Set.of(), reach, NOON).told())
                .containsExactly(new Telling("root", "rosa", true, "root", new At(
                        Instant.parse("2026-03-03T07:30:00Z"),
                        Plan.DIGEST,
                        Pace.AT_ONCE,
                        List.of("it is only good to know: with the digest"))));
        assertThat(Plan.of(ROLLBACK, Urgency.NORMAL, tree, List.of(), Set.of(), reach, NOON).told())
                .containsExactly(new Telling("root", "rosa", true, "root", new At(NOON, "", Pace.AT_ONCE, List.of())));
    }

    @Test
    void waiting_for_others_of_the_group_does_not_lead_into_the_night() {
        Person rosa = new Person("rosa", "rosa@shop.example", null, BERLIN, NIGHT, null);
        Pace pace = new Pace(List.of("service"), Duration.ofMinutes(5), Duration.ZERO, null);
        Branch tree = new Branch("root", List.of(), false, List.of("root"), pace, List.of());
        Instant evening = Instant.parse("2026-03-02T20:58:00Z");
        assertThat(Plan.of(ROLLBACK, Urgency.NORMAL, tree, List.of(), Set.of(), Map.of("root", new Reach(List.of(rosa), List.of(), Map.of())), evening).told())
                .singleElement()
                .extracting(Telling::verdict)
                .isEqualTo(new At(
                        Instant.parse("2026-03-03T06:00:00Z"),
                        "service=shop",
                        pace,
                        List.of("it waits PT5M for others of service=shop", "quiet hours")));
    }

    @Test
    void who_has_no_address_is_not_told_and_the_plan_says_why() {
        Map<String, Reach> reach = Map.of("root", new Reach(List.of(), List.of(), Map.of("rosa", "nowhere")));
        assertThat(Plan.of(ROLLBACK, Urgency.URGENT, branch("root", false, List.of()), List.of(), Set.of(), reach, NOON).told())
                .containsExactly(new Telling("root", "rosa", true, "root", new Suppressed("nowhere")));
    }
}
