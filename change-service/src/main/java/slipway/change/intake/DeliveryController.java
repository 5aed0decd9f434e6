package slipway.change.intake;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import slipway.change.intake.Delivery.State;
import slipway.change.intake.DeliveryList.Line;
import slipway.http.Person;
import slipway.http.Refusal;

/// What came through the door, for those who look after it.
@RestController
@RequestMapping("/deliveries")
class DeliveryController {

    private static final Set<String> MAY_LOOK = Set.of("operators", "change-managers");
    private static final int LARGEST_PAGE = 200;
    private static final String PREFIX = "DLV-";

    private final Deliveries deliveries;
    private final DeliveryList list;
    private final Intake intake;
    private final Sources sources;

    DeliveryController(Deliveries deliveries, DeliveryList list, Intake intake, Sources sources) {
        this.deliveries = deliveries;
        this.list = list;
        this.intake = intake;
        this.sources = sources;
    }

    /// @param next with which the list goes on; null: this was the end
    record Page(List<Line> deliveries, @Nullable String next) {}

    /// @param body as text, when it is UTF-8; otherwise null
    /// @param forgottenAt since when there is neither body nor headers; null: they are there
    /// @param bytes Base64, when it is not
    record View(
            String id,
            String source,
            @Nullable String key,
            Instant receivedAt,
            State state,
            @Nullable String rule,
            List<String> reasons,
            List<String> results,
            boolean proven,
            @Nullable String sender,
            int repeats,
            @Nullable String replayedBy,
            @Nullable Instant forgottenAt,
            Map<String, String> headers,
            @Nullable String body,
            @Nullable String bytes) {}

    @GetMapping
    Page list(
            @RequestParam(required = false) @Nullable String source,
            @RequestParam(required = false) @Nullable String state,
            @RequestParam(required = false) @Nullable String after,
            @RequestParam(defaultValue = "50") int limit,
            @AuthenticationPrincipal Jwt token) {
        looker(token);
        if (limit < 1 || limit > LARGEST_PAGE) {
            throw Refusal.malformed(List.of("limit: must be 1 to " + LARGEST_PAGE));
        }
        List<Line> lines = list.list(source, state == null ? null : state(state), after == null ? null : number(after), limit + 1);
        if (lines.size() <= limit) {
            return new Page(lines, null);
        }
        return new Page(lines.subList(0, limit), lines.get(limit - 1).id());
    }

    @GetMapping("/{id}")
    View show(@PathVariable String id, @AuthenticationPrincipal Jwt token) {
        looker(token);
        return view(known(id));
    }

    /// Handles it once more, by the rules of today.
    @PostMapping("/{id}/replay")
    View replay(@PathVariable String id, @AuthenticationPrincipal Jwt token) {
        Person by = looker(token);
        Delivery delivery = known(id);
        switch (delivery.state()) {
            case TAKEN -> throw Refusal.conflict(List.of(id + " was taken: " + String.join(", ", delivery.results())));
            case RECEIVED -> throw Refusal.conflict(List.of(id + " is being handled"));
            case REFUSED, IGNORED -> {}
        }
        if (delivery.forgottenAt() != null) {
            throw Refusal.conflict(List.of(id + " was forgotten at " + delivery.forgottenAt() + ": let " + delivery.source() + " send it again"));
        }
        // What stood in the log was written by who may write there, whoever that was.
        if (!delivery.proven() && !delivery.source().equals(KafkaRequests.SOURCE)) {
            prove(delivery);
        }
        // Of two at once, one is enough.
        if (!deliveries.again(id, by.id())) {
            throw Refusal.conflict(List.of(id + " is being handled"));
        }
        return view(known(intake.handle(id)));
    }

    /// Nobody's word makes it the source's; only its own proof does, when the secret was wrong here.
    private void prove(Delivery delivery) {
        Source source = sources.find(delivery.source())
                .orElseThrow(() -> Refusal.conflict(List.of("there is no source " + delivery.source() + " any more")));
        String fault = source.signature().kept().isEmpty()
                ? "what should have proven it is a secret, and was not kept: let " + source.name() + " send it again"
                : source.signature().fault(
                        delivery.headers(),
                        delivery.body(),
                        IntakeController.secrets(source, sources.here(source.name())),
                        delivery.receivedAt());
        if (fault != null) {
            throw Refusal.conflict(List.of(delivery.id() + " is not proven: " + fault));
        }
    }

    private Delivery known(String id) {
        return deliveries.find(id).orElseThrow(() -> Refusal.unknown("there is no delivery " + id));
    }

    private static Person looker(Jwt token) {
        Person person = Person.of(token);
        if (person.groups().stream().noneMatch(MAY_LOOK::contains)) {
            throw Refusal.forbidden(person.id() + " is in none of the groups " + MAY_LOOK.stream().sorted().toList());
        }
        return person;
    }

    private static State state(String text) {
        return Arrays.stream(State.values())
                .filter(each -> each.name().equalsIgnoreCase(text))
                .findFirst()
                .orElseThrow(() -> Refusal.malformed(List.of("state: must be one of " + List.of(State.values()))));
    }

    private static long number(String id) {
        try {
            return Long.parseLong(id.startsWith(PREFIX) ? id.substring(PREFIX.length()) : id);
        } catch (NumberFormatException _) {
            throw Refusal.malformed(List.of("after: must be the id of a delivery"));
        }
    }

    private static View view(Delivery delivery) {
        String text = text(delivery.body());
        return new View(
                delivery.id(),
                delivery.source(),
                delivery.key(),
                delivery.receivedAt(),
                delivery.state(),
                delivery.rule(),
                delivery.reasons(),
                delivery.results(),
                delivery.proven(),
                delivery.sender(),
                delivery.repeats(),
                delivery.replayedBy(),
                delivery.forgottenAt(),
                delivery.headers(),
                text,
                text == null ? Base64.getEncoder().encodeToString(delivery.body()) : null);
    }

    private static @Nullable String text(byte[] body) {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body)).toString();
        } catch (CharacterCodingException _) {
            return null;
        }
    }
}
