package slipway.audit.anchor;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import slipway.audit.transparency.LogCheck.Kept;
import slipway.audit.transparency.Tree;
import slipway.program.Programs;

/// A clone of a Git repository: each checkpoint is a file and a commit, pushed to where others pull from. Several instances push to one
/// repository, from a clone of their own each or from one of all.
///
/// @param workTree its remote `origin`, if it has one, is pushed to with what Git is configured with
public record GitAnchor(Path workTree) implements Anchor {

    private static final Logger LOG = LoggerFactory.getLogger(GitAnchor.class);

    private static final Duration PATIENCE = Duration.ofMinutes(2);

    /// Of a push that comes too late: each time that it does, another one has got through.
    private static final int TRIES = 10;

    /// No question is asked that nobody answers, and no hook or signature of whoever runs the service gets in the way.
    private static final Map<String, String> ENVIRONMENT = Map.of("GIT_TERMINAL_PROMPT", "0", "LC_ALL", "C");

    private static final List<String> IDENTITY = List.of(
            "-c", "user.name=audit-service", "-c", "user.email=audit-service@slipway.invalid", "-c", "commit.gpgSign=false");

    private static final String FOLDER = "checkpoints";

    /// Ours; all others with that ending are Git's.
    private static final String ALONE = "slipway.lock";

    @Override
    public String name() {
        return "git " + workTree;
    }

    @Override
    public String keep(Tree tree, String note, long earlier) throws IOException, InterruptedException {
        try (var _ = alone()) {
            new DirectoryAnchor(workTree.resolve(FOLDER)).keep(tree, note, earlier);
            commit(tree.size());
            if (hasOrigin()) {
                push();
            }
            return note;
        }
    }

    /// What is new in the folder: also what somebody who was killed wrote and did not commit, which else would be in the way of the same from `origin`.
    private void commit(long size) throws IOException, InterruptedException {
        List<String> add = new ArrayList<>(List.of("add", "--"));
        add.addAll(files("ls-files", "-z", "--others", "--", FOLDER));
        if (add.size() > 2) {
            git(add.toArray(String[]::new));
        }
        List<String> added = files("diff", "-z", "--cached", "--name-only", "--diff-filter=A", "--", FOLDER);
        if (!added.isEmpty()) {
            List<String> commit = new ArrayList<>(IDENTITY);
            commit.addAll(List.of("commit", "--quiet", "--no-verify", "--message", "Checkpoint of " + size + " facts", "--"));
            commit.addAll(added);
            git(commit.toArray(String[]::new));
        }
    }

    private List<String> files(String... arguments) throws IOException, InterruptedException {
        return Arrays.stream(git(arguments).split("\0")).filter(file -> !file.isEmpty()).toList();
    }

    /// Another instance may push between what is fetched and what is pushed: then it is fetched anew.
    private void push() throws IOException, InterruptedException {
        for (int tries = 1; ; tries++) {
            comeTogether();
            Programs.Ended pushed = run("push", "--quiet", "origin", "HEAD");
            if (pushed.exit() == 0) {
                return;
            }
            if (tries == TRIES) {
                throw new IOException("git push: " + pushed.words());
            }
        }
    }

    private boolean hasOrigin() throws IOException, InterruptedException {
        return git("remote").lines().anyMatch("origin"::equals);
    }

    /// Puts what is here and not in `origin` on top of what is there now. Two who say different things of one size do not come together.
    private void comeTogether() throws IOException, InterruptedException {
        String branch = git("symbolic-ref", "--short", "HEAD").strip();
        if (git("ls-remote", "--heads", "origin", "refs/heads/" + branch).isBlank()) {
            return;
        }
        // Not by force: a history that was rewritten is no continuation of the one that is known here.
        String upstream = "refs/remotes/origin/" + branch;
        git("fetch", "--quiet", "--no-tags", "--refmap=", "origin", "refs/heads/" + branch + ":" + upstream);
        List<String> arguments = new ArrayList<>(IDENTITY);
        arguments.addAll(List.of("rebase", "--quiet", "--no-verify", upstream));
        Programs.Ended ended = run(arguments.toArray(String[]::new));
        if (ended.exit() != 0) {
            run("rebase", "--abort");
            throw new IOException("git rebase: " + ended.words());
        }
    }

    /// Together with what other instances pushed.
    ///
    /// @throws IOException also when what `origin` has does not go together with what is here, or what was kept was changed or taken away since: in both
    ///     nobody may trust this clone
    @Override
    public Optional<List<Kept>> kept() throws IOException, InterruptedException {
        try (var _ = alone()) {
            if (hasOrigin()) {
                comeTogether();
            }
            if (run("rev-parse", "--quiet", "--verify", "HEAD").exit() == 0) {
                String touched = git("log", "--diff-filter=DMRT", "--no-renames", "--name-only", "--format=", "--", FOLDER);
                if (!touched.isBlank()) {
                    throw new IOException("what was kept was touched since: " + touched.strip().lines().findFirst().orElse(""));
                }
            }
            return Optional.of(DirectoryAnchor.kept(workTree.resolve(FOLDER)));
        }
    }

    /// Nobody else works in the clone meanwhile. What somebody who was killed left in the middle is brought to its end.
    private CloneLock alone() throws IOException, InterruptedException {
        CloneLock lock = CloneLock.of(inGit(ALONE));
        try {
            unlock();
            if (Files.exists(inGit("rebase-merge"))) {
                git("rebase", "--abort");
            }
            return lock;
        } catch (IOException | InterruptedException | RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    /// A Git that is killed leaves its locks behind, and no other gets past them. Nobody of ours works here now but, it may be, a Git that outlived its
    /// service: what is younger than a command of ours gets to be stays, and the next command says that it is in its way.
    private void unlock() throws IOException, InterruptedException {
        Instant stale = Instant.now().minus(PATIENCE);
        for (Path lock : locks()) {
            if (Files.getLastModifiedTime(lock).toInstant().isBefore(stale)) {
                LOG.warn("{} was left by a Git that was killed, and is taken away", lock);
                Files.deleteIfExists(lock);
            }
        }
    }

    private List<Path> locks() throws IOException, InterruptedException {
        Path folder = Objects.requireNonNull(inGit("HEAD").getParent());
        try (Stream<Path> files = Files.list(folder); Stream<Path> refs = Files.walk(inGit("refs"))) {
            return Stream.concat(files, refs)
                    .filter(file -> file.getFileName().toString().endsWith(".lock") && !file.equals(folder.resolve(ALONE)))
                    .toList();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private Path inGit(String file) throws IOException, InterruptedException {
        return workTree.resolve(git("rev-parse", "--git-path", file).strip());
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
