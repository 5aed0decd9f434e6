package slipway.notification.template;

import io.pebbletemplates.pebble.error.PebbleException;
import io.pebbletemplates.pebble.extension.AbstractNodeVisitor;
import io.pebbletemplates.pebble.extension.NodeVisitor;
import io.pebbletemplates.pebble.node.PrintNode;
import io.pebbletemplates.pebble.node.expression.Expression;
import io.pebbletemplates.pebble.template.EvaluationContextImpl;
import io.pebbletemplates.pebble.template.PebbleTemplateImpl;
import java.util.function.UnaryOperator;

/// Puts the escaping around everything that a template writes, whatever it was made of. Pebble's own one trusts what is in quotes, may be turned off, and
/// writes nothing for null.
final class Written extends AbstractNodeVisitor {

    private final UnaryOperator<String> escape;

    Written(PebbleTemplateImpl template, UnaryOperator<String> escape) {
        super(template);
        this.escape = escape;
    }

    @Override
    public void visit(PrintNode node) {
        node.setExpression(new Escaped(node.getExpression(), escape, node.getLineNumber()));
    }

    private record Escaped(Expression<?> expression, UnaryOperator<String> escape, int line) implements Expression<String> {

        @Override
        public String evaluate(PebbleTemplateImpl self, EvaluationContextImpl context) {
            Object value = expression.evaluate(self, context);
            if (!Filters.printable(value)) {
                throw new PebbleException(null, Filters.what(value) + " cannot be written", line, self.getName());
            }
            return escape.apply(String.valueOf(value));
        }

        @Override
        public int getLineNumber() {
            return line;
        }

        @Override
        public void accept(NodeVisitor visitor) {
            visitor.visit(this);
        }
    }
}
