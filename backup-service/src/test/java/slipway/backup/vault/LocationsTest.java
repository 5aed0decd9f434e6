package slipway.backup.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import slipway.backup.vault.Locations.Given;

class LocationsTest {

    @TempDir
    private Path home;

    private Path config;

    @BeforeEach
    void write() throws Exception {
        config = Files.writeString(home.resolve("rclone.conf"), "[remote]\ntype = local\n");
    }

    private Given given(String... locations) {
        return new Given(
                List.of(locations), "http://127.0.0.1:9/", null, "true", "P30D", "COMPLIANCE", Path.of("/usr/bin/rclone"), config);
    }

    @Test
    void every_kind_is_told_by_how_it_begins() {
        List<Location> locations = Locations.of(given(
                "/var/lib/slipway/../first",
                "file:///mnt/second/",
                "s3://bucket/prefix/of/ours/",
                "s3://whole-bucket",
                "rclone:remote:path/in it/",
                "rclone:other:",
                "relative"));
        assertThat(locations)
                .extracting(Location::uri)
                .containsExactly(
                        "file:///var/lib/first/",
                        "file:///mnt/second/",
                        "s3://bucket/prefix/of/ours/",
                        "s3://whole-bucket/",
                        "rclone:remote:path/in it/",
                        "rclone:other:",
                        Path.of("relative").toAbsolutePath().toUri() + "/");
    }

    @Test
    void locations_that_instances_add_at_the_same_moment_are_all_known() throws Exception {
        Path file = home.resolve("locations");
        List<Location> locations = new ArrayList<>();
        for (int each = 0; each < 8; each++) {
            locations.add(new DirectoryLocation(home.resolve("location-" + each)));
        }
        CountDownLatch all = new CountDownLatch(locations.size());
        try (ExecutorService instances = Executors.newFixedThreadPool(locations.size())) {
            List<Future<?>> added = new ArrayList<>();
            for (Location own : locations) {
                added.add(instances.submit(() -> {
                    all.countDown();
                    all.await();
                    new Known(file).prepare(List.of(own));
                    return null;
                }));
            }
            for (Future<?> each : added) {
                each.get();
            }
        }
        assertThat(Files.readAllLines(file)).containsExactlyInAnyOrderElementsOf(locations.stream().map(Location::uri).toList());
    }

    private static void refused(Given given, String... faults) {
        assertThatThrownBy(() -> Locations.of(given))
                .isInstanceOf(IllegalArgumentException.class)
                .message()
                .satisfies(message -> assertThat(message.split("; slipway"))
                        .as(message)
                        .hasSize(faults.length))
                .contains(faults);
    }

    @Test
    void everything_that_is_wrong_is_named_at_once() {
        refused(
                new Given(
                        List.of("s3://b/x", "", "ftp://there/", "rclone::local:/x", "rclone:remote,pass=word:x", "s3://bucket//x"),
                        "there",
                        "Frankfurt (Main)",
                        "yes",
                        "30 days",
                        "STRICT",
                        null,
                        null),
                "slipway.backup.s3.endpoint: is no URL",
                "slipway.backup.s3.region: 'Frankfurt (Main)' is no region",
                "slipway.backup.s3.path-style: 'yes' is neither true nor false",
                "slipway.backup.s3.retain: '30 days' is no duration; write P30D",
                "slipway.backup.s3.mode: 'STRICT' is neither GOVERNANCE nor COMPLIANCE",
                "slipway.backup.locations[0]: is not s3://bucket/prefix",
                "slipway.backup.locations[1]: is empty",
                "slipway.backup.locations[2]: begins with 'ftp:'",
                "slipway.backup.locations[3]: is not rclone:remote:path",
                "slipway.backup.locations[4]: is not rclone:remote:path",
                "slipway.backup.locations[5]: the prefix '/x' cannot be used",
                "slipway.backup.locations: the first has to be a directory");
    }

    @Test
    void a_retention_lasts_longer_than_nothing() {
        for (String retain : List.of("PT0S", "-P1D")) {
            refused(
                    new Given(List.of("/a", "/b"), null, null, null, retain, null, null, null),
                    "slipway.backup.s3.retain: '" + retain + "' is no duration");
        }
    }

    @Test
    void credentials_are_no_part_of_a_location_and_are_not_repeated() {
        assertThatThrownBy(() -> Locations.of(given("/a", "s3://key:planted-secret@bucket/x")))
                .hasMessageContaining("credentials are no part of it")
                .message()
                .doesNotContain("planted-secret");
        assertThatThrownBy(() -> Locations.of(new Given(
                        List.of("/a", "s3://bucket/x"), "https://key:planted-secret@there", null, null, null, null, null, null)))
                .hasMessageContaining("credentials are no part of it")
                .message()
                .doesNotContain("planted-secret");
    }

    @Test
    void two_locations_are_two_places() {
        refused(given("/a"), "two different locations at least");
        refused(given("/a", "/b/../a"), "/a is there twice; two different locations at least");
        refused(given("/a", "/a/b"), "/a/b lies in /a");
        refused(given("/a", "s3://bucket/x/y", "s3://bucket"), "s3://bucket/x/y/ lies in s3://bucket/");
        assertThat(Locations.of(given("/a", "/ab"))).hasSize(2);
    }

    @Test
    void the_first_is_a_directory_since_sets_are_sealed_there() {
        refused(given("s3://bucket", "/a"), "the first has to be a directory");
        refused(given("rclone:remote:x", "/a"), "the first has to be a directory");
    }

    @Test
    void what_a_remote_or_a_bucket_needs_is_asked_for() {
        refused(
                new Given(List.of("/a", "s3://bucket"), null, null, null, null, null, null, null),
                "slipway.backup.s3.region is missing");
        refused(
                new Given(List.of("/a", "rclone:r:x"), null, null, null, null, null, null, null),
                "slipway.backup.rclone.config is missing");
        refused(
                new Given(List.of("/a", "rclone:r:x"), null, null, null, null, null, null, home.resolve("none")),
                "none cannot be read");
        refused(
                new Given(List.of("/a", "rclone:r:x"), null, null, null, null, null, null, config),
                "rclone is not installed in any of slipway.backup.programs");
    }
}
