package slipway.change.domain;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import slipway.change.calendar.Window;

/// Whether a change may start at a moment, as the handshake decides it and as the gate foretells it: one rule, the same words.
final class Start {

    private Start() {}

    /// What stands in the way of an approved change, whenever it is.
    static List<String> obstacles(Dossier dossier, List<Conflict> conflicts) {
        List<String> reasons = new ArrayList<>();
        dossier.holds().forEach(hold -> reasons.add("the change is held by " + hold.ref() + ": " + hold.reason()));
        conflicts.stream()
                .filter(conflict -> conflict.kind().hard())
                .map(Conflict::reason)
                .forEach(reasons::add);
        return reasons;
    }

    /// The same, and what it is too late for.
    static List<String> reasonsAgainst(
            Dossier dossier, Window window, Instant validUntil, List<Conflict> conflicts, Instant at) {
        List<String> reasons = obstacles(dossier, conflicts);
        if (window.isOver(at)) {
            reasons.add("the window ended at " + window.notAfter());
        }
        if (!at.isBefore(validUntil)) {
            reasons.add("the approval ended at " + validUntil);
        } else if (!window.notBefore().isBefore(validUntil)) {
            reasons.add(tooLate(window, validUntil));
        }
        return reasons;
    }

    static String tooLate(Window window, Instant validUntil) {
        return "opens at " + window.notBefore() + ", and the approval ends before, at " + validUntil;
    }

    static String opens(Window window) {
        return "the window opens at " + window.notBefore();
    }
}
