package slipway.backup.vault;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/// Sets as a capture would seal them.
final class SealedSets {

    static final Instant AT = Instant.parse("2026-03-02T10:00:00Z");

    private SealedSets() {}

    /// Always the same.
    static byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    /// Not completed yet.
    static Manifest sealed(Vault vault, String set, Map<String, byte[]> items) throws Exception {
        List<Manifest.Entry> entries = new ArrayList<>();
        for (var each : new java.util.TreeMap<>(items).entrySet()) {
            Vault.Item<String> item = vault.seal(set, each.getKey(), out -> {
                out.write(each.getValue());
                return "said";
            });
            entries.add(entry(each.getKey(), item));
        }
        return manifest(set, entries);
    }

    static Manifest.Entry entry(String name, Vault.Item<String> item) {
        return new Manifest.Entry(
                name,
                "storage",
                "directory",
                "directory/1",
                item.file(),
                item.sha256(),
                item.plaintextSha256(),
                item.bytes(),
                "c",
                "f",
                AT,
                Map.of("b", "2", "a", "1"),
                Map.of());
    }

    static Manifest manifest(String set, List<Manifest.Entry> entries) {
        return new Manifest(Manifest.FORMAT, set, "plan", AT, entries, List.of());
    }

    /// The same with what restores it without us, which sets did not always have.
    static Manifest withKit(Vault vault, String set, Map<String, byte[]> items) throws Exception {
        List<Manifest.Entry> entries = sealed(vault, set, items).items();
        Map<String, Kit.ByHand> byHand = new HashMap<>();
        items.keySet().forEach(item -> byHand.put(item, new Kit.ByHand(true, List.of("look at it"))));
        List<Manifest.Listed> kit = vault.lay(set, new Kit(set, "plan", AT, entries, byHand));
        return new Manifest(Manifest.FORMAT, set, "plan", AT, entries, kit);
    }
}
