package slipway.backup.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import slipway.backup.vault.Copies.Examined;
import slipway.backup.vault.Location.Lying;
import slipway.backup.vault.Location.State;

/// What every kind of location promises, as the second one beside a directory.
class LocationTest {

    private static final String SET = "BKP-1";
    private static final List<String> FILES = List.of("data.age", "manifest.json", "manifest.sig", "more.age", "restore.sh", "restore.txt", "signing.pub");

    enum Kind {
        DIRECTORY,
        S3,
        RCLONE;

        Rig rig(Path home) throws Exception {
            return switch (this) {
                case DIRECTORY -> new DirectoryRig(home.resolve("second"));
                case S3 -> new S3Rig();
                case RCLONE -> new RcloneRig(home);
            };
        }
    }

    @TempDir
    private Path home;

    private DirectoryRig first;
    private Rig second;
    private Vault vault;

    private void open(Kind kind) throws Exception {
        first = new DirectoryRig(home.resolve("first"));
        second = kind.rig(home);
        vault = vault(home.resolve("keys"));
    }

    private Vault vault(Path keys) throws Exception {
        return new Vault(List.of(first.location(), second.location()), Keys.in(keys));
    }

    @AfterEach
    void close() throws Exception {
        if (second != null) {
            second.close();
        }
    }

    private Manifest sealed() throws Exception {
        return SealedSets.withKit(
                vault, SET, Map.of("data", SealedSets.bytes(200_000), "more", SealedSets.bytes(70_000)));
    }

    private String completed() throws Exception {
        Manifest manifest = sealed();
        Copies copies = vault.complete(manifest);
        assertThat(copies.missing()).isEmpty();
        return manifest.digest();
    }

    private String uri(Rig rig) {
        return rig.location().uri(SET);
    }

    private static byte[] flipped(byte[] bytes) {
        byte[] flipped = bytes.clone();
        flipped[flipped.length / 2] ^= 1;
        return flipped;
    }

    private void allAreSound(String digest) throws Exception {
        assertThat(vault.examine(SET, digest))
                .hasSize(2)
                .allSatisfy(copy -> assertThat(copy).isInstanceOf(Examined.Sound.class));
    }

    private static Set<String> ofSet(String set) {
        Set<String> files = new TreeSet<>();
        FILES.forEach(file -> files.add(set + "/" + file));
        return files;
    }

    @ParameterizedTest
    @EnumSource
    void what_is_completed_lies_in_both_and_is_sound_also_for_the_next_process(Kind kind) throws Exception {
        open(kind);
        Manifest manifest = sealed();
        Copies copies = vault.complete(manifest);
        assertThat(copies.complete()).isTrue();
        assertThat(copies.made()).extracting(Location.Copy::location).containsExactly(uri(first), uri(second));
        assertThat(first.files()).isEqualTo(ofSet(SET));
        assertThat(second.files()).isEqualTo(ofSet(SET));
        vault = vault(home.resolve("keys"));
        allAreSound(manifest.digest());
        assertThat(vault.find(SET)).contains(manifest);
        assertThat(vault.replicate(SET, manifest.digest())).isEqualTo(copies);
        assertThat(vault.sets())
                .allSatisfy(holding -> assertThat(holding.lying()).containsExactly(new Lying(SET, State.WHOLE)));
    }

    @ParameterizedTest
    @EnumSource
    void a_flipped_byte_in_any_file_of_any_copy_is_found_and_named(Kind kind) throws Exception {
        open(kind);
        String digest = completed();
        for (Rig rotten : List.of(first, second)) {
            for (String file : FILES) {
                rotten.change(SET + "/" + file, LocationTest::flipped);
                assertThat(vault.examine(SET, digest))
                        .filteredOn(copy -> !(copy instanceof Examined.Sound))
                        .singleElement()
                        .isInstanceOfSatisfying(Examined.Faulty.class, faulty -> {
                            assertThat(faulty.location()).isEqualTo(uri(rotten));
                            assertThat(faulty.faults()).singleElement().asString().contains(file);
                        });
                rotten.change(SET + "/" + file, LocationTest::flipped);
            }
        }
        allAreSound(digest);
    }

    @ParameterizedTest
    @EnumSource
    void a_corrupt_copy_is_replaced_by_a_sound_one_and_put_aside(Kind kind) throws Exception {
        open(kind);
        String digest = completed();
        for (Rig rotten : List.of(first, second)) {
            byte[][] rot = new byte[1][];
            rotten.change(SET + "/data.age", bytes -> rot[0] = flipped(bytes));
            assertThat(vault.find(SET)).isEmpty();
            Rig sound = rotten == first ? second : first;
            Set<String> untouched = sound.files();
            assertThat(vault.repair(SET, digest).missing()).isEmpty();
            allAreSound(digest);
            assertThat(rotten.putAside(SET, "data.age")).isEqualTo(rot[0]);
            assertThat(sound.files()).isEqualTo(untouched);
        }
        assertThat(vault.sets().getFirst().lying())
                .containsExactly(new Lying(SET, State.WHOLE), new Lying(SET, State.ASIDE));
        assertThat(vault.remove(SET).removed()).hasSize(2);
        assertThat(first.files()).isEmpty();
        assertThat(second.files()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void a_second_corrupt_copy_does_not_take_the_place_of_the_first(Kind kind) throws Exception {
        open(kind);
        String digest = completed();
        byte[][] rot = new byte[1][];
        second.change(SET + "/data.age", bytes -> rot[0] = flipped(bytes));
        vault.repair(SET, digest);
        second.change(SET + "/data.age", bytes -> new byte[0]);
        assertThat(vault.repair(SET, digest).missing()).isEmpty();
        allAreSound(digest);
        assertThat(second.putAside(SET, "data.age")).isIn(rot[0], new byte[0]);
        assertThat(vault.remove(SET).removed()).hasSize(2);
        assertThat(second.files()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void every_fault_of_a_copy_is_named(Kind kind) throws Exception {
        open(kind);
        String digest = completed();
        second.change(SET + "/data.age", LocationTest::flipped);
        second.change(SET + "/more.age", bytes -> Arrays.copyOf(bytes, bytes.length - 1));
        assertThat(vault.examine(SET, digest).get(1))
                .isEqualTo(new Examined.Faulty(
                        uri(second),
                        List.of("data.age has another hash than was sealed", "more.age has another hash than was sealed")));
    }

    @ParameterizedTest
    @EnumSource
    void a_missing_item_is_found_and_repaired(Kind kind) throws Exception {
        open(kind);
        String digest = completed();
        second.delete(SET + "/more.age");
        assertThat(vault.examine(SET, digest).get(1))
                .isEqualTo(new Examined.Faulty(uri(second), List.of("more.age is missing")));
        assertThat(vault.repair(SET, digest).missing()).isEmpty();
        allAreSound(digest);
    }

    @ParameterizedTest
    @EnumSource
    void a_copy_that_is_gone_is_made_again_also_the_first_one(Kind kind) throws Exception {
        open(kind);
        String digest = completed();
        for (Rig gone : List.of(first, second)) {
            gone.location().remove(SET);
            assertThat(gone.files()).isEmpty();
            assertThat(vault.examine(SET, digest)).contains(new Examined.Absent(uri(gone)));
            assertThat(vault.replicate(SET, digest).missing()).isEmpty();
            allAreSound(digest);
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_set_that_somebody_else_signed_is_not_taken_for_ours(Kind kind) throws Exception {
        open(kind);
        String digest = completed();
        Vault foreign = vault(home.resolve("foreign-keys"));
        assertThat(foreign.sealed(SET)).isEmpty();
        assertThat(foreign.examine(SET, digest)).allSatisfy(copy -> assertThat(copy)
                .isInstanceOfSatisfying(
                        Examined.Faulty.class,
                        faulty -> assertThat(faulty.faults()).singleElement().asString().contains("is not signed by ")));
        assertThat(foreign.repair(SET, digest).made()).isEmpty();
        allAreSound(digest);
    }

    @ParameterizedTest
    @EnumSource
    void another_set_of_the_same_name_is_neither_believed_nor_overwritten(Kind kind) throws Exception {
        open(kind);
        String digest = completed();
        first.location().remove(SET);
        Manifest other = SealedSets.withKit(vault, SET, Map.of("data", SealedSets.bytes(10)));
        Copies copies = vault.complete(other);
        assertThat(copies.made()).extracting(Location.Copy::location).containsExactly(uri(first));
        assertThat(copies.missing()).singleElement().asString().contains(uri(second), "another one than was recorded");
        assertThat(vault.find(SET)).isEmpty();
        assertThat(vault.examine(SET, digest).get(1)).isInstanceOf(Examined.Sound.class);
    }

    @ParameterizedTest
    @EnumSource
    void what_is_half_is_no_set_and_the_next_attempt_cleans_it(Kind kind) throws Exception {
        open(kind);
        String digest = completed();
        second.location().remove(SET);
        Location.Draft abandoned = second.location().draft(SET);
        abandoned.write("data.age", 5, new ByteArrayInputStream("start".getBytes()));
        abandoned.write("stray.age", 5, new ByteArrayInputStream("stray".getBytes()));
        assertThat(vault.find(SET)).isEmpty();
        assertThat(vault.examine(SET, digest)).contains(new Examined.Absent(uri(second)));
        assertThat(vault.sets().get(1).lying()).containsExactly(new Lying(SET, State.HALF));
        assertThat(vault.replicate(SET, digest).missing()).isEmpty();
        assertThat(second.files()).isEqualTo(ofSet(SET));
        allAreSound(digest);
    }

    @ParameterizedTest
    @EnumSource
    void what_is_half_is_removed_with_the_set(Kind kind) throws Exception {
        open(kind);
        sealed();
        second.location().draft(SET).write("data.age", 5, new ByteArrayInputStream("start".getBytes()));
        vault.clear(SET);
        assertThat(first.files()).isEmpty();
        assertThat(second.files()).isEmpty();
        assertThat(vault.remove(SET).removed()).containsExactly(uri(first), uri(second));
    }

    @ParameterizedTest
    @EnumSource
    void while_a_location_is_down_its_copy_is_missing_and_later_it_is_made(Kind kind) throws Exception {
        open(kind);
        second.down();
        Manifest manifest = sealed();
        Copies copies = vault.complete(manifest);
        assertThat(copies.made()).extracting(Location.Copy::location).containsExactly(uri(first));
        assertThat(copies.missing()).singleElement().satisfies(missing -> {
            assertThat(missing.location()).isEqualTo(uri(second));
            assertThat(missing.reason()).isNotBlank();
        });
        assertThatThrownBy(() -> vault.find(SET)).isInstanceOf(java.io.IOException.class);
        assertThat(vault.sealed(SET)).contains(manifest);
        assertThat(vault.replicate(SET, manifest.digest()).missing()).hasSize(1);
        assertThat(vault.sound(SET, manifest.digest()).manifest()).isEqualTo(manifest);
        second.up();
        assertThat(vault.replicate(SET, manifest.digest()).missing()).isEmpty();
        allAreSound(manifest.digest());
    }

    @ParameterizedTest
    @EnumSource
    void a_location_that_is_down_is_not_called_corrupt_and_nothing_of_it_is_replaced(Kind kind) throws Exception {
        open(kind);
        String digest = completed();
        second.down();
        assertThat(vault.examine(SET, digest).get(1))
                .isInstanceOfSatisfying(
                        Examined.Unreachable.class,
                        copy -> assertThat(copy.location()).isEqualTo(uri(second)));
        assertThat(vault.repair(SET, digest).missing()).hasSize(1);
        assertThat(vault.sets().get(1).unreachable()).isNotBlank();
        assertThat(vault.remove("BKP-2").kept())
                .singleElement()
                .satisfies(kept -> assertThat(kept.until()).isNull());
        // A vault that starts now does so, too.
        vault = vault(home.resolve("keys"));
        second.up();
        allAreSound(digest);
    }

    @ParameterizedTest
    @EnumSource
    void without_any_sound_copy_nothing_is_repaired_and_nothing_is_moved(Kind kind) throws Exception {
        open(kind);
        String digest = completed();
        first.change(SET + "/data.age", LocationTest::flipped);
        second.change(SET + "/data.age", LocationTest::flipped);
        Copies copies = vault.repair(SET, digest);
        assertThat(copies.made()).isEmpty();
        assertThat(copies.missing())
                .hasSize(2)
                .allSatisfy(missing -> assertThat(missing.reason()).contains("no other copy is sound"));
        assertThat(first.files()).isEqualTo(ofSet(SET));
        assertThat(second.files()).isEqualTo(ofSet(SET));
        assertThatThrownBy(() -> vault.sound(SET, digest)).isInstanceOf(Corrupt.class);
    }

    @ParameterizedTest
    @EnumSource
    void a_corrupt_copy_is_not_copied(Kind kind) throws Exception {
        open(kind);
        String digest = completed();
        first.change(SET + "/data.age", LocationTest::flipped);
        second.location().remove(SET);
        Copies copies = vault.replicate(SET, digest);
        assertThat(copies.missing())
                .singleElement()
                .asString()
                .contains(uri(second), "no copy that could be copied", "data.age has another hash");
        assertThat(second.files()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void a_restore_takes_whichever_copy_is_sound(Kind kind) throws Exception {
        open(kind);
        String digest = completed();
        for (Rig rotten : List.of(first, second)) {
            rotten.change(SET + "/data.age", LocationTest::flipped);
            Vault.Sound sound = vault.sound(SET, digest);
            assertThat(sound.location().uri())
                    .isEqualTo((rotten == first ? second : first).location().uri());
            assertThat(vault.open(sound, sound.manifest().items().getFirst(), java.io.InputStream::readAllBytes))
                    .isEqualTo(SealedSets.bytes(200_000));
            assertThat(vault.repair(SET, digest).missing()).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource
    void removing_removes_every_copy_and_again_does_no_harm(Kind kind) throws Exception {
        open(kind);
        completed();
        for (int again : Stream.iterate(1, n -> n + 1).limit(2).toList()) {
            assertThat(vault.remove(SET))
                    .as("time %s", again)
                    .isEqualTo(new Copies.Removal(List.of(uri(first), uri(second)), List.of()));
            assertThat(first.files()).isEmpty();
            assertThat(second.files()).isEmpty();
        }
    }
}
