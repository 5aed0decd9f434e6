package slipway.notification;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/// Reads the routes:
///
/// ```yaml
/// routes:
///   - name: approvers
///     facts: [ApprovalRequested, ApprovalVoteCast]
///     channel: email
///     to: [cab@example.org]
///   - name: asked
///     facts: [ApprovalRequested, ApprovalEscalated]
///     channel: email
///     to: ["{asked}@example.org"]     # each person whom the fact asks
/// ```
///
/// Everything is checked at the start of the service and every fault is named, because a route that fails at its first
/// fact fails when it was needed.
final class RoutesFile {

    /// Facts that people can be told of. Not those about notifications: telling of them would never end.
    private static final List<String> PACKAGES =
            List.of("slipway.events.change.", "slipway.events.release.", "slipway.events.backup.");

    private static final Set<String> KEYS = Set.of("name", "facts", "channel", "to");
    private static final Pattern NAME = Pattern.compile("[a-z0-9]+(-[a-z0-9]+)*");
    private static final Pattern TYPE = Pattern.compile("[A-Za-z0-9]+");
    private static final Pattern SLACK_CHANNEL = Pattern.compile("#[\\p{Ll}\\p{Lo}0-9._-]{1,80}|[CDGU][A-Z0-9]{8,}");

    private final Path file;
    private final List<String> faults = new ArrayList<>();

    private RoutesFile(Path file) {
        this.file = file;
    }

    /// @param channels the channels that are configured
    /// @throws IllegalArgumentException naming every fault of the file
    static List<Route> read(Path file, Set<String> channels) {
        RoutesFile reading = new RoutesFile(file);
        List<Route> routes = reading.routes(channels);
        if (!reading.faults.isEmpty()) {
            throw new IllegalArgumentException(file + ": " + String.join("; ", reading.faults));
        }
        return routes;
    }

    private List<Route> routes(Set<String> channels) {
        JsonNode root;
        try {
            root = new YAMLMapper().readTree(Files.readString(file));
        } catch (IOException e) {
            faults.add("cannot be read (" + e + ")");
            return List.of();
        } catch (JacksonException e) {
            faults.add("is not YAML: " + e.getOriginalMessage());
            return List.of();
        }
        JsonNode list = root.path("routes");
        if (!list.isArray()) {
            faults.add("there is no list called routes");
            return List.of();
        }
        root.propertyNames().stream()
                .filter(key -> !key.equals("routes"))
                .forEach(key -> faults.add("nobody knows the key " + key));
        List<Route> routes = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (int i = 0; i < list.size(); i++) {
            JsonNode node = list.get(i);
            String name = node.path("name").asString("");
            String where = NAME.matcher(name).matches() ? "route " + name : "route number " + (i + 1);
            if (!where.endsWith(" " + name)) {
                faults.add(where + ": name has to be small letters, digits and hyphens, not '" + name + "'");
            } else if (!names.add(name)) {
                faults.add(where + " is there twice");
            }
            node.propertyNames().stream()
                    .filter(key -> !KEYS.contains(key))
                    .forEach(key -> faults.add(where + ": nobody knows the key " + key));
            String channel = node.path("channel").asString("");
            List<String> to = texts(node, "to", where);
            checkChannel(channel, to, channels, where);
            routes.add(new Route(name, facts(texts(node, "facts", where), where), channel, to));
        }
        return routes;
    }

    private List<Class<? extends SpecificRecord>> facts(List<String> types, String where) {
        List<Class<? extends SpecificRecord>> facts = new ArrayList<>();
        for (String type : types) {
            Class<? extends SpecificRecord> fact = fact(type);
            if (fact == null) {
                faults.add(where + ": there is no fact " + type + " about changes, releases or backups");
            } else if (facts.contains(fact)) {
                faults.add(where + ": " + type + " is there twice");
            } else {
                facts.add(fact);
            }
        }
        return facts;
    }

    private void checkChannel(String channel, List<String> to, Set<String> channels, String where) {
        switch (channel) {
            case Route.EMAIL -> to.stream()
                    .filter(address -> !Route.isAddress(address.replace(Route.ASKED, "somebody")))
                    .forEach(address -> faults.add(where + ": '" + address + "' is no e-mail address"));
            case Route.SLACK -> {
                if (to.size() > 1) {
                    faults.add(where + ": a route has one Slack channel; make a route for each");
                }
                to.stream()
                        .filter(each -> !SLACK_CHANNEL.matcher(each).matches())
                        .forEach(each -> faults.add(where + ": '" + each + "' is no Slack channel"));
            }
            default -> {
                faults.add(where + ": channel has to be email or slack, not '" + channel + "'");
                return;
            }
        }
        if (!channels.contains(channel)) {
            faults.add(where + ": " + channel + " is not configured");
        }
    }

    private List<String> texts(JsonNode node, String key, String where) {
        JsonNode list = node.path(key);
        if (!list.isArray() || list.isEmpty()) {
            faults.add(where + ": " + key + " has to be a list with at least one entry");
            return List.of();
        }
        return Stream.iterate(0, i -> i + 1)
                .limit(list.size())
                .map(i -> list.get(i).asString(""))
                .toList();
    }

    private static @Nullable Class<? extends SpecificRecord> fact(String type) {
        if (!TYPE.matcher(type).matches()) {
            return null;
        }
        for (String name : PACKAGES) {
            try {
                return Class.forName(name + type).asSubclass(SpecificRecord.class);
            } catch (ClassNotFoundException | NoClassDefFoundError | ClassCastException e) {
                // not in this package, then
            }
        }
        return null;
    }
}
