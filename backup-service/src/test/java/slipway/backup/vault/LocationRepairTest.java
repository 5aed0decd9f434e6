package slipway.backup.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import slipway.backup.vault.Copies.Examined;
import slipway.backup.vault.Location.State;

/// What becomes of copies that are corrupt, gone or half, in every kind of location.
class LocationRepairTest {

    private static final String SET = Pair.SET;

    @TempDir
    private Path home;

    private Pair pair;

    @AfterEach
    void close() throws Exception {
        if (pair != null) {
            pair.close();
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_corrupt_copy_is_replaced_by_a_sound_one_and_put_aside(Pair.Kind kind) throws Exception {
        pair = new Pair(kind, home);
        String digest = pair.completed();
        for (Rig rotten : pair.both()) {
            byte[][] rot = new byte[1][];
            rotten.change(SET + "/data.age", bytes -> rot[0] = Pair.flipped(bytes));
            assertThat(pair.vault().glance(SET, digest)).hasAtLeastOneElementOfType(Examined.Faulty.class);
            Rig sound = pair.other(rotten);
            Set<String> untouched = sound.files();
            assertThat(pair.vault().repair(SET, digest, pair.vault().examine(SET, digest)).missing()).isEmpty();
            pair.allAreSound(digest);
            assertThat(rotten.putAside(SET, "data.age")).isEqualTo(rot[0]);
            assertThat(sound.files()).isEqualTo(untouched);
        }
        assertThat(pair.vault().remove(SET)).isEmpty();
        assertThat(pair.first().files()).isEmpty();
        assertThat(pair.second().files()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void a_second_corrupt_copy_does_not_take_the_place_of_the_first(Pair.Kind kind) throws Exception {
        pair = new Pair(kind, home);
        String digest = pair.completed();
        byte[][] rot = new byte[1][];
        pair.second().change(SET + "/data.age", bytes -> rot[0] = Pair.flipped(bytes));
        pair.vault().repair(SET, digest, pair.vault().examine(SET, digest));
        pair.second().change(SET + "/data.age", bytes -> new byte[0]);
        assertThat(pair.vault().repair(SET, digest, pair.vault().examine(SET, digest)).missing()).isEmpty();
        pair.allAreSound(digest);
        assertThat(pair.second().putAside(SET, "data.age")).isIn(rot[0], new byte[0]);
        assertThat(pair.vault().remove(SET)).isEmpty();
        assertThat(pair.second().files()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void a_missing_item_is_found_and_repaired(Pair.Kind kind) throws Exception {
        pair = new Pair(kind, home);
        String digest = pair.completed();
        pair.second().delete(SET + "/more.age");
        assertThat(pair.vault().examine(SET, digest).get(1))
                .isEqualTo(new Examined.Faulty(pair.uri(pair.second()), List.of("more.age is missing")));
        assertThat(pair.vault().repair(SET, digest, pair.vault().examine(SET, digest)).missing()).isEmpty();
        pair.allAreSound(digest);
    }

    @ParameterizedTest
    @EnumSource
    void a_copy_that_is_gone_is_made_again_also_the_first_one(Pair.Kind kind) throws Exception {
        pair = new Pair(kind, home);
        String digest = pair.completed();
        for (Rig gone : pair.both()) {
            gone.location().remove(SET);
            assertThat(gone.files()).isEmpty();
            assertThat(pair.vault().examine(SET, digest)).contains(new Examined.Absent(pair.uri(gone)));
            assertThat(pair.vault().replicate(SET, digest).missing()).isEmpty();
            pair.allAreSound(digest);
        }
    }

    @ParameterizedTest
    @EnumSource
    void what_is_half_is_no_set_and_the_next_attempt_cleans_it(Pair.Kind kind) throws Exception {
        pair = new Pair(kind, home);
        String digest = pair.completed();
        pair.second().location().remove(SET);
        Location.Draft abandoned = pair.second().location().draft(SET);
        abandoned.write("data.age", 5, new ByteArrayInputStream("start".getBytes()));
        abandoned.write("stray.age", 5, new ByteArrayInputStream("stray".getBytes()));
        assertThat(pair.vault().examine(SET, digest)).contains(new Examined.Absent(pair.uri(pair.second())));
        assertThat(pair.second().location().state(SET)).isEqualTo(State.HALF);
        assertThat(pair.vault().replicate(SET, digest).missing()).isEmpty();
        assertThat(pair.second().files()).isEqualTo(Pair.files(SET));
        pair.allAreSound(digest);
    }

    @ParameterizedTest
    @EnumSource
    void while_a_location_is_down_its_copy_is_missing_and_later_it_is_made(Pair.Kind kind) throws Exception {
        pair = new Pair(kind, home);
        pair.second().down();
        Manifest manifest = pair.sealed();
        Copies copies = pair.vault().complete(manifest);
        assertThat(copies.made()).extracting(Location.Copy::location).containsExactly(pair.uri(pair.first()));
        assertThat(copies.missing()).singleElement().satisfies(missing -> {
            assertThat(missing.location()).isEqualTo(pair.uri(pair.second()));
            assertThat(missing.reason()).isNotBlank();
        });
        assertThat(pair.vault().glance(SET, manifest.digest()).get(1)).isInstanceOf(Examined.Unreachable.class);
        assertThat(pair.vault().sealed(SET)).contains(manifest);
        assertThat(pair.vault().replicate(SET, manifest.digest()).missing()).hasSize(1);
        assertThat(pair.vault().sound(SET, manifest.digest()).manifest()).isEqualTo(manifest);
        pair.second().up();
        assertThat(pair.vault().replicate(SET, manifest.digest()).missing()).isEmpty();
        pair.allAreSound(manifest.digest());
    }

    @ParameterizedTest
    @EnumSource
    void a_location_that_is_down_is_not_called_corrupt_and_nothing_of_it_is_replaced(Pair.Kind kind) throws Exception {
        pair = new Pair(kind, home);
        String digest = pair.completed();
        pair.second().down();
        assertThat(pair.vault().examine(SET, digest).get(1))
                .isInstanceOfSatisfying(
                        Examined.Unreachable.class,
                        copy -> assertThat(copy.location()).isEqualTo(pair.uri(pair.second())));
        assertThat(pair.vault().repair(SET, digest, pair.vault().examine(SET, digest)).missing()).hasSize(1);
        assertThat(pair.vault().remove("BKP-2"))
                .singleElement()
                .satisfies(kept -> assertThat(kept.until()).isNull());
        // A vault that starts now does so, too.
        pair.restart();
        pair.second().up();
        pair.allAreSound(digest);
    }

    @ParameterizedTest
    @EnumSource
    void without_any_sound_copy_nothing_is_repaired_and_nothing_is_moved(Pair.Kind kind) throws Exception {
        pair = new Pair(kind, home);
        String digest = pair.completed();
        pair.first().change(SET + "/data.age", Pair::flipped);
        pair.second().change(SET + "/data.age", Pair::flipped);
        Copies copies = pair.vault().repair(SET, digest, pair.vault().examine(SET, digest));
        assertThat(copies.made()).isEmpty();
        assertThat(copies.missing())
                .hasSize(2)
                .allSatisfy(missing -> assertThat(missing.reason()).contains("no other copy is sound"));
        assertThat(pair.first().files()).isEqualTo(Pair.files(SET));
        assertThat(pair.second().files()).isEqualTo(Pair.files(SET));
        assertThatThrownBy(() -> pair.vault().sound(SET, digest)).isInstanceOf(Corrupt.class);
    }

    @ParameterizedTest
    @EnumSource
    void a_corrupt_copy_is_not_copied(Pair.Kind kind) throws Exception {
        pair = new Pair(kind, home);
        String digest = pair.completed();
        pair.first().change(SET + "/data.age", Pair::flipped);
        pair.second().location().remove(SET);
        Copies copies = pair.vault().replicate(SET, digest);
        assertThat(copies.missing())
                .singleElement()
                .asString()
                .contains(pair.uri(pair.second()), "no copy that could be copied", "data.age has another hash");
        assertThat(pair.second().files()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void a_restore_takes_whichever_copy_is_sound(Pair.Kind kind) throws Exception {
        pair = new Pair(kind, home);
        String digest = pair.completed();
        for (Rig rotten : pair.both()) {
            rotten.change(SET + "/data.age", Pair::flipped);
            Vault.Sound sound = pair.vault().sound(SET, digest);
            assertThat(sound.location().uri())
                    .isEqualTo((pair.other(rotten)).location().uri());
            assertThat(pair.vault().open(sound, sound.manifest().items().getFirst(), java.io.InputStream::readAllBytes))
                    .isEqualTo(SealedSets.bytes(200_000));
            assertThat(pair.vault().repair(SET, digest, pair.vault().examine(SET, digest)).missing()).isEmpty();
        }
    }

    /// A remote of rclone is read each time, whatever it says.
    @ParameterizedTest
    @EnumSource(names = {"DIRECTORY", "S3"})
    void whoever_only_glances_at_copies_that_were_read_sees_a_flipped_byte_in_any_file_all_the_same(Pair.Kind kind) throws Exception {
        pair = new Pair(kind, home);
        String digest = pair.completed();
        for (Rig rotten : pair.both()) {
            for (String file : Pair.FILES) {
                pair.allAreSound(digest);
                rotten.change(SET + "/" + file, Pair::flipped);
                assertThat(pair.vault().glance(SET, digest))
                        .filteredOn(copy -> !(copy instanceof Examined.Sound))
                        .singleElement()
                        .isInstanceOfSatisfying(Examined.Faulty.class, faulty -> assertThat(faulty.faults()).singleElement().asString().contains(file));
                rotten.change(SET + "/" + file, Pair::flipped);
            }
        }
    }
}
