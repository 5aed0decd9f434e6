package slipway.notification.routing;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What becomes of one fact: who is told of it, when, and why; and who is not, and why not. The same for a fact that comes, for one that is explained,
/// and for one that never was.
///
/// @param told each recipient of a receiver once, however many routes lead there
public record Plan(List<Telling> told) {

    /// @param receiver by its name
    /// @param recipient a person's id or an address, as the receiver has it
    /// @param branch of the tree that leads there
    /// @param verdict what becomes of it
    public record Telling(String receiver, String recipient, String branch, Verdict verdict) {}

    public sealed interface Verdict {

        /// @param at not before that
        /// @param group facts of the same one are told together; empty: alone
        /// @param because of what it is later than at once; empty: it is not
        record At(Instant at, String group, List<String> because) implements Verdict {}

        /// @param reason for people
        record Suppressed(String reason) implements Verdict {}
    }

    /// Whom a receiver reaches with a fact.
    ///
    /// @param people for whom hours are kept
    /// @param addresses that are told whenever it is
    public record Reach(List<Person> people, List<String> addresses) {}

    /// @param reach of each receiver that the tree names
    public static Plan of(
            Labels labels, Urgency urgency, Branch tree, List<Silence> silences, Map<String, Reach> reach, Instant now) {
        Map<String, Telling> told = new LinkedHashMap<>();
        List<Silence> silent = silences.stream()
                .filter(silence -> silence.covers(labels, now))
                .sorted(Comparator.comparing(Silence::until).reversed())
                .toList();
        for (Branch branch : tree.taken(labels)) {
            for (String receiver : branch.receivers()) {
                Reach who = reach.getOrDefault(receiver, new Reach(List.of(), List.of()));
                who.people().forEach(person -> add(told, receiver, person.id(), branch,
                        verdict(silent, branch.pace(), labels, urgency, person.told(urgency, now), now)));
                who.addresses().forEach(address -> add(told, receiver, address, branch,
                        verdict(silent, branch.pace(), labels, urgency, now, now)));
            }
        }
        return new Plan(List.copyOf(told.values()));
    }

    private static void add(
            Map<String, Telling> told, String receiver, String recipient, Branch branch, Verdict verdict) {
        told.putIfAbsent(receiver + " " + recipient, new Telling(receiver, recipient, branch.name(), verdict));
    }

    private static Verdict verdict(
            List<Silence> silent, Pace pace, Labels labels, Urgency urgency, Instant awake, Instant now) {
        if (!silent.isEmpty()) {
            Silence silence = silent.getFirst();
            return new Verdict.Suppressed("silenced until " + silence.until() + " by " + silence.by() + " ("
                    + silence.id() + "): " + silence.reason());
        }
        List<String> because = new ArrayList<>();
        if (awake.isAfter(now)) {
            because.add(urgency == Urgency.INFO ? "it is only good to know: with the digest, or after quiet hours" : "quiet hours");
        }
        String group = pace.group(labels);
        Instant gathered = now.plus(pace.gather());
        if (!group.isEmpty() && gathered.isAfter(now)) {
            because.add("it waits " + pace.gather() + " for others of " + group);
        }
        return new Verdict.At(awake.isAfter(gathered) ? awake : gathered, group, List.copyOf(because));
    }
}
