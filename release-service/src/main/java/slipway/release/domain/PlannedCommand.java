package slipway.release.domain;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// @param argv program and arguments, each as it is
/// @param report a file that it writes; null: none
public record PlannedCommand(String name, List<String> argv, long timeoutSeconds, @Nullable String report) {}
