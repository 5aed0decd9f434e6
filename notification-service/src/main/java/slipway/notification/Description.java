package slipway.notification;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificRecord;
import slipway.events.ApprovalStage;
import slipway.events.change.ApprovalEscalated;
import slipway.events.change.ApprovalRequested;
import slipway.events.change.EmergencyBypassInvoked;
import slipway.events.change.UnauthorisedChangeDetected;
import slipway.notification.routing.Labels;
import slipway.notification.routing.Urgency;

/// What a fact is about, and whom it or its change names.
///
/// @param story what is known of its change
record Description(SpecificRecord fact, Story story) {

    static final String ASKED = "{asked}";
    static final String REQUESTER = "{requester}";
    static final String IMPLEMENTER = "{implementer}";
    static final String WATCHERS = "{watchers}";

    /// Words for people in a receiver.
    static final List<String> ROLES = List.of(ASKED, REQUESTER, IMPLEMENTER, WATCHERS);

    private static final Pattern CHANGE = Pattern.compile("CHG-[0-9]+");

    /// What the fact says itself goes before what is known of its change.
    Labels labels(Urgency urgency) {
        Map<String, Set<String>> values = new HashMap<>();
        values.put(Labels.FACT, Set.of(fact.getSchema().getName()));
        values.put(Labels.CHANGE, changes());
        values.put(Labels.SERVICE, own("service", List.of(story.service())));
        Set<String> environments = own("environment", List.of());
        values.put(Labels.ENVIRONMENT, environments.isEmpty() ? own("environments", story.environments()) : environments);
        values.put(Labels.RISK, present(List.of(story.risk())));
        values.put(Labels.TYPE, present(List.of(story.type())));
        values.put(Labels.GROUP, present(stages().stream().map(ApprovalStage::getName).toList()));
        values.put(Labels.URGENCY, Set.of(urgency.name()));
        return new Labels(values);
    }

    /// @param role one of [#ROLES]
    List<String> people(String role) {
        return List.copyOf(present(
                switch (role) {
                    case ASKED -> asked();
                    case REQUESTER -> List.of(story.requester());
                    case IMPLEMENTER -> List.of(story.implementer());
                    case WATCHERS -> story.watchers();
                    default -> throw new IllegalArgumentException(role + " is nobody");
                }));
    }

    static boolean isChange(String id) {
        return CHANGE.matcher(id).matches();
    }

    /// Those who have to answer, as the fact names them.
    private List<String> asked() {
        return switch (fact) {
            case ApprovalRequested requested -> requested.getStage().getEligible();
            case ApprovalEscalated escalated -> escalated.getStage().getEligible();
            case EmergencyBypassInvoked bypass -> bypass.getRatifiers();
            case UnauthorisedChangeDetected late -> late.getRatifiers();
            default -> List.of();
        };
    }

    private List<ApprovalStage> stages() {
        return switch (fact) {
            case ApprovalRequested requested -> List.of(requested.getStage());
            case ApprovalEscalated escalated -> List.of(escalated.getStage());
            case EmergencyBypassInvoked bypass -> bypass.getStages();
            case UnauthorisedChangeDetected late -> late.getStages();
            default -> List.of();
        };
    }

    private Set<String> changes() {
        String story = Message.meta(fact).getCorrelationId();
        return own("changeIds", isChange(story) ? List.of(story) : List.of());
    }

    /// What a field of the fact says, one text or several.
    private Set<String> own(String name, List<String> otherwise) {
        Schema.Field field = fact.getSchema().getField(name);
        Object value = field == null ? null : fact.get(field.pos());
        Set<String> own =
                switch (value) {
                    case String one -> present(List.of(one));
                    case List<?> many -> present(many.stream().map(String::valueOf).toList());
                    case null, default -> Set.of();
                };
        return own.isEmpty() ? present(otherwise) : own;
    }

    private static Set<String> present(List<String> values) {
        Set<String> present = new LinkedHashSet<>(values);
        present.remove("");
        return present;
    }
}
