package slipway.change;

import java.time.Clock;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import slipway.change.domain.ChangeCommand;
import slipway.change.domain.ChangeEvent;
import slipway.change.domain.ChangeState;
import slipway.change.domain.Conflict;
import slipway.change.domain.Verdict;
import slipway.messaging.Decisions;

/// One verdict on a change, whoever asks: a pipeline that waits, or a system that is called back.
@Component
class Gates {

    private final Decisions<ChangeCommand, ChangeState, ChangeEvent> changes;
    private final Situation situation;
    private final Clock clock;

    Gates(Decisions<ChangeCommand, ChangeState, ChangeEvent> changes, Situation situation, Clock clock) {
        this.changes = changes;
        this.situation = situation;
        this.clock = clock;
    }

    /// @param verdict OPEN, PENDING, DENIED or BLOCKED
    /// @param nextMoment when asking again may bring another answer
    record View(String changeId, String state, Verdict.Answer verdict, String reason, @Nullable Instant nextMoment) {}

    /// @param service whose release shall start; null: nobody says
    /// @param environment where it shall start; null: nobody says
    View look(String changeId, @Nullable String service, @Nullable String environment) {
        ChangeState state = changes.state(changeId);
        Instant now = clock.instant();
        List<Conflict> conflicts = List.of();
        Instant free = null;
        if (state instanceof ChangeState.Known known) {
            var rfc = known.dossier().rfc();
            if (service != null && !rfc.service().equals(service)) {
                return denied(state, changeId, "it is a change of " + (rfc.service().isBlank() ? "no service" : rfc.service()) + ", not of " + service);
            }
            if (environment != null && !rfc.environments().contains(environment)) {
                return denied(state, changeId, "environment " + environment + " is not in the request: " + rfc.environments());
            }
            conflicts = situation.conflicts(changeId, rfc);
            if (known.dossier().isHeld() || conflicts.stream().anyMatch(conflict -> conflict.kind().hard())) {
                free = situation.slots(changeId, rfc, 1, now).stream()
                        .map(slot -> slot.notBefore())
                        .findFirst()
                        .orElse(null);
            }
        }
        Verdict verdict = Verdict.of(state, conflicts, free, now);
        return new View(changeId, state.status().name(), verdict.answer(), verdict.reason(), verdict.nextMoment());
    }

    private static View denied(ChangeState state, String changeId, String why) {
        return new View(changeId, state.status().name(), Verdict.Answer.DENIED, why, null);
    }
}
