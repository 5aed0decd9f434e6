package slipway.release;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import slipway.events.Meta;
import slipway.messaging.Projection;
import slipway.release.domain.EnvironmentLeft;
import slipway.release.domain.ReleaseEvent;
import slipway.release.domain.Shape;
import slipway.release.domain.Stage;
import slipway.release.domain.StepKind;

/// All releases as lists show them; and the leases, which end with the facts that end them.
@Component
class ReleaseRegister implements Projection<ReleaseEvent> {

    private static final int LONGEST_LIST = 500;

    private final JdbcClient jdbc;
    private final Authorised authorised;

    ReleaseRegister(JdbcClient jdbc, Authorised authorised) {
        this.jdbc = jdbc;
        this.authorised = authorised;
    }

    /// One line of the list.
    ///
    /// @param environment where it is, or was last
    /// @param reason why it is blocked, rolled back or aborted
    record Line(
            String id,
            String changeId,
            String service,
            String version,
            String status,
            @Nullable String environment,
            @Nullable String digest,
            @Nullable String reason,
            @Nullable String outcome,
            Instant changedAt) {}

    /// The newest first.
    List<Line> list() {
        return jdbc.sql("select * from release order by changed_at desc, id limit ?")
                .param(LONGEST_LIST)
                .query((row, _) -> line(row))
                .list();
    }

    /// What a release is of, also when it is closed; empty: there is no such release.
    Optional<String> service(String id) {
        return jdbc.sql("select service from release where id = ?")
                .param(id)
                .query(String.class)
                .optional();
    }

    private static Line line(ResultSet row) throws SQLException {
        return new Line(
                row.getString("id"),
                row.getString("change_id"),
                row.getString("service"),
                row.getString("version"),
                row.getString("status"),
                row.getString("environment"),
                row.getString("digest"),
                row.getString("reason"),
                row.getString("outcome"),
                row.getObject("changed_at", OffsetDateTime.class).toInstant());
    }

    @Override
    public void project(ReleaseEvent fact, Meta meta) {
        String id = meta.getAggregateId();
        switch (fact) {
            case ReleaseEvent.ReleasePlanned plan -> plan(id, plan);
            case ReleaseEvent.PackageBuilt built -> {
                set(id, "digest", built.digest());
                set(id, "status", "TESTING");
            }
            case ReleaseEvent.PackageTested _ -> set(id, "status", "PACKAGED");
            case ReleaseEvent.BackupRequested asked -> {
                at(id, "SECURING", asked.environment());
                // After a retry, what was in the way no longer is.
                set(id, "reason", null);
            }
            case ReleaseEvent.ImplementationRequested asked -> at(id, "READY", asked.environment());
            case ReleaseEvent.ReleaseStarted started -> {
                at(id, "RUNNING", started.environment());
                hold(id, started);
            }
            case ReleaseEvent.ReleaseDeployed deployed -> {
                at(id, deployed.last() ? "RELEASED" : "PACKAGED", deployed.environment());
                authorise(id, deployed.environment(), deployed.digest());
                release(id, deployed.environment());
            }
            case ReleaseEvent.RollbackTriggered back -> {
                at(id, "ROLLING_BACK", back.environment());
                set(id, "reason", back.reason());
            }
            case ReleaseEvent.DataRestoreRequested asked -> at(id, "RESTORING", asked.environment());
            case ReleaseEvent.RollbackCompleted _ -> {
                set(id, "status", "ROLLED_BACK");
                authorised.forgetCovered(id);
                release(id, null);
            }
            case ReleaseEvent.RollbackFailed failed -> {
                // Its leases are kept: nobody else touches what is neither here nor there.
                at(id, "NEEDS_HUMAN", failed.environment());
                set(id, "reason", failed.reason());
            }
            case ReleaseEvent.ReleaseBlocked blocked -> {
                at(id, "BLOCKED", blocked.environment());
                set(id, "reason", String.join("; ", blocked.reasons()));
                if (blocked.environment() != null) {
                    release(id, blocked.environment());
                }
            }
            case ReleaseEvent.ReleaseAborted aborted -> {
                set(id, "status", "ABANDONED");
                authorised.forgetCovered(id);
                set(id, "reason", aborted.reason());
                release(id, null);
            }
            case ReleaseEvent.ReleaseClosed closed -> {
                set(id, "status", "CLOSED");
                set(id, "outcome", closed.outcome().name());
                release(id, null);
            }
            case ReleaseEvent.RolloutStepCompleted step -> {
                if (step.kind() == StepKind.REVERT) {
                    authorised.forget(id, step.environment());
                }
            }
            case ReleaseEvent.RolloutStepStarted step -> {
                // Also when a person has a failed way back, or a step that nobody understood, tried again.
                set(id, "status", step.kind().status());
            }
            case ReleaseEvent.RolloutIndeterminate odd -> {
                at(id, "INDETERMINATE", odd.environment());
                set(id, "reason", "step " + odd.step() + " found " + new Shape(odd.observed()));
            }
            case ReleaseEvent.ReleasePaused paused -> {
                at(id, "PAUSED", paused.environment());
                set(id, "reason", paused.reason());
                if (paused.step() == 0) {
                    release(id, paused.environment());
                }
            }
            case ReleaseEvent.ReleaseResumed resumed -> {
                at(id, "RUNNING", resumed.environment());
                set(id, "reason", null);
            }
            case ReleaseEvent.DataRestoreApprovalRequested asked -> at(id, "AWAITING_APPROVAL", asked.environment());
            case ReleaseEvent.ReleaseJoined joined -> {
                set(id, "status", "JOINED");
                set(id, "reason", "carried by " + joined.into() + ": " + joined.reason());
                release(id, null);
            }
            case ReleaseEvent.ReleaseResolved resolved -> {
                set(id, "status", "RESOLVED");
                set(id, "reason", resolved.reason());
                resolved.left().forEach(each -> resolve(id, resolved.service(), each));
                release(id, null);
            }
            case ReleaseEvent.ReleaseInstructed _,
                    ReleaseEvent.BackupLost _,
                    ReleaseEvent.BackupCheckRequested _,
                    ReleaseEvent.EnvironmentSuperseded _,
                    ReleaseEvent.EnvironmentLaidBare _,
                    ReleaseEvent.ReleasePauseRequested _,
                    ReleaseEvent.ReleaseResumeRequested _,
                    ReleaseEvent.RollbackRequested _,
                    ReleaseEvent.LeaveRevoked _,
                    ReleaseEvent.DataRestoreDeclined _,
                    ReleaseEvent.CarriedChangeClosed _,
                    ReleaseEvent.ReleaseGateEvaluated _,
                    ReleaseEvent.CanaryAnalysisCompleted _,
                    ReleaseEvent.ReleasePromoted _ -> {}
        }
        jdbc.sql("update release set changed_at = ? where id = ?")
                .params(meta.getRecordedAt().atOffset(ZoneOffset.UTC), id)
                .update();
    }

    private void plan(String id, ReleaseEvent.ReleasePlanned plan) {
        jdbc.sql(
                        """
                        insert into release (id, change_id, change_ids, service, version, deployers, status, changed_at)
                        values (?, ?, ?, ?, ?, jsonb_object(?, ?), 'BUILDING', clock_timestamp())
                        on conflict (id) do update set status = 'BUILDING', reason = null, digest = null, environment = null,
                            change_ids = excluded.change_ids, service = excluded.service, version = excluded.version,
                            deployers = excluded.deployers
                        """)
                .params(
                        id,
                        plan.changeIds().getFirst(),
                        String.join(",", plan.changeIds()),
                        plan.service(),
                        plan.components().getFirst().version(),
                        plan.stages().stream().map(Stage::environment).toArray(String[]::new),
                        plan.stages().stream().map(Stage::deployer).toArray(String[]::new))
                .update();
        // Whatever it waited in line for by its plan before.
        release(id, null);
    }

    private void authorise(String id, String environment, @Nullable String digest) {
        authorised.note(jdbc.sql("select service, change_ids, deployers ->> ? from release where id = ?")
                .params(environment, id)
                .query((row, _) -> new Authorised.Last(
                        row.getString(1),
                        environment,
                        id,
                        List.of(row.getString(2).split(",")),
                        digest,
                        row.getString(3)))
                .single());
    }

    /// Brought back by hand, it lays bare what was there before; otherwise what runs is what this release left.
    private void resolve(String id, String service, EnvironmentLeft left) {
        String before = authorised
                .below(service, left.environment(), id)
                .map(Authorised.Last::digest)
                .orElse(null);
        if (Objects.equals(before, left.digest())) {
            authorised.forget(id, left.environment());
        } else {
            authorise(id, left.environment(), left.digest());
        }
    }

    private void at(String id, String status, @Nullable String environment) {
        set(id, "status", status);
        if (environment != null) {
            set(id, "environment", environment);
        }
    }

    /// @param column one of ours, never from outside
    private void set(String id, String column, @Nullable String value) {
        jdbc.sql("update release set " + column + " = ? where id = ?")
                .params(Arrays.asList(value, id))
                .update();
    }

    /// It has its lease already, but where the database was set back to before it took it.
    private void hold(String id, ReleaseEvent.ReleaseStarted started) {
        jdbc.sql(
                        """
                        with missing as (
                            insert into lease (service, environment, release_id, token)
                            select service, :environment, id, :token from release where id = :id
                            on conflict do nothing returning token)
                        select setval('fencing_token', greatest(token, nextval('fencing_token'))) from missing
                        """)
                .param("environment", started.environment())
                .param("token", started.fencingToken())
                .param("id", id)
                .query(Long.class)
                .list();
    }

    private void release(String id, @Nullable String environment) {
        jdbc.sql(
                        """
                        with gone as (delete from lease where release_id = ? and environment = coalesce(?, environment)
                            returning service, environment)
                        insert into worked (service, environment, ended_at)
                        select service, environment, clock_timestamp() from gone
                        on conflict (service, environment) do update set ended_at = excluded.ended_at
                        """)
                .params(Arrays.asList(id, environment))
                .update();
    }
}
