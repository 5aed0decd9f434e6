package slipway.backup.vault;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import slipway.backup.vault.Copies.Examined;
import slipway.backup.vault.Location.State;

/// Tells what each copy of a set is.
final class Examining {

    private static final String READING = "reading";

    private final Reader reader;
    private final Readings readings;
    private final Watch watch;

    Examining(Reader reader, Readings readings, Watch watch) {
        this.reader = reader;
        this.readings = readings;
        this.watch = watch;
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

    /// Signature and hashes of a whole copy.
    Reader.Signed check(Location location, String set, @Nullable String expected)
            throws Corrupt, IOException, InterruptedException {
        try (Watch.Work read = watch.begun(set, READING, location.uri(set))) {
            return reader.check(Reader.in(location, set).counted(read), expected);
        } catch (Corrupt e) {
            forget(location, set);
            throw e;
        }
    }

    /// What was read there is there no more, or is not what was read.
    void forget(Location location, String set) {
        readings.forget(location.uri(set));
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
                readings.forget(copy);
                return List.of(e.getMessage());
            }
        }
        readings.forget(copy);
        try (Watch.Work read = watch.begun(set, READING, copy)) {
            List<String> faults = reader.faults(Reader.in(location, set).counted(read), manifestDigest);
            if (faults.isEmpty()) {
                readings.note(belief, copy, manifestDigest, traces);
            }
            return faults;
        }
    }
}
