package slipway.backup.domain;

import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.temporal.IsoFields;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/// Grandfather, father, son: how many generations of a plan's sets are kept. Of each of the newest days (weeks, months, years) that have a
/// proven set, the newest one of it is kept. What nothing keeps is given up, unless somebody holds it.
///
/// @param last newest sets, whenever they were taken
/// @param zone where a day begins
public record Retention(int last, int daily, int weekly, int monthly, int yearly, ZoneId zone) {

    /// A set as retention sees it.
    ///
    /// @param proven whether it is a way back; only those make a generation
    public record Taken(String set, Instant at, boolean proven) {}

    /// Why each proven set is kept, in words; those that nothing keeps are not in it.
    public Map<String, List<String>> kept(List<Taken> sets) {
        List<Taken> proven = newestFirst(sets);
        Map<String, List<String>> kept = new LinkedHashMap<>();
        proven.stream().limit(last).forEach(each -> keep(kept, each, "one of the last " + last));
        generation(kept, proven, daily, "day", at -> at.toLocalDate().toString());
        generation(kept, proven, weekly, "week", at -> at.get(IsoFields.WEEK_BASED_YEAR) + "-W"
                + "%02d".formatted(at.get(IsoFields.WEEK_OF_WEEK_BASED_YEAR)));
        generation(kept, proven, monthly, "month", at -> at.getYear() + "-" + "%02d".formatted(at.getMonthValue()));
        generation(kept, proven, yearly, "year", at -> String.valueOf(at.getYear()));
        return kept;
    }

    /// What nothing keeps, the oldest first. One that is no way back goes when a newer one of the plan is: until then there is somebody
    /// who wants to look at it.
    public List<String> expired(List<Taken> sets) {
        Map<String, List<String>> kept = kept(sets);
        Instant newest =
                newestFirst(sets).stream().map(Taken::at).findFirst().orElse(Instant.MIN);
        return sets.stream()
                .filter(each -> each.proven() ? !kept.containsKey(each.set()) : each.at().isBefore(newest))
                .sorted(Comparator.comparing(Taken::at))
                .map(Taken::set)
                .toList();
    }

    private static List<Taken> newestFirst(List<Taken> sets) {
        return sets.stream()
                .filter(Taken::proven)
                .sorted(Comparator.comparing(Taken::at).reversed())
                .toList();
    }

    private void generation(
            Map<String, List<String>> kept,
            List<Taken> newestFirst,
            int count,
            String name,
            Function<ZonedDateTime, String> period) {
        Map<String, Taken> newest = new LinkedHashMap<>();
        for (Taken each : newestFirst) {
            newest.putIfAbsent(period.apply(each.at().atZone(zone)), each);
        }
        newest.entrySet().stream()
                .limit(count)
                .forEach(each -> keep(kept, each.getValue(), "the newest of the " + name + " " + each.getKey()));
    }

    private static void keep(Map<String, List<String>> kept, Taken set, String why) {
        kept.computeIfAbsent(set.set(), _ -> new ArrayList<>()).add(why);
    }
}
