package slipway.launcher.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TreesTest {

    @TempDir
    Path directory;

    @Test
    void whoever_reads_a_file_while_the_tree_is_copied_again_and_again_reads_all_of_it() throws Exception {
        Path from = Files.createDirectories(directory.resolve("from").resolve("pages"));
        byte[] text = "a line\n".repeat(500_000).getBytes(StandardCharsets.UTF_8);
        Files.write(from.resolve("index.html"), text);
        Trees.copy(from.getParent(), directory.resolve("to"));
        Path page = directory.resolve("to").resolve("pages").resolve("index.html");
        CompletableFuture<Void> copying = CompletableFuture.runAsync(
                () -> IntStream.range(0, 50).forEach(_ -> Trees.copy(from.getParent(), directory.resolve("to"))));
        while (!copying.isDone()) {
            assertThat(Files.readAllBytes(page)).hasSize(text.length);
        }
        copying.get();
        Files.writeString(from.resolve("index.html"), "new");
        Trees.copy(from.getParent(), directory.resolve("to"));
        assertThat(page).hasContent("new");
    }

    @Test
    void nothing_is_left_but_the_tree_and_links_stay_links() throws IOException {
        Path from = Files.createDirectories(directory.resolve("from"));
        Files.writeString(from.resolve("file"), "text");
        Files.createSymbolicLink(from.resolve("link"), Path.of("nowhere"));
        for (int time = 0; time < 2; time++) {
            Trees.copy(from, directory.resolve("to"));
        }
        assertThat(Files.readSymbolicLink(directory.resolve("to").resolve("link"))).isEqualTo(Path.of("nowhere"));
        try (Stream<Path> all = Files.walk(directory)) {
            assertThat(all.map(each -> directory.relativize(each).toString()).filter(each -> !each.startsWith("from")).toList())
                    .containsExactlyInAnyOrderElementsOf(List.of("", "to", "to/file", "to/link"));
        }
    }
}
