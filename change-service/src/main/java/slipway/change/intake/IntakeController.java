package slipway.change.intake;

import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;
import slipway.change.intake.Delivery.State;
import slipway.http.Person;
import slipway.http.Refusal;

/// The door for other systems. 202: stored, with what became of it; 200: it came before, with what became of it then; 401: stored, but
/// nobody proved that it is from there; 403: not with this token; 404: no such source; 413: too large; 503: the source is not set up.
@RestController
class IntakeController {

    static final String INTEGRATIONS = "integrations";

    private static final Logger LOG = LoggerFactory.getLogger(IntakeController.class);
    private static final int LARGEST = Deliveries.LARGEST_BODY;

    private final Sources sources;
    private final Deliveries deliveries;
    private final Intake intake;
    private final Clock clock;

    IntakeController(Sources sources, Deliveries deliveries, Intake intake, Clock clock) {
        this.sources = sources;
        this.deliveries = deliveries;
        this.intake = intake;
        this.clock = clock;
    }

    /// @param results ids of what it led to
    /// @param reasons why it was refused or ignored
    record Answer(String id, State state, List<String> results, List<String> reasons) {
        static Answer of(Delivery delivery) {
            return new Answer(delivery.id(), delivery.state(), delivery.results(), delivery.reasons());
        }
    }

    @PostMapping("/ingest/{name}")
    ResponseEntity<Answer> take(
            @PathVariable String name, HttpServletRequest request, @AuthenticationPrincipal @Nullable Jwt token)
            throws IOException {
        Source source = sources.find(name)
                .orElseThrow(() -> Refusal.unknown("there is no source " + name + "; there are " + String.join(", ", sources.names())));
        byte[] body = body(request);
        Map<String, String> headers = headers(request);
        String sender = null;
        String fault = null;
        if (token == null) {
            fault = source.signature().fault(headers, body, secrets(source), clock.instant());
        } else {
            Person person = Person.of(token);
            person.needs(INTEGRATIONS);
            sender = person.id();
        }
        headers.keySet().removeIf(header -> !source.keeps(header));
        String id = deliveries.store(name, headers, body, sender, fault);
        if (fault != null) {
            throw Refusal.unproven(id + ": " + fault);
        }
        String settled = intake.handle(id);
        Delivery delivery = deliveries.find(settled).orElseThrow();
        return ResponseEntity.status(settled.equals(id) ? HttpStatus.ACCEPTED : HttpStatus.OK).body(Answer.of(delivery));
    }

    private static byte[] body(HttpServletRequest request) throws IOException {
        if (request.getContentLengthLong() > LARGEST) {
            throw tooLarge();
        }
        byte[] body = request.getInputStream().readNBytes(LARGEST + 1);
        if (body.length > LARGEST) {
            throw tooLarge();
        }
        return body;
    }

    private static Refusal tooLarge() {
        return Refusal.tooLarge("the body is larger than " + LARGEST + " bytes");
    }

    /// By their names in lower case; of several of the same name the first.
    private static Map<String, String> headers(HttpServletRequest request) {
        Map<String, String> headers = new LinkedHashMap<>();
        request.getHeaderNames().asIterator().forEachRemaining(name -> {
            String value = request.getHeader(name);
            if (value.length() <= Deliveries.LONGEST_HEADER && value.indexOf('\0') < 0) {
                headers.putIfAbsent(name.toLowerCase(Locale.ROOT), value);
            }
        });
        return headers;
    }

    private List<byte[]> secrets(Source source) {
        return secrets(source, sources.here(source.name()));
    }

    /// @throws Refusal 503 when there are none
    static List<byte[]> secrets(Source source, Installation.Here here) {
        if (source.signature().kind() == Signature.Kind.NONE || here.secretFiles().isEmpty()) {
            throw Refusal.unavailable("no secret is set up for " + source.name()
                    + ": it takes deliveries with a token of the group " + INTEGRATIONS + " only");
        }
        try {
            return here.secrets();
        } catch (IOException e) {
            LOG.error("the secret of {} cannot be read: {}", source.name(), e.toString());
            throw Refusal.unavailable("the secret of " + source.name() + " cannot be read; the log has more");
        }
    }
}
