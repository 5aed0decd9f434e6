package slipway.backup.vault;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import slipway.backup.vault.Copies.Examined;
import slipway.backup.vault.Location.State;

/// Tells what each copy of a set is.
final class Examining {

    private final Reader reader;
    private final Readings readings;

    Examining(Reader reader, Readings readings) {
        this.reader = reader;
        this.readings = readings;
    }

    /// @return one for each location, in their order
    List<Examined> all(List<Location> locations, String set, String manifestDigest, Readings.Belief belief)
            throws InterruptedException {
        List<Examined> all = new ArrayList<>();
        for (Location location : locations) {
            all.add(one(location, set, manifestDigest, belief));
        }
        return all;
    }

    private Examined one(Location location, String set, String manifestDigest, Readings.Belief belief)
            throws InterruptedException {
        String uri = location.uri(set);
        try {
            if (location.state(set) != State.WHOLE) {
                return new Examined.Absent(uri);
            }
            List<String> faults = faults(location, set, manifestDigest, belief);
            return faults.isEmpty()
                    ? new Examined.Sound(location.kept(set, manifestDigest))
                    : new Examined.Faulty(uri, faults);
        } catch (Location.Unguarded e) {
            return new Examined.Unguarded(uri, e.getMessage());
        } catch (IOException e) {
            Interruption.passOn(e);
            return new Examined.Unreachable(uri, Vault.reason(e));
        }
    }

    private List<String> faults(Location location, String set, String manifestDigest, Readings.Belief belief)
            throws IOException, InterruptedException {
        String copy = location.uri(set);
        // Before it is read: whatever is written meanwhile leaves others.
        String traces = location.traces(set);
        if (readings.hold(belief, copy, manifestDigest, traces)) {
            try {
                reader.manifest(Reader.in(location, set), manifestDigest);
                return List.of();
            } catch (Corrupt e) {
                return List.of(e.getMessage());
            }
        }
        List<String> faults = reader.faults(Reader.in(location, set), manifestDigest);
        if (faults.isEmpty()) {
            readings.note(copy, manifestDigest, traces);
        } else {
            readings.forget(copy);
        }
        return faults;
    }
}
