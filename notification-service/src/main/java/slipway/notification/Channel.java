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
    /// @param attempt begins when nothing but the sending itself is left to do, at each request anew
    /// @return what came of it for good
    /// @throws NotYet no failure: the receiver wants to be left alone until then, or, where it knows no moment, has enough messages under way
    /// @throws IOException not now: worth another try later
    Delivery send(Message message, To to, Attempt attempt) throws IOException, NotYet;

    /// How long an address is left alone after a message.
    default Duration rest(To to) {
        return Duration.ZERO;
    }

    /// Its address there, however it is written: messages to one of them keep their distance.
    default String place(To to) {
        return to.address();
    }

    /// Whether each fact has a message of its own there, those of a story in their order.
    default boolean tellsOneByOne() {
        return false;
    }

    /// That a message was tried to be sent: nobody knows from then on whether the channel took it.
    @FunctionalInterface
    interface Attempt {

        /// Immediately before the first byte leaves.
        ///
        /// @throws NotYet the message is not to leave like that any more
        void begins() throws NotYet;
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
