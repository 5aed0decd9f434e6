package slipway.change;

import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import net.fortuna.ical4j.data.CalendarParserFactory;
import net.fortuna.ical4j.data.ContentHandler;
import net.fortuna.ical4j.data.ParserException;
import net.fortuna.ical4j.data.UnfoldingReader;
import net.fortuna.ical4j.model.Component;

/// The lines of every VEVENT, as they are written. The library splits them, and no more: what it makes of them is not always what
/// they say (`PT24H` becomes `P1D`, which is an hour less when the clocks are put forward).
final class IcsLines implements ContentHandler {

    private final Map<String, String> calendar = new HashMap<>();
    private final List<List<Line>> events = new ArrayList<>();
    private final Deque<String> inside = new ArrayDeque<>();
    private final Map<String, String> parameters = new HashMap<>();
    private String value = "";

    private IcsLines() {}

    /// @param name in capitals, as those of the parameters
    record Line(String name, Map<String, String> parameters, String value) {

        private static final Pattern ESCAPED = Pattern.compile("\\\\(.)");

        /// The value of a property that is a text.
        String text() {
            return ESCAPED.matcher(value)
                    .replaceAll(each -> each.group(1).equalsIgnoreCase("n") ? "\n" : Matcher.quoteReplacement(each.group(1)));
        }
    }

    /// @param calendar what is said of the whole, such as `PRODID`
    /// @param events the lines of each
    record Read(Map<String, String> calendar, List<List<Line>> events) {}

    static Read of(String text) throws IOException, ParserException {
        IcsLines lines = new IcsLines();
        CalendarParserFactory.getInstance().get().parse(new UnfoldingReader(new StringReader(text)), lines);
        return new Read(lines.calendar, lines.events);
    }

    @Override
    public void startCalendar() {
        inside.clear();
    }

    @Override
    public void endCalendar() {
        inside.clear();
    }

    @Override
    public void startComponent(String name) {
        inside.push(name.toUpperCase(Locale.ROOT));
        if (inEvent()) {
            events.add(new ArrayList<>());
        }
    }

    @Override
    public void endComponent(String name) {
        inside.pop();
    }

    /// Alarms within an event have a duration and a description as well; they are none of ours.
    private boolean inEvent() {
        return inside.size() == 1 && Component.VEVENT.equals(inside.peek());
    }

    @Override
    public void startProperty(String name) {
        parameters.clear();
        value = "";
    }

    @Override
    public void parameter(String name, String is) {
        parameters.put(name.toUpperCase(Locale.ROOT), is.replace("\"", ""));
    }

    @Override
    public void propertyValue(String is) {
        value = is;
    }

    @Override
    public void endProperty(String name) {
        if (inEvent()) {
            events.getLast().add(new Line(name.toUpperCase(Locale.ROOT), Map.copyOf(parameters), value));
        } else if (inside.isEmpty()) {
            calendar.put(name.toUpperCase(Locale.ROOT), value);
        }
    }
}
