package slipway.audit.history;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import slipway.events.ReachedItem;
import slipway.events.Strategy;

/// Who works where, and on what: drawn once, and the same for the whole year.
public final class Company {

    public static final List<String> ENVIRONMENTS = List.of("dev", "qa", "staging", "prod");

    static final String APPROVERS = "approvers";
    static final String MANAGERS = "change-managers";
    static final String BOARD = "cab";
    static final String SECURITY = "security";
    static final String EXECUTIVES = "executives";
    static final String EMERGENCY_BOARD = "ecab";
    static final String BREAK_GLASS = "break-glass";

    private static final int TEAM = 6;
    private static final int FEWEST_TEAMS = 12;
    private static final int MOST_TEAMS = 300;
    private static final int SERVICES_EACH = 8;
    private static final int PEERS = 24;
    private static final int FEWEST_SERVICES = 60;
    /// So often a service is changed in a year, on average.
    private static final int CHANGES_EACH = 35;
    private static final int CLUSTER = 14;
    /// Zipf: the most used service is asked for so often, the next one half as often, and so on …
    private static final int MOST_USED = 1_000_000;
    /// … but this part of them is added to each rank, because no real service has an eighth of all changes.
    private static final int FLATTENED = 10;
    /// Of clusters, 1 to 5.
    private static final int[] CRITICALITIES = {30, 34, 22, 10, 4};
    /// Of so many services there are templates for two.
    private static final int TEMPLATED = 5;

    private static final List<String> FIRST_NAMES = List.of(
            "ana", "ben", "cho", "dana", "emre", "fay", "gil", "hana", "ivo", "jun", "kai", "lea", "mia", "nils", "olu", "pia", "quinn", "rui", "sam", "tess",
            "uma", "vera", "wen", "yara", "zoe");
    private static final List<String> WORDS = List.of(
            "orders", "stock", "basket", "search", "prices", "billing", "ledger", "mail", "login", "profile", "media", "routes", "parcels", "returns", "coupons",
            "reports", "catalogue", "reviews", "sessions", "alerts");

    /// @param groups the team is one of them
    public record Person(String id, List<String> groups) {}

    /// @param tier 1 (most important) to 4
    /// @param impacts ids of the items that suffer when this one does
    public record Item(String id, int criticality, int tier, String ownerGroup, List<String> impacts) {}

    /// @param items the application first
    /// @param template how a STANDARD change of it is called; empty: there is none
    record Service(String name, String team, List<String> items, Strategy strategy, String template) {}

    private final List<Person> people = new ArrayList<>();
    private final Map<String, Item> items = new LinkedHashMap<>();
    private final List<Service> services = new ArrayList<>();
    private final Map<String, List<String>> members = new LinkedHashMap<>();
    private final int teams;
    private final int[] uses;
    private final String version;

    /// As large as a company is that changes so much in a year.
    Company(Dice dice, int changes) {
        uses = new int[Math.max(FEWEST_SERVICES, changes / CHANGES_EACH)];
        teams = Math.clamp(uses.length / SERVICES_EACH, FEWEST_TEAMS, MOST_TEAMS);
        hire(dice);
        int cluster = 1;
        for (int i = 0; i < uses.length; i++) {
            cluster = i % CLUSTER == 0 ? 1 + dice.weighted(CRITICALITIES) : cluster;
            found(i, Math.max(1, cluster - dice.below(2)), dice);
        }
        version = digest();
    }

    private void hire(Dice dice) {
        for (int team = 0; team < teams; team++) {
            for (int i = 0; i < TEAM; i++) {
                List<String> groups = new ArrayList<>(List.of(team(team)));
                if (i == 0 && team < PEERS) {
                    groups.add(APPROVERS);
                }
                hire(dice.one(FIRST_NAMES) + "." + (team * TEAM + i), groups);
            }
        }
        boards(dice, 9, BOARD);
        boards(dice, 3, BOARD, SECURITY);
        boards(dice, 3, EXECUTIVES);
        boards(dice, 5, EMERGENCY_BOARD);
        boards(dice, 4, MANAGERS, BREAK_GLASS);
    }

    private void boards(Dice dice, int many, String... groups) {
        for (int i = 0; i < many; i++) {
            hire(dice.one(FIRST_NAMES) + "." + people.size(), List.of(groups));
        }
    }

    private void hire(String id, List<String> groups) {
        people.add(new Person(id, groups));
        groups.forEach(group -> members.computeIfAbsent(group, _ -> new ArrayList<>()).add(id));
    }

    private void found(int index, int criticality, Dice dice) {
        uses[index] = MOST_USED / (index + uses.length / FLATTENED) + (index == 0 ? 0 : uses[index - 1]);
        String name = dice.one(WORDS) + "-" + index;
        String team = team(index % teams);
        int tier = 5 - Math.clamp(criticality, 1, 4);
        // What serves others drags them along: the one before it in its cluster.
        List<String> impacts = index % CLUSTER == 0 ? List.of() : List.of(services.getLast().name());
        items.put(name, new Item(name, criticality, tier, team, impacts));
        String data = name + "-db";
        items.put(data, new Item(data, criticality, tier, team, List.of(name)));
        Strategy strategy =
                switch (dice.weighted(Shares.STRATEGIES)) {
                    case 0 -> Strategy.CANARY;
                    case 1 -> Strategy.ROLLING;
                    case 2 -> Strategy.BLUE_GREEN;
                    default -> Strategy.ALL_AT_ONCE;
                };
        services.add(new Service(
                name, team, List.of(name, data), strategy, index < templated() ? "deploy-" + name + "@1" : ""));
    }

    private static String team(int number) {
        return "team-" + number;
    }

    public List<Person> people() {
        return people;
    }

    public List<Item> items() {
        return List.copyOf(items.values());
    }

    List<Service> services() {
        return services;
    }

    Item item(String id) {
        return items.get(id);
    }

    /// Who is in a group, in the order of their ids.
    List<String> group(String name) {
        return members.get(name).stream().sorted().toList();
    }

    Service service(Dice dice) {
        return services.get(ranked(dice, uses.length));
    }

    Service templated(Dice dice) {
        return services.get(ranked(dice, templated()));
    }

    private int templated() {
        return uses.length * 2 / TEMPLATED;
    }

    private int ranked(Dice dice, int first) {
        int left = dice.below(uses[first - 1]);
        int found = Arrays.binarySearch(uses, 0, first, left);
        // The first that is above: what is found itself belongs to the next.
        return found < 0 ? -found - 1 : found + 1;
    }

    /// What is touched and whatever that impacts, each by the shortest path, the nearest first.
    List<ReachedItem> reached(List<String> touched) {
        Map<String, String> from = new LinkedHashMap<>();
        Deque<String> next = new ArrayDeque<>();
        touched.forEach(ci -> {
            if (from.putIfAbsent(ci, ci) == null) {
                next.add(ci);
            }
        });
        while (!next.isEmpty()) {
            String ci = next.remove();
            for (String neighbour : item(ci).impacts()) {
                if (from.putIfAbsent(neighbour, ci) == null) {
                    next.add(neighbour);
                }
            }
        }
        return from.keySet().stream().map(ci -> new ReachedItem(ci, path(ci, from))).toList();
    }

    private static List<String> path(String ci, Map<String, String> from) {
        LinkedList<String> path = new LinkedList<>(List.of(ci));
        String here = ci;
        while (!from.get(here).equals(here)) {
            here = from.get(here);
            path.addFirst(here);
        }
        return List.copyOf(path);
    }

    Set<String> owners(List<String> touched) {
        Set<String> owners = new TreeSet<>();
        touched.forEach(ci -> owners.add(item(ci).ownerGroup()));
        return owners;
    }

    /// Names it as change-service names an inventory without maintenance times and telemetry, whose people are called as their ids.
    public String version() {
        return version;
    }

    /// Who is there and in which groups, as change-service names it.
    String peopleVersion() {
        Canonical text = new Canonical();
        people.stream()
                .sorted((one, other) -> one.id().compareTo(other.id()))
                .forEach(person -> text.field("person", person.id()).set("groups", person.groups()));
        return text.digest();
    }

    private String digest() {
        Canonical text = new Canonical();
        people.stream()
                .sorted((one, other) -> one.id().compareTo(other.id()))
                .forEach(person -> text.field("person", person.id())
                        .field("name", person.id())
                        .field("email", email(person))
                        .set("groups", person.groups()));
        items.values().stream()
                .sorted((one, other) -> one.id().compareTo(other.id()))
                .forEach(item -> text.field("item", item.id())
                        .field("name", item.id())
                        .field("criticality", item.criticality())
                        .field("tier", item.tier())
                        .field("ownerGroup", item.ownerGroup())
                        .set("impacts", item.impacts())
                        .set("telemetry", List.of()));
        return text.digest();
    }

    public static String email(Person person) {
        return person.id() + "@example.org";
    }
}
