package slipway.notification.template;

import io.pebbletemplates.pebble.attributes.AttributeResolver;
import io.pebbletemplates.pebble.attributes.ResolvedAttribute;
import io.pebbletemplates.pebble.error.PebbleException;
import io.pebbletemplates.pebble.node.ArgumentsNode;
import io.pebbletemplates.pebble.node.ForNode.LoopVariables;
import io.pebbletemplates.pebble.template.EvaluationContextImpl;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// All that stands behind a dot: fields of maps, entries of lists, and where a loop is. No method of any object, whatever it is called.
final class Fields implements AttributeResolver {

    @Override
    public ResolvedAttribute resolve(
            Object of,
            Object name,
            Object @Nullable [] arguments,
            ArgumentsNode nodes,
            EvaluationContextImpl context,
            String file,
            int line) {
        if (arguments != null) {
            throw new PebbleException(null, "nothing can be called here, such as '" + name + "'", line, file);
        }
        return switch (of) {
            case Map<?, ?> fields when fields.containsKey(name) -> new ResolvedAttribute(fields.get(name));
            case List<?> list when name instanceof Number index && index.intValue() >= 0 && index.intValue() < list.size() ->
                new ResolvedAttribute(list.get(index.intValue()));
            case LoopVariables loop when name.equals("first") -> new ResolvedAttribute(loop.isFirst());
            case LoopVariables loop when name.equals("last") -> new ResolvedAttribute(loop.isLast());
            case LoopVariables loop when name.equals("index") -> new ResolvedAttribute(loop.getIndex());
            case Map<?, ?> fields ->
                throw new PebbleException(
                        null, "there is no '" + name + "' among " + fields.keySet().stream().map(String::valueOf).sorted().toList(), line, file);
            case null, default -> throw new PebbleException(null, "there is no '" + name + "' here", line, file);
        };
    }
}
