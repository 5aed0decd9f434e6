package slipway.backup;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.time.ZoneOffset;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.context.annotation.Bean;
import org.springframework.scheduling.annotation.EnableScheduling;
import slipway.backup.domain.BackupCommand;
import slipway.backup.domain.BackupDecider;
import slipway.backup.domain.BackupEvent;
import slipway.backup.domain.BackupState;
import slipway.backup.domain.RestoreCommand;
import slipway.backup.domain.RestoreDecider;
import slipway.backup.domain.RestoreEvent;
import slipway.backup.domain.RestoreState;
import slipway.backup.vault.Keys;
import slipway.backup.vault.Vault;
import slipway.messaging.Decisions;
import slipway.messaging.Journal;
import slipway.messaging.Reactions;

/// backup-service: a way back that was tried.
@SpringBootApplication
@EnableScheduling
@ConfigurationPropertiesScan
public class BackupService {

    static final String CONTRACT = "slipway.events.backup";

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
    Vault vault(BackupProperties places, Progress progress) throws IOException, GeneralSecurityException {
        return new Vault(places.copies(), Keys.in(places.keyDirectory()), progress);
    }

    @Bean
    Decisions<BackupCommand, BackupState, BackupEvent> sets(Journal journal, BackupRegister register) {
        return journal.decisions(new BackupDecider(), BackupEvent.class, CONTRACT, register);
    }

    @Bean
    Decisions<RestoreCommand, RestoreState, RestoreEvent> restores(Journal journal, RestoreRegister register) {
        return journal.decisions(new RestoreDecider(), RestoreEvent.class, CONTRACT, register);
    }

    @Bean
    Reactions reactions(Choreography choreography) {
        return choreography.reactions();
    }
}
