package slipway.notification.domain;

import slipway.decider.Decider;
import slipway.decider.Decision;
import slipway.notification.domain.NotificationCommand.Plan;
import slipway.notification.domain.NotificationCommand.RecordFailed;
import slipway.notification.domain.NotificationCommand.RecordSent;
import slipway.notification.domain.NotificationCommand.Suppress;
import slipway.notification.domain.NotificationEvent.NotificationFailed;
import slipway.notification.domain.NotificationEvent.NotificationPlanned;
import slipway.notification.domain.NotificationEvent.NotificationSent;
import slipway.notification.domain.NotificationEvent.NotificationSuppressed;
import slipway.notification.domain.NotificationState.Ended;
import slipway.notification.domain.NotificationState.Planned;
import slipway.notification.domain.NotificationState.Unknown;

/// Each recipient is told of a fact once. The first plan stands, and so does the first answer of a channel: a second one comes from a
/// job that ran again after a crash, and says nothing new.
public final class NotificationDecider implements Decider<NotificationCommand, NotificationState, NotificationEvent> {

    /// The aggregate of one fact, receiver and recipient, so that each of them is told once; of each round, where it is told again.
    public static String id(String factId, String receiver, String recipient, int round) {
        String first = "NTF-" + factId + "-" + receiver + "-" + recipient;
        return round == 1 ? first : first + "-" + round;
    }

    @Override
    public NotificationState initial() {
        return new Unknown();
    }

    @Override
    public Decision<NotificationEvent> decide(NotificationCommand command, NotificationState state) {
        return switch (state) {
            case Ended() -> Decision.nothing();
            case Unknown() ->
                switch (command) {
                    case Plan(var planned) -> Decision.accept(planned);
                    case Suppress(var suppressed) -> Decision.accept(suppressed);
                    case RecordSent _, RecordFailed _ -> Decision.refuse("nobody was to be told");
                };
            case Planned(var it) ->
                switch (command) {
                    case Plan _ -> Decision.nothing();
                    case Suppress(var suppressed) -> Decision.accept(suppressed);
                    case RecordSent(var receipt) ->
                        Decision.accept(new NotificationSent(
                                it.factId(), it.factType(), it.receiver(), it.channel(), it.recipient(), receipt));
                    case RecordFailed(var reason) ->
                        Decision.accept(new NotificationFailed(
                                it.factId(), it.factType(), it.receiver(), it.channel(), it.recipient(), reason));
                };
        };
    }

    @Override
    public NotificationState evolve(NotificationState state, NotificationEvent fact) {
        return switch (fact) {
            case NotificationPlanned planned -> new Planned(planned);
            case NotificationSuppressed _, NotificationSent _, NotificationFailed _ -> new Ended();
        };
    }
}
