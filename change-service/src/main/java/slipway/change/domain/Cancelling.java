package slipway.change.domain;

import java.util.ArrayList;
import java.util.List;
import slipway.change.domain.ChangeCommand.Cancel;
import slipway.change.domain.ChangeEvent.ChangeCancelled;
import slipway.change.domain.ChangeState.Approved;
import slipway.change.domain.ChangeState.Assessing;
import slipway.change.domain.ChangeState.AwaitingApproval;
import slipway.change.domain.ChangeState.Draft;
import slipway.change.domain.ChangeState.Implementing;
import slipway.change.domain.ChangeState.InReview;
import slipway.change.domain.ChangeState.Known;
import slipway.change.domain.ChangeState.Monitoring;
import slipway.change.domain.ChangeState.Scheduled;
import slipway.decider.Decision;
import slipway.decider.Wording;

/// A change is given up before it starts. From then on there is something to undo, which is its release's to do.
final class Cancelling {

    private Cancelling() {}

    static Decision<ChangeEvent> cancel(Cancel cancel, ChangeState state) {
        return switch (state) {
            case ChangeState.Cancelled _ -> Decision.nothing();
            case Draft _, Assessing _, AwaitingApproval _, Approved _, Scheduled _ ->
                cancel(cancel, ((Known) state).dossier());
            case Implementing _, Monitoring _, ChangeState.RollingBack _, InReview _ ->
                Decision.refuse("the change is " + state.status()
                        + ": from IMPLEMENTING on it cannot be cancelled; abort its release instead");
            case ChangeState.Nothing _ -> Decision.refuse("there is nothing to cancel: there is no such change");
            case ChangeState.Refused _,
                    ChangeState.Rejected _,
                    ChangeState.Expired _,
                    ChangeState.Closed _ ->
                Decision.refuse("there is nothing to cancel: the change is " + state.status());
        };
    }

    private static Decision<ChangeEvent> cancel(Cancel cancel, Dossier dossier) {
        List<String> reasons = new ArrayList<>(cancel.by().strangerTo(dossier));
        reasons.addAll(Wording.reason("reason", cancel.reason()));
        return reasons.isEmpty()
                ? Decision.accept(new ChangeCancelled(cancel.by().id(), cancel.reason()))
                : Decision.refuse(reasons);
    }
}
