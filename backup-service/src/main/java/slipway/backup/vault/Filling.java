package slipway.backup.vault;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import slipway.backup.vault.Copies.Examined;
import slipway.backup.vault.Copies.Missing;
import slipway.backup.vault.Location.Copy;
import slipway.backup.vault.Location.State;

/// Brings a set to every location. One that fails does not keep the others from theirs.
final class Filling {

    private static final Logger LOG = LoggerFactory.getLogger(Filling.class);

    private final List<Location> locations;
    private final Reader reader;
    private final Copying copying;
    private final Examining examining;
    private final String set;
    private final String manifestDigest;
    private final List<Copy> made = new ArrayList<>();
    private final List<Missing> missing = new ArrayList<>();
    private final List<Missing> refused = new ArrayList<>();

    Filling(
            List<Location> locations, Reader reader, Copying copying, Examining examining, String set, String manifestDigest) {
        this.locations = locations;
        this.reader = reader;
        this.copying = copying;
        this.examining = examining;
        this.set = set;
        this.manifestDigest = manifestDigest;
    }

    private interface Attempt {
        Copy make() throws Corrupt, Location.Unguarded, IOException, InterruptedException;
    }

    Copies replicate() throws InterruptedException {
        for (Location location : locations) {
            attempt(location, () -> {
                if (location.state(set) == State.WHOLE) {
                    reader.manifest(Reader.in(location, set), manifestDigest);
                    return kept(location);
                }
                return copied(location, others(location));
            });
        }
        return new Copies(made, missing, refused);
    }

    /// @param examined one for each location, in their order
    Copies repair(List<Examined> examined) throws InterruptedException {
        List<Location> sound = new ArrayList<>();
        for (int i = 0; i < locations.size(); i++) {
            if (examined.get(i) instanceof Examined.Sound || examined.get(i) instanceof Examined.Unguarded) {
                sound.add(locations.get(i));
            }
        }
        for (int i = 0; i < locations.size(); i++) {
            Location location = locations.get(i);
            switch (examined.get(i)) {
                case Examined.Sound(Copy copy) -> made.add(copy);
                case Examined.Unguarded _ -> attempt(location, () -> kept(location));
                case Examined.Unreachable(String uri, String reason) -> missing.add(new Missing(uri, reason));
                case Examined.Absent _ -> attempt(location, () -> copied(location, sound));
                case Examined.Faulty(String _, List<String> faults) -> attempt(location, () -> {
                    if (sound.isEmpty()) {
                        throw new Corrupt("is corrupt, and no other copy is sound: " + String.join("; ", faults));
                    }
                    LOG.warn("backup set {}: the copy in {} is put aside: {}", set, location, faults);
                    aside(location);
                    return copied(location, sound);
                });
            }
        }
        return new Copies(made, missing, refused);
    }

    private void attempt(Location location, Attempt attempt) throws InterruptedException {
        try {
            made.add(attempt.make());
        } catch (Location.Unguarded e) {
            LOG.warn("backup set {}: {} does not keep a copy as it has to: {}", set, location, e.getMessage());
            refused.add(new Missing(location.uri(set), e.getMessage()));
        } catch (Corrupt | IOException e) {
            Interruption.passOn(e);
            LOG.warn("backup set {}: no copy that counts in {}: {}", set, location, Vault.reason(e));
            missing.add(new Missing(location.uri(set), Vault.reason(e)));
        }
    }

    /// One that never counts, although its location would keep another one as it has to, is made again, if there is a sound one to make it
    /// from.
    private Copy kept(Location location) throws Corrupt, Location.Unguarded, IOException, InterruptedException {
        try {
            return location.kept(set, manifestDigest);
        } catch (Location.Unguarded e) {
            if (e.another()) {
                for (Location other : others(location)) {
                    if (isSound(other)) {
                        aside(location);
                        return copied(location, List.of(other));
                    }
                }
            }
            throw e;
        }
    }

    private void aside(Location location) throws IOException, InterruptedException {
        examining.forget(location, set);
        location.aside(set);
    }

    private boolean isSound(Location location) throws InterruptedException {
        try {
            examining.check(location, set, manifestDigest);
            return true;
        } catch (Corrupt | IOException e) {
            Interruption.passOn(e);
            return false;
        }
    }

    private List<Location> others(Location than) {
        return locations.stream().filter(each -> each != than).toList();
    }

    /// From the first of the sources that will do.
    private Copy copied(Location to, List<Location> sources)
            throws Corrupt, Location.Unguarded, IOException, InterruptedException {
        List<String> unusable = new ArrayList<>();
        examining.forget(to, set);
        for (Location from : sources) {
            try {
                copying.copy(from, to, set, manifestDigest);
                LOG.info("backup set {}: copied from {} to {}", set, from, to);
                return to.kept(set, manifestDigest);
            } catch (Copying.Unusable e) {
                unusable.add(e.getMessage());
            }
        }
        throw new Corrupt("no copy that could be copied: " + String.join("; ", unusable));
    }
}
