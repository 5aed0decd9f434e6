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

    Callbacks(JdbcClient jdbc, Sources sources) {
        this.jdbc = jdbc;
        this.sources = sources;
    }

    /// @param changeId of the change that was named; empty: those that are about the same
    /// @param service whose release waits; null: nobody said
    /// @param environment ours
    /// @param called what they call it
    /// @param waited since it was asked
    /// @param answer that may have got there; null: none did
    /// @param attempt whoever has a later one has taken it over
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
            long attempt,
            int tries) {}

    /// @param change that was named; null: those that are about the same, now or in a moment
    Done accept(Shown shown, @Nullable String change, List<String> about) {
        Form form = shown.fields();
        String environment = form.text("environment");
        String called = form.text("called");
        String url = form.text("url");
        String repository = form.text("repository");
        long installation = form.number("installation");
        List<String> faults = new ArrayList<>(form.faults());
        faults.addAll(Wording.name("environment", environment));
        faults.addAll(Wording.name("called", called));
        GitHubApp app = sources.here(shown.source()).app();
        if (app == null) {
            faults.add("no app is set up for " + shown.source() + " in the file slipway.intake.file: nobody could be called back");
        } else if (!app.mayCall(url, repository)) {
            faults.add("url: '" + url + "' is no deployment protection rule of a run below " + app.runs(repository)
                    + ": nobody else is answered, nor gets the app's token");
        }
        if (!faults.isEmpty()) {
            return new Done(null, faults);
        }
        jdbc.sql(
                        """
                        insert into callback (delivery_id, change_id, service, about, environment, called, url, installation)
                        values (?, ?, ?, ?, ?, ?, ?, ?)
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
        return new Done(change, List.of());
    }

    /// The one that has waited longest of those whose turn it is, for nobody else for a while.
    Optional<Waiting> due() {
        return jdbc.sql(
                        """
                        update callback set attempt = attempt + 1, next_at = clock_timestamp() + :lease * interval '1 second'
                        where delivery_id = (
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
                        row.getLong("attempt"),
                        row.getInt("tries")))
                .optional();
    }

    /// What may have got there from now on: should nobody hear what becomes of it, whoever sends it again knows.
    ///
    /// @return false: somebody else has taken it over
    boolean answers(Waiting waiting, @Nullable String answer) {
        return jdbc.sql("update callback set answer = ? where delivery_id = ? and attempt = ?")
                        .params(answer, waiting.deliveryId(), waiting.attempt())
                        .update()
                == 1;
    }

    /// @return false: somebody else has taken it over
    boolean again(Waiting waiting, Duration in, boolean failed) {
        return jdbc.sql(
                        """
                        update callback set next_at = clock_timestamp() + ? * interval '1 second', tries = tries + ?
                        where delivery_id = ? and attempt = ?
                        """)
                        .params(in.toSeconds(), failed ? 1 : 0, waiting.deliveryId(), waiting.attempt())
                        .update()
                == 1;
    }

    /// @return false: somebody else has taken it over
    boolean through(Waiting waiting) {
        return jdbc.sql("update callback set next_at = null where delivery_id = ? and attempt = ?")
                        .params(waiting.deliveryId(), waiting.attempt())
                        .update()
                == 1;
    }
}
