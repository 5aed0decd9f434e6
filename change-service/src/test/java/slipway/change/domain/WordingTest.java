package slipway.change.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static slipway.change.domain.Examples.NOW;
import static slipway.change.domain.Examples.RELEASE;
import static slipway.change.domain.Examples.ROSA;
import static slipway.change.domain.Examples.WINDOW;
import static slipway.change.domain.Examples.approved;
import static slipway.change.domain.Examples.authorise;
import static slipway.change.domain.Examples.person;
import static slipway.change.domain.Examples.rfc;
import static slipway.change.domain.Examples.scheduled;
import static slipway.change.domain.Examples.story;
import static slipway.change.domain.Examples.submit;
import static slipway.change.domain.Examples.submitted;
import static slipway.change.domain.Examples.vote;

import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import slipway.change.calendar.FreezeScope;
import slipway.change.calendar.Recurrence;
import slipway.change.calendar.Window;
import slipway.change.domain.ChangeCommand.Cancel;
import slipway.change.domain.ChangeCommand.PutOnHold;
import slipway.change.domain.ChangeEvent.ImplementationRefused;
import slipway.decider.Story;
import slipway.decider.Wording;

/// Whatever people write can be read by others and fits into a fact.
class WordingTest {

    private static final String LONG = "x".repeat(Wording.REASON + 1);

    @ParameterizedTest
    @ValueSource(strings = {"a\u001b[2Kb", "a\nb", "a\u202eb", "a\u2066b", "a\u0000b", "a\u009bb", "a\u2028b", "a\u200fb"})
    void a_title_is_one_line_of_characters_that_are_seen(String title) {
        story().when(submit(Amended.of(rfc()).title(title))).thenRefused("title: has the character U+");
    }

    @Test
    void letters_of_every_script_are_seen() {
        for (String title : List.of("Größe der Bestände", "在庫", "المخزون", "क्‍ष", "👩‍💻 ships")) {
            assertThat(Wording.line("title", title)).as(title).isEmpty();
        }
        assertThat(Wording.reason("reason", "one\n\ttwo\r\n")).isEmpty();
        assertThat(Wording.reason("reason", "one\u001btwo"))
                .containsExactly("reason: has the character U+001B, which nobody sees; leave it out");
    }

    @Test
    void a_reason_is_no_book_whoever_gives_it() {
        String longer = "reason: is longer than 2000 characters";
        submitted(rfc()).when(new PutOnHold(ROSA, LONG)).thenRefused(longer);
        submitted(rfc()).when(new Cancel(ROSA, LONG)).thenRefused(longer);
        submitted(rfc()).when(vote("aki", null, false, null, VoteDecision.APPROVE, LONG, null, NOW)).thenRefused(longer);
        submitted(rfc()).when(vote("aki", null, false, null, VoteDecision.REJECT, LONG, null, NOW)).thenRefused(longer);
        Recurrence once = new Recurrence("2027-01-07T08:00", "Europe/Paris", "P1D", null, List.of());
        Story.of(new FreezeDecider())
                .when(new FreezeDecider.Declare(
                        ROSA, "x".repeat(201), LONG, FreezeScope.EVERYTHING, once, "change-managers", null, Set.of(), Examples.ENVIRONMENTS, List.of()))
                .thenRefused("name: is longer than 200 characters", longer);
        Story.of(new DelegationDecider())
                .when(new DelegationDecider.Delegate(
                        "aki", "sam", new Window(NOW, WINDOW.notAfter()), LONG, Examples.INVENTORY, List.of(), NOW))
                .thenRefused(longer);
        assertThat(person("x".repeat(201)).faults("")).contains("id: is longer than 200 characters");
    }

    @Test
    void a_refusal_to_start_fits_into_a_record_however_much_was_written_about_the_change() {
        var held = scheduled(rfc());
        for (int i = 0; i < 3; i++) {
            // As they were told before there was a limit.
            held = held.given(new ChangeEvent.ChangeHeld(HoldKind.MANUAL, "p" + i, "y".repeat(520_000)));
        }
        ImplementationRefused refused = held.when(authorise("dev", rfc())).fact(ImplementationRefused.class);
        assertThat(refused.reasons()).hasSize(3).allMatch(reason -> reason.length() <= 501);
        assertThat(refused.releaseId()).isEqualTo(RELEASE);
        assertThat(Wording.shortened(IntStream.range(0, 1000).mapToObj(String::valueOf).toList()))
                .hasSize(201)
                .last()
                .isEqualTo("and 800 more");
    }

    @Test
    void a_hold_with_a_reason_of_the_longest_kind_is_taken() {
        approved(rfc())
                .when(new PutOnHold(new Asker("dana", Set.of()), "z".repeat(Wording.REASON)))
                .thenKinds(ChangeEvent.ChangeHeld.class);
    }
}
