package slipway.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import slipway.backup.Upkeep.Found;
import slipway.backup.domain.BackupCommand;
import slipway.backup.domain.BackupCommand.RecordCapture.Sealed;
import slipway.backup.domain.BackupCommand.RecordCorruption;
import slipway.backup.domain.BackupCommand.RecordVerification;
import slipway.backup.domain.BackupState.Seal;
import slipway.backup.domain.VerificationLevel;
import slipway.backup.vault.Copies.Examined;
import slipway.backup.vault.Corrupt;
import slipway.backup.vault.Disk;
import slipway.backup.vault.Keys;
import slipway.backup.vault.Location;
import slipway.backup.vault.Location.Copy;
import slipway.backup.vault.Locations;
import slipway.backup.vault.Vault;
import slipway.backup.vault.Watch;
import slipway.program.Installed;

/// Locations come and go while sets stay.
class UpkeepTest {

    private static final String SET = "BKP-1";

    @TempDir
    private Path home;

    private BackupProperties places;
    private Plans plans;
    private String manifestDigest;
    /// Where facts say that there was a copy.
    private List<String> had;

    @BeforeEach
    void take() throws Exception {
        places = BackupProperties.in(home.resolve("backups"));
        Files.writeString(home.resolve("data.env"), "COLOUR=blue\n");
        plans = new Plans(
                new RecipeBook(List.of(), places, Clock.systemUTC()),
                Files.writeString(home.resolve("plans.yaml"), "plans: {all: {items: [{name: data, recipe: env-file, parameters: {file: data.env}}]}}")
                        .toString());
        Sealed sealed = (Sealed) Workshop.of(plans, vault("1", "2"), places, Clock.systemUTC())
                .capturing()
                .capture(SET, "all", plans.items("all").orElseThrow(), Instant.EPOCH);
        manifestDigest = sealed.manifestDigest();
        had = uris("1", "2");
    }

    private Seal seal() {
        return new Seal(manifestDigest, "", Instant.EPOCH, 0, null, Set.copyOf(had));
    }

    private Path place(String name) {
        return home.resolve("location-" + name);
    }

    private Vault vault(String... names) throws Exception {
        return new Vault(locations(names), Keys.in(home.resolve("keys")));
    }

    private List<? extends Location> locations(String... names) throws Exception {
        return Locations.of(Locations.Given.of(
                Stream.of(names).map(name -> place(name).toString()).toList()));
    }

    private BackupCommand verified(String... locations) throws Exception {
        return Workshop.of(plans, vault(locations), places, Clock.systemUTC()).proving().verify(SET, seal(), "1");
    }

    private List<String> uris(String... locations) {
        return Stream.of(locations).map(name -> "file://" + place(name) + "/" + SET).toList();
    }

    @Test
    void a_location_that_was_added_gets_its_copy_and_nothing_is_called_corrupt() throws Exception {
        assertThat(verified("1", "2", "3"))
                .isEqualTo(new RecordVerification(VerificationLevel.V2, uris("1", "2", "3"), List.of()));
        assertThat(place("3").resolve(SET).resolve("data.age")).hasSameBinaryContentAs(place("1").resolve(SET).resolve("data.age"));
    }

    @Test
    void a_copy_that_was_there_and_is_gone_is_told_also_when_it_was_made_later() throws Exception {
        had = ((RecordVerification) verified("1", "2", "3")).locations();
        for (String gone : List.of("2", "3")) {
            Path away = home.resolve("away-" + gone);
            Files.move(place(gone).resolve(SET), away);
            assertThat(verified("1", "2", "3"))
                    .isEqualTo(new RecordCorruption(List.of(uris(gone).getFirst() + " is not there"), 2));
            assertThat(place(gone).resolve(SET)).as("it is repaired after that was told").doesNotExist();
            Files.move(away, place(gone).resolve(SET));
        }
    }

    @Test
    void a_copy_that_rots_is_found_when_it_is_read_back() throws Exception {
        Path rotten = place("2").resolve(SET).resolve("data.age");
        byte[] bytes = Files.readAllBytes(rotten);
        bytes[bytes.length / 2] ^= 1;
        Files.write(rotten, bytes);
        assertThat(verified("1", "2")).isInstanceOfSatisfying(RecordCorruption.class, corruption -> assertThat(corruption.reasons())
                .singleElement()
                .asString()
                .contains("location-2", "data.age has another hash"));
    }

    @Test
    void a_location_that_is_configured_no_longer_is_not_asked_for() throws Exception {
        Disk.delete(place("2").resolve(SET));
        assertThat(verified("1", "3")).isEqualTo(new RecordVerification(VerificationLevel.V2, uris("1", "3"), List.of()));
    }

    @Test
    void what_is_nowhere_any_more_is_lost_whichever_locations_there_are_now() throws Exception {
        assertThat(verified("4", "5"))
                .isEqualTo(new RecordCorruption(
                        uris("4", "5").stream().map(each -> each + " is not there").toList(), 0));
    }

    @Test
    void a_new_location_that_cannot_take_its_copy_now_is_asked_again() throws Exception {
        Vault vault = vault("1", "2", "3");
        Upkeep upkeep = new Upkeep(vault);
        Found found = upkeep.examine(SET, seal(), "1");
        Disk.delete(place("3"));
        assertThatThrownBy(() -> upkeep.filled(SET, found, manifestDigest))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("location-3");
    }

    @Test
    void while_one_location_is_down_the_others_are_not_read_again_at_each_attempt() throws Exception {
        assertThat(verified("1", "2", "3")).isInstanceOf(RecordVerification.class);
        List<String> read = new ArrayList<>();
        Watch watch = (_, doing, location) -> {
            read.add(doing + " " + location);
            return Watch.NONE.begun(SET, doing, location);
        };
        Vault vault = new Vault(locations("1", "2", "3"), Keys.in(home.resolve("keys")), watch);
        Proving proving = new Proving(plans, vault, new Upkeep(vault), new Progress(Clock.systemUTC()), places);
        Path mark = Files.move(place("3").resolve(".slipway-location"), home.resolve("mark"));
        for (int attempt = 0; attempt < 3; attempt++) {
            assertThatThrownBy(() -> proving.verify(SET, seal(), "1")).isInstanceOf(IOException.class).hasMessageContaining("location-3");
        }
        assertThat(read).hasSize(2);
        Files.move(mark, place("3").resolve(".slipway-location"));
        assertThat(proving.verify(SET, seal(), "1")).isInstanceOf(RecordVerification.class);
        assertThat(read).hasSize(3);
        assertThat(proving.verify(SET, seal(), "2")).isInstanceOf(RecordVerification.class);
        assertThat(read).as("a proof of its own reads all of it").hasSize(6);
    }

    /// Of one directory and a remote that says nothing of who wrote to it, as an instance of its own.
    private Vault withRemote() throws Exception {
        Path config = Files.writeString(home.resolve("rclone.conf"), "[elsewhere]\ntype = local\n");
        List<String> both = List.of(place("1").toString(), "rclone:elsewhere:" + place("remote"));
        return new Vault(
                Locations.of(new Locations.Given(both, null, null, null, null, null, Path.of(Installed.program("rclone")), config)),
                Keys.in(home.resolve("keys")));
    }

    /// @return what was there
    private byte[] rot() throws Exception {
        Path rotten = place("remote").resolve(SET).resolve("data.age");
        byte[] sound = Files.readAllBytes(rotten);
        byte[] bytes = sound.clone();
        bytes[bytes.length / 2] ^= 1;
        Files.write(rotten, bytes);
        return sound;
    }

    @Test
    void what_one_instance_read_as_sound_and_another_found_corrupt_is_read_again_before_it_is_called_repaired() throws Exception {
        Vault vault = withRemote();
        vault.replicate(SET, manifestDigest);
        Upkeep one = new Upkeep(vault);
        assertThat(one.examine(SET, seal(), "a proof").sound()).hasSize(2);
        byte[] sound = rot();
        assertThat(new Upkeep(withRemote()).examine(SET, seal(), "a scrub").faults()).hasSize(1);
        assertThat(one.repair(SET, seal(), "what that found")).isInstanceOfSatisfying(
                BackupCommand.RecordRepair.class,
                repair -> assertThat(repair.replaced()).singleElement().asString().contains("remote"));
        assertThat(place("remote").resolve(SET).resolve("data.age")).hasBinaryContent(sound);
    }

    @Test
    void a_copy_that_was_found_corrupt_is_read_again_by_the_attempt_that_read_it_as_sound() throws Exception {
        Vault vault = withRemote();
        vault.replicate(SET, manifestDigest);
        assertThat(vault.examine(SET, manifestDigest, "1")).allMatch(Examined.Sound.class::isInstance);
        rot();
        Files.move(place("1").resolve(SET), home.resolve("away"));
        assertThatThrownBy(() -> vault.sound(SET, manifestDigest)).isInstanceOf(Corrupt.class);
        assertThat(vault.examine(SET, manifestDigest, "1").getLast()).isInstanceOf(Examined.Faulty.class);
    }

    @Test
    void nor_is_a_copy_whose_remote_says_nothing_of_who_wrote_to_it() throws Exception {
        Path asked = home.resolve("asked");
        Path program = Files.writeString(
                home.resolve("rclone"), "#!/bin/sh\necho \"$*\" >> %s\nexec %s \"$@\"\n".formatted(asked, Installed.program("rclone")));
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
        Path config = Files.writeString(home.resolve("rclone.conf"), "[elsewhere]\ntype = local\n");
        List<String> all = List.of(place("1").toString(), place("2").toString(), "rclone:elsewhere:" + place("remote"));
        Vault vault = new Vault(
                Locations.of(new Locations.Given(all, null, null, null, null, null, program, config)), Keys.in(home.resolve("keys")));
        Proving proving = new Proving(plans, vault, new Upkeep(vault), new Progress(Clock.systemUTC()), places);
        assertThat(proving.verify(SET, seal(), "1")).isInstanceOf(RecordVerification.class);
        Files.delete(asked);
        Path mark = Files.move(place("2").resolve(".slipway-location"), home.resolve("mark"));
        for (int attempt = 0; attempt < 3; attempt++) {
            assertThatThrownBy(() -> proving.verify(SET, seal(), "2")).isInstanceOf(IOException.class).hasMessageContaining("location-2");
        }
        assertThat(reads(asked)).isEqualTo(1);
        Files.move(mark, place("2").resolve(".slipway-location"));
        assertThat(proving.verify(SET, seal(), "2")).isInstanceOf(RecordVerification.class);
        assertThat(reads(asked)).isEqualTo(1);
        assertThat(new Upkeep(vault).glance(SET, manifestDigest, Set.of()).sound()).hasSize(3);
        assertThat(reads(asked)).as("a gate reads all of it").isEqualTo(2);
    }

    private static long reads(Path asked) throws IOException {
        return Files.readAllLines(asked).stream().filter(each -> each.matches(".* cat .*/data\\.age")).count();
    }

    private static Examined sound(String place) {
        return new Examined.Sound(new Copy(place, "v", null));
    }

    @Test
    void who_refuses_is_done_without_only_where_two_others_do_not() {
        Examined refuses = new Examined.Unguarded("s3://b/BKP-1", "versioning of the bucket is off");
        Found two = Found.of(List.of(sound("a"), sound("b"), refuses), Set.of());
        assertThat(two.refused()).containsExactly("s3://b/BKP-1: versioning of the bucket is off");
        assertThat(two.unknown()).isEmpty();
        Found one = Found.of(List.of(sound("a"), refuses), Set.of());
        assertThat(one.refused()).isEmpty();
        assertThat(one.unknown()).containsExactly("s3://b/BKP-1: versioning of the bucket is off");
    }

    @Test
    void the_gate_is_told_of_every_copy_that_is_gone_corrupt_or_not_to_be_reached() throws Exception {
        Upkeep upkeep = new Upkeep(vault("1", "2", "3", "4"));
        Files.writeString(place("1").resolve(SET).resolve("data.age"), "rotten");
        Files.move(place("2").resolve(SET), place("2").resolve("gone"));
        Files.delete(place("4").resolve(".slipway-location"));
        Upkeep.Found found = upkeep.glance(SET, manifestDigest, Set.copyOf(uris("1", "2", "4")));
        assertThat(found.unknown()).singleElement().asString().contains("location-4", "is its disk mounted?");
        assertThat(found.faults())
                .satisfiesExactly(
                        corrupt -> assertThat(corrupt).contains("location-1", "data.age has another hash"),
                        gone -> assertThat(gone).as("3 is new").endsWith("location-2/" + SET + " is not there"));
    }

    @Test
    void a_restore_that_is_under_way_hides_nothing_else_from_the_gate() throws Exception {
        Vault vault = vault("1", "2");
        Checking checking =
                new Checking(plans, Workshop.of(plans, vault, places, Clock.systemUTC()).proving(), new Upkeep(vault), vault);
        Files.writeString(home.resolve("data.env"), "COLOUR=red\n");
        assertThat(checking.check(SET, manifestDigest, Set.of(), "all", List.of(), List.of("BKP-0")).check().changed())
                .anySatisfy(each -> assertThat(each).isEqualTo("live data are being restored from BKP-0"))
                .anySatisfy(each -> assertThat(each).startsWith("data: "));
    }

    @Test
    void what_came_to_the_plan_after_the_set_covers_nothing_of_it() throws Exception {
        String item = "{name: %s, recipe: env-file, parameters: {file: data.env}, of: [%s]}";
        plans = new Plans(
                new RecipeBook(List.of(), places, Clock.systemUTC()),
                Files.writeString(home.resolve("plans.yaml"), """
                        plans: {all: {items: [%s, %s]}}
                        coverage: {shop-web: {}, shop-db: {}}
                        """.formatted(item.formatted("data", "shop-web"), item.formatted("later", "shop-db")))
                        .toString());
        Vault vault = vault("1", "2");
        Checking checking =
                new Checking(plans, Workshop.of(plans, vault, places, Clock.systemUTC()).proving(), new Upkeep(vault), vault);
        assertThat(checking.check(SET, manifestDigest, Set.of(), "all", List.of("shop-web", "shop-db"), List.of()).check().uncovered())
                .satisfiesExactly(
                        web -> assertThat(web).startsWith("shop-web: ").doesNotContain("configuration"),
                        db -> assertThat(db).startsWith("shop-db: ").contains("configuration"));
    }
}
