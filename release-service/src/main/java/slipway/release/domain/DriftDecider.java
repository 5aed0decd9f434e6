package slipway.release.domain;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import slipway.decider.Decider;
import slipway.decider.Decision;
import slipway.release.domain.DriftEvent.EnvironmentDriftDetected;
import slipway.release.domain.DriftEvent.EnvironmentDriftEnded;

/// Whether an environment still runs what was released there. The same drift is told once, and its end too.
public final class DriftDecider implements Decider<DriftDecider.Look, DriftDecider.Known, DriftEvent> {

    /// Somebody looked.
    ///
    /// @param authorisedDigest what the last release left there, of the components that could be looked at; null: nothing
    /// @param unseen components that could not be looked at: what was known of them stays
    public record Look(
            String service,
            String environment,
            String releaseId,
            List<String> changeIds,
            @Nullable String authorisedDigest,
            Shape observed,
            Set<String> unseen) {

        Set<String> foreign() {
            return DriftDecider.foreign(authorisedDigest, observed.parts());
        }
    }

    /// @param foreign what served there and was told, and did not end; empty: there is no drift
    public record Known(Set<String> foreign) {}

    /// What serves and was not released, whatever its share of the traffic: weight that is moved is no news. [ByComponent#NOTHING] is among it
    /// where parts that serve run nothing, and where nothing serves although something was released.
    private static Set<String> foreign(@Nullable String authorised, List<Shape.Part> observed) {
        Map<String, String> released = authorised == null ? Map.of() : ByComponent.read(authorised).words();
        Set<String> foreign = new TreeSet<>();
        Set<String> silent = new TreeSet<>(released.keySet());
        silent.removeIf(component -> ByComponent.NOTHING.equals(released.get(component)));
        for (Shape.Part part : observed) {
            if (part.weight() > 0) {
                silent.remove(part.component());
                String runs = part.digest() == null ? ByComponent.NOTHING : part.digest();
                if (!runs.equals(released.getOrDefault(part.component(), ByComponent.NOTHING))) {
                    foreign.add(word(part.component(), runs));
                }
            }
        }
        silent.forEach(component -> foreign.add(word(component, ByComponent.NOTHING)));
        return foreign;
    }

    private static String word(String component, String runs) {
        return component.isEmpty() ? runs : component + " " + runs;
    }

    @Override
    public Known initial() {
        return new Known(Set.of());
    }

    @Override
    public Decision<DriftEvent> decide(Look look, Known known) {
        Set<String> foreign = look.foreign();
        Set<String> before = known.foreign().stream()
                .filter(word -> look.unseen().stream().noneMatch(component -> word.startsWith(component + " ")))
                .collect(Collectors.toSet());
        boolean stays = foreign.isEmpty() && before.size() < known.foreign().size();
        if (foreign.equals(before) || stays) {
            return Decision.nothing();
        }
        return Decision.accept(
                foreign.isEmpty()
                        ? new EnvironmentDriftEnded(look.service(), look.environment(), look.authorisedDigest())
                        : new EnvironmentDriftDetected(
                                look.service(),
                                look.environment(),
                                look.releaseId(),
                                look.changeIds(),
                                look.authorisedDigest(),
                                look.observed().parts()));
    }

    @Override
    public Known evolve(Known known, DriftEvent fact) {
        return switch (fact) {
            case EnvironmentDriftDetected drift -> new Known(foreign(drift.authorisedDigest(), drift.observed()));
            case EnvironmentDriftEnded _ -> new Known(Set.of());
        };
    }
}
