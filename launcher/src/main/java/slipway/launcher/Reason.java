package slipway.launcher;

import java.util.Map;
import picocli.CommandLine.Option;

/// Why: asked for wherever somebody has to answer for it later.
final class Reason {

    @Option(names = "--reason", paramLabel = "TEXT", required = true)
    private String text = "";

    String text() {
        return text;
    }

    Map<String, String> only() {
        return Map.of("reason", text);
    }
}
