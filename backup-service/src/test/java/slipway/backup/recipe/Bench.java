package slipway.backup.recipe;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import slipway.backup.recipe.Declared.Verb;
import slipway.program.Programs;
import slipway.program.Running;

/// A workplace for acts that a test makes up, below a folder of its own.
final class Bench {

    static final String SECRET = "a \"planted\" secret+";

    final Deque<Programs.Ended> answers = new ArrayDeque<>();
    final List<Hands.Call> calls = new ArrayList<>();
    private final Path folder;
    /// Whose acts are done.
    private Declared declared;

    /// Says what it was told to say.
    final Hands recorded = new Hands() {
        @Override
        public Programs.Ended run(Call call, @Nullable InputStream in, @Nullable OutputStream out) throws IOException {
            calls.add(call);
            if (out != null) {
                out.write(answers.element().out().getBytes(StandardCharsets.UTF_8));
            }
            return answers.remove();
        }

        @Override
        public Running start(Call call) {
            throw new AssertionError("nothing is to be started");
        }
    };

    Bench(Path folder) {
        this.folder = folder;
    }

    /// @param capture acts of the verb, in YAML
    Workplace place(Hands hands, String capture) throws Exception {
        String yaml =
                """
                id: it
                version: 1
                system: it
                category: STORAGE
                tier: CONTRACT_ONLY
                summary: It.
                consistency: none
                programs: [cp, cat, tool, tail, sleep, "true", "false", diff, head]
                parameters:
                  password: {type: SECRET, doc: of nothing}
                look: [{run: [cat, x]}]
                restoreScratch: [{run: [cat, x]}]
                capture:
                """
                        + capture.indent(2);
        Path password = Files.writeString(folder.resolve("password"), SECRET);
        return place(hands, RecipeFile.read("it", yaml.getBytes(StandardCharsets.UTF_8)), folder.resolve("tree"), Map.of("password", "file:" + password));
    }

    /// As when it captures.
    Map<String, String> done(Workplace place) throws Exception {
        return place.look(declared.acts(Verb.CAPTURE));
    }

    Workplace place(Hands hands, Declared recipe, Path tree, Map<String, String> given) throws Exception {
        declared = recipe;
        return new Workplace(folder.resolve("home"), tree, recipe, given, hands);
    }
}
