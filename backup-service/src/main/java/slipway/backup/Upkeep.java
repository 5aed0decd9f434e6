package slipway.backup;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import slipway.backup.domain.BackupCommand;
import slipway.backup.domain.BackupCommand.RecordCorruption;
import slipway.backup.domain.BackupCommand.RecordRepair;
import slipway.backup.domain.BackupCommand.RecordReplication;
import slipway.backup.domain.BackupCopy;
import slipway.backup.vault.Copies;
import slipway.backup.vault.Copies.Examined;
import slipway.backup.vault.Location;
import slipway.backup.vault.Vault;

/// The copies of a set after it was sealed: as many as there have to be, and none when it is given up. A location that is down is asked
/// again until it answers.
@Component
class Upkeep {

    private static final Logger LOG = LoggerFactory.getLogger(Upkeep.class);

    private final Vault vault;

    Upkeep(Vault vault) {
        this.vault = vault;
    }

    /// What every copy is, read to its last byte.
    ///
    /// @param faults of copies that are not what was sealed, or are gone
    /// @param unknown what cannot be told now
    record Found(List<BackupCopy> sound, List<String> at, List<String> faults, List<String> unknown) {}

    Found examine(String set, String manifestDigest) throws InterruptedException {
        Found found = new Found(new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        for (Examined copy : vault.examine(set, manifestDigest)) {
            switch (copy) {
                case Examined.Sound(var sound) -> found.sound().add(copy(sound));
                case Examined.Faulty(var at, var all) -> {
                    found.at().add(at);
                    all.forEach(fault -> found.faults().add(at + ": " + fault));
                }
                case Examined.Absent(var at) -> {
                    found.at().add(at);
                    found.faults().add(at + " is not there");
                }
                case Examined.Unguarded(var at, var reason) -> found.unknown().add(at + ": " + reason);
                case Examined.Unreachable(var at, var reason) -> found.unknown().add(at + ": " + reason);
            }
        }
        return found;
    }

    static List<BackupCopy> copies(Copies copies) {
        return copies.made().stream().map(Upkeep::copy).toList();
    }

    private static BackupCopy copy(Location.Copy copy) {
        return new BackupCopy(copy.location(), copy.version(), copy.retainUntil());
    }

    static List<String> missing(Copies copies) {
        return copies.missing().stream().map(Copies.Missing::toString).toList();
    }

    /// @throws IOException while it does not lie everywhere
    BackupCommand replicate(String set, String manifestDigest) throws IOException, InterruptedException {
        return new RecordReplication(copies(whole(vault.replicate(set, manifestDigest))));
    }

    private static Copies whole(Copies copies) throws IOException {
        if (!copies.complete()) {
            throw new IOException("copies are missing: " + missing(copies).stream().collect(Collectors.joining("; ")));
        }
        return copies;
    }

    /// @throws IOException while it is not repaired, and there is something to repair it from
    BackupCommand repair(String set, String manifestDigest) throws IOException, InterruptedException {
        Found before = examine(set, manifestDigest);
        if (before.sound().isEmpty() && before.unknown().isEmpty()) {
            return new RecordCorruption(before.faults(), 0);
        }
        Copies after = whole(vault.repair(set, manifestDigest));
        LOG.warn("backup set {}: replaced by a sound copy: {}", set, before.at());
        return new RecordRepair(copies(after), before.at());
    }

    /// @throws IOException while a copy is left
    void delete(String set) throws IOException, InterruptedException {
        List<Copies.Kept> kept = vault.remove(set).kept();
        if (!kept.isEmpty()) {
            throw new IOException(kept.stream()
                    .map(each -> each.location() + ": " + each.reason())
                    .collect(Collectors.joining("; ")));
        }
        LOG.info("backup set {} is given up, and its copies are deleted", set);
    }
}
