package slipway.notification;

import java.io.IOException;
import java.time.Duration;
import slipway.messaging.NotYet;

/// A way to reach people.
///
/// No channel can send and write the receipt in one step: after a crash in between, the job sends again, so a message
/// arrives at least once, and more than once only where a crash (or an answer that got lost) fell into that gap. Each
/// channel carries the message's id to the receiver, by which a repeat can be recognised.
interface Channel {

    /// Sends now.
    ///
    /// @return what came of it for good
    /// @throws NotYet no failure: the receiver wants to be left alone until then, or, where it knows no moment, has enough messages under way
    /// @throws IOException not now: worth another try later
    Delivery send(Message message, To to) throws IOException, NotYet;

    /// How long an address is left alone after a message.
    default Duration rest(To to) {
        return Duration.ZERO;
    }

    /// Whether each fact has a message of its own there, those of a story in their order.
    default boolean tellsOneByOne() {
        return false;
    }

    /// Whom a message is for.
    ///
    /// @param receiver by its name
    /// @param recipient a person's id, or the address
    /// @param address in the channel's own notation
    /// @param group what else is told there in one message; empty: nothing
    /// @param again whether they were told before, and it still waits for somebody
    record To(String receiver, String recipient, String address, String group, boolean again) {}

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
