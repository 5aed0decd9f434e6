package slipway.change;

import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import net.fortuna.ical4j.data.CalendarBuilder;
import net.fortuna.ical4j.data.CalendarOutputter;
import net.fortuna.ical4j.data.ParserException;
import net.fortuna.ical4j.model.Calendar;
import net.fortuna.ical4j.model.Component;
import net.fortuna.ical4j.model.Parameter;
import net.fortuna.ical4j.model.ParameterList;
import net.fortuna.ical4j.model.Property;
import net.fortuna.ical4j.model.TimeZoneRegistry;
import net.fortuna.ical4j.model.TimeZoneRegistryFactory;
import net.fortuna.ical4j.model.component.VEvent;
import net.fortuna.ical4j.model.parameter.TzId;
import net.fortuna.ical4j.model.property.Categories;
import net.fortuna.ical4j.model.property.Description;
import net.fortuna.ical4j.model.property.DtStamp;
import net.fortuna.ical4j.model.property.DtStart;
import net.fortuna.ical4j.model.property.ExDate;
import net.fortuna.ical4j.model.property.ProdId;
import net.fortuna.ical4j.model.property.RRule;
import net.fortuna.ical4j.model.property.Summary;
import net.fortuna.ical4j.model.property.Uid;
import net.fortuna.ical4j.model.property.XProperty;
import net.fortuna.ical4j.model.property.immutable.ImmutableVersion;
import org.jspecify.annotations.Nullable;
import slipway.change.calendar.FreezeScope;
import slipway.change.calendar.Recurrence;

/// Calendars as other programs exchange them: iCalendar (RFC 5545), one VEVENT each, with the VTIMEZONE of every zone named.
final class Ics {

    private static final DateTimeFormatter BASIC = DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss");
    private static final String ENVIRONMENTS = "X-SLIPWAY-ENVIRONMENTS";
    private static final String SERVICES = "X-SLIPWAY-SERVICES";
    private static final String ITEMS = "X-SLIPWAY-CONFIGURATION-ITEMS";
    private static final int LARGEST = 512 * 1024;
    private static final int MOST_EVENTS = 1000;

    private Ics() {}

    /// One event.
    ///
    /// @param uid names it for ever
    /// @param category what kind it is: `FREEZE`, `MAINTENANCE`, `CHANGE`
    record Entry(
            String uid, String summary, String description, String category, FreezeScope scope, Recurrence when) {}

    /// @param faults every fault, each with the UID of its event; then nothing should be used
    record Imported(List<Entry> entries, List<String> faults) {}

    /// @param at when it was written down
    static String write(List<Entry> entries, Instant at) {
        TimeZoneRegistry zones = TimeZoneRegistryFactory.getInstance().createRegistry();
        Calendar calendar = new Calendar();
        calendar.add(new ProdId("-//Slipway//Calendar//EN"));
        calendar.add(ImmutableVersion.VERSION_2_0);
        Set<String> named = new LinkedHashSet<>();
        entries.stream().map(entry -> entry.when().zone()).filter(zone -> !zone.equals("UTC")).forEach(named::add);
        named.forEach(zone -> calendar.add(zones.getTimeZone(zone).getVTimeZone()));
        entries.forEach(entry -> calendar.add(event(entry, at)));
        StringWriter text = new StringWriter();
        try {
            new CalendarOutputter(false).output(calendar, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }

    private static VEvent event(Entry entry, Instant at) {
        Recurrence when = entry.when();
        VEvent event = new VEvent(false);
        event.add(new Uid(entry.uid()));
        event.add(new DtStamp(at));
        event.add(new Summary(entry.summary()));
        event.add(new Description(entry.description()));
        event.add(new Categories(entry.category()));
        event.add(new DtStart<>(zone(when), local(when.start(), when)));
        event.add(new net.fortuna.ical4j.model.property.Duration(new ParameterList(), when.duration()));
        if (when.rule() != null) {
            event.add(new RRule<>(when.rule()));
        }
        when.except().forEach(each -> event.add(new ExDate<>(zone(when), local(each, when))));
        extra(event, ENVIRONMENTS, entry.scope().environments());
        extra(event, SERVICES, entry.scope().services());
        extra(event, ITEMS, entry.scope().configurationItems());
        return event;
    }

    private static ParameterList zone(Recurrence when) {
        return when.zone().equals("UTC") ? new ParameterList() : new ParameterList(List.of(new TzId(when.zone())));
    }

    private static String local(String text, Recurrence when) {
        return LocalDateTime.parse(text).format(BASIC) + (when.zone().equals("UTC") ? "Z" : "");
    }

    private static void extra(VEvent event, String name, List<String> values) {
        if (!values.isEmpty()) {
            event.add(new XProperty(name, String.join(",", values)));
        }
    }

    /// Reads every VEVENT. Times of whole days and times without a zone (“floating”) are faults: nobody knows when they are.
    static Imported read(String text) {
        if (text.length() > LARGEST) {
            return new Imported(List.of(), List.of("calendar: is larger than " + LARGEST + " characters"));
        }
        List<Component> events;
        try {
            Calendar calendar = new CalendarBuilder().build(new StringReader(text));
            events = calendar.getComponents().stream()
                    .filter(component -> component.getName().equals(Component.VEVENT))
                    .map(Component.class::cast)
                    .toList();
        } catch (IOException | ParserException | RuntimeException e) {
            return new Imported(List.of(), List.of("calendar: is no iCalendar (RFC 5545): " + e.getMessage()));
        }
        if (events.size() > MOST_EVENTS) {
            return new Imported(List.of(), List.of("calendar: has more than " + MOST_EVENTS + " events"));
        }
        List<Entry> entries = new ArrayList<>();
        List<String> faults = new ArrayList<>();
        for (int i = 0; i < events.size(); i++) {
            String uid = value(events.get(i), Property.UID);
            String where = (uid.isEmpty() ? "event " + (i + 1) : uid) + ".";
            try {
                Entry entry = entry(events.get(i), uid);
                List<String> wrong = new ArrayList<>(entry.when().faults(where));
                if (uid.isEmpty()) {
                    wrong.add(where + "UID: is missing");
                }
                faults.addAll(wrong);
                entries.add(entry);
            } catch (DateTimeException e) {
                faults.add(where + e.getMessage());
            }
        }
        return new Imported(List.copyOf(entries), List.copyOf(faults));
    }

    private static Entry entry(Component event, String uid) {
        Property start = event.<Property>getProperty(Property.DTSTART)
                .orElseThrow(() -> new DateTimeException("DTSTART: is missing"));
        String zone = zone(start);
        LocalDateTime first = local(start);
        String rule = value(event, Property.RRULE);
        List<String> except = event.<Property>getProperties(Property.EXDATE).stream()
                .flatMap(exdate -> Arrays.stream(exdate.getValue().split(",")))
                .map(each -> parse(each).toString())
                .toList();
        return new Entry(
                uid,
                value(event, Property.SUMMARY),
                value(event, Property.DESCRIPTION),
                value(event, Property.CATEGORIES),
                new FreezeScope(list(event, ENVIRONMENTS), list(event, SERVICES), list(event, ITEMS)),
                new Recurrence(first.toString(), zone, duration(event, first), rule.isEmpty() ? null : rule, except));
    }

    private static String zone(Property time) {
        String named = time.<Parameter>getParameter(Parameter.TZID)
                .map(Parameter::getValue)
                .orElse("");
        if (named.isEmpty() && !time.getValue().endsWith("Z")) {
            throw new DateTimeException(time.getName() + ": " + time.getValue()
                    + (time.getValue().contains("T") ? " has no zone" : " is a whole day; name the hours and a zone"));
        }
        return named.isEmpty() ? "UTC" : named;
    }

    private static LocalDateTime local(Property time) {
        return parse(time.getValue());
    }

    private static LocalDateTime parse(String text) {
        return LocalDateTime.parse(text.endsWith("Z") ? text.substring(0, text.length() - 1) : text, BASIC);
    }

    /// RFC 5545: with DTEND every occurrence lasts exactly as long as the first.
    private static String duration(Component event, LocalDateTime first) {
        String length = value(event, Property.DURATION);
        if (!length.isEmpty()) {
            return length;
        }
        Property end = event.<Property>getProperty(Property.DTEND)
                .orElseThrow(() -> new DateTimeException("DTEND: is missing, and so is DURATION"));
        return Duration.between(first.toInstant(ZoneOffset.UTC), local(end).toInstant(ZoneOffset.UTC))
                .toString();
    }

    private static List<String> list(Component event, String name) {
        return Stream.of(value(event, name).split(","))
                .map(String::strip)
                .filter(each -> !each.isEmpty())
                .toList();
    }

    private static String value(Component event, String name) {
        @Nullable String value =
                event.<Property>getProperty(name).map((Function<Property, String>) Property::getValue).orElse(null);
        return value == null ? "" : value;
    }
}
