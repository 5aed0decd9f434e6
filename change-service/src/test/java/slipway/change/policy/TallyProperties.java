package slipway.change.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import slipway.change.policy.Tally.Cast;
import slipway.change.policy.Tally.Requirement;

/// The tally against trying out every way in which people could still vote.
class TallyProperties {

    private static final List<String> PEOPLE = List.of("a", "b", "c", "d", "e");

    @Provide
    Arbitrary<Tally> tallies() {
        Arbitrary<List<String>> some = Arbitraries.of(PEOPLE).set().ofMaxSize(5).map(set -> set.stream()
                .sorted()
                .toList());
        Arbitrary<List<Requirement>> stages = Combinators.combine(some, Arbitraries.integers().between(1, 3))
                .as((eligible, quorum) -> new Requirement("", eligible, quorum, List.of()))
                .list()
                .ofMinSize(1)
                .ofMaxSize(3)
                .map(TallyProperties::named);
        Arbitrary<Map<String, Integer>> votes =
                Arbitraries.maps(Arbitraries.of(PEOPLE), Arbitraries.integers().between(-3, 3)).ofMaxSize(4);
        return Combinators.combine(stages, votes).as(TallyProperties::tally);
    }

    private static List<Requirement> named(List<Requirement> stages) {
        List<Requirement> named = new ArrayList<>();
        for (Requirement stage : stages) {
            named.add(new Requirement("s" + named.size(), stage.eligible(), stage.quorum(), List.of()));
        }
        return named;
    }

    private static Tally tally(List<Requirement> stages, Map<String, Integer> votes) {
        Map<String, Cast> cast = new HashMap<>();
        votes.forEach((person, vote) -> {
            int stage = Math.floorMod(vote, stages.size());
            if (stages.get(stage).eligible().contains(person)) {
                cast.put(person, new Cast("s" + stage, vote >= 0));
            }
        });
        return new Tally(stages, cast);
    }

    @Property
    void it_can_still_be_met_exactly_when_some_way_of_voting_meets_it(@ForAll("tallies") Tally tally) {
        List<String> left = PEOPLE.stream()
                .filter(person -> !tally.votes().containsKey(person))
                .toList();
        assertThat(tally.reachable()).isEqualTo(someWay(tally, left));
    }

    private static boolean someWay(Tally tally, List<String> left) {
        if (tally.met()) {
            return true;
        }
        if (left.isEmpty()) {
            return false;
        }
        List<String> others = left.subList(1, left.size());
        if (someWay(tally, others)) {
            return true;
        }
        for (Requirement stage : tally.stages()) {
            if (stage.eligible().contains(left.getFirst())) {
                Map<String, Cast> more = new HashMap<>(tally.votes());
                more.put(left.getFirst(), new Cast(stage.stage(), true));
                if (someWay(new Tally(tally.stages(), more), others)) {
                    return true;
                }
            }
        }
        return false;
    }

    @Property
    void what_is_met_needs_as_many_different_people_as_all_quorums_together(@ForAll("tallies") Tally tally) {
        if (tally.met()) {
            Set<String> approvers = new HashSet<>();
            tally.votes().forEach((person, cast) -> {
                if (cast.approves()) {
                    approvers.add(person);
                }
            });
            assertThat(approvers.size())
                    .isGreaterThanOrEqualTo(
                            tally.stages().stream().mapToInt(Requirement::quorum).sum());
            assertThat(tally.reachable()).isTrue();
        }
    }
}
