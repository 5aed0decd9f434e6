package slipway.change;

import java.util.List;
import org.springframework.stereotype.Component;
import slipway.change.domain.ChangeCommand;
import slipway.change.domain.ChangeEvent;
import slipway.change.domain.ChangeState;
import slipway.change.domain.TemplateDecider;
import slipway.change.domain.TemplateEvent;
import slipway.events.Meta;
import slipway.events.Outcome;
import slipway.events.change.ChangeOutcomeReclassified;
import slipway.events.change.ReviewOpened;
import slipway.events.change.StandardTemplateSuspended;
import slipway.messaging.Decisions;
import slipway.messaging.Order;
import slipway.messaging.Reactions;

/// One failure suspends a template, and a suspended template approves nothing: its changes that have not started become NORMAL.
@Component
class Standards {

    private final Decisions<ChangeCommand, ChangeState, ChangeEvent> changes;
    private final Decisions<TemplateDecider.Command, TemplateDecider.State, TemplateEvent> templates;
    private final ChangeRegister register;
    private final Situation situation;

    Standards(
            Decisions<ChangeCommand, ChangeState, ChangeEvent> changes,
            Decisions<TemplateDecider.Command, TemplateDecider.State, TemplateEvent> templates,
            ChangeRegister register,
            Situation situation) {
        this.changes = changes;
        this.templates = templates;
        this.register = register;
        this.situation = situation;
    }

    void on(Reactions.Table table) {
        table.decide(
                        ReviewOpened.class,
                        "suspend the template of a change that failed",
                        review -> suspend(review.getMeta(), review.getProposedOutcome(), review.getCause()))
                .decide(
                        ChangeOutcomeReclassified.class,
                        "suspend the template of a change that turned out to have failed",
                        again -> suspend(again.getMeta(), again.getTo(), again.getReason()))
                .perform(
                        StandardTemplateSuspended.class,
                        "treat changes by a suspended template as normal ones",
                        this::fall);
    }

    private List<Order<?>> suspend(Meta meta, Outcome outcome, String cause) {
        String id = meta.getAggregateId();
        return switch (outcome) {
            case BACKED_OUT, FAILED_NOT_BACKED_OUT ->
                register.template(id).stream()
                        .<Order<?>>map(ref -> templates.order(
                                Templates.aggregate(ref),
                                new TemplateDecider.Suspend(id, id + " ended " + outcome + ": " + cause)))
                        .toList();
            case SUCCESSFUL, SUCCESSFUL_WITH_ISSUES, ABORTED, UNKNOWN -> List.of();
        };
    }

    private List<Order<?>> fall(StandardTemplateSuspended suspended) {
        String ref = suspended.getMeta().getAggregateId().substring(Templates.aggregate("").length());
        return register.openByTemplate(ref).stream()
                .<Order<?>>mapMulti((id, orders) -> {
                    if (changes.state(id) instanceof ChangeState.Known open) {
                        orders.accept(changes.order(
                                id,
                                new ChangeCommand.FallToNormal(
                                        "template " + ref + " was suspended: " + suspended.getReason(),
                                        situation.of(id, open.dossier().rfc()))));
                    }
                })
                .toList();
    }
}
