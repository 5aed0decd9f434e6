package slipway.backup;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.annotation.Bean;
import slipway.backup.domain.BackupCommand;
import slipway.backup.domain.BackupDecider;
import slipway.backup.domain.BackupEvent;
import slipway.backup.domain.BackupState;
import slipway.backup.domain.RestoreCommand;
import slipway.backup.domain.RestoreDecider;
import slipway.backup.domain.RestoreEvent;
import slipway.backup.domain.RestoreState;
import slipway.messaging.Decisions;
import slipway.messaging.Journal;
import slipway.messaging.Reactions;

/// backup-service: is there a way back, and is it proven?
@SpringBootApplication
public class BackupService {

    static final String CONTRACT = "slipway.events.backup";

    private static final Logger LOG = LoggerFactory.getLogger(BackupService.class);

    public static void main(String[] args) {
        application().run(args);
    }

    public static SpringApplicationBuilder application() {
        return new SpringApplicationBuilder(BackupService.class).properties("spring.config.name=backup-service");
    }

    /// Facts know whole milliseconds.
    @Bean
    Clock clock() {
        return Clock.tickMillis(ZoneOffset.UTC);
    }

    @Bean
    Plans plans(@Value("${slipway.backups}") String file, Clock clock) throws IOException {
        if (file.isBlank()) {
            LOG.warn("slipway.backups names no file: nothing can be backed up, so nothing can be released");
            return new Plans(Map.of());
        }
        return Plans.read(Path.of(file), clock);
    }

    @Bean
    Vault vault(
            @Value("${slipway.backup.keys}") Path keys, @Value("${slipway.backup.locations}") List<String> locations)
            throws IOException, GeneralSecurityException {
        if (locations.size() < 2) {
            throw new IllegalArgumentException("slipway.backup.locations: at least two are needed, not " + locations);
        }
        return new Vault(locations.stream().map(Path::of).toList(), Keys.in(keys));
    }

    @Bean
    Decisions<BackupCommand, BackupState, BackupEvent> backups(Journal journal, BackupRegister register) {
        return journal.decisions(new BackupDecider(), BackupEvent.class, CONTRACT, register);
    }

    @Bean
    Decisions<RestoreCommand, RestoreState, RestoreEvent> restores(Journal journal) {
        return journal.decisions(new RestoreDecider(), RestoreEvent.class, CONTRACT);
    }

    @Bean
    Reactions reactions(Backing backing, Restoring restoring) {
        Reactions.Table table = Reactions.table();
        backing.on(table);
        restoring.on(table);
        return table.build();
    }
}
