package slipway.release;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import slipway.program.Programs;
import slipway.release.domain.Commit;
import slipway.release.domain.CommitRange;

/// What a release brings, as Git tells it.
final class Commits {

    /// More of them nobody reads; the range itself is in the plan.
    private static final int MOST = 200;

    private static final int LONGEST = 200;
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String BETWEEN = "\u001f";

    /// A repository's own settings name programs, and whoever writes to its folder writes those. What git would run for a log, or to
    /// fetch what is missing for one, is set here.
    private static final List<String> OVERRIDES = List.of(
            // A repository that somebody else owns is read too: nothing of it is run.
            "safe.directory=*",
            "core.fsmonitor=false",
            "core.hooksPath=/dev/null",
            "core.pager=cat",
            "core.sshCommand=false",
            "core.gitProxy=false",
            "core.askPass=",
            "credential.helper=",
            "diff.external=",
            "gpg.program=false",
            "gpg.openpgp.program=false",
            "gpg.ssh.program=false",
            "gpg.x509.program=false",
            "log.showSignature=false",
            "log.mailmap=false",
            "protocol.allow=never");

    /// Nothing of the machine's or the user's settings, and no way out: neither another machine nor another repository is asked.
    private static final Map<String, String> ENVIRONMENT = Map.of(
            "GIT_CONFIG_NOSYSTEM", "1",
            "GIT_CONFIG_GLOBAL", "/dev/null",
            "GIT_ALLOW_PROTOCOL", "none",
            "GIT_NO_LAZY_FETCH", "1",
            "GIT_TERMINAL_PROMPT", "0",
            "GIT_OPTIONAL_LOCKS", "0",
            "GIT_NO_REPLACE_OBJECTS", "1");

    private Commits() {}

    /// @return the newest first, at most 200
    /// @throws IOException with Git's own words, when there is no such repository or revision
    static List<Commit> read(Path repository, CommitRange range) throws IOException, InterruptedException {
        List<String> argv = new ArrayList<>(List.of("git", "--no-pager"));
        OVERRIDES.forEach(setting -> argv.addAll(List.of("-c", setting)));
        argv.addAll(List.of(
                "log",
                "--no-show-signature",
                "--no-decorate",
                "--no-notes",
                "--no-patch",
                "--no-ext-diff",
                "--no-textconv",
                "--encoding=UTF-8",
                "--max-count=" + MOST,
                "--format=%H%x1f%s",
                range.from() + ".." + range.to(),
                "--"));
        Programs.Ended git = Programs.run(argv, repository, ENVIRONMENT, PATIENCE);
        if (git.exit() != 0) {
            throw new IOException("git log " + range.from() + ".." + range.to() + ": " + git.words());
        }
        List<Commit> commits = new ArrayList<>();
        for (String line : git.out().lines().toList()) {
            String[] parts = line.split(BETWEEN, -1);
            if (parts.length == 2) {
                // Not whose it is: a name that is in a fact can never be erased. The repository knows, by the commit's hash.
                commits.add(new Commit(parts[0], "", brief(parts[1])));
            }
        }
        return List.copyOf(commits);
    }

    private static String brief(String text) {
        return text.length() <= LONGEST ? text : text.substring(0, LONGEST - 1) + "…";
    }
}
