package slipway.release;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import slipway.release.domain.Commit;
import slipway.release.domain.CommitRange;

/// Commits of a repository whose own settings mean harm: whoever pushes to it is not who runs release-service.
@Timeout(60)
class CommitsTest {

    @TempDir
    Path folder;

    private Path repository;
    private Path marker;

    @BeforeEach
    void repository() throws Exception {
        repository = Files.createDirectory(folder.resolve("repository"));
        marker = folder.resolve("marker");
        git("", "init", "-q");
        String tree = git("", "write-tree");
        String first = commit(tree, "", "one");
        String second = commit(tree, "parent " + first + "\n", "two");
        String third = commit(tree, "parent " + second + "\n", "three");
        git("", "tag", "v1", first);
        git("", "tag", "v2", third);
        git("", "tag", "middle", second);
    }

    /// Signed, by something that nobody can check without asking a program.
    private String commit(String tree, String parent, String subject) throws Exception {
        return git(
                "tree " + tree + "\n" + parent + "author Ann <a@example.org> 1700000000 +0000\n"
                        + "committer Ann <a@example.org> 1700000000 +0000\n"
                        + "gpgsig -----BEGIN PGP SIGNATURE-----\n \n iQ==\n -----END PGP SIGNATURE-----\n\n" + subject + "\n",
                "hash-object",
                "-t",
                "commit",
                "-w",
                "--stdin");
    }

    private String git(String in, String... arguments) throws Exception {
        List<String> argv = new ArrayList<>(List.of("git"));
        argv.addAll(List.of(arguments));
        Process git = new ProcessBuilder(argv).directory(repository.toFile()).start();
        git.getOutputStream().write(in.getBytes(StandardCharsets.UTF_8));
        git.getOutputStream().close();
        String out = new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        assertThat(git.waitFor()).as("%s", argv).isZero();
        return out;
    }

    private void hostile(String settings) throws IOException {
        Path evil = Files.writeString(folder.resolve("evil"), "#!/bin/sh\ntouch " + marker + "\n");
        assertThat(evil.toFile().setExecutable(true)).isTrue();
        Files.writeString(
                repository.resolve(".git/config"),
                "[core]\n\trepositoryformatversion = 1\n" + settings.replace("EVIL", evil.toString()));
    }

    private List<String> subjects() throws Exception {
        List<Commit> commits = Commits.read(repository, new CommitRange("v1", "v2"));
        assertThat(commits).as("names of people are in no fact").extracting(Commit::author).containsOnly("");
        return commits.stream()
                .map(Commit::subject)
                .toList();
    }

    @Test
    void programs_that_the_repository_s_settings_name_are_not_run() throws Exception {
        hostile(
                """
                [core]
                    fsmonitor = EVIL
                    pager = EVIL
                    hooksPath = EVIL
                [log]
                    showSignature = true
                [gpg]
                    program = EVIL
                [pager]
                    log = EVIL
                [diff]
                    external = EVIL
                [format]
                    pretty = "%G?"
                """);
        assertThat(subjects()).containsExactly("three", "two");
        assertThat(marker).doesNotExist();
    }

    @Test
    void a_commit_that_is_missing_is_not_fetched_from_where_the_repository_says() throws Exception {
        String missing = git("", "rev-parse", "middle");
        Files.delete(repository.resolve(".git/objects/" + missing.substring(0, 2) + "/" + missing.substring(2)));
        for (String remote : List.of("url = \"ext::EVIL\"", "url = " + repository + "\n\tuploadpack = EVIL")) {
            hostile("[extensions]\n\tpartialClone = origin\n[protocol]\n\tallow = always\n[protocol \"ext\"]\n\tallow = always\n"
                    + "[protocol \"file\"]\n\tallow = always\n[remote \"origin\"]\n\tpromisor = true\n\t" + remote + "\n");
            assertThatThrownBy(this::subjects).isInstanceOf(IOException.class).hasMessageStartingWith("git log v1..v2");
            assertThat(marker).doesNotExist();
        }
    }
}
