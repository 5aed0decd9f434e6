package slipway.backup.recipe;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Where programs may lie that recipes run. A recipe names them; it cannot say where they are.
///
/// @param folders the first wins
public record ProgramFolders(List<Path> folders) {

    /// Where Debian has programs.
    public static final ProgramFolders USUAL = new ProgramFolders(
            Stream.of("/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin")
                    .map(Path::of)
                    .toList());

    public ProgramFolders {
        folders = List.copyOf(folders);
    }

    String path() {
        return folders.stream().map(Path::toString).collect(Collectors.joining(":"));
    }

    /// @param known programs of the recipe, each by the names under which it may be installed
    /// @throws IOException when none of them is there
    Path find(List<List<String>> known, String name) throws IOException {
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
        throw new IOException(String.join(" or ", names) + " is not installed in any of " + path());
    }
}
