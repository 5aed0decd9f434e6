package slipway.change.domain;

import java.util.List;

/// The facts of the approval policy. Names and components are the contract's.
public sealed interface PolicyEvent {

    record ApprovalPolicyPublished(
            String name, String version, String hash, String text, List<String> warnings, String by)
            implements PolicyEvent {}
}
