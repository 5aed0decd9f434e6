package slipway.change.intake;

import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/// What people and strangers wrote is not kept longer than somebody may have to look at it. Of what is through, only what became of it stays, so that
/// it is still known when it comes again.
@Component
class Forgetting {

    private static final Logger LOG = LoggerFactory.getLogger(Forgetting.class);

    private final JdbcClient jdbc;
    private final Clock clock;
    private final Duration keep;

    /// @param keep how long bodies and headers are
    Forgetting(JdbcClient jdbc, Clock clock, @Value("${slipway.intake.keep:P90D}") Duration keep) {
        this.jdbc = jdbc;
        this.clock = clock;
        this.keep = keep;
    }

    @Scheduled(fixedDelayString = "${slipway.intake.forget-every:1h}")
    void forget() {
        try {
            int forgotten = jdbc.sql(
                            """
                            with forgotten as (
                                update delivery set body = '', headers = '{}', forgotten_at = clock_timestamp()
                                where received_at < ? and forgotten_at is null and state <> 'RECEIVED'
                                    and not exists (select from callback where delivery_id = delivery.id and next_at is not null)
                                returning id),
                            -- Nobody can read any more what it said.
                            silent as (delete from evidence_about where delivery_id in (select id from forgotten))
                            select count(*) from forgotten
                            """)
                    .param(clock.instant().minus(keep).atOffset(ZoneOffset.UTC))
                    .query(Integer.class)
                    .single();
            if (forgotten > 0) {
                LOG.info("the bodies of {} deliveries that are older than {} are forgotten", forgotten, keep);
            }
        } catch (DataAccessException e) {
            LOG.warn("old deliveries cannot be looked for, trying again: {}", e.toString());
        }
    }
}
