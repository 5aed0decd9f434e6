package slipway.http;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/// What a person wrote, as JSON or YAML, read field by field so that every fault is found and not only the first. A missing
/// field is no fault here, but an empty text, list or 0: what has to be there, the rules know.
public final class Form {

    /// The one media type of YAML that is registered (RFC 9512).
    public static final MediaType YAML = MediaType.APPLICATION_YAML;

    /// A form that holds many things at once, such as a whole inventory: up to 64 MiB, where any other ends at 512 KiB.
    public record Bulk(Form form) {}

    private static final Instant EARLIEST = Instant.EPOCH;
    private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59Z");

    private final JsonNode node;
    private final String path;
    private final Set<String> asked = new LinkedHashSet<>();
    private final List<String> faults = new ArrayList<>();
    private final List<Form> parts = new ArrayList<>();

    private Form(JsonNode node, String path) {
        this.node = node;
        this.path = path;
    }

    /// @param type JSON, or YAML in any of its names
    /// @throws Refusal 400, with line and column, when it cannot be read as that
    public static Form read(byte[] body, MediaType type) {
        return new Form(Body.read(body, type, Body.LARGEST), "");
    }

    /// @param type JSON, or YAML in any of its names
    /// @throws Refusal 400, with line and column, when it cannot be read as that
    public static Bulk readBulk(byte[] body, MediaType type) {
        return new Bulk(new Form(Body.read(body, type, Body.LARGEST_BULK), ""));
    }

    /// A file of YAML of ours, read as strictly as a body: nothing twice, nothing that means something else.
    ///
    /// @throws Refusal 400, with line and column, when it cannot be read as that
    public static JsonNode tree(byte[] yaml) {
        return read(yaml, YAML).node;
    }

    /// Names what was written: SHA-256 of its canonical JSON, in hexadecimal; comments and order of fields do not count.
    public String sha256() {
        return Body.sha256(node);
    }

    /// That there are such fields, though nobody reads them here: they are no faults.
    public void known(List<String> names) {
        asked.addAll(names);
    }

    public boolean has(String name) {
        return value(name) != null;
    }

    /// The fields that are there, in the order in which they are written: where the writer chose their names.
    public List<String> names() {
        return List.copyOf(node.propertyNames());
    }

    /// Whether it is a list: for what may be written as a list, or as one text.
    public boolean isList(String name) {
        JsonNode value = value(name);
        return value != null && value.isArray();
    }

    /// As it was written, for what has a shape of its own; a missing node when it is not there.
    public JsonNode written(String name) {
        JsonNode value = value(name);
        return value == null ? JsonNodeFactory.instance.missingNode() : value;
    }

    /// Empty when it is not there.
    public String text(String name) {
        String text = optionalText(name);
        return text == null ? "" : text;
    }

    public @Nullable String optionalText(String name) {
        JsonNode value = value(name);
        if (value == null) {
            return null;
        }
        if (!value.isString()) {
            String hint = value.isNumber() || value.isBoolean() ? "; put it in quotes" : "";
            fault(name, "must be text, not " + Body.kind(value) + hint);
            return null;
        }
        return sound(name, value.stringValue()) ? value.stringValue() : null;
    }

    /// No database column takes this one character, and nobody can read it.
    private boolean sound(String name, String text) {
        if (text.indexOf('\0') >= 0) {
            fault(name, "must not have the character NUL");
            return false;
        }
        return true;
    }

    public boolean flag(String name) {
        JsonNode value = value(name);
        if (value != null && !value.isBoolean()) {
            fault(name, "must be true or false, not " + Body.kind(value));
        }
        return value != null && value.isBoolean() && value.booleanValue();
    }

    /// 0 when it is not there.
    public long number(String name) {
        JsonNode value = value(name);
        if (value == null) {
            return 0;
        }
        if (!value.isIntegralNumber() || !value.canConvertToLong()) {
            fault(name, "must be a whole number, not " + Body.kind(value));
            return 0;
        }
        return value.longValue();
    }

    /// @param absent when it is not there
    public double decimal(String name, double absent) {
        JsonNode value = value(name);
        if (value == null) {
            return absent;
        }
        if (!value.isNumber() || !Double.isFinite(value.doubleValue())) {
            fault(name, "must be a number, not " + Body.kind(value));
            return absent;
        }
        return value.doubleValue();
    }

    public int smallNumber(String name) {
        return (int) Math.clamp(number(name), Integer.MIN_VALUE, Integer.MAX_VALUE);
    }

    public List<String> texts(String name) {
        return list(name, (where, each) -> {
            if (!each.isString()) {
                fault(where, "must be text, not " + Body.kind(each));
                return Optional.empty();
            }
            return sound(where, each.stringValue()) ? Optional.of(each.stringValue()) : Optional.empty();
        });
    }

    public List<Integer> numbers(String name) {
        return list(name, (where, each) -> {
            if (!each.isIntegralNumber() || !each.canConvertToInt()) {
                fault(where, "must be a whole number, not " + Body.kind(each));
                return Optional.empty();
            }
            return Optional.of(each.intValue());
        });
    }

    /// @param reading what is at a place; empty: a fault, which it has told
    private <T> List<T> list(String name, BiFunction<String, JsonNode, Optional<T>> reading) {
        JsonNode value = value(name);
        List<T> read = new ArrayList<>();
        if (value != null && !value.isArray()) {
            fault(name, "must be a list, not " + Body.kind(value));
        } else if (value != null) {
            for (int i = 0; i < value.size(); i++) {
                reading.apply(name + "[" + i + "]", value.get(i)).ifPresent(read::add);
            }
        }
        return List.copyOf(read);
    }

    /// Names with texts, in the order in which they are written.
    public Map<String, String> entries(String name) {
        Map<String, String> entries = new LinkedHashMap<>();
        Form part = part(name);
        part.node.propertyNames().forEach(each -> {
            String text = part.optionalText(each);
            if (text != null && part.sound(each.replace('\0', ' '), each)) {
                entries.put(each, text);
            }
        });
        return entries;
    }

    public <E extends Enum<E>> E word(String name, Class<E> words, E unknown) {
        String text = optionalText(name);
        if (text == null) {
            return unknown;
        }
        return Arrays.stream(words.getEnumConstants())
                .filter(word -> word.name().equalsIgnoreCase(text) && word != unknown)
                .findFirst()
                .orElseGet(() -> {
                    List<E> known = Arrays.stream(words.getEnumConstants())
                            .filter(word -> word != unknown)
                            .toList();
                    fault(name, "must be one of " + known + ", not '" + text + "'");
                    return unknown;
                });
    }

    /// ISO 8601 with an offset, or relative to now: `now`, `now+PT2H`. A missing or unreadable one is a fault, and now.
    public Instant time(String name, Instant now) {
        JsonNode value = value(name);
        String text = value != null && value.isString() ? value.stringValue().strip() : "";
        if (text.isEmpty()) {
            fault(name, value == null ? "is missing" : "must be a time, not " + Body.kind(value));
            return now;
        }
        try {
            if (text.equals("now")) {
                return now;
            }
            Instant time = text.startsWith("now+")
                    ? now.plus(Duration.parse(text.substring("now+".length())))
                    : OffsetDateTime.parse(text).toInstant();
            if (time.isBefore(EARLIEST) || time.isAfter(LATEST)) {
                fault(name, "'" + text + "' is not between the years 1970 and 9999");
                return now;
            }
            return time.truncatedTo(ChronoUnit.MILLIS);
        } catch (DateTimeException | ArithmeticException _) {
            fault(name, "'" + text + "' is no time; write 2026-03-02T10:00:00Z, now, or now+PT2H");
            return now;
        }
    }

    /// How long from now, when the time is written so; empty when it is written otherwise, or not at all.
    public Optional<Duration> fromNow(String name) {
        JsonNode value = value(name);
        String text = value != null && value.isString() ? value.stringValue().strip() : "";
        try {
            if (text.equals("now")) {
                return Optional.of(Duration.ZERO);
            }
            return text.startsWith("now+") ? Optional.of(Duration.parse(text.substring("now+".length()))) : Optional.empty();
        } catch (DateTimeException _) {
            // Told where the time itself is read.
            return Optional.empty();
        }
    }

    public Form part(String name) {
        JsonNode value = value(name);
        if (value != null && !value.isObject()) {
            fault(name, "must be fields with values, not " + Body.kind(value));
        }
        return add(value != null && value.isObject() ? value : JsonNodeFactory.instance.objectNode(), path + name + ".");
    }

    public List<Form> parts(String name) {
        return list(name, (where, each) -> {
            if (!each.isObject()) {
                fault(where, "must be fields with values, not " + Body.kind(each));
                return Optional.empty();
            }
            return Optional.of(add(each, path + where + "."));
        });
    }

    /// Parts by names that the writer chose, in the order in which they are written.
    public Map<String, Form> named(String name) {
        Map<String, Form> named = new LinkedHashMap<>();
        Form part = part(name);
        part.node.propertyNames().forEach(each -> named.put(each, part.part(each)));
        return named;
    }

    public void fault(String name, String what) {
        faults.add(path + name + ": " + what);
    }

    /// Every fault so far, and every field that nobody asked for. Call it last.
    public List<String> faults() {
        List<String> all = new ArrayList<>(faults);
        for (String name : node.propertyNames()) {
            if (!asked.contains(name)) {
                all.add(path + name + ": there is no such field; known are " + String.join(", ", asked));
            }
        }
        parts.forEach(part -> all.addAll(part.faults()));
        return all;
    }

    /// Every fault so far in what was asked for: for what other programs write, who may say more than anybody here asks.
    public List<String> faultsOfAsked() {
        List<String> all = new ArrayList<>(faults);
        parts.forEach(part -> all.addAll(part.faultsOfAsked()));
        return all;
    }

    /// Every fault so far, and those that the rules found, as `field: what`: but a field that could not be read is named once.
    public List<String> faultsWith(List<String> found) {
        List<String> all = new ArrayList<>(faults());
        Set<String> unread = all.stream().map(Form::field).collect(Collectors.toSet());
        found.stream().filter(fault -> !unread.contains(field(fault))).forEach(all::add);
        return all;
    }

    private static String field(String fault) {
        int colon = fault.indexOf(": ");
        return colon < 0 ? fault : fault.substring(0, colon);
    }

    private Form add(JsonNode value, String where) {
        Form form = new Form(value, where);
        parts.add(form);
        return form;
    }

    private @Nullable JsonNode value(String name) {
        asked.add(name);
        JsonNode value = node.get(name);
        return value == null || value.isNull() ? null : value;
    }
}
