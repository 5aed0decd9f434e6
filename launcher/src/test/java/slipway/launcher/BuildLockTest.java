package slipway.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The script `slipway`, started twice where nothing is built yet. What it builds with and what it starts are made up here.
@Timeout(60)
class BuildLockTest {

    private static final List<String> NEEDS = List.of(
            "bash", "cat", "dirname", "env", "find", "grep", "ln", "locale", "mkdir", "mktemp", "ps", "readlink", "rm", "sleep", "touch", "uname");

    @TempDir
    private Path folder;

    private final List<Process> started = new ArrayList<>();
    private Path programs;

    @BeforeEach
    void clone_of_the_repository() throws Exception {
        Files.copy(Path.of("..", "slipway"), folder.resolve("slipway"));
        Files.writeString(folder.resolve("pom.xml"), "<project/>");
        Files.createDirectories(folder.resolve("launcher/src/main"));
        Files.createDirectories(folder.resolve("schemas/baseline"));
        Files.writeString(folder.resolve("launcher/pom.xml"), "<project/>");
        Files.createDirectories(folder.resolve("jdk/bin"));
        Files.writeString(folder.resolve("jdk/release"), "JAVA_VERSION=\"25.0.1\"\n");
        script("jdk/bin/java", "echo started");
        script("jdk/bin/javac", "");
        // Goes on until the test says so, and tells of every build.
        script("mvnw", """
                echo builds >> builds
                until [ -e enough ]; do sleep 0.1; done
                mkdir -p launcher/target/lib
                : > launcher/target/launcher-1.jar
                """);
        programs = Files.createDirectory(folder.resolve("programs"));
        for (String each : NEEDS) {
            Files.createSymbolicLink(programs.resolve(each), installed(each).orElseThrow());
        }
    }

    private void script(String name, String does) throws IOException {
        Files.writeString(folder.resolve(name), "#!/usr/bin/env bash\nset -e\n" + does + "\n");
        Files.setPosixFilePermissions(folder.resolve(name), PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private static Optional<Path> installed(String program) {
        return Stream.of("/usr/bin", "/bin", "/usr/local/bin", "/opt/homebrew/bin").map(each -> Path.of(each, program)).filter(Files::isExecutable).findFirst();
    }

    private Process slipway(String name) throws IOException {
        ProcessBuilder builder = new ProcessBuilder("bash", folder.resolve("slipway").toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve(name).toFile());
        builder.environment().put("PATH", programs.toString());
        builder.environment().put("JAVA_HOME", folder.resolve("jdk").toString());
        Process process = builder.start();
        started.add(process);
        return process;
    }

    private String said(String name) throws IOException {
        return Files.readString(folder.resolve(name));
    }

    private void enough() throws IOException {
        Files.writeString(folder.resolve("enough"), "");
    }

    @AfterEach
    void end() throws Exception {
        enough();
        for (Process each : started) {
            each.destroyForcibly().waitFor();
        }
    }

    private void with(boolean flock) throws IOException {
        if (flock && installed("flock").isPresent()) {
            Files.createSymbolicLink(programs.resolve("flock"), installed("flock").get());
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void the_second_waits_for_the_build_of_the_first_and_says_so(boolean flock) throws Exception {
        with(flock);
        Process first = slipway("first");
        await().until(() -> Files.exists(folder.resolve("builds")));
        Process second = slipway("second");
        await().until(() -> said("second").contains("Another ./slipway builds here"));
        enough();
        assertThat(first.waitFor()).as(said("first")).isZero();
        assertThat(second.waitFor()).as(said("second")).isZero();
        assertThat(said("first")).contains("Built in", "started");
        assertThat(said("second")).doesNotContain("Built in").contains("started");
        assertThat(folder.resolve("builds")).hasContent("builds");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whoever_was_killed_while_it_built_keeps_nobody_waiting(boolean flock) throws Exception {
        with(flock);
        Process first = slipway("first");
        await().until(() -> Files.exists(folder.resolve("builds")));
        List<ProcessHandle> all = Stream.concat(first.descendants(), Stream.of(first.toHandle())).toList();
        all.forEach(ProcessHandle::destroyForcibly);
        for (ProcessHandle each : all) {
            each.onExit().get();
        }
        enough();
        assertThat(slipway("second").waitFor()).as(said("second")).isZero();
        assertThat(said("second")).contains("Built in", "started");
        assertThat(folder.resolve("builds")).hasContent("builds\nbuilds");
        assertThat(Files.exists(folder.resolve(".slipway/build.lock.pid"), LinkOption.NOFOLLOW_LINKS)).isFalse();
    }
}
