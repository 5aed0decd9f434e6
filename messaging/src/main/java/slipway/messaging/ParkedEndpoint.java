package slipway.messaging;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException;
import org.springframework.boot.actuate.endpoint.SecurityContext;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;

/// `GET /actuator/parked` lists what waits; `POST /actuator/parked/{id}` with `{"action": "retry" | "skip"}` acts on one,
/// or answers 404 when no such fact waits for a person.
@Endpoint(id = "parked")
final class ParkedEndpoint {

    private final Parked parked;

    ParkedEndpoint(Parked parked) {
        this.parked = parked;
    }

    @ReadOperation
    List<Parked.Entry> open() {
        return parked.open();
    }

    @WriteOperation
    WebEndpointResponse<Map<String, Object>> act(@Selector long id, String action, SecurityContext security) {
        String who = security.getPrincipal() == null ? "unknown" : security.getPrincipal().getName();
        boolean done =
                switch (action.toLowerCase(Locale.ROOT)) {
                    case "retry" -> parked.retry(id);
                    case "skip" -> parked.skip(id, who);
                    default -> throw new InvalidEndpointRequestException(
                            "action is retry or skip, not " + action, "action is retry or skip");
                };
        Map<String, Object> answer = Map.of("id", id, "done", done, "open", parked.count());
        return new WebEndpointResponse<>(
                answer, done ? WebEndpointResponse.STATUS_OK : WebEndpointResponse.STATUS_NOT_FOUND);
    }
}
