package slipway.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import slipway.backup.domain.BackupCommand.RecordCapture.Sealed;
import slipway.backup.domain.RestoreCommand;
import slipway.backup.domain.RestoreCommand.RecordFailure;
import slipway.backup.domain.RestoreCommand.RecordRestore;
import slipway.backup.domain.RestoreState.Extent;
import slipway.backup.domain.RestoreState.Run;
import slipway.backup.recipe.Capture;
import slipway.backup.recipe.Item;
import slipway.backup.recipe.Parameter;
import slipway.backup.recipe.Recipe;
import slipway.backup.vault.Keys;
import slipway.backup.vault.Vault;

/// Items that are written over where they are, all or none.
class OverwritingTest {

    private static final String SET = "BKP-1";
    private static final Instant CAPTURED = Instant.parse("2026-03-02T10:00:00Z");
    private static final Instant NOW = CAPTURED.plusSeconds(90);

    @TempDir
    private Path home;

    private final Board board = new Board();
    private Instant now = NOW;
    private Plans plans;
    private String digest;
    private Workshop workshop;
    private Vault vault;

    /// Words in files that stay where they are.
    private static final class Board implements Recipe {
        private String liar = "";
        private String killedAt = "";

        @Override
        public String id() {
            return "board";
        }

        @Override
        public int version() {
            return 1;
        }

        @Override
        public String category() {
            return "storage";
        }

        @Override
        public String system() {
            return "board";
        }

        @Override
        public List<Parameter> parameters() {
            return List.of(new Parameter("path", Parameter.Type.PATH, null, "where it lies"));
        }

        private static Path file(Item item) {
            return Path.of(item.parameters().get("path"));
        }

        @Override
        public Capture capture(Item item, String set, OutputStream out) throws IOException {
            out.write(Files.readAllBytes(file(item)));
            return new Capture("c", "f", CAPTURED, look(item), Map.of());
        }

        @Override
        public Map<String, String> look(Item item) throws IOException {
            return Map.of("words", Files.readString(file(item)));
        }

        @Override
        public Map<String, String> restore(Item item, Map<String, String> notes, InputStream in, Path scratch)
                throws IOException {
            Files.createDirectories(scratch);
            Files.write(scratch.resolve("words"), in.readAllBytes());
            return Map.of("words", Files.readString(scratch.resolve("words")));
        }

        @Override
        public Optional<Path> live(Item item) {
            return Optional.empty();
        }

        @Override
        public boolean overwrites(Item item) {
            return true;
        }

        @Override
        public Map<String, String> overwrite(Item item, Map<String, String> notes, Path tree) throws IOException {
            String words = Files.readString(tree.resolve("words"));
            if ((item.name() + " " + words).equals(killedAt)) {
                Files.writeString(file(item), "half");
                throw new AssertionError("killed");
            }
            Files.writeString(file(item), item.name().equals(liar) && words.equals("good") ? "something else" : words);
            return look(item);
        }
    }

    @BeforeEach
    void capture() throws Exception {
        write("good");
        Path file = Files.writeString(home.resolve("plans.yaml"), """
                plans:
                  both:
                    items:
                      - {name: one, recipe: board, parameters: {path: one}}
                      - {name: two, recipe: board, parameters: {path: two}}
                """);
        Clock clock = ((InstantSource) () -> now).withZone(ZoneOffset.UTC);
        BackupProperties places = BackupProperties.in(home.resolve("backups"));
        vault = new Vault(places.copies(), Keys.in(places.keyDirectory()));
        plans = new Plans(new RecipeBook(List.of(board), places, clock), file.toString());
        workshop = Workshop.of(plans, vault, places, clock);
        digest = ((Sealed) workshop.capturing().capture(SET, "both", items(), Instant.EPOCH)).manifestDigest();
        write("bad");
        workshop.capturing().capture(Restoring.safetyOf(run()), "both", items(), Instant.EPOCH);
    }

    private void write(String words) throws IOException {
        Files.writeString(home.resolve("one"), words);
        Files.writeString(home.resolve("two"), words);
    }

    private List<Item> items() {
        return plans.items("both").orElseThrow();
    }

    private Run run() {
        return new Run("REL-1", "prod", SET, digest, 1, Extent.ALL);
    }

    private RestoreCommand restore() throws Exception {
        return restore(run());
    }

    private RestoreCommand restore(Run run) throws Exception {
        return workshop.restoring().restore(run, items(), null);
    }

    private void assertAll(String words) throws IOException {
        assertThat(home.resolve("one")).hasContent(words);
        assertThat(home.resolve("two")).hasContent(words);
        workshop.restoring().tidy(SET, Optional.empty());
        try (var left = Files.walk(home.resolve("backups/work"))) {
            assertThat(left.filter(each -> each.endsWith("words"))).as("nothing unsealed is left").isEmpty();
        }
    }

    @Test
    void what_has_no_tree_to_swap_is_written_over_and_looked_at_there() throws Exception {
        assertThat(restore()).isInstanceOfSatisfying(RecordRestore.class, restored -> {
            assertThat(restored.recoveryPoint()).isEqualTo(CAPTURED);
            assertThat(restored.cutOverAt()).isEqualTo(NOW);
            assertThat(restored.checks()).hasSize(2);
        });
        assertAll("good");
    }

    @Test
    void one_that_is_not_what_it_was_said_to_be_afterwards_takes_all_back_to_what_was_live_before() throws Exception {
        board.liar = "two";
        assertThat(restore()).isEqualTo(new RecordFailure(
                List.of("two cannot be written over: words is something else in the live one now, was good at capture"),
                "the data from before the restore are live again"));
        assertAll("bad");
    }

    @Test
    void what_was_kept_before_a_long_outage_is_kept_anew_and_what_was_kept_just_now_is_not() throws Exception {
        String safety = Restoring.safetyOf(run());
        write("a late order");
        assertThat(kept(safety, NOW)).isEqualTo("bad");
        assertThat(kept(safety, NOW.plusMillis(1))).isEqualTo("a late order");
    }

    private String kept(String safety, Instant notBefore) throws Exception {
        Sealed sealed = (Sealed) workshop.capturing().capture(safety, "both", items(), notBefore);
        return vault.manifest(safety, sealed.manifestDigest()).items().getFirst().contents().get("words");
    }

    @Test
    void what_was_written_since_it_was_kept_is_not_lost() throws Exception {
        Files.writeString(home.resolve("two"), "a late order");
        assertThat(restore()).isInstanceOfSatisfying(RecordFailure.class, failure -> assertThat(failure.reasons())
                .containsExactly("two cannot be written over: it was written since it was kept in SAFETY-BKP-1: "
                        + "two: words is a late order, was bad at capture"));
        assertThat(home.resolve("one")).hasContent("bad");
        assertThat(home.resolve("two")).hasContent("a late order");
    }

    @Test
    void what_was_not_to_be_kept_is_written_over_and_cannot_be_written_back() throws Exception {
        Run run = new Run("", "prod", SET, digest, 2, new Extent(List.of(), null, List.of("one", "two")));
        Files.writeString(home.resolve("two"), "a late order");
        board.liar = "two";
        assertThat(restore(run)).isInstanceOfSatisfying(RecordFailure.class, failure -> {
            assertThat(failure.reasons()).contains("one cannot be written back: nothing of it was kept, as was approved");
            assertThat(failure.nextStep()).contains("put one back by hand from BKP-1");
        });
        board.liar = "";
        Run again = new Run("", "prod", SET, digest, 3, run.extent());
        assertThat(restore(again)).isInstanceOf(RecordRestore.class);
        assertAll("good");
    }

    @Test
    void what_a_run_left_is_removed_but_not_what_the_next_one_needs() throws Exception {
        restore();
        Path wanted = home.resolve("backups").resolve("work").resolve("restore-" + SET).resolve("wanted");
        workshop.restoring().tidy(SET, Optional.of(run().name()));
        assertThat(wanted).isDirectory();
        workshop.restoring().tidy(SET, Optional.of("2-" + SET));
        assertThat(wanted).doesNotExist();
    }

    @Test
    void killed_while_it_was_written_over_it_is_written_over_to_the_end() throws Exception {
        board.killedAt = "two good";
        assertThatThrownBy(this::restore).hasMessage("killed");
        assertThat(home.resolve("two")).hasContent("half");
        board.killedAt = "";
        Files.writeString(home.resolve("two"), "written between the attempts");
        now = NOW.plusSeconds(600);
        // What is known of it is in this machine's files only.
        assertThat(restore())
                .isInstanceOfSatisfying(RecordRestore.class, restored -> assertThat(restored.cutOverAt()).as("what was written until then is lost").isEqualTo(now));
        assertAll("good");
    }

    @Test
    void killed_while_it_was_written_back_it_is_written_back_to_the_end() throws Exception {
        board.liar = "two";
        board.killedAt = "one bad";
        assertThatThrownBy(this::restore).hasMessage("killed");
        assertThat(home.resolve("one")).hasContent("half");
        board.killedAt = "";
        board.liar = "";
        assertThat(restore()).isInstanceOf(RecordFailure.class);
        assertAll("bad");
    }
}
