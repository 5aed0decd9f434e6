package slipway.release;

import java.io.IOException;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import slipway.release.Catalogue.Environment;
import slipway.release.analysis.Measurement;
import slipway.release.deployer.Move;
import slipway.release.deployer.Target;
import slipway.release.domain.ReleaseState;
import slipway.release.domain.Shape;
import slipway.release.domain.Step;
import slipway.release.domain.StepKind;
import slipway.release.packages.Packages;

/// What a step does to the world outside. Each looks first whether it is done already; each has three tries, because a network
/// hiccup is no reason to roll back, and no more, because somebody waits for an answer.
@Component
class StepWork {

    private static final Logger LOG = LoggerFactory.getLogger(StepWork.class);
    private static final int TRIES = 3;

    /// How long at least between two looks, in milliseconds.
    private static final long OFTEN = 100;

    private final Packages packages;
    private final Probes probes;
    private final Analysing analysing;
    private final Clock clock;

    StepWork(Packages packages, Probes probes, Analysing analysing, Clock clock) {
        this.clock = clock;
        this.analysing = analysing;
        this.packages = packages;
        this.probes = probes;
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
    /// @param began when the step was started, however often it was begun again
    /// @param wanted whether nobody ended the step meanwhile; asked again and again by what takes long
    Result forward(
            String releaseId,
            ReleaseState.Rolling running,
            Environment environment,
            Instant began,
            BooleanSupplier wanted)
            throws InterruptedException, IOException, SQLException {
        String digest = Objects.requireNonNull(running.journey().digest(), "no step without a tested package");
        Step step = running.current();
        String what = releaseId + " " + step.kind() + " " + step.name() + " in " + environment.name();
        Result result = tries(what, attempt -> once(releaseId, running, environment, digest, began, wanted, attempt));
        return result instanceof Failed
                        && step.kind() == StepKind.MIGRATE
                        && environment.migrations() != null
                        && Migrations.noted(environment.migrations(), migrations(environment.migrations(), digest))
                ? new Done(true, "all applied before", TRIES)
                : result;
    }

    /// Every instance back to what it ran before this release; those that it did not touch stay.
    ///
    /// @return [Back] or [Failed]
    Result back(String releaseId, ReleaseState.Reverting reverting, Environment environment)
            throws InterruptedException {
        String digest = Objects.requireNonNull(reverting.journey().digest(), "nothing was deployed without a package");
        Shape before = reverting
                .journey()
                .touched(environment.name())
                .orElseThrow(() -> new IllegalStateException(environment.name() + " was not touched"))
                .before();
        return tries(releaseId + " REVERT " + environment.name(), _ -> revert(
                releaseId, environment, digest, reference(reverting), before));
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
            String releaseId,
            ReleaseState.Rolling running,
            Environment environment,
            String digest,
            Instant began,
            BooleanSupplier wanted,
            int attempt)
            throws IOException, SQLException, InterruptedException {
        Step step = running.current();
        return switch (step.kind()) {
            case MIGRATE -> migrate(environment, digest, attempt);
            case SWITCH, PREVIEW, WEIGHT, CUTOVER, RETIRE, RETURN -> move(releaseId, running, environment, digest, attempt);
            case ANALYSE ->
                analysing
                        .series(running, environment, wanted)
                        .<Result>map(Measured::new)
                        .orElse(new Waiting());
            case VALIDATE -> new Done(false, validate(environment, digest), attempt);
            case BAKE -> bake(environment, digest, step, wanted, attempt);
            case PAUSE -> step.seconds() == 0 ? new Waiting() : new Done(false, "waited " + step.name(), attempt);
            case REHEARSE -> rehearse(releaseId, running, environment, digest, attempt);
            case REVERT, UNKNOWN -> new Failed(step.kind() + " is no step forward");
        };
    }

    /// Looks first: what is done already is adopted, what is not begun or half done is done, and what is neither is nobody's to
    /// touch.
    private Result move(
            String releaseId, ReleaseState.Rolling running, Environment environment, String digest, int attempt)
            throws IOException, InterruptedException {
        Target target = environment.target();
        Shape observed = target.probe();
        boolean adopted = observed.equals(running.to());
        if (!adopted) {
            if (!target.isHalf(observed, running.from(), running.to())) {
                return new Odd(observed);
            }
            target.apply(new Move(
                    releaseId + "/" + environment.name() + "/" + running.step(),
                    digest,
                    reference(running),
                    running.from(),
                    running.to()));
            observed = target.probe();
            if (!observed.equals(running.to())) {
                throw new IOException(environment.name() + " is " + observed + " instead of " + running.to());
            }
        }
        for (Shape.Part part : observed.parts()) {
            boolean moved = !running.from().parts().contains(part) && digest.equals(part.digest());
            if (moved && environment.urls().containsKey(part.name())) {
                awaitAnswer(environment, part.name(), digest);
            }
        }
        return new Done(adopted, digest, attempt);
    }

    /// The way back, gone on trial by the way that it would be gone in need.
    private Result rehearse(
            String releaseId, ReleaseState.Rolling running, Environment environment, String digest, int attempt)
            throws IOException, InterruptedException {
        Back back = revert(releaseId, environment, digest, reference(running), running.to());
        return new Done(back.adopted(), back.observed() == null ? "nothing runs" : back.observed(), attempt);
    }

    private void awaitAnswer(Environment environment, String part, String digest)
            throws IOException, InterruptedException {
        probes.await(part, environment.url(part), environment.probe(), digest);
    }

    /// Whether there is anything to migrate: what was applied by releases before is no reason to take data back.
    boolean lacksMigrations(Environment environment, String digest) throws IOException, SQLException {
        Catalogue.Database database = environment.migrations();
        return database != null && !Migrations.noted(database, migrations(database, digest));
    }

    private Result migrate(Environment environment, String digest, int attempt) throws IOException, SQLException {
        if (environment.migrations() == null) {
            return new Failed(environment.name() + " has no database to migrate any more");
        }
        List<String> applied =
                Migrations.apply(environment.migrations(), migrations(environment.migrations(), digest));
        return new Done(
                applied.isEmpty(),
                applied.isEmpty() ? "all applied before" : "applied " + String.join(", ", applied),
                attempt);
    }

    private SortedMap<String, byte[]> migrations(Catalogue.Database database, String digest) throws IOException {
        return packages.read(digest, database.path());
    }

    /// Looks at what serves, again and again until the time is over. Begun again after a crash, it takes the whole time again: what
    /// happened in between nobody saw.
    Result bake(Environment environment, String digest, Step step, BooleanSupplier wanted, int attempt)
            throws IOException, InterruptedException {
        Instant end = clock.instant().plusSeconds(step.seconds());
        int looks = 0;
        int bad = 0;
        do {
            Shape observed = environment.target().probe();
            List<String> faults = new ArrayList<>();
            int serving = 0;
            for (Shape.Part part : observed.parts()) {
                if (digest.equals(part.digest()) && part.weight() > 0) {
                    serving++;
                    Measurement look = probes.look(part.name(), environment.url(part.name()), environment.probe());
                    if (!look.ok()) {
                        faults.add(part.name() + " answers " + look.detail());
                    }
                }
            }
            if (serving == 0) {
                // Nothing to look at is not nothing bad: what was to be watched is gone.
                faults.add("nobody comes to the new release: " + observed);
            }
            looks += Math.max(1, serving);
            bad += faults.size();
            if (bad > environment.probe().failureLimit()) {
                return new Failed(faults.getLast() + "; " + bad + " of " + looks + " looks were bad");
            }
            Instant next = clock.instant().plusMillis(Math.max(OFTEN, environment.probe().interval().toMillis()));
            if (!Analysing.await(clock, next.isBefore(end) ? next : end, wanted)) {
                return new Waiting();
            }
        } while (clock.instant().isBefore(end));
        return new Done(false, bad + " of " + looks + " looks were bad in " + step.seconds() + " s", attempt);
    }

    /// All of the traffic meets the digest, and each part that serves passes one look of the probe.
    private String validate(Environment environment, String digest) throws IOException, InterruptedException {
        Shape observed = environment.target().probe();
        if (!observed.serves(digest)) {
            return observed.toString();
        }
        for (Shape.Part part : observed.parts()) {
            if (part.weight() > 0) {
                awaitAnswer(environment, part.name(), digest);
                Measurement look = probes.look(part.name(), environment.url(part.name()), environment.probe());
                if (!look.ok()) {
                    throw new IOException(part.name() + " answers " + look.detail());
                }
            }
        }
        return digest;
    }

    private Back revert(
            String releaseId, Environment environment, String digest, String reference, Shape before)
            throws IOException, InterruptedException {
        Target target = environment.target();
        Shape running = before;
        boolean adopted = false;
        try {
            running = target.probe();
            adopted = running.equals(before);
        } catch (IOException e) {
            // A release that never gets ready has no shape, and is the very one that has to go.
            LOG.warn("{}: going back from what nobody can tell: {}", environment.name(), Fault.inWords(e));
        }
        // Also when nothing has to be moved: what ran before has to be able to tell its digest.
        target.undo(new Move(
                releaseId + "/" + environment.name() + "/back", digest, reference, running, before));
        Shape now = target.probe();
        // Neither the new nor the old: somebody else was there, and a person has to say what shall run.
        if (!now.equals(before)) {
            throw new IOException(environment.name() + " is " + now + ", and was " + before + " before this release");
        }
        for (Shape.Part part : now.parts()) {
            if (part.digest() != null && part.weight() > 0) {
                awaitAnswer(environment, part.name(), part.digest());
            }
        }
        return new Back(adopted, now.digest());
    }

    private static String reference(ReleaseState.Open open) {
        return Objects.requireNonNull(open.journey().reference(), "nothing is deployed before it is built");
    }
}
