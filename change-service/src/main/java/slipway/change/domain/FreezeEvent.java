package slipway.change.domain;

import org.jspecify.annotations.Nullable;
import slipway.change.calendar.FreezeScope;
import slipway.change.calendar.Recurrence;

/// The facts of a freeze. Names and components are the contract's.
public sealed interface FreezeEvent {

    record FreezeDeclared(
            String name,
            String reason,
            FreezeScope scope,
            Recurrence when,
            String approverGroup,
            String by,
            @Nullable String uid)
            implements FreezeEvent {}

    record FreezeLifted(String by, String reason) implements FreezeEvent {}

    record FreezeOverridden(String changeId, String by, String reason, @Nullable String planDigest) implements FreezeEvent {}
}
