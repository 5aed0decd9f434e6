package slipway.change.intake;

import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import slipway.http.Form;
import slipway.messaging.Fact;

/// What deliveries may lead to; whoever knows changes does it, in the transaction it is called in.
public interface Verbs {

    /// @return the change that it became, or all that is against it
    Done submit(Asked asked);

    Done draft(Asked asked);

    /// Answers a request that came by Kafka.
    Done request(Fact sent);

    /// Shows something for a change; a draft takes over what it says was built.
    Done evidence(String change, Shown shown);

    /// Whether a person may still change what is asked for before others decide about it.
    boolean isDraft(String change);

    /// Whether it is a draft, and says itself that it is of this service.
    boolean isDraftOf(String change, String service);

    /// Gives up a draft; what was submitted is for people here to give up.
    ///
    /// @param asked has `reason` and `reference`; the requester is who gives it up
    Done withdraw(String change, Asked asked);

    /// Tells whoever released there.
    Done alert(Shown shown);

    /// Nothing starts for a while.
    ///
    /// @param subject what it is about: of each there is one freeze at a time
    /// @param again it was asked for before, and goes on: what a person lifted stays lifted
    /// @return the freeze; null when there is none to go on with
    Done freeze(Asked asked, @Nullable String subject, boolean again);

    /// Whether the change may start there now.
    ///
    /// @param service whose release it would be; null: nobody says
    Gate gate(String change, @Nullable String service, String environment);

    /// @param open null: not decided yet, or something is in the way that may go away
    /// @param reason in words
    record Gate(@Nullable Boolean open, String reason) {}

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

    /// What a delivery says, without asking for anything.
    ///
    /// @param id of the delivery
    /// @param sourceId what the source knows it by
    /// @param digest of its bytes, `sha256:…`
    /// @param service of which the change has to be; null: any
    /// @param writtenBy people who made what is shown, as far as a draft takes it over; empty: programs did
    /// @param fields what it says
    record Shown(
            String id,
            String source,
            String sourceId,
            String digest,
            @Nullable String service,
            List<String> writtenBy,
            Form fields,
            @Nullable String traceparent) {}

    /// What became of it.
    ///
    /// @param result the id of the change, freeze or alert; null when there is none
    /// @param reasons against it; empty: it was taken
    /// @param remarks what was not taken as it was said, though it was taken
    record Done(@Nullable String result, List<String> reasons, List<String> remarks) {

        public Done(@Nullable String result, List<String> reasons) {
            this(result, reasons, List.of());
        }

        /// Ids of what it led to.
        List<String> results() {
            return result == null ? List.of() : List.of(result);
        }
    }
}
