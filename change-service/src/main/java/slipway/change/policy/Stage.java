package slipway.change.policy;

import java.time.Duration;
import java.util.List;

/// Who has to approve one change, and how many of them.
///
/// @param eligible in the order of their ids; never the requester or the implementer
/// @param quorum approvals needed from distinct people
/// @param vetoers whose single rejection ends it
/// @param escalation who is asked too when nobody answered in time
public record Stage(
        String name,
        List<String> eligible,
        int quorum,
        List<String> vetoers,
        Duration waits,
        List<String> escalation,
        Duration escalationWaits) {}
