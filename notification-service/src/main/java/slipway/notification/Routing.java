package slipway.notification;

import jakarta.mail.internet.AddressException;
import jakarta.mail.internet.InternetAddress;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import slipway.notification.routing.Branch;
import slipway.notification.routing.Person;
import slipway.notification.routing.Plan;
import slipway.notification.routing.Plan.Reach;
import slipway.notification.routing.Plan.Telling;
import slipway.notification.routing.Plan.Verdict.At;
import slipway.notification.routing.Silence;
import slipway.notification.routing.Urgency;

/// What the routing file says.
///
/// @param people by their ids
/// @param everybody those who are not among them
/// @param endpoints systems that are told, by their names
/// @param urgency of facts, where it is not the usual one
/// @param tree null: nobody is told of anything
record Routing(
        Map<String, Person> people,
        Everybody everybody,
        Map<String, Receiver> receivers,
        Map<String, Endpoint> endpoints,
        Map<String, Urgency> urgency,
        @Nullable Branch tree) {

    static final String PERSON = "{person}";

    /// Where there is no file.
    static final Routing NOBODY = new Routing(Map.of(), Everybody.UNKNOWN, Map.of(), Map.of(), Map.of(), null);

    private static final Pattern SLACK_CHANNEL = Pattern.compile("#[\\p{Ll}\\p{Lo}0-9._-]{1,80}|[CDGU][A-Z0-9]{8,}");

    /// @param email an address with `{person}` in it; null: there is none
    record Everybody(@Nullable String email, ZoneId zone) {

        static final Everybody UNKNOWN = new Everybody(null, ZoneId.of("UTC"));
    }

    /// What becomes of a fact that comes now.
    Plan plan(Description fact, List<Silence> silences, Instant now) {
        if (tree == null) {
            return new Plan(List.of());
        }
        Urgency urgency = urgency(fact);
        Map<String, Reach> reach = new LinkedHashMap<>();
        receivers.forEach((name, receiver) -> reach.put(name, reach(receiver, fact)));
        String story = Message.meta(fact.fact()).getCorrelationId();
        String type = fact.fact().getSchema().getName();
        Set<String> heard = receivers.values().stream()
                .filter(receiver -> PagerDutyAlert.isEnd(receiver.channel(), type))
                .map(Receiver::name)
                .collect(Collectors.toSet());
        return new Plan(Plan.of(fact.labels(urgency), urgency, tree, silences, heard, reach, now).told().stream()
                .map(telling -> together(telling, story, now))
                .toList());
    }

    /// Where a story is one message that is kept up to date, its facts go one after the other. So they do where programs read them: each by itself and at
    /// once, whatever people want together.
    private Telling together(Telling telling, String story, Instant now) {
        if (!(telling.verdict() instanceof At(var at, var group, var pace, var because))) {
            return telling;
        }
        String oneStory = LivingMessages.group(story);
        At verdict =
                switch (receivers.get(telling.receiver()).channel()) {
                    case Receiver.EMAIL -> new At(at, group, pace, because);
                    case Receiver.SLACK -> group.isEmpty() ? new At(at, oneStory, pace.alone(), because) : new At(at, group, pace, because);
                    default -> new At(now, oneStory, pace.alone(), List.of());
                };
        return new Telling(telling.receiver(), telling.recipient(), telling.person(), telling.branch(), verdict);
    }

    Urgency urgency(Description fact) {
        return Urgencies.of(fact.fact().getSchema().getName(), urgency);
    }

    Person person(String id) {
        Person known = people.get(id);
        if (known != null) {
            return known;
        }
        String email = everybody.email() == null ? null : everybody.email().replace(PERSON, id);
        return new Person(id, email != null && isAddress(email) ? email : null, null, everybody.zone(), null, null);
    }

    /// Whose account it is. The file has each account once.
    Optional<String> personOfSlack(String account) {
        return people.values().stream()
                .filter(each -> account.equals(each.slack()))
                .map(Person::id)
                .findFirst();
    }

    /// Where a person is reached on a channel; null: nowhere.
    @Nullable String address(String person, String channel) {
        return switch (channel) {
            case Receiver.EMAIL -> person(person).email();
            case Receiver.SLACK -> person(person).slack();
            default -> null;
        };
    }

    static String unreachable(String person, String channel) {
        return "no address of " + person + " for " + channel + " is known";
    }

    private Reach reach(Receiver receiver, Description fact) {
        List<Person> reached = new ArrayList<>();
        List<String> addresses = new ArrayList<>();
        Map<String, String> unreachable = new LinkedHashMap<>();
        for (String to : receiver.to()) {
            if (!Description.ROLES.contains(to)) {
                addresses.add(to);
                continue;
            }
            for (String id : fact.people(to)) {
                if (address(id, receiver.channel()) == null) {
                    unreachable.put(id, unreachable(id, receiver.channel()));
                } else {
                    reached.add(person(id));
                }
            }
        }
        return new Reach(reached, addresses, unreachable);
    }

    /// Whether it is an address of the channel.
    static boolean isAddress(String text, String channel) {
        return switch (channel) {
            case Receiver.EMAIL -> isAddress(text);
            case Receiver.SLACK -> isSlack(text);
            default -> false;
        };
    }

    static boolean isSlack(String text) {
        return SLACK_CHANNEL.matcher(text).matches();
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
