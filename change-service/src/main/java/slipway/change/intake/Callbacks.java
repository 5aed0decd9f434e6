package slipway.change.intake;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
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
    private static final int MOST = 20;

    private final JdbcClient jdbc;
    private final Sources sources;

    Callbacks(JdbcClient jdbc, Sources sources) {
        this.jdbc = jdbc;
        this.sources = sources;
    }

    /// @param environment ours
    /// @param called what they call it
    /// @param tries how often the answer did not get there
    record Waiting(
            String deliveryId, String changeId, String environment, String called, String url, long installation, int tries) {}

    /// @param change empty: there is none
    Done accept(Shown shown, String change) {
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
                        insert into callback (delivery_id, change_id, environment, called, url, installation)
                        values (?, ?, ?, ?, ?, ?) on conflict (delivery_id) do update set next_at = clock_timestamp(), tries = 0
                        """)
                .params(shown.id(), change, environment, called, url, installation)
                .update();
        return new Done(change.isEmpty() ? null : change, List.of());
    }

    /// Those whose turn it is, for nobody else for a while.
    List<Waiting> due() {
        return jdbc.sql(
                        """
                        update callback set next_at = clock_timestamp() + :lease * interval '1 second' where delivery_id in (
                            select delivery_id from callback where next_at <= clock_timestamp() order by next_at limit :most
                            for update skip locked)
                        returning *
                        """)
                .param("lease", LEASE.toSeconds())
                .param("most", MOST)
                .query((row, _) -> new Waiting(
                        row.getString("delivery_id"),
                        row.getString("change_id"),
                        row.getString("environment"),
                        row.getString("called"),
                        row.getString("url"),
                        row.getLong("installation"),
                        row.getInt("tries")))
                .list();
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
