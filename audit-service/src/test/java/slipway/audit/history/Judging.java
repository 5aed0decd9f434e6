package slipway.audit.history;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import slipway.events.ApprovalStage;
import slipway.events.ChangeType;
import slipway.events.Meta;
import slipway.events.PolicyResult;
import slipway.events.ReachedItem;
import slipway.events.Rfc;
import slipway.events.RiskAnswers;
import slipway.events.RiskFactor;
import slipway.events.RiskLevel;
import slipway.events.change.ImpactAssessed;
import slipway.events.change.PolicyEvaluated;
import slipway.events.change.RiskAssessed;

/// Impact, risk and policy, calculated anew and not with the product's code: what it says of the same request has to be the same.
final class Judging {

    static final String POLICY = "default/1";

    private static final int MANY_ITEMS = 10;
    private static final int SHOWN = 2;
    private static final int HIGHEST = 5;
    private static final int BOARD_AT_LEAST = 3;
    private static final List<String> ALL_EVIDENCE = List.of("TESTED", "REHEARSED_ROLLBACK", "DONE_BEFORE");

    private final Company company;
    private final String policyHash;

    Judging(Company company, String policyHash) {
        this.company = company;
        this.policyHash = policyHash;
    }

    static List<RiskFactor> factors(RiskAnswers answers) {
        return List.of(
                new RiskFactor("testEvidence", answers.getTestEvidence(), 5),
                new RiskFactor("doneBefore", answers.getDoneBefore(), 4),
                new RiskFactor("rollbackAutomated", answers.getRollbackAutomated(), 5),
                new RiskFactor("recoverableInWindow", answers.getRecoverableInWindow(), 4),
                new RiskFactor("teamsInvolved", answers.getTeamsInvolved(), 2),
                new RiskFactor("dataTouched", answers.getDataTouched(), 5),
                new RiskFactor("businessHours", answers.getBusinessHours(), 2),
                new RiskFactor("leadTime", answers.getLeadTime(), 3));
    }

    ImpactAssessed impact(@Nullable Meta meta, Rfc rfc) {
        List<ReachedItem> reached = company.reached(rfc.getConfigurationItems());
        int criticality = reached.stream()
                .mapToInt(each -> company.item(each.getCi()).criticality())
                .max()
                .orElse(1);
        return new ImpactAssessed(meta, company.version(), reached, reached.size(), criticality);
    }

    /// @param failed items and templates of changes that failed within 90 days
    RiskAssessed risk(@Nullable Meta meta, Rfc rfc, ImpactAssessed reached, Set<String> failed) {
        RiskAnswers answers = rfc.getRiskAnswers();
        int impact = Math.min(
                HIGHEST,
                reached.getCriticality() + (reached.getTotal() > MANY_ITEMS ? 1 : 0) + (rfc.getOutageExpected() ? 1 : 0));
        int weighted = 0;
        int weights = 0;
        for (RiskFactor factor : factors(answers)) {
            weighted += factor.getAnswer() * factor.getWeight();
            weights += factor.getWeight();
        }
        int likelihood = Math.ceilDiv(weighted, weights);
        int score = impact * likelihood;
        RiskLevel base = ofScore(score);
        RiskLevel level = base;
        List<String> floors = new ArrayList<>();
        if (rfc.getIrreversible()) {
            floors.add("irreversible: at least HIGH");
            level = higher(level, RiskLevel.HIGH);
        }
        for (String ci : rfc.getConfigurationItems()) {
            if (company.item(ci).tier() == 1 && answers.getRollbackAutomated() > SHOWN) {
                floors.add("no rehearsed rollback on " + ci + ", which is tier 1: at least HIGH");
                level = higher(level, RiskLevel.HIGH);
            }
            if (failed.contains(ci)) {
                floors.add("a change of " + ci + " failed within 90 days: one level up");
                level = higher(level, oneUp(base));
            }
        }
        if (rfc.getTemplateRef() != null && failed.contains(rfc.getTemplateRef())) {
            floors.add("a change by template " + rfc.getTemplateRef() + " failed within 90 days: one level up");
            level = higher(level, oneUp(base));
        }
        return new RiskAssessed(
                meta, "1", answers, factors(answers), impact, likelihood, score, level, floors, null, null);
    }

    private static RiskLevel ofScore(int score) {
        if (score <= 4) {
            return RiskLevel.LOW;
        }
        if (score <= 9) {
            return RiskLevel.MODERATE;
        }
        return score <= 14 ? RiskLevel.HIGH : RiskLevel.EXTREME;
    }

    private static RiskLevel higher(RiskLevel one, RiskLevel other) {
        return one.compareTo(other) >= 0 ? one : other;
    }

    private static RiskLevel oneUp(RiskLevel level) {
        return level == RiskLevel.EXTREME ? level : RiskLevel.values()[level.ordinal() + 1];
    }

    /// Nobody here names a change as done before that was not closed as SUCCESSFUL.
    List<String> evidence(Rfc rfc) {
        List<String> shown = new ArrayList<>(rfc.getEvidence().stream()
                .map(each -> each.getKind().name())
                .distinct()
                .sorted()
                .toList());
        if (rfc.getIncidentRef() != null) {
            shown.add("INCIDENT");
        }
        return shown;
    }

    /// By the policy in `policy.yaml`.
    ///
    /// @param authors who wrote any of the plan
    PolicyEvaluated policy(
            Meta meta, Rfc rfc, ImpactAssessed reached, RiskLevel risk, List<String> evidence, Set<String> authors) {
        int tier = rfc.getConfigurationItems().stream()
                .mapToInt(ci -> company.item(ci).tier())
                .min()
                .orElse(4);
        List<String> owners = List.copyOf(company.owners(rfc.getConfigurationItems()));
        Map<String, String> inputs = new TreeMap<>();
        inputs.put("type", rfc.getType().name());
        inputs.put("risk", risk.name());
        inputs.put("irreversible", String.valueOf(rfc.getIrreversible()));
        inputs.put("outage", String.valueOf(rfc.getOutageExpected()));
        inputs.put("restoresData", String.valueOf(rfc.getRestoreDataOnRollback()));
        inputs.put("service", rfc.getService());
        inputs.put("environments", rfc.getEnvironments().toString());
        inputs.put("ownerGroups", owners.toString());
        inputs.put("tier", String.valueOf(tier));
        inputs.put("criticality", String.valueOf(reached.getCriticality()));
        inputs.put("reached", String.valueOf(reached.getTotal()));
        inputs.put("evidence", evidence.toString());
        inputs.put("requester", rfc.getRequester());
        inputs.put("implementer", rfc.getImplementer());
        inputs.put("authors", new TreeSet<>(authors).toString());

        Map<String, String> required = required(rfc.getType(), risk, evidence);
        Set<String> own = new TreeSet<>(authors);
        own.add(rfc.getRequester());
        own.add(rfc.getImplementer());
        List<ApprovalStage> stages = required.values().stream()
                .filter(stage -> !stage.isEmpty())
                .map(stage -> stage(stage, owners, own))
                .toList();
        return new PolicyEvaluated(
                meta,
                POLICY,
                policyHash,
                inputs,
                stages.isEmpty() ? PolicyResult.AUTO : PolicyResult.APPROVAL_REQUIRED,
                List.copyOf(required.keySet()),
                stages);
    }

    /// The stage that each rule that matches asks for; empty: none.
    private static Map<String, String> required(ChangeType type, RiskLevel risk, List<String> evidence) {
        Map<String, String> required = new LinkedHashMap<>();
        boolean safe = risk == RiskLevel.LOW && evidence.containsAll(ALL_EVIDENCE);
        if (type == ChangeType.NORMAL && safe) {
            required.put("a low risk with all evidence needs nobody", "");
        }
        if (type == ChangeType.EMERGENCY) {
            required.put("an emergency is decided by the emergency board", "emergency");
            return required;
        }
        if (type != ChangeType.NORMAL || !safe) {
            required.put("a peer looks at everything else", "peer");
        }
        if (risk.compareTo(RiskLevel.MODERATE) >= 0) {
            required.put("from moderate risk on the service owner agrees", "owner");
        }
        if (risk.compareTo(RiskLevel.HIGH) >= 0) {
            required.put("from high risk on the change advisory board agrees", "board");
        }
        if (risk == RiskLevel.EXTREME) {
            required.put("extreme risk is for an executive", "executive");
        }
        return required;
    }

    /// Whether the policy might deny it: its risk may be EXTREME by the time it is sent in, and no rollback was rehearsed.
    boolean needsRehearsal(Rfc rfc) {
        ImpactAssessed reached = impact(null, rfc);
        Set<String> all = Set.copyOf(rfc.getConfigurationItems());
        return risk(null, rfc, reached, all).getLevel() == RiskLevel.EXTREME
                && !evidence(rfc).contains("REHEARSED_ROLLBACK");
    }

    private ApprovalStage stage(String name, List<String> owners, Set<String> own) {
        return switch (name) {
            case "peer" -> new ApprovalStage(name, without(company.group(Company.APPROVERS), own), 1, List.of());
            case "owner" -> new ApprovalStage(
                    name,
                    without(owners.stream().flatMap(group -> company.group(group).stream()).distinct().sorted().toList(), own),
                    1,
                    List.of());
            case "board" -> {
                List<String> board = company.group(Company.BOARD);
                yield new ApprovalStage(
                        name,
                        without(board, own),
                        Math.max(BOARD_AT_LEAST, Math.ceilDiv(2 * board.size(), 3)),
                        without(company.group(Company.SECURITY), own));
            }
            case "executive" -> new ApprovalStage(name, without(company.group(Company.EXECUTIVES), own), 1, List.of());
            case "emergency" -> new ApprovalStage(name, without(company.group(Company.EMERGENCY_BOARD), own), 1, List.of());
            default -> throw new IllegalArgumentException(name);
        };
    }

    private static List<String> without(List<String> people, Set<String> own) {
        return people.stream().filter(person -> !own.contains(person)).toList();
    }

    /// Who is asked when a stage was not answered.
    List<String> escalation(String stage, Set<String> own) {
        return switch (stage) {
            case "peer", "owner" -> without(company.group(Company.MANAGERS), own);
            case "emergency" -> without(company.group(Company.EXECUTIVES), own);
            default -> List.of();
        };
    }

    static Duration waits(String stage) {
        return switch (stage) {
            case "peer", "owner" -> Duration.ofDays(3);
            case "emergency" -> Duration.ofHours(1);
            default -> Duration.ofDays(7);
        };
    }

    static Duration escalationWaits(String stage) {
        return switch (stage) {
            case "peer", "owner" -> Duration.ofDays(2);
            case "emergency" -> Duration.ofHours(2);
            default -> Duration.ZERO;
        };
    }
}
