package slipway.release.domain;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// A change that is carried, as it was approved.
///
/// @param writtenBy everybody who wrote any of its plan
/// @param configurationItems what it touches
public record CarriedChange(
        String changeId,
        String title,
        List<String> links,
        String planDigest,
        Window window,
        @Nullable String pinnedDigest,
        boolean restoreDataOnRollback,
        String requester,
        String implementer,
        List<String> approvers,
        List<String> writtenBy,
        List<String> configurationItems) {}
