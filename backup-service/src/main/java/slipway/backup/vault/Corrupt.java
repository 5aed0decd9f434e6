package slipway.backup.vault;

/// A backup set is not what was sealed. No second try mends that.
public final class Corrupt extends Exception {

    public Corrupt(String reason) {
        super(reason);
    }
}
