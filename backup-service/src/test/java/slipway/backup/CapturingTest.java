package slipway.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import slipway.backup.domain.BackupCommand.RecordCapture;
import slipway.backup.domain.BackupCommand.RecordCapture.Sealed;
import slipway.backup.domain.BackupCommand.RecordRestoreTest;
import slipway.backup.domain.BackupState.Seal;
import slipway.backup.domain.VerificationLevel;
import slipway.backup.recipe.Item;
import slipway.backup.vault.Keys;
import slipway.backup.vault.Vault;
import slipway.backup.vault.Watch;

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

    @Test
    void capturing_again_after_a_crash_finds_the_finished_set() throws Exception {
        Files.writeString(home.resolve("settings.env"), "COLOUR=blue\n");
        BackupProperties places = BackupProperties.in(home.resolve("backups"));
        Capturing capturing = Workshop.of(settings(places), new Vault(places.copies(), Keys.in(places.keyDirectory())), places, Clock.systemUTC())
                .capturing();
        List<Item> items = settings(places).items("all").orElseThrow();
        RecordCapture first = capturing.capture("BKP-1", "all", items, Instant.EPOCH);
        Files.writeString(home.resolve("settings.env"), "COLOUR=red\n");
        assertThat(capturing.capture("BKP-1", "all", items, Instant.EPOCH)).isInstanceOf(Sealed.class).isEqualTo(first);
    }

    private Plans settings(BackupProperties places) throws Exception {
        Path file = Files.writeString(
                home.resolve("plans.yaml"), "plans: {all: {items: [{name: settings, recipe: env-file, parameters: {file: settings.env}}]}}");
        return new Plans(new RecipeBook(List.of(), places, Clock.systemUTC()), file.toString());
    }

    @Test
    void whoever_watches_sees_to_which_location_how_much_of_it_is_copied_and_read_back() throws Exception {
        Files.writeString(home.resolve("settings.env"), "COLOUR=blue\n");
        BackupProperties places = BackupProperties.in(home.resolve("backups"));
        Progress progress = new Progress(Clock.systemUTC());
        Map<String, Long> seen = new LinkedHashMap<>();
        Vault vault = new Vault(places.copies(), Keys.in(places.keyDirectory()), watching(progress, seen));
        Plans plans = settings(places);
        Workshop.of(plans, vault, places, Clock.systemUTC())
                .capturing()
                .capture("BKP-1", "all", plans.items("all").orElseThrow(), Instant.EPOCH);
        List<String> copies = vault.places("BKP-1");
        long bytes;
        try (var files = Files.list(Path.of(URI.create(copies.getFirst())))) {
            bytes = files.filter(each -> !each.getFileName().toString().startsWith("manifest."))
                    .mapToLong(each -> each.toFile().length())
                    .sum();
        }
        assertThat(seen)
                .containsExactly(
                        entry("reading back " + copies.getFirst(), bytes),
                        entry("copying to " + copies.getLast(), bytes),
                        entry("reading back " + copies.getLast(), bytes));
        assertThat(progress.of("BKP-1")).as("nothing is done any more").isNull();
    }

    @Test
    void so_does_whoever_watches_copies_that_are_only_read() throws Exception {
        Files.writeString(home.resolve("settings.env"), "COLOUR=blue\n");
        BackupProperties places = BackupProperties.in(home.resolve("backups"));
        Progress progress = new Progress(Clock.systemUTC());
        Map<String, Long> seen = new LinkedHashMap<>();
        Vault vault = new Vault(places.copies(), Keys.in(places.keyDirectory()), watching(progress, seen));
        Plans plans = settings(places);
        String digest = ((Sealed) Workshop.of(plans, vault, places, Clock.systemUTC())
                        .capturing()
                        .capture("BKP-1", "all", plans.items("all").orElseThrow(), Instant.EPOCH))
                .manifestDigest();
        List<String> copies = vault.places("BKP-1");
        seen.clear();
        vault.examine("BKP-1", digest);
        assertThat(seen).containsOnlyKeys("reading " + copies.getFirst(), "reading " + copies.getLast());
        seen.clear();
        vault.sound("BKP-1", digest);
        assertThat(seen).as("before a restore").containsOnlyKeys("reading " + copies.getFirst());
        assertThat(progress.of("BKP-1")).as("nothing is done any more").isNull();
    }

    @Test
    void what_ends_takes_nothing_else_that_is_done_on_the_set_from_whoever_watches() {
        Progress progress = new Progress(Clock.systemUTC());
        Progress.Work first = progress.begun("BKP-1", "reading", "here");
        try (Progress.Work second = progress.begun("BKP-1", "restoring", "orders")) {
            first.close();
            assertThat(progress.of("BKP-1")).extracting(Progress.Now::doing).isEqualTo("restoring");
        }
        assertThat(progress.of("BKP-1")).isNull();
    }

    private static Watch watching(Progress progress, Map<String, Long> seen) {
        return (set, doing, location) -> {
            Progress.Work work = progress.begun(set, doing, location);
            return new Watch.Work() {
                @Override
                public void accept(long more) {
                    work.accept(more);
                    Progress.Now now = progress.of(set);
                    seen.put(now.doing() + " " + now.item(), now.bytes());
                }

                @Override
                public void close() {
                    work.close();
                }
            };
        };
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
