package slipway.release.domain;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// How a package comes about. Nulls: it was built elsewhere, or nobody told what it brings.
///
/// @param output the folder that the build leaves
public record Making(
        @Nullable PlannedCommand build,
        @Nullable String output,
        List<PlannedCommand> tests,
        @Nullable CommitRange commits) {}
