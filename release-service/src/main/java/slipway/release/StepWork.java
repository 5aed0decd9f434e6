package slipway.release;

import java.io.IOException;
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import slipway.release.Catalogue.Environment;
import slipway.release.Catalogue.Instance;
import slipway.release.domain.ReleaseEvent.ProbeSample;
import slipway.release.domain.ReleaseState;
import slipway.release.domain.StepKind;

/// What a step does to the world outside. Each looks first whether it is done already; each has three tries, because a network
/// hiccup is no reason to roll back, and no more, because somebody waits for an answer.
@Component
class StepWork {

    private static final Logger LOG = LoggerFactory.getLogger(StepWork.class);
    private static final int TRIES = 3;

    private final Packages packages;
    private final DirectoryDeployer deployer;
    private final Probes probes;

    StepWork(Packages packages, DirectoryDeployer deployer, Probes probes) {
        this.packages = packages;
        this.deployer = deployer;
        this.probes = probes;
    }

    sealed interface Result {}

    /// @param attempt which try did it, from 1
    record Done(boolean adopted, String observed, int attempt) implements Result {}

    record Measured(List<ProbeSample> samples) implements Result {}

    record Failed(String reason) implements Result {}

    /// @param observed what the environment runs now; null: nothing, as before
    record Back(boolean adopted, @Nullable String observed) implements Result {}

    /// @throws SQLException when nobody can tell whether a migration that failed is applied after all; then nothing may be
    ///     decided before the database answers: going back without its data would leave the old release on the new schema
    Result forward(String releaseId, ReleaseState.Rolling running, Environment environment)
            throws InterruptedException, IOException, SQLException {
        String digest = Objects.requireNonNull(running.journey().digest(), "no step without a tested package");
        String what = releaseId + " " + running.kind() + " " + running.name() + " in " + environment.name();
        Result result = tries(what, attempt -> once(releaseId, running, environment, digest, attempt));
        return result instanceof Failed
                        && running.kind() == StepKind.MIGRATE
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
        return tries(releaseId + " REVERT " + environment.name(), _ -> revert(releaseId, environment, digest));
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
            String releaseId, ReleaseState.Rolling running, Environment environment, String digest, int attempt)
            throws IOException, SQLException, InterruptedException {
        return switch (running.kind()) {
            case MIGRATE -> migrate(environment, digest, attempt);
            case SWITCH -> {
                Instance instance = instance(environment, running.name());
                boolean adopted = deployer.apply(instance.directory(), releaseId, digest);
                probes.await(instance, environment.probe(), digest);
                yield new Done(adopted, digest, attempt);
            }
            case ANALYSE -> new Measured(probes.sample(instance(environment, running.name()), environment.probe()));
            case VALIDATE -> new Done(false, validate(environment, digest), attempt);
            case PREVIEW, WEIGHT, CUTOVER, RETIRE, PAUSE, BAKE, REVERT, UNKNOWN ->
                new Failed(running.kind() + " is no step forward here");
        };
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

    /// Every instance runs the digest and passes one look of the probe.
    private String validate(Environment environment, String digest) throws IOException, InterruptedException {
        for (Instance instance : environment.instances()) {
            String observed = deployer.probe(instance.directory());
            if (!digest.equals(observed)) {
                return observed == null ? "nothing on " + instance.name() : observed;
            }
            probes.await(instance, environment.probe(), digest);
            ProbeSample look = probes.look(instance, environment.probe());
            if (!look.ok()) {
                throw new IOException(instance.name() + " answers " + look.detail());
            }
        }
        return digest;
    }

    private Back revert(String releaseId, Environment environment, String digest)
            throws IOException, InterruptedException {
        boolean adopted = true;
        for (Instance instance : environment.instances()) {
            adopted &= deployer.undo(instance.directory(), releaseId, digest);
        }
        for (Instance instance : environment.instances()) {
            String now = deployer.probe(instance.directory());
            String before = deployer.previous(instance.directory(), releaseId);
            // Neither the new nor the old: somebody else was there, and a person has to say what shall run.
            if (!Objects.equals(now, before)) {
                throw new IOException(instance.name() + " runs " + (now == null ? "nothing" : now) + ", and "
                        + (before == null ? "nothing" : before) + " before this release");
            }
            if (now != null) {
                probes.await(instance, environment.probe(), now);
            }
        }
        return new Back(adopted, deployer.probe(environment.instances().getFirst().directory()));
    }

    private static Instance instance(Environment environment, String name) throws IOException {
        return environment.instances().stream()
                .filter(each -> each.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IOException(name + " is not in the delivery catalogue"));
    }
}
