package slipway.backup.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static slipway.backup.recipe.LiveRecipes.capture;
import static slipway.backup.recipe.LiveRecipes.damaged;
import static slipway.backup.recipe.LiveRecipes.recipe;
import static slipway.backup.recipe.LiveRecipes.restore;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.core.io.ClassPathResource;
import slipway.backup.recipe.LiveRecipes.Captured;
import slipway.backup.vault.Disk;
import slipway.program.Installed;
import slipway.program.Programs;

/// A real nginx and a real HAProxy: captured, damaged, restored, and asked again.
class WebServerRecipeTest {

    @TempDir
    private Path folder;

    private Path nginx(int port) throws IOException {
        Path directory = Files.createDirectories(folder.resolve("nginx/sites")).getParent();
        Files.writeString(directory.resolve("nginx.conf"), """
                pid %s/nginx.pid;
                error_log stderr;
                events {}
                http { access_log off; include sites/*.conf; }
                """.formatted(folder));
        Files.writeString(directory.resolve("sites/shop.conf"), site(port, "the shop"));
        Files.writeString(directory.resolve("not-included.txt"), "kept as well\n");
        return directory;
    }

    private static String site(int port, String says) {
        return "server { listen 127.0.0.1:%d; location / { return 200 \"%s\"; } }\n".formatted(port, says);
    }

    private static String get(int port) throws Exception {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/")).build(),
                        HttpResponse.BodyHandlers.ofString())
                .body();
    }

    @Test
    void what_nginx_said_before_it_says_again() throws Exception {
        int port = Installed.freePort();
        Path directory = nginx(port);
        Item item = new Item("front", "nginx", Map.of("directory", directory.toString()));
        Recipe nginx = recipe("nginx", folder.resolve("work"));
        String conf = directory.resolve("nginx.conf").toString();
        try (Installed server = Installed.start(
                folder, List.of(Installed.program("nginx"), "-e", "stderr", "-g", "daemon off;", "-c", conf))) {
            Awaitility.await().ignoreExceptions().until(() -> server.runs() && get(port).equals("the shop"));
            Captured captured = capture(nginx, item);

            Files.writeString(directory.resolve("sites/shop.conf"), site(port, "a mistake"));
            Files.delete(directory.resolve("not-included.txt"));
            nginx.putIn(item, Map.of());
            Awaitility.await().until(() -> get(port).equals("a mistake"));

            Path scratch = folder.resolve("scratch");
            assertThat(restore(nginx, item, captured, scratch))
                    .isEqualTo(captured.capture().contents())
                    .containsEntry("files", "3");
            assertThat(nginx.live(item)).contains(directory);
            Disk.delete(directory);
            Disk.rename(scratch, directory);
            nginx.putIn(item, Map.of());
            Awaitility.await().until(() -> get(port).equals("the shop"));
        }
    }

    /// `nginx -t` passes over a port that somebody else has, and `nginx -s reload` ends with 0 before anything happens.
    @Test
    void a_reload_that_nginx_refuses_after_its_tool_said_0_is_none() throws Exception {
        int port = Installed.freePort();
        Path directory = nginx(port);
        Item item = new Item("front", "nginx", Map.of("directory", directory.toString()));
        String impatient = new String(new ClassPathResource("recipes/nginx.yaml").getContentAsByteArray(), StandardCharsets.UTF_8)
                .replace("timeout: PT1M", "timeout: PT6S");
        Recipe nginx = new DeclaredRecipe(
                RecipeFile.read("nginx", impatient.getBytes(StandardCharsets.UTF_8)), folder.resolve("work"), ProgramFolders.USUAL, Clock.systemUTC());
        String program = Installed.program("nginx");
        String conf = directory.resolve("nginx.conf").toString();
        try (Installed server = Installed.start(folder, List.of(program, "-e", "stderr", "-g", "daemon off;", "-c", conf));
                ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Awaitility.await().ignoreExceptions().until(() -> server.runs() && get(port).equals("the shop"));
            Files.writeString(directory.resolve("sites/shop.conf"), site(port, "from before"));
            Files.writeString(directory.resolve("sites/other.conf"), site(taken.getLocalPort(), "on a port of another"));
            for (List<String> does : List.of(List.of("-t"), List.of("-s", "reload"))) {
                List<String> argv = new ArrayList<>(List.of(program, "-e", "stderr", "-c", conf));
                argv.addAll(does);
                assertThat(Programs.run(argv, folder, Map.of(), Duration.ofSeconds(10)).exit()).isZero();
            }
            assertThatThrownBy(() -> nginx.putIn(item, Map.of()))
                    .hasMessageContaining("after PT6S still")
                    .hasMessageContaining("nginx-goes-on-as-before:its-error-log-says-why");
            assertThat(get(port)).isEqualTo("the shop");

            Files.delete(directory.resolve("sites/other.conf"));
            nginx.putIn(item, Map.of());
            assertThat(get(port)).isEqualTo("from before");
        }
    }

    @Test
    void a_configuration_that_nginx_does_not_take_is_no_backup() throws Exception {
        Installed.program("nginx");
        Path directory = nginx(Installed.freePort());
        Item item = new Item("front", "nginx", Map.of("directory", directory.toString()));
        Recipe nginx = recipe("nginx", folder.resolve("work"));
        Captured cut = damaged(capture(nginx, item), folder, "sites/shop.conf", LiveRecipes::cut);
        assertThatThrownBy(() -> restore(nginx, item, cut, folder.resolve("cut")))
                .hasMessageContaining("nginx failed with exit 1");
    }

    /// `nginx -t` does not read it, so it says 0.
    @Test
    void a_damaged_file_that_the_tool_does_not_read_makes_another_tree() throws Exception {
        Installed.program("nginx");
        Path directory = nginx(Installed.freePort());
        Item item = new Item("front", "nginx", Map.of("directory", directory.toString()));
        Recipe nginx = recipe("nginx", folder.resolve("work"));
        Captured captured = capture(nginx, item);
        Captured flipped = damaged(captured, folder, "not-included.txt", LiveRecipes::flipped);
        assertThat(restore(nginx, item, flipped, folder.resolve("flipped")).get("tree"))
                .isNotEqualTo(captured.capture().contents().get("tree"));
    }

    @Test
    void owners_and_special_bits_are_those_of_capture_and_an_older_set_comes_back_without() throws Exception {
        Installed.program("nginx");
        Path directory = nginx(Installed.freePort());
        Path kept = directory.resolve("not-included.txt");
        int somebody = Inode.of(kept).uid() == 0 ? 12_345 : Inode.of(kept).uid();
        Inode.own(kept, somebody, Inode.of(kept).gid());
        Inode.mode(directory.resolve("sites"), 01777);
        Item item = new Item("front", "nginx", Map.of("directory", directory.toString()));
        Recipe nginx = recipe("nginx", folder.resolve("work"));
        Captured captured = capture(nginx, item);
        Path scratch = folder.resolve("scratch");
        assertThat(restore(nginx, item, captured, scratch))
                .isEqualTo(captured.capture().contents())
                .containsKeys("attributes", "owners")
                .isEqualTo(nginx.look(item, captured.capture().notes()));
        assertThat(Inode.of(scratch.resolve("not-included.txt")).uid()).isEqualTo(somebody);
        assertThat(Inode.of(scratch.resolve("sites")).mode()).isEqualTo(01777);

        Map<String, String> older = Map.of("name", captured.capture().notes().get("name"));
        assertThat(nginx.restores(1)).isTrue();
        assertThat(nginx.restore(item, older, new ByteArrayInputStream(captured.bytes()), folder.resolve("older")))
                .isEqualTo(nginx.look(item, older))
                .containsOnlyKeys("files", "tree");

        Inode.mode(directory.resolve("sites"), 0777);
        assertThat(nginx.look(item).get("attributes")).isNotEqualTo(captured.capture().contents().get("attributes"));
    }

    private Path haproxy(Path socket, int port) throws IOException {
        Path directory = Files.createDirectory(folder.resolve("haproxy"));
        Files.writeString(directory.resolve("haproxy.cfg"), """
                global
                  stats socket %s level admin
                defaults
                  mode http
                  timeout connect 1s
                  timeout client 1s
                  timeout server 1s
                backend shop
                  server one 127.0.0.1:1 weight 100
                  server two 127.0.0.1:2 weight 100
                  server three 127.0.0.1:3 weight 100
                backend other
                  server nine 127.0.0.1:9
                frontend front
                  bind 127.0.0.1:%d
                  monitor-uri /alive
                  default_backend shop
                """.formatted(socket, port));
        return directory;
    }

    private Installed haproxy(Path directory, Path socket, Path master) throws Exception {
        Installed server = Installed.start(
                folder,
                List.of(Installed.program("haproxy"), "-W", "-S", master.toString(), "-f", directory.resolve("haproxy.cfg").toString()));
        Awaitility.await().ignoreExceptions().until(() -> server.runs() && said(socket, "show servers state").contains("three"));
        return server;
    }

    private static String alive(int port) throws Exception {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/alive")).build(),
                        HttpResponse.BodyHandlers.ofString())
                .body();
    }

    /// Admin state and weight, which are the seventh and the eighth column.
    private static String state(String states, String server) {
        return states.lines()
                .map(line -> line.split(" "))
                .filter(words -> words.length > 8 && words[3].equals(server))
                .map(words -> words[6] + " " + words[7])
                .findFirst()
                .orElseThrow();
    }

    @Test
    void weights_that_were_set_at_run_time_are_in_the_backup_of_haproxy() throws Exception {
        Path socket = folder.resolve("s");
        Path master = folder.resolve("m");
        Path directory = haproxy(socket, Installed.freePort());
        Item item = new Item(
                "balancer", "haproxy", Map.of("directory", directory.toString(), "socket", socket.toString(), "master", master.toString()));
        Recipe haproxy = recipe("haproxy", folder.resolve("work"));
        try (Installed server = haproxy(directory, socket, master)) {
            said(socket, "set server shop/two weight 7");
            Captured captured = capture(haproxy, item);

            Files.writeString(directory.resolve("haproxy.cfg"), "global\n");
            Path scratch = folder.resolve("scratch");
            assertThat(new TreeMap<>(restore(haproxy, item, captured, scratch)))
                    .isEqualTo(new TreeMap<>(captured.capture().contents()));
            assertThat(scratch.resolve("haproxy.cfg")).content().contains("weight 100");
            assertThat(state(Files.readString(scratch.resolve("servers.state")), "two")).isEqualTo("0 7");

            Captured without = damaged(captured, folder, "servers.state", state -> new String(
                            state, StandardCharsets.UTF_8)
                    .lines()
                    .limit(2)
                    .reduce("", (all, line) -> all + line + "\n")
                    .getBytes(StandardCharsets.UTF_8));
            assertThatThrownBy(() -> restore(haproxy, item, without, folder.resolve("without")))
                    .hasMessageContaining("servers.state does not have");
            Captured broken = damaged(captured, folder, "haproxy.cfg", LiveRecipes::cut);
            assertThatThrownBy(() -> restore(haproxy, item, broken, folder.resolve("broken")))
                    .hasMessageContaining("haproxy failed");
        }
    }

    @Test
    void a_rollback_of_haproxy_serves_again_what_it_served_with_the_weights_from_then() throws Exception {
        int port = Installed.freePort();
        int other = Installed.freePort();
        Path socket = folder.resolve("s");
        Path master = folder.resolve("m");
        Path directory = haproxy(socket, port);
        Path conf = directory.resolve("haproxy.cfg");
        Item item = new Item(
                "balancer", "haproxy", Map.of("directory", directory.toString(), "socket", socket.toString(), "master", master.toString()));
        Recipe haproxy = recipe("haproxy", folder.resolve("work"));
        try (Installed server = haproxy(directory, socket, master)) {
            said(socket, "set server shop/two weight 7");
            said(socket, "set server shop/two state drain");
            said(socket, "set server shop/three state maint");
            assertThat(capture(haproxy, item).capture().notes()).doesNotContainKey("warnings");
            said(socket, "add server shop/four 127.0.0.1:4");
            said(socket, "add server other/one 127.0.0.1:5");
            Captured captured = capture(haproxy, item);
            assertThat(captured.capture().notes().get("warnings")).contains("not in haproxy.cfg, and not added again by a rollback: ").contains("shop/four").contains("other/one").doesNotContain("shop/one");
            Path scratch = folder.resolve("scratch");
            restore(haproxy, item, captured, scratch);

            // A mistake goes live, and forgets what was set at run time.
            Files.writeString(conf, Files.readString(conf).replace(":" + port, ":" + other));
            said(master, "reload");
            Awaitility.await().ignoreExceptions().until(() -> alive(other).contains("OK"));
            Awaitility.await().ignoreExceptions().until(() -> state(said(socket, "show servers state"), "two").equals("0 100"));

            assertThat(haproxy.live(item)).contains(directory);
            Disk.delete(directory);
            Disk.rename(scratch, directory);
            // After a kill it is done again.
            for (int times = 0; times < 2; times++) {
                haproxy.putIn(item, Map.of());
                assertThat(alive(port)).contains("OK");
                String states = said(master, "@1 show servers state");
                assertThat(state(states, "one")).isEqualTo("0 100");
                assertThat(state(states, "two")).isEqualTo("8 7");
                assertThat(state(states, "three")).isEqualTo("1 100");
            }
            assertThat(haproxy.look(item)).isEqualTo(captured.capture().contents());

            // The port of another one: HAProxy finds its configuration in order, and does not start with it.
            try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                Files.writeString(conf, Files.readString(conf).replace(":" + port, ":" + taken.getLocalPort()));
                assertThatThrownBy(() -> haproxy.putIn(item, Map.of())).hasMessageContaining("failed: 1");
            }
            assertThatThrownBy(() -> capture(haproxy, item)).as("its workers are those of an older configuration").hasMessageContaining("worker");
        }
    }

    private String said(Path socket, String word) throws Exception {
        Path said = Files.writeString(folder.resolve("word"), word + "\n");
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (var in = Files.newInputStream(said)) {
            Programs.Ended ended = Programs.stream(
                    List.of(Installed.program("nc"), "-N", "-U", socket.toString()), folder, Map.of(), Duration.ofSeconds(10), in, out, _ -> {});
            assertThat(ended.exit()).isZero();
        }
        return out.toString(StandardCharsets.UTF_8);
    }
}
