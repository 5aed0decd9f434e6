package slipway.notification;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.DayOfWeek;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import slipway.events.Topics;
import slipway.http.Form;
import slipway.http.Misconfigured;
import slipway.http.Refusal;
import slipway.notification.Routing.Everybody;
import slipway.notification.routing.Person;
import slipway.notification.routing.Quiet;
import slipway.notification.routing.Urgency;

/// Reads who is told of what; the shape of the file is `notifications.schema.json`. Everything is checked at the start of the service and
/// every fault is named with its place, because a route that fails at its first fact fails when it was needed.
final class RoutingFile {

    static final Pattern NAME = Pattern.compile("[a-z0-9]+(-[a-z0-9]+)*");
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm");

    private final Form form;
    private final Set<String> channels;

    private RoutingFile(Form form, Set<String> channels) {
        this.form = form;
        this.channels = channels;
    }

    /// @param channels those that are configured
    /// @throws Misconfigured naming every fault of the file
    static Routing read(Path file, Set<String> channels) {
        return Misconfigured.reading(file.toString(), () -> read(Files.readAllBytes(file), channels));
    }

    /// @throws Refusal naming every fault
    static Routing read(byte[] yaml, Set<String> channels) {
        Form form = Form.read(yaml, Form.YAML);
        Routing routing = new RoutingFile(form, channels).routing();
        List<String> faults = form.faults();
        if (!faults.isEmpty()) {
            throw Refusal.unacceptable(faults);
        }
        return routing;
    }

    private Routing routing() {
        if (form.has("routes")) {
            form.fault("routes", "the list of routes became a tree under `route`, with `receivers`: see docs/notifications.md");
        }
        Map<String, Person> people = new LinkedHashMap<>();
        Map<String, String> accounts = new LinkedHashMap<>();
        form.named("people").forEach((id, part) -> {
            Person person = person(id, part);
            String other = person.slack() == null ? null : accounts.putIfAbsent(person.slack(), id);
            if (other != null) {
                part.fault("slack", "'" + person.slack() + "' is " + other + "'s: who clicks there would be one of two");
            }
            people.put(id, person);
        });
        Everybody everybody = form.has("everybody") ? everybody(form.part("everybody")) : Everybody.UNKNOWN;
        Map<String, Endpoint> endpoints = EndpointForm.read(form);
        Map<String, Receiver> receivers = new LinkedHashMap<>();
        form.named("receivers").forEach((name, part) -> {
            if (!NAME.matcher(name).matches()) {
                form.fault("receivers." + name, "the name has to be small letters, digits and hyphens");
            }
            receivers.put(name, receiver(name, part, endpoints));
        });
        Map<String, Urgency> urgency = urgency();
        if (!form.has("route")) {
            form.fault("route", "is missing: nobody would be told of anything");
            return Routing.NOBODY;
        }
        return new Routing(
                people,
                everybody,
                receivers,
                endpoints,
                urgency,
                new RoutingTree(receivers.keySet()).branch(form.part("route"), "route", RoutingTree.ROOT));
    }

    private Map<String, Urgency> urgency() {
        Map<String, Urgency> urgency = new LinkedHashMap<>();
        Form part = form.part("urgency");
        for (String fact : part.names()) {
            if (!FactTypes.known(fact)) {
                part.fault(fact, FactTypes.fault(fact));
            }
            String word = part.text(fact);
            Stream.of(Urgency.values()).filter(each -> each.name().equals(word)).findFirst().ifPresentOrElse(
                    each -> urgency.put(fact, each),
                    () -> part.fault(fact, "must be one of " + List.of(Urgency.values()) + ", not '" + word + "'"));
        }
        return urgency;
    }

    private Person person(String id, Form part) {
        ZoneId zone = zone(part);
        String email = part.optionalText("email");
        if (email != null && !Routing.isAddress(email, Receiver.EMAIL)) {
            part.fault("email", "'" + email + "' is no e-mail address");
        }
        String slack = part.optionalText("slack");
        if (slack != null && !Routing.isAddress(slack, Receiver.SLACK)) {
            part.fault("slack", "'" + slack + "' is no Slack channel or member");
        }
        Quiet quiet = part.has("quietHours") ? quiet(part, part.part("quietHours")) : null;
        return new Person(id, email, slack, zone, quiet, time(part, "digestAt"));
    }

    private Everybody everybody(Form part) {
        String email = part.optionalText("email");
        if (email != null && (!email.contains(Routing.PERSON)
                || !Routing.isAddress(email.replace(Routing.PERSON, "somebody"), Receiver.EMAIL))) {
            part.fault("email", "has to be an e-mail address with " + Routing.PERSON + " in it, not '" + email + "'");
        }
        return new Everybody(email, zone(part));
    }

    private @Nullable Quiet quiet(Form person, Form part) {
        LocalTime from = time(part, "from");
        LocalTime to = time(part, "to");
        Stream.of("from", "to").filter(each -> !part.has(each)).forEach(each -> part.fault(each, "is missing"));
        Set<DayOfWeek> days = EnumSet.noneOf(DayOfWeek.class);
        for (String day : part.texts("days")) {
            try {
                days.add(DayOfWeek.valueOf(day));
            } catch (IllegalArgumentException _) {
                part.fault("days", "must be some of " + List.of(DayOfWeek.values()) + ", not '" + day + "'");
            }
        }
        if (part.has("days") && part.isList("days") && days.isEmpty()) {
            part.fault("days", "has to be a list with at least one entry");
        }
        if (from == null || to == null) {
            return null;
        }
        try {
            return new Quiet(from, to, part.has("days") ? days : EnumSet.allOf(DayOfWeek.class));
        } catch (IllegalArgumentException e) {
            person.fault("quietHours", e.getMessage());
            return null;
        }
    }

    private Receiver receiver(String name, Form part, Map<String, Endpoint> endpoints) {
        String channel = part.text("channel");
        List<String> to = part.texts("to");
        if (to.isEmpty()) {
            part.fault("to", "has to be a list with at least one entry");
        }
        if (EndpointForm.channels().contains(channel)) {
            to.stream()
                    .filter(each -> !endpoints.containsKey(each) || !endpoints.get(each).channel().equals(channel))
                    .forEach(each -> part.fault("to", "there is no endpoint '" + each + "' of the channel " + channel));
            return new Receiver(name, channel, to);
        }
        if (channel.equals(Receiver.CDEVENTS_TOPIC)) {
            if (!to.equals(List.of(Topics.CDEVENTS))) {
                part.fault("to", "has to be [" + Topics.CDEVENTS + "], the topic");
            }
            return new Receiver(name, channel, to);
        }
        if (!Set.of(Receiver.EMAIL, Receiver.SLACK).contains(channel)) {
            part.fault("channel", "has to be email, slack, cdevents-topic or one of " + EndpointForm.channels() + ", not '" + channel + "'");
            return new Receiver(name, channel, to);
        }
        if (!channels.contains(channel)) {
            part.fault("channel", channel + " is not configured");
        }
        to.stream()
                .filter(each -> !Description.ROLES.contains(each) && !Routing.isAddress(each, channel))
                .forEach(each -> part.fault("to", "'" + each + "' is no address for " + channel + ", and none of "
                        + String.join(", ", Description.ROLES)));
        return new Receiver(name, channel, to);
    }

    private static ZoneId zone(Form part) {
        String zone = part.optionalText("zone");
        try {
            return zone == null ? ZoneId.of("UTC") : ZoneId.of(zone);
        } catch (DateTimeException _) {
            part.fault("zone", "'" + zone + "' is no time zone; write Europe/Berlin");
            return ZoneId.of("UTC");
        }
    }

    private static @Nullable LocalTime time(Form part, String name) {
        String time = part.optionalText(name);
        try {
            return time == null ? null : LocalTime.parse(time, TIME);
        } catch (DateTimeException _) {
            part.fault(name, "'" + time + "' is no time of the day; write \"08:30\"");
            return null;
        }
    }
}
