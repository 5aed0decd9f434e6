package slipway.notification;

import jakarta.mail.internet.AddressException;
import jakarta.mail.internet.InternetAddress;
import java.util.List;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;
import slipway.events.change.ApprovalEscalated;
import slipway.events.change.ApprovalRequested;
import slipway.events.change.EmergencyBypassInvoked;
import slipway.events.change.UnauthorisedChangeDetected;

/// Which facts go to whom, by which channel.
///
/// @param name its name, part of the notification's id
/// @param facts the generated classes of the facts
/// @param channel `email` or `slack`
/// @param to addresses, or one Slack channel; an address with `{asked}` is one for each person whom the fact asks
record Route(String name, List<Class<? extends SpecificRecord>> facts, String channel, List<String> to) {

    static final String EMAIL = "email";
    static final String SLACK = "slack";
    static final String ASKED = "{asked}";

    /// Who is told of this fact.
    List<String> recipients(SpecificRecord fact) {
        return to.stream()
                .flatMap(address -> address.contains(ASKED)
                        ? asked(fact).stream().map(person -> address.replace(ASKED, person)).filter(Route::isAddress)
                        : Stream.of(address))
                .distinct()
                .toList();
    }

    /// Those who have to answer, as the fact names them.
    private static List<String> asked(SpecificRecord fact) {
        return switch (fact) {
            case ApprovalRequested requested -> requested.getStage().getEligible();
            case ApprovalEscalated escalated -> escalated.getStage().getEligible();
            case EmergencyBypassInvoked bypass -> bypass.getRatifiers();
            case UnauthorisedChangeDetected late -> late.getRatifiers();
            default -> List.of();
        };
    }

    static boolean isAddress(String text) {
        try {
            InternetAddress address = new InternetAddress(text, true);
            address.validate();
            return text.contains("@") && text.equals(address.getAddress());
        } catch (AddressException e) {
            return false;
        }
    }
}
