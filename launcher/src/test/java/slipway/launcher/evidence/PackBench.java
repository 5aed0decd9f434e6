package slipway.launcher.evidence;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificRecord;
import slipway.audit.history.Happening;
import slipway.audit.history.Wire;
import slipway.audit.transparency.LogCheck;
import slipway.audit.transparency.SigningKey;
import slipway.events.Meta;
import slipway.events.change.ApprovalVoteCast;
import slipway.wire.AvroSerializer;
import slipway.wire.FakeRegistry;
import slipway.wire.RegistryClient;

/// A small year, a ledger that signed for it, and packs of one change of it: one that people approved, that was rolled out behind a
/// canary, and that came to its end.
public final class PackBench implements AutoCloseable {

    private final FakeRegistry registry = new FakeRegistry();
    private final Path home;
    private int files;

    final Wire wire;
    final SigningKey key = SigningKey.parse(SigningKey.generate(SignedYear.ORIGIN));
    final List<Happening> few;
    final SignedYear signed;
    final String change;

    /// @param home for logs and packs
    public PackBench(Path home) throws IOException {
        this.home = home;
        AvroSerializer serializer = new AvroSerializer();
        serializer.configure(Map.of("schema.registry.url", registry.url()), false);
        wire = (topic, fact) -> Objects.requireNonNull(serializer.serialize(topic, fact));
        few = SignedYear.live(5, 60, wire);
        signed = signed(few);
        change = few.stream()
                .filter(each -> each.fact() instanceof ApprovalVoteCast)
                .map(Happening::key)
                .filter(id -> types(id).containsAll(Set.of("ChangeClosed", "CanaryAnalysisCompleted", "BackupCompleted", "ChangeApproved")))
                .findFirst()
                .orElseThrow();
    }

    private Set<String> types(String story) {
        return few.stream()
                .filter(each -> each.meta().getCorrelationId().equals(story))
                .map(Happening::type)
                .collect(Collectors.toSet());
    }

    SignedYear signed(List<Happening> year) {
        return signed(year, key);
    }

    SignedYear signed(List<Happening> year, SigningKey by) {
        RegistryClient client = new RegistryClient(registry.url(), null);
        Map<Integer, Schema> schemas = new HashMap<>();
        for (Happening each : year) {
            schemas.computeIfAbsent(ByteBuffer.wrap(each.wire()).getInt(1), client::schema);
        }
        return SignedYear.signed(year, schemas, file("log"), by);
    }

    /// A new one.
    Path file(String name) {
        return home.resolve(name + files++);
    }

    Packs pack() {
        return Packs.of(signed, Set.of(change));
    }

    /// One that nobody touched.
    public Path sound() {
        return pack().write(file("sound"));
    }

    /// One without the last vote.
    public Path touched() {
        Packs pack = pack();
        pack.rows.remove(pack.row("ApprovalVoteCast"));
        return pack.write(file("touched"));
    }

    public String key() {
        return key.verifying().toString();
    }

    Verification verified(Packs pack, LogCheck.Kept... kept) {
        return verified(pack.write(file("pack")), kept);
    }

    Verification verified(Path zip, LogCheck.Kept... kept) {
        try {
            return Verification.of(zip, key.verifying(), List.of(kept));
        } catch (Unreadable | IOException e) {
            throw new AssertionError(e);
        }
    }

    /// A ledger that told it otherwise from the beginning, and signed that.
    Verification lie(Predicate<Happening> gone, Consumer<SpecificRecord> told) {
        return verified(Packs.of(lying(gone, told), Set.of(change)));
    }

    SignedYear lying(Predicate<Happening> gone, Consumer<SpecificRecord> told) {
        return signed(SignedYear.lying(few, gone, told, wire));
    }

    /// What is told otherwise of the change alone.
    <F> Consumer<SpecificRecord> of(Class<F> type, Consumer<F> told) {
        return fact -> {
            Meta meta = (Meta) fact.get(fact.getSchema().getField("meta").pos());
            if (type.isInstance(fact) && meta.getCorrelationId().equals(change)) {
                told.accept(type.cast(fact));
            }
        };
    }

    @Override
    public void close() {
        registry.close();
    }
}
