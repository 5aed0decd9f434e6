package slipway.notification.domain;

import java.util.List;

/// One condition of a silence on a label of facts.
///
/// @param values one of these; with `pattern`, one regular expression of the whole value
/// @param negated it holds when none of the label's values is what it asks for
public record SilenceMatcher(String label, List<String> values, boolean pattern, boolean negated) {}
