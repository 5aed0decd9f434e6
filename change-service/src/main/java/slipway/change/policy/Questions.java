package slipway.change.policy;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/// Everything that a policy can be asked: every value of what has an end of values, and of what has none those that the policy
/// compares with, their neighbours, and one that it never heard of. Values that no condition speaks of are not varied.
final class Questions {

    /// So many owners are tried together.
    static final int MOST_OWNERS = 6;

    private static final List<String> TYPES = List.of("NORMAL", "STANDARD", "EMERGENCY", "LATENT");
    private static final List<String> RISKS = List.of("LOW", "MODERATE", "HIGH", "EXTREME");
    /// In the order in which a change shows them.
    private static final List<String> EVIDENCE =
            List.of("DONE_BEFORE", "EXPLOITED_CVE", "REHEARSED_ROLLBACK", "TESTED", "INCIDENT");
    private static final List<Integer> TIERS = List.of(1, 2, 3, 4);
    private static final List<Integer> CRITICALITIES = List.of(1, 2, 3, 4, 5);
    private static final List<Integer> REACHED = List.of(1, 10, 11, 100, 1000);
    private static final int FEW_OWNERS = 3;

    private final Policy policy;
    private final List<String> environments;
    private final List<String> owners;

    /// @param environments in their order, in which every change names them
    /// @param owners all groups that own items
    Questions(Policy policy, Collection<String> environments, Collection<String> owners) {
        this.policy = policy;
        this.environments = List.copyOf(new LinkedHashSet<>(environments));
        this.owners = owners.isEmpty() ? List.of("nobody") : List.copyOf(new TreeSet<>(owners));
    }

    private boolean isReal(Question question) {
        return !question.ownerGroups().isEmpty() && owners.containsAll(question.ownerGroups());
    }

    Stream<Question> all() {
        return wheres().flatMap(where -> ownerGroups().flatMap(groups -> services().flatMap(service -> TYPES.stream()
                .flatMap(type -> RISKS.stream().flatMap(risk -> flags("irreversible").flatMap(irreversible -> flags("outage")
                        .flatMap(outage -> flags("restoresData").flatMap(restores -> numbers("tier", TIERS)
                                .flatMap(tier -> numbers("criticality", CRITICALITIES).flatMap(criticality -> reached()
                                        .flatMap(reached -> evidence().map(shown -> new Question(
                                                "",
                                                "",
                                                List.of(),
                                                type,
                                                risk,
                                                irreversible,
                                                outage,
                                                restores,
                                                service,
                                                where,
                                                groups,
                                                tier,
                                                criticality,
                                                reached,
                                                shown)))))))))))));
    }

    private Stream<List<String>> wheres() {
        return policy.speaksOf("environments") ? subsets(environments, 1, environments.size()) : Stream.of(environments);
    }

    private Stream<List<String>> ownerGroups() {
        if (!policy.rulesSpeakOf("ownerGroups")) {
            // Rules do not see whose it is; who may vote is looked at for each of them.
            return Stream.of(owners.subList(0, 1));
        }
        int most = policy.rulesCompare("ownerGroups").flatMap(rule -> rule.numbers().stream())
                .mapToInt(number -> (int) Math.clamp(number + 1, FEW_OWNERS, MOST_OWNERS))
                .max()
                .orElse(FEW_OWNERS);
        Set<String> pool = new TreeSet<>();
        policy.rulesCompare("ownerGroups").forEach(rule -> pool.addAll(rule.texts()));
        owners.stream().filter(owner -> !pool.contains(owner)).limit(FEW_OWNERS).toList().forEach(pool::add);
        for (int made = 1; pool.size() < most + 1; made++) {
            pool.add("group-" + made);
        }
        return subsets(List.copyOf(pool), 0, most);
    }

    /// The same question about items of each group, when that decides who may vote.
    Stream<Question> owned(Question question) {
        boolean matters = policy.people().anyMatch(condition -> condition.anatomy().speaksOf("ownerGroups"));
        return matters && !policy.rulesSpeakOf("ownerGroups")
                ? owners.stream().map(owner -> question.ownedBy(List.of(owner)))
                : Stream.of(question).filter(this::isReal);
    }

    private Stream<String> services() {
        List<String> services = new ArrayList<>();
        if (policy.speaksOf("service")) {
            policy.conditionsOn("service").forEach(condition -> services.addAll(condition.texts()));
        }
        String another = "any";
        while (services.contains(another)) {
            another += "-other";
        }
        services.add(another);
        return services.stream().distinct();
    }

    private Stream<Integer> reached() {
        if (!policy.speaksOf("reached")) {
            return Stream.of(REACHED.getFirst());
        }
        Set<Integer> values = new TreeSet<>(REACHED);
        policy.conditionsOn("reached")
                .flatMap(condition -> condition.numbers().stream())
                .flatMap(number -> Stream.of(number - 1, number, number + 1))
                .filter(number -> number >= 1 && number <= Integer.MAX_VALUE)
                .forEach(number -> values.add(number.intValue()));
        return values.stream();
    }

    private Stream<Boolean> flags(String name) {
        return policy.speaksOf(name) ? Stream.of(true, false) : Stream.of(false);
    }

    private Stream<Integer> numbers(String name, List<Integer> values) {
        return policy.speaksOf(name) ? values.stream() : values.stream().limit(1);
    }

    private Stream<List<String>> evidence() {
        return policy.speaksOf("evidence") ? subsets(EVIDENCE, 0, EVIDENCE.size()) : Stream.of(List.of());
    }

    /// Every choice of at least and at most so many, each in the order of the whole.
    private static Stream<List<String>> subsets(List<String> all, int least, int most) {
        return subsets(all, most).filter(some -> some.size() >= least);
    }

    private static Stream<List<String>> subsets(List<String> all, int most) {
        if (all.isEmpty() || most == 0) {
            return Stream.of(List.of());
        }
        List<String> rest = all.subList(1, all.size());
        return Stream.concat(
                subsets(rest, most),
                subsets(rest, most - 1)
                        .map(some -> Stream.concat(Stream.of(all.getFirst()), some.stream()).toList()));
    }
}
