package slipway.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import slipway.launcher.local.Children;
import slipway.launcher.local.Control;
import slipway.launcher.local.Home;
import slipway.launcher.local.Kept;
import slipway.launcher.local.Supervisor;
import slipway.launcher.local.Told;
import slipway.launcher.local.Trouble;

/// `slipway restart`, and what runs on the other side of the socket.
class RestartCommandTest {

    @TempDir
    Path directory;

    private final StringWriter said = new StringWriter();

    @Test
    void a_process_is_another_one_afterwards_also_where_the_path_is_longer_than_a_socket_may_have() {
        Path deep = directory.resolve("d".repeat(60)).resolve("e".repeat(60));
        for (Path data : List.of(directory.resolve("data"), deep)) {
            try (Home home = Home.take(data);
                    Children children = new Children(home);
                    Supervisor supervisor = new Supervisor(new Told());
                    Control _ = Control.open(home, supervisor)) {
                AtomicReference<Process> process = new AtomicReference<>();
                Runnable restarting = () -> {
                    if (process.get() != null) {
                        Children.stop(process.get());
                    }
                    process.set(children.start("release-service", List.of("sleep", "60"), Map.of()));
                };
                restarting.run();
                Process before = process.get();
                supervisor.keep(new Kept(
                        "release-service", 1, "release-service", children.log("release-service"), () -> Children.end(process.get()), restarting));
                said.getBuffer().setLength(0);
                assertThat(restart(data, "release-service-1")).isZero();
                assertThat(said.toString()).contains("release-service is restarted …").contains("release-service is up again after ");
                assertThat(before.isAlive()).isFalse();
                assertThat(process.get().isAlive()).isTrue();

                said.getBuffer().setLength(0);
                assertThat(restart(data, "release-service-2")).isEqualTo(Refused.REFUSED);
                assertThat(said.toString()).isEqualToIgnoringNewLines("there is no 'release-service-2' here, but release-service");
            }
        }
    }

    @Test
    void what_does_not_become_healthy_is_said_with_exit_code_1() {
        try (Home home = Home.take(directory);
                Supervisor supervisor = new Supervisor(new Told());
                Control _ = Control.open(home, supervisor)) {
            supervisor.keep(new Kept("web", 1, "web-1", directory, Optional::empty, () -> {
                throw new Trouble("web-1 does not start,\nsee its log");
            }));
            assertThat(restart(directory, "web")).isEqualTo(1);
            assertThat(said.toString()).contains("web-1 does not start, see its log");
        }
    }

    @Test
    void where_nothing_runs_it_says_so() throws IOException {
        assertThat(restart(directory, "release-service")).isEqualTo(Refused.BLOCKED);
        assertThat(said.toString()).startsWith("no ./slipway up (or demo --keep) runs on " + directory);
        // One that was killed leaves its socket behind; the next one takes its place.
        ServerSocketChannel killed = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        killed.bind(UnixDomainSocketAddress.of(directory.resolve("control")));
        killed.close();
        assertThat(restart(directory, "release-service")).isEqualTo(Refused.BLOCKED);
        try (Home home = Home.take(directory);
                Supervisor supervisor = new Supervisor(new Told());
                Control _ = Control.open(home, supervisor)) {
            assertThat(restart(directory, "release-service")).isEqualTo(Refused.REFUSED);
        }
        assertThat(Files.exists(directory.resolve("control"))).isFalse();
        assertThat(restart(directory, "release-service")).isEqualTo(Refused.BLOCKED);
    }

    private int restart(Path data, String name) {
        PrintWriter out = new PrintWriter(said, true);
        return Slipway.commands().setOut(out).setErr(out).execute("restart", name, "--data", data.toString());
    }
}
