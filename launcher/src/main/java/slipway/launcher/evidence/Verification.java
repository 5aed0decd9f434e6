package slipway.launcher.evidence;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import slipway.audit.transparency.Checkpoint;
import slipway.audit.transparency.LogCheck;
import slipway.audit.transparency.VerifyingKey;
import slipway.events.Topics;

/// What was found out about an evidence pack.
///
/// @param scope what the pack says that it is about
/// @param checkpoint under which the facts are; null: none that the key signed
/// @param faults for people; empty: nobody touched anything that can be shown
/// @param open what had not come to its end at the checkpoint
/// @param unshown what a pack cannot show
/// @param decisions each one made again
/// @param facts in the pack
/// @param aggregates whose they are
/// @param proofs facts that are leaves of the signed log
/// @param backups manifests that are what was sealed
public record Verification(
        Scope scope,
        @Nullable Checkpoint checkpoint,
        List<String> faults,
        List<String> open,
        List<String> unshown,
        List<Decision> decisions,
        long facts,
        long aggregates,
        long proofs,
        long backups) {

    private static final Set<String> SHOWN = Set.of(
            Pack.FACTS, Pack.CHECKPOINT, Pack.PROOFS, Pack.CONSISTENCY);

    /// @param key by which the log is signed, as it was once given to whoever asks
    /// @param kept checkpoints from before the pack
    /// @throws Unreadable when it is no pack that may be opened
    /// @throws IOException when the file cannot be read
    public static Verification of(Path zip, VerifyingKey key, List<LogCheck.Kept> kept) throws Unreadable, IOException {
        Pack pack = Pack.open(zip);
        List<String> faults = new ArrayList<>(pack.faults());
        List<String> unshown = new ArrayList<>();
        List<Facts.Line> lines = Facts.read(pack, Schemas.of(pack, faults), faults);
        List<Fact> facts = lines.stream().map(Facts.Line::fact).flatMap(Optional::stream).toList();

        Proven proven = new Proven(pack, key, faults, unshown);
        Checkpoint checkpoint = proven.checkpoint().orElse(null);
        long proofs = 0;
        if (checkpoint != null) {
            proofs = proven.inclusion(checkpoint, lines);
            proven.kept(checkpoint, kept);
        }

        Chained chained = Chained.of(facts, Draw.stories(pack.manifest(), facts, faults));
        faults.addAll(chained.faults(unshown));
        List<String> open = Ends.open(chained.aggregates(), faults);
        Reperforming again = new Reperforming(Rules.of(pack, facts, faults));
        chained.aggregates().forEach((aggregate, theirs) -> {
            if (aggregate.topic().equals(Topics.CHANGE) || aggregate.topic().equals(Topics.RELEASE)) {
                again.add(theirs);
            }
        });
        int backups = Backups.check(pack, facts, faults, unshown);
        unshown.add("whether the ledger has facts of these aggregates after the last ones here: slipway timeline asks it");
        if (facts.stream().anyMatch(fact -> fact.type().equals("PolicyEvaluated"))) {
            unshown.add("whether the tier and the ownerGroups that policies were asked with are those of the items then: they are in no fact");
        }
        Draw.texts(pack.manifest().path("missing")).forEach(each -> unshown.add("whoever wrote the pack did not have: " + each));
        unshown.add("whether " + Pack.MANIFEST + " says rightly who wrote the pack, when, and of which population: nobody signed it");
        String words = String.join(", ", pack.names().stream().filter(name -> !isShown(name)).toList());
        if (!words.isEmpty()) {
            unshown.add("whether " + words + " say what the facts say: they are the words of whoever wrote the pack");
        }
        return new Verification(
                Draw.scope(pack.manifest()),
                checkpoint, List.copyOf(faults), open, List.copyOf(unshown), again.decisions(), lines.size(), chained.aggregates().size(), proofs, backups);
    }

    private static boolean isShown(String name) {
        return SHOWN.contains(name) || List.of(Pack.SCHEMAS, Pack.POLICIES, Pack.BACKUPS).stream().anyMatch(name::startsWith);
    }

    public boolean holds() {
        return faults.isEmpty() && count(Decision.Result.DIFFERS) == 0;
    }

    public long count(Decision.Result result) {
        return decisions.stream().filter(decision -> decision.result() == result).count();
    }
}
