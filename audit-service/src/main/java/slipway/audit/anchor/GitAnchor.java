package slipway.audit.anchor;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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
            git(
                    "-c",
                    "user.name=audit-service",
                    "-c",
                    "user.email=audit-service@slipway.invalid",
                    "-c",
                    "commit.gpgSign=false",
                    "commit",
                    "--quiet",
                    "--no-verify",
                    "--message",
                    "Checkpoint of " + tree.size() + " facts",
                    "--",
                    file);
        }
        if (git("remote").lines().anyMatch("origin"::equals)) {
            git("push", "--quiet", "origin", "HEAD");
        }
        return note;
    }

    @Override
    public List<Kept> kept() throws IOException {
        return DirectoryAnchor.kept(workTree.resolve(FOLDER));
    }

    private String git(String... arguments) throws IOException, InterruptedException {
        List<String> argv = new ArrayList<>(List.of("git"));
        argv.addAll(List.of(arguments));
        Programs.Ended ended = Programs.run(argv, workTree, ENVIRONMENT, PATIENCE);
        if (ended.exit() != 0) {
            throw new IOException("git " + arguments[0] + ": " + ended.words());
        }
        return ended.out();
    }
}
