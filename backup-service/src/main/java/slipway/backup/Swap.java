package slipway.backup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
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
import tools.jackson.databind.json.JsonMapper;

/// A restored tree that takes the place of the live one, and gives it back when it does not work. What was reached is in a
/// file, so that a crash at any line is continued, without the backup set.
final class Swap implements Replacement {

    private static final JsonMapper JSON = new JsonMapper();

    /// As Linux.
    private static final int MOST_LINKS = 40;

    private final Recipe recipe;
    private final Places places;
    private final Path file;
    private Reached reached;

    private Swap(Recipe recipe, Places places, Path file, Reached reached) {
        this.recipe = recipe;
        this.places = places;
        this.file = file;
        this.reached = reached;
    }

    enum Stage {
        /// Restored beside the live one, and compared.
        PREPARED,
        /// The live one may be out of service, and lies where it did.
        LEAVING,
        /// It is out of service, and may lie aside.
        OUT,
        /// There was none.
        NOTHING
    }

    /// @param notes of the recipe
    /// @param cutOverAt when the live one was out of service; null before that
    record Reached(
            Stage stage,
            Item item,
            Map<String, String> notes,
            List<RestoreCheck> checks,
            Instant recoveryPoint,
            @Nullable Instant cutOverAt) {}

    /// All in one directory, so that a rename does.
    ///
    /// @param beside of the restored one, until it is live
    /// @param aside of the live one, while the restored one is in its place
    /// @param useless of the restored one, after it did not work
    record Places(Path live, Path beside, Path aside, Path useless) {

        static Places of(Path given, String run) throws IOException {
            // A link stays where it is: what it leads to is replaced, on its own disk. What a link leads to is found from where the folder
            // that holds it really is.
            Path live = real(given.toAbsolutePath());
            for (int links = 0; Files.isSymbolicLink(live); links++) {
                if (links == MOST_LINKS) {
                    throw new IOException(given + " leads in a circle");
                }
                live = real(live.resolveSibling(Files.readSymbolicLink(live)));
            }
            return new Places(
                    live, sibling(live, "restoring", run), sibling(live, "before", run), sibling(live, "failed", run));
        }

        /// Its last name may lead to nothing: its live data may be gone, or aside.
        private static Path real(Path path) throws IOException {
            Path folder = path.getParent();
            return folder == null ? path : folder.toRealPath().resolve(path.getFileName());
        }

        private static Path sibling(Path live, String word, String run) {
            return live.resolveSibling(live.getFileName() + "." + word + "-" + run);
        }
    }

    static Swap prepared(
            Recipe recipe,
            Places places,
            Path file,
            Item item,
            Map<String, String> notes,
            List<RestoreCheck> checks,
            Instant recoveryPoint)
            throws IOException {
        Reached reached = new Reached(Stage.PREPARED, item, notes, checks, recoveryPoint, null);
        Swap swap = new Swap(recipe, places, file, reached);
        swap.reach(reached);
        return swap;
    }

    /// As an attempt before this one left it.
    static Swap left(Path file, Plans plans, String run) throws IOException {
        Reached reached = JSON.readValue(Files.readAllBytes(file), Reached.class);
        Recipe recipe = plans.recipe(reached.item());
        return new Swap(recipe, Places.of(recipe.live(reached.item()).orElseThrow(), run), file, reached);
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
        return reached.stage() == Stage.NOTHING
                ? "there was nothing before"
                : "what was there before is in " + places.aside();
    }

    @Override
    public Optional<Path> useless() {
        return Optional.of(places.useless()).filter(Swap::exists);
    }

    @Override
    public boolean hadNothing() {
        return reached.stage() == Stage.NOTHING;
    }

    @Override
    public String byHand() {
        if (reached.stage() == Stage.NOTHING) {
            return "stop what uses " + places.live() + " by hand: there was nothing before, and what was restored does not work";
        }
        return exists(places.aside())
                ? "stop what uses " + places.live() + " by hand, move " + places.aside() + " there, and start it again"
                : "start what uses " + places.live() + " by hand: the data from before are there";
    }

    private String name() {
        return reached.item().name();
    }

    @Override
    public void goIn(Clock clock) throws DoesNotDo, InterruptedException {
        String trouble = " cannot be taken out of service: ";
        try {
            if (reached.stage() == Stage.PREPARED) {
                reach(Stage.LEAVING, null);
            }
            if (reached.stage() == Stage.LEAVING && exists(places.live())) {
                recipe.takeOut(reached.item(), reached.notes());
                trouble = " cannot be replaced: ";
                reach(Stage.OUT, clock.instant());
                moveAside();
            } else if (reached.stage() == Stage.LEAVING) {
                reach(Stage.NOTHING, clock.instant());
            }
            trouble = " cannot be replaced: ";
            if (reached.stage() == Stage.OUT && !exists(places.aside())) {
                // Whoever does not mind that it is out of service wrote to it since.
                reach(Stage.OUT, clock.instant());
                moveAside();
            }
            if (exists(places.beside())) {
                Disk.rename(places.beside(), places.live());
            }
            if (!exists(places.live())) {
                throw new IOException("the restored data are gone from " + places.beside());
            }
            trouble = " does not work with the restored data: ";
            recipe.putIn(reached.item(), reached.notes());
        } catch (IOException | RuntimeException e) {
            throw new DoesNotDo(name() + trouble + Replacement.reason(e, item()));
        }
    }

    /// A mount point cannot be moved, for one: then the live one still lies where it did.
    private void moveAside() throws IOException {
        try {
            Disk.rename(places.live(), places.aside());
        } catch (IOException e) {
            if (exists(places.live())) {
                reached = with(Stage.LEAVING, reached.cutOverAt());
                reach(reached);
            }
            throw e;
        }
    }

    @Override
    public void goBack() throws DoesNotDo, InterruptedException {
        try {
            switch (reached.stage()) {
                case PREPARED, LEAVING -> {}
                case OUT -> {
                    if (exists(places.aside())) {
                        giveUpRestored();
                        Disk.rename(places.aside(), places.live());
                    }
                }
                case NOTHING -> {
                    if (!exists(places.beside())) {
                        giveUpRestored();
                    }
                }
            }
            Disk.delete(places.beside());
            if (reached.stage() != Stage.PREPARED && exists(places.live())) {
                recipe.putIn(reached.item(), reached.notes());
            }
        } catch (IOException | RuntimeException e) {
            throw new DoesNotDo(name() + " cannot be put back: " + Replacement.reason(e, item()));
        }
    }

    private void giveUpRestored() throws IOException, InterruptedException {
        if (exists(places.live())) {
            recipe.takeOut(reached.item(), reached.notes());
            Disk.delete(places.useless());
            Disk.rename(places.live(), places.useless());
        }
    }

    private Reached with(Stage stage, @Nullable Instant cutOverAt) {
        return new Reached(
                stage, reached.item(), reached.notes(), reached.checks(), reached.recoveryPoint(), cutOverAt);
    }

    private void reach(Stage stage, @Nullable Instant cutOverAt) throws IOException {
        reach(with(stage, cutOverAt));
    }

    private void reach(Reached next) throws IOException {
        Disk.replace(file, JSON.writeValueAsBytes(next));
        reached = next;
    }

    static boolean exists(Path path) {
        return Files.exists(path, LinkOption.NOFOLLOW_LINKS);
    }
}
