package slipway.release.deployer;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import slipway.program.Programs;

/// A backend of HAProxy's, and the servers of it that we deploy to: what each runs, and how it is changed with nobody there.
///
/// A server runs what it answers over HTTP, at the address that HAProxy sends requests to. Its folder is how that is changed.
///
/// @param instances folders by server
/// @param identity path where a server tells its digest
/// @param restart program that has a server take up its folder anew; empty: it serves `current` as it is
/// @param drain how long those who are there may take to leave
/// @param timeout how long a server may take to answer as what it has to be
/// @param stateFile where HAProxy finds its servers' state again after a reload; null: nowhere
record HaproxyBackend(
        HaproxySocket socket,
        String name,
        SortedMap<String, Instance> instances,
        String identity,
        List<Gaps> restart,
        Path home,
        Duration drain,
        Duration timeout,
        @Nullable Path stateFile,
        HttpClient http) {

    /// Of the bits of `srv_admin_state`: taken out by somebody, by another server that it follows, or for want of an address
    /// ([enum srv_admin](https://github.com/haproxy/haproxy/blob/v2.6.0/include/haproxy/server-t.h)). `CMAINT`, 4, only tells that
    /// it was so in the configuration.
    private static final int MAINT = 0x01 | 0x02 | 0x20 | 0x40;

    private static final int DRAIN = 0x08 | 0x10;

    private static final Duration OFTEN = Duration.ofMillis(50);
    private static final Duration ONE_ANSWER = Duration.ofSeconds(3);
    private static final int LONGEST_ANSWER = 64 * 1024;

    /// A server as HAProxy has it.
    ///
    /// @param weight as it is set, whether it gets traffic or not
    /// @param up whether HAProxy finds it alive
    record Server(String name, URI url, int weight, boolean maint, boolean drained, boolean up) {

        /// Its weight in the traffic of newcomers.
        int share() {
            return maint || drained ? 0 : weight;
        }
    }

    /// @throws IOException also when a server of ours is none of HAProxy's
    Map<String, Server> servers() throws IOException {
        String answer = socket.ask("show servers state " + name);
        List<String> lines = answer.lines().filter(line -> !line.isBlank()).toList();
        if (lines.size() < 2 || !lines.get(1).startsWith("# ")) {
            throw new IOException("HAProxy tells no servers of " + name + ": " + HaproxySocket.words(answer));
        }
        List<String> columns = Arrays.asList(lines.get(1).substring(2).split(" "));
        Map<String, Server> servers = new LinkedHashMap<>();
        for (String line : lines.subList(2, lines.size())) {
            Map<String, String> row = row(columns, line.split(" "));
            int admin = Integer.parseInt(row.get("srv_admin_state"));
            int alive = Integer.parseInt(row.get("srv_op_state"));
            String server = row.get("srv_name");
            if (instances.containsKey(server)) {
                servers.put(server, new Server(
                        server,
                        url(row.get("srv_addr"), row.get("srv_port")),
                        Integer.parseInt(row.get("srv_uweight")),
                        (admin & MAINT) != 0,
                        (admin & DRAIN) != 0,
                        alive == 1 || alive == 2));
            }
        }
        for (String server : instances.keySet()) {
            if (!servers.containsKey(server)) {
                throw new IOException("HAProxy has no server " + name + "/" + server);
            }
        }
        return servers;
    }

    private static Map<String, String> row(List<String> columns, String[] values) throws IOException {
        if (values.length < columns.size()) {
            throw new IOException("HAProxy tells " + values.length + " values for " + columns.size() + " columns");
        }
        Map<String, String> row = new HashMap<>();
        for (int i = 0; i < columns.size(); i++) {
            row.put(columns.get(i), values[i]);
        }
        return row;
    }

    private static URI url(String address, String port) throws IOException {
        try {
            return URI.create("http://" + (address.contains(":") ? "[" + address + "]" : address) + ":" + port);
        } catch (IllegalArgumentException e) {
            throw new IOException(address + ":" + port + " is no address of a server", e);
        }
    }

    String command(Server server, String what) {
        return "set server " + name + "/" + server.name() + " " + what;
    }

    /// What a server runs; null: nothing.
    ///
    /// @throws IOException when it has something to run and does not tell its digest
    @Nullable String runs(Server server) throws IOException, InterruptedException {
        String told = told(server);
        if (told.matches("sha256:[0-9a-f]{64}")) {
            return told;
        }
        if (instance(server).running() == null) {
            return null;
        }
        throw new IOException(server.name() + " tells no digest at " + server.url() + identity + " but: " + told);
    }

    /// What it says, or why it says nothing.
    private String told(Server server) throws InterruptedException {
        CompletableFuture<HttpResponse<String>> asked = http.sendAsync(
                HttpRequest.newBuilder(URI.create(server.url() + identity)).build(),
                HttpResponse.BodyHandlers.limiting(HttpResponse.BodyHandlers.ofString(), LONGEST_ANSWER));
        try {
            HttpResponse<String> answer = asked.get(ONE_ANSWER.toMillis(), TimeUnit.MILLISECONDS);
            return answer.statusCode() == 200 ? answer.body().strip() : answer.statusCode() + " " + HaproxySocket.words(answer.body());
        } catch (TimeoutException e) {
            return "no answer within " + ONE_ANSWER.toMillis() + " ms";
        } catch (ExecutionException e) {
            return String.valueOf(e.getCause());
        } finally {
            asked.cancel(true);
        }
    }

    Instance instance(Server server) {
        return Objects.requireNonNull(instances.get(server.name()), server.name());
    }

    /// Whether it is to run this, and does.
    boolean holds(Server server, @Nullable String digest) throws IOException, InterruptedException {
        return Objects.equals(instance(server).running(), digest)
                && (digest == null ? !told(server).startsWith("sha256:") : told(server).equals(digest));
    }

    /// Has a server run something else while nobody is there: newcomers go elsewhere, those who are there may finish, and then who
    /// sticks to it by a cookie goes elsewhere, too. It stays out.
    void change(Server server, @Nullable String digest, Move move) throws IOException, InterruptedException {
        if (server.share() > 0) {
            socket.tell(List.of(command(server, "state drain")));
        }
        if (!server.maint()) {
            awaitNobody(server);
            socket.tell(List.of(command(server, "state maint")));
        }
        awaitNobody(server);
        instance(server).become(digest);
        if (!restart.isEmpty() && !holds(server, digest)) {
            restart(server, digest, move);
        }
        long end = System.nanoTime() + timeout.toNanos();
        while (!holds(server, digest)) {
            if (System.nanoTime() > end) {
                throw new IOException(server.name() + " does not run " + digest + " within " + timeout.toSeconds()
                        + " s; it says: " + told(server));
            }
            TimeUnit.MILLISECONDS.sleep(OFTEN.toMillis());
        }
    }

    private void restart(Server server, @Nullable String digest, Move move) throws IOException, InterruptedException {
        Map<String, String> values =
                Map.of("server", server.name(), "digest", digest == null ? "" : digest, "key", move.key());
        List<String> argv = new ArrayList<>();
        for (Gaps argument : restart) {
            argv.add(argument.fill(Gaps.Place.PLAIN, values, new Secrets(Map.of())));
        }
        Programs.Ended ended = Programs.run(argv, home, Map.of(), timeout);
        if (ended.exit() != 0) {
            throw new IOException(argv.getFirst() + " for " + server.name() + ": " + ended.words());
        }
    }

    /// Not longer than they have: a line that never ends keeps no release from going on.
    private void awaitNobody(Server server) throws IOException, InterruptedException {
        long end = System.nanoTime() + drain.toNanos();
        while (sessions(server) > 0 && System.nanoTime() < end) {
            TimeUnit.MILLISECONDS.sleep(OFTEN.toMillis());
        }
    }

    private int sessions(Server server) throws IOException {
        List<String> lines = socket.ask("show stat").lines().toList();
        if (lines.isEmpty() || !lines.getFirst().startsWith("# ")) {
            throw new IOException("HAProxy tells no statistics: " + HaproxySocket.words(String.join(" ", lines)));
        }
        List<String> columns = Arrays.asList(lines.getFirst().substring(2).split(","));
        for (String line : lines) {
            if (line.startsWith(name + "," + server.name() + ",")) {
                Map<String, String> row = row(columns, line.split(",", -1));
                return Integer.parseInt(row.get("scur")) + Integer.parseInt(row.get("qcur"));
            }
        }
        throw new IOException("HAProxy tells no sessions of " + name + "/" + server.name());
    }

    /// What was set lives in HAProxy's memory; from this file it finds it again.
    void remember() throws IOException {
        if (stateFile != null) {
            Path half = stateFile.resolveSibling("." + stateFile.getFileName() + ".half");
            Files.writeString(half, socket.ask("show servers state " + name));
            Files.move(half, stateFile, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        }
    }
}
