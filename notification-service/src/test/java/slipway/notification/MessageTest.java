package slipway.notification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.function.Function;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import slipway.events.Meta;
import slipway.events.change.ApprovalEscalated;
import slipway.events.change.ApprovalRequested;
import slipway.events.change.ChangeCancelled;

class MessageTest {

    @Test
    void a_request_for_approval_says_who_has_to_do_what_until_when() {
        Message message = Samples.message();

        assertThat(message.subject()).isEqualTo("[CHG-7] approval needed: peer");
        assertThat(message.lines())
                .contains(
                        "2 approval(s) needed from: aki, sam.",
                        "Please vote before 2026-03-01T10:15:30Z; after that the request expires.")
                .last()
                .isEqualTo("Approval requested: fact 5 of CHG-7, by change-service on behalf of dana"
                        + " at 2026-03-01T10:15:30Z.");
    }

    @Test
    void the_message_of_a_fact_and_route_has_the_same_id_at_every_attempt() {
        assertThat(Samples.message().id()).isEqualTo("NTF-fact-1-cab").isEqualTo(Samples.message().id());
        assertThat(Samples.message("NTF-fact-1-ops", List.of(Samples.approvalRequested())).id()).isEqualTo("NTF-fact-1-ops");
    }

    private static ChangeCancelled cancelled(String aggregate, long sequence, int second) {
        Instant at = Samples.AT.plusSeconds(second);
        return new ChangeCancelled(new Meta("fact-1", aggregate, sequence, at, at, Samples.meta().getActor(), "CHG-7", null, null, null), "eve", "no");
    }

    @Test
    void the_newest_is_what_happened_last_however_it_came() {
        ChangeCancelled newest = cancelled("REL-1", 1, 9);
        Message message = Samples.message("NTF-1", List.of(cancelled("CHG-7", 5, 3), newest, cancelled("CHG-7", 4, 2)));

        assertThat(message.newest()).isEqualTo(newest.getMeta());
        assertThat(message.newestPart()).isEqualTo(message.parts().get(1));
        assertThat(SlackBlocks.state(message, Story.UNKNOWN, null).toString()).contains("fact 1 of REL-1").doesNotContain("of CHG-7");
    }

    @Test
    void of_one_moment_the_last_fact_of_a_decision_is_the_newest_and_of_several_decisions_what_was_planned_last() {
        Message message = Samples.message("NTF-1", List.of(cancelled("CHG-7", 6, 3), cancelled("CHG-7", 5, 3)));
        assertThat(message.newest().getSequence()).isEqualTo(6);

        ChangeCancelled other = cancelled("REL-1", 1, 3);
        assertThat(Samples.message("NTF-1", List.of(cancelled("CHG-7", 6, 3), other)).newest()).isEqualTo(other.getMeta());
        assertThat(Samples.message("NTF-1", List.of(cancelled("CHG-7", 6, 3), other, cancelled("CHG-7", 5, 3))).newest())
                .isEqualTo(other.getMeta());
    }

    @Test
    void line_breaks_in_other_peoples_text_make_no_lines() {
        var fact = new ChangeCancelled(Samples.meta(), "eve\r\nBcc: all@x.org", "first\nsecond");

        Message message = Samples.message("NTF-fact-1-cab", List.of(fact));

        assertThat(message.subject()).isEqualTo("[CHG-7] cancelled by eve Bcc: all@x.org");
        assertThat(message.lines().getFirst()).isEqualTo("Reason: first second");
    }

    @Test
    void several_facts_are_told_in_one_message_each_with_its_words() {
        Message message = Samples.message("NTF-1", List.of(Samples.approvalRequested(), new ChangeCancelled(Samples.meta(), "eve", "why not")));

        assertThat(message.subject()).isEqualTo("[CHG-7] 2 facts: approval needed: peer, …");
        assertThat(message.lines())
                .contains("[CHG-7] approval needed: peer", "    2 approval(s) needed from: aki, sam.", "[CHG-7] cancelled by eve", "    Reason: why not");
        assertThat(message.factId()).isEqualTo("fact-1");
    }

    @Test
    void a_message_of_very_many_facts_says_how_many_it_leaves_out() {
        assertThat(Samples.message("NTF-1", Collections.nCopies(53, Samples.approvalRequested())).lines())
                .last()
                .isEqualTo("And 3 more: ./slipway notify list");
    }

    @ParameterizedTest
    @MethodSource("slipway.notification.Samples#all")
    void every_fact_that_people_are_told_of_can_be_told(SpecificRecord fact) {
        Message message = Samples.message("NTF-fact-1-cab", List.of(fact));

        assertThat(message.subject()).startsWith("[CHG-7] ").hasSizeGreaterThan(10).doesNotContain("null", "slipway.");
        assertThat(message.lines()).hasSizeGreaterThan(2).noneMatch(line -> line.contains("null"));
    }

    @Test
    void a_fact_without_words_of_its_own_is_told_by_its_name_and_fields() {
        SpecificRecord fact = Samples.of(slipway.events.release.PackageBuilt.getClassSchema());

        Message message = Samples.message("NTF-fact-1-cab", List.of(fact));

        assertThat(message.subject()).isEqualTo("[CHG-7] package built");
        assertThat(message.lines()).containsAll(List.of("digest: digest", "files: 1", "location: location"));
    }

    @Test
    void who_is_asked_for_a_vote_gets_the_link_to_the_page_and_nobody_else_does() {
        DecideLink page = DecideLink.at("https://slipway.example.org/");
        Function<SpecificRecord, Wording> link = fact -> page.beside(fact, Samples.TEMPLATES.words(fact));
        assertThat(Message.of("NTF-1", List.of(Samples.approvalRequested()), link).lines())
                .contains("Decide: https://slipway.example.org/approve/CHG-7");
        assertThat(Samples.message("NTF-1", List.of(Samples.approvalRequested())).lines()).noneMatch(line -> line.contains("Decide"));
        assertThat(DecideLink.at("").beside(Samples.approvalRequested(), Samples.TEMPLATES.words(Samples.approvalRequested())).details())
                .noneMatch(line -> line.contains("Decide"));
        assertThat(Message.of("NTF-1", List.of(new ChangeCancelled(Samples.meta(), "eve", "no")), link).lines())
                .noneMatch(line -> line.contains("Decide"));
        ApprovalRequested asked = Samples.approvalRequested();
        assertThat(Message.of("NTF-1", List.of(new ApprovalEscalated(asked.getMeta(), asked.getStage(), Samples.AT)), link).lines())
                .as("asked because others did not vote")
                .contains("Decide: https://slipway.example.org/approve/CHG-7");
        ApprovalRequested odd = Samples.approvalRequested();
        odd.getMeta().put(odd.getMeta().getSchema().getField("aggregateId").pos(), "../x?y <b>");
        assertThat(Message.of("NTF-1", List.of(odd), link).lines())
                .contains("Decide: https://slipway.example.org/approve/..%2Fx%3Fy%20%3Cb%3E");
    }

    @ParameterizedTest
    @ValueSource(strings = {"javascript:alert(1)", "ftp://x", "slipway.example.org", "https://a@b", "https://x/?a=b", "https://x/#a", "https:// x"})
    void a_link_leads_to_a_page_or_the_service_does_not_start(String url) {
        assertThatThrownBy(() -> DecideLink.at(url)).hasMessageContaining("SLIPWAY_CHANGE_URL: must be an address such as");
    }
}
