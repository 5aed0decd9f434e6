package slipway.backup.vault;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import slipway.backup.vault.Copies.Examined;

/// What every kind of location promises, as the second one beside a directory.
class LocationTest {

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
    void what_is_completed_lies_in_both_and_is_sound_also_for_the_next_process(Pair.Kind kind) throws Exception {
        pair = new Pair(kind, home);
        Manifest manifest = pair.sealed();
        Copies copies = pair.vault().complete(manifest);
        assertThat(copies.complete()).isTrue();
        assertThat(copies.made()).extracting(Location.Copy::location).containsExactly(pair.uri(pair.first()), pair.uri(pair.second()));
        assertThat(pair.first().files()).isEqualTo(Pair.files(SET));
        assertThat(pair.second().files()).isEqualTo(Pair.files(SET));
        pair.restart();
        pair.allAreSound(manifest.digest());
        assertThat(pair.vault().manifest(SET, manifest.digest())).isEqualTo(manifest);
        assertThat(pair.vault().replicate(SET, manifest.digest())).isEqualTo(copies);
    }

    @ParameterizedTest
    @EnumSource
    void a_flipped_byte_in_any_file_of_any_copy_is_found_and_named(Pair.Kind kind) throws Exception {
        pair = new Pair(kind, home);
        String digest = pair.completed();
        for (Rig rotten : pair.both()) {
            for (String file : Pair.FILES) {
                rotten.change(SET + "/" + file, Pair::flipped);
                assertThat(pair.vault().examine(SET, digest))
                        .filteredOn(copy -> !(copy instanceof Examined.Sound))
                        .singleElement()
                        .isInstanceOfSatisfying(Examined.Faulty.class, faulty -> {
                            assertThat(faulty.location()).isEqualTo(pair.uri(rotten));
                            assertThat(faulty.faults()).singleElement().asString().contains(file);
                        });
                rotten.change(SET + "/" + file, Pair::flipped);
            }
        }
        pair.allAreSound(digest);
    }

    @ParameterizedTest
    @EnumSource
    void every_fault_of_a_copy_is_named(Pair.Kind kind) throws Exception {
        pair = new Pair(kind, home);
        String digest = pair.completed();
        pair.second().change(SET + "/data.age", Pair::flipped);
        pair.second().change(SET + "/more.age", bytes -> Arrays.copyOf(bytes, bytes.length - 1));
        assertThat(pair.vault().examine(SET, digest).get(1))
                .isEqualTo(new Examined.Faulty(
                        pair.uri(pair.second()),
                        List.of("data.age has another hash than was sealed", "more.age has another hash than was sealed")));
    }

    @ParameterizedTest
    @EnumSource
    void a_set_that_somebody_else_signed_is_not_taken_for_ours(Pair.Kind kind) throws Exception {
        pair = new Pair(kind, home);
        String digest = pair.completed();
        Vault foreign = pair.vault(home.resolve("foreign-keys"));
        assertThat(foreign.sealed(SET)).isEmpty();
        assertThat(foreign.examine(SET, digest)).allSatisfy(copy -> assertThat(copy)
                .isInstanceOfSatisfying(
                        Examined.Faulty.class,
                        faulty -> assertThat(faulty.faults()).singleElement().asString().contains("is not signed by ")));
        assertThat(foreign.repair(SET, digest, foreign.examine(SET, digest)).made()).isEmpty();
        pair.allAreSound(digest);
    }

    @ParameterizedTest
    @EnumSource
    void another_set_of_the_same_name_is_neither_believed_nor_overwritten(Pair.Kind kind) throws Exception {
        pair = new Pair(kind, home);
        String digest = pair.completed();
        pair.first().location().remove(SET);
        Manifest other = SealedSets.withKit(pair.vault(), SET, Map.of("data", SealedSets.bytes(10)));
        Copies copies = pair.vault().complete(other);
        assertThat(copies.made()).extracting(Location.Copy::location).containsExactly(pair.uri(pair.first()));
        assertThat(copies.missing()).singleElement().asString().contains(pair.uri(pair.second()), "another one than was recorded");
        assertThat(pair.vault().examine(SET, other.digest()).get(1)).isInstanceOf(Examined.Faulty.class);
        assertThat(pair.vault().examine(SET, digest).get(1)).isInstanceOf(Examined.Sound.class);
    }

    @ParameterizedTest
    @EnumSource
    void what_is_half_is_removed_with_the_set(Pair.Kind kind) throws Exception {
        pair = new Pair(kind, home);
        pair.sealed();
        pair.second().location().draft(SET).write("data.age", 5, new ByteArrayInputStream("start".getBytes()));
        pair.vault().clear(SET);
        assertThat(pair.first().files()).isEmpty();
        assertThat(pair.second().files()).isEmpty();
        assertThat(pair.vault().remove(SET)).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void removing_removes_every_copy_and_again_does_no_harm(Pair.Kind kind) throws Exception {
        pair = new Pair(kind, home);
        pair.completed();
        for (int again : Stream.iterate(1, n -> n + 1).limit(2).toList()) {
            assertThat(pair.vault().remove(SET))
                    .as("time %s", again)
                    .isEmpty();
            assertThat(pair.first().files()).isEmpty();
            assertThat(pair.second().files()).isEmpty();
        }
    }
}
