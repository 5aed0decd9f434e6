package slipway.change;

import java.time.Clock;
import java.time.ZoneOffset;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.annotation.Bean;
import slipway.change.domain.ChangeCommand;
import slipway.change.domain.ChangeDecider;
import slipway.change.domain.ChangeEvent;
import slipway.change.domain.ChangeState;
import slipway.change.domain.InventoryDecider;
import slipway.change.domain.InventoryEvent;
import slipway.messaging.Decisions;
import slipway.messaging.Journal;
import slipway.messaging.Reactions;

/// change-service: should we make this change, why, and when?
@SpringBootApplication
public class ChangeService {

    static final String CONTRACT = "slipway.events.change";

    public static void main(String[] args) {
        application().run(args);
    }

    public static SpringApplicationBuilder application() {
        return new SpringApplicationBuilder(ChangeService.class).properties("spring.config.name=change-service");
    }

    /// Facts know whole milliseconds.
    @Bean
    Clock clock() {
        return Clock.tickMillis(ZoneOffset.UTC);
    }

    @Bean
    Decisions<ChangeCommand, ChangeState, ChangeEvent> changes(
            Journal journal, ChangeRegister register, Calendar calendar) {
        return journal.decisions(new ChangeDecider(), ChangeEvent.class, CONTRACT, register, calendar);
    }

    @Bean
    Decisions<InventoryDecider.Replace, String, InventoryEvent> inventories(Journal journal) {
        return journal.decisions(new InventoryDecider(), InventoryEvent.class, CONTRACT);
    }

    @Bean
    Reactions reactions(Requests requests, Approvals approvals, Releases releases) {
        Reactions.Table table = Reactions.table();
        requests.on(table);
        approvals.on(table);
        releases.on(table);
        return table.build();
    }
}
