package slipway.change;

import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import net.fortuna.ical4j.data.CalendarOutputter;
import net.fortuna.ical4j.data.ParserException;
import net.fortuna.ical4j.model.Calendar;
import net.fortuna.ical4j.model.ParameterList;
import net.fortuna.ical4j.model.Property;
import net.fortuna.ical4j.model.PropertyFactory;
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
import net.fortuna.ical4j.model.property.Summary;
import net.fortuna.ical4j.model.property.Uid;
import net.fortuna.ical4j.model.property.XProperty;
import net.fortuna.ical4j.model.property.immutable.ImmutableVersion;
import net.fortuna.ical4j.validate.ValidationResult;
import slipway.change.calendar.FreezeScope;
import slipway.change.calendar.Recurrence;

/// Calendars as other programs exchange them: iCalendar (RFC 5545), one VEVENT each, with the VTIMEZONE of every zone named.
final class Ics {

    private static final DateTimeFormatter BASIC = DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss");
    static final String ENVIRONMENTS = "X-SLIPWAY-ENVIRONMENTS";
    static final String SERVICES = "X-SLIPWAY-SERVICES";
    static final String ITEMS = "X-SLIPWAY-CONFIGURATION-ITEMS";
    private static final String PRODUCT = "-//Slipway//Calendar//EN";
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
    /// @param own whether it was written here
    record Imported(List<Entry> entries, List<String> faults, boolean own) {

        private static Imported faulty(String fault) {
            return new Imported(List.of(), List.of(fault), false);
        }
    }

    /// @param at when it was written down
    static String write(List<Entry> entries, Instant at) {
        TimeZoneRegistry zones = TimeZoneRegistryFactory.getInstance().createRegistry();
        Calendar calendar = new Calendar();
        calendar.add(new ProdId(PRODUCT));
        calendar.add(ImmutableVersion.VERSION_2_0);
        Set<String> named = new LinkedHashSet<>();
        entries.stream().map(entry -> entry.when().zone()).filter(zone -> !zone.equals("UTC")).forEach(named::add);
        named.stream()
                .map(zones::getTimeZone)
                // the youngest zones are not known to the library; their names have to do
                .filter(Objects::nonNull)
                .forEach(zone -> calendar.add(zone.getVTimeZone()));
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
        Recurrence when = entry.when().plain();
        VEvent event = new VEvent(false);
        event.add(new Uid(entry.uid()));
        event.add(new DtStamp(at));
        event.add(new Summary(entry.summary()));
        event.add(new Description(entry.description()));
        event.add(new Categories(entry.category()));
        event.add(new DtStart<>(zone(when), local(when.start(), when)));
        event.add(new Verbatim(Property.DURATION, when.duration()));
        if (when.rule() != null) {
            event.add(new Verbatim(Property.RRULE, when.rule()));
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

    /// A property as it is written here: the library's own would turn `PT24H` into `P1D`.
    private static final class Verbatim extends Property {

        private static final long serialVersionUID = 1;

        private String value;

        Verbatim(String name, String value) {
            super(name);
            this.value = value;
        }

        @Override
        public String getValue() {
            return value;
        }

        @Override
        public void setValue(String value) {
            this.value = value;
        }

        @Override
        public ValidationResult validate() {
            return ValidationResult.EMPTY;
        }

        @Override
        protected PropertyFactory<?> newFactory() {
            throw new UnsupportedOperationException(getName());
        }
    }

    static Imported read(String text) {
        return read(text, "");
    }

    /// Reads every VEVENT that takes time: neither cancelled nor transparent. Whole days without a zone to begin them in, and times
    /// without a zone (“floating”), are faults: nobody knows when they are.
    ///
    /// @param zone in which whole days begin; empty: as the calendar says (`X-WR-TIMEZONE`), if it does
    static Imported read(String text, String zone) {
        if (text.length() > LARGEST) {
            return Imported.faulty("calendar: is larger than " + LARGEST + " characters");
        }
        List<IcsEvent> events;
        boolean own;
        try {
            IcsLines.Read lines = IcsLines.of(text);
            String days = zone.isEmpty() ? lines.calendar().getOrDefault("X-WR-TIMEZONE", "") : zone;
            own = PRODUCT.equals(lines.calendar().get("PRODID"));
            events = lines.events().stream().map(event -> new IcsEvent(event, days)).toList();
        } catch (IOException | ParserException | RuntimeException e) {
            return Imported.faulty("calendar: is no iCalendar (RFC 5545): " + e.getMessage());
        }
        if (events.size() > MOST_EVENTS) {
            return Imported.faulty("calendar: has more than " + MOST_EVENTS + " events");
        }
        List<Entry> entries = new ArrayList<>();
        List<String> faults = new ArrayList<>();
        for (int i = 0; i < events.size(); i++) {
            IcsEvent event = events.get(i);
            if (event.isCancelled() || event.isTransparent()) {
                continue;
            }
            String where = (event.uid().isEmpty() ? "event " + (i + 1) : event.uid()) + ".";
            if (event.uid().isEmpty()) {
                faults.add(where + "UID: is missing");
            }
            try {
                Entry entry = event.entry();
                faults.addAll(entry.when().faults(where));
                entries.add(entry);
            } catch (DateTimeException e) {
                faults.add(where + e.getMessage());
            }
        }
        return new Imported(List.copyOf(entries), List.copyOf(faults), own);
    }
}
