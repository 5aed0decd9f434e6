package slipway.backup.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static slipway.backup.recipe.LiveRecipes.capture;
import static slipway.backup.recipe.LiveRecipes.damaged;
import static slipway.backup.recipe.LiveRecipes.recipe;
import static slipway.backup.recipe.LiveRecipes.restore;

import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import slipway.backup.recipe.LiveRecipes.Captured;
import slipway.backup.vault.Disk;
import slipway.program.Installed;
import slipway.program.Programs;

/// A real repository by git's own program, captured, damaged, restored and compared.
class GitBundleRecipeTest {

    @TempDir
    private Path folder;

    private Path repository;
    private Item item;
    private Recipe bundle;

    @BeforeEach
    void start() throws Exception {
        Installed.program("git");
        repository = folder.resolve("shop");
        git("init", "--quiet", "--initial-branch=main", repository.toString());
        for (int i = 0; i < 5; i++) {
            Files.writeString(repository.resolve("workflow-" + i + ".yml"), ("on: push # " + i + "\n").repeat(200));
            git("-C", repository.toString(), "add", "--all");
            git("-C", repository.toString(), "commit", "--quiet", "--message", "commit " + i);
        }
        git("-C", repository.toString(), "tag", "v1");
        git("-C", repository.toString(), "branch", "next", "HEAD~2");
        item = new Item("repository", "git-bundle", Map.of("repository", repository.toString()));
        bundle = recipe("git-bundle", folder.resolve("work"));
    }

    private Programs.Ended git(String... words) throws Exception {
        List<String> argv = new ArrayList<>(List.of("git", "-c", "user.name=dana", "-c", "user.email=d@example.org"));
        argv.addAll(List.of(words));
        Programs.Ended ended = Programs.run(argv, folder, Map.of("GIT_CONFIG_GLOBAL", "/dev/null"), Duration.ofSeconds(30));
        assertThat(ended.exit()).as(ended.words()).isZero();
        return ended;
    }

    @Test
    void every_branch_and_tag_comes_back_after_the_repository_is_gone() throws Exception {
        Captured captured = capture(bundle, item);
        assertThat(captured.capture().contents()).containsOnlyKeys("refs/heads/main", "refs/heads/next", "refs/tags/v1");
        Disk.delete(repository);
        assertThat(restore(bundle, item, captured, folder.resolve("scratch"))).isEqualTo(captured.capture().contents());
    }

    @Test
    void a_bare_repository_gets_its_branches_back_and_loses_what_was_made_since() throws Exception {
        Path bare = folder.resolve("bare.git");
        git("clone", "--quiet", "--mirror", repository.toString(), bare.toString());
        Item live = new Item("repository", "git-bundle", Map.of("repository", bare.toString()));
        Captured captured = capture(bundle, live);
        restore(bundle, live, captured, folder.resolve("wanted"));
        git("-C", bare.toString(), "branch", "-D", "next");
        git("-C", bare.toString(), "branch", "made-since", "main~1");
        git("-C", bare.toString(), "update-ref", "refs/heads/main", "main~3");
        assertThat(LiveRecipes.overwrite(bundle, live, captured, folder.resolve("wanted")))
                .isEqualTo(captured.capture().contents());
    }

    /// `git bundle verify` says 0 to this.
    @Test
    void a_bundle_whose_objects_are_damaged_is_no_backup() throws Exception {
        Captured captured = capture(bundle, item);
        Captured flipped = damaged(captured, folder, "repository.bundle", bytes -> {
            byte[] copy = bytes.clone();
            copy[copy.length - 100] ^= 0x01;
            return copy;
        });
        Path again = folder.resolve("again");
        Tree.read(new ByteArrayInputStream(flipped.bytes()), again, Owners.KEPT);
        git("-C", repository.toString(), "bundle", "verify", "--quiet", again.resolve("repository.bundle").toString());
        assertThatThrownBy(() -> restore(bundle, item, flipped, folder.resolve("flipped")))
                .hasMessageContaining("git failed with exit 128");
    }
}
