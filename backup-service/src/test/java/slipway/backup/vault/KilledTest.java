package slipway.backup.vault;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import slipway.backup.vault.Copies.Examined;

/// Whoever seals and copies is killed whenever something is seen to have changed on the disk.
class KilledTest {

    private static final String SET = "BKP-1";
    private static final int BYTES = 1 << 20;

    /// As many as there are states that last long enough to be seen; the rest is not waited for.
    private static final int MOST = 14;

    @TempDir
    private Path home;

    @Test
    void at_whatever_moment_it_is_killed_the_next_attempt_makes_both_copies_whole_and_leaves_nothing_else()
            throws Exception {
        Set<String> seen = new TreeSet<>();
        // Before it began there is nothing to be killed in.
        seen.add("first second");
        boolean ended = false;
        for (int number = 0; number < MOST && !ended; number++) {
            Path each = Files.createDirectory(home.resolve("killed-" + number));
            Attempt.vault(each);
            // It ends when it shows nothing that was not seen before.
            ended = watched(each, seen);
            goesOn(each);
        }
        assertThat(seen).as("states in which it was killed").hasSizeGreaterThan(5);
        assertThat(seen).anyMatch(state -> state.contains("first/.half-" + SET + "/data.age"));
        assertThat(seen).anyMatch(state -> state.contains("second/.half-" + SET + "/data.age"));
    }

    /// Runs an attempt until it ends, or is seen in a state in which nobody has seen one before: then it is killed.
    ///
    /// @return whether it ended by itself
    private static boolean watched(Path at, Set<String> seen) throws Exception {
        Path said = at.resolve("said");
        List<String> argv = Stream.concat(
                        Attempt.java().stream(), Stream.of(at.toString(), SET, String.valueOf(BYTES)))
                .toList();
        Process process = new ProcessBuilder(argv)
                .redirectErrorStream(true)
                .redirectOutput(said.toFile())
                .start();
        try {
            while (process.isAlive()) {
                if (seen.add(String.join(" ", state(at)))) {
                    return false;
                }
            }
            assertThat(Files.readString(said)).endsWith("complete\n");
            return true;
        } finally {
            process.destroyForcibly();
            assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
        }
    }

    /// Names of what lies in both locations: not how large it is, or there would be no end of them.
    private static Set<String> state(Path at) {
        Set<String> names = new TreeSet<>();
        for (String location : List.of("first", "second")) {
            try (var all = Files.walk(at.resolve(location))) {
                all.forEach(each -> names.add(at.relativize(each).toString()));
            } catch (NoSuchFileException e) {
                // Not yet, or not any more.
            } catch (IOException | UncheckedIOException e) {
                // It changed while it was looked at: the next look is another one.
            }
        }
        return names;
    }

    private static void goesOn(Path at) throws Exception {
        Vault vault = Attempt.vault(at);
        assertThat(Attempt.at(vault, SET, BYTES).missing()).isEmpty();
        String digest = vault.sealed(SET).orElseThrow().digest();
        assertThat(vault.examine(SET, digest))
                .hasSize(2)
                .allSatisfy(copy -> assertThat(copy).isInstanceOf(Examined.Sound.class));
        List<String> names = new ArrayList<>();
        for (String location : List.of("first", "second")) {
            names.add(location);
            names.add(location + "/.slipway-location");
            names.add(location + "/" + SET);
            for (String file : List.of("data.age", "manifest.json", "manifest.sig", "more.age")) {
                names.add(location + "/" + SET + "/" + file);
            }
        }
        assertThat(state(at)).containsExactlyInAnyOrderElementsOf(names);
    }
}
