package slipway.launcher;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import slipway.launcher.local.Control;
import slipway.launcher.local.Control.Answer;
import slipway.launcher.local.Trouble;

@Command(
        name = "restart",
        description = "Restart something of the ./slipway up that runs on this machine, and return when it is healthy.",
        mixinStandardHelpOptions = true)
final class RestartCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Parameters(
            paramLabel = "SERVICE[-N]",
            description = "release-service: all instances of it, one after the other, each healthy before the next; release-service-2: that one."
                    + " Also postgres, kafka-N where brokers have processes of their own, and web servers of the estate.")
    private String name = "";

    @Option(names = "--data", paramLabel = "DIR", description = "Where it keeps its data. Default: .slipway")
    private @Nullable Path data;

    @Override
    public Integer call() {
        Path directory = Machine.data(data).toAbsolutePath().normalize();
        Optional<Answer> answer =
                Control.restart(directory, name, line -> spec.commandLine().getOut().println(Visible.line(line)));
        if (answer.isEmpty()) {
            throw new Refused(
                    Refused.BLOCKED, List.of("no ./slipway up (or demo --keep) runs on " + directory + ", so there is nothing to restart there; another one is reached by its --data"));
        }
        return switch (answer.get()) {
            case Answer.Done _ -> 0;
            case Answer.Unknown(String why) -> throw new Refused(Refused.REFUSED, List.of(why));
            case Answer.Failed(String why) -> throw new Trouble(why);
        };
    }
}
