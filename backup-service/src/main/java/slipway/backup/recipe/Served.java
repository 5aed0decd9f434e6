package slipway.backup.recipe;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import slipway.backup.vault.Disk;
import slipway.program.Mark;
import slipway.program.Programs;
import slipway.program.Running;

/// Programs that go on until their verb is over. They and those that run to their end are written down, so that whoever comes after a crash
/// knows whom to end; what they started is found by a mark.
final class Served implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Served.class);
    private static final String FILE = "served";

    private static final String MARK = "SLIPWAY_VERB";
    private static final Pattern MARKED = Pattern.compile(MARK + " (\\S+) of (" + ProcessWord.PATTERN + ")");
    private static final Pattern STARTED = Pattern.compile(ProcessWord.PATTERN);

    private final Path home;
    private final Mark mark = Mark.fresh(MARK);
    private final List<Running> running = new ArrayList<>();
    private final List<String> lines = new ArrayList<>();
    private boolean leaves;

    Served(Path home) {
        this.home = home;
    }

    /// Writes down whose home it is, before anything else lies there or runs.
    void claim() throws IOException {
        write(MARK + " " + mark.word() + " of " + ProcessWord.mine());
    }

    Map<String, String> variable() {
        return mark.variable();
    }

    /// What programs that ended well left running goes on, also after a crash: they put a system into service.
    void leave() throws IOException {
        leaves = true;
        lines.removeIf(line -> MARKED.matcher(line).matches());
        write();
    }

    boolean leaves() {
        return leaves;
    }

    void add(Running program) throws IOException {
        running.add(program);
        note(program.handle());
    }

    void note(ProcessHandle program) throws IOException {
        write(ProcessWord.of(program));
    }

    private void write(String line) throws IOException {
        lines.add(line);
        write();
    }

    private void write() throws IOException {
        Disk.replace(home.resolve(FILE), lines.stream().map(line -> line + "\n").collect(Collectors.joining()).getBytes(StandardCharsets.UTF_8));
    }

    /// Whether it is of a process of this service that is no more. What puts a live system into service is nobody's: it goes on.
    static boolean isAbandoned(Path home) throws IOException {
        Path file = home.resolve(FILE);
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            return false;
        }
        try (Stream<String> lines = Files.lines(file, StandardCharsets.ISO_8859_1)) {
            return lines.map(MARKED::matcher).anyMatch(marked -> marked.matches() && ProcessWord.alive(marked.group(2)).isEmpty());
        }
    }

    /// Ends what an attempt that was killed left running, the last first as [#close] does. A number that belongs to another process by now is
    /// left alone, and what is no line of ours is passed over: nobody could ever begin again because of it.
    static void endAll(Path home) throws IOException {
        Path file = home.resolve(FILE);
        if (!Files.exists(file)) {
            return;
        }
        for (String line : Files.readString(file, StandardCharsets.ISO_8859_1).lines().toList().reversed()) {
            Matcher marked = MARKED.matcher(line);
            if (marked.matches()) {
                new Mark(MARK, marked.group(1)).end();
            } else if (STARTED.matcher(line).matches()) {
                ProcessWord.alive(line).ifPresent(Programs::end);
            } else {
                LOG.warn("{} has a line that says nothing of a program: {}", file, line);
            }
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
