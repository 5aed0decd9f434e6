package slipway.audit.transparency;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TileLogTest {

    /// Two levels of full tiles and one of a third.
    private static final int MANY = 256 * 256 + 256 + 70;

    @TempDir
    Path directory;

    @Test
    void however_it_grew_it_is_the_same_tree() throws IOException {
        TileLog atOnce = new TileLog(directory.resolve("at-once"));
        atOnce.append(0, entries(0, 1000));
        TileLog grown = new TileLog(directory.resolve("grown"));
        long size = 0;
        for (int step = 1; size < 1000; step = step % 97 + 13) {
            size = grown.append(size, entries(size, Math.min(1000, size + step)));
        }
        assertThat(grown.tree(1000).root()).isEqualTo(atOnce.tree(1000).root()).isEqualTo(byHand(1000).root());
        assertThat(grown.tree(1000).inclusion(999)).isEqualTo(byHand(1000).inclusion(999));
        assertThat(grown.tree(1000).consistency(300)).isEqualTo(byHand(1000).consistency(300));
        Map<String, String> files = files("at-once");
        assertThat(files("grown")).containsAllEntriesOf(files);
        assertThat(files.keySet())
                .contains("tile/0/000", "tile/0/003.p/232", "tile/1/000.p/3", "tile/entries/002", "tile/entries/003.p/232");
    }

    @Test
    void big_trees_have_tiles_over_tiles() {
        TileLog log = new TileLog(directory);
        log.append(0, entries(0, MANY));
        Tree tree = log.tree(MANY);
        assertThat(tree.root()).isEqualTo(byHand(MANY).root());
        assertThat(directory.resolve("tile/0/257.p/70")).isRegularFile();
        assertThat(directory.resolve("tile/1/000")).isRegularFile();
        assertThat(directory.resolve("tile/1/001.p/1")).isRegularFile();
        assertThat(directory.resolve("tile/2/000.p/1")).isRegularFile();
        for (long leaf : new long[] {0, 255, 256, 65_535, 65_536, MANY - 1}) {
            Hash hash = Hash.leaf(entry(leaf));
            assertThat(Proof.includes(tree.root(), MANY, leaf, hash, tree.inclusion(leaf))).isTrue();
        }
        // What a full tile took the place of is still known.
        assertThat(log.tree(65_000).root()).isEqualTo(byHand(65_000).root());
        assertThat(Proof.extendsTo(log.tree(65_000).root(), 65_000, tree.root(), MANY, tree.consistency(65_000))).isTrue();
    }

    @Test
    void far_tiles_have_three_digits_a_directory() {
        assertThat(new Tile(0, 1_234_067, 256).path()).isEqualTo("tile/0/x001/x234/067");
        assertThat(new Tile(3, 1_000, 7).path()).isEqualTo("tile/3/x001/000.p/7");
        assertThat(new Tile(0, 5, 9).entriesPath()).isEqualTo("tile/entries/005.p/9");
    }

    @Test
    void entries_come_back_as_they_were() {
        TileLog log = new TileLog(directory);
        List<byte[]> all = new ArrayList<>(entries(0, 300));
        all.set(299, new byte[0]);
        all.set(298, new byte[0xffff]);
        log.append(0, all);
        assertThat(log.entries(0, 300)).hasSize(256).first().isEqualTo(entry(0));
        assertThat(log.entries(256, 300)).hasSize(44).last().isEqualTo(new byte[0]);
        assertThat(log.entries(256, 299)).hasSize(43).last().isEqualTo(new byte[0xffff]);
        assertThatThrownBy(() -> log.append(300, List.of(new byte[0x10000]))).hasMessageContaining("at most 65535 bytes");
        assertThat(log.tree(300).root()).isNotNull();
    }

    @Test
    void whoever_died_before_the_checkpoint_writes_the_same_again() throws IOException {
        TileLog log = new TileLog(directory);
        log.append(0, entries(0, 250));
        log.append(250, entries(250, 600));
        Map<String, String> files = files("");
        log.append(250, entries(250, 600));
        assertThat(files("")).isEqualTo(files);
        log.append(250, entries(250, 300));
        assertThat(log.tree(600).root()).isEqualTo(byHand(600).root());
    }

    @Test
    void what_is_lost_is_named() throws IOException {
        TileLog log = new TileLog(directory);
        log.append(0, entries(0, 300));
        Files.write(directory.resolve("tile/0/001.p/44"), new byte[31]);
        assertThatThrownBy(() -> log.tree(300).root()).isInstanceOf(Damaged.class).hasMessage("tile/0/001.p/44 has 31 bytes, and not 1408");
        Files.delete(directory.resolve("tile/0/000"));
        assertThatThrownBy(() -> log.tree(256).inclusion(0)).isInstanceOf(Damaged.class).hasMessage("tile/0/000 is not there");
        Files.write(directory.resolve("tile/entries/001.p/44"), new byte[] {0, 1, 7, 0});
        assertThatThrownBy(() -> log.entries(256, 300)).hasMessage("tile/entries/001.p/44 ends after 1 of 44 entries");
    }

    @Test
    void the_checkpoint_is_what_was_published_last() {
        TileLog log = new TileLog(directory);
        assertThat(log.checkpoint()).isEmpty();
        log.publish("one\n");
        log.publish("two\n");
        assertThat(log.checkpoint()).contains("two\n");
    }

    private static byte[] entry(long number) {
        return ("entry " + number).getBytes(StandardCharsets.UTF_8);
    }

    private static List<byte[]> entries(long from, long to) {
        return LongStream.range(from, to).mapToObj(TileLogTest::entry).toList();
    }

    private static Tree byHand(long size) {
        return new Tree(TileLogTest::node, size);
    }

    private static Hash node(int level, long index) {
        return level == 0 ? Hash.leaf(entry(index)) : Hash.join(node(level - 1, 2 * index), node(level - 1, 2 * index + 1));
    }

    private Map<String, String> files(String below) throws IOException {
        Path root = directory.resolve(below);
        Map<String, String> files = new TreeMap<>();
        try (Stream<Path> all = Files.walk(root)) {
            for (Path each : all.filter(Files::isRegularFile).toList()) {
                files.put(root.relativize(each).toString(), new String(Files.readAllBytes(each), StandardCharsets.ISO_8859_1));
            }
        }
        return files;
    }
}
