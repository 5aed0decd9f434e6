package slipway.release.domain;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// A program that was run, and what is left of it as evidence.
///
/// @param logDigest `sha256:…` of all that it said
public record CommandRun(
        String name,
        List<String> argv,
        int exit,
        long millis,
        String logDigest,
        long logBytes,
        @Nullable String reportDigest) {}
