package slipway.messaging;

/// Is told of what could not be read, so that people see it. It is told before the dead letter is sent, and long before the offset is
/// committed: who dies in between is told again.
@FunctionalInterface
public interface Unread {
    void unread(RawRecord record, String reason);
}
