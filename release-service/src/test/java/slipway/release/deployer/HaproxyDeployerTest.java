package slipway.release.deployer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import slipway.http.Form;
import slipway.release.RealHaproxy;
import slipway.release.Site;
import slipway.release.domain.Shape;
import slipway.release.domain.Shape.Part;
import slipway.release.domain.StepKind;
import slipway.release.packages.Folders;
import slipway.release.packages.Packages;

/// Before a real HAProxy, which has real servers behind it.
@Timeout(120)
class HaproxyDeployerTest {

    private static final String ANY = """
            socket: wire.sock
            backend: shop
            identity: /slipway-release.txt
            drainSeconds: 5
            timeoutSeconds: 1
            """;
    private static final String SLOTS = ANY + """
            slots:
              blue: {servers: {b1: b1, b2: b2}}
              green: {servers: {g1: g1, g2: g2}}
            """;
    private static final String SERVERS = ANY + """
            servers: {b1: b1, b2: b2}
            """;

    @TempDir
    Path folder;

    private final Map<String, Site> sites = new LinkedHashMap<>();
    private final Map<String, String> lines = new TreeMap<>(Map.of("b1", "", "b2", "", "g1", "weight 0", "g2", "weight 0"));
    private final Map<String, @Nullable Object> seen = new HashMap<>();
    private final CountDownLatch slowly = new CountDownLatch(1);
    private int links;
    private Packages packages;
    private String old;
    private String fresh;
    private @Nullable RealHaproxy proxy;
    private @Nullable LineWire wire;

    @BeforeEach
    void servers_and_packages() throws Exception {
        packages = new Packages(folder.resolve("store"));
        old = packages.build(Folders.write(folder.resolve("1"), Map.of("index.html", "old"))).digest();
        fresh = packages.build(Folders.write(folder.resolve("2"), Map.of("index.html", "new"))).digest();
        for (String server : lines.keySet()) {
            Path current = Files.createDirectories(folder.resolve(server)).resolve("current");
            sites.put(server, new Site(exchange -> {
                String path = exchange.getRequestURI().getPath();
                Path file = current.resolve(path.equals("/slow") || path.equals("/") ? "index.html" : path.substring(1));
                boolean there = Files.isRegularFile(file);
                String body = there ? Files.readString(file) : "nothing here";
                if (path.equals("/slow")) {
                    slow();
                }
                Site.say(exchange, there ? 200 : 404, path.startsWith("/slipway") ? body : server + " " + body);
            }));
        }
    }

    private void slow() {
        try {
            slowly.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @AfterEach
    void gone() throws IOException {
        slowly.countDown();
        if (wire != null) {
            wire.close();
        }
        if (proxy != null) {
            proxy.close();
        }
        sites.values().forEach(Site::close);
    }

    private void proxy(String... more) throws IOException {
        Map<String, URI> urls = new HashMap<>();
        sites.forEach((name, site) -> urls.put(name, site.url()));
        proxy = new RealHaproxy(folder.resolve("proxy"), lines, urls, more);
        wire = new LineWire(folder.resolve("wire.sock"), proxy.socket());
    }

    private Target target(String settings) {
        Form form = DeployerContract.form(settings);
        Target target = new HaproxyDeployer(packages).target(form, folder);
        assertThat(form.faults()).isEmpty();
        return target;
    }

    private void runs(String server, @Nullable String digest) throws IOException {
        new Instance(folder.resolve(server), packages).become(digest);
    }

    private Move move(Shape from, Shape to) {
        return new Move("REL-CHG-7/prod/3", fresh, fresh, from, to);
    }

    private static Shape slots(@Nullable String blue, int share, @Nullable String green) {
        return Shape.of(new Part("blue", blue, share), new Part("green", green, 100 - share));
    }

    private static Shape servers(String one, String two) {
        return Shape.of(new Part("b1", one, 50), new Part("b2", two, 50));
    }

    private HttpResponse<String> get(String path, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(proxy.url().resolve(path));
        return HttpClient.newHttpClient().send(
                (headers.length == 0 ? request : request.headers(headers)).build(), BodyHandlers.ofString());
    }

    /// Blue has all, and green is empty.
    private Shape before() throws IOException {
        if (proxy == null) {
            proxy();
        }
        for (String each : List.of("b1", "b2")) {
            runs(each, old);
            proxy.ask("set server shop/" + each + " weight 100; set server shop/" + each + " state ready");
        }
        for (String each : List.of("g1", "g2")) {
            runs(each, null);
            proxy.ask("set server shop/" + each + " weight 0; set server shop/" + each + " state ready");
        }
        return slots(old, 100, null);
    }

    abstract class Contract implements DeployerContract {

        @Override
        public Deployer deployer() {
            return new HaproxyDeployer(packages);
        }

        @Override
        public Path folder() {
            return folder;
        }

        /// What HAProxy was told, and the links that are others than before.
        @Override
        public int effects() {
            for (String server : sites.keySet()) {
                Object now = key(folder.resolve(server).resolve("current"));
                if (!Objects.equals(seen.put(server, now), now)) {
                    links++;
                }
            }
            return wire.changes.size() + links;
        }

        private @Nullable Object key(Path link) {
            try {
                return Files.isSymbolicLink(link)
                        ? Files.readAttributes(link, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS).fileKey()
                        : null;
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public boolean diesAt(int act, Move move) throws Exception {
            return wire.diesAt(act, () -> target().apply(move));
        }

        @Override
        public void silence() {
            proxy.stop();
        }

        @Override
        public String faultySettings() {
            return """
                    socket: proxy.example:9999
                    backend: "shop; shutdown sessions"
                    identity: version
                    restart: [systemctl, restart, "{part}"]
                    drainSeconds: -1
                    slots: {blue: {servers: {b1: b1, b2: x/../b1}}, green: {servers: {b1: g}}}
                    password: abc
                    """;
        }

        @Override
        public List<String> faultyFields() {
            return List.of(
                    "socket",
                    "backend",
                    "identity",
                    "restart",
                    "drainSeconds",
                    "timeoutSeconds",
                    "slots.blue.servers.b2",
                    "slots.green.servers.b1",
                    "slots",
                    "password");
        }
    }

    @Nested
    class Two_slots extends Contract {
        @Override
        public String settings() {
            return SLOTS;
        }

        @Override
        public Shape fresh() throws IOException {
            return before();
        }

        @Override
        public List<List<Step>> ways() {
            Shape beside = slots(old, 100, fresh);
            return List.of(
                    List.of(
                            new Step(StepKind.PREVIEW, move(slots(old, 100, null), beside)),
                            new Step(StepKind.WEIGHT, move(beside, slots(old, 90, fresh))),
                            new Step(StepKind.WEIGHT, move(slots(old, 90, fresh), slots(old, 0, fresh))),
                            new Step(StepKind.RETIRE, move(slots(old, 0, fresh), slots(null, 0, fresh)))),
                    List.of(
                            new Step(StepKind.PREVIEW, move(slots(old, 100, null), beside)),
                            new Step(StepKind.CUTOVER, move(beside, slots(old, 0, fresh)))));
        }
    }

    @Nested
    class Servers_one_by_one extends Contract {
        @Override
        public String settings() {
            return SERVERS;
        }

        @Override
        public Shape fresh() throws IOException {
            before();
            return servers(old, old);
        }

        @Override
        public List<List<Step>> ways() {
            return List.of(
                    List.of(
                            new Step(StepKind.SWITCH, move(servers(old, old), servers(fresh, old))),
                            new Step(StepKind.SWITCH, move(servers(fresh, old), servers(fresh, fresh)))),
                    List.of(new Step(StepKind.SWITCH, move(servers(old, old), servers(fresh, fresh)))));
        }
    }

    @Test
    void of_1000_requests_at_10_percent_100_meet_the_new_release() throws Exception {
        before();
        Target target = target(SLOTS);
        target.apply(move(slots(old, 100, null), slots(old, 100, fresh)));
        target.apply(move(slots(old, 100, fresh), slots(old, 90, fresh)));
        Map<String, Integer> answers = new TreeMap<>();
        HttpClient client = HttpClient.newHttpClient();
        for (int i = 0; i < 1_000; i++) {
            String body = client.send(HttpRequest.newBuilder(proxy.url()).build(), BodyHandlers.ofString()).body();
            answers.merge(body, 1, Integer::sum);
        }
        // Round robin by weights goes round in 200 requests, wherever it begins.
        assertThat(answers).containsOnlyKeys("b1 old", "b2 old", "g1 new", "g2 new");
        answers.forEach((answer, times) ->
                assertThat(times).as(answer).isCloseTo(answer.endsWith("new") ? 50 : 450, within(3)));
    }

    @Test
    void a_cookie_leads_nobody_to_a_slot_that_has_no_traffic() throws Exception {
        lines.replaceAll((name, line) -> line + " cookie " + name);
        proxy("cookie AT insert");
        before();
        Target target = target(SLOTS);
        assertThat(get("index.html", "Cookie", "AT=b1").body()).isEqualTo("b1 old");
        target.apply(move(slots(old, 100, null), slots(old, 100, fresh)));
        target.apply(move(slots(old, 100, fresh), slots(old, 0, fresh)));
        assertThat(get("index.html", "Cookie", "AT=b1").body()).endsWith(" new");
    }

    @Test
    void a_server_is_changed_when_all_who_were_there_have_left() throws Exception {
        before();
        // Only one is there to take it.
        proxy.ask("set server shop/b2 state maint");
        CompletableFuture<String> guest = CompletableFuture.supplyAsync(() -> {
            try {
                return get("slow").body();
            } catch (Exception e) {
                return e.toString();
            }
        });
        await().until(() -> sessions("b1") == 1);
        proxy.ask("set server shop/b2 state ready");
        CompletableFuture<Void> change = CompletableFuture.runAsync(() -> {
            try {
                target(SERVERS.replace("drainSeconds: 5", "drainSeconds: 60"))
                        .apply(move(servers(old, old), servers(fresh, old)));
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
        await().until(() -> wire.changes.contains("set server shop/b1 state drain"));
        assertThat(get("index.html").body()).as("newcomers go elsewhere").isEqualTo("b2 old");
        assertThat(new Instance(folder.resolve("b1"), packages).running()).isEqualTo(old);
        slowly.countDown();
        change.join();
        assertThat(guest.join()).isEqualTo("b1 old");
        assertThat(wire.changes)
                .containsExactly(
                        "set server shop/b1 state drain", "set server shop/b1 state maint", "set server shop/b1 state ready");
        assertThat(target(SERVERS).probe()).isEqualTo(servers(fresh, old));
    }

    private int sessions(String server) throws IOException {
        return proxy.ask("show stat").lines()
                .filter(line -> line.startsWith("shop," + server + ","))
                .mapToInt(line -> Integer.parseInt(line.split(",")[4]))
                .sum();
    }

    @Test
    void who_stays_for_ever_is_not_waited_for() throws Exception {
        before();
        CompletableFuture<Integer> guest = CompletableFuture.supplyAsync(() -> {
            try {
                return get("slow").statusCode();
            } catch (Exception e) {
                return 0;
            }
        });
        await().until(() -> sessions("b1") + sessions("b2") == 1);
        target(SERVERS.replace("drainSeconds: 5", "drainSeconds: 0"))
                .apply(move(servers(old, old), servers(fresh, fresh)));
        assertThat(target(SERVERS).probe()).isEqualTo(servers(fresh, fresh));
        slowly.countDown();
        assertThat(guest.join()).isEqualTo(200);
    }

    @Test
    void the_last_server_that_has_traffic_is_not_taken_out() throws Exception {
        before();
        for (String other : List.of("b2", "g1", "g2")) {
            proxy.ask("set server shop/" + other + " state maint");
        }
        Shape from = target(SERVERS).probe();
        assertThat(from).isEqualTo(Shape.of(new Part("b1", old, 50), new Part("b2", old, 0)));
        Shape to = Shape.of(new Part("b1", fresh, 50), new Part("b2", old, 0));
        assertThatThrownBy(() -> target(SERVERS).apply(move(from, to)))
                .isInstanceOf(IOException.class)
                .hasMessage("b1 is the only one that has traffic");
        assertThat(get("index.html").body()).isEqualTo("b1 old");
        // A bad release is got rid of all the same.
        runs("b1", fresh);
        target(SERVERS).undo(move(to, from));
        assertThat(target(SERVERS).probe()).isEqualTo(from);
    }

    @Test
    void a_server_half_changed_is_known_and_one_that_somebody_took_out_is_not() throws Exception {
        before();
        Target target = target(SERVERS);
        Shape from = servers(old, old);
        Shape to = servers(fresh, old);
        proxy.ask("set server shop/b1 state drain");
        assertThat(target.isHalf(target.probe(), from, to)).isTrue();
        runs("b1", fresh);
        proxy.ask("set server shop/b1 state maint");
        assertThat(target.probe()).isEqualTo(Shape.of(new Part("b1", fresh, 0), new Part("b2", old, 50)));
        assertThat(target.isHalf(target.probe(), from, to)).isTrue();
        proxy.ask("set server shop/b2 state maint");
        assertThat(target.isHalf(target.probe(), from, to)).isFalse();
    }

    @Test
    void a_slot_half_changed_is_as_it_was_before() throws Exception {
        Shape from = slots(old, 100, null);
        Shape to = slots(old, 100, fresh);
        before();
        for (int act = 0; wire.diesAt(act, () -> target(SLOTS).apply(move(from, to))); act++) {
            List<@Nullable String> links = new ArrayList<>();
            for (String server : List.of("g1", "g2")) {
                links.add(new Instance(folder.resolve(server), packages).running());
            }
            assertThat(target(SLOTS).probe())
                    .as("died at %d with %s", act, links)
                    .isEqualTo(links.contains(null) ? from : to);
            before();
        }
        assertThat(target(SLOTS).probe()).isEqualTo(to);
    }

    @Test
    void what_was_set_is_lost_with_haproxys_memory_and_is_seen_to_be() throws Exception {
        before();
        Target target = target(SLOTS);
        target.apply(move(slots(old, 100, null), slots(old, 100, fresh)));
        target.apply(move(slots(old, 100, fresh), slots(old, 70, fresh)));
        proxy.stop();
        proxy.start();
        assertThat(target.probe()).isEqualTo(slots(old, 100, fresh));
    }

    @Test
    void a_state_file_keeps_it() throws Exception {
        proxy("global server-state-base " + folder, "load-server-state-from-file local", "server-state-file-name shop.state");
        before();
        Target target = target(SLOTS + "stateFile: shop.state\n");
        target.apply(move(slots(old, 100, null), slots(old, 100, fresh)));
        target.apply(move(slots(old, 100, fresh), slots(old, 70, fresh)));
        proxy.stop();
        proxy.start();
        assertThat(target.probe()).isEqualTo(slots(old, 70, fresh));
    }

    @Test
    void a_server_that_haproxy_finds_down_gets_no_traffic() throws Exception {
        lines.replaceAll((name, line) -> line + " check inter 100ms fall 1");
        // A busy machine answers late, and late is not down.
        proxy("option httpchk GET /index.html", "timeout check 30s");
        before();
        // HAProxy looked when nothing was there yet; it has to find the old release alive first.
        await().until(() -> get("index.html").body().endsWith(" old"));
        runs("g1", fresh);
        Files.delete(folder.resolve("g1/current/index.html"));
        runs("g2", fresh);
        await().until(() -> proxy.ask("show servers state shop").contains(" g1 127.0.0.1 0 "));
        assertThatThrownBy(() -> target(SLOTS).apply(move(slots(old, 100, fresh), slots(old, 0, fresh))))
                .isInstanceOf(IOException.class)
                .hasMessage("HAProxy finds g1 down: it gets no traffic");
        assertThat(get("index.html").body()).endsWith(" old");
    }

    @Test
    void a_program_has_servers_take_up_what_they_have_to_run() throws Exception {
        before();
        Files.writeString(folder.resolve("restart.sh"), """
                echo "$*" >> restarts
                rm -f $1/loaded; [ -z "$2" ] || echo $2 > $1/loaded
                """);
        for (String server : sites.keySet()) {
            sites.get(server).close();
        }
        sites.clear();
        for (String server : List.copyOf(lines.keySet())) {
            sites.put(server, Site.of(folder.resolve(server)));
        }
        for (String server : List.of("b1", "b2")) {
            Files.writeString(folder.resolve(server).resolve("loaded"), old + "\n");
        }
        wire.close();
        proxy.stop();
        Files.delete(folder.resolve("wire.sock"));
        proxy();
        Target target = target(SLOTS.replace("identity: /slipway-release.txt", "identity: /loaded")
                + "restart: [/bin/sh, restart.sh, \"{server}\", \"{digest}\"]\n");
        assertThat(target.probe()).isEqualTo(slots(old, 100, null));
        // Somebody died between the link and the program.
        runs("g2", fresh);
        target.apply(move(slots(old, 100, null), slots(old, 100, fresh)));
        target.apply(move(slots(old, 100, null), slots(old, 100, fresh)));
        assertThat(target.probe()).isEqualTo(slots(old, 100, fresh));
        target.undo(move(slots(old, 100, fresh), slots(old, 100, null)));
        assertThat(target.probe()).isEqualTo(slots(old, 100, null));
        assertThat(Files.readAllLines(folder.resolve("restarts")))
                .containsExactly("g2 " + fresh, "g1 " + fresh, "g2 ", "g1 ");
    }

    @Test
    void a_release_that_answers_as_another_is_told_and_gets_no_traffic() throws Exception {
        before();
        Target stuck = target(SLOTS + "restart: [\"true\"]\n");
        sites.remove("g1").close();
        assertThatThrownBy(() -> stuck.apply(move(slots(old, 100, null), slots(old, 100, fresh))))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("g1 does not run " + fresh + " within 1 s; it says: ");
        assertThatThrownBy(stuck::probe).hasMessageContaining("g1 tells no digest at http://127.0.0.1:");
        assertThatThrownBy(() -> stuck.apply(move(slots(old, 100, fresh), slots(old, 0, fresh)))).isInstanceOf(IOException.class);
        assertThat(get("index.html").body()).endsWith(" old");
        stuck.undo(move(slots(old, 100, fresh), slots(old, 100, null)));
        assertThat(stuck.probe()).isEqualTo(slots(old, 100, null));
    }

    @Test
    void what_is_not_as_slots_have_to_be_is_no_shape() throws Exception {
        before();
        Target target = target(SLOTS);
        proxy.ask("set server shop/b2 state maint");
        assertThatThrownBy(target::probe).hasMessage("the servers of blue have different weights: [0, 100]");
        proxy.ask("set server shop/b2 state ready");
        runs("b2", fresh);
        assertThatThrownBy(target::probe).hasMessageContaining("the servers of blue run different things");
        runs("b2", old);
        for (String each : List.of("g1", "g2")) {
            runs(each, fresh);
            proxy.ask("set server shop/" + each + " weight 128");
        }
        assertThatThrownBy(target::probe).hasMessage("the weights are no percents: blue 100, green 128");
        assertThatThrownBy(() -> target(SLOTS.replace("backend: shop", "backend: cart")).probe())
                .hasMessage("HAProxy tells no servers of cart: Can't find backend.");
        assertThatThrownBy(() -> target(SERVERS.replace("b2: b2", "b9: b9")).probe()).hasMessage("HAProxy has no server shop/b9");
    }

    @Test
    void what_somebody_else_put_there_is_not_taken_away() throws Exception {
        before();
        String hotfix = packages.build(Folders.write(folder.resolve("3"), Map.of("index.html", "hotfix"))).digest();
        runs("g1", hotfix);
        runs("g2", hotfix);
        assertThatThrownBy(() -> target(SLOTS).undo(move(slots(old, 100, fresh), slots(old, 100, null))))
                .hasMessage("somebody else was there: g1 has " + hotfix);
        assertThat(target(SLOTS).probe()).isEqualTo(slots(old, 100, hotfix));
    }

    @Test
    void a_slot_that_has_traffic_and_runs_nothing_is_no_way_back() throws Exception {
        Target target = target(SLOTS);
        assertThat(target.missing(slots(null, 100, null)))
                .containsExactly("blue has traffic and runs nothing, and nobody could be led there again");
        assertThat(target.missing(slots(null, 0, null))).allMatch(each -> !each.startsWith("blue"));
        assertThat(target.folders()).hasSize(4).contains(folder.resolve("b1"));
    }
}
