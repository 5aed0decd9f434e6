package slipway.release;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/// Programs that some tests need and that Maven cannot bring. Where one is missing those tests are skipped and say so; in CI, which
/// installs them, its absence is a failure.
public final class Installed {

    private static final List<String> ELSEWHERE = List.of("/usr/sbin", "/usr/local/sbin", "/sbin");

    private Installed() {}

    public static Path program(String name) {
        Optional<Path> found = Stream.concat(
                        Stream.of(System.getenv().getOrDefault("PATH", "").split(":")), ELSEWHERE.stream())
                .map(folder -> Path.of(folder, name))
                .filter(Files::isExecutable)
                .findFirst();
        if (found.isEmpty() && "true".equals(System.getenv("CI"))) {
            Assertions.fail(name + " is not installed, and in CI it has to be");
        }
        Assumptions.assumeTrue(found.isPresent(), name + " is not installed");
        return found.orElseThrow();
    }
}
