package slipway.release;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.annotation.Bean;
import org.springframework.scheduling.annotation.EnableScheduling;
import slipway.messaging.Decisions;
import slipway.messaging.Journal;
import slipway.messaging.Reactions;
import slipway.release.deployer.Deployers;
import slipway.release.domain.DriftDecider;
import slipway.release.domain.DriftEvent;
import slipway.release.domain.ReleaseCommand;
import slipway.release.domain.ReleaseDecider;
import slipway.release.domain.ReleaseEvent;
import slipway.release.domain.ReleaseState;
import slipway.release.packages.Packages;

/// release-service: how do we deploy it safely?
@SpringBootApplication
@EnableScheduling
public class ReleaseService {

    static final String CONTRACT = "slipway.events.release";

    private static final Logger LOG = LoggerFactory.getLogger(ReleaseService.class);

    public static void main(String[] args) {
        application().run(args);
    }

    public static SpringApplicationBuilder application() {
        return new SpringApplicationBuilder(ReleaseService.class).properties("spring.config.name=release-service");
    }

    /// Facts know whole milliseconds.
    @Bean
    Clock clock() {
        return Clock.tickMillis(ZoneOffset.UTC);
    }

    @Bean
    Catalogue catalogue(@Value("${slipway.delivery}") String file, Packages packages) {
        if (file.isBlank()) {
            LOG.warn("slipway.delivery names no file: nothing can be released");
            return new Catalogue(Map.of());
        }
        return CatalogueFile.read(Path.of(file), Deployers.all(packages));
    }

    @Bean
    Packages packages(@Value("${slipway.packages}") Path store) throws IOException {
        return new Packages(store);
    }

    @Bean
    Decisions<ReleaseCommand, ReleaseState, ReleaseEvent> releases(Journal journal, ReleaseRegister register) {
        return journal.decisions(new ReleaseDecider(), ReleaseEvent.class, CONTRACT, register);
    }

    @Bean
    Decisions<DriftDecider.Look, DriftDecider.Known, DriftEvent> drifts(Journal journal) {
        return journal.decisions(new DriftDecider(), DriftEvent.class, CONTRACT);
    }

    @Bean
    Reactions reactions(
            Preparing preparing, Rolling rolling, Following following, Alerting alerting, PartialBackups partialBackups) {
        Reactions.Table table = Reactions.table();
        preparing.on(table);
        rolling.on(table);
        following.on(table);
        alerting.on(table);
        return table.watch(partialBackups).build();
    }
}
