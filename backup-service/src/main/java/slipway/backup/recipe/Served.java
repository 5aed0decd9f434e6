package slipway.backup.recipe;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import slipway.program.Mark;
import slipway.program.Programs;
import slipway.program.Running;

/// Programs that go on until their verb is over. They and those that run to their end are written down, so that whoever comes after a crash
/// knows whom to end; what they started is found by a mark.
final class Served implements AutoCloseable {

    private static final String FILE = "served";

    private static final String MARK = "SLIPWAY_VERB";

    private final Path home;
    private final Mark mark = Mark.fresh(MARK);
    private final List<Running> running = new ArrayList<>();
    private boolean leaves;

    Served(Path home) {
        this.home = home;
    }

    /// Written down before anybody has it.
    Map<String, String> variable() throws IOException {
        Path file = home.resolve(FILE);
        if (!leaves && !Files.exists(file)) {
            Files.writeString(file, MARK + " " + mark.word() + "\n");
        }
        return mark.variable();
    }

    /// What programs that ended well left running goes on, also after a crash: they put a system into service.
    void leave() {
        leaves = true;
    }

    void add(Running program) throws IOException {
        running.add(program);
        note(program.handle());
    }

    void note(ProcessHandle program) throws IOException {
        String line = program.pid() + " " + started(program).map(Instant::toString).orElse("") + "\n";
        Files.writeString(home.resolve(FILE), line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    private static Optional<Instant> started(ProcessHandle process) {
        return process.info().startInstant();
    }

    /// Ends what an attempt that was killed left running. A number that belongs to another process by now is left alone.
    static void endAll(Path home) throws IOException {
        Path file = home.resolve(FILE);
        if (!Files.exists(file)) {
            return;
        }
        for (String line : Files.readAllLines(file)) {
            String[] words = line.split(" ");
            if (words[0].equals(MARK)) {
                new Mark(MARK, words[1]).end();
                continue;
            }
            ProcessHandle.of(Long.parseLong(words[0]))
                    .filter(each -> words.length == 2
                            && started(each).map(Instant::toString).filter(words[1]::equals).isPresent())
                    .ifPresent(Programs::end);
        }
    }

    /// The last first: it may need those before it to end well.
    @Override
    public void close() {
        running.reversed().forEach(Running::close);
        if (!leaves) {
            mark.end();
        }
    }
}
