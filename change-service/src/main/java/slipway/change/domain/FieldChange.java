package slipway.change.domain;

/// One field that an amendment changed; the values in words, shortened.
public record FieldChange(String field, String before, String after) {}
