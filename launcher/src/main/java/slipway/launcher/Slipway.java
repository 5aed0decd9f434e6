package slipway.launcher;

import java.nio.file.Path;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import slipway.launcher.compose.EstateCommand;
import slipway.launcher.compose.PlayCommand;
import slipway.launcher.local.Trouble;

/// The one command. Exit codes: 0 good, 2 usage or refused input, 10 pending, 11 denied, 12 blocked, 1 anything else.
@Command(
        name = "slipway",
        description = "From change request to running release.",
        mixinStandardHelpOptions = true,
        version = "slipway 0.1.0",
        subcommands = {
            Up.class,
            RestartCommand.class,
            DemoCommand.class,
            SetupCommand.class,
            IssuerCommand.class,
            ChangeCommands.class,
            GateCommands.class,
            FreezeCommands.class,
            IntakeCommands.class,
            TemplateCommands.class,
            PolicyCommands.class,
            DelegationCommands.class,
            InventoryCommands.class,
            ReleaseCommands.class,
            BackupCommands.class,
            NotifyCommands.class,
            SilenceCommands.class,
            TimelineCommand.class,
            AuditCommands.class,
            EstateCommand.class,
            PlayCommand.class
        })
public final class Slipway implements Runnable {

    @Spec
    private CommandSpec spec;

    public static void main(String[] arguments) {
        System.exit(run(arguments));
    }

    static int run(String... arguments) {
        return commands().execute(arguments);
    }

    static CommandLine commands() {
        return new CommandLine(new Slipway())
                .registerConverter(Duration.class, Slipway::duration)
                .setExecutionExceptionHandler(Slipway::explain)
                .setCaseInsensitiveEnumValuesAllowed(true);
    }

    private static Duration duration(String text) {
        try {
            return Duration.parse(text);
        } catch (DateTimeParseException e) {
            throw new CommandLine.TypeConversionException("'" + text + "' is no duration; write PT10M");
        }
    }

    private static int explain(Exception failure, CommandLine command, CommandLine.ParseResult parsed) throws Exception {
        switch (failure) {
            case Refused refused -> {
                refused.reasons().forEach(reason -> command.getErr().println(Visible.line(reason)));
                return refused.exitCode();
            }
            case Trouble trouble -> {
                command.getErr().println(Visible.lines(String.valueOf(trouble.getMessage())));
                return 1;
            }
            default -> throw failure;
        }
    }

    /// The directory of the script: data and examples are beside it.
    static Path root() {
        return Path.of(System.getProperty("slipway.root", "."));
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "which command?");
    }
}
