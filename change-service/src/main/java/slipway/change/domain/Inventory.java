package slipway.change.domain;

import java.net.URI;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import slipway.change.calendar.Recurrence;
import slipway.decider.Wording;

/// The people, and the configuration items with the graph of what impacts what. Made once per version and then only read:
/// 100,000 items are found by their id, never by search.
public final class Inventory {

    private static final int MAX_CRITICALITY = 5;
    static final int MAX_TIER = 4;

    /// @param id as in the subject of the person's token
    /// @param groups roles: `approvers`, `change-managers`, `operators`, …
    public record Person(String id, String name, String email, List<String> groups) {

        /// @param where prefix of each field's name
        public List<String> faults(String where) {
            List<String> faults = new ArrayList<>();
            faults.addAll(Wording.name(where + "id", id));
            faults.addAll(Wording.name(where + "name", name));
            faults.addAll(Wording.line(where + "email", email));
            groups.forEach(group -> faults.addAll(Wording.name(where + "groups", group)));
            if (!email.contains("@")) {
                faults.add(where + "email: '" + email + "' is no address");
            }
            return faults;
        }
    }

    /// @param criticality 1 (hardly missed) to 5 (the business stands still)
    /// @param tier 1 (most important) to 4
    /// @param impacts ids of the items that suffer when this one does
    /// @param telemetry URLs that answer 2xx while the item is well
    /// @param maintenance when it may be worked on; none: always
    public record Item(
            String id,
            String name,
            int criticality,
            int tier,
            String ownerGroup,
            List<String> impacts,
            List<String> telemetry,
            List<Recurrence> maintenance) {

        public Item maintainedAt(List<Recurrence> times) {
            return new Item(id, name, criticality, tier, ownerGroup, impacts, telemetry, times);
        }

        /// @param where prefix of each field's name
        public List<String> faults(String where) {
            List<String> faults = new ArrayList<>();
            faults.addAll(Wording.name(where + "id", id));
            faults.addAll(Wording.name(where + "name", name));
            between(where + "criticality", criticality, MAX_CRITICALITY, faults);
            between(where + "tier", tier, MAX_TIER, faults);
            faults.addAll(Wording.name(where + "ownerGroup", ownerGroup));
            telemetry.forEach(url -> faults.addAll(Wording.lines(where + "telemetry", url, Wording.REASON)));
            telemetry.stream()
                    .filter(url -> !isHttp(url))
                    .forEach(url -> faults.add(where + "telemetry: '" + url + "' is no http URL"));
            for (int i = 0; i < maintenance.size(); i++) {
                faults.addAll(maintenance.get(i).faults(where + "maintenance[" + i + "]."));
            }
            return faults;
        }
    }

    private final List<Person> people;
    private final List<Item> configurationItems;
    private final Map<String, Person> peopleById = new HashMap<>();
    private final Map<String, Item> itemsById = new HashMap<>();
    private final String version;

    /// May have faults: of two with the same id the first is found.
    public Inventory(List<Person> people, List<Item> configurationItems) {
        this.people = List.copyOf(people);
        this.configurationItems = List.copyOf(configurationItems);
        people.forEach(person -> peopleById.putIfAbsent(person.id(), person));
        configurationItems.forEach(item -> itemsById.putIfAbsent(item.id(), item));
        this.version = digest();
    }

    public List<Person> people() {
        return people;
    }

    public List<Item> configurationItems() {
        return configurationItems;
    }

    public Optional<Item> item(String id) {
        return Optional.ofNullable(itemsById.get(id));
    }

    public Optional<Person> person(String id) {
        return Optional.ofNullable(peopleById.get(id));
    }

    /// With this item added, or in the place of the one with its id.
    public Inventory with(Item item) {
        return new Inventory(
                people,
                Stream.concat(withoutItem(item.id()).configurationItems.stream(), Stream.of(item))
                        .toList());
    }

    /// With this person added, or in the place of the one with their id.
    public Inventory with(Person person) {
        return new Inventory(
                Stream.concat(withoutPerson(person.id()).people.stream(), Stream.of(person))
                        .toList(),
                configurationItems);
    }

    public Inventory withoutItem(String id) {
        return new Inventory(
                people,
                configurationItems.stream().filter(item -> !item.id().equals(id)).toList());
    }

    public Inventory withoutPerson(String id) {
        return new Inventory(
                people.stream().filter(person -> !person.id().equals(id)).toList(), configurationItems);
    }

    /// Ids of the items that are here and not there, there and not here, or different; in order.
    List<String> differences(Inventory other) {
        Set<String> ids = new TreeSet<>();
        configurationItems.stream().map(Item::id).forEach(ids::add);
        other.configurationItems.stream().map(Item::id).forEach(ids::add);
        return ids.stream().filter(id -> !item(id).equals(other.item(id))).toList();
    }

    boolean knowsPerson(String id) {
        return peopleById.containsKey(id);
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
        return version;
    }

    /// Names who there is, and in which groups; who votes depends on nothing else of the people.
    String peopleVersion() {
        Canonical text = new Canonical();
        people.stream()
                .sorted(Comparator.comparing(Person::id))
                .forEach(person -> text.field("person", person.id()).set("groups", person.groups()));
        return text.digest();
    }

    private String digest() {
        Canonical text = new Canonical();
        people.stream()
                .sorted(Comparator.comparing(Person::id))
                .forEach(person -> text.field("person", person.id())
                        .field("name", person.name())
                        .field("email", person.email())
                        .set("groups", person.groups()));
        configurationItems.stream()
                .sorted(Comparator.comparing(Item::id))
                .forEach(item -> {
                    text.field("item", item.id())
                            .field("name", item.name())
                            .field("criticality", item.criticality())
                            .field("tier", item.tier())
                            .field("ownerGroup", item.ownerGroup())
                            .set("impacts", item.impacts())
                            .set("telemetry", item.telemetry());
                    item.maintenance().forEach(time -> text.field("start", time.start())
                            .field("zone", time.zone())
                            .field("duration", time.duration())
                            .field("rule", time.rule())
                            .set("except", time.except()));
                });
        return text.digest();
    }

    /// Every fault, in the order of the lists; empty when it can be used.
    public List<String> faults() {
        List<String> faults = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < people.size(); i++) {
            Person person = people.get(i);
            String where = "people[" + i + "].";
            if (!seen.add(person.id())) {
                faults.add(where + "id: '" + person.id() + "' is there twice");
            }
            faults.addAll(person.faults(where));
        }
        seen.clear();
        for (int i = 0; i < configurationItems.size(); i++) {
            Item item = configurationItems.get(i);
            String where = "configurationItems[" + i + "].";
            if (!seen.add(item.id())) {
                faults.add(where + "id: '" + item.id() + "' is there twice");
            }
            faults.addAll(item.faults(where));
            item.impacts().stream()
                    .filter(id -> !itemsById.containsKey(id))
                    .forEach(id -> faults.add(where + "impacts: there is no item '" + id + "'"));
        }
        return faults;
    }

    private static void between(String field, int number, int most, List<String> faults) {
        if (number < 1 || number > most) {
            faults.add(field + ": must be 1 to " + most + ", not " + number);
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
