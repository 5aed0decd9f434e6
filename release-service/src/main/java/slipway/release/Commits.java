package slipway.release;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import slipway.release.deployer.Programs;
import slipway.release.domain.ReleaseEvent.Commit;
import slipway.release.domain.ReleaseEvent.CommitRange;

/// What a release brings, as Git tells it.
final class Commits {

    /// More of them nobody reads; the range itself is in the plan.
    private static final int MOST = 200;

    private static final int LONGEST = 200;
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String BETWEEN = "\u001f";

    private Commits() {}

    /// @return the newest first, at most 200
    /// @throws IOException with Git's own words, when there is no such repository or revision
    static List<Commit> read(Path repository, CommitRange range) throws IOException, InterruptedException {
        List<String> argv = List.of(
                "git",
                "log",
                "--no-decorate",
                "--max-count=" + MOST,
                "--format=%H%x1f%an%x1f%s",
                range.from() + ".." + range.to(),
                "--");
        // A repository that somebody else owns is read too: nothing of it is run.
        Programs.Ended git = Programs.run(
                argv,
                repository,
                Map.of("GIT_CONFIG_COUNT", "1", "GIT_CONFIG_KEY_0", "safe.directory", "GIT_CONFIG_VALUE_0", "*"),
                PATIENCE);
        if (git.exit() != 0) {
            throw new IOException("git log " + range.from() + ".." + range.to() + ": " + git.words());
        }
        List<Commit> commits = new ArrayList<>();
        for (String line : git.out().lines().toList()) {
            String[] parts = line.split(BETWEEN, -1);
            if (parts.length == 3) {
                commits.add(new Commit(parts[0], brief(parts[1]), brief(parts[2])));
            }
        }
        return List.copyOf(commits);
    }

    private static String brief(String text) {
        return text.length() <= LONGEST ? text : text.substring(0, LONGEST - 1) + "…";
    }
}
