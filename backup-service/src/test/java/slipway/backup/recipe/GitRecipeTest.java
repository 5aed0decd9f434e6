package slipway.backup.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import org.eclipse.jgit.api.Git;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.PersonIdent;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GitRecipeTest {

    private static final PersonIdent DANA = new PersonIdent("dana", "dana@example.org");

    @TempDir
    private Path work;

    private final GitRecipe recipe = new GitRecipe(Clock.systemUTC());

    private static void commit(Git git, String text) throws Exception {
        Files.writeString(git.getRepository().getWorkTree().toPath().resolve("file"), text);
        git.add().addFilepattern("file").call();
        git.commit().setSign(false).setAuthor(DANA).setCommitter(DANA).setMessage(text).call();
    }

    private Item repository() throws Exception {
        Path path = work.resolve("repository");
        try (Git git = Git.init().setDirectory(path.toFile()).call()) {
            commit(git, "one");
            git.branchCreate().setName("side").call();
            commit(git, "two");
            git.tag().setName("v1").setAnnotated(true).setSigned(false).setTagger(DANA).setMessage("v1").call();
        }
        return new Item("repository", "git", Map.of("path", path.toString()));
    }

    @Test
    void all_refs_come_back_from_the_bundle() throws Exception {
        Item item = repository();
        ByteArrayOutputStream bundle = new ByteArrayOutputStream();
        Capture capture = recipe.capture(item, "BKP-1", bundle);
        Path restored = work.resolve("restored");
        assertThat(recipe.restore(item, Map.of(), new ByteArrayInputStream(bundle.toByteArray()), restored))
                .isEqualTo(capture.contents())
                .containsEntry("refs", "3");
        try (Git git = Git.open(restored.toFile());
                Git original = Git.open(work.resolve("repository").toFile())) {
            assertThat(git.getRepository().resolve("refs/tags/v1"))
                    .isEqualTo(original.getRepository().resolve("refs/tags/v1"));
            assertThat(git.getRepository().resolve(Constants.R_HEADS + "side")).isNotNull();
        }
        assertThat(bundle.toString(java.nio.charset.StandardCharsets.ISO_8859_1)).startsWith("# v2 git bundle");
    }

    @Test
    void a_flipped_byte_in_the_bundle_is_found() throws Exception {
        Item item = repository();
        ByteArrayOutputStream bundle = new ByteArrayOutputStream();
        recipe.capture(item, "BKP-1", bundle);
        byte[] broken = bundle.toByteArray();
        broken[broken.length - 30] ^= 1;
        assertThatThrownBy(() -> recipe.restore(
                        item, Map.of(), new ByteArrayInputStream(broken), work.resolve("restored")))
                .isInstanceOf(java.io.IOException.class);
    }

    @Test
    void what_is_no_repository_or_empty_is_not_captured() throws Exception {
        Path empty = work.resolve("empty");
        Git.init().setDirectory(empty.toFile()).call().close();
        assertThatThrownBy(() -> recipe.capture(
                        new Item("r", "git", Map.of("path", empty.toString())), "BKP-1", new ByteArrayOutputStream()))
                .hasMessageContaining("has no commits");
        assertThatThrownBy(() -> recipe.capture(
                        new Item("r", "git", Map.of("path", work.toString())), "BKP-1", new ByteArrayOutputStream()))
                .isInstanceOf(java.io.IOException.class);
    }
}
