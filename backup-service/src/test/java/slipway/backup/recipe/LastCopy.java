package slipway.backup.recipe;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import slipway.backup.vault.DirectoryLocation;
import slipway.backup.vault.Keys;
import slipway.backup.vault.Kit;
import slipway.backup.vault.Manifest;
import slipway.backup.vault.Vault;
import slipway.program.Installed;
import slipway.program.Programs;

/// What a person has when nothing else is left: one location's copy of a set, and the recovery key. What was sealed is sealed by the vault.
final class LastCopy {

    static final Duration PATIENCE = Duration.ofMinutes(1);
    static final String SET = "BKP-1";

    private final Path home;

    /// Whoever runs the script: a program that does it as somebody else. Empty: whoever tests.
    private List<String> as = List.of();

    /// All that a person has.
    final Path set;
    Path key;
    final Path restored;

    LastCopy(Path home) throws IOException {
        this.home = home;
        set = home.resolve("what is left");
        key = home.resolve("from the safe/recovery.key");
        restored = home.resolve("restored here");
        Files.createDirectory(home.resolve("tmp"));
    }

    record Sealing(Recipe recipe, Item item) {}

    /// From now on whoever runs the script is not root, and has what there is.
    void byNobodyInParticular(int uid) throws Exception {
        if (Inode.of(home).uid() != 0) {
            return;
        }
        String id = String.valueOf(uid);
        as = List.of(Installed.program("setpriv"), "--reuid=" + id, "--regid=" + id, "--clear-groups");
        for (Path each : List.of(home, home.resolve("tmp"), key.getParent(), key, set)) {
            Inode.own(each, uid, uid);
        }
        try (var all = Files.list(set)) {
            for (Path each : all.toList()) {
                Inode.own(each, uid, uid);
            }
        }
    }

    /// In two locations, of which one is left; of the keys, what lies in the safe is left.
    void seal(Sealing... items) throws Exception {
        Vault vault = vault("keys");
        vault.complete(sealed(vault, items));
        leave();
    }

    Vault vault(String keys) throws Exception {
        return new Vault(
                List.of(new DirectoryLocation(home.resolve("one")), new DirectoryLocation(home.resolve("two"))),
                Keys.in(home.resolve(keys)));
    }

    Manifest sealed(Vault vault, Sealing... items) throws Exception {
        List<Manifest.Entry> entries = new ArrayList<>();
        Map<String, Kit.ByHand> byHand = new HashMap<>();
        for (Sealing each : items) {
            Recipe recipe = each.recipe();
            String name = each.item().name();
            Vault.Item<Capture> item = vault.seal(SET, name, out -> recipe.capture(each.item(), SET, out));
            Capture said = item.capture();
            entries.add(new Manifest.Entry(
                    name, recipe.category(), recipe.system(), recipe.id() + "/" + recipe.version(), item.file(), item.sha256(),
                    item.plaintextSha256(), item.bytes(), said.consistency(), said.fingerprint(), said.recoveryPoint(),
                    said.contents(), said.notes()));
            byHand.put(name, new Kit.ByHand(recipe.capturesOneFile(), recipe.byHand()));
        }
        return manifest(vault, entries, byHand);
    }

    static Manifest manifest(Vault vault, List<Manifest.Entry> entries, Map<String, Kit.ByHand> byHand) throws Exception {
        Instant at = Instant.parse("2026-03-02T10:00:00Z");
        List<Manifest.Listed> kit = vault.lay(SET, new Kit(SET, "shop", at, entries, byHand));
        return new Manifest(Manifest.FORMAT, SET, "shop", at, entries, kit);
    }

    void leave() throws Exception {
        Files.move(home.resolve("two").resolve(SET), set);
        Files.createDirectories(key.getParent());
        Files.move(home.resolve("keys/recovery.key"), key);
    }

    Programs.Ended script(String... arguments) throws Exception {
        List<String> argv = new ArrayList<>(as);
        argv.addAll(List.of(
                "/usr/bin/env", "-i", "PATH=/usr/bin:/bin", "TMPDIR=" + home.resolve("tmp"), "sh", set.resolve("restore.sh").toString()));
        argv.addAll(List.of(arguments));
        return Programs.run(argv, home, Map.of(), PATIENCE);
    }

    Programs.Ended restore(String... more) throws Exception {
        List<String> arguments = new ArrayList<>(List.of("--key", key.toString(), "--into", restored.toString()));
        arguments.addAll(List.of(more));
        return script(arguments.toArray(String[]::new));
    }

    void refused(Programs.Ended ended, String why) throws Exception {
        assertThat(ended.exit()).as(ended.words()).isEqualTo(1);
        assertThat(ended.err()).contains("refused: ").contains(why);
        assertThat(home.resolve("tmp")).isEmptyDirectory();
        if (Files.exists(restored)) {
            assertThat(restored).isEmptyDirectory();
        }
    }
}
