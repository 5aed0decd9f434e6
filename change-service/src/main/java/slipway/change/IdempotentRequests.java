package slipway.change;

import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;
import slipway.http.Form;
import slipway.http.Person;
import slipway.http.Refusal;

/// Requests that carry an Idempotency-Key: however often they come, they make one thing. Key and thing are stored together.
@Component
class IdempotentRequests {

    private static final int LONGEST_KEY = 200;

    private final JdbcClient jdbc;
    private final TransactionTemplate transaction;

    IdempotentRequests(JdbcClient jdbc, TransactionTemplate transaction) {
        this.jdbc = jdbc;
        this.transaction = transaction;
    }

    private record Known(String sha256, String id) {}

    /// @param key null: every request makes another thing
    /// @param make makes it, in the same transaction, and returns its id
    /// @throws Refusal 422 when the key came before with another body
    String id(Person person, @Nullable String key, Form form, Supplier<String> make) {
        if (key == null) {
            return make.get();
        }
        if (key.isBlank() || key.length() > LONGEST_KEY) {
            throw Refusal.malformed(List.of("Idempotency-Key: must have 1 to " + LONGEST_KEY + " characters"));
        }
        return transaction.execute(_ -> {
            // The same request at the same moment waits here for the first one.
            jdbc.sql("select pg_advisory_xact_lock(hashtextextended(?, 3))")
                    .param(person.id() + "\n" + key)
                    .query((row, _) -> true)
                    .single();
            Optional<Known> known = jdbc.sql("select sha256, id from idempotent_request where person = ? and key = ?")
                    .params(person.id(), key)
                    .query((row, _) -> new Known(row.getString("sha256"), row.getString("id")))
                    .optional();
            if (known.isEmpty()) {
                String id = make.get();
                jdbc.sql("insert into idempotent_request (person, key, sha256, id) values (?, ?, ?, ?)")
                        .params(person.id(), key, form.sha256(), id)
                        .update();
                return id;
            }
            if (!known.get().sha256().equals(form.sha256())) {
                throw Refusal.unacceptable(List.of("Idempotency-Key: came before with another request"));
            }
            return known.get().id();
        });
    }
}
