package slipway.release.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static slipway.release.domain.Examples.*;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import slipway.decider.Decision;
import slipway.decider.Story;

/// Every command in every state: where it leads, and that it leads nowhere else.
class EveryCommandTest {

    private static final Map<String, ReleaseState> STATES = states();
    private static final Map<String, ReleaseCommand> COMMANDS = commands();

    private static Map<String, ReleaseState> states() {
        ReleaseCommand.Pause pause = new ReleaseCommand.Pause("kim: odd errors");
        Instant late = AT.plusSeconds(3000);
        var prodBack = new ReleaseCommand.CompleteRevert("prod", late, false, OLD, 12);
        var devBack = new ReleaseCommand.CompleteRevert("dev", late, false, OLD, 12);
        var failed = reverting(plan());
        Map<String, Story<ReleaseCommand, ReleaseState, ReleaseEvent>> stories = new LinkedHashMap<>();
        stories.put("NOTHING", story());
        stories.put("BUILDING", story().given(plan()));
        stories.put("TESTING", story().after(new ReleaseCommand.Plan(plan()), built(plan())));
        stories.put("PACKAGED", packaged(plan()));
        stories.put("SECURING", securingDev(plan()));
        stories.put("READY", securingDev(plan()).after(gates(DEV, DEV_SET)));
        stories.put("RUNNING", migratingProd(plan()).after(done("prod", 1, "applied")));
        stories.put("ANALYSING", analysingProd(plan()));
        stories.put("PAUSED", analysingProd(plan()).after(pause, judge(samples(5, 0))));
        stories.put(
                "INDETERMINATE",
                migratingProd(plan())
                        .after(
                                done("prod", 1, "applied"),
                                new ReleaseCommand.FindIndeterminate("prod", 2, 1, DEV_AFTER)));
        stories.put("BLOCKED", securingProd(plan()).after(new ReleaseCommand.RefuseBackup(PROD_SET, List.of("full"))));
        stories.put("ROLLING_BACK", failed);
        stories.put("AWAITING_APPROVAL", failed.after(prodBack, devBack));
        stories.put("RESTORING", failed.after(prodBack, devBack, new ReleaseCommand.ApproveRestore("olu", List.of())));
        stories.put("NEEDS_HUMAN", failed.after(new ReleaseCommand.FailRevert("prod", "no answer")));
        stories.put(
                "NEEDS_HUMAN, at its data",
                failed.after(
                        prodBack,
                        devBack,
                        new ReleaseCommand.ApproveRestore("olu", List.of()),
                        new ReleaseCommand.FailRestore(PROD_SET, List.of("disk full"))));
        stories.put("RELEASED", released(plan()));
        stories.put(
                "ROLLED_BACK",
                failed.after(prodBack, devBack, new ReleaseCommand.DeclineRestore("olu", List.of(), "keep them")));
        stories.put(
                "RESOLVED",
                failed.after(
                        new ReleaseCommand.FailRevert("prod", "no answer"),
                        new ReleaseCommand.Resolve("kim: by hand", List.of())));
        stories.put("ABANDONED", packaged(plan()).after(new ReleaseCommand.Abort("kim: no", List.of("kim"), AT)));
        stories.put("JOINED", packaged(plan()).after(new ReleaseCommand.Join("REL-CHG-1", "together")));
        stories.put("CLOSED", released(plan()).after(new ReleaseCommand.Close("CHG-7", Outcome.SUCCESSFUL)));
        stories.put("PAUSED, before the first step", packaged(plan()).after(pause));
        stories.put("RUNNING, to stand still", migratingProd(plan()).after(pause));
        stories.put(
                "RUNNING, to go back",
                migratingProd(plan()).after(new ReleaseCommand.Abort("kim: no", List.of("kim"), AT)));
        stories.put(
                "READY, to go on",
                analysingProd(plan())
                        .after(
                                pause,
                                judge(samples(5, 0)),
                                ASK,
                                new ReleaseCommand.Resume(
                                        new Gates.Findings(AT, 11, NEW, PROD_BEFORE, List.of(), null, null))));
        stories.put(
                "RELEASED, under later ones",
                released(plan())
                        .after(
                                new ReleaseCommand.Supersede("dev", "REL-CHG-9"),
                                new ReleaseCommand.Supersede("prod", "REL-CHG-9")));
        Map<String, ReleaseState> states = new LinkedHashMap<>();
        stories.forEach((name, story) -> states.put(name, story.state()));
        return states;
    }

    private static Map<String, ReleaseCommand> commands() {
        Map<String, ReleaseCommand> commands = new LinkedHashMap<>();
        commands.put("plan", new ReleaseCommand.Plan(plan(null, false, List.of("aki"))));
        commands.put("join", new ReleaseCommand.Join("REL-CHG-1", "together"));
        commands.put("record package", built(plan()));
        commands.put("record test", tested(plan()));
        commands.put("block dev", new ReleaseCommand.Block("dev", List.of("gone")));
        commands.put("begin", new ReleaseCommand.Begin(false, AT));
        commands.put("start", new ReleaseCommand.Begin(true, AT));
        commands.put("refuse backup", new ReleaseCommand.RefuseBackup(DEV_SET, List.of("full")));
        commands.put("lose backup", new ReleaseCommand.LoseBackup(DEV_SET, List.of("flipped")));
        commands.put("pass gates", gates(DEV, DEV_SET));
        commands.put("give leave", Examples.start(DEV));
        commands.put("refuse leave", new ReleaseCommand.RefuseStart("CHG-7", "dev", List.of("frozen")));
        commands.put("hold", new ReleaseCommand.RevokeLeave("CHG-7", 2, RevocationCause.HOLD, "wait", AT));
        commands.put("disown", new ReleaseCommand.RevokeLeave("CHG-7", 2, RevocationCause.RATIFICATION, "no", AT));
        commands.put("pause", new ReleaseCommand.Pause("kim: wait"));
        commands.put("resume", new ReleaseCommand.AskToResume(List.of()));
        commands.put(
                "pass gates again",
                new ReleaseCommand.Resume(new Gates.Findings(AT, 11, NEW, PROD_BEFORE, List.of(), null, null)));
        commands.put("promote", new ReleaseCommand.Promote("kim: enough", AT));
        commands.put("complete step", done("prod", 2, NEW));
        commands.put("judge", judge(samples(5, 0)));
        commands.put("fail step", new ReleaseCommand.FailStep("prod", 2, 1, AT, "no answer"));
        commands.put("find odd", new ReleaseCommand.FindIndeterminate("prod", 2, 1, DEV_AFTER));
        commands.put("complete revert", new ReleaseCommand.CompleteRevert("prod", AT, false, OLD, 12));
        commands.put("fail revert", new ReleaseCommand.FailRevert("prod", "no answer"));
        commands.put("complete restore", new ReleaseCommand.CompleteRestore(PROD_SET, 1));
        commands.put("fail restore", new ReleaseCommand.FailRestore(PROD_SET, List.of("damaged")));
        commands.put("approve restore", new ReleaseCommand.ApproveRestore("olu", List.of()));
        commands.put("decline restore", new ReleaseCommand.DeclineRestore("olu", List.of(), "keep them"));
        commands.put("retry", retry());
        commands.put("abort", new ReleaseCommand.Abort("kim: no", List.of("kim"), AT));
        commands.put("roll back", new ReleaseCommand.RollBack(RollbackCause.PERSON, "kim: no", List.of("kim"), AT));
        commands.put("resolve", new ReleaseCommand.Resolve("kim: by hand", List.of()));
        commands.put("close", new ReleaseCommand.Close("CHG-7", Outcome.SUCCESSFUL));
        commands.put("supersede", new ReleaseCommand.Supersede("dev", "REL-CHG-9"));
        commands.put("lay bare", new ReleaseCommand.LayBare("dev"));
        return commands;
    }

    /// `from | by | to`, with the kinds of facts, or `refused`. What has no row changes nothing.
    private static List<String> rows() {
        ReleaseDecider decider = new ReleaseDecider();
        List<String> rows = new ArrayList<>();
        STATES.forEach((from, state) -> COMMANDS.forEach((by, command) -> {
            switch (decider.decide(command, state)) {
                case Decision.Refused<ReleaseEvent> _ -> rows.add(from + " | " + by + " | refused");
                case Decision.Accepted<ReleaseEvent>(var facts) when !facts.isEmpty() -> {
                    ReleaseState to = state;
                    for (ReleaseEvent fact : facts) {
                        to = decider.evolve(to, fact);
                    }
                    rows.add(from + " | " + by + " | " + to.status() + " by " + kinds(facts));
                }
                case Decision.Accepted<ReleaseEvent> _ -> {}
            }
        }));
        return rows;
    }

    private static String kinds(List<ReleaseEvent> facts) {
        return facts.stream()
                .map(fact -> fact.getClass().getSimpleName())
                .distinct()
                .collect(Collectors.joining(", "));
    }

    @Test
    void every_command_leads_where_the_table_says_and_nowhere_else() throws IOException {
        try (InputStream table = EveryCommandTest.class.getResourceAsStream("every-command.txt")) {
            assertThat(rows())
                    .containsExactlyElementsOf(
                            new String(table.readAllBytes(), StandardCharsets.UTF_8).lines().toList());
        }
    }

    @Test
    void the_table_has_every_state_and_every_command() {
        STATES.forEach((name, state) -> assertThat(state.status()).isEqualTo(name.split(",")[0]));
        assertThat(COMMANDS.values().stream().map(Object::getClass).distinct())
                .hasSize(ReleaseCommand.class.getPermittedSubclasses().length - 1)
                .doesNotContain(ReleaseCommand.Instruct.class);
        assertThat(STATES.values().stream().map(Object::getClass).distinct())
                .hasSize(ReleaseState.class.getPermittedSubclasses().length
                        - 1
                        + ReleaseState.Open.class.getPermittedSubclasses().length);
    }
}
