package slipway.launcher;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import tools.jackson.databind.JsonNode;

/// Verdicts that were judged again. What goes to the output are their own bytes, and nothing that was made of them.
final class VerdictText {

    private static final int DIFFERENT = 1;

    private VerdictText() {}

    /// @return the exit code: 0 when every verdict came out the same
    static int print(String release, JsonNode verdicts, PrintStream out, PrintStream err) {
        if (verdicts.isEmpty()) {
            err.println(release + " has no verdict");
            return Refused.REFUSED;
        }
        int code = 0;
        for (JsonNode verdict : verdicts) {
            byte[] stored = verdict.path("stored").asString("").getBytes(StandardCharsets.UTF_8);
            out.write(stored, 0, stored.length);
            if (!verdict.path("identical").asBoolean(false)) {
                String where = verdict.path("environment").asString("") + ", step " + verdict.path("step").asInt(0);
                err.println(where
                        + (verdict.path("again").isNull()
                                ? ": it cannot be judged again: its definition was not kept, or cannot be read any more"
                                : ": judged again it is " + verdict.path("again").asString("").strip()));
                code = DIFFERENT;
            }
        }
        out.flush();
        return code;
    }
}
