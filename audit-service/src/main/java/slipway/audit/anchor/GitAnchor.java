package slipway.audit.anchor;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import slipway.audit.transparency.LogCheck.Kept;
import slipway.audit.transparency.Tree;
import slipway.program.Programs;

/// A clone of a Git repository: each checkpoint is a file and a commit, pushed to where others pull from.
///
/// @param workTree its remote `origin`, if it has one, is pushed to with what Git is configured with
public record GitAnchor(Path workTree) implements Anchor {

    private static final Duration PATIENCE = Duration.ofMinutes(2);

    /// No question is asked that nobody answers, and no hook or signature of whoever runs the service gets in the way.
    private static final Map<String, String> ENVIRONMENT = Map.of("GIT_TERMINAL_PROMPT", "0", "LC_ALL", "C");

    private static final List<String> IDENTITY = List.of(
            "-c", "user.name=audit-service", "-c", "user.email=audit-service@slipway.invalid", "-c", "commit.gpgSign=false");

    private static final String FOLDER = "checkpoints";

    @Override
    public String name() {
        return "git " + workTree;
    }

    @Override
    public String keep(Tree tree, String note, long earlier) throws IOException, InterruptedException {
        new DirectoryAnchor(workTree.resolve(FOLDER)).keep(tree, note, earlier);
        String file = FOLDER + "/" + DirectoryAnchor.file(tree.size());
        git("add", "--", file);
        if (!git("status", "--porcelain", "--", file).isBlank()) {
            List<String> commit = new ArrayList<>(IDENTITY);
            commit.addAll(List.of("commit", "--quiet", "--no-verify", "--message", "Checkpoint of " + tree.size() + " facts", "--", file));
            git(commit.toArray(String[]::new));
        }
        if (hasOrigin()) {
            String upstream = fetched();
            if (!upstream.isEmpty()) {
                // Another instance may have pushed meanwhile. Two who say different things of one size do not come together.
                onTop(upstream);
            }
            git("push", "--quiet", "origin", "HEAD");
        }
        return note;
    }

    private boolean hasOrigin() throws IOException, InterruptedException {
        return git("remote").lines().anyMatch("origin"::equals);
    }

    /// The branch of `origin` that this one is pushed to, as it is now; empty: it has none yet.
    private String fetched() throws IOException, InterruptedException {
        git("fetch", "--quiet", "origin");
        String upstream = "refs/remotes/origin/" + git("symbolic-ref", "--short", "HEAD").strip();
        return run("rev-parse", "--quiet", "--verify", upstream).exit() == 0 ? upstream : "";
    }

    private void onTop(String upstream) throws IOException, InterruptedException {
        List<String> arguments = new ArrayList<>(IDENTITY);
        arguments.addAll(List.of("rebase", "--quiet", "--no-verify", upstream));
        Programs.Ended ended = run(arguments.toArray(String[]::new));
        if (ended.exit() != 0) {
            run("rebase", "--abort");
            throw new IOException("git rebase: " + ended.words());
        }
    }

    /// @throws IOException also when `origin` has what is not here, or what was kept was changed or taken away since: in both nobody may trust this clone
    @Override
    public Optional<List<Kept>> kept() throws IOException, InterruptedException {
        if (hasOrigin()) {
            String upstream = fetched();
            if (!upstream.isEmpty() && run("merge-base", "--is-ancestor", upstream, "HEAD").exit() != 0) {
                throw new IOException("origin has checkpoints that this clone has not; pull them");
            }
        }
        if (run("rev-parse", "--quiet", "--verify", "HEAD").exit() == 0) {
            String touched = git("log", "--diff-filter=DMRT", "--no-renames", "--name-only", "--format=", "--", FOLDER);
            if (!touched.isBlank()) {
                throw new IOException("what was kept was touched since: " + touched.strip().lines().findFirst().orElse(""));
            }
        }
        return Optional.of(DirectoryAnchor.kept(workTree.resolve(FOLDER)));
    }

    private String git(String... arguments) throws IOException, InterruptedException {
        Programs.Ended ended = run(arguments);
        if (ended.exit() != 0) {
            String command = List.of(arguments).stream().dropWhile(argument -> argument.equals("-c") || argument.contains("=")).findFirst().orElse("");
            throw new IOException("git " + command + ": " + ended.words());
        }
        return ended.out();
    }

    private Programs.Ended run(String... arguments) throws IOException, InterruptedException {
        List<String> argv = new ArrayList<>(List.of("git"));
        argv.addAll(List.of(arguments));
        return Programs.run(argv, workTree, ENVIRONMENT, PATIENCE);
    }
}
