package slipway.change;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.Period;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import slipway.change.IcsLines.Line;
import slipway.change.calendar.FreezeScope;
import slipway.change.calendar.Recurrence;

/// Reads one VEVENT. What cannot be kept is a fault and never left out: a freeze must not become shorter by being imported.
///
/// @param days the zone in which whole days begin; empty: nobody knows
record IcsEvent(List<Line> lines, String days) {

    private static final DateTimeFormatter BASIC = DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss");
    private static final Set<String> ONCE = Set.of(
            "UID", "DTSTART", "DTEND", "DURATION", "RRULE", Ics.ENVIRONMENTS, Ics.SERVICES, Ics.ITEMS);
    private static final Set<String> UNSUPPORTED = Set.of("RDATE", "EXRULE", "RECURRENCE-ID");

    /// @param zone as it is named; it may be none
    private record Time(LocalDateTime local, String zone) {

        Instant instant() {
            return local.atZone(ZoneId.of(zone)).toInstant();
        }
    }

    String uid() {
        return text("UID");
    }

    boolean isCancelled() {
        return text("STATUS").equalsIgnoreCase("CANCELLED");
    }

    /// Takes nobody's time (RFC 5545 §3.8.2.7): a birthday, a note.
    boolean isTransparent() {
        return text("TRANSP").equalsIgnoreCase("TRANSPARENT");
    }

    /// @throws DateTimeException for what makes it no event of ours, as `property: what`
    Ics.Entry entry() {
        complete();
        Time start = time(all("DTSTART").findFirst().orElseThrow(() -> new DateTimeException("DTSTART: is missing")), "");
        try {
            ZoneId.of(start.zone());
        } catch (DateTimeException _) {
            throw new DateTimeException("DTSTART: '" + start.zone() + "' is no IANA zone such as Europe/Paris");
        }
        String rule = value("RRULE");
        return new Ics.Entry(
                uid(),
                text("SUMMARY"),
                text("DESCRIPTION"),
                text("CATEGORIES"),
                new FreezeScope(list(Ics.ENVIRONMENTS), list(Ics.SERVICES), list(Ics.ITEMS)),
                new Recurrence(
                        start.local().toString(),
                        start.zone(),
                        duration(start),
                        rule.isEmpty() ? null : rule,
                        all("EXDATE").flatMap(line -> exceptions(line, start)).toList()));
    }

    private void complete() {
        List<String> faults = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        for (Line line : lines) {
            if (UNSUPPORTED.contains(line.name())) {
                faults.add(line.name() + ": is not supported; make it an event of its own");
            } else if (!seen.add(line.name()) && ONCE.contains(line.name())) {
                faults.add(line.name() + ": is there twice");
            }
        }
        if (!faults.isEmpty()) {
            throw new DateTimeException(String.join("; ", faults));
        }
    }

    /// RFC 5545: with DTEND every occurrence lasts exactly as long as the first.
    private String duration(Time start) {
        String length = value("DURATION");
        if (!length.isEmpty()) {
            return length;
        }
        boolean wholeDays = isDay(all("DTSTART").findFirst().orElseThrow());
        if (wholeDays && all("DTEND").findAny().isEmpty()) {
            return "P1D";
        }
        Line end = all("DTEND")
                .findFirst()
                .orElseThrow(() -> new DateTimeException("DTEND: is missing, and so is DURATION"));
        if (wholeDays && isDay(end)) {
            // Calendar days: the one on which the clocks change as well.
            return Period.ofDays((int) ChronoUnit.DAYS.between(
                            start.local().toLocalDate(), time(end, start.zone()).local().toLocalDate()))
                    .toString();
        }
        return Duration.between(start.instant(), time(end, start.zone()).instant()).toString();
    }

    /// As local times of where it starts, wherever they were written down.
    private Stream<String> exceptions(Line line, Time start) {
        return Stream.of(line.value().split(",")).map(each -> {
            Time time = time(new Line(line.name(), line.parameters(), each), start.zone());
            LocalDateTime there = time.zone().equals(start.zone())
                    ? time.local()
                    : LocalDateTime.ofInstant(time.instant(), ZoneId.of(start.zone()));
            return there.toString();
        });
    }

    /// @param otherwise the zone when it has none; empty: then nobody knows when it is
    private Time time(Line line, String otherwise) {
        String text = line.value();
        if (isDay(line)) {
            return day(line, text);
        }
        boolean utc = text.endsWith("Z");
        String zone = line.parameters().getOrDefault("TZID", utc ? "UTC" : otherwise);
        if (zone.isEmpty()) {
            throw new DateTimeException(line.name() + ": " + text + " has no zone");
        }
        if (utc && !zone.equals("UTC")) {
            throw new DateTimeException(line.name() + ": " + text + " is in UTC and in " + zone + " as well");
        }
        try {
            return new Time(LocalDateTime.parse(utc ? text.substring(0, text.length() - 1) : text, BASIC), zone);
        } catch (DateTimeException _) {
            throw new DateTimeException(line.name() + ": " + text + " is no time such as 20261224T180000");
        }
    }

    private Time day(Line line, String text) {
        if (days.isEmpty()) {
            throw new DateTimeException(line.name() + ": " + text + " is a whole day; name the zone in which it begins");
        }
        try {
            return new Time(LocalDate.parse(text, DateTimeFormatter.BASIC_ISO_DATE).atStartOfDay(), days);
        } catch (DateTimeException _) {
            throw new DateTimeException(line.name() + ": " + text + " is no day such as 20261224");
        }
    }

    private static boolean isDay(Line line) {
        return !line.value().contains("T");
    }

    private List<String> list(String name) {
        return Stream.of(text(name).split(","))
                .map(String::strip)
                .filter(each -> !each.isEmpty())
                .toList();
    }

    private String text(String name) {
        return all(name).findFirst().map(Line::text).orElse("");
    }

    private String value(String name) {
        return all(name).findFirst().map(Line::value).orElse("");
    }

    private Stream<Line> all(String name) {
        return lines.stream().filter(line -> line.name().equals(name));
    }
}
