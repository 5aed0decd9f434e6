package slipway.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
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

/// Several items are restored all or none.
class RestoringSeveralTest {

    private static final String SET = "BKP-1";
    private static final Instant CAPTURED = Instant.parse("2026-03-02T10:00:00Z");

    @TempDir
    private Path home;

    private final Shelf shelf = new Shelf();
    private Plans plans;
    private Vault vault;
    private String digest;
    private Restoring restoring;

    /// Keeps one file per item, and says what is done to it.
    private static final class Shelf implements Recipe {
        private final List<String> done = new ArrayList<>();
        private String unreadable = "";
        private String broken = "";
        private String stuck = "";
        private String killedAt = "";

        @Override
        public String id() {
            return "shelf";
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
            return "shelf";
        }

        @Override
        public List<Parameter> parameters() {
            return List.of(new Parameter("path", Parameter.Type.PATH, null, "where it lies"));
        }

        private static Path file(Item item) {
            return Path.of(item.parameters().get("path")).resolve("data");
        }

        @Override
        public Capture capture(Item item, String set, OutputStream out) throws IOException {
            out.write(Files.readAllBytes(file(item)));
            return new Capture("c", "f", CAPTURED, Map.of("data", Files.readString(file(item))), Map.of());
        }

        @Override
        public Map<String, String> look(Item item) throws IOException {
            return Map.of("data", Files.readString(file(item)));
        }

        @Override
        public Map<String, String> restore(Item item, Map<String, String> notes, InputStream in, Path scratch)
                throws IOException {
            String data = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            if (item.name().equals(unreadable)) {
                throw new IOException("it cannot be read");
            }
            done.add("restore " + item.name());
            Files.createDirectory(scratch);
            Files.writeString(scratch.resolve("data"), data);
            return Map.of("data", data);
        }

        @Override
        public Optional<Path> live(Item item) {
            return Optional.of(file(item).getParent());
        }

        @Override
        public void takeOut(Item item, Map<String, String> notes) throws IOException {
            done.add("take out " + item.name());
            if (item.name().equals(stuck)) {
                throw new IOException("it does not stop");
            }
        }

        @Override
        public void putIn(Item item, Map<String, String> notes) throws IOException {
            String data = Files.readString(file(item));
            if ((item.name() + " " + data).equals(killedAt)) {
                throw new AssertionError("killed");
            }
            if (item.name().equals(broken) && data.equals("good")) {
                throw new IOException("it does not open");
            }
            done.add("put in " + item.name());
        }
    }

    @BeforeEach
    void capture() throws Exception {
        write("good");
        Path file = Files.writeString(home.resolve("plans.yaml"), """
                plans:
                  both:
                    items:
                      - {name: one, recipe: shelf, parameters: {path: one}}
                      - {name: two, recipe: shelf, parameters: {path: two}}
                """);
        Clock clock = Clock.fixed(CAPTURED.plusSeconds(90), ZoneOffset.UTC);
        BackupProperties places = BackupProperties.in(home.resolve("backups"));
        vault = new Vault(places.copies(), Keys.in(places.keyDirectory()));
        plans = new Plans(new RecipeBook(List.of(shelf), places, clock), file.toString());
        Workshop workshop = Workshop.of(plans, vault, places, clock);
        digest = ((Sealed) workshop.capturing().capture(SET, "both", items(), Instant.EPOCH)).manifestDigest();
        restoring = workshop.restoring();
        write("bad");
    }

    private void write(String data) throws IOException {
        for (String name : List.of("one", "two")) {
            Files.writeString(Files.createDirectories(home.resolve(name)).resolve("data"), data);
        }
    }

    private List<Item> items() {
        return plans.items("both").orElseThrow();
    }

    private RestoreCommand restore() throws Exception {
        return restoring.restore(new Run("REL-1", "prod", SET, digest, 1, Extent.ALL), items(), null);
    }

    private void assertBothAreAsBefore() {
        for (String name : List.of("one", "two")) {
            assertThat(home.resolve(name).resolve("data")).hasContent("bad");
            assertThat(home.resolve(name + ".before-" + SET)).doesNotExist();
            assertThat(home.resolve(name + ".restoring-" + SET)).doesNotExist();
        }
    }

    @Test
    void nothing_is_taken_out_of_service_before_all_lie_restored_beside() throws Exception {
        assertThat(restore()).isInstanceOf(RecordRestore.class);
        assertThat(shelf.done).containsExactly(
                "restore one", "restore two", "take out one", "put in one", "take out two", "put in two");
    }

    @Test
    void one_that_cannot_be_restored_leaves_all_untouched() throws Exception {
        shelf.unreadable = "two";
        assertThat(restore()).isInstanceOfSatisfying(RecordFailure.class, failure -> {
            assertThat(failure.reasons()).containsExactly("two: it cannot be read");
            assertThat(failure.nextStep()).contains("not touched");
        });
        assertThat(shelf.done).containsExactly("restore one");
        assertBothAreAsBefore();
    }

    @Test
    void one_that_does_not_work_takes_the_others_back_with_it() throws Exception {
        shelf.broken = "two";
        assertThat(restore()).isInstanceOfSatisfying(RecordFailure.class, failure -> {
            assertThat(failure.reasons()).containsExactly("two does not work with the restored data: it does not open");
            assertThat(failure.nextStep()).contains("are live again");
        });
        assertBothAreAsBefore();
        assertThat(home.resolve("one.failed-" + SET).resolve("data")).hasContent("good");
    }

    @Test
    void one_that_does_not_stop_takes_the_others_back_with_it() throws Exception {
        shelf.stuck = "two";
        assertThat(restore()).isInstanceOfSatisfying(RecordFailure.class, failure ->
                assertThat(failure.reasons()).containsExactly("two cannot be taken out of service: it does not stop"));
        assertBothAreAsBefore();
        assertThat(shelf.done).endsWith("put in two", "take out one", "put in one");
    }

    @Test
    void killed_while_all_are_taken_back_it_goes_on_with_that_and_says_the_same() throws Exception {
        shelf.broken = "two";
        shelf.killedAt = "one bad";
        assertThatThrownBy(this::restore).hasMessage("killed");
        // Whatever would go well by now: it was given up.
        shelf.broken = "";
        shelf.killedAt = "";
        assertThat(restore()).isInstanceOfSatisfying(RecordFailure.class, failure ->
                assertThat(failure.reasons()).containsExactly("two does not work with the restored data: it does not open"));
        assertBothAreAsBefore();
    }

    @Test
    void killed_between_two_items_it_goes_on_even_when_the_copies_rot_meanwhile() throws Exception {
        shelf.killedAt = "two good";
        assertThatThrownBy(this::restore).hasMessage("killed");
        shelf.killedAt = "";
        for (String location : List.of("location-1", "location-2")) {
            Files.writeString(home.resolve("backups").resolve(location).resolve(SET).resolve("one.age"), "rotten");
        }
        assertThat(restore()).isInstanceOf(RecordRestore.class);
        assertThat(home.resolve("one/data")).hasContent("good");
        assertThat(home.resolve("two/data")).hasContent("good");
    }

    @Test
    void what_cannot_be_taken_back_is_named_with_the_place_of_its_data() throws Exception {
        shelf.broken = "two";
        shelf.killedAt = "one good";
        assertThatThrownBy(this::restore).hasMessage("killed");
        shelf.killedAt = "";
        shelf.stuck = "one";
        assertThat(restore()).isInstanceOfSatisfying(RecordFailure.class, failure -> {
            assertThat(failure.reasons()).hasSize(2).last().asString().contains("one cannot be put back: it does not stop");
            assertThat(failure.nextStep()).contains("by hand", home.resolve("one.before-" + SET).toString());
        });
        assertThat(home.resolve("two/data")).hasContent("bad");
        assertThat(home.resolve("one.before-" + SET).resolve("data")).hasContent("bad");
    }
}
