package slipway.audit.domain;

/// What is signed about the ledger.
public sealed interface CheckpointEvent {

    /// So many facts were in the ledger, and this is the root of their Merkle tree (RFC 6962).
    ///
    /// @param origin which log, by the name of its key
    /// @param size leaves
    /// @param root base64
    /// @param note the checkpoint with its signature, as C2SP tlog-checkpoint writes it
    record CheckpointSigned(String origin, long size, String root, String note) implements CheckpointEvent {}
}
