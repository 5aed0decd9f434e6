package slipway.release.deployer;

import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import slipway.release.domain.Shape;
import slipway.release.domain.Shape.Part;

/// Deployments of a namespace that together are an environment.
///
/// It is brought to a shape in an order in which nobody is sent where nothing answers: first what shall have traffic grows and gets
/// ready, then the Service chooses, then the rest shrinks. Every line looks at what is there and changes what is not as it should
/// be, so it can be begun again from anywhere.
///
/// @param slots names of one or two Deployments
/// @param entrance null: one Deployment alone
/// @param container null: the only one of the pod
/// @param replicas of a slot with all of the traffic, and of both together when they share it
/// @param rolling null: as it stands in the Deployment
record KubernetesTarget(
        Cluster cluster,
        List<String> slots,
        @Nullable Entrance entrance,
        @Nullable String container,
        int replicas,
        @Nullable Rolling rolling)
        implements Target {

    /// How the weight that was asked for is noted at the Service: replicas alone tell it only roughly.
    static final String WEIGHT = "slipway/weight";

    /// @param label of the pods, which tells the slots apart
    record Entrance(String service, String label) {}

    /// How far a [rolling update](https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#rolling-update-deployment)
    /// may leave the number of replicas: numbers, or percentages.
    record Rolling(String maxSurge, String maxUnavailable) {

        IntOrString surge() {
            return amount(maxSurge);
        }

        IntOrString unavailable() {
            return amount(maxUnavailable);
        }

        private static IntOrString amount(String text) {
            return text.endsWith("%") ? new IntOrString(text) : new IntOrString(Integer.valueOf(text));
        }
    }

    /// A weight as it is asked for: of one slot, the other has the rest.
    private record Noted(String slot, int weight) {

        static @Nullable Noted at(Service service) {
            String text = Objects.requireNonNullElse(service.getMetadata().getAnnotations(), Map.<String, String>of())
                    .get(WEIGHT);
            if (text == null || !text.matches("[^=]+=[0-9]{1,2}")) {
                return null;
            }
            int equals = text.indexOf('=');
            return new Noted(text.substring(0, equals), Integer.parseInt(text.substring(equals + 1)));
        }

        int of(String name) {
            return name.equals(slot) ? weight : Shape.ALL - weight;
        }

        /// Rounded up for the one that it was asked for, and something is left for the other.
        int replicas(String name, int all) {
            int its = Math.clamp(Math.ceilDiv(all * weight, Shape.ALL), 1, all - 1);
            return name.equals(slot) ? its : all - its;
        }

        String text() {
            return slot + "=" + weight;
        }
    }

    @Override
    public Shape probe() throws IOException, InterruptedException {
        return cluster.call(client -> {
            Map<String, Slot> now = look(client);
            for (Slot slot : now.values()) {
                slot.checkSettled();
            }
            Service service = service(client);
            Set<String> served = served(service, now);
            Noted noted = service == null ? null : Noted.at(service);
            boolean asNoted = noted != null
                    && served.size() == 2
                    && now.values().stream().allMatch(slot -> slot.ready() == noted.replicas(slot.name(), replicas));
            int ready = served.stream().mapToInt(name -> now.get(name).ready()).sum();
            List<Part> parts = new ArrayList<>();
            for (Slot slot : now.values()) {
                int share = ready == 0 ? 0 : Math.round((float) Shape.ALL * slot.ready() / ready);
                int weight = asNoted ? noted.of(slot.name()) : share;
                parts.add(new Part(slot.name(), slot.runs(), served.contains(slot.name()) ? weight : 0));
            }
            return new Shape(parts);
        });
    }

    @Override
    public void apply(Move move) throws IOException, InterruptedException {
        Images.released(move);
        reach(move);
    }

    @Override
    public void undo(Move move) throws IOException, InterruptedException {
        reach(move);
    }

    private void reach(Move move) throws IOException, InterruptedException {
        check(move.to());
        long end = cluster.end();
        cluster.call(client -> {
            Map<String, Slot> now = look(client);
            Service service = service(client);
            Set<String> served = served(service, now);
            Noted noted = noted(move);
            Map<String, Integer> wanted = new HashMap<>();
            for (Part part : move.to().parts()) {
                wanted.put(part.name(), wanted(part, now.get(part.name()), noted));
            }
            Map<String, Integer> first = new HashMap<>(wanted);
            for (Part part : move.to().parts()) {
                Slot slot = now.get(part.name());
                if (part.digest() == null) {
                    first.remove(part.name());
                } else if (served.contains(part.name())) {
                    first.merge(part.name(), slot.wanted(), Math::max);
                }
            }
            become(client, move, first, end);
            if (service != null && entrance != null && move.to().parts().stream().anyMatch(part -> part.weight() > 0)) {
                choose(client, service, now, move.to(), noted);
            }
            become(client, move, wanted, end);
            return null;
        });
    }

    private void check(Shape to) throws IOException {
        Set<String> names = to.parts().stream().map(Part::name).collect(Collectors.toSet());
        int all = to.parts().stream().mapToInt(Part::weight).sum();
        boolean hollow = to.parts().stream().anyMatch(part -> part.weight() > 0 && part.digest() == null);
        if (!names.equals(new HashSet<>(slots)) || hollow || (all != 0 && all != Shape.ALL)) {
            throw new IOException("the Deployments " + slots + " cannot be made '" + to + "'");
        }
    }

    private static @Nullable Noted noted(Move move) {
        // Rounded up for what is new; where nothing is, for the smaller part.
        return move.to().parts().stream()
                .filter(part -> part.weight() > 0 && part.weight() < Shape.ALL)
                .min((one, other) -> {
                    int old = Boolean.compare(
                            !move.digest().equals(one.digest()), !move.digest().equals(other.digest()));
                    return old != 0 ? old : Integer.compare(one.weight(), other.weight());
                })
                .map(part -> new Noted(part.name(), part.weight()))
                .orElse(null);
    }

    private int wanted(Part part, Slot slot, @Nullable Noted noted) {
        if (part.digest() == null) {
            return 0;
        }
        if (part.weight() == Shape.ALL || noted == null || part.weight() == 0) {
            // Beside the traffic: what runs there already may stay as small as it is until it is needed.
            boolean stays = part.weight() == 0 && part.digest().equals(slot.image().flatMap(Images::digest).orElse(null));
            return stays && slot.wanted() > 0 ? slot.wanted() : replicas;
        }
        return noted.replicas(part.name(), replicas);
    }

    private void become(KubernetesClient client, Move move, Map<String, Integer> wanted, long end)
            throws IOException, InterruptedException {
        for (Map.Entry<String, Integer> each : wanted.entrySet()) {
            Slot slot = Slot.look(client, cluster.namespace(), each.getKey(), container);
            String digest = move.to().part(each.getKey()).map(Part::digest).orElse(null);
            String image = digest == null ? null : Images.with(digest, slot.imageOrFault(), slot.before(), move);
            slot.become(client, image, each.getValue(), rolling);
        }
        for (Map.Entry<String, Integer> each : wanted.entrySet()) {
            cluster.await(end, () -> Slot.look(client, cluster.namespace(), each.getKey(), container)
                    .missing(client, each.getValue()));
        }
    }

    private void choose(KubernetesClient client, Service service, Map<String, Slot> now, Shape to, @Nullable Noted noted)
            throws IOException {
        String label = Objects.requireNonNull(entrance).label();
        Map<String, String> selector =
                new HashMap<>(Objects.requireNonNullElse(service.getSpec().getSelector(), Map.of()));
        Map<String, String> notes = new HashMap<>(
                Objects.requireNonNullElse(service.getMetadata().getAnnotations(), Map.of()));
        if (noted == null) {
            Part all = to.parts().stream().filter(part -> part.weight() > 0).findFirst().orElseThrow();
            selector.put(label, now.get(all.name()).label(label));
            notes.remove(WEIGHT);
        } else {
            selector.remove(label);
            notes.put(WEIGHT, noted.text());
        }
        for (Part part : to.parts()) {
            if (part.weight() > 0 && !now.get(part.name()).labels().entrySet().containsAll(selector.entrySet())) {
                throw new IOException("the Service " + service.getMetadata().getName() + " selects " + selector
                        + ", and the pods of " + part.name() + " have the labels " + now.get(part.name()).labels());
            }
        }
        if (!selector.equals(service.getSpec().getSelector())
                || !notes.equals(Objects.requireNonNullElse(service.getMetadata().getAnnotations(), Map.of()))) {
            Cluster.write(() -> client.services()
                    .inNamespace(cluster.namespace())
                    .withName(service.getMetadata().getName())
                    .edit(live -> new ServiceBuilder(live)
                            .editMetadata()
                            .withAnnotations(notes)
                            .endMetadata()
                            .editSpec()
                            .withSelector(selector)
                            .endSpec()
                            .build()));
        }
    }

    private Map<String, Slot> look(KubernetesClient client) throws IOException {
        Map<String, Slot> now = new HashMap<>();
        for (String name : slots) {
            now.put(name, Slot.look(client, cluster.namespace(), name, container));
        }
        return now;
    }

    private @Nullable Service service(KubernetesClient client) throws IOException {
        if (entrance == null) {
            return null;
        }
        Service service = client.services()
                .inNamespace(cluster.namespace())
                .withName(entrance.service())
                .get();
        if (service == null) {
            throw new IOException("there is no Service " + entrance.service() + " in " + cluster.namespace());
        }
        return service;
    }

    /// The slots whose pods the Service selects; without one, it is the only slot.
    private static Set<String> served(@Nullable Service service, Map<String, Slot> now) {
        Map<String, String> selector =
                service == null ? Map.of() : Objects.requireNonNullElse(service.getSpec().getSelector(), Map.of());
        return now.values().stream()
                .filter(slot -> service == null || !selector.isEmpty())
                .filter(slot -> slot.labels().entrySet().containsAll(selector.entrySet()))
                .map(Slot::name)
                .collect(Collectors.toSet());
    }
}
