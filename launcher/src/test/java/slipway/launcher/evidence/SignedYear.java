package slipway.launcher.evidence;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;
import slipway.audit.Entries;
import slipway.audit.domain.Digest;
import slipway.audit.domain.Entry;
import slipway.audit.domain.Leaf;
import slipway.audit.history.Happening;
import slipway.audit.history.History;
import slipway.audit.history.Wire;
import slipway.audit.transparency.Checkpoint;
import slipway.audit.transparency.Hash;
import slipway.audit.transparency.Note;
import slipway.audit.transparency.SigningKey;
import slipway.audit.transparency.TileLog;
import slipway.audit.transparency.Tree;
import slipway.events.Meta;
import slipway.events.Topics;
import slipway.wire.AvroDeserializer;

/// What a ledger of a generated year signed for, whether it is true or not.
///
/// @param schemas by their id
/// @param entries every fact, by leaf
record SignedYear(List<Happening> year, List<Entry> entries, Map<Integer, Schema> schemas, Tree tree, SigningKey key) {

    static final String ORIGIN = "audit.example/slipway";

    private static final int PARTITIONS = 12;

    /// A whole year of facts in the registry's words.
    static List<Happening> live(long seed, int changes, Wire wire) {
        return History.year(seed, changes, wire).stream().toList();
    }

    /// @param directory a new one, for the log's files
    static SignedYear signed(List<Happening> year, Map<Integer, Schema> schemas, Path directory, SigningKey key) {
        Entries reader = new Entries(new AvroDeserializer(schemas::get, false));
        Map<String, Long> offsets = new HashMap<>();
        List<Entry> entries = new ArrayList<>();
        List<byte[]> leaves = new ArrayList<>();
        for (Happening each : year) {
            int partition = Math.floorMod(each.key().hashCode(), PARTITIONS);
            long offset = offsets.merge(each.topic() + partition, 1L, Long::sum) - 1;
            Entry entry = reader.read(new Entry.Place(each.topic(), partition, offset), each.wire());
            entries.add(entry);
            leaves.add(new Leaf(entry.place(), entry.hash()).entry());
        }
        TileLog log = new TileLog(directory);
        log.append(0, leaves);
        Tree tree = log.tree(leaves.size());
        Map<String, Hash> known = new HashMap<>();
        Tree.Nodes nodes = (level, index) -> known.computeIfAbsent(level + "/" + index, _ -> tree.nodes().node(level, index));
        return new SignedYear(year, entries, schemas, new Tree(nodes, tree.size()), key);
    }

    String checkpoint() {
        return checkpoint(tree.size(), tree.root(), key);
    }

    /// The log as it was when it had so many leaves.
    Tree before(long size) {
        return new Tree(tree.nodes(), size);
    }

    static String checkpoint(long size, Hash root, SigningKey key) {
        return Note.sign(new Checkpoint(ORIGIN, size, root).text(), key);
    }

    /// The facts of a ledger that lies from the beginning: what it says is changed before anything is hashed and signed.
    ///
    /// @param gone facts that never were
    /// @param told where and how one of them is told otherwise
    static List<Happening> lying(List<Happening> year, Predicate<Happening> gone, Consumer<SpecificRecord> told, Wire wire) {
        List<Happening> lie = new ArrayList<>();
        Map<String, Long> sequences = new HashMap<>();
        Map<String, String> hashes = new HashMap<>();
        for (Happening each : year) {
            if (gone.test(each)) {
                continue;
            }
            String whose = each.topic() + each.key();
            SpecificRecord fact = SpecificData.get().deepCopy(each.fact().getSchema(), each.fact());
            told.accept(fact);
            Meta meta = (Meta) fact.get(fact.getSchema().getField("meta").pos());
            set(meta, "sequence", sequences.merge(whose, 1L, Long::sum));
            set(meta, "prevHash", hashes.get(whose));
            byte[] bytes = wire.bytes(each.topic(), fact);
            hashes.put(whose, Digest.hash(bytes));
            lie.add(new Happening(each.topic(), each.key(), fact, bytes));
        }
        return lie;
    }

    static void set(SpecificRecord record, String field, Object value) {
        record.put(record.getSchema().getField(field).pos(), value);
    }

    /// The facts that belong to these changes, as an evidence pack has them.
    List<Integer> leavesOf(Set<String> stories) {
        Set<String> whole = new HashSet<>();
        Map<String, Integer> byEvent = new HashMap<>();
        for (int leaf = 0; leaf < entries.size(); leaf++) {
            Entry entry = entries.get(leaf);
            byEvent.put(entry.eventId(), leaf);
            if (stories.contains(entry.correlationId())) {
                whole.add(entry.place().topic() + entry.aggregateId());
            }
        }
        for (int known = 0; known < whole.size();) {
            known = whole.size();
            for (Happening each : year) {
                if (whole.contains(each.topic() + each.key())) {
                    whole.addAll(named(each));
                }
            }
        }
        TreeSet<Integer> leaves = new TreeSet<>();
        for (int leaf = 0; leaf < entries.size(); leaf++) {
            Entry entry = entries.get(leaf);
            if (whole.contains(entry.place().topic() + entry.aggregateId()) || Set.of("POLICY", "INVENTORY").contains(entry.aggregateId()) || entry.aggregateId().startsWith("TPL-")) {
                leaves.add(leaf);
            }
        }
        for (Integer leaf : List.copyOf(leaves)) {
            for (Integer cause = byEvent.get(entries.get(leaf).causationId()); cause != null; cause = byEvent.get(entries.get(cause).causationId())) {
                leaves.add(cause);
            }
        }
        return List.copyOf(leaves);
    }

    private static Set<String> named(Happening each) {
        Map<String, String> fields = switch (each.topic()) {
            case Topics.CHANGE -> Map.of("releaseId", Topics.RELEASE);
            case Topics.RELEASE -> Map.of("backupSetId", Topics.BACKUP, "into", Topics.RELEASE);
            default -> Map.of();
        };
        Set<String> named = new HashSet<>();
        fields.forEach((field, topic) -> {
            Schema.Field by = each.fact().getSchema().getField(field);
            Object id = by == null ? null : each.fact().get(by.pos());
            if (id != null && !id.toString().isEmpty()) {
                named.add(topic + id);
            }
        });
        return named;
    }

    byte[] policy() {
        return History.policy().getBytes(StandardCharsets.UTF_8);
    }
}
