package slipway.launcher.evidence;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import slipway.audit.domain.Digest;
import slipway.audit.domain.Entry;
import slipway.audit.transparency.Hash;
import slipway.audit.transparency.Tree;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// An evidence pack while it is written: everything in it may be forged, and then all its hashes are right again.
final class Packs {

    private static final JsonMapper JSON = new JsonMapper();

    /// One line of facts and its proof.
    static final class Row {

        final ObjectNode said;
        List<Hash> proof;
        boolean untold;
        boolean unproven;

        Row(ObjectNode said, List<Hash> proof) {
            this.said = said;
            this.proof = proof;
        }

        Row copy() {
            return new Row(said.deepCopy(), proof);
        }

        byte[] wire() {
            return Base64.getDecoder().decode(said.get("wire").stringValue());
        }

        void wire(byte[] bytes) {
            said.put("wire", Base64.getEncoder().encodeToString(bytes));
        }

        boolean is(String type) {
            return said.get("type").stringValue().equals(type);
        }

        String aggregate() {
            return said.get("aggregate").stringValue();
        }
    }

    final List<Row> rows = new ArrayList<>();
    final TreeMap<String, byte[]> files = new TreeMap<>();
    final ObjectNode manifest = JSON.createObjectNode();

    private Packs() {}

    /// @param stories null: everything that ever was
    static Packs of(SignedYear year, Set<String> stories) {
        Packs pack = new Packs();
        Set<String> changes = year.entries().stream().map(Entry::correlationId).filter(id -> id.startsWith("CHG-")).collect(Collectors.toCollection(TreeSet::new));
        List<Integer> leaves = stories == null
                ? IntStream.range(0, year.entries().size()).boxed().toList()
                : year.leavesOf(stories);
        for (int leaf : leaves) {
            pack.rows.add(row(year, leaf));
        }
        pack.manifest.put("format", "slipway-evidence/1").put("createdAt", "2026-01-02T03:04:05Z").put("createdBy", "olu");
        ObjectNode scope = pack.manifest.putObject("scope");
        if (stories != null && stories.size() == 1) {
            scope.put("change", stories.iterator().next());
        } else {
            scope.put("from", "2025-01-01T00:00:00Z").put("to", "2026-01-01T00:00:00Z").put("sample", changes.size()).put("seed", 7);
            ArrayNode population = scope.putArray("population");
            ArrayNode selected = scope.putArray("selected");
            changes.forEach(population::add);
            changes.forEach(selected::add);
        }
        pack.signed(year.tree(), year.checkpoint(), year.key().verifying().toString());
        year.schemas().forEach((id, schema) -> pack.files.put("schemas/" + id + ".avsc", bytes(schema.toString())));
        pack.files.keySet().removeIf(name -> name.startsWith("schemas/") && !pack.usesSchema(name));
        pack.files.put("policies/" + Digest.hash(year.policy()) + ".yaml", year.policy());
        pack.files.put("report.html", bytes("<html></html>"));
        return pack;
    }

    private boolean usesSchema(String file) {
        return rows.stream().anyMatch(row -> file.equals("schemas/" + ByteBuffer.wrap(row.wire()).getInt(1) + ".avsc"));
    }

    void signed(Tree tree, String checkpoint, String key) {
        files.put("log/checkpoint", bytes(checkpoint));
        manifest.putObject("ledger").put("key", key).put("size", tree.size()).put("root", tree.root().toString());
    }

    static Row row(SignedYear year, int leaf) {
        Entry entry = year.entries().get(leaf);
        ObjectNode said = JSON.createObjectNode();
        said.put("leaf", leaf);
        said.put("topic", entry.place().topic());
        said.put("partition", entry.place().partition());
        said.put("offset", entry.place().offset());
        said.put("wire", Base64.getEncoder().encodeToString(year.year().get(leaf).wire()));
        say(said, entry);
        return new Row(said, year.tree().inclusion(leaf));
    }

    /// What the bytes say, as a skilled forger writes it out again.
    static void say(ObjectNode said, Entry entry) {
        said.put("type", entry.type());
        said.put("aggregate", entry.aggregateId());
        said.put("sequence", entry.sequence());
        said.put("eventId", entry.eventId());
        said.put("story", entry.correlationId());
        said.put("causationId", entry.causationId());
        said.put("actor", entry.actor());
        said.put("actorKind", entry.actorKind());
        said.put("onBehalfOf", entry.onBehalfOf());
        said.put("occurredAt", entry.occurredAt().toString());
        said.put("recordedAt", entry.recordedAt().toString());
        said.put("prevHash", entry.prevHash());
        said.set("payload", JSON.readTree(entry.payload()));
    }

    Row row(String type) {
        return rows.stream().filter(row -> row.is(type)).findFirst().orElseThrow();
    }

    /// With a manifest in which everything is right.
    Path write(Path zip) {
        files.put("facts.jsonl", bytes(rows.stream().filter(row -> !row.untold).map(row -> row.said + "\n").collect(Collectors.joining())));
        files.put("log/proofs.jsonl", bytes(rows.stream().filter(row -> !row.unproven).map(Packs::proof).collect(Collectors.joining())));
        ArrayNode named = manifest.putArray("files");
        files.forEach((name, content) -> named.addObject().put("name", name).put("sha256", Digest.hash(content)).put("bytes", content.length));
        return zip(zip);
    }

    /// With the manifest as it is.
    Path zip(Path zip) {
        TreeMap<String, byte[]> all = new TreeMap<>(files);
        all.put("manifest.json", bytes(manifest.toPrettyString()));
        return zip(zip, List.copyOf(all.entrySet()));
    }

    static Path zip(Path zip, List<Map.Entry<String, byte[]>> files) {
        try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(zip))) {
            for (Map.Entry<String, byte[]> file : files) {
                out.putNextEntry(new ZipEntry(file.getKey()));
                out.write(file.getValue());
            }
            return zip;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String hashes(List<Hash> hashes) {
        return hashes.stream().map(hash -> "\"" + hash + "\"").collect(Collectors.joining(",", "[", "]"));
    }

    private static String proof(Row row) {
        return "{\"leaf\":" + row.said.get("leaf") + ",\"hashes\":" + hashes(row.proof) + "}\n";
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
