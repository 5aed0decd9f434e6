package slipway.release;

import java.io.IOException;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import slipway.release.Catalogue.Environment;
import slipway.release.Catalogue.Site;
import slipway.release.analysis.Measurement;
import slipway.release.domain.Journey;
import slipway.release.domain.ReleaseState;
import slipway.release.domain.Shape;
import slipway.release.domain.Step;
import slipway.release.domain.StepKind;

/// What a step does to the world outside, or sees there. Each has three tries, because a network hiccup is no reason to roll back,
/// and no more, because somebody waits for an answer.
@Component
class StepWork {

    private static final Logger LOG = LoggerFactory.getLogger(StepWork.class);
    private static final int TRIES = 3;

    private final Moving moving;
    private final Watching watching;

    StepWork(Moving moving, Watching watching) {
        this.moving = moving;
        this.watching = watching;
    }

    sealed interface Result {}

    /// @param attempt which try did it, from 1
    record Done(boolean adopted, String observed, int attempt) implements Result {}

    /// Somebody else ends it, or has ended it.
    record Waiting() implements Result {}

    record Measured(List<Measurement> samples) implements Result {}

    record Failed(String reason) implements Result {}

    /// What is there is neither what was before the step nor what it makes.
    record Odd(Shape observed) implements Result {}

    /// @param observed what the environment runs now; null: nothing, as before
    record Back(boolean adopted, @Nullable String observed) implements Result {}

    /// @throws SQLException when nobody can tell whether a migration that failed is applied after all; then nothing may be
    ///     decided before the database answers: going back without its data would leave the old release on the new schema
    /// @param wanted whether nobody ended the step meanwhile; asked again and again by what takes long
    Result forward(String releaseId, ReleaseState.Rolling running, Environment environment, BooleanSupplier wanted)
            throws InterruptedException, IOException, SQLException {
        Step step = running.current();
        String what = releaseId + " " + step.kind() + " " + step.title() + " in " + environment.name();
        Result result = tries(what, attempt -> once(releaseId, running, environment, wanted, attempt));
        return result instanceof Failed
                        && step.kind() == StepKind.MIGRATE
                        && moving.isMigrated(running.journey(), environment.site(step.component()))
                ? new Done(true, "all applied before", TRIES)
                : result;
    }

    /// Every instance back to what it ran before this release; components that ran then as it is released stay.
    ///
    /// @return [Back] or [Failed]
    Result back(String releaseId, ReleaseState.Reverting reverting, Environment environment)
            throws InterruptedException {
        Journey journey = reverting.journey();
        Shape before = journey.touched(environment.name())
                .orElseThrow(() -> new IllegalStateException(environment.name() + " was not touched"))
                .before();
        return tries(
                releaseId + " REVERT " + environment.name(),
                _ -> moving.back(releaseId + "/" + environment.name(), journey, moved(journey, environment), before));
    }

    private static List<Site> moved(Journey journey, Environment environment) {
        return environment.sites().stream()
                .filter(site -> journey.isMoved(environment.name(), site.component()))
                .toList();
    }

    /// Whether there is anything to migrate: what was applied by releases before is no reason to take data back.
    boolean lacksMigrations(Environment environment, Journey journey) throws IOException, SQLException {
        return moving.lacksMigrations(environment, journey);
    }

    private interface Try {
        Result run(int attempt) throws IOException, SQLException, InterruptedException;
    }

    /// Whatever goes wrong ends here: the one who waits is told, instead of a job that fails for ever behind their back.
    private static Result tries(String what, Try work) throws InterruptedException {
        for (int attempt = 1; ; attempt++) {
            try {
                return work.run(attempt);
            } catch (IOException | SQLException | RuntimeException e) {
                Fault.unlessStopping();
                LOG.warn("{}, try {} of {}: {}", what, attempt, TRIES, Fault.inWords(e));
                if (attempt == TRIES) {
                    return new Failed(Fault.inWords(e));
                }
                TimeUnit.SECONDS.sleep(attempt);
            }
        }
    }

    private Result once(
            String releaseId, ReleaseState.Rolling running, Environment environment, BooleanSupplier wanted, int attempt)
            throws IOException, SQLException, InterruptedException {
        Step step = running.current();
        return switch (step.kind()) {
            case MIGRATE -> moving.migrate(running.journey(), environment.site(step.component()), attempt);
            case SWITCH, PREVIEW, WEIGHT, CUTOVER, RETIRE, RETURN -> moving.forward(releaseId, running, environment, attempt);
            case REHEARSE -> moving.rehearse(releaseId, running, environment, attempt);
            case ANALYSE -> watching.analyse(running, environment, wanted);
            case BAKE -> watching.bake(running, environment, wanted, attempt);
            case VALIDATE -> watching.validate(running, environment, attempt);
            case PAUSE -> step.seconds() == 0 ? new Waiting() : new Done(false, "waited " + step.name(), attempt);
            case REVERT, UNKNOWN -> new Failed(step.kind() + " is no step forward");
        };
    }
}
