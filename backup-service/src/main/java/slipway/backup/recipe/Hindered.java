package slipway.backup.recipe;

import java.io.IOException;

/// What stands in the way is here, and says nothing about what was captured: a program that is not installed, a secret that cannot
/// be had, a server that takes too long, a full disk. Worth another try when that is mended.
public final class Hindered extends IOException {

    public Hindered(String reason) {
        super(reason);
    }
}
