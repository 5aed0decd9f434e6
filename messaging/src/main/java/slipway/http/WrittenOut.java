package slipway.http;

import java.util.List;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/// That a body says what it says where it says it. The reader of forms takes an alias (`*name`) for text and drops anchors (`&name`) and
/// tags (`!name`): whoever wrote them would be understood otherwise than they meant. Nothing is expanded, so a few lines of aliases of
/// aliases cost nothing.
final class WrittenOut {

    private WrittenOut() {}

    /// @throws Refusal 400, with line and column
    static void check(String yaml) {
        try {
            for (Event event : new Parse(Body.YAML_SETTINGS).parseReader(Unread.reader(yaml))) {
                if (event instanceof AliasEvent alias) {
                    throw refuse(event, "the alias *" + alias.getAlias());
                }
                if (event instanceof NodeEvent node && node.getAnchor().isPresent()) {
                    throw refuse(event, "the anchor &" + node.getAnchor().get());
                }
                if (event instanceof ScalarEvent scalar && scalar.getTag().isPresent()) {
                    throw refuse(event, "the tag " + scalar.getTag().get());
                }
                if (event instanceof CollectionStartEvent collection && collection.getTag().isPresent()) {
                    throw refuse(event, "the tag " + collection.getTag().get());
                }
            }
        } catch (YamlEngineException _) {
            // The reader of forms says what is wrong with it.
        }
    }

    private static Refusal refuse(Event event, String what) {
        String where = event.getStartMark()
                .map(mark -> "line " + (mark.getLine() + 1) + ", column " + (mark.getColumn() + 1) + ": ")
                .orElse("");
        return Refusal.malformed(List.of(where + what + " is not understood here; write it out"));
    }
}
