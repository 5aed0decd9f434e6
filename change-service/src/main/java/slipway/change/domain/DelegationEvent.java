package slipway.change.domain;

import slipway.change.calendar.Window;

/// The facts of a delegation. Names and components are the contract's.
public sealed interface DelegationEvent {

    record ApprovalDelegated(String principal, String delegate, Window during, String reason)
            implements DelegationEvent {}

    record DelegationEnded(String by) implements DelegationEvent {}
}
