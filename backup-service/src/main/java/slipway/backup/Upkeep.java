package slipway.backup;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import slipway.backup.domain.BackupCommand;
import slipway.backup.domain.BackupCommand.RecordCorruption;
import slipway.backup.domain.BackupCommand.RecordRepair;
import slipway.backup.domain.BackupCommand.RecordReplication;
import slipway.backup.domain.BackupCommand.RecordVerification;
import slipway.backup.domain.BackupCopy;
import slipway.backup.domain.BackupState.Seal;
import slipway.backup.domain.VerificationLevel;
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

    /// What the copies of a set are.
    ///
    /// @param at where copies are not what was sealed, or are gone
    /// @param faults of these, in words
    /// @param lacking where there is none yet, since the location came to the configuration later
    /// @param refused locations that take no part, and why
    /// @param unknown what cannot be told now, in words
    record Found(
            List<BackupCopy> sound, List<String> at, List<String> faults, List<String> lacking, List<String> refused, List<String> unknown) {

        private static final String GONE = " is not there";

        /// @param had where there was a copy
        static Found of(List<Examined> copies, Set<String> had) {
            Found found = new Found(
                    new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
            for (Examined copy : copies) {
                switch (copy) {
                    case Examined.Sound(var sound) -> found.sound.add(copy(sound));
                    case Examined.Faulty(var at, var all) -> {
                        found.at.add(at);
                        all.forEach(fault -> found.faults.add(at + ": " + fault));
                    }
                    case Examined.Absent(var at) -> {
                        if (had.contains(at)) {
                            found.at.add(at);
                            found.faults.add(at + GONE);
                        } else {
                            found.lacking.add(at);
                        }
                    }
                    case Examined.Unguarded(var at, var reason) -> found.refused.add(at + ": " + reason);
                    case Examined.Unreachable(var at, var reason) -> found.unknown.add(at + ": " + reason);
                }
            }
            return found.weighed();
        }

        /// A location that refuses is done without where there are enough others; what is nowhere is not to be had from anywhere.
        private Found weighed() {
            if (sound.size() < Copies.LEAST) {
                unknown.addAll(refused);
                refused.clear();
            }
            if (sound.isEmpty() && unknown.isEmpty()) {
                lacking.forEach(each -> faults.add(each + GONE));
                at.addAll(lacking);
                lacking.clear();
            }
            return this;
        }

        List<String> places() {
            return sound.stream().map(BackupCopy::location).toList();
        }
    }

    /// Every copy is read to its last byte, but for what the same attempt read when it was tried before.
    ///
    /// @param attempt the fact that it is for
    Found examine(String set, Seal seal, String attempt) throws InterruptedException {
        return Found.of(vault.examine(set, seal.manifestDigest(), attempt), seal.locations());
    }

    /// The same, but what was read not long ago is believed.
    Found glance(String set, String manifestDigest, Set<String> had) throws InterruptedException {
        return Found.of(vault.glance(set, manifestDigest), had);
    }

    static List<BackupCopy> copies(Copies copies) {
        return copies.made().stream().map(Upkeep::copy).toList();
    }

    private static BackupCopy copy(Location.Copy copy) {
        return new BackupCopy(copy.location(), copy.version(), copy.retainUntil());
    }

    static List<String> refused(Copies copies) {
        return copies.refused().stream().map(Copies.Missing::toString).toList();
    }

    static List<String> missing(Copies copies) {
        return copies.missing().stream().map(Copies.Missing::toString).toList();
    }

    /// @throws IOException while it does not lie everywhere
    BackupCommand replicate(String set, String manifestDigest) throws IOException, InterruptedException {
        Copies copies = whole(vault.replicate(set, manifestDigest));
        return new RecordReplication(copies(copies), refused(copies));
    }

    /// Makes copies where there was none before.
    ///
    /// @throws IOException while it does not lie everywhere
    RecordVerification filled(String set, Found found, String manifestDigest) throws IOException, InterruptedException {
        if (found.lacking().isEmpty() && found.refused().isEmpty()) {
            return new RecordVerification(VerificationLevel.V2, found.places(), List.of());
        }
        Copies copies = whole(vault.replicate(set, manifestDigest));
        return new RecordVerification(
                VerificationLevel.V2, copies.made().stream().map(Location.Copy::location).toList(), refused(copies));
    }

    private static Copies whole(Copies copies) throws IOException {
        if (!copies.complete()) {
            throw new IOException("copies are missing: " + missing(copies).stream().collect(Collectors.joining("; ")));
        }
        return copies;
    }

    /// @param attempt the fact that it is for: what another one found corrupt was perhaps read here as sound, not long ago
    /// @throws IOException while it is not repaired, and there is something to repair it from
    BackupCommand repair(String set, Seal seal, String attempt) throws IOException, InterruptedException {
        List<Examined> examined = vault.examine(set, seal.manifestDigest(), attempt);
        Found before = Found.of(examined, seal.locations());
        if (before.sound().isEmpty() && before.unknown().isEmpty()) {
            return new RecordCorruption(before.faults(), 0);
        }
        Copies after = whole(vault.repair(set, seal.manifestDigest(), examined));
        LOG.warn("backup set {}: replaced by a sound copy: {}", set, before.at());
        return new RecordRepair(copies(after), before.at());
    }

    /// @throws IOException while a copy is left
    void delete(String set) throws IOException, InterruptedException {
        List<Copies.Kept> kept = vault.remove(set);
        if (!kept.isEmpty()) {
            throw new IOException(kept.stream()
                    .map(each -> each.location() + ": " + each.reason())
                    .collect(Collectors.joining("; ")));
        }
        LOG.info("backup set {} is given up, and its copies are deleted", set);
    }
}
