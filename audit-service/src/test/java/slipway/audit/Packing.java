package slipway.audit;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;
import slipway.audit.domain.Leaf;
import slipway.audit.evidence.BackupManifests;
import slipway.audit.evidence.Bounds;
import slipway.audit.evidence.EvidencePacks;
import slipway.audit.evidence.Scope;
import slipway.audit.evidence.Written;
import slipway.audit.history.Breach;
import slipway.audit.history.Happening;
import slipway.audit.transparency.Checkpoint;
import slipway.audit.transparency.Note;
import slipway.audit.transparency.SigningKey;
import slipway.audit.transparency.TileLog;
import slipway.events.VoteDecision;
import slipway.events.change.ApprovalVoteCast;
import slipway.events.change.ChangeClosed;
import slipway.events.release.ReleaseDeployed;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Packs of a ledger that was signed for as it is.
final class Packing {

    static final Instant NOW = Instant.parse("2027-01-02T03:04:05.678Z");

    private static final JsonMapper JSON = new JsonMapper();

    /// Why nothing is signed any more.
    String trouble = "";

    private final JdbcClient jdbc;
    private final TransactionTemplate transaction;
    private final IntFunction<String> schemas;
    private final SigningKey key = SigningKey.parse(SigningKey.generate("slipway.example/ledger"));
    private final TileLog log;

    private Packing(JdbcClient jdbc, TransactionTemplate transaction, IntFunction<String> schemas, Path directory) {
        this.jdbc = jdbc;
        this.transaction = transaction;
        this.schemas = schemas;
        this.log = new TileLog(directory);
        List<Leaf> leaves = new Leaves(jdbc, transaction).read(0, Integer.MAX_VALUE);
        long size = log.append(0, leaves.stream().map(Leaf::entry).toList());
        log.publish(Note.sign(new Checkpoint("slipway.example/ledger", size, log.tree(size).root()).text(), key));
    }

    static Packing ofTheYear(Path directory) {
        return new Packing(Year.jdbc(), Year.transaction(), Year::schema, directory);
    }

    /// Of what is in it now.
    static Packing of(Workbench bench, Path directory) {
        new Leaves(bench.jdbc(), bench.transaction()).grow(Integer.MAX_VALUE, Map.of());
        return new Packing(bench.jdbc(), bench.transaction(), bench.log()::schema, directory);
    }

    SigningKey key() {
        return key;
    }

    TileLog log() {
        return log;
    }

    long size() {
        return LedgerLog.size(log);
    }

    EvidencePacks packs(String backups) {
        return packs(backups, Bounds.OF_WHO_VERIFIES);
    }

    EvidencePacks packs(String backups, Bounds bounds) {
        return new EvidencePacks(
                jdbc,
                Objects.requireNonNull(transaction.getTransactionManager()),
                log,
                key.verifying(),
                schemas,
                new BackupManifests(backups),
                new Summaries()::of,
                Conformance::query,
                () -> trouble,
                bounds,
                Duration.ZERO,
                Clock.fixed(NOW, ZoneOffset.UTC));
    }

    Written pack(Scope scope) throws Exception {
        return packs("").write(scope, List.of(), "olu", "token").orElseThrow();
    }

    static String text(Written pack, String file) {
        return new String(Objects.requireNonNull(pack.files().get(file), file), StandardCharsets.UTF_8);
    }

    static List<JsonNode> lines(Written pack, String file) {
        return text(pack, file).lines().map(JSON::readTree).toList();
    }

    static Set<String> ids(List<JsonNode> facts) {
        return facts.stream().map(each -> each.get("eventId").stringValue()).collect(Collectors.toSet());
    }

    static List<String> texts(JsonNode list) {
        return list.valueStream().map(JsonNode::stringValue).toList();
    }

    /// What each control says of the only change.
    static Map<String, JsonNode> verdicts(Written pack) {
        Map<String, JsonNode> verdicts = new HashMap<>();
        JSON.readTree(text(pack, "controls.json")).forEach(each -> verdicts.put(each.get("control").stringValue(), each.get("evidence").get(0)));
        return verdicts;
    }

    /// A change with votes that was closed.
    static String voted() {
        Set<String> closed = Year.facts().stream().filter(each -> each.fact() instanceof ChangeClosed).map(Happening::key).collect(Collectors.toSet());
        Set<String> deployed = Year.facts().stream()
                .filter(each -> each.fact() instanceof ReleaseDeployed)
                .map(each -> each.meta().getCorrelationId())
                .collect(Collectors.toSet());
        return Year.facts().stream()
                .filter(each -> each.fact() instanceof ApprovalVoteCast vote && vote.getDecision() == VoteDecision.APPROVE)
                .map(Happening::key)
                .filter(each -> closed.contains(each) && deployed.contains(each))
                .findFirst()
                .orElseThrow();
    }

    /// The change of which it was broken.
    static String story(Breach breach) {
        String who = Year.broken().get(breach);
        return Year.facts().stream().filter(each -> each.key().equals(who)).findFirst().orElseThrow().meta().getCorrelationId();
    }
}
