package slipway.change.intake;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// What a rule writes: fields and lists as in the file, with an expression in the place of every text.
sealed interface Content {

    /// @return as JSON has it; null: nothing
    /// @throws Expression.Failing with the field and why
    @Nullable Object fill(Map<String, Object> delivery);

    record Calculated(Expression expression) implements Content {
        @Override
        public @Nullable Object fill(Map<String, Object> delivery) {
            return expression.value(delivery);
        }
    }

    /// A number, or true or false.
    record Constant(Object value) implements Content {
        @Override
        public Object fill(Map<String, Object> delivery) {
            return value;
        }
    }

    record Fields(Map<String, Content> fields) implements Content {
        @Override
        public Map<String, Object> fill(Map<String, Object> delivery) {
            Map<String, Object> filled = new LinkedHashMap<>();
            fields.forEach((name, content) -> {
                Object value = content.fill(delivery);
                // Null leaves the field out: nobody wrote it.
                if (value != null) {
                    filled.put(name, value);
                }
            });
            return filled;
        }
    }

    record Items(List<Content> items) implements Content {
        @Override
        public List<Object> fill(Map<String, Object> delivery) {
            List<Object> filled = new ArrayList<>();
            items.forEach(content -> {
                Object value = content.fill(delivery);
                if (value != null) {
                    filled.add(value);
                }
            });
            return filled;
        }
    }

    /// @param faults gets each fault as `where: line:column what`
    static Content read(String where, JsonNode node, List<String> faults) {
        return switch (node.getNodeType()) {
            case STRING -> {
                Expression expression = Expression.value(where, node.stringValue(), faults);
                yield expression == null ? new Items(List.of()) : new Calculated(expression);
            }
            case OBJECT -> {
                Map<String, Content> fields = new LinkedHashMap<>();
                node.forEachEntry((name, each) -> fields.put(name, read(where + "." + name, each, faults)));
                yield new Fields(fields);
            }
            case ARRAY -> {
                List<Content> items = new ArrayList<>();
                for (int i = 0; i < node.size(); i++) {
                    items.add(read(where + "[" + i + "]", node.get(i), faults));
                }
                yield new Items(items);
            }
            case NUMBER, BOOLEAN -> new Constant(Expression.of(node));
            case NULL, MISSING, BINARY, POJO -> {
                faults.add(where + ": is empty; an expression, a number, true or false, fields or a list");
                yield new Items(List.of());
            }
        };
    }
}
