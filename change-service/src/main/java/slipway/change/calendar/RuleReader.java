package slipway.change.calendar;

import java.time.DateTimeException;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.ResolverStyle;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import slipway.change.calendar.Rule.Day;
import slipway.change.calendar.Rule.Frequency;

/// Reads an RRULE and finds every fault in it. What RFC 5545 forbids or leaves undefined is refused, and not guessed at: a freeze
/// that means something else than its author thinks is worse than none.
final class RuleReader {

    private static final int LONGEST = 1_000;
    private static final int MOST_REPETITIONS = 10_000;
    private static final int LONGEST_INTERVAL = 1_000;
    /// Every quarter of an hour.
    private static final int MOST_A_DAY = 96;
    private static final Pattern DAY = Pattern.compile("([+-]?\\d{1,2})?(MO|TU|WE|TH|FR|SA|SU)");
    private static final Pattern NUMBER = Pattern.compile("[+-]?\\d{1,5}");
    private static final Pattern PLAIN = Pattern.compile("\\d{1,5}");
    private static final DateTimeFormatter DATE =
            DateTimeFormatter.ofPattern("uuuuMMdd").withResolverStyle(ResolverStyle.STRICT);
    private static final DateTimeFormatter LOCAL =
            DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss").withResolverStyle(ResolverStyle.STRICT);
    private static final Map<String, DayOfWeek> DAYS =
            Arrays.stream(DayOfWeek.values()).collect(Collectors.toMap(Rule::code, Function.identity()));

    private final Map<String, String> parts = new LinkedHashMap<>();
    private final ZoneId zone;
    private final Consumer<String> fault;

    private RuleReader(ZoneId zone, Consumer<String> fault) {
        this.zone = zone;
        this.fault = fault;
    }

    /// @param zone in which an UNTIL without an offset is meant
    /// @param fault is told everything that is wrong; then what is returned must not be used
    static Rule read(String text, ZoneId zone, Consumer<String> fault) {
        return new RuleReader(zone, fault).read(text);
    }

    private Rule read(String text) {
        if (text.length() > LONGEST) {
            fault.accept("is longer than " + LONGEST + " characters");
        } else {
            split(text);
        }
        Rule rule = new Rule(
                frequency(parts.remove("FREQ")),
                until(parts.remove("UNTIL")),
                number("COUNT", MOST_REPETITIONS, 0),
                number("INTERVAL", LONGEST_INTERVAL, 1),
                numbers("BYMONTH", 1, 12, false),
                numbers("BYWEEKNO", 1, 53, true),
                numbers("BYYEARDAY", 1, 366, true),
                numbers("BYMONTHDAY", 1, 31, true),
                weekdays(parts.remove("BYDAY")),
                numbers("BYHOUR", 0, 23, false),
                numbers("BYMINUTE", 0, 59, false),
                numbers("BYSETPOS", 1, 366, true),
                weekStart(parts.remove("WKST")));
        parts.keySet().forEach(name -> fault.accept(name + " is not supported"));
        combinations(rule);
        return rule;
    }

    private void split(String text) {
        for (String part : text.toUpperCase(Locale.ROOT).split(";", -1)) {
            int equals = part.indexOf('=');
            if (equals < 1 || equals == part.length() - 1) {
                fault.accept("'" + part + "' is not of the form NAME=VALUE");
            } else if (parts.putIfAbsent(part.substring(0, equals), part.substring(equals + 1)) != null) {
                fault.accept(part.substring(0, equals) + " is there twice");
            }
        }
    }

    private Frequency frequency(@Nullable String text) {
        for (Frequency frequency : Frequency.values()) {
            if (frequency.name().equals(text)) {
                return frequency;
            }
        }
        fault.accept("FREQ must be one of DAILY, WEEKLY, MONTHLY, YEARLY" + (text == null ? "" : ", not '" + text + "'"));
        return Frequency.YEARLY;
    }

    /// In UTC, as the RFC has it; also a local time, and a date, which counts as its last second.
    private @Nullable Instant until(@Nullable String text) {
        if (text == null) {
            return null;
        }
        try {
            if (text.indexOf('T') < 0) {
                LocalDate last = LocalDate.parse(text, DATE);
                return last.plusDays(1).atStartOfDay(zone).toInstant().minusSeconds(1);
            }
            return text.endsWith("Z")
                    ? LocalDateTime.parse(text.substring(0, text.length() - 1), LOCAL).toInstant(ZoneOffset.UTC)
                    : LocalDateTime.parse(text, LOCAL).atZone(zone).toInstant();
        } catch (DateTimeException _) {
            fault.accept("UNTIL must be as 20261231T230000Z, not '" + text + "'");
            return null;
        }
    }

    private int number(String name, int most, int otherwise) {
        String text = parts.remove(name);
        if (text == null) {
            return otherwise;
        }
        int number = PLAIN.matcher(text).matches() ? Integer.parseInt(text) : 0;
        if (number < 1 || number > most) {
            fault.accept(name + " must be 1 to " + most + ", not '" + text + "'");
            return otherwise;
        }
        return number;
    }

    private List<Integer> numbers(String name, int least, int most, boolean fromTheEnd) {
        String text = parts.remove(name);
        List<Integer> numbers = new ArrayList<>();
        for (String each : text == null ? new String[0] : text.split(",", -1)) {
            Pattern form = fromTheEnd ? NUMBER : PLAIN;
            int number = form.matcher(each).matches() ? Integer.parseInt(each) : Integer.MAX_VALUE;
            if (Math.abs(number) < least || Math.abs(number) > most) {
                String reach = least + " to " + most + (fromTheEnd ? ", or as many from the end as -1" : "");
                fault.accept(name + " must be " + reach + ", not '" + each + "'");
            } else {
                numbers.add(number);
            }
        }
        return numbers.stream().distinct().sorted().toList();
    }

    private List<Day> weekdays(@Nullable String text) {
        List<Day> days = new ArrayList<>();
        for (String each : text == null ? new String[0] : text.split(",", -1)) {
            Matcher day = DAY.matcher(each);
            int ordinal = day.matches() && day.group(1) != null ? Integer.parseInt(day.group(1)) : 0;
            if (!day.matches() || Math.abs(ordinal) > 53 || (day.group(1) != null && ordinal == 0)) {
                fault.accept("BYDAY must be days as MO or -1SU, not '" + each + "'");
            } else {
                days.add(new Day(ordinal, DAYS.get(day.group(2))));
            }
        }
        return days.stream()
                .distinct()
                .sorted(Comparator.comparing(Day::day).thenComparing(Day::ordinal))
                .toList();
    }

    private DayOfWeek weekStart(@Nullable String text) {
        if (text != null && !DAYS.containsKey(text)) {
            fault.accept("WKST must be a day as MO, not '" + text + "'");
        }
        return text == null ? DayOfWeek.MONDAY : DAYS.getOrDefault(text, DayOfWeek.MONDAY);
    }

    private void combinations(Rule rule) {
        Frequency frequency = rule.frequency();
        boolean yearly = frequency == Frequency.YEARLY;
        boolean numbered = rule.days().stream().anyMatch(day -> day.ordinal() != 0);
        wrongIf(rule.until() != null && rule.count() > 0, "has both UNTIL and COUNT");
        wrongIf(!yearly && !rule.weeks().isEmpty(), "BYWEEKNO goes with FREQ=YEARLY only");
        wrongIf(!yearly && !rule.yearDays().isEmpty(), "BYYEARDAY goes with FREQ=YEARLY only");
        wrongIf(
                frequency == Frequency.WEEKLY && !rule.monthDays().isEmpty(),
                "BYMONTHDAY does not go with FREQ=WEEKLY");
        wrongIf(
                numbered && !yearly && frequency != Frequency.MONTHLY,
                "BYDAY with a number goes with FREQ=MONTHLY and FREQ=YEARLY only");
        wrongIf(numbered && !rule.weeks().isEmpty(), "BYDAY with a number does not go with BYWEEKNO");
        // Weeks reach into the next year or the last one, and the RFC does not say to which year those days then belong.
        wrongIf(
                !rule.weeks().isEmpty() && (rule.interval() > 1 || !rule.positions().isEmpty()),
                "BYWEEKNO does not go with INTERVAL or BYSETPOS");
        wrongIf(!rule.positions().isEmpty() && !rule.chooses(), "BYSETPOS needs another BY part to choose from");
        wrongIf(
                Math.max(1, rule.hours().size()) * Math.max(1, rule.minutes().size()) > MOST_A_DAY,
                "BYHOUR and BYMINUTE happen more than " + MOST_A_DAY + " times a day");
    }

    private void wrongIf(boolean wrong, String what) {
        if (wrong) {
            fault.accept(what);
        }
    }
}
