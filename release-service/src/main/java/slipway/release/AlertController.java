package slipway.release;

import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;
import slipway.http.Form;
import slipway.http.Person;
import slipway.http.Refusal;
import slipway.messaging.Cause;
import slipway.messaging.Decisions;
import slipway.messaging.Outcome;
import slipway.release.Alerting.Alert;
import slipway.release.domain.ReleaseCommand;
import slipway.release.domain.ReleaseEvent;
import slipway.release.domain.ReleaseState;

/// Alerts as Prometheus's Alertmanager sends them ([webhook](https://prometheus.io/docs/alerting/latest/configuration/#webhook_config)).
/// One that fires with the labels `slipway_service` and `slipway_environment` takes back the release that is there: the one that
/// works there, or the one that was there last, until its change is closed. With the label `slipway_ci`, a configuration item, only when its
/// changes touch it; with `slipway_ci` and `slipway_environment` alone, all those whose changes do. 403: not for this caller; 422: these are no alerts, with every fault.
@RestController
class AlertController {

    private static final Set<String> MAY_ALERT = Set.of("alerting", "operators");
    private static final String FIRING = "firing";
    private static final List<String> STATUS = List.of(FIRING, "resolved");

    private final Decisions<ReleaseCommand, ReleaseState, ReleaseEvent> releases;
    private final Alerting alerting;
    private final Clock clock;

    AlertController(
            Decisions<ReleaseCommand, ReleaseState, ReleaseEvent> releases,
            Alerting alerting,
            Clock clock) {
        this.releases = releases;
        this.alerting = alerting;
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
        alerts.forEach(alert -> back(alert, caller, rolledBack, left));
        return new Answer(List.copyOf(rolledBack), List.copyOf(left));
    }

    /// Those that fire.
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
            Alert read = new Alert(
                    labels.getOrDefault("alertname", "an alert without a name"),
                    labels.getOrDefault("slipway_service", ""),
                    labels.getOrDefault("slipway_environment", ""),
                    alert.entries("annotations").getOrDefault("summary", "it fires"),
                    alert.time("startsAt", clock.instant()),
                    labels.get("slipway_ci"));
            if (status.equals(FIRING)) {
                alerts.add(read);
            }
        }
        return alerts;
    }

    private void back(Alert alert, Person caller, Set<String> rolledBack, List<String> left) {
        alerting.answers(alert, caller.everybody()).forEach(answer -> back(alert, answer, caller, rolledBack, left));
    }

    private void back(Alert alert, Alerting.Answer answer, Person caller, Set<String> rolledBack, List<String> left) {
        switch (answer) {
            case Alerting.Answer.Left(var why) -> left.add(alert.name() + ": " + why);
            case Alerting.Answer.Back(var id, var changeId, var command) -> {
                switch (releases.decide(id, command, Cause.person(caller.id(), caller.actors(), changeId))) {
                    case Outcome.Accepted<ReleaseState>(var state, _) -> {
                        if (state instanceof ReleaseState.NeedsHuman) {
                            left.add(alert.name() + ": " + id + " is past its point of no return; a person is called");
                        } else {
                            rolledBack.add(id);
                        }
                    }
                    case Outcome.Refused<ReleaseState>(var reasons) ->
                        reasons.forEach(each -> left.add(alert.name() + ": " + id + ": " + each));
                    case Outcome.Outdated<ReleaseState> _ -> throw new IllegalStateException("it was meant for any sequence");
                }
            }
        }
    }
}
