package slipway.notification;

import java.time.DateTimeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;
import slipway.http.Form;
import slipway.notification.routing.Branch;
import slipway.notification.routing.Labels;
import slipway.notification.routing.Match;
import slipway.notification.routing.Pace;

/// Reads the routing tree. What a branch does not say of its receivers and its pace is what the one above it says.
final class RoutingTree {

    /// Above the root.
    static final Branch ROOT = new Branch("", List.of(), false, List.of(), Pace.AT_ONCE, List.of());

    /// Longer than anybody waits for a message.
    private static final Duration LONGEST = Duration.ofDays(31);

    private final Set<String> receivers;

    /// @param receivers those that are defined
    RoutingTree(Set<String> receivers) {
        this.receivers = receivers;
    }

    Branch branch(Form part, String name, Branch above) {
        List<Match> match = matches(part.part("match"));
        boolean goesOn = part.flag("continue");
        List<String> to = part.has("receivers") ? part.texts("receivers").stream().distinct().toList() : above.receivers();
        to.stream()
                .filter(each -> part.has("receivers") && !receivers.contains(each))
                .forEach(each -> part.fault("receivers", "there is no receiver '" + each + "'"));
        List<String> groupBy = part.has("groupBy") ? part.texts("groupBy") : above.pace().groupBy();
        groupBy.stream().filter(each -> !Labels.NAMES.contains(each)).forEach(each -> part.fault("groupBy", noLabel(each)));
        Pace pace = new Pace(
                groupBy,
                duration(part, "gather", above.pace().gather()),
                duration(part, "interval", above.pace().interval()),
                repeat(part, above.pace().repeat()));
        Branch here = new Branch(name, match, goesOn, to, pace, List.of());
        List<Form> parts = part.parts("routes");
        List<Branch> below = new ArrayList<>();
        for (int i = 0; i < parts.size(); i++) {
            below.add(branch(parts.get(i), name + ".routes[" + i + "]", here));
        }
        return new Branch(name, match, goesOn, to, pace, below);
    }

    /// `service: shop`, `risk: [HIGH, EXTREME]`, `environment: "!prod"`, `fact: "~Rollback.*"`, `fact: "!~Backup.*"`.
    static List<Match> matches(Form part) {
        List<Match> matches = new ArrayList<>();
        for (String label : part.names()) {
            if (!Labels.NAMES.contains(label)) {
                part.fault(label, noLabel(label));
            }
            Match match = part.isList(label) ? oneOf(part, label) : match(part, label);
            if (match instanceof Match.OneOf(var name, var values, _) && name.equals(Labels.FACT)) {
                values.stream()
                        .filter(each -> !FactTypes.known(each))
                        .forEach(each -> part.fault(label, "'" + each + "': " + FactTypes.fault(each)));
            }
            if (match != null) {
                matches.add(match);
            }
        }
        return matches;
    }

    private static Match oneOf(Form part, String label) {
        List<String> values = part.texts(label);
        if (values.isEmpty()) {
            part.fault(label, "the list is empty: nothing would match");
        }
        values.stream()
                .filter(each -> each.startsWith("!") || each.startsWith("~"))
                .forEach(each -> part.fault(label, "'" + each + "': a list has values only, no ! and no ~"));
        return new Match.OneOf(label, Set.copyOf(values), false);
    }

    private static @Nullable Match match(Form part, String label) {
        String text = part.optionalText(label);
        if (text == null) {
            if (!part.has(label)) {
                part.fault(label, "has no value");
            }
            return null;
        }
        boolean negated = text.startsWith("!");
        String rest = negated ? text.substring(1) : text;
        if (!rest.startsWith("~")) {
            return new Match.OneOf(label, Set.of(rest), negated);
        }
        try {
            return new Match.Like(label, Pattern.compile(rest.substring(1)), negated);
        } catch (PatternSyntaxException e) {
            part.fault(label, "is no regular expression: " + e.getDescription() + " near index " + e.getIndex());
            return null;
        }
    }

    private static String noLabel(String label) {
        return "there is no label " + label + "; there are " + String.join(", ", Labels.NAMES);
    }

    private static Duration duration(Form part, String name, Duration above) {
        String text = part.optionalText(name);
        if (text == null) {
            return above;
        }
        try {
            Duration duration = Duration.parse(text);
            if (!duration.isNegative() && duration.compareTo(LONGEST) <= 0) {
                return duration;
            }
        } catch (DateTimeException | ArithmeticException _) {
            // told below
        }
        part.fault(name, "has to be a duration such as PT5M, up to 31 days, not '" + text + "'");
        return above;
    }

    /// `repeat: PT0S`: not what the branch above says, but once.
    private static @Nullable Duration repeat(Form part, @Nullable Duration above) {
        if (!part.has("repeat")) {
            return above;
        }
        Duration repeat = duration(part, "repeat", Duration.ZERO);
        if (repeat.isPositive() && repeat.compareTo(Duration.ofMinutes(1)) < 0) {
            part.fault("repeat", "is shorter than a minute");
        }
        return repeat.isZero() ? null : repeat;
    }
}
