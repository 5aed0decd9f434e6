package slipway.backup.vault;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Takes the first copy that will do.
record Choosing(List<Location> locations, Examining examining) {

    private static final Logger LOG = LoggerFactory.getLogger(Choosing.class);

    interface Look<T> {
        T at(Location location) throws Corrupt, IOException, InterruptedException;
    }

    /// @throws Corrupt when there is none
    /// @throws IOException when there may be one in a location that cannot be read now
    <T> T any(String set, Look<T> look) throws Corrupt, IOException, InterruptedException {
        List<String> faults = new ArrayList<>();
        boolean unread = false;
        for (Location location : locations) {
            try {
                T found = look.at(location);
                if (!faults.isEmpty()) {
                    LOG.error("backup set {}: a copy cannot be used; going on with {}: {}", set, location, faults);
                }
                return found;
            } catch (Corrupt e) {
                examining.forget(location, Sets.name(set));
                faults.add(location.uri(set) + ": " + e.getMessage());
            } catch (IOException e) {
                Interruption.passOn(e);
                unread = true;
                faults.add(location.uri(set) + ": " + Vault.reason(e));
            }
        }
        String all = String.join("; ", faults);
        if (unread) {
            throw new IOException(all);
        }
        throw new Corrupt(all);
    }
}
