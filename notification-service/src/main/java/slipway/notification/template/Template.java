package slipway.notification.template;

import io.pebbletemplates.pebble.error.AttributeNotFoundException;
import io.pebbletemplates.pebble.error.PebbleException;
import io.pebbletemplates.pebble.template.PebbleTemplate;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A text with places for values.
public final class Template {

    private static final List<String> PEBBLES = List.of("template", "locale", "_context");

    private final String file;
    private final PebbleTemplate compiled;

    Template(String file, PebbleTemplate compiled) {
        this.file = file;
        this.compiled = compiled;
    }

    /// @param cut whether there would have been more of it
    public record Rendered(String text, boolean cut) {}

    /// Where it comes from, for people.
    public String file() {
        return file;
    }

    /// @param values by their names: texts, numbers, times, lists and maps of them; null is a value, too
    /// @param most the longest that it may write, chars
    /// @throws Fault it asks for what these values do not have
    public Rendered render(Map<String, ?> values, int most) throws Fault {
        Bounded out = new Bounded(most);
        try {
            compiled.evaluate(out, only(values));
            return new Rendered(out.text.toString(), out.cut);
        } catch (RuntimeException e) {
            throw fault(file, e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Pebble adds itself.
    private static Map<String, Object> only(Map<String, ?> values) {
        Map<String, @Nullable Object> only = new HashMap<>();
        PEBBLES.forEach(name -> only.put(name, null));
        only.putAll(values);
        return only;
    }

    static Fault fault(String file, RuntimeException e) {
        return switch (e) {
            case AttributeNotFoundException missing -> new Fault(file, line(missing), "there is no '" + missing.getAttributeName() + "', or it is null in some facts");
            case PebbleException wrong -> new Fault(file, line(wrong), wrong.getPebbleMessage());
            default -> new Fault(file, 0, e.toString());
        };
    }

    private static int line(PebbleException e) {
        return e.getLineNumber() == null ? 0 : e.getLineNumber();
    }

    /// Forgets what is too much.
    private static final class Bounded extends Writer {

        private final StringBuilder text = new StringBuilder();
        private final int most;
        private boolean cut;

        Bounded(int most) {
            this.most = most;
        }

        @Override
        public void write(char[] chars, int from, int length) {
            int fits = Math.min(length, most - text.length());
            text.append(chars, from, fits);
            cut |= fits < length;
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }
}
