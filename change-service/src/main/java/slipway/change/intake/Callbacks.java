package slipway.change.intake;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import slipway.change.intake.Verbs.Done;
import slipway.change.intake.Verbs.Shown;
import slipway.decider.Wording;
import slipway.http.Form;

/// Who waits for an answer at the gate, stored until they have it.
@Component
class Callbacks {

    /// While one instance asks, no other does; whoever dies in between is taken over after it.
    private static final Duration LEASE = Duration.ofMinutes(1);

    private final JdbcClient jdbc;
    private final Sources sources;
    private final Subjects subjects;

    Callbacks(JdbcClient jdbc, Sources sources, Subjects subjects) {
        this.jdbc = jdbc;
        this.sources = sources;
        this.subjects = subjects;
    }

    /// @param changeId of the change that was named; empty: those that are about the same
    /// @param service whose release waits; null: nobody said
    /// @param environment ours
    /// @param called what they call it
    /// @param waited since it was asked
    /// @param answer that was sent, or was about to be; null: none
    /// @param tries how often the answer did not get there
    record Waiting(
            String deliveryId,
            String changeId,
            @Nullable String service,
            List<String> about,
            String environment,
            String called,
            String url,
            long installation,
            Duration waited,
            @Nullable String answer,
            int tries) {}

    /// @param change that was named; null: those that are about the same, now or in a moment
    Done accept(Shown shown, @Nullable String change, List<String> about) {
        Form form = shown.fields();
        String environment = form.text("environment");
        String called = form.text("called");
        String url = form.text("url");
        long installation = form.number("installation");
        List<String> faults = new ArrayList<>(form.faults());
        faults.addAll(Wording.name("environment", environment));
        faults.addAll(Wording.name("called", called));
        GitHubApp app = sources.here(shown.source()).app();
        if (app == null) {
            faults.add("no app is set up for " + shown.source() + " in the file slipway.intake.file: nobody could be called back");
        } else if (!app.mayCall(url)) {
            faults.add("url: '" + url + "' is not below " + app.repositories() + ": nobody else gets the app's token");
        }
        if (!faults.isEmpty()) {
            return new Done(null, faults);
        }
        jdbc.sql(
                        """
                        insert into callback (delivery_id, change_id, service, about, environment, called, url, installation)
                        values (?, ?, ?, ?, ?, ?, ?, ?)
                        on conflict (delivery_id) do update set next_at = clock_timestamp(), since = clock_timestamp(), tries = 0
                        """)
                .params(
                        shown.id(),
                        change == null ? "" : change,
                        shown.service(),
                        about.toArray(String[]::new),
                        environment,
                        called,
                        url,
                        installation)
                .update();
        return new Done(change == null ? subjects.changes(about).stream().findFirst().orElse(null) : change, List.of());
    }

    /// The one that has waited longest of those whose turn it is, for nobody else for a while.
    Optional<Waiting> due() {
        return jdbc.sql(
                        """
                        update callback set next_at = clock_timestamp() + :lease * interval '1 second' where delivery_id in (
                            select delivery_id from callback where next_at <= clock_timestamp() order by next_at limit 1
                            for update skip locked)
                        returning *, extract(epoch from clock_timestamp() - since) as waited
                        """)
                .param("lease", LEASE.toSeconds())
                .query((row, _) -> new Waiting(
                        row.getString("delivery_id"),
                        row.getString("change_id"),
                        row.getString("service"),
                        List.of((String[]) row.getArray("about").getArray()),
                        row.getString("environment"),
                        row.getString("called"),
                        row.getString("url"),
                        row.getLong("installation"),
                        Duration.ofSeconds(row.getLong("waited")),
                        row.getString("answer"),
                        row.getInt("tries")))
                .optional();
    }

    /// About to be sent: should nobody hear what becomes of it, whoever sends it again knows.
    void answers(Waiting waiting, String answer) {
        jdbc.sql("update callback set answer = ? where delivery_id = ?")
                .params(answer, waiting.deliveryId())
                .update();
    }

    void again(Waiting waiting, Duration in, boolean failed) {
        jdbc.sql("update callback set next_at = clock_timestamp() + ? * interval '1 second', tries = tries + ? where delivery_id = ?")
                .params(in.toSeconds(), failed ? 1 : 0, waiting.deliveryId())
                .update();
    }

    void through(Waiting waiting) {
        jdbc.sql("update callback set next_at = null where delivery_id = ?").param(waiting.deliveryId()).update();
    }
}
