package slipway.notification.routing;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/// What becomes of one fact: who is told of it, when, and why; and who is not, and why not. The same for a fact that comes, for one that is explained,
/// and for one that never was.
///
/// @param told each recipient of a receiver once, however many routes lead there
public record Plan(List<Telling> told) {

    /// What is only good to know is collected in this group, for those who have a digest.
    public static final String DIGEST = "digest";

    /// @param receiver by its name
    /// @param recipient a person's id or an address, as the receiver has it
    /// @param person whether it is a person's id
    /// @param branch of the tree that leads there
    /// @param verdict what becomes of it
    public record Telling(String receiver, String recipient, boolean person, String branch, Verdict verdict) {}

    public sealed interface Verdict {

        /// @param at not before that
        /// @param group facts of the same one are told together; empty: alone
        /// @param pace of the route that leads there
        /// @param because of what it is later than at once; empty: it is not
        record At(Instant at, String group, Pace pace, List<String> because) implements Verdict {}

        /// @param reason for people
        record Suppressed(String reason) implements Verdict {}
    }

    /// Whom a receiver reaches with a fact.
    ///
    /// @param people for whom hours are kept
    /// @param addresses that are told whenever it is
    /// @param unreachable people without an address, with the reason
    public record Reach(List<Person> people, List<String> addresses, Map<String, String> unreachable) {}

    /// @param heard receivers for which no silence holds
    /// @param reach of each receiver that the tree names
    public static Plan of(
            Labels labels, Urgency urgency, Branch tree, List<Silence> silences, Set<String> heard, Map<String, Reach> reach, Instant now) {
        Map<String, Telling> told = new LinkedHashMap<>();
        Optional<String> silenced = silence(labels, silences, now).map(Silence::reasonToTellNobody);
        for (Branch branch : tree.taken(labels)) {
            for (String receiver : branch.receivers()) {
                Optional<String> silent = heard.contains(receiver) ? Optional.empty() : silenced;
                Reach who = reach.getOrDefault(receiver, new Reach(List.of(), List.of(), Map.of()));
                for (Person person : who.people()) {
                    Verdict verdict = silent.<Verdict>map(Verdict.Suppressed::new).orElseGet(() -> person.collects(urgency)
                            ? new Verdict.At(person.told(urgency, now), DIGEST, Pace.AT_ONCE, List.of("it is only good to know: with the digest"))
                            : at(branch.pace(), labels, moment -> person.told(urgency, moment), now));
                    add(told, new Telling(receiver, person.id(), true, branch.name(), verdict));
                }
                for (String address : who.addresses()) {
                    Verdict verdict = silent.<Verdict>map(Verdict.Suppressed::new)
                            .orElseGet(() -> at(branch.pace(), labels, moment -> moment, now));
                    add(told, new Telling(receiver, address, false, branch.name(), verdict));
                }
                who.unreachable().forEach((person, why) ->
                        add(told, new Telling(receiver, person, true, branch.name(), new Verdict.Suppressed(silent.orElse(why)))));
            }
        }
        return new Plan(List.copyOf(told.values()));
    }

    /// The one that lasts longest of those that hold.
    public static Optional<Silence> silence(Labels labels, List<Silence> silences, Instant now) {
        return silences.stream()
                .filter(silence -> silence.covers(labels, now))
                .max(Comparator.comparing(Silence::until));
    }

    private static void add(Map<String, Telling> told, Telling telling) {
        told.putIfAbsent(telling.receiver() + " " + telling.recipient(), telling);
    }

    private static Verdict at(Pace pace, Labels labels, UnaryOperator<Instant> awake, Instant now) {
        List<String> because = new ArrayList<>();
        String group = pace.group(labels);
        Instant gathered = group.isEmpty() ? now : now.plus(pace.gather());
        if (gathered.isAfter(now)) {
            because.add("it waits " + pace.gather() + " for others of " + group);
        }
        Instant at = awake.apply(gathered);
        if (at.isAfter(gathered)) {
            because.add("quiet hours");
        }
        return new Verdict.At(at, group, pace, List.copyOf(because));
    }
}
