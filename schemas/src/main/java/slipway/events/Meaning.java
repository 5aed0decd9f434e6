package slipway.events;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.apache.avro.Schema;

/// What Avro's own rules let pass although old facts would say something else: a time that is counted in another unit, a
/// word of an enum or a field that is gone.
final class Meaning {

    private final List<String> changes = new ArrayList<>();
    private final Set<String> seen = new HashSet<>();

    private Meaning() {}

    static List<String> changes(Schema before, Schema after) {
        Meaning meaning = new Meaning();
        meaning.compare(before, after, before.getName());
        return meaning.changes;
    }

    private void compare(Schema before, Schema after, String where) {
        if (before.getType() != after.getType()) {
            return;
        }
        String unit = before.getProp("logicalType");
        if (!Objects.equals(unit, after.getProp("logicalType"))) {
            changes.add(where + " was " + unit + " and is " + after.getProp("logicalType"));
        }
        switch (before.getType()) {
            case RECORD -> {
                if (seen.add(before.getFullName())) {
                    fields(before, after, where);
                }
            }
            case ENUM ->
                before.getEnumSymbols().stream()
                        .filter(symbol -> !after.hasEnumSymbol(symbol))
                        .forEach(symbol -> changes.add(where + ": " + symbol + " is gone"));
            case ARRAY -> compare(before.getElementType(), after.getElementType(), where + "[]");
            case MAP -> compare(before.getValueType(), after.getValueType(), where + "{}");
            case UNION -> {
                for (Schema branch : before.getTypes()) {
                    after.getTypes().stream()
                            .filter(each -> each.getFullName().equals(branch.getFullName()))
                            .findFirst()
                            .ifPresent(same -> compare(branch, same, where));
                }
            }
            case FIXED, STRING, BYTES, INT, LONG, FLOAT, DOUBLE, BOOLEAN, NULL -> {}
        }
    }

    private void fields(Schema before, Schema after, String where) {
        for (Schema.Field field : before.getFields()) {
            Schema.Field same = after.getField(field.name());
            if (same == null) {
                changes.add(where + "." + field.name() + " is gone");
            } else {
                compare(field.schema(), same.schema(), where + "." + field.name());
            }
        }
    }
}
