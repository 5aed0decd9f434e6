package slipway.audit;

import java.util.List;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpStatus;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;
import slipway.http.Person;
import slipway.http.Refusal;
import slipway.wire.RegistryClient;

/// Replays on demand; for auditors and operators, one at a time because each reads the whole log.
@RestController
class ReplayController {

    private static final Logger LOG = LoggerFactory.getLogger(ReplayController.class);

    private final Replay replay;
    private final Semaphore one = new Semaphore(1);

    ReplayController(Replay replay) {
        this.replay = replay;
    }

    /// Answers when it is done: 403 for others than auditors and operators, 409 while another runs, 503 when the log or
    /// the schema registry cannot be read.
    @PostMapping("/replays")
    Replay.Report replay(@AuthenticationPrincipal Jwt token) {
        Person person = Person.of(token);
        if (!person.groups().contains("auditors") && !person.groups().contains("operators")) {
            throw Refusal.forbidden("a replay is for the groups auditors and operators");
        }
        if (!one.tryAcquire()) {
            throw Refusal.conflict(List.of("a replay is running already"));
        }
        try {
            Replay.Report report = replay.run();
            LOG.info(
                    "{} replayed {} facts in {} ms: {}, {} faults",
                    person.id(),
                    report.facts(),
                    report.millis(),
                    report.identical() ? "identical" : "DIFFERENT",
                    report.faults().size());
            return report;
        } catch (Replay.Unreadable | RegistryClient.Unavailable e) {
            throw new ResponseStatusException(HttpStatus.SERVICE_UNAVAILABLE, e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ResponseStatusException(HttpStatus.SERVICE_UNAVAILABLE, "the service is stopping", e);
        } finally {
            one.release();
        }
    }
}
