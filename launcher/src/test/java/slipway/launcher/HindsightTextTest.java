package slipway.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import slipway.change.calendar.Window;
import slipway.change.domain.PolicyResult;
import slipway.change.hindsight.Backtest;
import slipway.change.hindsight.Backtest.Check;
import slipway.change.hindsight.Backtest.Result;
import slipway.change.hindsight.Effect;
import slipway.change.hindsight.Page;
import slipway.change.hindsight.Rehearsal;
import slipway.change.hindsight.Side;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class HindsightTextTest {

    private static final Instant DAY = Instant.parse("2026-03-02T10:00:00Z");
    private static final Window SPRING = new Window(Instant.parse("2026-03-01T00:00:00Z"), Instant.parse("2026-06-01T00:00:00Z"));

    private static String text(Object report, BiConsumer<JsonNode, PrintStream> print) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        print.accept(new JsonMapper().valueToTree(report), new PrintStream(out, true, StandardCharsets.UTF_8));
        return out.toString(StandardCharsets.UTF_8);
    }

    private static Side.StageSeen stage(String name, Integer quorum, String... eligible) {
        return new Side.StageSeen(name, quorum == null ? null : List.of(eligible), quorum, List.of());
    }

    @Test
    void a_backtest_tells_totals_first_then_the_changes_then_what_nobody_knows() {
        Side before = new Side(
                PolicyResult.APPROVAL_REQUIRED, List.of(), List.of(stage("peer", 1, "aki", "lea"), stage("owner", null)), List.of(), List.of());
        Backtest.Change change = new Backtest.Change(
                "CHG-1", "Web 2", "web", "NORMAL", "LOW", DAY, "then/1", before,
                new Side(PolicyResult.AUTO, List.of(), List.of(), List.of(), List.of()), "BACKED_OUT", false, 183_600L, 180_000L, false,
                Effect.FAILURE_UNSEEN);
        Backtest.Change denied = new Backtest.Change(
                "CHG-2", "Web 3", "web", "NORMAL", "LOW", DAY, "then/1",
                new Side(PolicyResult.AUTO, List.of(), List.of(), List.of(), List.of()),
                new Side(PolicyResult.APPROVAL_REQUIRED, List.of(), List.of(stage("board", 2, "ida")), List.of(), List.of("board")),
                "SUCCESSFUL", true, null, null, false, Effect.SUCCESS_STOPPED);
        Backtest.Report report = new Backtest.Report(
                "mine/2",
                "hash",
                SPRING,
                new Backtest.Totals(
                        Map.of(),
                        Map.of(Result.SAME, 7L, Result.DIFFERENT, 2L, Result.UNDECIDABLE, 1L),
                        Map.of("APPROVAL_REQUIRED -> AUTO", 1L),
                        Map.of("reached", 1L),
                        3,
                        1,
                        180_000,
                        0,
                        Map.of(Effect.FAILURE_UNSEEN, 1L, Effect.SUCCESS_STOPPED, 1L),
                        Map.of(Check.REPRODUCED, 9L, Check.CONTRADICTED, 1L)),
                new Page<>(List.of(change, denied), 5),
                new Page<>(List.of(new Backtest.Unknown("CHG-3", "x", DAY, "EXPIRED", Set.of("reached"))), 0),
                new Page<>(List.of(new Backtest.Contradicted("CHG-4", DAY, "then/1", List.of("answer: recorded AUTO, calculated DENIED"))), 0));
        assertThat(text(report, HindsightText::backtest))
                .startsWith("mine/2: 10 changes that were evaluated from 2026-03-01T00:00:00Z to 2026-06-01T00:00:00Z")
                .contains("different                  2  APPROVAL_REQUIRED -> AUTO 1")
                .contains("undecidable                1  not recorded: reached 1")
                .contains("approved sooner            1  by 2 d 2 h together")
                .contains("of 3 that failed:")
                .contains("seen by nobody any more    1")
                .contains("went well, and stopped     1")
                .contains("9 agree, 0 agree in part, 0 not checked, 1 contradicted")
                .containsPattern(
                        "CHG-1 .* LOW +APPROVAL_REQUIRED: peer 1 of 2, owner +AUTO +BACKED_OUT \\(open\\) +2 d 3 h +2 d 2 h +failure unseen")
                .containsPattern("CHG-2 .* APPROVAL_REQUIRED: board 2 of 1, nobody could fill board +SUCCESSFUL +success stopped")
                .contains("and 5 more; --all lists")
                .contains("undecidable CHG-3 of 2026-03-02T10:00:00Z, EXPIRED: not recorded: reached")
                .contains("CONTRADICTED CHG-4 of 2026-03-02T10:00:00Z by then/1:\n  answer: recorded AUTO, calculated DENIED");
    }

    @Test
    void a_rehearsal_tells_what_was_held_until_when_and_what_it_would_hold_now() {
        Window window = new Window(DAY, DAY.plusSeconds(3600));
        Rehearsal.Change held = new Rehearsal.Change(
                "CHG-1", "Web 2", "web", List.of("prod"), window, DAY, new Window(DAY, DAY.plusSeconds(7200)), "FAILED_NOT_BACKED_OUT",
                true, DAY.plusSeconds(7200), 7200L, Rehearsal.Effect.FAILURE_HELD);
        Rehearsal.Change endless = new Rehearsal.Change(
                "CHG-2", "Web 3", "web", List.of("prod"), window, null, window, "CANCELLED", true, null, null,
                Rehearsal.Effect.NEVER_STARTED);
        Rehearsal.Report report = new Rehearsal.Report(
                SPRING,
                new Rehearsal.Totals(
                        Map.of(Rehearsal.Result.FREE, 4L, Rehearsal.Result.HELD, 2L, Rehearsal.Result.UNDECIDABLE, 1L),
                        2,
                        Map.of(Rehearsal.Effect.FAILURE_HELD, 1L),
                        7200,
                        1),
                new Page<>(List.of(held, endless), 0),
                new Page<>(List.of(new Rehearsal.Unknown("CHG-3", "x", window, "SUCCESSFUL", Set.of("configurationItems"))), 2),
                List.of("CHG-8", "CHG-9"));
        assertThat(text(report, HindsightText::rehearsal))
                .startsWith("7 changes that were to start from 2026-03-01T00:00:00Z")
                .contains("would have been held       1")
                .contains("delay of all that started: at least 2 h 0 min together; 1 with no end within two years")
                .containsPattern("CHG-1 .* 2026-03-02T12:00:00Z +2026-03-02T12:00:00Z +2 h 0 min +FAILED_NOT_BACKED_OUT +failure held")
                .containsPattern("CHG-2 .* never +CANCELLED +never started")
                .contains("undecidable CHG-3 of 2026-03-02T10:00:00Z, SUCCESSFUL: not recorded: configurationItems")
                .contains("and 2 more")
                .contains("planned now, and would be held: CHG-8, CHG-9");
    }

    @Test
    void the_part_of_the_past_is_asked_for_as_it_was_written() {
        assertThat(CommandLine.populateCommand(new Past()).query()).isEqualTo("?since=90d");
        assertThat(CommandLine.populateCommand(
                                new Past(), "--since", "2026-01-01T00:00:00+01:00", "--until", "2026-02-01", "--all")
                        .query())
                .isEqualTo("?since=2026-01-01T00%3A00%3A00%2B01%3A00&until=2026-02-01&limit=10000");
        String[] asked = {"mine.yaml", "--since", "1d", "--as", "rosa", "--output", "json"};
        for (Object commands : List.of(new PolicyCommands(), new FreezeCommands())) {
            String name = commands instanceof PolicyCommands ? "backtest" : "rehearse";
            assertThat(new CommandLine(commands)
                            .setCaseInsensitiveEnumValuesAllowed(true)
                            .parseArgs(Stream.concat(Stream.of(name), Stream.of(asked)).toArray(String[]::new))
                            .hasSubcommand())
                    .isTrue();
        }
    }

    @Test
    void what_nobody_changed_needs_no_table() {
        Rehearsal.Report report = new Rehearsal.Report(
                SPRING,
                new Rehearsal.Totals(Map.of(), 0, Map.of(), 0, 0),
                new Page<>(List.of(), 0),
                new Page<>(List.of(), 0),
                List.of());
        assertThat(text(report, HindsightText::rehearsal)).doesNotContain("CHANGE").endsWith("would be held: nothing\n");
    }
}
