package slipway.backup.recipe;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import slipway.program.Programs;
import slipway.program.Running;

/// Where programs may lie that recipes run. A recipe names them; it cannot say where they are. What they make, nobody else can read.
///
/// @param folders the first wins
public record ProgramFolders(List<Path> folders) implements Hands {

    /// Where Debian has programs.
    public static final ProgramFolders USUAL = new ProgramFolders(
            Stream.of("/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin")
                    .map(Path::of)
                    .toList());

    public ProgramFolders {
        folders = List.copyOf(folders);
    }

    @Override
    public Programs.Ended run(Call call, @Nullable InputStream in, @Nullable OutputStream out)
            throws IOException, InterruptedException {
        List<String> argv = argv(call);
        if (in == null && out == null) {
            return Programs.run(argv, call.folder(), environment(call), call.patience(), call.witness());
        }
        return Programs.stream(
                argv,
                call.folder(),
                environment(call),
                call.patience(),
                in,
                out == null ? OutputStream.nullOutputStream() : out,
                call.witness());
    }

    @Override
    public Running start(Call call) throws IOException {
        return Programs.start(argv(call), call.folder(), environment(call));
    }

    private List<String> argv(Call call) throws IOException {
        List<String> argv = new ArrayList<>(call.argv());
        argv.set(0, find(call.known(), argv.getFirst()).toString());
        return Programs.privately(argv);
    }

    private Map<String, String> environment(Call call) {
        Map<String, String> environment = new HashMap<>(call.environment());
        environment.put("PATH", path());
        return environment;
    }

    private String path() {
        return folders.stream().map(Path::toString).collect(Collectors.joining(":"));
    }

    /// @throws Hindered when none of its names is there
    private Path find(List<List<String>> known, String name) throws IOException {
        List<String> names = known.stream()
                .filter(each -> each.contains(name))
                .findFirst()
                .orElseThrow(() -> new IOException(name + " is none of the programs of this recipe"));
        for (String each : names) {
            for (Path folder : folders) {
                Path program = folder.resolve(each);
                if (Files.isRegularFile(program) && Files.isExecutable(program)) {
                    return program;
                }
            }
        }
        throw new Hindered(String.join(" or ", names) + " is not installed in any of " + path());
    }
}
