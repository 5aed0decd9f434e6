package slipway.backup.recipe;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// A PostgreSQL installation's own programs: those that the live server was started from.
///
/// @param directory its `bin`
record PostgresPrograms(Path directory) {

    private static final Duration PATIENCE = Duration.ofSeconds(180);
    private static final Pattern QUOTED = Pattern.compile("\"([^\"]*)\"");
    private static final Pattern HARMLESS = Pattern.compile("[A-Za-z0-9_./:=,@%+ -]*");

    /// The postmaster that runs on a data directory; empty when none does.
    static Optional<ProcessHandle> postmaster(Path data) throws IOException {
        Path file = data.resolve("postmaster.pid");
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        List<String> lines = Files.readAllLines(file);
        if (lines.isEmpty()) {
            return Optional.empty();
        }
        // The file of a server that was killed may name a process of somebody else by now.
        return ProcessHandle.of(Long.parseLong(lines.getFirst().strip()))
                .filter(ProcessHandle::isAlive)
                .filter(process -> process.info().command().filter(PostgresPrograms::isPostgres).isPresent())
                .filter(process -> worksIn(process, data));
    }

    /// A server works in its data directory. Where nobody may look, its name has to do.
    private static boolean worksIn(ProcessHandle process, Path data) {
        try {
            return Files.isSameFile(Path.of("/proc", String.valueOf(process.pid()), "cwd"), data);
        } catch (IOException _) {
            return true;
        }
    }

    private static boolean isPostgres(String command) {
        return Path.of(command).getFileName().toString().startsWith("postgres");
    }

    /// @throws IOException when no server runs there
    static PostgresPrograms running(Path data) throws IOException {
        ProcessHandle postmaster =
                postmaster(data).orElseThrow(() -> new IOException("no PostgreSQL server runs on " + data));
        return new PostgresPrograms(Path.of(postmaster.info().command().orElseThrow()).getParent());
    }

    /// PostgreSQL refuses to run as root; inside a user namespace of its own it does not see that it is.
    List<String> argv(String program, List<String> arguments) throws IOException {
        List<String> argv = new ArrayList<>();
        Path self = Path.of("/proc/self");
        if (Files.exists(self) && (Integer) Files.getAttribute(self, "unix:uid") == 0) {
            argv.addAll(List.of("unshare", "-U"));
        }
        argv.add(directory.resolve(program).toString());
        argv.addAll(arguments);
        return argv;
    }

    /// Starts one of the programs; what it says goes to `log`.
    Process start(String program, List<String> arguments, Path log) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(argv(program, arguments))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().put("LC_ALL", "C");
        builder.environment().keySet().removeIf(name -> name.startsWith("SLIPWAY_"));
        Process process = builder.start();
        process.getOutputStream().close();
        return process;
    }

    /// Stops the server on a data directory, if one runs, and waits for its end.
    void stop(Path data, Path log) throws IOException, InterruptedException {
        if (postmaster(data).isPresent()) {
            run("pg_ctl", List.of("-D", data.toString(), "-m", "fast", "-w", "-t", "150", "stop"), log);
        }
    }

    /// Starts a server on a data directory as it was started before.
    ///
    /// @param options the line of `postmaster.opts`
    /// @param log of the server
    void startLive(Path data, String options, Path log) throws IOException, InterruptedException {
        List<String> arguments =
                new ArrayList<>(List.of("-D", data.toString(), "-l", log.toString(), "-w", "-t", "150"));
        if (!HARMLESS.matcher(data + " " + log).matches()) {
            throw new IOException("pg_ctl does not take these paths safely: " + data + ", " + log);
        }
        List<String> own = ownOptions(options);
        if (!own.isEmpty()) {
            // pg_ctl gives this one argument to a shell of its own.
            arguments.add("-o");
            arguments.add(own.stream().map(each -> "'" + each + "'").collect(Collectors.joining(" ")));
        }
        arguments.add("start");
        run("pg_ctl", arguments, log);
    }

    /// Without the data directory, which is given anyway.
    private static List<String> ownOptions(String line) throws IOException {
        List<String> options = new ArrayList<>();
        Matcher matcher = QUOTED.matcher(line);
        while (matcher.find()) {
            options.add(matcher.group(1));
        }
        int data = options.indexOf("-D");
        if (data >= 0 && data + 1 < options.size()) {
            options.remove(data + 1);
            options.remove(data);
        }
        for (String option : options) {
            if (!HARMLESS.matcher(option).matches()) {
                throw new IOException("the server was started with an option that cannot be repeated safely: " + option);
            }
        }
        return options;
    }

    private void run(String program, List<String> arguments, Path log) throws IOException, InterruptedException {
        Process process = start(program, arguments, log);
        try {
            if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                throw new InterruptedIOException(program + " does not end, see " + log);
            }
            if (process.exitValue() != 0) {
                throw new IOException(program + " exits with " + process.exitValue() + ", see " + log);
            }
        } finally {
            if (process.isAlive()) {
                process.destroyForcibly();
            }
        }
    }

    /// Whether it ended within that time.
    static boolean ended(ProcessHandle server, Duration within) throws InterruptedException {
        try {
            server.onExit().get(within.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException | ExecutionException e) {
            return false;
        }
    }

    /// Ends a server and waits for that: first with a request, then by force.
    static void end(ProcessHandle server) throws InterruptedException {
        server.destroy();
        if (!ended(server, Duration.ofSeconds(20))) {
            List<ProcessHandle> all = new ArrayList<>(server.descendants().toList());
            all.add(server);
            all.forEach(ProcessHandle::destroyForcibly);
        }
    }
}
