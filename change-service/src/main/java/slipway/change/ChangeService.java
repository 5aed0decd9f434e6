package slipway.change;

import java.time.Clock;
import java.time.ZoneOffset;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.annotation.Bean;
import org.springframework.scheduling.annotation.EnableScheduling;
import slipway.change.domain.AlertDecider;
import slipway.change.domain.AlertEvent;
import slipway.change.domain.ChangeCommand;
import slipway.change.domain.ChangeDecider;
import slipway.change.domain.ChangeEvent;
import slipway.change.domain.ChangeState;
import slipway.change.domain.DelegationDecider;
import slipway.change.domain.DelegationEvent;
import slipway.change.domain.FreezeDecider;
import slipway.change.domain.FreezeEvent;
import slipway.change.domain.InventoryDecider;
import slipway.change.domain.InventoryEvent;
import slipway.change.domain.PolicyDecider;
import slipway.change.domain.PolicyEvent;
import slipway.change.domain.TemplateDecider;
import slipway.change.domain.TemplateEvent;
import slipway.change.domain.VoteAnswerDecider;
import slipway.change.domain.VoteAnswerEvent;
import slipway.messaging.Decisions;
import slipway.messaging.Journal;
import slipway.messaging.Reactions;

/// change-service: should we make this change, why, and when?
@SpringBootApplication
@EnableScheduling
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
            Journal journal, ChangeRegister register, Reservations reservations) {
        return journal.decisions(new ChangeDecider(), ChangeEvent.class, CONTRACT, register, reservations);
    }

    @Bean
    Decisions<InventoryDecider.Replace, InventoryDecider.Held, InventoryEvent> inventories(Journal journal) {
        return journal.decisions(new InventoryDecider(), InventoryEvent.class, CONTRACT);
    }

    @Bean
    Decisions<FreezeDecider.Command, FreezeDecider.State, FreezeEvent> frozen(Journal journal, Freezes freezes) {
        return journal.decisions(new FreezeDecider(), FreezeEvent.class, CONTRACT, freezes);
    }

    @Bean
    Decisions<AlertDecider.Receive, AlertDecider.Known, AlertEvent> alerted(Journal journal) {
        return journal.decisions(new AlertDecider(), AlertEvent.class, CONTRACT);
    }

    @Bean
    Decisions<DelegationDecider.Command, DelegationDecider.State, DelegationEvent> delegated(
            Journal journal, Delegations delegations) {
        return journal.decisions(new DelegationDecider(), DelegationEvent.class, CONTRACT, delegations);
    }

    @Bean
    Decisions<PolicyDecider.Publish, PolicyDecider.Published, PolicyEvent> published(
            Journal journal, Policies policies) {
        return journal.decisions(new PolicyDecider(), PolicyEvent.class, CONTRACT, policies);
    }

    @Bean
    Decisions<TemplateDecider.Command, TemplateDecider.State, TemplateEvent> templated(
            Journal journal, Templates templates) {
        return journal.decisions(new TemplateDecider(), TemplateEvent.class, CONTRACT, templates);
    }

    @Bean
    Decisions<VoteAnswerDecider.Answer, VoteAnswerDecider.Answered, VoteAnswerEvent> answered(Journal journal) {
        return journal.decisions(new VoteAnswerDecider(), VoteAnswerEvent.class, CONTRACT);
    }

    @Bean
    Reactions reactions(
            Requests requests,
            Timers timers,
            Calendars calendars,
            Releases releases,
            Standards standards,
            VotesElsewhere votes) {
        Reactions.Table table = Reactions.table();
        requests.on(table);
        timers.on(table);
        calendars.on(table);
        releases.on(table);
        standards.on(table);
        votes.on(table);
        return table.build();
    }
}
