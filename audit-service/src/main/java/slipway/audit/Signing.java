package slipway.audit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;
import slipway.audit.domain.CheckpointDecider;
import slipway.audit.domain.CheckpointEvent;
import slipway.audit.domain.CheckpointEvent.CheckpointSigned;
import slipway.audit.transparency.SigningKey;
import slipway.audit.transparency.TileLog;
import slipway.http.Misconfigured;
import slipway.messaging.Cause;
import slipway.messaging.Decisions;
import slipway.messaging.Journal;
import slipway.messaging.ServiceProperties;

/// What signs for the ledger, and keeps what was signed elsewhere.
@Configuration
@EnableConfigurationProperties(AnchorSettings.class)
class Signing {

    @Bean
    Leaves leaves(JdbcClient jdbc, TransactionTemplate transaction) {
        return new Leaves(jdbc, transaction);
    }

    @Bean
    Checkpoints checkpoints(JdbcClient jdbc) {
        return new Checkpoints(jdbc);
    }

    @Bean
    Decisions<CheckpointSigned, Optional<CheckpointSigned>, CheckpointEvent> decisions(Journal journal, Checkpoints checkpoints) {
        return journal.decisions(new CheckpointDecider(), CheckpointEvent.class, AuditService.CONTRACT, checkpoints);
    }

    /// @param directory `slipway.audit.log`: where the files of the log are kept
    @Bean
    TileLog tileLog(@Value("${slipway.audit.log}") Path directory) {
        return new TileLog(directory);
    }

    /// @param file `slipway.audit.signing-key-file`: as `./slipway audit key` makes it
    @Bean
    SigningKey signingKey(@Value("${slipway.audit.signing-key-file}") String file) {
        return signingKeyOf(file);
    }

    /// @throws Misconfigured without a word of the key
    static SigningKey signingKeyOf(String file) {
        try {
            return SigningKey.parse(Files.readString(Path.of(file)));
        } catch (IOException | IllegalArgumentException e) {
            throw new Misconfigured(List.of("slipway.audit.signing-key-file: '" + file + "' "
                    + (e instanceof IOException ? "cannot be read" : "holds " + e.getMessage())
                    + "; './slipway audit key' makes one"));
        }
    }

    @Bean
    Elsewhere elsewhere(WholeLog topics, Entries entries, Anchoring anchoring, Checkpoints checkpoints, SigningKey key) {
        return new Elsewhere(topics, entries, anchoring, checkpoints, key.verifying());
    }

    @Bean
    LedgerLog ledgerLog(
            Leaves leaves,
            Checkpoints checkpoints,
            TileLog files,
            SigningKey key,
            Decisions<CheckpointSigned, Optional<CheckpointSigned>, CheckpointEvent> decisions,
            ServiceProperties service,
            Elsewhere elsewhere,
            Beyond beyond) {
        return new LedgerLog(leaves, checkpoints, files, key, decisions, Cause.service(service.service()), elsewhere, beyond);
    }

    @Bean
    Beyond beyond(Connections unhurried, CaughtUp inbox) {
        return new Beyond(unhurried.jdbc(), inbox);
    }

    /// ATTENTION when nothing is signed any more: what comes from now on is under no signature.
    @Bean
    HealthIndicator signingHealthIndicator(LedgerLog signing) {
        return () -> signing.trouble().isEmpty()
                ? Health.up().build()
                : Health.status("ATTENTION").withDetail("trouble", signing.trouble()).build();
    }

    @Bean
    Anchoring anchoring(
            AnchorSettings settings,
            SigningKey key,
            TileLog files,
            Checkpoints checkpoints,
            JdbcClient jdbc,
            @Value("${slipway.audit.anchor-every}") Duration every) {
        return new Anchoring(settings.anchors(), key.verifying(), files, checkpoints, jdbc, every);
    }

    @Bean
    Verification verification(
            WholeLog topics,
            ServiceProperties service,
            TileLog files,
            SigningKey key,
            LedgerLog signing,
            Checkpoints checkpoints,
            Anchoring anchoring,
            Connections unhurried,
            Entries entries,
            @Value("${slipway.replay.patience}") Duration patience) {
        return new Verification(
                topics, service.listens(), files, key.verifying(), signing, checkpoints, anchoring, unhurried.jdbc(), entries, patience);
    }
}
