package slipway.program;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Runs other programs: without a shell, in a clean environment, for a bounded time, and never without end.
///
/// A program gets `PATH` and `HOME` of this process and what its caller sets, such as `KUBECONFIG`: secrets that this process was
/// given in its environment stay here. It also gets a [Mark], so that ending it ends what left its tree, too.
public final class Programs {

    /// Of what a program says, this much is kept, in bytes of each of its two streams; the rest is read and dropped, so that a
    /// talkative program does not wait for ever for somebody to listen.
    static final int LONGEST = 64 * 1024;

    private static final long LONGEST_LOG = 256L << 20;

    /// How long a program may take to tidy up when it is asked to end. Helm, for one, notes then that its release failed; killed
    /// at once it would leave the release locked.
    private static final Duration GRACE = Duration.ofSeconds(5);

    private static final Duration OFTEN = Duration.ofMillis(50);
    private static final String MARK = "SLIPWAY_PROGRAM";
    private static final List<String> KEPT = List.of("PATH", "HOME");
    private static final List<String> PRIVATELY = List.of("/bin/sh", "-c", "umask 077; exec \"$@\"", "sh");

    private Programs() {}

    /// How a program ended.
    ///
    /// @param exit 0: as it should
    /// @param out the beginning of what it said on its standard output
    /// @param err the beginning of what it said on its standard error
    public record Ended(int exit, String out, String err) {

        /// Its own words: where it complained, only that.
        public String said() {
            return (err.isBlank() ? out : err).strip();
        }

        /// What it has to say about its failure.
        public String words() {
            String said = said();
            return said.isEmpty() ? "exit " + exit : "exit " + exit + ": " + said;
        }
    }

    /// Looks at a program while it runs.
    private interface Watch {
        void look() throws IOException;
    }

    /// Who is told of a program as soon as it runs.
    public interface Witness {
        void started(ProcessHandle program) throws IOException;
    }

    /// @param argv program and arguments, given as they are
    /// @param folder in which it runs
    /// @param environment what it gets beside `PATH` and `HOME`
    /// @param patience after which it and all that it started is ended
    /// @throws IOException when it cannot be started, or does not end in time
    public static Ended run(List<String> argv, Path folder, Map<String, String> environment, Duration patience)
            throws IOException, InterruptedException {
        return run(argv, folder, environment, patience, _ -> {});
    }

    /// @param witness whose failure ends the program
    public static Ended run(
            List<String> argv, Path folder, Map<String, String> environment, Duration patience, Witness witness)
            throws IOException, InterruptedException {
        Mark mark = Mark.fresh(MARK);
        Process process = builder(argv, folder, environment, mark).start();
        Said out = Said.by(process.getInputStream());
        Said err = Said.by(process.getErrorStream());
        await(process, mark, name(argv), patience, witness, () -> {});
        return new Ended(process.exitValue(), out.text(), err.text());
    }

    /// The same, and all that it says on both streams is kept in a file.
    ///
    /// @return its exit code
    /// @throws IOException also when it says more than 256 MiB
    public static int run(
            List<String> argv,
            Path folder,
            Map<String, String> environment,
            Duration patience,
            Path log,
            Witness witness)
            throws IOException, InterruptedException {
        Mark mark = Mark.fresh(MARK);
        Process process = builder(argv, folder, environment, mark)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        await(process, mark, name(argv), patience, witness, () -> {
            if (Files.size(log) > LONGEST_LOG) {
                throw new IOException(name(argv) + " says more than " + LONGEST_LOG + " bytes");
            }
        });
        return process.exitValue();
    }

    /// The same with its standard input and output as streams of any length.
    ///
    /// @param in what it reads; it may leave a rest, which is nobody's but the caller's when this returns. Null: nothing
    /// @param out gets what it says on its standard output; nothing of that is in the answer
    /// @throws IOException also when `in` cannot be read or `out` cannot be written; then the program is ended
    public static Ended stream(
            List<String> argv,
            Path folder,
            Map<String, String> environment,
            Duration patience,
            @Nullable InputStream in,
            OutputStream out,
            Witness witness)
            throws IOException, InterruptedException {
        Mark mark = Mark.fresh(MARK);
        Process process = builder(argv, folder, environment, mark).start();
        Said err = Said.by(process.getErrorStream());
        Pump output = Pump.start(process.getInputStream(), out);
        Pump input = in == null ? null : Pump.feed(in, process.getOutputStream());
        long end = System.nanoTime() + patience.toNanos();
        Set<ProcessHandle> started = await(process, mark, name(argv), patience, input != null, witness, () -> {
            output.check();
            if (input != null) {
                input.check();
            }
        });
        try {
            output.join(name(argv), end);
            if (input != null) {
                // Whoever gave `in` may go on with what was left of it: nobody else reads it any more then.
                input.join(name(argv), end);
            }
        } catch (IOException | InterruptedException e) {
            end(started, mark);
            throw e;
        }
        return new Ended(process.exitValue(), "", err.text());
    }

    private static ProcessBuilder builder(List<String> argv, Path folder, Map<String, String> environment, Mark mark) {
        ProcessBuilder builder = new ProcessBuilder(argv).directory(folder.toFile());
        builder.environment().keySet().retainAll(KEPT);
        builder.environment().putAll(environment);
        builder.environment().putAll(mark.variable());
        return builder;
    }

    private static void await(
            Process process, Mark mark, String program, Duration patience, Witness witness, Watch watch)
            throws IOException, InterruptedException {
        await(process, mark, program, patience, false, witness, watch);
    }

    /// @param fed somebody else writes to it, and closes what it reads
    /// @return all that was seen to be started
    private static Set<ProcessHandle> await(
            Process process, Mark mark, String program, Duration patience, boolean fed, Witness witness, Watch watch)
            throws IOException, InterruptedException {
        // A child whose parent ended is no descendant any more: who was one is kept.
        Set<ProcessHandle> started = new LinkedHashSet<>();
        started.add(process.toHandle());
        try {
            witness.started(process.toHandle());
            if (!fed) {
                process.getOutputStream().close();
            }
            long end = System.nanoTime() + patience.toNanos();
            while (!process.waitFor(OFTEN.toMillis(), TimeUnit.MILLISECONDS)) {
                process.descendants().forEach(started::add);
                watch.look();
                if (System.nanoTime() > end) {
                    throw new IOException(program + " does not end within " + patience.toMillis() + " ms");
                }
            }
            return started;
        } catch (IOException | InterruptedException e) {
            end(started, mark);
            throw e;
        }
    }

    /// Starts a program that goes on until [Running#close] ends it with all that it started.
    public static Running start(List<String> argv, Path folder, Map<String, String> environment) throws IOException {
        Mark mark = Mark.fresh(MARK);
        Process process = builder(argv, folder, environment, mark).redirectErrorStream(true).start();
        process.getOutputStream().close();
        return new Running(process, mark, Said.by(process.getInputStream()));
    }

    /// The same program and arguments, so that no file it makes can be read by others. Java cannot set the mask: one line of `sh` does,
    /// and then becomes the program; that line is always the same, and nothing of the arguments is read by it.
    public static List<String> privately(List<String> argv) {
        return Stream.concat(PRIVATELY.stream(), argv.stream()).toList();
    }

    private static String name(List<String> argv) {
        boolean privately = argv.size() > PRIVATELY.size()
                && argv.subList(0, PRIVATELY.size()).equals(PRIVATELY);
        return argv.get(privately ? PRIVATELY.size() : 0);
    }

    /// Asks a program and all that it started to end, and after a while no longer asks.
    public static void end(ProcessHandle program) {
        end(Set.of(program));
    }

    static void end(Set<ProcessHandle> started, Mark mark) {
        Set<ProcessHandle> all = new LinkedHashSet<>(started);
        all.addAll(mark.processes());
        end(all);
        mark.destroy();
    }

    static void end(Set<ProcessHandle> started) {
        Set<ProcessHandle> all = new LinkedHashSet<>();
        for (ProcessHandle each : started) {
            Stream.concat(Stream.of(each), each.descendants()).forEach(all::add);
        }
        all.forEach(ProcessHandle::destroy);
        long patience = System.nanoTime() + GRACE.toNanos();
        boolean interrupted = Thread.interrupted();
        try {
            while (all.stream().anyMatch(ProcessHandle::isAlive) && System.nanoTime() < patience) {
                TimeUnit.NANOSECONDS.sleep(OFTEN.toNanos());
            }
        } catch (InterruptedException e) {
            interrupted = true;
        }
        for (ProcessHandle each : all) {
            each.descendants().forEach(ProcessHandle::destroyForcibly);
            each.destroyForcibly();
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
