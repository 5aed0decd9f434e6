package slipway.launcher;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// Which part of the past is asked about.
final class Past {

    private static final int ALL = 10_000;

    @Option(
            names = "--since",
            paramLabel = "TIME",
            defaultValue = "90d",
            description = "2026-01-01, 2026-01-01T10:00:00Z, or 90d for so many days ago. Default: ${DEFAULT-VALUE}")
    private String since = "";

    @Option(names = "--until", paramLabel = "TIME", description = "Likewise. Default: now")
    private @Nullable String until;

    @Option(names = "--all", description = "List up to 10000 changes; without it, 100.")
    private boolean all;

    String query() {
        return "?since=" + Api.segment(since)
                + (until == null ? "" : "&until=" + Api.segment(until))
                + (all ? "&limit=" + ALL : "");
    }
}
