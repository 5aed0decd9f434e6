package slipway.change;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import slipway.change.domain.TemplateEvent;
import slipway.change.domain.TemplateEvent.StandardTemplatePublished;
import slipway.change.domain.TemplateEvent.StandardTemplateReinstated;
import slipway.change.domain.TemplateEvent.StandardTemplateSuspended;
import slipway.events.Meta;
import slipway.messaging.Projection;

/// All templates of STANDARD changes as lists show them, in step with their facts.
@Component
class Templates implements Projection<TemplateEvent> {

    private static final String PREFIX = "TPL-";

    private final JdbcClient jdbc;

    Templates(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /// One line of the list.
    ///
    /// @param reason why it is suspended
    record Line(
            String ref,
            String title,
            boolean live,
            @Nullable String reason,
            String publishedBy,
            Instant publishedAt) {}

    /// @param ref `name@version`
    static String aggregate(String ref) {
        return PREFIX + ref;
    }

    List<Line> all() {
        return jdbc.sql("select * from standard_template order by name, version")
                .query((row, _) -> new Line(
                        row.getString("ref"),
                        row.getString("title"),
                        row.getBoolean("live"),
                        row.getString("reason"),
                        row.getString("published_by"),
                        row.getObject("published_at", OffsetDateTime.class).toInstant()))
                .list();
    }

    @Override
    public void project(TemplateEvent fact, Meta meta) {
        String ref = meta.getAggregateId().substring(PREFIX.length());
        switch (fact) {
            case StandardTemplatePublished published ->
                jdbc.sql(
                                """
                                insert into standard_template (ref, name, version, title, live, published_by, published_at)
                                values (?, ?, ?, ?, true, ?, ?)
                                """)
                        .params(
                                ref,
                                published.name(),
                                published.version(),
                                published.title(),
                                published.by(),
                                meta.getRecordedAt().atOffset(ZoneOffset.UTC))
                        .update();
            case StandardTemplateSuspended suspended ->
                jdbc.sql("update standard_template set live = false, reason = ? where ref = ?")
                        .params(suspended.reason(), ref)
                        .update();
            case StandardTemplateReinstated _ ->
                jdbc.sql("update standard_template set live = true, reason = null where ref = ?")
                        .param(ref)
                        .update();
        }
    }
}
