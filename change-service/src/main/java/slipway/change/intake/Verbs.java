package slipway.change.intake;

import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import slipway.http.Form;

/// What deliveries may lead to; whoever knows changes does it, in the transaction it is called in.
public interface Verbs {

    /// @return the change that it became, or all that is against it
    Done submit(Asked asked);

    Done draft(Asked asked);

    /// What a delivery asks for.
    ///
    /// @param sourceId what the source knows the delivery by
    /// @param requester the person who asks
    /// @param behind everybody else who had a hand in it
    /// @param fields of the request for change
    record Asked(
            String source,
            String sourceId,
            String requester,
            List<String> behind,
            Form fields,
            @Nullable String traceparent) {

        public List<String> everybody() {
            return Stream.concat(Stream.of(requester), behind.stream()).distinct().toList();
        }
    }

    /// What became of it.
    ///
    /// @param change its id; null when there is none
    /// @param reasons against it; empty: it was taken
    record Done(@Nullable String change, List<String> reasons) {}
}
