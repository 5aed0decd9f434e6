package slipway.release;

import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;
import slipway.decider.Wording;
import slipway.http.Form;
import slipway.http.Person;
import slipway.http.Refusal;
import slipway.messaging.Cause;
import slipway.messaging.Decisions;
import slipway.messaging.Outcome;
import slipway.release.domain.ReleaseCommand;
import slipway.release.domain.ReleaseEvent;
import slipway.release.domain.ReleaseState;
import slipway.release.domain.RollbackCause;

/// Alerts as Prometheus's Alertmanager sends them ([webhook](https://prometheus.io/docs/alerting/latest/configuration/#webhook_config)).
/// One that fires with the labels `slipway_service` and `slipway_environment` takes back the release that is there: the one that
/// works there, or the one that was there last, until its change is closed. 403: not for this caller; 422: these are no alerts, with every fault.
@RestController
class AlertController {

    private static final Set<String> MAY_ALERT = Set.of("alerting", "operators");
    private static final String FIRING = "firing";
    private static final List<String> STATUS = List.of(FIRING, "resolved");
    private static final int LONGEST = 500;

    private final Decisions<ReleaseCommand, ReleaseState, ReleaseEvent> releases;
    private final Leases leases;
    private final Authorised authorised;
    private final Clock clock;

    AlertController(
            Decisions<ReleaseCommand, ReleaseState, ReleaseEvent> releases,
            Leases leases,
            Authorised authorised,
            Clock clock) {
        this.releases = releases;
        this.leases = leases;
        this.authorised = authorised;
        this.clock = clock;
    }

    /// @param rolledBack releases that are taken back because of these alerts
    /// @param left what was not done, and why
    record Answer(List<String> rolledBack, List<String> left) {}

    @PostMapping("/alerts")
    Answer alert(@RequestBody Form form, @AuthenticationPrincipal Jwt token) {
        Person caller = Person.of(token);
        if (caller.groups().stream().noneMatch(MAY_ALERT::contains)) {
            throw Refusal.forbidden(caller.id() + " is in none of the groups "
                    + MAY_ALERT.stream().sorted().toList());
        }
        // All are read before anything is done: one that cannot be read may be the one that says so.
        List<Alert> alerts = read(form);
        List<String> faults = form.faultsOfAsked();
        if (!faults.isEmpty()) {
            throw Refusal.unacceptable(faults);
        }
        Set<String> rolledBack = new LinkedHashSet<>();
        List<String> left = new ArrayList<>();
        alerts.stream().filter(Alert::firing).forEach(alert -> back(alert, caller, rolledBack, left));
        return new Answer(List.copyOf(rolledBack), List.copyOf(left));
    }

    private record Alert(
            boolean firing, String name, String service, String environment, String summary, Instant startsAt) {}

    private List<Alert> read(Form form) {
        if (!form.has("alerts")) {
            form.fault("alerts", "is missing; this is for Alertmanager's webhook");
        }
        List<Alert> alerts = new ArrayList<>();
        for (Form alert : form.parts("alerts")) {
            String status = alert.text("status");
            if (!STATUS.contains(status)) {
                alert.fault("status", "must be one of " + STATUS);
            }
            Map<String, String> labels = alert.entries("labels");
            alerts.add(new Alert(
                    status.equals(FIRING),
                    labels.getOrDefault("alertname", "an alert without a name"),
                    labels.getOrDefault("slipway_service", ""),
                    labels.getOrDefault("slipway_environment", ""),
                    alert.entries("annotations").getOrDefault("summary", "it fires"),
                    alert.time("startsAt", clock.instant())));
        }
        return alerts;
    }

    private void back(Alert alert, Person caller, Set<String> rolledBack, List<String> left) {
        String name = alert.name();
        String service = alert.service();
        String environment = alert.environment();
        Optional<String> release = leases.holder(service, environment)
                .filter(id -> releases.state(id) instanceof ReleaseState.Open open
                        && open.journey().touched(environment).isPresent())
                .or(() -> authorised.last(service, environment).map(Authorised.Last::releaseId));
        if (release.isEmpty()) {
            left.add(name + ": no release was in '" + environment + "' of '" + service + "'");
            return;
        }
        String id = release.get();
        Instant since = authorised.since(service, environment, id).orElse(Instant.MAX);
        if (alert.startsAt().isBefore(since)) {
            left.add(name + ": it fires since before " + id + " was started in " + environment);
            return;
        }
        if (!(releases.state(id) instanceof ReleaseState.Open open)) {
            left.add(name + ": " + id + " is " + releases.state(id).status());
            return;
        }
        String reason = brief(Wording.seen(name) + ": " + Wording.seen(alert.summary()));
        switch (releases.decide(
                id,
                new ReleaseCommand.RollBack(RollbackCause.SLO_ALERT, reason, caller.everybody(), clock.instant()),
                Cause.person(caller.id(), caller.actors(), open.journey().changeIds().getFirst()))) {
            case Outcome.Accepted<ReleaseState>(var state, _) -> {
                if (state instanceof ReleaseState.NeedsHuman) {
                    left.add(name + ": " + id + " is past its point of no return; a person is called");
                } else {
                    rolledBack.add(id);
                }
            }
            case Outcome.Refused<ReleaseState>(var reasons) -> reasons.forEach(each -> left.add(name + ": " + id + ": " + each));
            case Outcome.Outdated<ReleaseState> _ -> throw new IllegalStateException("it was meant for any sequence");
        }
    }

    private static String brief(String text) {
        return text.length() <= LONGEST ? text : text.substring(0, LONGEST - 1) + "…";
    }
}
