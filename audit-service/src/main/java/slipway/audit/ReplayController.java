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

/// Replays and verifies on demand; for auditors and operators, one at a time because each reads the whole log. Answers when it is done:
/// 403 for others, 409 while another runs, 503 when the log or the schema registry cannot be read.
@RestController
class ReplayController {

    private static final Logger LOG = LoggerFactory.getLogger(ReplayController.class);

    private final Replay replay;
    private final Verification verification;
    private final Semaphore one = new Semaphore(1);

    ReplayController(Replay replay, Verification verification) {
        this.replay = replay;
        this.verification = verification;
    }

    @PostMapping("/replays")
    Replay.Report replay(@AuthenticationPrincipal Jwt token) {
        Person person = auditor(token);
        Replay.Report report = alone(replay::run);
        LOG.info(
                "{} replayed {} facts in {} ms: {}, {} faults",
                person.id(),
                report.facts(),
                report.millis(),
                report.identical() ? "identical" : "DIFFERENT",
                report.faults().size());
        return report;
    }

    @PostMapping("/verifications")
    Verification.Report verify(@AuthenticationPrincipal Jwt token) {
        Person person = auditor(token);
        Verification.Report report = alone(verification::run);
        LOG.info(
                "{} verified {} facts in {} ms: {}",
                person.id(),
                report.facts(),
                report.millis(),
                report.holds() ? "all holds" : report.faults().size() + " FAULTS");
        return report;
    }

    private static Person auditor(Jwt token) {
        Person person = Person.of(token);
        if (!person.groups().contains("auditors") && !person.groups().contains("operators")) {
            throw Refusal.forbidden("this is for the groups auditors and operators");
        }
        return person;
    }

    /// Reads the whole log.
    private interface LongReading<T> {
        T run() throws InterruptedException;
    }

    private <T> T alone(LongReading<T> reading) {
        if (!one.tryAcquire()) {
            throw Refusal.conflict(List.of("the log is being replayed or verified already"));
        }
        try {
            return reading.run();
        } catch (WholeLog.Unreadable | RegistryClient.Unavailable e) {
            throw new ResponseStatusException(HttpStatus.SERVICE_UNAVAILABLE, e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ResponseStatusException(HttpStatus.SERVICE_UNAVAILABLE, "the service is stopping", e);
        } finally {
            one.release();
        }
    }
}
