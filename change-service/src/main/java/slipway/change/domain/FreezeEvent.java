package slipway.change.domain;

import java.util.List;
import org.jspecify.annotations.Nullable;
import slipway.change.calendar.FreezeScope;
import slipway.change.calendar.Recurrence;

/// The facts of a freeze. Names and components are the contract's; passes are as [slipway.change.calendar.Target#pass] writes them.
public sealed interface FreezeEvent {

    record FreezeDeclared(
            String name,
            String reason,
            FreezeScope scope,
            Recurrence when,
            String approverGroup,
            String by,
            @Nullable String uid,
            List<String> letThrough)
            implements FreezeEvent {}

    record FreezeLifted(String by, String reason) implements FreezeEvent {}

    record FreezeOverridden(String changeId, String by, String reason, @Nullable String planDigest) implements FreezeEvent {}
}
