package slipway.change.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static slipway.change.policy.Policies.PEOPLE;
import static slipway.change.policy.Policies.auto;
import static slipway.change.policy.Policies.question;
import static slipway.change.policy.Policies.require;
import static slipway.change.policy.Policies.sound;
import static slipway.change.policy.Policies.stage;
import static slipway.change.policy.Policies.text;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ReperformedTest {

    private static final Policy POLICY = sound(text(
            List.of(
                    auto("few", "reached < 10 && risk == 'LOW'"),
                    require("prod", "risk == 'MODERATE'", "peer"),
                    require("high", "risk == 'HIGH'", "owner")),
            stage("peer", "'approvers' in groups", 1),
            stage("owner", "groups.exists(g, g in ownerGroups)", 1)));

    private static final Electorate ALL = new Electorate(PEOPLE);

    private static Inputs without(String risk, String... names) {
        Map<String, String> inputs = new HashMap<>(question("NORMAL", risk).inputs());
        inputs.keySet().removeAll(List.of(names));
        return Inputs.read(inputs);
    }

    @Test
    void an_input_that_a_rule_reads_and_that_was_not_recorded_is_named() {
        assertThat(Reperformed.of(POLICY, without("LOW", "reached", "risk"), ALL))
                .isEqualTo(new Reperformed.Undecidable(Set.of("reached", "risk")));
    }

    @Test
    void one_that_nobody_reads_is_not_missed() {
        assertThat(Reperformed.of(POLICY, without("LOW", "outage", "service", "requester"), ALL))
                .isEqualTo(new Reperformed.Answered(new Answer.Automatic(List.of("few"))));
    }

    @Test
    void one_that_only_another_stage_reads_is_not_missed_either() {
        assertThat(Reperformed.of(POLICY, without("MODERATE", "ownerGroups"), ALL))
                .isInstanceOfSatisfying(Reperformed.Answered.class, answered -> assertThat(
                                ((Answer.Approval) answered.answer()).stages())
                        .singleElement()
                        .satisfies(stage -> assertThat(stage.eligible()).containsExactly("aki", "sam")));
        assertThat(Reperformed.of(POLICY, without("HIGH", "ownerGroups"), ALL))
                .isEqualTo(new Reperformed.Partly(List.of("high"), List.of("owner"), Set.of("ownerGroups")));
    }

    @Test
    void who_asked_decides_who_may_vote_so_it_is_missed_where_somebody_votes() {
        assertThat(Reperformed.of(POLICY, without("MODERATE", "requester"), ALL))
                .isEqualTo(new Reperformed.Partly(List.of("prod"), List.of("peer"), Set.of("requester")));
    }

    @Test
    void without_the_people_of_that_time_only_the_names_of_stages_are_known() {
        assertThat(Reperformed.of(POLICY, without("MODERATE"), null))
                .isEqualTo(new Reperformed.Partly(List.of("prod"), List.of("peer"), Set.of("people")));
        assertThat(Reperformed.of(POLICY, without("LOW"), null)).isInstanceOf(Reperformed.Answered.class);
    }

    @Test
    void what_is_written_so_that_it_cannot_be_read_was_not_recorded() {
        Map<String, String> inputs = new HashMap<>(question("NORMAL", "LOW").inputs());
        inputs.putAll(Map.of("reached", "many", "outage", "perhaps", "environments", "prod"));
        assertThat(Inputs.read(inputs).missing()).containsExactlyInAnyOrder("reached", "outage", "environments");
    }

    @Test
    void whether_an_automatic_approval_is_allowed_depends_on_the_type_although_no_rule_reads_it() {
        assertThat(Reperformed.of(POLICY, without("LOW", "type"), ALL))
                .isEqualTo(new Reperformed.Undecidable(Set.of("type")));
    }
}
