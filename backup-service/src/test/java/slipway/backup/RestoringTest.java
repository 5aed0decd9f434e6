package slipway.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import slipway.backup.domain.BackupCommand.RecordCapture.Sealed;
import slipway.backup.domain.RestoreCommand;
import slipway.backup.domain.RestoreCommand.RecordFailure;
import slipway.backup.domain.RestoreCommand.RecordRestore;
import slipway.backup.domain.RestoreState.Extent;
import slipway.backup.domain.RestoreState.Run;
import slipway.backup.recipe.Item;
import slipway.backup.vault.Disk;
import slipway.backup.vault.Keys;
import slipway.backup.vault.Vault;

/// What a restore does when it is killed, or when the restored data do not work.
class RestoringTest {

    static final String SET = "BKP-1";
    private static final Instant NOW = ShopRecipe.CAPTURED.plusSeconds(90);

    @TempDir
    private Path home;

    private Instant now = NOW;
    private Vault vault;
    private Clock clock;
    private final ShopRecipe shop = new ShopRecipe();
    private Path live;
    private String digest;
    private Plans plans;
    private Restoring restoring;

    @BeforeEach
    void capture() throws Exception {
        live = Files.createDirectory(home.resolve("live"));
        Files.writeString(live.resolve("data"), "good");
        Path file = Files.writeString(home.resolve("plans.yaml"), """
                plans: {shop: {items: [{name: shop, recipe: shop, parameters: {path: live}}]}}
                """);
        clock = ((InstantSource) () -> now).withZone(ZoneOffset.UTC);
        BackupProperties places = instance("one");
        vault = new Vault(places.copies(), Keys.in(places.keyDirectory()));
        plans = new Plans(new RecipeBook(List.of(shop), places, clock), file.toString());
        Workshop workshop = Workshop.of(plans, vault, places, clock);
        digest = ((Sealed) workshop.capturing().capture(SET, "shop", items(), Instant.EPOCH)).manifestDigest();
        restoring = workshop.restoring();
        Files.writeString(live.resolve("data"), "bad");
    }

    /// Each works in a folder of its own.
    private BackupProperties instance(String name) {
        return new BackupProperties(
                home.resolve("backups"), null, home.resolve("work-" + name), home.resolve("restores"), null, null, null, null, null, null);
    }

    private List<Item> items() {
        return plans.items("shop").orElseThrow();
    }

    private RestoreCommand restore() throws Exception {
        return restoring.restore(new Run("REL-1", "prod", SET, digest, 1, Extent.ALL), items(), null);
    }

    private Path beside(String word) {
        return home.resolve("live." + word + "-" + SET);
    }

    @Test
    void the_restored_data_are_live_and_those_from_before_are_kept() throws Exception {
        assertThat(restore()).isInstanceOfSatisfying(RecordRestore.class, done -> {
            assertThat(done.recoveryPoint()).isEqualTo(ShopRecipe.CAPTURED);
            assertThat(done.cutOverAt()).isEqualTo(NOW);
            assertThat(done.checks()).singleElement().matches(check -> check.passed());
        });
        assertThat(live.resolve("data")).hasContent("good");
        assertThat(beside("before").resolve("data")).hasContent("bad");
        assertThat(shop.open).isTrue();
    }

    @Test
    void done_again_it_does_nothing_twice_and_says_the_same() throws Exception {
        RestoreCommand first = restore();
        Files.writeString(live.resolve("data"), "written since");
        assertThat(restore()).isEqualTo(first);
        assertThat(live.resolve("data")).hasContent("written since");
    }

    @Test
    void killed_before_the_restored_data_work_it_continues() throws Exception {
        shop.dies = true;
        assertThatThrownBy(this::restore).hasMessage("killed");
        shop.dies = false;
        assertThat(restore()).isInstanceOf(RecordRestore.class);
        assertThat(live.resolve("data")).hasContent("good");
    }

    @Test
    void killed_together_with_its_folder_of_work_another_instance_continues() throws Exception {
        shop.dies = true;
        assertThatThrownBy(this::restore).hasMessage("killed");
        Disk.delete(home.resolve("work-one"));
        shop.dies = false;
        restoring = Workshop.of(plans, vault, instance("other"), clock).restoring();
        assertThat(restore()).isInstanceOf(RecordRestore.class);
        assertThat(live.resolve("data")).hasContent("good");
        assertThat(beside("before").resolve("data")).hasContent("bad");
    }

    @Test
    void killed_between_the_two_renames_it_continues() throws Exception {
        shop.dies = true;
        assertThatThrownBy(this::restore).hasMessage("killed");
        Files.move(live, beside("restoring"));
        shop.dies = false;
        assertThat(restore()).isInstanceOf(RecordRestore.class);
        assertThat(live.resolve("data")).hasContent("good");
        assertThat(shop.open).isTrue();
    }

    @Test
    void killed_before_it_was_moved_aside_what_was_written_meanwhile_is_told_as_lost() throws Exception {
        shop.dies = true;
        assertThatThrownBy(this::restore).hasMessage("killed");
        Files.move(live, beside("restoring"));
        Files.move(beside("before"), live);
        shop.dies = false;
        now = NOW.plusSeconds(600);
        assertThat(restore()).isInstanceOfSatisfying(RecordRestore.class, done -> assertThat(done.cutOverAt()).isEqualTo(now));
        assertThat(beside("before").resolve("data")).hasContent("bad");
    }

    @Test
    void data_that_do_not_work_give_way_to_those_from_before() throws Exception {
        shop.dislikes = "good";
        assertThat(restore()).isInstanceOfSatisfying(RecordFailure.class, failure -> {
            assertThat(failure.reasons()).containsExactly("shop does not work with the restored data: it does not open");
            assertThat(failure.nextStep()).contains("are live again", beside("failed").toString());
        });
        assertThat(live.resolve("data")).hasContent("bad");
        assertThat(shop.open).isTrue();
    }

    @Test
    void a_recipe_that_stumbles_gives_way_to_the_data_from_before_and_is_not_tried_for_ever() throws Exception {
        shop.stumbles = true;
        assertThat(restore()).isInstanceOfSatisfying(RecordFailure.class, failure -> assertThat(failure.reasons())
                .contains("shop does not work with the restored data: over its own feet"));
        assertThat(live.resolve("data")).hasContent("bad");
    }

    /// As deployment tools lay them out: the folder that holds the link is one itself.
    @Test
    void what_a_link_below_a_linked_folder_leads_to_is_replaced_where_it_really_is() throws Exception {
        Path other = Files.createDirectories(home.resolve("common"));
        Files.writeString(other.resolve("data"), "another's");
        Path real = home.resolve("releases/common");
        Files.createDirectories(real.getParent());
        Files.move(live, real);
        Path release = Files.createDirectories(home.resolve("releases/1"));
        Files.createSymbolicLink(release.resolve("data"), Path.of("../common"));
        Files.createSymbolicLink(home.resolve("current"), Path.of("releases/1"));
        Files.createSymbolicLink(live, Path.of("current/data"));
        assertThat(restore()).isInstanceOf(RecordRestore.class);
        assertThat(real.resolve("data")).hasContent("good");
        assertThat(other.resolve("data")).hasContent("another's");
        assertThat(home.resolve("common.before-" + SET)).doesNotExist();
    }

    @Test
    void a_link_that_leads_in_a_circle_is_told() throws Exception {
        Disk.delete(live);
        Files.createSymbolicLink(live, live.getFileName());
        assertThatThrownBy(this::restore).isInstanceOf(IOException.class).hasMessageEndingWith("live leads in a circle");
    }

    @Test
    void another_run_begins_anew_whatever_the_one_before_gave_up() throws Exception {
        shop.dislikes = "good";
        assertThat(restore()).isInstanceOf(RecordFailure.class);
        shop.dislikes = "";
        Files.writeString(live.resolve("data"), "written since");
        assertThat(restoring.restore(new Run("REL-1", "prod", SET, digest, 2, Extent.ALL), items(), null)).isInstanceOf(RecordRestore.class);
        assertThat(live.resolve("data")).hasContent("good");
        assertThat(home.resolve("live.before-2-" + SET).resolve("data")).hasContent("written since");
    }

    @Test
    void killed_while_the_old_data_were_put_back_they_are_put_back() throws Exception {
        shop.dies = true;
        assertThatThrownBy(this::restore).hasMessage("killed");
        Files.move(live, beside("failed"));
        shop.dies = false;
        assertThat(restore()).isInstanceOf(RecordFailure.class);
        assertThat(live.resolve("data")).hasContent("bad");
        assertThat(shop.open).isTrue();
    }

    @Test
    void where_nothing_is_left_the_restored_data_are_live_and_nothing_is_beside_them() throws Exception {
        Disk.delete(live);
        assertThat(restore()).isInstanceOf(RecordRestore.class);
        assertThat(live.resolve("data")).hasContent("good");
        assertThat(beside("before")).doesNotExist();
        assertThat(shop.open).isTrue();
    }

    @Test
    void where_nothing_is_left_a_crash_does_not_move_the_restored_data_aside() throws Exception {
        Disk.delete(live);
        shop.dies = true;
        assertThatThrownBy(this::restore).hasMessage("killed");
        shop.dies = false;
        assertThat(restore()).isInstanceOf(RecordRestore.class);
        assertThat(live.resolve("data")).hasContent("good");
        assertThat(beside("before")).doesNotExist();
    }

    @Test
    void where_nothing_was_left_and_the_restored_data_do_not_work_they_are_kept_beside() throws Exception {
        Disk.delete(live);
        shop.open = false;
        shop.dislikes = "good";
        assertThat(restore()).isInstanceOfSatisfying(RecordFailure.class, failure -> assertThat(failure.nextStep())
                .startsWith("nothing is live, as before the restore"));
        assertThat(live).doesNotExist();
        assertThat(beside("failed").resolve("data")).hasContent("good");
        shop.dislikes = "";
        assertThat(restore()).as("given up").isInstanceOf(RecordFailure.class);
    }

    @Test
    void another_manifest_than_the_approved_one_touches_nothing() throws Exception {
        digest = "sha256:other";
        assertThat(restore()).isInstanceOfSatisfying(RecordFailure.class, failure ->
                assertThat(failure.nextStep()).contains("not touched"));
        assertThat(live.resolve("data")).hasContent("bad");
        assertThat(beside("before")).doesNotExist();
    }

    @Test
    void live_data_that_cannot_be_moved_are_in_service_again() throws Exception {
        shop.locks = true;
        assertThat(restore()).isInstanceOfSatisfying(RecordFailure.class, failure ->
                assertThat(failure.reasons()).singleElement().asString().contains("shop cannot be replaced"));
        assertThat(live.resolve("data")).hasContent("bad");
        assertThat(shop.open).isTrue();
        assertThat(beside("restoring")).doesNotExist();
    }

    @Test
    void what_a_link_leads_to_is_replaced_and_the_link_stays() throws Exception {
        Path real = home.resolve("other-disk/live");
        Files.createDirectory(real.getParent());
        Files.move(live, real);
        Files.createSymbolicLink(live, real);
        assertThat(restore()).isInstanceOf(RecordRestore.class);
        assertThat(live).isSymbolicLink();
        assertThat(real.resolve("data")).hasContent("good");
        assertThat(real.resolveSibling("live.before-" + SET).resolve("data")).hasContent("bad");
    }
}
