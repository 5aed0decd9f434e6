package slipway.launcher.evidence;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import slipway.audit.domain.Digest;
import slipway.events.backup.BackupCompleted;
import slipway.events.backup.BackupPartial;

/// The manifests of backup sets, held against what was told when the sets were sealed.
final class Backups {

    private static final Pattern FILE = Pattern.compile("backups/([^/]+)/manifest\\.json");

    private Backups() {}

    /// @return how many are what was sealed
    static int check(Pack pack, List<Fact> facts, List<String> faults, List<String> unshown) {
        Map<String, Set<String>> sealed = new HashMap<>();
        for (Fact fact : facts) {
            String digest = switch (fact.said()) {
                case BackupCompleted completed -> completed.getManifestDigest();
                case BackupPartial partial -> partial.getManifestDigest();
                default -> null;
            };
            if (digest != null) {
                sealed.computeIfAbsent(fact.entry().aggregateId(), _ -> new HashSet<>()).add(digest);
            }
        }
        int sound = 0;
        Set<String> there = new HashSet<>();
        for (String name : pack.in(Pack.BACKUPS)) {
            Matcher file = FILE.matcher(name);
            String set = file.matches() ? file.group(1) : "";
            String digest = "sha256:" + Digest.hash(pack.file(name).orElseThrow());
            there.add(set);
            if (!sealed.containsKey(set)) {
                faults.add(name + " is of no backup set that was sealed by a fact of the pack");
            } else if (!sealed.get(set).contains(digest)) {
                faults.add(name + " was replaced: its digest is " + digest + ", and sealed was " + String.join(", ", sealed.get(set)));
            } else {
                sound++;
            }
        }
        List<String> without = new ArrayList<>(sealed.keySet());
        without.removeAll(there);
        if (!without.isEmpty()) {
            unshown.add("what is in " + without.size() + " backup sets, such as " + without.stream().min(Comparator.naturalOrder()).orElseThrow()
                    + ": their manifests are not in the pack");
        }
        return sound;
    }
}
