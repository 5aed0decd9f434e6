package slipway.change;

import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.info.Info;
import io.swagger.v3.oas.models.media.StringSchema;
import io.swagger.v3.oas.models.parameters.HeaderParameter;
import io.swagger.v3.oas.models.parameters.Parameter;
import java.time.Clock;
import java.time.ZoneOffset;
import org.springdoc.core.customizers.OpenApiCustomizer;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.annotation.Bean;
import org.springframework.http.HttpHeaders;
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

    @Bean
    OpenAPI description() {
        return new OpenAPI()
                .info(new Info()
                        .title("Slipway change-service")
                        .description("Should we make this change, why, and when?")
                        .version("1"));
    }

    /// Two headers that hold for more than one method says.
    @Bean
    OpenApiCustomizer headers() {
        return api -> api.getPaths().forEach((path, item) -> {
            Operation post = item.getPost();
            if (post != null) {
                post.addParametersItem(header(
                        IdempotentRequests.HEADER,
                        "Names this request for ever: sent again, it is not done again and answered as the first time."));
                if (path.startsWith("/changes/{id}/")) {
                    post.addParametersItem(header(
                            HttpHeaders.IF_MATCH, "ETag of the state that it is meant for; 412 when there is a newer one."));
                }
            }
        });
    }

    private static Parameter header(String name, String description) {
        return new HeaderParameter().name(name).description(description).schema(new StringSchema());
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
    Decisions<InventoryDecider.Replace, String, InventoryEvent> inventories(Journal journal) {
        return journal.decisions(new InventoryDecider(), InventoryEvent.class, CONTRACT);
    }

    @Bean
    Decisions<FreezeDecider.Command, FreezeDecider.State, FreezeEvent> frozen(Journal journal, Freezes freezes) {
        return journal.decisions(new FreezeDecider(), FreezeEvent.class, CONTRACT, freezes);
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
    Reactions reactions(
            Requests requests, Timers timers, Calendars calendars, Releases releases, Standards standards) {
        Reactions.Table table = Reactions.table();
        requests.on(table);
        timers.on(table);
        calendars.on(table);
        releases.on(table);
        standards.on(table);
        return table.build();
    }
}
