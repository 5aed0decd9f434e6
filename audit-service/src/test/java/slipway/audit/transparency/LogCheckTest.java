package slipway.audit.transparency;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import slipway.audit.transparency.LogCheck.Kept;

class LogCheckTest {

    private static final SigningKey KEY = SigningKey.parse(SigningKey.generate("slipway.example/ledger"));
    private static final int SIZE = 700;

    @TempDir
    Path directory;

    private TileLog log;

    @BeforeEach
    void a_log() {
        log = new TileLog(directory);
        log.append(0, entries("entry ", SIZE));
        log.publish(note(log, SIZE));
    }

    @Test
    void a_log_as_it_was_written_holds_and_is_read_once_from_its_beginning() {
        List<byte[]> read = new ArrayList<>();
        LogCheck.Result result = new LogCheck(log, KEY.verifying())
                .run(List.of(new Kept("a witness", note(log, 0)), new Kept("a witness", note(log, 300)), new Kept("the topic", note(log, SIZE))), (first, entries) -> {
                    assertThat(first).isEqualTo(read.size());
                    read.addAll(entries);
                });
        assertThat(result.faults()).isEmpty();
        assertThat(result.checkpoint()).isEqualTo(new Checkpoint("slipway.example/ledger", SIZE, log.tree(SIZE).root()));
        assertThat(read).hasSize(SIZE).last().isEqualTo(("entry " + (SIZE - 1)).getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void each_flipped_byte_of_each_file_is_found() throws IOException {
        Map<String, String> faults = Map.of(
                "tile/0/001", "hash 3 of tile/0/001 is not what is below it",
                "tile/0/002.p/188", "hash 3 of tile/0/002.p/188 is not what is below it",
                "tile/1/000.p/2", "hash 0 of tile/1/000.p/2 is not what is below it",
                "tile/entries/002.p/188", "the first 700 leaves are not those of which checkpoint was signed",
                "checkpoint", "checkpoint is forged or damaged");
        for (Map.Entry<String, String> each : faults.entrySet()) {
            Path file = directory.resolve(each.getKey());
            byte[] good = Files.readAllBytes(file);
            byte[] bad = good.clone();
            bad[each.getKey().startsWith("tile/1") ? 4 : 104] ^= 1;
            Files.write(file, bad);
            assertThat(check()).as(each.getKey()).anyMatch(fault -> fault.startsWith(each.getValue()));
            Files.write(file, good);
            assertThat(check()).isEmpty();
        }
    }

    @Test
    void no_byte_of_the_checkpoint_may_be_another_and_each_is_told() throws IOException {
        Path file = directory.resolve("checkpoint");
        byte[] good = Files.readAllBytes(file);
        for (int each = 0; each < good.length; each++) {
            for (int bit : new int[] {1, 128}) {
                byte[] bad = good.clone();
                bad[each] ^= (byte) bit;
                Files.write(file, bad);
                assertThat(check()).as("byte " + each).isNotEmpty();
            }
        }
    }

    @Test
    void what_stands_behind_a_tile_is_told() throws IOException {
        for (String file : List.of("tile/0/001", "tile/0/002.p/188", "tile/entries/001", "tile/entries/002.p/188")) {
            byte[] good = Files.readAllBytes(directory.resolve(file));
            Files.write(directory.resolve(file), Arrays.copyOf(good, good.length + 32));
            assertThat(check()).as(file).anyMatch(fault -> fault.startsWith(file + " has " + (good.length + 32) + " bytes, and not "));
            Files.write(directory.resolve(file), good);
        }
    }

    @Test
    void what_is_left_of_earlier_checkpoints_is_looked_at_too() throws IOException {
        log.append(SIZE, entries("entry ", SIZE + 20).subList(SIZE, SIZE + 20));
        log.publish(note(log, SIZE + 20));
        assertThat(check()).isEmpty();
        for (String file : List.of("tile/0/002.p/188", "tile/entries/002.p/188")) {
            byte[] good = Files.readAllBytes(directory.resolve(file));
            byte[] bad = good.clone();
            bad[104] ^= 1;
            for (byte[] other : List.of(bad, Arrays.copyOf(good, good.length - 3), Arrays.copyOf(good, good.length + 1))) {
                Files.write(directory.resolve(file), other);
                assertThat(check()).containsExactly(file + " is not the beginning of " + file.replace("188", "208"));
            }
            Files.write(directory.resolve(file), good);
        }
    }

    @Test
    void a_log_that_was_written_anew_does_not_hold_against_what_others_kept() {
        List<byte[]> others = entries("entry ", SIZE);
        others.set(123, "another".getBytes(StandardCharsets.UTF_8));
        TileLog anew = new TileLog(directory.resolve("anew"));
        anew.append(0, others);
        anew.publish(note(anew, SIZE));
        assertThat(new LogCheck(anew, KEY.verifying()).run(List.of(), (_, _) -> {}).faults()).isEmpty();
        List<Kept> kept = List.of(new Kept("CKP-100", note(log, 100)), new Kept("CKP-300", note(log, 300)));
        assertThat(new LogCheck(anew, KEY.verifying()).run(kept, (_, _) -> {}).faults())
                .containsExactly("the first 300 leaves are not those of which CKP-300 was signed");
        List<Kept> many = IntStream.rangeClosed(200, 299).mapToObj(size -> new Kept("CKP-" + size, note(log, size))).toList();
        assertThat(new LogCheck(anew, KEY.verifying()).run(many, (_, _) -> {}).faults())
                .hasSize(4)
                .startsWith("the first 200 leaves are not those of which CKP-200 was signed")
                .endsWith("nor are those of 97 checkpoints of more leaves");
    }

    @Test
    void a_log_that_was_set_back_does_not_hold_against_what_others_kept() {
        Kept kept = new Kept("CKP-700", log.checkpoint().orElseThrow());
        TileLog older = new TileLog(directory.resolve("older"));
        older.append(0, entries("entry ", 600));
        older.publish(note(older, 600));
        assertThat(new LogCheck(older, KEY.verifying()).run(List.of(kept), (_, _) -> {}).faults())
                .containsExactly("the log was set back: it has 600 leaves, and CKP-700 was signed for 700");
    }

    @Test
    void what_another_key_signed_is_forged() {
        SigningKey forger = SigningKey.parse(SigningKey.generate("slipway.example/ledger"));
        Kept kept = new Kept("CKP-300", Note.sign(new Checkpoint("slipway.example/ledger", 300, log.tree(300).root()).text(), forger));
        assertThat(new LogCheck(log, KEY.verifying()).run(List.of(kept), (_, _) -> {}).faults())
                .containsExactly("CKP-300 is forged or damaged: it is not signed by slipway.example/ledger");
        Kept foreign = new Kept("CKP-300", Note.sign(new Checkpoint("elsewhere", 300, log.tree(300).root()).text(), KEY));
        assertThat(new LogCheck(log, KEY.verifying()).run(List.of(foreign), (_, _) -> {}).faults())
                .containsExactly("CKP-300 is of another log: elsewhere");
    }

    @Test
    void what_is_gone_is_named() throws IOException {
        Files.delete(directory.resolve("tile/entries/001"));
        assertThat(check()).containsExactly("tile/entries/001 is not there: the log cannot be read from there on");
        Files.delete(directory.resolve("checkpoint"));
        assertThat(check()).containsExactly("the log has no checkpoint");
    }

    private List<String> check() {
        return new LogCheck(log, KEY.verifying()).run(List.of(), (_, _) -> {}).faults();
    }

    private static String note(TileLog log, long size) {
        return Note.sign(new Checkpoint("slipway.example/ledger", size, log.tree(size).root()).text(), KEY);
    }

    private static List<byte[]> entries(String word, int count) {
        return new ArrayList<>(IntStream.range(0, count)
                .mapToObj(each -> (word + each).getBytes(StandardCharsets.UTF_8))
                .toList());
    }
}
