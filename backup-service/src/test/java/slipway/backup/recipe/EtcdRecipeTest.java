package slipway.backup.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static slipway.backup.recipe.LiveRecipes.capture;
import static slipway.backup.recipe.LiveRecipes.damaged;
import static slipway.backup.recipe.LiveRecipes.recipe;
import static slipway.backup.recipe.LiveRecipes.restore;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import slipway.backup.recipe.LiveRecipes.Captured;
import slipway.program.Installed;
import slipway.program.Programs;

/// A real etcd, captured, damaged, restored and compared.
class EtcdRecipeTest {

    @TempDir
    static Path folder;

    private static Installed server;
    private static String endpoint;
    private static Item item;
    private static Recipe etcd;

    @BeforeAll
    static void start() throws Exception {
        endpoint = "http://127.0.0.1:" + Installed.freePort();
        String peer = "http://127.0.0.1:" + Installed.freePort();
        server = Installed.start(folder, List.of(
                        Installed.program("etcd"),
                        "--data-dir=" + folder.resolve("data"),
                        "--listen-client-urls=" + endpoint,
                        "--advertise-client-urls=" + endpoint,
                        "--listen-peer-urls=" + peer,
                        "--initial-advertise-peer-urls=" + peer,
                        "--initial-cluster=default=" + peer));
        Awaitility.await().atMost(Duration.ofMinutes(1)).until(() -> etcdctl("endpoint", "health").exit() == 0);
        for (int i = 0; i < 40; i++) {
            assertThat(etcdctl("put", "/registry/settings/" + i, "value " + i).exit()).isZero();
        }
        item = new Item("cluster", "etcd", Map.of("endpoint", endpoint));
        etcd = recipe("etcd", folder.resolve("work"));
    }

    @AfterAll
    static void stop() {
        if (server != null) {
            server.close();
        }
    }

    private static Programs.Ended etcdctl(String... words) throws Exception {
        List<String> argv = new java.util.ArrayList<>(List.of("etcdctl", "--endpoints=" + endpoint));
        argv.addAll(List.of(words));
        return Programs.run(argv, folder, Map.of("ETCDCTL_API", "3"), Duration.ofSeconds(20));
    }

    @Test
    void what_is_captured_comes_back_with_every_key() throws Exception {
        Captured captured = capture(etcd, item);
        assertThat(captured.capture().contents()).containsEntry("keys", "40");
        assertThat(restore(etcd, item, captured, folder.resolve("scratch")))
                .isEqualTo(new TreeMap<>(captured.capture().contents()));
    }

    @Test
    void a_value_that_was_written_over_is_seen_although_there_are_as_many_keys() throws Exception {
        Captured captured = capture(etcd, item);
        assertThat(etcd.look(item)).isEqualTo(captured.capture().contents());
        assertThat(etcdctl("put", "/registry/settings/7", "value 7").exit()).isZero();
        assertThat(etcd.look(item))
                .containsEntry("keys", "40")
                .isNotEqualTo(captured.capture().contents());
        Map<String, String> looked = etcd.look(item);
        assertThat(etcdctl("user", "add", "mallory", "--no-password").exit()).isZero();
        assertThat(etcd.look(item)).isNotEqualTo(looked);
        assertThat(etcdctl("user", "delete", "mallory").exit()).isZero();
    }

    @Test
    void a_key_whose_lease_ends_after_the_capture_is_no_fault_of_the_set() throws Exception {
        String lease = etcdctl("lease", "grant", "2").out().split(" ")[1];
        assertThat(etcdctl("put", "/registry/events/1", "it began", "--lease=" + lease).exit()).isZero();
        Captured captured = capture(etcd, item);
        assertThat(captured.capture().contents()).containsEntry("keys", "40");
        Awaitility.await().until(() -> etcdctl("get", "/registry/events/1").out().isEmpty());
        assertThat(etcd.look(item)).isEqualTo(captured.capture().contents());
        assertThat(restore(etcd, item, captured, folder.resolve("later")))
                .isEqualTo(new TreeMap<>(captured.capture().contents()));
    }

    private static byte[] otherValue(byte[] snapshot) {
        byte[] copy = snapshot.clone();
        int at = new String(copy, StandardCharsets.ISO_8859_1).indexOf("value 7");
        copy[at] ^= 0x01;
        return copy;
    }

    /// The tool's own `snapshot status` says 0 to this.
    @Test
    void a_flipped_byte_of_which_the_tool_says_nothing_is_found() throws Exception {
        Captured captured = capture(etcd, item);
        Captured flipped = damaged(captured, folder, "snapshot.db", EtcdRecipeTest::otherValue);
        Path again = folder.resolve("again");
        Tree.read(new java.io.ByteArrayInputStream(flipped.bytes()), again, Owners.RESTORER);
        assertThat(etcdctl("snapshot", "status", again.resolve("snapshot.db").toString()).exit())
                .as("the tool's own word")
                .isZero();
        assertThatThrownBy(() -> restore(etcd, item, flipped, folder.resolve("flipped")))
                .hasMessageContaining("etcdctl failed");
        assertThat(Files.exists(folder.resolve(".flipped.work"))).isFalse();
    }
}
