package slipway.release;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import slipway.decider.Decision;
import slipway.http.ETag;
import slipway.http.Refusal;
import slipway.messaging.Decisions;
import slipway.release.domain.Journey;
import slipway.release.domain.ReleaseCommand;
import slipway.release.domain.ReleaseDecider;
import slipway.release.domain.ReleaseEvent;
import slipway.release.domain.ReleaseState;
import slipway.release.domain.RollbackCause;
import slipway.release.domain.Touched;
import slipway.release.domain.WayBack;

/// Releases over HTTP, to read. 404: no such release; 409: there is no way back to show. `ETag` is the number of its facts.
@RestController
@RequestMapping("/releases")
class ReleaseController {

    private final Decisions<ReleaseCommand, ReleaseState, ReleaseEvent> releases;
    private final ReleaseRegister register;
    private final Authorised authorised;
    private final Leases leases;
    private final PartialBackups partialBackups;
    private final Inspection inspection;
    private final Clock clock;

    ReleaseController(
            Decisions<ReleaseCommand, ReleaseState, ReleaseEvent> releases,
            ReleaseRegister register,
            Authorised authorised,
            Leases leases,
            PartialBackups partialBackups,
            Inspection inspection,
            Clock clock) {
        this.releases = releases;
        this.register = register;
        this.authorised = authorised;
        this.leases = leases;
        this.partialBackups = partialBackups;
        this.inspection = inspection;
        this.clock = clock;
    }

    /// What a rollback would do if it were asked for now.
    ///
    /// @param way where to, and from which backup
    /// @param dataLossMillis whose writes would be lost now: since the recovery point; null: data stay as they are
    /// @param coveredMillis how much of it the approved plan covers; beyond that a person has to approve when the code is back
    /// @param laterThan releases that lie on top of it, in words: as long as there is one it is refused
    /// @param obstacles what would keep it from going all the way, as far as it can be seen now: it would be tried, and a person called
    /// @param impossible why not; null: it is possible
    record RollbackPreview(
            WayBack.Way way,
            @Nullable Long dataLossMillis,
            @Nullable Long coveredMillis,
            boolean approvalNeeded,
            List<String> laterThan,
            List<String> obstacles,
            @Nullable String impossible) {}

    @GetMapping
    List<ReleaseRegister.Line> list() {
        return register.list();
    }

    @GetMapping("/{id}")
    ResponseEntity<ReleaseView> show(@PathVariable String id) {
        ReleaseView view = view(id);
        return ResponseEntity.ok().eTag(ETag.of(view.sequence())).body(view);
    }

    @GetMapping("/{id}/rollback")
    RollbackPreview rollback(@PathVariable String id) throws InterruptedException {
        view(id);
        ReleaseState state = releases.state(id);
        if (!(state instanceof ReleaseState.Open open) || open.journey().touched().isEmpty()) {
            throw Refusal.conflict(List.of("nothing of it is deployed: " + state.status()));
        }
        Journey journey = open.journey();
        WayBack.Way way = WayBack.Way.expected(open);
        Instant point = way.dataRestore() ? way.recoveryPoint() : null;
        Instant now = clock.instant();
        Instant covered = journey.covered(way);
        List<String> against = new ArrayList<>();
        // What would be answered, and nothing else, says whether it is possible.
        if (new ReleaseDecider().decide(new ReleaseCommand.RollBack(RollbackCause.PERSON, "", List.of(), now), state)
                instanceof Decision.Refused<ReleaseEvent>(var reasons)) {
            against.addAll(reasons);
        }
        List<String> later = laterThan(id);
        against.addAll(later);
        return new RollbackPreview(
                way,
                point == null ? null : Duration.between(point, now).toMillis(),
                point == null || covered == null ? null : Duration.between(point, covered).toMillis(),
                point != null && covered != null && now.isAfter(covered),
                later,
                inspection.obstacles(journey, way.environments()),
                against.isEmpty() ? null : String.join("; ", against));
    }

    /// Releases that came where this one was: to go back now would take them away as well.
    List<String> laterThan(String id) {
        if (!(releases.state(id) instanceof ReleaseState.Open open)
                || open.journey().deployed().isEmpty()) {
            return List.of();
        }
        // Where it was only on its way, a later one may be by now; that one is left alone.
        String environment = open.journey().deployed().getLast();
        Optional<String> told = open.journey().touched(environment).map(Touched::supersededBy);
        Optional<String> left = authorised
                .last(open.journey().plan().service(), environment)
                .map(Authorised.Last::releaseId)
                .filter(last -> !last.equals(id));
        return Stream.concat(told.stream(), left.stream())
                .filter(later -> isToTakeBack(later, left))
                .limit(1)
                .map(later -> later + " came to " + environment + " after it: roll that back first")
                .toList();
    }

    /// What was taken back or resolved by hand is not taken back once more, whatever it left there.
    private boolean isToTakeBack(String later, Optional<String> left) {
        return switch (releases.state(later)) {
            case ReleaseState.RolledBack _, ReleaseState.Resolved _, ReleaseState.Aborted _ -> false;
            case ReleaseState.Closed _ -> left.filter(later::equals).isPresent();
            default -> true;
        };
    }

    /// @throws Refusal 404
    ReleaseView view(String id) {
        // One read: its ETag is the number of the very facts that it shows the state of.
        List<ReleaseEvent> facts = releases.facts(id);
        ReleaseState state = releases.state(facts);
        ReleaseView view = ReleaseView.of(id, state, facts, waits(id, state).orElse(null));
        if (view == null) {
            throw Refusal.unknown("there is no release " + id);
        }
        return view;
    }

    /// Why it waits in line for the environment that it wants to work in next, forward or back, or for its backup.
    private Optional<String> waits(String id, ReleaseState state) {
        return switch (state) {
            case ReleaseState.Securing(var journey, var terms, var set) ->
                partialBackups.inTheWay(set).or(() -> leases.inTheWay(journey.plan().service(), terms.environment(), id));
            case ReleaseState.Reverting reverting when !reverting.left().isEmpty() ->
                leases.inTheWay(
                        reverting.journey().plan().service(), reverting.left().getFirst(), id);
            default -> Optional.empty();
        };
    }
}
