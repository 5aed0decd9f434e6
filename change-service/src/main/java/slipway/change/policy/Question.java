package slipway.change.policy;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// What a policy is asked about.
///
/// @param requester never votes on it; no condition sees it
/// @param implementer likewise
/// @param authors of the plan: likewise
/// @param type NORMAL, STANDARD (without a live template), EMERGENCY or LATENT
/// @param risk LOW, MODERATE, HIGH or EXTREME
/// @param ownerGroups groups that own the items
/// @param tier of the most important item, 1 to 4
/// @param criticality highest that is reached, 1 to 5
/// @param reached how many items are reached
/// @param evidence out of TESTED, REHEARSED_ROLLBACK, DONE_BEFORE, INCIDENT, EXPLOITED_CVE
public record Question(
        String requester,
        String implementer,
        List<String> authors,
        String type,
        String risk,
        boolean irreversible,
        boolean outage,
        boolean restoresData,
        String service,
        List<String> environments,
        List<String> ownerGroups,
        int tier,
        int criticality,
        int reached,
        List<String> evidence) {

    /// Requester, implementer, and whoever wrote any of the plan.
    boolean isOwn(String person) {
        return person.equals(requester) || person.equals(implementer) || authors.contains(person);
    }

    Question ownedBy(List<String> groups) {
        return new Question(
                requester,
                implementer,
                authors,
                type,
                risk,
                irreversible,
                outage,
                restoresData,
                service,
                environments,
                groups,
                tier,
                criticality,
                reached,
                evidence);
    }

    /// As conditions see it. CEL counts in 64 bits.
    Map<String, Object> variables() {
        Map<String, Object> variables = new TreeMap<>();
        variables.put("type", type);
        variables.put("risk", risk);
        variables.put("irreversible", irreversible);
        variables.put("outage", outage);
        variables.put("restoresData", restoresData);
        variables.put("service", service);
        variables.put("environments", environments);
        variables.put("ownerGroups", ownerGroups);
        variables.put("tier", (long) tier);
        variables.put("criticality", (long) criticality);
        variables.put("reached", (long) reached);
        variables.put("evidence", evidence);
        return variables;
    }

    /// Everything that the answer depends on but the people, to be kept with it. [Inputs#read] reads it back.
    public Map<String, String> inputs() {
        Map<String, String> inputs = new TreeMap<>();
        variables().forEach((name, value) -> inputs.put(name, value.toString()));
        inputs.put("environments", Inputs.list(environments));
        inputs.put("ownerGroups", Inputs.list(ownerGroups));
        inputs.put("evidence", Inputs.list(evidence));
        inputs.put("requester", requester);
        inputs.put("implementer", implementer);
        inputs.put("authors", Inputs.list(authors));
        return inputs;
    }
}
