package slipway.backup.domain;

/// Where a restore run stands.
public sealed interface RestoreState {

    record Run(String releaseId, String environment, String backupSetId, String manifestDigest) {}

    record Unknown() implements RestoreState {}

    record Requested(Run run) implements RestoreState {}

    record Secured(Run run) implements RestoreState {}

    record Over() implements RestoreState {}
}
