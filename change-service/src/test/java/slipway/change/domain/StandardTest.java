package slipway.change.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static slipway.change.domain.Examples.INVENTORY;
import static slipway.change.domain.Examples.ROSA;
import static slipway.change.domain.Examples.WINDOW;
import static slipway.change.domain.Examples.answers;
import static slipway.change.domain.Examples.now;
import static slipway.change.domain.Examples.rfc;
import static slipway.change.domain.Examples.schedule;
import static slipway.change.domain.Examples.story;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import slipway.change.domain.ChangeCommand.FallToNormal;
import slipway.change.domain.ChangeCommand.Submit;
import slipway.change.domain.Template.ParameterBound;
import slipway.change.domain.TemplateDecider.Publish;
import slipway.change.domain.TemplateDecider.Reinstate;
import slipway.change.domain.TemplateDecider.Suspend;
import slipway.change.domain.TemplateEvent.StandardTemplatePublished;
import slipway.change.domain.TemplateEvent.StandardTemplateReinstated;
import slipway.change.domain.TemplateEvent.StandardTemplateSuspended;
import slipway.decider.Story;

/// Changes that are approved beforehand.
class StandardTest {

    private static final Template SCALE = template(1, true);

    private static Template template(int version, boolean live) {
        return new Template(
                "scale-web",
                version,
                "More instances",
                List.of("inventory-web"),
                List.of("inventory-web", "shop"),
                List.of("dev", "prod"),
                "Roll out by canary",
                "Switch back, restore the database",
                "Smoke tests",
                RiskLevel.MODERATE,
                7200,
                List.of(
                        new ParameterBound("instances", null, 1L, 8L),
                        new ParameterBound("zone", "eu-[a-c]", null, null)),
                false,
                true,
                live);
    }

    private static Rfc standard(Map<String, String> parameters, String... items) {
        return Amended.of(rfc(ChangeType.STANDARD, answers(2), List.of(items), WINDOW, null, false, false, null))
                .template("scale-web@1", parameters);
    }

    private static final Rfc GOOD = standard(Map.of("instances", "8", "zone", "eu-a"), "inventory-web");

    private static Story<ChangeCommand, ChangeState, ChangeEvent> submitted(Rfc rfc, Template template) {
        return story().after(new Submit(rfc, List.of("dana"), List.of(), now(template)));
    }

    @Test
    void within_the_bounds_of_a_live_template_it_is_approved_at_once() {
        ChangeEvent.ChangeApproved approved = story()
                .when(new Submit(GOOD, List.of("dana"), List.of(), now(SCALE)))
                .fact(ChangeEvent.ChangeApproved.class);
        assertThat(approved.by()).isEqualTo(ApprovedBy.TEMPLATE);
        assertThat(approved.approvers()).containsExactly("template scale-web@1");
    }

    @Test
    void out_of_bounds_it_is_treated_as_normal_and_every_reason_is_named() {
        Rfc wide = standard(Map.of("instances", "9", "zone", "us", "more", "1"), "inventory-web", "inventory-db");
        ChangeEvent.ChangeReclassified again = story()
                .when(new Submit(wide, List.of("dana"), List.of(), now(template(1, false))))
                .fact(ChangeEvent.ChangeReclassified.class);
        assertThat(again.to()).isEqualTo(ChangeType.NORMAL);
        assertThat(again.reasons())
                .containsExactly(
                        "template scale-web@1 is suspended",
                        "configurationItems: template scale-web@1 is not for inventory-db",
                        "parameters.instances: must be 1 to 8, not 9",
                        "parameters.zone: 'us' is not of the form eu-[a-c]",
                        "parameters.more: template scale-web@1 has no such parameter");
        assertThat(submitted(wide, SCALE).state().status()).isEqualTo(Status.AWAITING_APPROVAL);
    }

    @Test
    void without_its_template_it_is_a_normal_change_that_never_approves_itself() {
        Rfc harmless = Amended.of(rfc(ChangeType.STANDARD, answers(1), List.of("shop"), WINDOW, null, false, false, null))
                .template("gone@1", Map.of());
        assertThat(story().after(new Submit(harmless, List.of("dana"), List.of(), now())).state().status())
                .isEqualTo(Status.AWAITING_APPROVAL);
    }

    @Test
    void when_its_template_is_suspended_before_the_start_it_is_judged_as_a_normal_change() {
        FallToNormal fall = new FallToNormal("template scale-web@1 was suspended", now(template(1, false)));
        var fallen = submitted(GOOD, SCALE).after(schedule()).after(fall);
        assertThat(fallen.state().status()).isEqualTo(Status.AWAITING_APPROVAL);
        assertThat(((ChangeState.Known) fallen.state()).dossier().treatedAs()).isEqualTo(ChangeType.NORMAL);
        fallen.when(fall).thenNothing();
        submitted(GOOD, SCALE).when(new FallToNormal("no", now(SCALE))).thenNothing();
    }

    private static Story<TemplateDecider.Command, TemplateDecider.State, TemplateEvent> published() {
        return Story.of(new TemplateDecider()).after(new Publish(ROSA, SCALE, INVENTORY, Examples.ENVIRONMENTS, List.of()));
    }

    @Test
    void a_published_template_never_changes() {
        published().when(new Publish(ROSA, SCALE, INVENTORY, Examples.ENVIRONMENTS, List.of())).thenNothing();
        Template other = new Template(
                "scale-web", 1, "Other", List.of("inventory-web"), List.of("shop"), List.of("dev"), "a", "b", "c",
                RiskLevel.LOW, 60, List.of(), false, false, true);
        published()
                .when(new Publish(ROSA, other, INVENTORY, Examples.ENVIRONMENTS, List.of()))
                .thenRefused("scale-web@1 is published and never changes");
    }

    @Test
    void one_failure_suspends_it_until_a_person_reinstates_it() {
        Suspend failed = new Suspend("CHG-7", "CHG-7 ended BACKED_OUT");
        published().when(failed).then(new StandardTemplateSuspended("CHG-7", "CHG-7 ended BACKED_OUT"));
        published().after(failed).when(failed).thenNothing();
        published()
                .after(failed)
                .when(new Reinstate(ROSA, "mended"))
                .then(new StandardTemplateReinstated("rosa", "mended"));
        published()
                .after(failed)
                .when(new Reinstate(new Asker("dana", Set.of()), ""))
                .thenRefused("dana is not in the group", "reason: is missing");
    }

    @Test
    void every_fault_of_a_template_is_named() {
        Template bad = new Template(
                "Bad Name",
                0,
                "",
                List.of(),
                List.of("nowhere"),
                List.of(),
                "",
                "",
                "",
                RiskLevel.HIGH,
                0,
                List.of(new ParameterBound("x", null, null, null), new ParameterBound("x", "(", null, null)),
                false,
                false,
                true);
        Story.of(new TemplateDecider())
                .when(new Publish(new Asker("dana", Set.of()), bad, INVENTORY, Examples.ENVIRONMENTS, List.of()))
                .thenRefused(
                        "dana is not in the group",
                        "name: must be of a-z",
                        "version: must be 1",
                        "title: is missing",
                        "implementationPlan: is missing",
                        "rollbackPlan: is missing",
                        "testPlan: is missing",
                        "services: is missing",
                        "environments: is missing",
                        "no configuration item 'nowhere'",
                        "maxRisk: must be LOW or MODERATE",
                        "maxSeconds: must be 1",
                        "parameters.x: has no bound",
                        "parameters: 'x' is there twice",
                        "parameters.x: '(' is no pattern");
        assertThat(Story.of(new TemplateDecider())
                        .when(new Publish(ROSA, SCALE, INVENTORY, Examples.ENVIRONMENTS, List.of()))
                        .facts())
                .singleElement()
                .isInstanceOf(StandardTemplatePublished.class);
    }

    @Test
    void a_number_is_written_in_one_way() {
        for (String other : List.of("+4", "0004", "\u0664", "4.0", "-0", " 4", "")) {
            assertThat(new ParameterBound("instances", null, 1L, 8L).against(other)).as(other).contains("is no whole number");
        }
        assertThat(new ParameterBound("instances", null, 1L, 8L).against("4")).isNull();
        assertThat(new ParameterBound("below", null, -8L, 0L).against("-4")).isNull();
    }

    @Test
    void what_customers_notice_and_what_restores_data_is_only_approved_when_the_template_says_so() {
        Rfc noticed = Amended.of(rfc(
                        ChangeType.STANDARD, answers(1), List.of("inventory-web"), WINDOW, null, true, false, null))
                .template("scale-web@1", Map.of("instances", "4", "zone", "eu-a"));
        assertThat(story().when(new Submit(noticed, List.of("dana"), List.of(), now(SCALE)))
                        .fact(ChangeEvent.ChangeReclassified.class)
                        .reasons())
                .containsExactly("outageExpected: template scale-web@1 is for what nobody notices");
        Template careful = new Template(
                "scale-web", 1, "More", SCALE.services(), SCALE.configurationItems(), SCALE.environments(),
                SCALE.implementationPlan(), SCALE.rollbackPlan(), SCALE.testPlan(), RiskLevel.MODERATE, 7200,
                List.of(new ParameterBound("instances", null, 8L, 1L)), true, false, true);
        assertThat(story().when(new Submit(noticed, List.of("dana"), List.of(), now(careful)))
                        .fact(ChangeEvent.ChangeReclassified.class)
                        .reasons())
                .contains("restoreDataOnRollback: template scale-web@1 restores no data");
        Story.of(new TemplateDecider())
                .when(new Publish(ROSA, careful, INVENTORY, Examples.ENVIRONMENTS, List.of()))
                .thenRefused("parameters.instances: least is 8, more than most, 1");
    }

    @Test
    void a_template_is_for_environments_that_there_are() {
        Environments one = new Environments(List.of("prod"));
        Story.of(new TemplateDecider())
                .when(new Publish(ROSA, SCALE, INVENTORY, one, List.of()))
                .thenRefused("environments: there is no environment 'dev'; there are [prod]");
    }
}
