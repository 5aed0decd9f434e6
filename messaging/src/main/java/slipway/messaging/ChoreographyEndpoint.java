package slipway.messaging;

import java.util.List;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;

/// `GET /actuator/choreography`: on which fact this service does what. Drawn from the table that runs, so it cannot be out of
/// date.
@Endpoint(id = "choreography")
final class ChoreographyEndpoint {

    private final ServiceProperties service;
    private final Reactions reactions;

    ChoreographyEndpoint(ServiceProperties service, Reactions reactions) {
        this.service = service;
        this.reactions = reactions;
    }

    /// @param watches whether it also sees every other fact
    record Choreography(String service, String writes, List<String> listens, boolean watches, List<Step> steps) {}

    /// @param verb `decide` at once, `perform` as a durable job
    record Step(String on, String verb, String does) {}

    @ReadOperation
    Choreography choreography() {
        return new Choreography(
                service.service(),
                service.topic(),
                service.listens(),
                !reactions.watchers().isEmpty(),
                reactions.rows().stream().map(ChoreographyEndpoint::step).toList());
    }

    private static Step step(Reactions.Row<?> row) {
        String verb =
                switch (row.verb()) {
                    case Reactions.Verb.Decide<?> _ -> "decide";
                    case Reactions.Verb.Perform<?> _ -> "perform";
                };
        return new Step(row.fact().getSimpleName(), verb, row.name());
    }
}
