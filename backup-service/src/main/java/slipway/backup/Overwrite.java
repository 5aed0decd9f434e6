package slipway.backup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import slipway.backup.domain.RestoreCheck;
import slipway.backup.recipe.Item;
import slipway.backup.recipe.Recipe;
import slipway.backup.vault.Disk;
import slipway.backup.vault.Manifest;
import tools.jackson.databind.json.JsonMapper;

/// A restored item that is written over the live one, where there is no tree that could be swapped, and looked at there. What was live before is
/// restored beside it beforehand, from the safety backup: it is written over in the same way when the other does not do. What was written
/// since that backup would be lost then: so nothing is written over that is no longer what was kept.
final class Overwrite implements Replacement {

    private static final JsonMapper JSON = new JsonMapper();

    private final Recipe recipe;
    private final Path file;
    private Reached reached;

    private Overwrite(Recipe recipe, Path file, Reached reached) {
        this.recipe = recipe;
        this.file = file;
        this.reached = reached;
    }

    enum Stage {
        /// Both were restored and compared.
        PREPARED,
        /// The live one may be half of the one and half of the other.
        WRITING,
        /// It is the restored one.
        WRITTEN,
        /// It is the one from before again.
        BACK
    }

    /// Something restored that could be written over the live one.
    ///
    /// @param notes of the recipe
    /// @param contents what it looks like, by name
    record Version(String set, Path tree, Map<String, String> notes, Map<String, String> contents) {

        static Version of(String set, Manifest.Entry entry, Path tree) {
            return new Version(set, tree, entry.notes(), entry.contents());
        }
    }

    /// @param before null: nothing was kept, as was approved
    /// @param cutOverAt when it began to be written over, and then when that was through: what was written to the live one until then is lost, also between
    ///     two attempts. Null before that
    record Reached(
            Stage stage,
            Item item,
            Version wanted,
            @Nullable Version before,
            List<RestoreCheck> checks,
            Instant recoveryPoint,
            @Nullable Instant cutOverAt) {}

    static Overwrite prepared(
            Recipe recipe, Path file, Item item, Version wanted, @Nullable Version before, List<RestoreCheck> checks, Instant recoveryPoint)
            throws IOException {
        Overwrite overwrite = new Overwrite(
                recipe, file, new Reached(Stage.PREPARED, item, wanted, before, checks, recoveryPoint, null));
        overwrite.reach(Stage.PREPARED, null);
        return overwrite;
    }

    /// As an attempt before this one left it.
    static Overwrite left(Path file, Plans plans) throws IOException {
        Reached reached = JSON.readValue(Files.readAllBytes(file), Reached.class);
        return new Overwrite(plans.recipe(reached.item()), file, reached);
    }

    @Override
    public Item item() {
        return reached.item();
    }

    @Override
    public List<RestoreCheck> checks() {
        return reached.checks();
    }

    @Override
    public Instant recoveryPoint() {
        return reached.recoveryPoint();
    }

    @Override
    public Instant cutOverAt() {
        return Objects.requireNonNull(reached.cutOverAt());
    }

    @Override
    public boolean begun() {
        return reached.stage() != Stage.PREPARED;
    }

    @Override
    public String keeps() {
        Version before = reached.before();
        return before == null ? "nothing that was there before was kept" : "what was there before is in " + before.set();
    }

    @Override
    public void goIn(Clock clock) throws DoesNotDo, InterruptedException {
        if (reached.stage() == Stage.WRITTEN) {
            return;
        }
        try {
            if (reached.stage() == Stage.PREPARED) {
                stillAsKept();
                reach(Stage.WRITING, clock.instant());
            }
            write(reached.wanted());
            reach(Stage.WRITTEN, clock.instant());
        } catch (IOException | RuntimeException e) {
            throw new DoesNotDo(item().name() + " cannot be written over: " + Replacement.reason(e, item()));
        }
    }

    @Override
    public void ready() throws DoesNotDo, InterruptedException {
        try {
            stillAsKept();
        } catch (IOException | RuntimeException e) {
            throw new DoesNotDo(item().name() + " cannot be written over: " + Replacement.reason(e, item()));
        }
    }

    /// What is written all the time is never as it was kept: its plan says so.
    private void stillAsKept() throws IOException, InterruptedException {
        Version before = reached.before();
        if (before != null && !item().mayChange()) {
            for (RestoreCheck check : Proving.compare(item().name(), before.contents(), recipe.look(item(), before.notes()))) {
                if (!check.passed()) {
                    throw new IOException("it was written since it was kept in " + before.set() + ": " + check.change());
                }
            }
        }
    }

    @Override
    public void goBack() throws DoesNotDo, InterruptedException {
        if (reached.stage() == Stage.PREPARED || reached.stage() == Stage.BACK) {
            return;
        }
        Version before = reached.before();
        if (before == null) {
            throw new DoesNotDo(item().name() + " cannot be written back: nothing of it was kept, as was approved");
        }
        try {
            write(before);
            reach(Stage.BACK, cutOverAt());
        } catch (IOException | RuntimeException e) {
            throw new DoesNotDo(item().name() + " cannot be written back: " + Replacement.reason(e, item()));
        }
    }

    /// What the live system looks like afterwards is the proof, not what its tools say.
    private void write(Version version) throws IOException, InterruptedException {
        if (!Files.isDirectory(version.tree())) {
            throw new IOException("what it would be written over with is gone from " + version.tree());
        }
        Map<String, String> live = recipe.overwrite(item(), version.notes(), version.tree());
        for (RestoreCheck check : Proving.compare(item().name(), version.contents(), live)) {
            if (!check.passed()) {
                throw new IOException(
                        check.name() + " is " + check.actual() + " in the live one now, was " + check.expected() + " at capture");
            }
        }
    }

    @Override
    public String byHand() {
        Version before = reached.before();
        String set = (before == null ? reached.wanted() : before).set();
        return before == null
                ? "put %s back by hand from %s: ./slipway backup kit says how".formatted(item().name(), set)
                : "when what stood in the way is gone, ./slipway backup restore %s --item %s; or put it back by hand: ./slipway backup kit says how"
                .formatted(set, item().name());
    }

    @Override
    public Optional<Path> useless() {
        return Optional.empty();
    }

    private void reach(Stage stage, @Nullable Instant cutOverAt) throws IOException {
        Reached next = new Reached(
                stage,
                reached.item(),
                reached.wanted(),
                reached.before(),
                reached.checks(),
                reached.recoveryPoint(),
                cutOverAt);
        Disk.replace(file, JSON.writeValueAsBytes(next));
        reached = next;
    }
}
