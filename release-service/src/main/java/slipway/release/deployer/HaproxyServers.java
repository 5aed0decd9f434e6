package slipway.release.deployer;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import slipway.release.deployer.HaproxyBackend.Server;
import slipway.release.domain.Shape;
import slipway.release.domain.Shape.Part;
import slipway.release.domain.StepKind;

/// The servers of a backend, changed one after the other, each while it is taken out of the traffic.
record HaproxyServers(HaproxyBackend backend) implements Target {

    @Override
    public List<String> parts() {
        return List.copyOf(backend.instances().keySet());
    }

    @Override
    public Set<Path> folders() {
        return Instance.folders(backend.instances().values());
    }

    @Override
    public boolean can(StepKind kind) {
        return kind == StepKind.SWITCH;
    }

    @Override
    public Shape probe() throws IOException, InterruptedException {
        List<Part> parts = new ArrayList<>();
        for (Server server : backend.servers().values()) {
            int share = server.share() == 0 ? 0 : Shape.ALL / backend.instances().size();
            parts.add(new Part(server.name(), backend.runs(server), share));
        }
        return new Shape(parts);
    }

    /// A server that is being changed has no traffic and what it had before or has to have.
    @Override
    public boolean isHalf(Shape seen, Shape from, Shape to) {
        return new Shape(seen.parts().stream()
                        .map(part -> {
                            Part before = from.part(part.name()).orElse(part);
                            Part after = to.part(part.name()).orElse(part);
                            boolean changing = part.weight() == 0 && !before.equals(after);
                            return changing && Objects.equals(part.digest(), after.digest())
                                    ? after
                                    : changing && Objects.equals(part.digest(), before.digest()) ? before : part;
                        })
                        .toList())
                .isBetween(from, to);
    }

    @Override
    public void apply(Move move) throws IOException, InterruptedException {
        Map<String, Server> now = backend.servers();
        for (Part part : outFirst(move.to(), now)) {
            become(part, move, false);
        }
        backend.remember();
    }

    /// Only what this release put there is taken away; what somebody else put there meanwhile is theirs.
    @Override
    public void undo(Move move) throws IOException, InterruptedException {
        Map<String, Server> now = backend.servers();
        for (Part part : outFirst(move.to(), now)) {
            String there = backend.instance(server(part, now)).running();
            if (there == null || there.equals(move.digest()) || there.equals(part.digest())) {
                become(part, move, true);
            }
        }
        backend.remember();
    }

    @Override
    public List<String> missing(Shape shape) {
        return shape.parts().stream()
                .filter(part -> part.digest() != null
                        && !Objects.requireNonNull(backend.instances().get(part.name())).has(part.digest()))
                .map(part -> part.name() + " has no " + part.digest())
                .toList();
    }

    /// Those that have no traffic anyway, so that one of them serves when the others' turn comes.
    private static List<Part> outFirst(Shape to, Map<String, Server> now) throws IOException {
        List<Part> first = new ArrayList<>();
        List<Part> then = new ArrayList<>();
        for (Part part : to.parts()) {
            (server(part, now).share() == 0 ? first : then).add(part);
        }
        first.addAll(then);
        return first;
    }

    /// @param back whether a release is got rid of, if need be without another server that could serve meanwhile
    private void become(Part part, Move move, boolean back) throws IOException, InterruptedException {
        Map<String, Server> now = backend.servers();
        Server server = server(part, now);
        if (!backend.holds(server, part.digest())) {
            boolean others = now.values().stream().anyMatch(other -> other != server && other.share() > 0 && other.up());
            if (server.share() > 0 && !others && !back) {
                throw new IOException(server.name() + " is the only one that has traffic");
            }
            backend.change(server, part.digest(), move);
        }
        Server then = server(part, backend.servers());
        if (part.weight() > 0 && (then.maint() || then.drained())) {
            backend.socket().tell(List.of(backend.command(then, "state ready")));
        }
    }

    private static Server server(Part part, Map<String, Server> now) throws IOException {
        Server server = now.get(part.name());
        if (server == null) {
            throw new IOException("there is no server " + part.name());
        }
        return server;
    }
}
