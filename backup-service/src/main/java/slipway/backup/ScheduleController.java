package slipway.backup;

import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import slipway.backup.domain.Retention;
import slipway.http.Person;
import slipway.http.Refusal;
import slipway.messaging.Cause;

/// What is done without a release: when, what is kept of it, and once more now. 404: no such plan.
@RestController
class ScheduleController {

    private final Plans plans;
    private final Timetable timetable;
    private final BackupRegister register;
    private final BackupController reading;
    private final Clock clock;

    ScheduleController(
            Plans plans, Timetable timetable, BackupRegister register, BackupController reading, Clock clock) {
        this.plans = plans;
        this.timetable = timetable;
        this.register = register;
        this.reading = reading;
        this.clock = clock;
    }

    /// @param kept by set: which generations it is of
    /// @param expired what nothing keeps, the oldest first: given up when nobody holds it and no location keeps it
    record Kept(@Nullable Retention retention, Map<String, List<String>> kept, List<String> expired) {}

    @GetMapping("/schedules")
    List<Timetable.Line> schedules() {
        return timetable.lines();
    }

    @GetMapping("/plans/{plan}/retention")
    Kept retention(@PathVariable String plan) {
        Retention retention = find(plan).retention();
        List<Retention.Taken> taken = register.taken(plan);
        return retention == null
                ? new Kept(null, Map.of(), List.of())
                : new Kept(retention, retention.kept(taken), retention.expired(taken));
    }

    /// Takes a set now, of no release.
    @PostMapping("/plans/{plan}/backups")
    @ResponseStatus(HttpStatus.CREATED)
    BackupController.View backUp(@PathVariable String plan, @AuthenticationPrincipal Jwt token) {
        Person person = KeepingController.person(token);
        Plan found = find(plan);
        if (register.capturing(plan)) {
            throw Refusal.conflict(List.of("a set of " + plan + " is being captured"));
        }
        return reading.show(
                timetable.backUp(found, clock.instant(), Cause.person(person.id(), person.actors(), null)));
    }

    private Plan find(String plan) {
        return plans.find(plan).orElseThrow(() -> Refusal.unknown("there is no backup plan " + plan));
    }
}
