package slipway.release.domain;

import org.jspecify.annotations.Nullable;

/// @param run the program that checked it; null: we did
public record PackageCheck(String name, boolean passed, String detail, @Nullable CommandRun run) {

    public PackageCheck(String name, boolean passed, String detail) {
        this(name, passed, detail, null);
    }
}
