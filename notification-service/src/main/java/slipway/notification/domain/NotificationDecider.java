package slipway.notification.domain;

import slipway.decider.Decider;
import slipway.decider.Decision;
import slipway.notification.domain.NotificationCommand.RecordFailed;
import slipway.notification.domain.NotificationCommand.RecordSent;
import slipway.notification.domain.NotificationEvent.NotificationFailed;
import slipway.notification.domain.NotificationEvent.NotificationSent;
import slipway.notification.domain.NotificationState.Ended;
import slipway.notification.domain.NotificationState.Pending;

/// The first answer of a channel stands. A second one comes from a job that ran again after a crash: it says nothing
/// new.
public final class NotificationDecider implements Decider<NotificationCommand, NotificationState, NotificationEvent> {

    /// The aggregate of one fact on one route, so that each pair is told once.
    public static String id(String factId, String route) {
        return "NTF-" + factId + "-" + route;
    }

    @Override
    public NotificationState initial() {
        return new Pending();
    }

    @Override
    public Decision<NotificationEvent> decide(NotificationCommand command, NotificationState state) {
        return switch (state) {
            case Ended() -> Decision.nothing();
            case Pending() -> Decision.accept(switch (command) {
                case RecordSent(var factId, var type, var route, var channel, var recipient, var receipt) ->
                    new NotificationSent(factId, type, route, channel, recipient, receipt);
                case RecordFailed(var factId, var type, var route, var channel, var recipient, var reason) ->
                    new NotificationFailed(factId, type, route, channel, recipient, reason);
            });
        };
    }

    @Override
    public NotificationState evolve(NotificationState state, NotificationEvent fact) {
        return switch (fact) {
            case NotificationSent _, NotificationFailed _ -> new Ended();
        };
    }
}
