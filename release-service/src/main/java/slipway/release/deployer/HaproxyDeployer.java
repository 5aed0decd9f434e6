package slipway.release.deployer;

import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import slipway.http.Form;
import slipway.release.domain.StepKind;
import slipway.release.packages.Packages;

/// The `haproxy` deployer: servers that serve packages of ours out of folders, behind an HAProxy that is told by its Runtime API who
/// gets how much of the traffic. Its configuration is not touched. Written for HAProxy 2.6; nothing newer is needed.
final class HaproxyDeployer implements Deployer {

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_.:-]+");

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(2))
            .build();
    private final Packages packages;
    private final Duration patience;

    HaproxyDeployer(Packages packages) {
        this(packages, Duration.ofSeconds(5));
    }

    /// @param patience for one answer of HAProxy's
    HaproxyDeployer(Packages packages, Duration patience) {
        this.packages = packages;
        this.patience = patience;
    }

    @Override
    public String name() {
        return "haproxy";
    }

    @Override
    public Set<StepKind> skills() {
        return EnumSet.of(StepKind.SWITCH, StepKind.PREVIEW, StepKind.WEIGHT, StepKind.CUTOVER, StepKind.RETIRE);
    }

    @Override
    public Target target(Form form, Path folder) {
        SocketAddress address = HaproxySocket.address(form.text("socket"), folder);
        if (address == null) {
            form.fault("socket", "HAProxy's stats socket is needed: a path, or a port of this machine such as 127.0.0.1:9999");
        }
        String backend = form.text("backend");
        if (!NAME.matcher(backend).matches()) {
            form.fault("backend", backend.isEmpty() ? "is missing" : "'" + backend + "' is no name of a backend");
        }
        String identity = form.text("identity");
        if (!identity.startsWith("/")) {
            form.fault("identity", "is missing; where does a server tell its digest? /" + Instance.IDENTITY + " is in every package");
        }
        List<Gaps> restart = form.texts("restart").stream().map(Gaps::new).toList();
        restart.forEach(each -> each.check(Set.of("server", "digest", "key"), Set.of(), fault -> form.fault("restart", fault)));
        long drain = form.number("drainSeconds");
        if (!form.has("drainSeconds") || drain < 0) {
            form.fault("drainSeconds", "a number from 0 on is needed");
        }
        long timeout = form.number("timeoutSeconds");
        if (timeout < 1) {
            form.fault("timeoutSeconds", "a number from 1 on is needed");
        }
        SortedMap<String, List<String>> slots = new TreeMap<>();
        SortedMap<String, Instance> instances = new TreeMap<>();
        Map<Path, String> taken = new HashMap<>();
        form.named("slots").forEach((name, slot) -> {
            SortedMap<String, Instance> its = DirectoryDeployer.read(slot, "servers", folder, packages, taken);
            its.keySet().stream().filter(instances::containsKey).forEach(server ->
                    slot.fault("servers." + server, "is in another slot, too"));
            instances.putAll(its);
            slots.put(name, List.copyOf(its.keySet()));
        });
        instances.putAll(DirectoryDeployer.read(form, "servers", folder, packages, taken));
        check(form, slots, instances);
        HaproxyBackend of = new HaproxyBackend(
                new HaproxySocket(address == null ? UnixDomainSocketAddress.of("") : address, patience),
                backend,
                instances,
                identity,
                restart,
                folder,
                Duration.ofSeconds(Math.max(0, drain)),
                Duration.ofSeconds(Math.max(1, timeout)),
                form.has("stateFile") ? folder.resolve(form.text("stateFile")).normalize() : null,
                http);
        return slots.isEmpty() ? new HaproxyServers(of) : new HaproxySlots(of, slots);
    }

    private static void check(Form form, SortedMap<String, List<String>> slots, SortedMap<String, Instance> instances) {
        if (form.has("slots") == form.has("servers")) {
            form.fault("slots", "two, each with its servers, or servers, which are changed one by one: one of the two is needed");
        } else if (form.has("servers") && instances.size() < 2) {
            form.fault("servers", "two at least: one serves while the other is changed");
        } else if (form.has("slots") && slots.size() != 2) {
            form.fault("slots", "there are two");
        } else if (form.has("slots")
                && (slots.values().stream().mapToInt(List::size).distinct().count() > 1
                        || slots.values().stream().anyMatch(List::isEmpty))) {
            form.fault("slots", "both need the same number of servers, so that a share of the weights is a share of the traffic");
        }
        instances.keySet().stream()
                .filter(server -> !NAME.matcher(server).matches())
                .forEach(server -> form.fault(form.has("slots") ? "slots" : "servers", "'" + server + "' is no name of a server"));
    }
}
