package slipway.backup;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import slipway.backup.domain.BackupCommand.RecordCapture.Sealed;
import slipway.backup.domain.BackupCommand.RecordRestoreTest;
import slipway.backup.domain.BackupState.Seal;
import slipway.backup.domain.VerificationLevel;
import slipway.backup.recipe.Item;
import slipway.backup.vault.Keys;
import slipway.backup.vault.Vault;

/// What a capture tells of what it took.
class CapturingTest {

    @TempDir
    private Path home;

    private final ShopRecipe shop = new ShopRecipe();
    private VerificationLevel level;

    /// Of a set of that plan; how far it is proven is known then, too.
    private String warnings(String plan) throws Exception {
        Files.writeString(Files.createDirectories(home.resolve("live")).resolve("data"), "good");
        Files.writeString(home.resolve("settings.env"), "COLOUR=blue\n");
        String snapshot = "{name: shop, recipe: shop, parameters: {path: live}}";
        String smoked = "{name: shop, recipe: shop, parameters: {path: live}, smokeTest: {run: [/bin/true]}}";
        String settings = "{name: settings, recipe: env-file, parameters: {file: settings.env, owners: restorer}}";
        Path file = Files.writeString(home.resolve("plans.yaml"), """
                plans:
                  alone: {items: [%s]}
                  beside: {items: [%s, %s]}
                  smoked: {items: [%s]}
                  apart: {items: [%s, %s]}
                """.formatted(
                        snapshot, snapshot, settings, smoked, of(snapshot, "shop-db"), of(settings, "shop-web")));
        BackupProperties places = BackupProperties.in(home.resolve("backups"));
        Vault vault = new Vault(places.copies(), Keys.in(places.keyDirectory()));
        Plans plans = new Plans(new RecipeBook(List.of(shop), places, Clock.systemUTC()), file.toString());
        Workshop hands = Workshop.of(plans, vault, places, Clock.systemUTC());
        List<Item> items = plans.items(plan).orElseThrow();
        String set = "BKP-" + plan + shop.provenBy.size();
        Sealed sealed = (Sealed) hands.capturing().capture(set, plan, items, Instant.EPOCH);
        Seal seal = new Seal(sealed.manifestDigest(), "", Instant.EPOCH, 0, null, Set.of());
        level = ((RecordRestoreTest) hands.proving().restoreTest(set, seal, items, "1")).level();
        return sealed.captured().getFirst().warnings();
    }

    private static String of(String item, String configurationItem) {
        return item.replaceFirst("}$", ", of: [" + configurationItem + "]}");
    }

    @Test
    void a_snapshot_whose_content_nobody_compares_says_so_and_is_proven_less_unless_its_plan_or_a_smoke_test_compares_it() throws Exception {
        shop.provenBy = List.of("env-file");
        assertThat(warnings("alone"))
                .isEqualTo("nothing compares the content of this snapshot: put an item with one of the recipes env-file beside it, of the same configuration item, or give it a smokeTest");
        assertThat(level).isEqualTo(VerificationLevel.V3);
        assertThat(warnings("beside")).isEmpty();
        assertThat(level).isEqualTo(VerificationLevel.V4);
        assertThat(warnings("smoked")).isEmpty();
        assertThat(level).isEqualTo(VerificationLevel.V5);
        assertThat(warnings("apart")).as("of something else").contains("nothing compares");
        assertThat(level).isEqualTo(VerificationLevel.V3);
        shop.provenBy = List.of();
        assertThat(warnings("alone")).isEmpty();
        assertThat(level).isEqualTo(VerificationLevel.V4);
    }
}
