package slipway.notification.template;

import io.pebbletemplates.pebble.PebbleEngine;
import io.pebbletemplates.pebble.attributes.AttributeResolver;
import io.pebbletemplates.pebble.extension.Extension;
import io.pebbletemplates.pebble.extension.ExtensionCustomizer;
import io.pebbletemplates.pebble.extension.Filter;
import io.pebbletemplates.pebble.extension.Function;
import io.pebbletemplates.pebble.extension.NodeVisitorFactory;
import io.pebbletemplates.pebble.extension.Test;
import io.pebbletemplates.pebble.extension.escaper.EscaperExtension;
import io.pebbletemplates.pebble.loader.MemoryLoader;
import io.pebbletemplates.pebble.operator.BinaryOperator;
import io.pebbletemplates.pebble.template.PebbleTemplateImpl;
import io.pebbletemplates.pebble.tokenParser.TokenParser;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.unbescape.html.HtmlEscape;

/// As much of [Pebble](https://pebbletemplates.io) as words need: values, conditions, loops over what is there, filters. What is not named here does not
/// exist: no file is read, nothing is called, nothing runs without end, and nothing turns off the escaping.
public final class Dialect {

    private static final Set<String> TAGS = Set.of("if", "for", "set");
    private static final Set<String> TESTS = Set.of("null", "empty");
    private static final Set<String> FILTERS =
            Set.of("abbreviate", "capitalize", "first", "join", "last", "length", "lower", "slice", "sort", "title", "trim", "upper", "urlencode");

    private final MemoryLoader sources = new MemoryLoader();
    private final PebbleEngine engine;
    private final AtomicInteger read = new AtomicInteger();

    private Dialect(UnaryOperator<String> escape) {
        engine = new PebbleEngine.Builder()
                .loader(sources)
                .strictVariables(true)
                .autoEscaping(false)
                .newLineTrimming(false)
                .defaultLocale(Locale.ROOT)
                .registerExtensionCustomizer(extension -> new Allowed(extension, escape))
                .build();
    }

    /// What is written is text.
    public static Dialect text() {
        return new Dialect(UnaryOperator.identity());
    }

    /// What is written is HTML, in which values are text.
    public static Dialect html() {
        return new Dialect(HtmlEscape::escapeHtml4Xml);
    }

    /// @param file for people
    /// @throws Fault it is none
    public Template template(String file, String source) throws Fault {
        if (source.isBlank()) {
            throw new Fault(file, 0, "is empty");
        }
        // The engine keeps what it has read by its name.
        String name = file + " " + read.incrementAndGet();
        sources.addTemplate(name, source);
        try {
            return new Template(file, engine.getTemplate(name));
        } catch (RuntimeException e) {
            throw Template.fault(file, e);
        }
    }

    private static final class Allowed extends ExtensionCustomizer {

        private final UnaryOperator<String> escape;
        private final boolean escapes;

        Allowed(Extension extension, UnaryOperator<String> escape) {
            super(extension);
            this.escape = escape;
            this.escapes = extension instanceof EscaperExtension;
        }

        @Override
        public List<TokenParser> getTokenParsers() {
            List<TokenParser> all = super.getTokenParsers();
            return all == null ? List.of() : all.stream().filter(each -> TAGS.contains(each.getTag())).toList();
        }

        @Override
        public Map<String, Filter> getFilters() {
            Map<String, Filter> allowed = new HashMap<>();
            Map<String, Filter> all = super.getFilters();
            if (all != null) {
                all.forEach((name, filter) -> {
                    if (FILTERS.contains(name)) {
                        allowed.put(name, Filters.placed(filter));
                    }
                });
            }
            allowed.putAll(Filters.all());
            return allowed;
        }

        @Override
        public Map<String, Test> getTests() {
            Map<String, Test> allowed = new HashMap<>();
            Map<String, Test> all = super.getTests();
            if (all != null) {
                allowed.putAll(all);
            }
            allowed.keySet().retainAll(TESTS);
            return allowed;
        }

        @Override
        public Map<String, Function> getFunctions() {
            return Map.of();
        }

        /// Ours instead of Pebble's own escaping. The others are for macros and blocks, which there are not.
        @Override
        public List<NodeVisitorFactory> getNodeVisitors() {
            return escapes
                    ? List.of(template -> new Written((PebbleTemplateImpl) template, escape))
                    : List.of();
        }

        /// All but ranges: `1..1000000000` is a list in memory.
        @Override
        public List<BinaryOperator> getBinaryOperators() {
            List<BinaryOperator> all = super.getBinaryOperators();
            return all == null ? List.of() : all.stream().filter(each -> !each.getSymbol().equals("..")).toList();
        }

        @Override
        public List<AttributeResolver> getAttributeResolver() {
            return super.getAttributeResolver() == null ? List.of() : List.of(new Fields());
        }
    }
}
