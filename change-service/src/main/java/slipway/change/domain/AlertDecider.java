package slipway.change.domain;

import java.util.ArrayList;
import java.util.List;
import slipway.change.domain.AlertEvent.AlertReceived;
import slipway.decider.Decider;
import slipway.decider.Decision;
import slipway.decider.Wording;

/// Something is wrong where releases run, another system says. It is told as it is; whoever released knows what to do.
public final class AlertDecider implements Decider<AlertDecider.Receive, AlertDecider.Known, AlertEvent> {

    /// @param unread faults found while reading
    public record Receive(AlertReceived alert, List<String> unread) {}

    /// @param told whether it was
    public record Known(boolean told) {}

    @Override
    public Known initial() {
        return new Known(false);
    }

    @Override
    public Decision<AlertEvent> decide(Receive receive, Known state) {
        if (state.told()) {
            return Decision.nothing();
        }
        AlertReceived alert = receive.alert();
        List<String> faults = new ArrayList<>(receive.unread());
        faults.addAll(Wording.name("name", alert.name()));
        // What names an item is about whatever touches it.
        if (alert.configurationItem() == null) {
            faults.addAll(Wording.name("service", alert.service()));
        } else {
            faults.addAll(Wording.name("configurationItem", alert.configurationItem()));
            faults.addAll(Wording.line("service", alert.service()));
        }
        faults.addAll(Wording.name("environment", alert.environment()));
        faults.addAll(Wording.name("summary", alert.summary()));
        return faults.isEmpty() ? Decision.accept(alert) : Decision.refuse(faults);
    }

    @Override
    public Known evolve(Known state, AlertEvent fact) {
        return switch (fact) {
            case AlertReceived _ -> new Known(true);
        };
    }
}
