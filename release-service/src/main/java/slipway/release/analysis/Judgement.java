package slipway.release.analysis;

import org.jspecify.annotations.Nullable;

/// What a judge says.
///
/// @param score of STATISTICAL, from 0 to 100; null otherwise
/// @param reason in words, for people
/// @param text all of it as one line of JSON with fixed fields; the same measurements have the same bytes
public record Judgement(Verdict verdict, @Nullable Double score, String reason, String text) {}
