package slipway.release.deployer;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import slipway.release.deployer.HaproxyBackend.Server;
import slipway.release.domain.Shape;
import slipway.release.domain.Shape.Part;
import slipway.release.domain.StepKind;

/// Two groups of a backend's servers, which share its traffic.
///
/// A share of 30 % is the weight 30 of each server of a slot. A slot without traffic is in maintenance as well: cookies lead nobody
/// there. An idle slot runs what its first server does, which is changed last: one that is half changed is as it was before.
///
/// @param slots names of servers by slot; both have the same number
record HaproxySlots(HaproxyBackend backend, SortedMap<String, List<String>> slots) implements Target {

    @Override
    public Set<Path> folders() {
        return Instance.folders(backend.instances().values());
    }

    @Override
    public boolean can(StepKind kind) {
        return kind != StepKind.SWITCH;
    }

    @Override
    public Shape probe() throws IOException, InterruptedException {
        Map<String, Server> now = backend.servers();
        List<Part> parts = new ArrayList<>();
        for (String slot : slots.keySet()) {
            Set<Integer> shares = servers(slot, now).stream().map(Server::share).collect(Collectors.toSet());
            if (shares.size() > 1) {
                throw new IOException("the servers of " + slot + " have different weights: " + shares);
            }
            int share = shares.iterator().next();
            parts.add(new Part(slot, digest(slot, share, now), share));
        }
        return new Shape(inPercent(parts));
    }

    private @Nullable String digest(String slot, int share, Map<String, Server> now)
            throws IOException, InterruptedException {
        List<Server> servers = servers(slot, now);
        String digest = backend.runs(servers.getFirst());
        if (share > 0) {
            for (Server server : servers) {
                String its = backend.runs(server);
                if (!Objects.equals(its, digest)) {
                    throw new IOException("the servers of " + slot + " run different things: " + digest + " and " + its);
                }
            }
        }
        return digest;
    }

    /// Weights of a configuration may be any. Ours are percents, and what gets more is told before what gets less.
    private static List<Part> inPercent(List<Part> parts) throws IOException {
        List<Part> serving = parts.stream().filter(part -> part.weight() > 0).toList();
        if (serving.size() == 1) {
            return parts.stream()
                    .map(part -> part.weight() == 0 ? part : new Part(part.name(), part.digest(), Shape.ALL))
                    .toList();
        }
        boolean ours = parts.stream().mapToInt(Part::weight).sum() >= Shape.ALL
                && serving.stream().noneMatch(part -> part.weight() > Shape.ALL);
        if (!serving.isEmpty() && !ours) {
            throw new IOException("the weights are no percents: "
                    + parts.stream().map(part -> part.name() + " " + part.weight()).collect(Collectors.joining(", ")));
        }
        return parts;
    }

    @Override
    public void apply(Move move) throws IOException, InterruptedException {
        check(move.to());
        reach(move, false);
    }

    /// Only what this release put there is taken away.
    @Override
    public void undo(Move move) throws IOException, InterruptedException {
        check(move.to());
        Map<String, Server> now = backend.servers();
        for (Part part : move.to().parts()) {
            for (Server server : servers(part.name(), now)) {
                String there = backend.instance(server).running();
                if (there != null && !there.equals(part.digest()) && !there.equals(move.digest())) {
                    throw new IOException("somebody else was there: " + server.name() + " has " + there);
                }
            }
        }
        reach(move, true);
    }

    @Override
    public List<String> missing(Shape shape) {
        List<String> missing = new ArrayList<>();
        for (Part part : shape.parts()) {
            if (part.weight() > 0 && part.digest() == null) {
                missing.add(part.name() + " has traffic and runs nothing, and nobody could be led there again");
            }
            for (String server : slots.getOrDefault(part.name(), List.of())) {
                if (part.digest() != null
                        && !Objects.requireNonNull(backend.instances().get(server)).has(part.digest())) {
                    missing.add(server + " has no " + part.digest());
                }
            }
        }
        return missing;
    }

    private void check(Shape to) throws IOException {
        int all = to.parts().stream().mapToInt(Part::weight).sum();
        boolean hollow = to.parts().stream().anyMatch(part -> part.weight() > 0 && part.digest() == null);
        Set<String> names = to.parts().stream().map(Part::name).collect(Collectors.toSet());
        if (!names.equals(new HashSet<>(slots.keySet())) || hollow || (all != 0 && all != Shape.ALL)) {
            throw new IOException("the slots " + slots.keySet() + " cannot be made '" + to + "'");
        }
    }

    /// What gets traffic is ready before it gets it, and what loses it is changed after it lost it.
    ///
    /// @param back whether a server that HAProxy finds down may get traffic: it did before
    private void reach(Move move, boolean back) throws IOException, InterruptedException {
        List<Part> parts = new ArrayList<>(move.to().parts());
        parts.sort(Comparator.comparingInt(Part::weight).reversed());
        for (Part part : parts) {
            if (part.weight() > 0) {
                fill(part, move);
            }
        }
        share(parts, back);
        for (Part part : parts) {
            if (part.weight() == 0) {
                fill(part, move);
            }
        }
        backend.remember();
    }

    private void fill(Part part, Move move) throws IOException, InterruptedException {
        for (Server server : servers(part.name(), backend.servers()).reversed()) {
            if (!backend.holds(server, part.digest())) {
                if (server.share() > 0) {
                    throw new IOException(server.name() + " is not " + part.digest() + " and cannot be changed while it has traffic");
                }
                backend.change(server, part.digest(), move);
            }
        }
    }

    private void share(List<Part> parts, boolean back) throws IOException {
        Map<String, Server> now = backend.servers();
        List<String> commands = new ArrayList<>();
        for (Part part : parts) {
            for (Server server : servers(part.name(), now)) {
                boolean out = server.maint() || server.drained();
                if (server.weight() != part.weight()) {
                    commands.add(backend.command(server, "weight " + part.weight()));
                }
                if (part.weight() == 0 && !server.maint()) {
                    commands.add(backend.command(server, "state maint"));
                }
                if (part.weight() > 0 && out) {
                    commands.add(backend.command(server, "state ready"));
                }
                if (part.weight() > 0 && !out && !server.up() && !back) {
                    throw new IOException("HAProxy finds " + server.name() + " down: it gets no traffic");
                }
            }
        }
        backend.socket().tell(commands);
    }

    private List<Server> servers(String slot, Map<String, Server> now) {
        return slots.get(slot).stream()
                .map(server -> Objects.requireNonNull(now.get(server), server))
                .toList();
    }
}
