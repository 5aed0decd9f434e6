package slipway.notification.template;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.apache.avro.generic.GenericEnumSymbol;
import org.apache.avro.generic.IndexedRecord;
import org.jspecify.annotations.Nullable;

/// A fact as maps, lists, texts, numbers and times: nothing of it can do anything.
public final class Plain {

    private static final Pattern BREAKS = Pattern.compile("[\\p{Cntrl}\\u2028\\u2029]+");

    private Plain() {}

    /// Its fields by their names; texts in one line each, words of enums as texts.
    public static Map<String, @Nullable Object> of(IndexedRecord fact) {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fact.getSchema().getFields().forEach(field -> fields.put(field.name(), value(fact.get(field.pos()))));
        return fields;
    }

    /// Titles and reasons are other people's text: a line break in one must not become a header or a forged line.
    public static String line(String text) {
        return BREAKS.matcher(text).replaceAll(" ");
    }

    private static @Nullable Object value(@Nullable Object value) {
        return switch (value) {
            case null -> null;
            case IndexedRecord record -> of(record);
            case GenericEnumSymbol<?> constant -> constant.toString();
            case CharSequence text -> line(text.toString());
            case Collection<?> list -> list.stream().map(Plain::value).toList();
            case Map<?, ?> map -> {
                Map<String, @Nullable Object> plain = new LinkedHashMap<>();
                map.forEach((key, each) -> plain.put(line(String.valueOf(key)), value(each)));
                yield plain;
            }
            default -> value;
        };
    }
}
