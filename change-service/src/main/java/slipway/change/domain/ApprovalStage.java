package slipway.change.domain;

import java.util.List;

/// Who has to approve.
///
/// @param eligible the people who may vote, frozen when the vote was asked for
/// @param quorum approvals needed from distinct people
/// @param vetoers the people whose single rejection ends it
public record ApprovalStage(String name, List<String> eligible, int quorum, List<String> vetoers) {}
