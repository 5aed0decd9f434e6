package slipway.change;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import slipway.change.domain.PolicyEvent;
import slipway.change.domain.PolicyEvent.ApprovalPolicyPublished;
import slipway.change.policy.Policy;
import slipway.events.Meta;
import slipway.messaging.Projection;

/// Every approval policy that was published, in step with the facts; the last one holds.
@Component
class Policies implements Projection<PolicyEvent> {

    private final JdbcClient jdbc;
    private final Map<String, Policy> compiled = new ConcurrentHashMap<>();

    Policies(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /// One line of the list.
    record Line(
            String name, String version, String hash, List<String> warnings, String publishedBy, Instant publishedAt) {}

    private record Newest(String hash, String text) {}

    Optional<Policy> published() {
        return jdbc.sql("select hash, text from approval_policy order by place desc limit 1")
                .query((row, _) -> new Newest(row.getString("hash"), row.getString("text")))
                .optional()
                .map(this::compile);
    }

    /// The text that was judged by, also when another one holds by now.
    Optional<Policy> of(String hash) {
        return jdbc.sql("select hash, text from approval_policy where hash = ? limit 1")
                .param(hash)
                .query((row, _) -> new Newest(row.getString("hash"), row.getString("text")))
                .optional()
                .map(this::compile);
    }

    /// The one that holds.
    Policy current() {
        return published().orElseThrow(() -> new IllegalStateException("no approval policy is published"));
    }

    private Policy compile(Newest newest) {
        // Few are in use at a time, and a text never changes.
        return compiled.computeIfAbsent(
                newest.hash(), _ -> PolicyForm.read(newest.text().getBytes(StandardCharsets.UTF_8)));
    }

    /// All of them, the newest first.
    List<Line> all() {
        return jdbc.sql("select * from approval_policy order by place desc")
                .query((row, _) -> new Line(
                        row.getString("name"),
                        row.getString("version"),
                        row.getString("hash"),
                        List.of((String[]) row.getArray("warnings").getArray()),
                        row.getString("published_by"),
                        row.getObject("published_at", OffsetDateTime.class).toInstant()))
                .list();
    }

    @Override
    public void project(PolicyEvent fact, Meta meta) {
        switch (fact) {
            case ApprovalPolicyPublished published -> {
                // Published again, an earlier one holds again.
                jdbc.sql("delete from approval_policy where name = ? and version = ?")
                        .params(published.name(), published.version())
                        .update();
                jdbc.sql(
                                """
                                insert into approval_policy (name, version, hash, text, warnings, published_by, published_at)
                                values (?, ?, ?, ?, ?, ?, ?)
                                """)
                        .params(
                                published.name(),
                                published.version(),
                                published.hash(),
                                published.text(),
                                published.warnings().toArray(String[]::new),
                                published.by(),
                                meta.getRecordedAt().atOffset(ZoneOffset.UTC))
                        .update();
            }
        }
    }
}
