package slipway.audit.evidence;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import slipway.audit.domain.Digest;
import slipway.audit.domain.Entry;
import slipway.audit.domain.Leaf;
import slipway.audit.evidence.Scope.OfChange;
import slipway.audit.evidence.Scope.OfPeriod;
import slipway.audit.transparency.Hash;
import slipway.audit.transparency.Proof;
import tools.jackson.databind.json.JsonMapper;

/// A pack as files, and these as a zip. docs/audit.md says what is in each.
///
/// @param files all but the manifest, by name
public record Written(Instant createdAt, TreeMap<String, byte[]> files, byte[] manifest) {

    private static final String FORMAT = "slipway-evidence/1";
    private static final Pattern HASH = Pattern.compile("[0-9a-f]{64}");

    /// @throws Bounds.Exceeded when nobody could open it
    static Written of(Pack pack, Report report, JsonMapper json, Bounds bounds) {
        TreeMap<String, byte[]> files = new TreeMap<>();
        ByteArrayOutputStream facts = new ByteArrayOutputStream();
        ByteArrayOutputStream proofs = new ByteArrayOutputStream();
        for (Proven fact : pack.gathered().facts()) {
            line(facts, json.writeValueAsBytes(fact(fact)));
            Map<String, Object> proof = new LinkedHashMap<>();
            proof.put("leaf", fact.leaf());
            proof.put("hashes", proof(pack, fact).stream().map(Hash::toString).toList());
            line(proofs, json.writeValueAsBytes(proof));
        }
        files.put("facts.jsonl", facts.toByteArray());
        files.put("log/proofs.jsonl", proofs.toByteArray());
        files.put("log/checkpoint", utf8(pack.checkpoint()));
        if (!pack.kept().isEmpty()) {
            files.put("log/consistency.jsonl", consistency(pack, json));
        }
        pack.schemas().forEach((id, schema) -> files.put("schemas/" + id + ".avsc", utf8(schema)));
        pack.gathered().facts().stream()
                .filter(each -> each.type().equals("ApprovalPolicyPublished") && HASH.matcher(each.text("hash")).matches())
                .forEach(each -> files.put("policies/" + each.text("hash") + ".yaml", utf8(each.text("text"))));
        pack.manifests().forEach((set, manifest) -> files.put("backups/" + set + "/manifest.json", manifest));
        files.put("controls.json", json.writeValueAsBytes(pack.controls().stream().map(Written::control).toList()));
        files.put("completeness.json", json.writeValueAsBytes(completeness(pack)));
        files.put("report.html", utf8(report.html(pack, false)));
        files.put("report.pdf", Pdf.of(report.html(pack, true), pack.createdAt()));
        byte[] manifest = json.writeValueAsBytes(manifest(pack, files));
        bounds.check(files.size() + 1, manifest.length + files.values().stream().mapToLong(each -> each.length).sum());
        return new Written(pack.createdAt(), files, manifest);
    }

    private static void line(ByteArrayOutputStream lines, byte[] line) {
        lines.writeBytes(line);
        lines.write('\n');
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static Map<String, Object> fact(Proven fact) {
        Entry entry = fact.entry();
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("leaf", fact.leaf());
        line.put("topic", entry.place().topic());
        line.put("partition", entry.place().partition());
        line.put("offset", entry.place().offset());
        line.put("wire", Base64.getEncoder().encodeToString(fact.wire()));
        line.put("type", entry.type());
        line.put("aggregate", entry.aggregateId());
        line.put("sequence", entry.sequence());
        line.put("eventId", entry.eventId());
        line.put("story", entry.correlationId());
        line.put("causationId", entry.causationId());
        line.put("actor", entry.actor());
        line.put("actorKind", entry.actorKind());
        line.put("onBehalfOf", entry.onBehalfOf());
        line.put("occurredAt", entry.occurredAt().toString());
        line.put("recordedAt", entry.recordedAt().toString());
        line.put("prevHash", entry.prevHash());
        line.put("payload", fact.payload());
        return line;
    }

    /// @throws IllegalStateException when it does not hold: the ledger is not what was signed, and nobody is given a pack that says it is
    private static List<Hash> proof(Pack pack, Proven fact) {
        List<Hash> path = pack.tree().inclusion(fact.leaf());
        Hash leaf = Hash.leaf(new Leaf(fact.entry().place(), Digest.hash(fact.wire())).entry());
        if (!Proof.includes(pack.root(), pack.tree().size(), fact.leaf(), leaf, path)) {
            throw new IllegalStateException(fact.type() + ", fact " + fact.entry().sequence() + " of " + fact.entry().aggregateId()
                    + ", is not what was signed for as leaf " + fact.leaf() + ": ./slipway audit verify tells more");
        }
        return path;
    }

    private static byte[] consistency(Pack pack, JsonMapper json) {
        ByteArrayOutputStream proofs = new ByteArrayOutputStream();
        for (long earlier : pack.kept()) {
            Map<String, Object> proof = new LinkedHashMap<>();
            proof.put("from", earlier);
            proof.put("to", pack.tree().size());
            proof.put("hashes", pack.tree().consistency(earlier).stream().map(Hash::toString).toList());
            line(proofs, json.writeValueAsBytes(proof));
        }
        return proofs.toByteArray();
    }

    private static Map<String, Object> control(Controls.Mapped mapped) {
        Map<String, Object> control = new LinkedHashMap<>();
        control.put("framework", mapped.control().framework());
        control.put("control", mapped.control().control());
        control.put("title", mapped.control().title());
        control.put("asks", mapped.control().asks());
        control.put("notAnswered", mapped.control().notAnswered());
        control.put("answeredBy", mapped.control().answeredBy());
        control.put("evidence", mapped.evidence());
        return control;
    }

    private static Map<String, Object> completeness(Pack pack) {
        Completeness told = pack.gathered().completeness();
        Map<String, Object> period = new LinkedHashMap<>();
        period.put("from", told.from().toString());
        period.put("to", told.to().toString());
        Map<String, Object> completeness = new LinkedHashMap<>();
        completeness.put("period", period);
        completeness.put("deploymentsWithoutAChange", told.starts().stream().map(Written::start).toList());
        completeness.put("driftsAndUnauthorised", told.strays().stream().map(each -> stray(each, each.texts("changeIds"))).toList());
        if (pack.scope() instanceof OfPeriod) {
            completeness.put("changesOfThePeriod", pack.gathered().population().changes().size());
            completeness.put("selected", pack.gathered().selected().size());
        }
        completeness.put("breachesFound", told.breaches());
        completeness.put("moreThanListed", told.tooMany());
        return completeness;
    }

    private static Map<String, Object> start(Completeness.Start each) {
        Map<String, Object> start = stray(each.fact(), each.changes());
        start.put("wrong", each.wrong());
        return start;
    }

    private static Map<String, Object> stray(Proven fact, List<String> changes) {
        Map<String, Object> stray = new LinkedHashMap<>();
        stray.put("type", fact.type());
        stray.put("eventId", fact.id());
        stray.put("leaf", fact.leaf());
        stray.put("aggregate", fact.entry().aggregateId());
        stray.put("story", fact.entry().correlationId());
        stray.put("environment", fact.text("environment"));
        stray.put("changes", changes);
        stray.put("recordedAt", fact.entry().recordedAt().toString());
        return stray;
    }

    private static Map<String, Object> manifest(Pack pack, TreeMap<String, byte[]> files) {
        Map<String, Object> scope = new LinkedHashMap<>();
        switch (pack.scope()) {
            case OfChange(var change) -> scope.put("change", change);
            case OfPeriod(var from, var to, var sample, var seed) -> {
                scope.put("from", from.toString());
                scope.put("to", to.toString());
                scope.put("sample", sample);
                scope.put("seed", seed);
                scope.put("population", pack.gathered().population().changes());
                scope.put("drafts", pack.gathered().population().drafts());
                scope.put("refusals", pack.gathered().population().refusals());
                scope.put("selected", pack.gathered().selected());
            }
        }
        Map<String, Object> ledger = new LinkedHashMap<>();
        ledger.put("key", pack.key());
        ledger.put("size", pack.tree().size());
        ledger.put("root", pack.root().toString());
        List<Map<String, Object>> listed = new ArrayList<>();
        files.forEach((name, bytes) -> {
            Map<String, Object> file = new LinkedHashMap<>();
            file.put("name", name);
            file.put("sha256", Digest.hash(bytes));
            file.put("bytes", bytes.length);
            listed.add(file);
        });
        Map<String, Object> manifest = new LinkedHashMap<>();
        manifest.put("format", FORMAT);
        manifest.put("createdAt", pack.createdAt().toString());
        manifest.put("createdBy", pack.person());
        manifest.put("scope", scope);
        manifest.put("missing", pack.missing());
        manifest.put("ledger", ledger);
        manifest.put("files", listed);
        return manifest;
    }

    public void writeTo(OutputStream out) throws IOException {
        ZipOutputStream zip = new ZipOutputStream(out, StandardCharsets.UTF_8);
        put(zip, "manifest.json", manifest);
        for (Map.Entry<String, byte[]> each : files.entrySet()) {
            put(zip, each.getKey(), each.getValue());
        }
        zip.finish();
        zip.flush();
    }

    private void put(ZipOutputStream zip, String name, byte[] bytes) throws IOException {
        ZipEntry entry = new ZipEntry(name);
        // As it stands there, and not moved by the zone of whoever writes it.
        entry.setTimeLocal(LocalDateTime.ofInstant(createdAt, ZoneOffset.UTC));
        zip.putNextEntry(entry);
        zip.write(bytes);
        zip.closeEntry();
    }
}
