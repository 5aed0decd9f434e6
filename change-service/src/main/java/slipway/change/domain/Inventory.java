package slipway.change.domain;

import java.net.URI;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// The people, and the configuration items with the graph of what impacts what.
public record Inventory(List<Person> people, List<Item> configurationItems) {

    private static final int MAX_CRITICALITY = 5;
    private static final int MAX_TIER = 4;

    /// @param id as in the subject of the person's token
    /// @param groups roles: `approvers`, `change-managers`, `operators`, …
    public record Person(String id, String name, String email, List<String> groups) {}

    /// @param criticality 1 (hardly missed) to 5 (the business stands still)
    /// @param tier 1 (most important) to 4
    /// @param impacts ids of the items that suffer when this one does
    /// @param telemetry URLs that answer 2xx while the item is well
    public record Item(
            String id,
            String name,
            int criticality,
            int tier,
            String ownerGroup,
            List<String> impacts,
            List<String> telemetry) {}

    public Optional<Item> item(String id) {
        return configurationItems.stream().filter(item -> item.id().equals(id)).findFirst();
    }

    boolean knowsPerson(String id) {
        return people.stream().anyMatch(person -> person.id().equals(id));
    }

    List<String> members(String group) {
        return people.stream()
                .filter(person -> person.groups().contains(group))
                .map(Person::id)
                .distinct()
                .sorted()
                .toList();
    }

    /// Names this state of the inventory: `sha256:…`, whatever the order in which it was written down.
    public String version() {
        Canonical text = new Canonical();
        people.stream()
                .sorted(Comparator.comparing(Person::id))
                .forEach(person -> text.field("person", person.id())
                        .field("name", person.name())
                        .field("email", person.email())
                        .set("groups", person.groups()));
        configurationItems.stream()
                .sorted(Comparator.comparing(Item::id))
                .forEach(item -> text.field("item", item.id())
                        .field("name", item.name())
                        .field("criticality", item.criticality())
                        .field("tier", item.tier())
                        .field("ownerGroup", item.ownerGroup())
                        .set("impacts", item.impacts())
                        .set("telemetry", item.telemetry()));
        return text.digest();
    }

    /// Every fault, in the order of the file; empty when it can be used.
    public List<String> faults() {
        List<String> faults = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < people.size(); i++) {
            Person person = people.get(i);
            String where = "people[" + i + "]";
            identify(where, person.id(), seen, faults);
            present(where + ".name", person.name(), faults);
            if (!person.email().contains("@")) {
                faults.add(where + ".email: '" + person.email() + "' is no address");
            }
        }
        seen.clear();
        Set<String> known = new HashSet<>();
        configurationItems.forEach(item -> known.add(item.id()));
        for (int i = 0; i < configurationItems.size(); i++) {
            Item item = configurationItems.get(i);
            String where = "configurationItems[" + i + "]";
            identify(where, item.id(), seen, faults);
            present(where + ".name", item.name(), faults);
            between(where + ".criticality", item.criticality(), MAX_CRITICALITY, faults);
            between(where + ".tier", item.tier(), MAX_TIER, faults);
            present(where + ".ownerGroup", item.ownerGroup(), faults);
            item.impacts().stream()
                    .filter(id -> !known.contains(id))
                    .forEach(id -> faults.add(where + ".impacts: there is no item '" + id + "'"));
            item.telemetry().stream()
                    .filter(url -> !isHttp(url))
                    .forEach(url -> faults.add(where + ".telemetry: '" + url + "' is no http URL"));
        }
        return faults;
    }

    private static void identify(String where, String id, Set<String> seen, List<String> faults) {
        if (id.isBlank()) {
            faults.add(where + ".id: is missing");
        } else if (!seen.add(id)) {
            faults.add(where + ".id: '" + id + "' is there twice");
        }
    }

    private static void present(String where, String text, List<String> faults) {
        if (text.isBlank()) {
            faults.add(where + ": is missing");
        }
    }

    private static void between(String where, int number, int most, List<String> faults) {
        if (number < 1 || number > most) {
            faults.add(where + ": must be 1 to " + most + ", not " + number);
        }
    }

    private static boolean isHttp(String url) {
        try {
            URI uri = URI.create(url);
            return uri.getHost() != null && ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()));
        } catch (IllegalArgumentException _) {
            return false;
        }
    }
}
