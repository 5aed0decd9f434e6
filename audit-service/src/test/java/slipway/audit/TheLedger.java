package slipway.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import slipway.audit.transparency.SigningKey;
import slipway.audit.transparency.TileLog;
import slipway.audit.transparency.VerifyingKey;
import slipway.events.Topics;
import slipway.events.change.ChangeCancelled;
import slipway.messaging.RunningService;
import slipway.messaging.RunningService.Answer;
import tools.jackson.databind.JsonNode;

/// The whole audit-service, once for all tests.
final class TheLedger {

    static final Duration PATIENCE = Duration.ofSeconds(60);

    private static @Nullable TheLedger running;

    private final RunningService service;
    private final Path directory;
    private final AtomicInteger changes = new AtomicInteger();

    private TheLedger() {
        try {
            directory = Files.createTempDirectory("ledger");
            Files.writeString(directory.resolve("key"), SigningKey.generate("slipway.example/ledger"));
            service = new RunningService(
                    AuditService.application(),
                    "slipway.audit.log=" + directory.resolve("log"),
                    "slipway.audit.signing-key-file=" + directory.resolve("key"),
                    "slipway.audit.checkpoint-every=100ms",
                    "slipway.audit.anchor.directory=" + directory.resolve("anchor"),
                    "slipway.audit.anchor-every=100ms",
                    "slipway.conformance.every=100ms",
                    "slipway.replay.patience=5s");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static synchronized TheLedger running() {
        TheLedger ledger = running;
        if (ledger == null) {
            ledger = new TheLedger();
            running = ledger;
            RunningService closing = ledger.service;
            Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                try {
                    closing.close();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }));
        }
        return ledger;
    }

    RunningService service() {
        return service;
    }

    SigningKey signingKey() {
        return service.bean(SigningKey.class);
    }

    VerifyingKey key() {
        return signingKey().verifying();
    }

    TileLog log() {
        return new TileLog(directory.resolve("log"));
    }

    Path anchor() {
        return directory.resolve("anchor");
    }

    JdbcClient jdbc() {
        return service.bean(JdbcClient.class);
    }

    JsonNode get(String path, int status) {
        Answer answer = service.ask("dana:developers", "GET", path, "application/json", "");
        assertThat(answer.status()).as("%s", answer.body()).isEqualTo(status);
        return answer.body();
    }

    /// A change with a first fact.
    String happened() {
        String change = "CHG-A" + changes.incrementAndGet();
        happened(change, 1);
        return change;
    }

    void happened(String change, long sequence) {
        service.publish(Topics.CHANGE, new ChangeCancelled(RunningService.meta(change, sequence, change), "dana", "never mind"), change);
    }

    /// Of what reads everything, once it is done.
    ///
    /// @param what `/replays` or `/verifications`
    JsonNode report(String what) {
        Answer started = await().atMost(PATIENCE).until(() -> service.post("olu:auditors", what, ""), answer -> answer.status() != 409);
        assertThat(started.status()).as("%s", started.body()).isEqualTo(202);
        JsonNode run = await().atMost(PATIENCE)
                .until(
                        () -> service.ask("olu:auditors", "GET", what + "/" + started.body().get("number").longValue(), "application/json", "").body(),
                        each -> !each.get("state").stringValue().equals("RUNNING"));
        assertThat(run.get("state").stringValue()).as("%s", run).isEqualTo("DONE");
        return run.get("report");
    }

    /// Until the log's files say so.
    ///
    /// @return a size at which all facts of the change are in the tree
    long signedFor(String change) {
        long size = await().atMost(PATIENCE)
                .until(
                        () -> jdbc().sql(
                                        """
                                        select min(size) from checkpoint where size > (
                                            select max(number) from leaf join ledger using (topic, partition, log_offset) where aggregate_id = ?)
                                        """)
                                .param(change)
                                .query((row, _) -> Optional.ofNullable(row.getObject(1, Long.class)))
                                .single(),
                        Optional::isPresent)
                .orElseThrow();
        await().atMost(PATIENCE).until(() -> LedgerLog.size(log()) >= size);
        return size;
    }
}
