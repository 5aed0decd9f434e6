package slipway.change.policy;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/// How the votes stand. One human counts once, over all stages of a change: whoever is a peer and an owner fills one seat, not
/// two.
///
/// @param stages what is required
/// @param votes the newest vote of each seat, by the person whose seat it is
public record Tally(List<Requirement> stages, Map<String, Cast> votes) {

    /// @param eligible whose seats there are
    /// @param vetoers whose rejection ends it
    public record Requirement(String stage, List<String> eligible, int quorum, List<String> vetoers) {}

    /// @param stage for which it counts
    public record Cast(String stage, boolean approves) {}

    /// Whether every stage has its quorum.
    public boolean met() {
        return stages.stream().allMatch(stage -> missing(stage) == 0);
    }

    /// How many approvals a stage still needs.
    public int missing(Requirement stage) {
        long approvals = votes.entrySet().stream()
                .filter(vote -> vote.getValue().approves())
                .filter(vote -> vote.getValue().stage().equals(stage.stage()))
                .filter(vote -> stage.eligible().contains(vote.getKey()))
                .count();
        return (int) Math.max(0, stage.quorum() - approvals);
    }

    public boolean vetoed() {
        return stages.stream()
                .anyMatch(stage -> stage.vetoers().stream()
                        .map(votes::get)
                        .anyMatch(vote -> vote != null
                                && !vote.approves()
                                && vote.stage().equals(stage.stage())));
    }

    /// Whether the people who have not voted yet can still bring all stages to their quorum, each of them for one stage.
    ///
    /// That is a matching of people to seats; it exists exactly when every subset of stages has at least as many people as it
    /// needs (P. Hall, On Representatives of Subsets, 1935).
    public boolean reachable() {
        return shortSubset().isEmpty();
    }

    /// The stages of the first subset that has too few people; empty when there is none.
    public List<Requirement> shortSubset() {
        for (int subset = 1; subset < 1 << stages.size(); subset++) {
            int needed = 0;
            Set<String> people = new HashSet<>();
            for (int i = 0; i < stages.size(); i++) {
                if ((subset & 1 << i) != 0) {
                    Requirement stage = stages.get(i);
                    int missing = missing(stage);
                    needed += missing;
                    // A stage that has its quorum brings nobody: its people may still vote elsewhere by their own right.
                    if (missing > 0) {
                        stage.eligible().stream()
                                .filter(person -> !votes.containsKey(person))
                                .forEach(people::add);
                    }
                }
            }
            if (people.size() < needed) {
                int chosen = subset;
                return stages.stream()
                        .filter(stage -> (chosen & 1 << stages.indexOf(stage)) != 0 && missing(stage) > 0)
                        .collect(Collectors.toList());
            }
        }
        return List.of();
    }
}
