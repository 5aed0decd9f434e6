package slipway.notification;

import java.io.IOException;
import java.util.List;

/// A way to reach people.
///
/// No channel can send and write the receipt in one step: after a crash in between, the job sends again, so a message
/// arrives at least once, and more than once only where a crash (or an answer that got lost) fell into that gap. Each
/// channel carries the message's id to the receiver, by which a repeat can be recognised.
interface Channel {

    /// Sends now.
    ///
    /// @param to who, in the channel's own notation
    /// @return what came of it for good
    /// @throws IOException not now: worth another try later
    Delivery send(Message message, List<String> to) throws IOException;

    /// What came of sending, for good.
    sealed interface Delivery {

        /// @param receipt what the channel gave in return
        record Delivered(String receipt) implements Delivery {}

        /// Another try would get the same answer.
        ///
        /// @param reason in the channel's words
        record Undeliverable(String reason) implements Delivery {}
    }
}
