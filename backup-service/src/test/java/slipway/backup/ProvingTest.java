package slipway.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import slipway.backup.domain.BackupCommand;
import slipway.backup.domain.BackupCommand.RecordCapture.Sealed;
import slipway.backup.domain.BackupCommand.RecordRestoreTest;
import slipway.backup.domain.BackupCommand.RecordUnproven;
import slipway.backup.domain.BackupState.Seal;
import slipway.backup.domain.VerificationLevel;
import slipway.backup.recipe.Capture;
import slipway.backup.recipe.Hindered;
import slipway.backup.recipe.Item;
import slipway.backup.recipe.Parameter;
import slipway.backup.recipe.Recipe;
import slipway.backup.vault.Keys;
import slipway.backup.vault.Vault;

/// What is held against a set, and what is not.
class ProvingTest {

    private static final String SET = "BKP-1";

    @TempDir
    private Path home;

    private BackupProperties places;
    private Path secret;
    private Vault vault;
    private String digest;
    private String smokeTest = "";

    @BeforeEach
    void capture() throws Exception {
        Files.writeString(home.resolve("data"), "what is kept\n");
        secret = Files.writeString(home.resolve("secret"), "a planted secret");
        places = new BackupProperties(
                home.resolve("backups"), null, null, null, null, Files.createDirectory(home.resolve("recipes")), null, null, null, null);
        vault = new Vault(places.copies(), Keys.in(places.keyDirectory()));
        recipe("{run: [cat, \"{tree}/data\"]}");
        digest = ((Sealed) Workshop.of(plans(), vault, places, Clock.systemUTC())
                        .capturing()
                        .capture(SET, "notes", plans().items("notes").orElseThrow(), Instant.EPOCH))
                .manifestDigest();
    }

    /// @param restores into scratch, beside what is captured
    private void recipe(String restores) throws Exception {
        Files.writeString(home.resolve("recipes/notes.yaml"), """
                id: notes
                version: 1
                system: notes
                category: CONFIGURATION
                tier: CONTRACT_ONLY
                summary: One file.
                consistency: none
                programs: [cp, cat, sleep, "true", "false", "not-installed-anywhere"]
                parameters:
                  file: {type: PATH, doc: the file}
                  password: {type: SECRET, doc: of nothing}
                  elsewhere: {type: URL, usual: "", doc: may stay open}
                scratch: {file: "{tree}/data"}
                look: [{survey: "{file}"}]
                capture: [{run: [cp, "{file}", "{tree}/data"]}]
                restoreScratch: [%s]
                """.formatted(restores));
    }

    private Plans plans() throws Exception {
        Path file = Files.writeString(home.resolve("plans.yaml"), """
                plans: {notes: {items: [{name: notes, recipe: notes, parameters: {file: data, password: {file: "%s"}}%s}]}}
                """.formatted(secret, smokeTest));
        return new Plans(new RecipeBook(List.of(), places, Clock.systemUTC()), file.toString());
    }

    private Seal seal() {
        return seal(digest);
    }

    private static Seal seal(String manifestDigest) {
        return new Seal(manifestDigest, "", Instant.EPOCH, 0, null, Set.of());
    }

    private BackupCommand tested() throws Exception {
        return Workshop.of(plans(), vault, places, Clock.systemUTC())
                .proving()
                .restoreTest(SET, seal(), plans().items("notes").orElseThrow(), "1");
    }

    @Test
    void what_is_not_here_or_not_ready_is_no_fault_of_the_set() throws Exception {
        for (String hindered : List.of(
                "{run: [not-installed-anywhere]}",
                "{serve: [sleep, \"300\"], ready: [\"false\"], timeout: PT0.5S}",
                "{serve: [\"true\"], ready: [\"true\"]}",
                "{run: [cp, \"{tree}/data\", /dev/full]}")) {
            recipe(hindered);
            assertThatThrownBy(this::tested)
                    .as(hindered)
                    .isInstanceOf(Hindered.class)
                    .hasMessageStartingWith("notes: ");
        }
        recipe("{run: [cat, \"{tree}/data\"]}");
        Files.delete(secret);
        assertThatThrownBy(this::tested)
                .isInstanceOf(Hindered.class)
                .hasMessageContaining("password cannot be had");
        Files.writeString(secret, "a planted secret");
        assertThat(tested()).as("as soon as all is here").isInstanceOf(RecordRestoreTest.class);
    }

    @Test
    void what_was_read_and_cannot_be_used_is() throws Exception {
        for (String useless : List.of(
                "{run: [\"false\"]}",
                "{expect: [{file: \"{tree}/data\", contains: something else}]}",
                "{serve: [cat, \"{tree}/index\"], ready: [\"false\"]}")) {
            recipe(useless);
            assertThat(tested()).as(useless).isInstanceOf(RecordUnproven.class);
        }
    }

    /// Is captured, and stumbles when it is restored.
    private static final class Stumbling implements Recipe {
        private RuntimeException over = new InvalidPathException("b\u00fccher", "unmappable characters");

        @Override
        public String id() {
            return "stumbling";
        }

        @Override
        public int version() {
            return 1;
        }

        @Override
        public String category() {
            return "configuration";
        }

        @Override
        public String system() {
            return "books";
        }

        @Override
        public List<Parameter> parameters() {
            return List.of();
        }

        @Override
        public Capture capture(Item item, String set, OutputStream out) throws IOException {
            out.write(1);
            return new Capture("none", "one", Instant.EPOCH, Map.of("bytes", "1"), Map.of());
        }

        @Override
        public Map<String, String> look(Item item) {
            return Map.of("bytes", "1");
        }

        @Override
        public Map<String, String> restore(Item item, Map<String, String> notes, InputStream in, Path scratch) {
            throw over;
        }

        @Override
        public Optional<Path> live(Item item) {
            return Optional.empty();
        }
    }

    /// It would stumble at each attempt, for ever.
    @Test
    void a_recipe_that_stumbles_is_told_and_not_tried_again() throws Exception {
        Stumbling stumbling = new Stumbling();
        Path file = Files.writeString(home.resolve("books.yaml"), "plans: {books: {items: [{name: books, recipe: stumbling, parameters: {}}]}}");
        Plans books = new Plans(new RecipeBook(List.of(stumbling), places, Clock.systemUTC()), file.toString());
        List<Item> items = books.items("books").orElseThrow();
        Workshop hands = Workshop.of(books, vault, places, Clock.systemUTC());
        Seal sealed = seal(((Sealed) hands.capturing().capture("BKP-2", "books", items, Instant.EPOCH)).manifestDigest());
        assertThat(hands.proving().restoreTest("BKP-2", sealed, items, "1"))
                .isEqualTo(new RecordUnproven(List.of("cannot be restored: books: " + stumbling.over)));
        stumbling.over = new UncheckedIOException(new IOException("No space left on device"));
        assertThatThrownBy(() -> hands.proving().restoreTest("BKP-2", sealed, items, "1"))
                .isInstanceOf(Hindered.class)
                .hasMessage("books: No space left on device: where it is restored on trial, below " + places.workDirectory());
    }

    private Path smoke(String script) throws Exception {
        Path program = Files.writeString(home.resolve("smoke"), "#!/bin/sh\n" + script + "\n");
        program.toFile().setExecutable(true);
        smokeTest = ", smokeTest: {run: [smoke, quickly], timeout: PT30S}";
        return program;
    }

    @Test
    void what_the_application_tried_on_the_restored_copy_is_proven_to_v5() throws Exception {
        smoke("test \"$1\" = quickly && grep -q kept \"$RESTORED_TREE/data\" && test -r \"$RESTORED_PASSWORD_FILE\" && test -n \"$RESTORED_FILE\"");
        assertThat(tested()).isInstanceOfSatisfying(
                RecordRestoreTest.class, test -> assertThat(test.level()).isEqualTo(VerificationLevel.V5));
    }

    @Test
    void what_the_application_cannot_use_is_no_way_back_whatever_it_looks_like() throws Exception {
        smoke("echo 'no order can be read' >&2; exit 3");
        assertThat(tested()).isInstanceOfSatisfying(RecordUnproven.class, unproven -> assertThat(unproven.reasons())
                .containsExactly("cannot be restored: notes: its smoke test says no: exit 3"));
    }

    @Test
    void a_smoke_test_that_is_not_there_says_nothing_about_the_set() throws Exception {
        Path program = smoke("true");
        Plans plans = plans();
        Files.delete(program);
        assertThatThrownBy(() -> Workshop.of(plans, vault, places, Clock.systemUTC())
                        .proving()
                        .restoreTest(SET, seal(), plans.items("notes").orElseThrow(), "1"))
                .isInstanceOf(Hindered.class);
    }
}
