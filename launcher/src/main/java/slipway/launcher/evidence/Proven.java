package slipway.launcher.evidence;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import slipway.audit.transparency.Checkpoint;
import slipway.audit.transparency.Hash;
import slipway.audit.transparency.LogCheck;
import slipway.audit.transparency.Note;
import slipway.audit.transparency.Proof;
import slipway.audit.transparency.VerifyingKey;
import tools.jackson.databind.JsonNode;

/// Holds the facts of a pack against the signed checkpoint of the log, and that against earlier ones that somebody kept.
final class Proven {

    private final Pack pack;
    private final VerifyingKey key;
    private final List<String> faults;
    private final List<String> unshown;

    /// @param faults gets what does not hold
    /// @param unshown gets what can neither be shown nor denied
    Proven(Pack pack, VerifyingKey key, List<String> faults, List<String> unshown) {
        this.pack = pack;
        this.key = key;
        this.faults = faults;
        this.unshown = unshown;
    }

    /// Empty: the pack has none that this key signed.
    Optional<Checkpoint> checkpoint() {
        Optional<String> note = pack.file(Pack.CHECKPOINT).flatMap(Text::utf8);
        if (note.isEmpty()) {
            faults.add(Pack.CHECKPOINT + " is missing: nothing in this pack is under a signature");
            return Optional.empty();
        }
        Optional<Checkpoint> checkpoint = open(Pack.CHECKPOINT, note.get());
        checkpoint.ifPresent(this::compareManifest);
        return checkpoint;
    }

    private Optional<Checkpoint> open(String from, String note) {
        try {
            Checkpoint checkpoint = Checkpoint.parse(Note.open(note, key));
            if (!checkpoint.origin().equals(key.name())) {
                faults.add(from + " is of another log, " + checkpoint.origin());
                return Optional.empty();
            }
            return Optional.of(checkpoint);
        } catch (IllegalArgumentException e) {
            faults.add(from + " is forged, or was signed by another key: " + e.getMessage());
            return Optional.empty();
        }
    }

    private void compareManifest(Checkpoint checkpoint) {
        JsonNode ledger = pack.manifest().path("ledger");
        differ("key", ledger.path("key").asString(""), key.toString());
        differ("size", ledger.path("size").asString(""), Long.toString(checkpoint.size()));
        differ("root", ledger.path("root").asString(""), checkpoint.root().toString());
    }

    private void differ(String what, String told, String real) {
        if (!told.equals(real)) {
            faults.add(Pack.MANIFEST + " says that the " + what + " of the ledger is '" + told + "', and it is " + real);
        }
    }

    /// @return how many facts are leaves of the signed tree
    long inclusion(Checkpoint checkpoint, List<Facts.Line> facts) {
        Map<Long, List<Hash>> proofs = proofs();
        Set<Long> left = new TreeSet<>(proofs.keySet());
        long shown = 0;
        for (Facts.Line line : facts) {
            left.remove(line.leaf());
            List<Hash> path = proofs.get(line.leaf());
            String name = line.fact().map(Fact::name).orElse("the fact of " + Pack.FACTS + ", line " + line.number());
            if (path == null) {
                faults.add(name + " has no proof that it is leaf " + line.leaf());
            } else if (!Proof.includes(checkpoint.root(), checkpoint.size(), line.leaf(), Hash.leaf(line.entry().entry()), path)) {
                faults.add(name + " is not leaf " + line.leaf() + " of the signed log: its bytes or its place were changed, or it was never there");
            } else {
                shown++;
            }
        }
        left.forEach(leaf -> faults.add(Pack.PROOFS + " proves leaf " + leaf + ", and the fact of it is not in the pack: left out"));
        return shown;
    }

    /// By leaf.
    private Map<Long, List<Hash>> proofs() {
        Map<Long, List<Hash>> proofs = new TreeMap<>();
        int number = 0;
        for (String line : pack.file(Pack.PROOFS).flatMap(Text::utf8).map(Text::lines).orElse(List.of())) {
            number++;
            Optional<JsonNode> proof = Text.object(line).filter(each -> each.path("leaf").isIntegralNumber() && each.path("leaf").canConvertToLong());
            Optional<List<Hash>> path = proof.flatMap(Proven::hashes);
            if (path.isEmpty()) {
                faults.add(Pack.PROOFS + ", line " + number + " is no proof of a leaf");
            } else if (proofs.putIfAbsent(proof.get().path("leaf").longValue(), path.get()) != null) {
                faults.add(Pack.PROOFS + ", line " + number + ": leaf " + proof.get().path("leaf") + " is proven twice");
            }
        }
        return proofs;
    }

    private static Optional<List<Hash>> hashes(JsonNode proof) {
        List<Hash> hashes = new ArrayList<>();
        try {
            proof.path("hashes").forEach(each -> hashes.add(Hash.base64(each.asString(""))));
            return proof.path("hashes").isArray() ? Optional.of(hashes) : Optional.empty();
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    /// Whether the log of the pack is the one of earlier checkpoints, with leaves added at its end.
    void kept(Checkpoint now, List<LogCheck.Kept> kept) {
        for (LogCheck.Kept each : kept) {
            open(each.from(), each.note()).ifPresent(earlier -> kept(now, each.from(), earlier));
        }
    }

    private void kept(Checkpoint now, String from, Checkpoint earlier) {
        if (earlier.size() > now.size()) {
            faults.add("the log was set back: that of the pack has " + now.size() + " leaves, and " + from + " was signed for " + earlier.size() + " before");
        } else if (earlier.size() == now.size()) {
            if (!earlier.root().equals(now.root())) {
                faults.add("two pasts were signed: " + from + " has root " + earlier.root() + " at " + now.size() + " leaves, and the pack " + now.root());
            }
        } else if (earlier.size() > 0) {
            Optional<List<Hash>> path = consistency(earlier.size(), now.size());
            if (path.isEmpty()) {
                unshown.add("whether the log of " + from + ", " + earlier.size() + " leaves, became that of the pack, " + now.size()
                        + ": " + Pack.CONSISTENCY + " has no proof of it; a copy of the log has (--log)");
            } else if (!Proof.extendsTo(earlier.root(), earlier.size(), now.root(), now.size(), path.get())) {
                faults.add("another past: the log of the pack does not continue that of " + from + ", " + earlier.size() + " leaves");
            }
        }
    }

    private Optional<List<Hash>> consistency(long from, long to) {
        return pack.file(Pack.CONSISTENCY).flatMap(Text::utf8).stream()
                .flatMap(text -> Text.lines(text).stream())
                .flatMap(line -> Text.object(line).stream())
                .filter(proof -> proof.path("from").asLong(-1) == from && proof.path("to").asLong(-1) == to)
                .findFirst()
                .flatMap(Proven::hashes);
    }
}
