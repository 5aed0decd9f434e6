package slipway.backup.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static slipway.backup.recipe.LiveRecipes.capture;
import static slipway.backup.recipe.LiveRecipes.damaged;
import static slipway.backup.recipe.LiveRecipes.recipe;
import static slipway.backup.recipe.LiveRecipes.restore;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import slipway.backup.recipe.LiveRecipes.Captured;
import slipway.program.Installed;
import slipway.program.Programs;

/// A real Redis server, captured, damaged, restored and compared.
class RedisRecipeTest {

    private static final String PASSWORD = "a planted secret";

    @TempDir
    static Path folder;

    private static Installed server;
    private static int port;
    private static Item item;
    private static Recipe redis;

    @BeforeAll
    static void start() throws Exception {
        port = Installed.freePort();
        Path configuration = Files.writeString(
                folder.resolve("redis.conf"),
                "bind 127.0.0.1\nport %d\ndir %s\nsave \"\"\nrequirepass \"%s\"\n".formatted(port, folder, PASSWORD));
        server = Installed.start(folder, List.of(
                        Installed.program("redis-server"), configuration.toString()));
        Path password = Files.writeString(folder.resolve("password"), PASSWORD + "\n");
        item = new Item(
                "cache",
                "redis",
                Map.of("host", "127.0.0.1", "port", String.valueOf(port), "password", "file:" + password));
        redis = recipe("redis", folder.resolve("work"));
        org.awaitility.Awaitility.await().until(() -> redis("PING").equals("PONG"));
        redis("EVAL", "for i = 1, 500 do redis.call('SET', 'key-' .. i, 'value ' .. i) end", "0");
        redis("-n", "3", "SET", "other", "1");
    }

    @AfterAll
    static void stop() {
        if (server != null) {
            server.close();
        }
    }

    private static String redis(String... words) throws Exception {
        List<String> argv = new java.util.ArrayList<>(List.of("redis-cli", "-h", "127.0.0.1", "-p", String.valueOf(port)));
        argv.addAll(List.of(words));
        return Programs.run(argv, folder, Map.of("REDISCLI_AUTH", PASSWORD), Duration.ofSeconds(10)).out().strip();
    }

    @Test
    void what_is_captured_comes_back_with_every_key() throws Exception {
        Captured captured = capture(redis, item);
        assertThat(captured.capture().contents()).containsEntry("db0", "500").containsEntry("db3", "1");
        assertThat(restore(redis, item, captured, folder.resolve("scratch")))
                .isEqualTo(new java.util.TreeMap<>(captured.capture().contents()));
        assertThat(Files.exists(folder.resolve(".scratch.work"))).as("nothing is left").isFalse();
        assertThat(ProcessHandle.current().descendants().filter(each -> each.info()
                        .commandLine()
                        .filter(line -> line.contains(folder.resolve(".scratch.work").toString()))
                        .isPresent()))
                .isEmpty();
    }

    @Test
    void a_key_that_expires_after_the_capture_is_no_fault_of_the_set() throws Exception {
        redis("SET", "session", "abc", "EX", "3600");
        Captured captured = capture(redis, item);
        assertThat(captured.capture().contents()).as("those that do not expire").containsEntry("db0", "500");
        redis("DEL", "session");
        assertThat(redis.look(item)).isEqualTo(captured.capture().contents());
        redis("DEL", "key-500");
        assertThat(redis.look(item)).isNotEqualTo(captured.capture().contents());
        redis("SET", "key-500", "value 500");
        redis("SET", "short", "abc", "PX", "1500");
        Captured withShort = capture(redis, item);
        org.awaitility.Awaitility.await().until(() -> redis("EXISTS", "short").equals("0"));
        assertThat(restore(redis, item, withShort, folder.resolve("later")))
                .isEqualTo(new java.util.TreeMap<>(withShort.capture().contents()));
    }

    @Test
    void a_value_that_was_written_over_is_seen_although_there_are_as_many_keys() throws Exception {
        redis("HSET", "basket", "apples", "3");
        Captured captured = capture(redis, item);
        redis("HSET", "basket", "apples", "4");
        assertThat(redis.look(item))
                .containsEntry("db0", captured.capture().contents().get("db0"))
                .isNotEqualTo(captured.capture().contents());
        redis("HSET", "basket", "apples", "3");
        assertThat(redis.look(item)).isEqualTo(captured.capture().contents());
        redis("DEL", "basket");
        Map<String, String> looked = redis.look(item);
        redis("FUNCTION", "LOAD", "#!lua name=shop\nredis.register_function('price', function() return 1 end)");
        assertThat(redis.look(item)).isNotEqualTo(looked);
        redis("FUNCTION", "FLUSH");
    }

    @Test
    void a_group_of_consumers_that_is_lost_or_further_is_seen_although_its_stream_is_the_same() throws Exception {
        redis("-n", "3", "XADD", "orders", "1-1", "what", "apples");
        redis("-n", "3", "XADD", "orders", "2-1", "what", "pears");
        redis("-n", "3", "XGROUP", "CREATE", "orders", "billing", "0");
        redis("-n", "3", "XREADGROUP", "GROUP", "billing", "one", "COUNT", "1", "STREAMS", "orders", ">");
        Captured captured = capture(redis, item);
        assertThat(captured.capture().contents().get("groups of consumers")).startsWith("1 ");
        assertThat(restore(redis, item, captured, folder.resolve("groups")))
                .isEqualTo(new java.util.TreeMap<>(captured.capture().contents()));
        redis("-n", "3", "XCLAIM", "orders", "billing", "two", "0", "1-1", "RETRYCOUNT", "1");
        assertThat(redis.look(item)).as("another one has what waits").isNotEqualTo(captured.capture().contents());
        redis("-n", "3", "XCLAIM", "orders", "billing", "one", "0", "1-1", "RETRYCOUNT", "1");
        assertThat(redis.look(item)).isEqualTo(captured.capture().contents());
        redis("-n", "3", "XGROUP", "SETID", "orders", "billing", "2-1");
        assertThat(redis.look(item)).as("it has read further").isNotEqualTo(captured.capture().contents());
        redis("-n", "3", "XGROUP", "SETID", "orders", "billing", "1-1");
        assertThat(redis.look(item)).isEqualTo(captured.capture().contents());
        redis("-n", "3", "XACK", "orders", "billing", "1-1");
        assertThat(redis.look(item)).as("nothing waits").isNotEqualTo(captured.capture().contents());
        redis("-n", "3", "XGROUP", "DESTROY", "orders", "billing");
        assertThat(redis.look(item))
                .containsEntry("digest of all", captured.capture().contents().get("digest of all"))
                .isNotEqualTo(captured.capture().contents());
        redis("-n", "3", "DEL", "orders");
    }

    @Test
    void a_set_of_the_version_before_is_looked_at_and_restored_as_it_was_then() throws Exception {
        redis("-n", "3", "XADD", "orders", "1-1", "what", "apples");
        redis("-n", "3", "XGROUP", "CREATE", "orders", "billing", "0");
        Captured before = LiveRecipes.asOf(3, capture(redis, item), redis, item);
        assertThat(before.capture().contents()).containsKey("digest of all").doesNotContainKey("groups of consumers");
        assertThat(restore(redis, item, before, folder.resolve("before")))
                .isEqualTo(new java.util.TreeMap<>(before.capture().contents()));
        assertThat(redis.restores(3)).isTrue();
        redis("-n", "3", "DEL", "orders");
    }

    @Test
    void the_live_server_is_written_over_while_it_runs_and_is_its_own_master_again() throws Exception {
        Captured captured = capture(redis, item);
        Path tree = folder.resolve("wanted");
        restore(redis, item, captured, tree);
        redis("DEL", "key-1", "key-2");
        redis("SET", "made-since", "1");
        redis("CONFIG", "SET", "masterauth", "of its own master");
        assertThat(LiveRecipes.overwrite(redis, item, captured, tree))
                .isEqualTo(new java.util.TreeMap<>(captured.capture().contents()));
        assertThat(redis("GET", "key-1")).isEqualTo("value 1");
        assertThat(redis("EXISTS", "made-since")).isEqualTo("0");
        assertThat(redis("INFO", "replication")).contains("role:master");
        assertThat(redis("CONFIG", "GET", "masterauth")).isEqualTo("masterauth\nof its own master");
        redis("CONFIG", "SET", "masterauth", "slipway-restore-left-by-an-attempt-that-was-killed");
        assertThat(LiveRecipes.overwrite(redis, item, captured, tree)).as("once more, as after a crash").isEqualTo(captured.capture().contents());
        assertThat(redis("CONFIG", "GET", "masterauth")).as("it had none of its own").isEqualTo("masterauth");
    }

    @Test
    void a_snapshot_with_a_flipped_byte_or_cut_off_is_no_backup() throws Exception {
        Captured captured = capture(redis, item);
        Captured flipped = damaged(captured, folder, "dump.rdb", LiveRecipes::flipped);
        assertThatThrownBy(() -> restore(redis, item, flipped, folder.resolve("flipped")))
                .hasMessageContaining("redis-check-rdb failed");
        Captured cut = damaged(captured, folder, "dump.rdb", LiveRecipes::cut);
        assertThatThrownBy(() -> restore(redis, item, cut, folder.resolve("cut")))
                .hasMessageContaining("redis-check-rdb failed");
    }

    @Test
    void a_wrong_password_is_told_and_not_shown() throws Exception {
        Path wrong = Files.writeString(folder.resolve("wrong"), "guess");
        Item other = new Item(
                "cache", "redis", Map.of("host", "127.0.0.1", "port", String.valueOf(port), "password", "file:" + wrong));
        assertThatThrownBy(() -> capture(redis, other))
                .hasMessageContaining("PONG")
                .satisfies(thrown -> assertThat(thrown.toString()).doesNotContain("guess"));
    }
}
