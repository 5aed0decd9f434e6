package slipway.change.domain;

/// Class of a change. `UNKNOWN`: written by somebody who knows more classes than we.
public enum ChangeType {
    NORMAL,
    STANDARD,
    EMERGENCY,
    LATENT,
    UNKNOWN
}
