package slipway.notification;

import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;
import slipway.http.Refusal;

/// Where Slack tells of clicks. 200: stored, what becomes of it is told later; 400: not readable; 401: not Slack's; 413: too large; 503: not set up, or its secret is of no use.
@RestController
class SlackController {

    private static final Logger LOG = LoggerFactory.getLogger(SlackController.class);
    private static final int LARGEST = 256 * 1024;

    private final SlackVotes votes;
    private final Optional<SecretFile> signing;

    SlackController(SlackVotes votes, Setup setup) {
        this.votes = votes;
        this.signing = setup.slack().signing();
    }

    @PostMapping("/slack/interactions")
    ResponseEntity<Void> clicked(HttpServletRequest request) throws IOException {
        SecretFile secretFile = signing.orElseThrow(
                () -> Refusal.unavailable("slipway.slack.signing-secret-file is not set: nobody votes in Slack"));
        // Not as a form: what is signed are the bytes.
        byte[] body = request.getInputStream().readNBytes(LARGEST + 1);
        if (body.length > LARGEST) {
            throw Refusal.tooLarge("more than " + LARGEST + " bytes");
        }
        Optional<String> fault = SlackSignature.fault(
                secret(secretFile), request.getHeader(SlackSignature.TIME), request.getHeader(SlackSignature.PROOF), body, Instant.now());
        if (fault.isPresent()) {
            throw Refusal.unproven(fault.get());
        }
        try {
            SlackClick.read(body).ifPresent(votes::take);
        } catch (IllegalArgumentException e) {
            throw Refusal.malformed(List.of(String.valueOf(e.getMessage())));
        }
        return ResponseEntity.ok().build();
    }

    /// Read each time: it is replaced while the service runs. Whoever asks from outside learns nothing of our files.
    private static byte[] secret(SecretFile file) {
        try {
            return file.key();
        } catch (IOException e) {
            LOG.error("nobody votes in Slack: slipway.slack.signing-secret-file: {}", Outside.words(e));
            throw Refusal.unavailable("the signing secret cannot be used now; the log of this service says why");
        }
    }
}
