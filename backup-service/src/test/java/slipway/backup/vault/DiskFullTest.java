package slipway.backup.vault;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import slipway.program.Installed;
import slipway.program.Programs;

/// Disks that are really full: file systems in memory of one mebibyte, mounted where only a process of ours sees them.
class DiskFullTest {

    private static final String SET = "BKP-1";

    @TempDir
    private Path home;

    @Test
    void a_first_location_that_is_full_fails_by_name_and_keeps_nothing_of_what_did_not_fit() throws Exception {
        List<String> said = with("first");
        assertThat(said.get(0))
                .startsWith("failed: ")
                .contains("/first/.half-" + SET + "/", "No space left on device");
        assertThat(said.get(1)).as("what lies there").isEqualTo("first: ballast, second: ");
        assertThat(said.get(4)).isEqualTo("complete");
        assertThat(said.get(5)).isEqualTo("first: BKP-1, second: BKP-1");
        roomIsTold(said);
    }

    @Test
    void a_second_location_that_is_full_lacks_its_copy_keeps_nothing_half_and_gets_it_when_there_is_room()
            throws Exception {
        List<String> said = with("second");
        assertThat(said.get(0))
                .startsWith("missing: [file://")
                .contains("/second/" + SET + ": ", "No space left on device");
        assertThat(said.get(1)).as("what lies there").isEqualTo("first: BKP-1, second: ballast");
        assertThat(said.get(4)).isEqualTo("complete");
        assertThat(said.get(5)).isEqualTo("first: BKP-1, second: BKP-1");
        roomIsTold(said);
    }

    /// With the ballast, and without it.
    private static void roomIsTold(List<String> said) {
        long full = Long.parseLong(said.get(2).replaceFirst("free (\\d+) of 1048576", "$1"));
        long later = Long.parseLong(said.get(3).replaceFirst("free (\\d+) of 1048576", "$1"));
        assertThat(full).isBetween(0L, 424L << 10);
        assertThat(later).isEqualTo(full + (600 << 10));
    }

    /// @param small the location that is too small
    private List<String> with(String small) throws Exception {
        Files.createDirectory(home.resolve(small));
        List<String> argv = new ArrayList<>(List.of(
                Installed.program("unshare"), "--user", "--map-root-user", "--mount"));
        argv.addAll(Attempt.java());
        argv.set(argv.indexOf(Attempt.class.getName()), Inside.class.getName());
        argv.addAll(List.of(Installed.program("mount"), home.toString(), small));
        Programs.Ended ended = Programs.run(argv, home, Map.of(), Duration.ofMinutes(1));
        assertThat(ended.exit()).as(ended.words()).isZero();
        assertThat(home.resolve(small)).as("nothing was mounted here").isEmptyDirectory();
        return ended.out().lines().filter(line -> !line.contains(" s.b")).toList();
    }

    /// `MOUNT HOME SMALL`: says how an attempt ends that has no room, what it left, and the same of one that has.
    static final class Inside {

        private static final int BYTES = 300_000;

        private Inside() {}

        static void main(String[] words) throws Exception {
            Path home = Path.of(words[1]);
            Path small = home.resolve(words[2]);
            int mounted = new ProcessBuilder(
                            words[0], "-t", "tmpfs", "-o", "size=1m,mode=700", "tmpfs", small.toString())
                    .inheritIO()
                    .start()
                    .waitFor();
            if (mounted != 0) {
                System.exit(mounted);
            }
            Path ballast = small.resolve("ballast");
            Files.write(ballast, new byte[600 << 10]);
            String[] attempt = {home.toString(), SET, String.valueOf(BYTES)};
            Attempt.main(attempt);
            System.out.println(lying(home));
            System.out.println(room(small));
            Files.delete(ballast);
            System.out.println(room(small));
            Attempt.main(attempt);
            System.out.println(lying(home));
        }

        private static String room(Path location) throws Exception {
            DirectoryLocation.Room room = new DirectoryLocation(location).room();
            return "free " + room.free() + " of " + room.size();
        }

        private static String lying(Path home) throws Exception {
            List<String> all = new ArrayList<>();
            for (String location : List.of("first", "second")) {
                try (Stream<Path> names = Files.list(home.resolve(location))) {
                    all.add(location + ": " + String.join(" ", names.map(each -> each.getFileName().toString())
                            .filter(name -> !name.equals(".slipway-location"))
                            .sorted()
                            .toList()));
                }
            }
            return String.join(", ", all);
        }
    }
}
