package slipway.backup.recipe;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.eclipse.jgit.api.Git;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import slipway.backup.PostgresTestServer;
import slipway.backup.vault.Digest;
import slipway.backup.vault.DirectoryLocation;
import slipway.backup.vault.Keys;
import slipway.backup.vault.Kit;
import slipway.backup.vault.Manifest;
import slipway.backup.vault.Vault;
import slipway.program.Installed;
import slipway.program.Programs;

/// Restored by stock programs from one location with the recovery key, when nothing else is left. What was sealed is sealed by the vault; of
/// the restore, nothing is ours but the script that lies in the set.
class BreakGlassTest {

    @TempDir
    private Path home;

    private final Recipe directory = new DirectoryRecipe(Clock.systemUTC());
    private final Recipe git = new GitRecipe(Clock.systemUTC());
    private LastCopy last;

    @BeforeEach
    void needed() throws Exception {
        for (String program : List.of("age", "openssl", "tar", "sha256sum", "awk", "git")) {
            Installed.program(program);
        }
        last = new LastCopy(home);
    }

    private Item files() throws Exception {
        Path path = Files.createDirectories(home.resolve("shop/con fig"));
        Files.writeString(path.resolve("odd 'name' \"$(id)\""), "colour: blue\n");
        Files.write(path.resolve("large"), new byte[300_000]);
        Files.createSymbolicLink(path.resolve("link"), Path.of("large"));
        Files.createLink(path.resolve("same"), path.resolve("large"));
        Path program = Files.writeString(path.resolve("program"), "#!/bin/true");
        // Root can give it to somebody else; anybody else keeps it.
        Inode.own(program, Inode.of(home).uid() == 0 ? 12_345 : Inode.of(home).uid(), Inode.of(home).gid());
        Inode.mode(program, 04711);
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("r-x------"));
        return new Item("files", "directory", Map.of("path", home.resolve("shop").toString()));
    }

    private Item repository() throws Exception {
        Path path = home.resolve("repository");
        try (Git made = Git.init().setDirectory(path.toFile()).call()) {
            Files.writeString(path.resolve("file"), "one");
            made.add().addFilepattern("file").call();
            made.commit().setSign(false).setAuthor("dana", "d@example.org").setCommitter("dana", "d@example.org").setMessage("one").call();
        }
        return new Item("repository", "git", Map.of("path", path.toString()));
    }

    @Test
    void files_and_a_repository_come_back_as_they_were_with_one_location_and_the_recovery_key() throws Exception {
        Item files = files();
        TreeLook before = TreeLook.of(home.resolve("shop"));
        last.seal(new LastCopy.Sealing(directory, files), new LastCopy.Sealing(git, repository()));

        Programs.Ended ended = last.restore();

        assertThat(ended.exit()).as(ended.words()).isZero();
        assertThat(TreeLook.of(last.restored.resolve("files"))).isEqualTo(before);
        Programs.Ended cloned = Programs.run(
                List.of("git", "clone", "--quiet", last.restored.resolve("repository/stream").toString(), home.resolve("clone").toString()),
                home, Map.of(), LastCopy.PATIENCE);
        assertThat(cloned.exit()).as(cloned.words()).isZero();
        assertThat(home.resolve("clone/file")).hasContent("one");
        assertThat(ended.out()).contains("1. Move what is where it has to be", "git clone --mirror stream", "All of it is what was sealed");
        assertThat(home.resolve("tmp")).isEmptyDirectory();
        try (var left = Files.list(last.restored)) {
            assertThat(left).hasSize(2);
        }
    }

    @Test
    void what_ran_as_its_owner_does_not_run_as_whoever_restores_it() throws Exception {
        Item files = files();
        Path shop = home.resolve("shop/con fig");
        Inode.mode(shop, 0700);
        Inode.mode(Files.writeString(shop.resolve("of a group"), "#!/bin/true"), 02755);
        Inode.mode(Files.createDirectory(shop.resolve("shared")), 03770);
        last.seal(new LastCopy.Sealing(directory, files));
        int me = Inode.of(home).uid() == 0 ? 23_456 : Inode.of(home).uid();
        last.byNobodyInParticular(me);

        Programs.Ended ended = last.restore();

        assertThat(ended.exit()).as(ended.words()).isZero();
        Path there = last.restored.resolve("files/con fig");
        assertThat(Inode.of(there.resolve("program"))).extracting(Inode::uid, Inode::mode).containsExactly(me, 0711);
        assertThat(Inode.of(there.resolve("of a group")).mode()).isEqualTo(0755);
        assertThat(Inode.of(there.resolve("shared")).mode()).as("a folder runs nothing").isEqualTo(03770);
        assertThat(ended.out())
                .contains("would run as you now", "    ./con fig/program\n", "    ./con fig/of a group\n")
                .doesNotContain("Nobody could look");
    }

    @Test
    void a_database_comes_back_to_its_restore_point_by_the_steps_that_the_script_tells() throws Exception {
        Path where = Files.createDirectory(home.resolve("server"));
        try (PostgresTestServer server = new PostgresTestServer(where)) {
            server.execute("create table item (id int)", "insert into item select n from generate_series(1, 500) n");
            last.seal(new LastCopy.Sealing(new PostgresRecipe(), new Item("database", "postgresql-base-backup", Map.of(
                    "url", server.url(), "user", "postgres", "passwordFile", server.passwordFile().toString(),
                    "dataDirectory", server.data().toString()))));
            server.execute("insert into item values (501)");
            server.stopAtOnce();

            Programs.Ended ended = last.restore("database");

            assertThat(ended.exit()).as(ended.words()).isZero();
            String point = ended.out().lines()
                    .filter(line -> line.contains("note restorePoint: "))
                    .findFirst()
                    .orElseThrow()
                    .replaceFirst(".*: ", "");
            Path data = last.restored.resolve("database");
            Files.setPosixFilePermissions(data, PosixFilePermissions.fromString("rwx------"));
            Files.createFile(data.resolve("recovery.signal"));
            Files.writeString(
                    data.resolve("postgresql.auto.conf"),
                    "recovery_target_name = '" + point + "'\nrecovery_target_action = 'promote'\nrestore_command = '/bin/false'\n",
                    StandardOpenOption.APPEND);
            Awaitility.await().atMost(LastCopy.PATIENCE).until(() -> server.queryOn(data, "select pg_is_in_recovery()::text").equals("false"));
            assertThat(server.queryOn(data, "select count(*) from item")).isEqualTo("500");
        }
    }

    @Test
    void one_flipped_byte_anywhere_is_refused_and_leaves_nothing() throws Exception {
        last.seal(new LastCopy.Sealing(directory, files()));
        for (String name : List.of("files.age", "manifest.json", "manifest.sig", "restore.txt")) {
            Path file = last.set.resolve(name);
            byte[] good = Files.readAllBytes(file);
            byte[] bad = good.clone();
            // No letter of Base64 becomes another that means the same.
            bad[good.length / 2] ^= 0x01;
            Files.write(file, bad);
            last.refused(last.restore(), "");
            Files.write(file, good);
        }
        assertThat(last.restore().exit()).isZero();
    }

    @Test
    void age_leaves_a_part_of_what_is_cut_off_and_the_script_does_not() throws Exception {
        Vault vault = last.vault("keys");
        Manifest whole = last.sealed(vault, new LastCopy.Sealing(directory, files()));
        // As if it had been cut off before it was hashed and signed: only decrypting tells.
        Path sealed = home.resolve("one/.half-" + LastCopy.SET + "/files.age");
        byte[] cut = Arrays.copyOf(Files.readAllBytes(sealed), 200_000);
        Files.write(sealed, cut);
        for (String name : List.of("restore.sh", "restore.txt", "signing.pub")) {
            Files.delete(sealed.resolveSibling(name));
        }
        Manifest.Entry was = whole.items().getFirst();
        Manifest.Entry entry = new Manifest.Entry(
                was.item(), was.category(), was.system(), was.recipe(), was.file(), Digest.of(cut), was.plaintextSha256(), cut.length,
                was.consistency(), was.fingerprint(), was.recoveryPoint(), was.contents(), was.notes());
        vault.complete(LastCopy.manifest(vault, List.of(entry), Map.of("files", new Kit.ByHand(false, List.of()))));
        last.leave();

        Path part = home.resolve("part");
        Programs.Ended age = Programs.run(
                List.of(Installed.program("age"), "-d", "-i", last.key.toString(), "-o", part.toString(), last.set.resolve("files.age").toString()),
                home, Map.of(), LastCopy.PATIENCE);
        assertThat(age.exit()).isEqualTo(1);
        assertThat(Files.size(part)).as("what age leaves").isPositive();

        last.refused(last.restore(), "cannot be decrypted");
    }

    @Test
    void what_others_signed_is_refused_though_it_is_whole_and_opens() throws Exception {
        last.seal(new LastCopy.Sealing(directory, files()));
        // Recipients are no secret: whoever can write to a location can seal what the recovery key opens.
        Files.createDirectory(home.resolve("forger"));
        Files.copy(home.resolve("keys/recipients"), home.resolve("forger/recipients"));
        Files.copy(home.resolve("keys/operations.key"), home.resolve("forger/operations.key"));
        Files.move(last.set, home.resolve("good"));
        Vault forged = new Vault(
                List.of(new DirectoryLocation(home.resolve("three")), new DirectoryLocation(home.resolve("four"))),
                Keys.in(home.resolve("forger")));
        forged.complete(last.sealed(forged, new LastCopy.Sealing(directory, new Item("files", "directory", Map.of("path", home.resolve("shop").toString())))));
        Files.move(home.resolve("four").resolve(LastCopy.SET), last.set);
        last.refused(last.restore(), "is not signed by that key");
        assertThat(last.restore("--signed-by", last.set.resolve("signing.pub").toString()).exit()).isZero();
        assertThat(last.restore().err()).contains("is not signed by that key");
    }

    @Test
    void a_list_that_was_not_signed_is_refused() throws Exception {
        last.seal(new LastCopy.Sealing(directory, files()));
        Path list = last.set.resolve("restore.txt");
        Files.writeString(list, Files.readString(list).replaceFirst("(?m)^item files ", "item ../files "));
        last.refused(last.restore(), "is not the one that was signed");
    }

    @Test
    void another_key_opens_nothing() throws Exception {
        last.seal(new LastCopy.Sealing(directory, files()));
        Keys.in(home.resolve("others"));
        last.key = home.resolve("others/recovery.key");
        last.refused(last.restore(), "is not signed by that key");
        last.refused(last.restore("--signed-by", last.set.resolve("signing.pub").toString()), "cannot be decrypted");
        last.key = home.resolve("no.key");
        last.refused(last.restore(), "there is no recovery key");
    }

    @Test
    void a_recovery_key_that_knows_no_signer_needs_a_word_more() throws Exception {
        last.seal(new LastCopy.Sealing(directory, files()));
        String text = Files.readString(last.key);
        assertThat(text).containsPattern("(?m)^# signed by: [A-Za-z0-9+/]{59}=$");
        Files.writeString(last.key, text.replaceAll("# signed by: .*\n", ""));
        last.refused(last.restore(), "does not say who signed");
        Programs.Ended trusting = last.restore("--trust-copy");
        assertThat(trusting.exit()).as(trusting.words()).isZero();
        assertThat(trusting.err()).contains("nobody says who signed this set but the set itself");
    }

    @Test
    void nothing_is_written_over_and_names_are_taken_as_they_are() throws Exception {
        last.seal(new LastCopy.Sealing(directory, files()));
        Files.createDirectory(last.restored);
        last.refused(last.restore("../files"), "is no name of an item");
        last.refused(last.restore("f.les"), "has no item f.les");
        last.refused(last.script("--key", last.key.toString()), "--into");
        last.refused(last.restore("--force"), "the first lines of this script");
        Path there = Files.createDirectory(last.restored.resolve("files"));
        assertThat(last.restore().err()).contains("is there already");
        assertThat(there).isEmptyDirectory();
        Files.delete(there);
        assertThat(last.restore("files").exit()).isZero();
        String secret = Files.readString(last.key).lines().filter(line -> line.startsWith("AGE-")).findFirst().orElseThrow();
        for (Path file : List.of(last.set.resolve("restore.sh"), last.set.resolve("restore.txt"), last.set.resolve("manifest.json"), last.set.resolve("signing.pub"))) {
            assertThat(Files.readString(file, StandardCharsets.UTF_8)).doesNotContain(secret, "AGE-SECRET-KEY");
        }
    }
}
