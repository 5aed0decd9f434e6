package slipway.launcher.evidence;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import slipway.change.domain.ChangeDecider;
import slipway.change.domain.ChangeEvent;
import slipway.change.domain.ChangeState;
import slipway.events.Topics;
import slipway.launcher.evidence.Chained.Aggregate;
import slipway.release.domain.ReleaseDecider;
import slipway.release.domain.ReleaseEvent;
import slipway.release.domain.ReleaseState;

/// Whether the stories of a pack are told to their end. Facts after the last one are nowhere spoken of in a pack, so of what is open
/// nobody can say by the pack alone whether it still was.
final class Ends {

    private Ends() {}

    /// @return what is open: whose it is, and its last fact
    static List<String> open(Map<Aggregate, List<Fact>> aggregates, List<String> faults) {
        List<String> open = new ArrayList<>();
        aggregates.forEach((aggregate, facts) -> {
            if (Chained.unbroken(facts).size() < facts.size()) {
                return;
            }
            try {
                if (!isOver(aggregate, facts)) {
                    open.add(aggregate.id() + ", its last fact is " + facts.getLast().type() + " (fact " + facts.getLast().entry().sequence() + ")");
                }
            } catch (RuntimeException _) {
                // What a forger put together may lead through no state that there is.
                faults.add(aggregate.id() + ": its facts do not follow from each other");
            }
        });
        return open;
    }

    /// What has no end is over.
    private static boolean isOver(Aggregate aggregate, List<Fact> facts) {
        List<ChangeEvent> changes = aggregate.topic().equals(Topics.CHANGE) ? Reperforming.changes(facts) : List.of();
        List<ReleaseEvent> releases = aggregate.topic().equals(Topics.RELEASE) ? Reperforming.releases(facts) : List.of();
        return (changes.isEmpty() || isOver(change(changes))) && (releases.isEmpty() || isOver(release(releases)));
    }

    private static ChangeState change(List<ChangeEvent> facts) {
        ChangeDecider decider = new ChangeDecider();
        ChangeState state = decider.initial();
        for (ChangeEvent fact : facts) {
            state = decider.evolve(state, fact);
        }
        return state;
    }

    private static ReleaseState release(List<ReleaseEvent> facts) {
        ReleaseDecider decider = new ReleaseDecider();
        ReleaseState state = decider.initial();
        for (ReleaseEvent fact : facts) {
            state = decider.evolve(state, fact);
        }
        return state;
    }

    private static boolean isOver(ChangeState state) {
        return switch (state) {
            // Such as an attempt to approve: a fact of a change's topic that begins none.
            case ChangeState.Nothing _,
                    ChangeState.Refused _,
                    ChangeState.Rejected _,
                    ChangeState.Expired _,
                    ChangeState.Closed _,
                    ChangeState.Cancelled _ ->
                true;
            case ChangeState.Draft _,
                    ChangeState.Assessing _,
                    ChangeState.AwaitingApproval _,
                    ChangeState.Approved _,
                    ChangeState.Scheduled _,
                    ChangeState.Implementing _,
                    ChangeState.Monitoring _,
                    ChangeState.RollingBack _,
                    ChangeState.InReview _ ->
                false;
        };
    }

    private static boolean isOver(ReleaseState state) {
        return switch (state) {
            case ReleaseState.Aborted _, ReleaseState.Joined _, ReleaseState.Closed _ -> true;
            case ReleaseState.Nothing _, ReleaseState.Open _ -> false;
        };
    }
}
