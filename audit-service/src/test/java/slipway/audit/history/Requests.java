package slipway.audit.history;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import slipway.audit.history.Company.Service;
import slipway.events.ChangeType;
import slipway.events.Evidence;
import slipway.events.EvidenceKind;
import slipway.events.Rfc;
import slipway.events.RiskAnswers;
import slipway.events.Window;

/// What people ask for.
final class Requests {

    static final String STANDARD_PLAN = "Roll out environment by environment, with the steps of the catalogue.";
    static final String STANDARD_BACK = "Switch every instance back to the version before.";
    static final String STANDARD_TEST = "Unit and contract tests of the package; probes in each environment.";
    static final Duration BACK = Duration.ofMinutes(30);

    /// Whoever begins later than this after its window opened is not done when it closes.
    static final Duration LATE = Duration.ofMinutes(15);

    private static final Duration EACH_ENVIRONMENT = Duration.ofMinutes(25);
    private static final Duration SPARE = Duration.ofMinutes(20);
    private static final Duration FOR_THE_BOARD = Duration.ofHours(2);
    private static final int SHOWN = 2;

    private static final List<String> WISHES = List.of(
            "Show the stock of every shop", "Raise the limit of the pool", "Upgrade the framework", "Mend the rounding of totals", "Add a column for the region",
            "Turn on the new search", "Rotate the certificates", "Move to the larger queue", "Drop the old endpoint", "Cache what is read most");
    private static final List<String> REASONS = List.of(
            "Support answers forty calls a day about it.", "The contract with the supplier asks for it until the end of the quarter.",
            "It is slow when many people shop at the same time.", "The version that runs is no longer maintained.");

    private final World world;
    private final Dice dice;

    Requests(World world, Dice dice) {
        this.world = world;
        this.dice = dice;
    }

    List<String> environments() {
        return switch (dice.weighted(Shares.ENVIRONMENTS)) {
            case 0 -> Company.ENVIRONMENTS;
            case 1 -> Company.ENVIRONMENTS.subList(2, 4);
            default -> Company.ENVIRONMENTS.subList(3, 4);
        };
    }

    static Duration length(List<String> environments) {
        return EACH_ENVIRONMENT.multipliedBy(environments.size()).plus(SPARE);
    }

    /// @param earliest when it may begin
    /// @param envelope whether the window may be moved by two days without asking anew
    Rfc ask(ChangeType type, Service service, Instant earliest, boolean envelope) {
        List<String> environments = environments();
        boolean standard = type == ChangeType.STANDARD;
        boolean migrates = !standard && dice.in(Shares.MIGRATES);
        Window window = world.appointments.take(
                service.name(),
                world.chronicle.now(),
                earliest,
                type == ChangeType.EMERGENCY ? length(environments).plus(FOR_THE_BOARD) : length(environments),
                BACK);
        String requester = dice.one(world.company.group(service.team()));
        String implementer = dice.in(700) ? requester : dice.one(world.company.group(service.team()));
        RiskAnswers answers = answers(type, migrates);
        boolean irreversible = !standard && dice.in(10);
        Map<String, String> parameters = new TreeMap<>();
        if (standard) {
            parameters.put("ticket", "OPS-" + dice.between(100, 99_999));
        }
        return new Rfc(
                type,
                dice.one(WISHES),
                dice.one(REASONS),
                requester,
                implementer,
                service.name(),
                dice.between(1, 9) + "." + dice.below(40) + "." + dice.below(20),
                dice.in(300) ? dice.digest() : null,
                migrates ? service.items() : service.items().subList(0, 1),
                environments,
                standard ? STANDARD_PLAN : "Roll out environment by environment; step " + dice.between(1, 9) + " of the runbook needs two people.",
                standard ? STANDARD_BACK : "Switch every instance back to the version before" + (migrates ? "; restore the database from the release's own backup." : "."),
                STANDARD_TEST,
                dice.in(300) ? "Support is told an hour before by mail." : null,
                !standard && dice.in(60),
                irreversible,
                migrates && dice.in(600),
                window,
                soak(type),
                answers,
                standard ? service.template() : null,
                type == ChangeType.EMERGENCY ? "INC-" + dice.between(1000, 99_999) : null,
                List.of("https://git.example.org/" + service.name() + "/pulls/" + dice.between(1, 9999)),
                BACK.toSeconds(),
                envelope ? new Window(window.getNotBefore(), window.getNotAfter().plus(Duration.ofDays(2))) : null,
                List.of(),
                List.of(),
                evidence(service, answers, standard),
                parameters,
                dice.in(200) ? List.of("quarter") : List.of(),
                List.of());
    }

    /// Most of what is asked for is prepared well.
    private RiskAnswers answers(ChangeType type, boolean migrates) {
        if (type == ChangeType.STANDARD) {
            return new RiskAnswers(
                    dice.between(1, 2), dice.between(1, 2), 1, 1, 1, dice.between(1, 2), dice.between(1, 3), dice.between(1, 3));
        }
        return new RiskAnswers(
                answer(45, 35, 15, 5),
                answer(35, 40, 18, 7),
                migrates ? answer(50, 50) : answer(50, 40, 10),
                answer(70, 30),
                answer(70, 22, 8),
                migrates ? answer(0, 50, 35, 15) : answer(60, 40),
                answer(40, 30, 20, 10),
                type == ChangeType.EMERGENCY ? 5 : answer(50, 35, 15));
    }

    private int answer(int... often) {
        return 1 + dice.weighted(often);
    }

    private long soak(ChangeType type) {
        return type == ChangeType.EMERGENCY ? dice.between(10, 40) * 60L : dice.between(1, 48) * 1800L;
    }

    /// Whoever shows something has answered accordingly.
    private List<Evidence> evidence(Service service, RiskAnswers answers, boolean always) {
        List<Evidence> shown = new ArrayList<>();
        if (answers.getTestEvidence() <= SHOWN && dice.in(800)) {
            shown.add(new Evidence(EvidenceKind.TESTED, "https://ci.example.org/runs/" + dice.between(1, 999_999)));
        }
        if (answers.getRollbackAutomated() <= SHOWN && (always || dice.in(800))) {
            shown.add(rehearsed());
        }
        String success = world.success(service.name());
        if (success != null && answers.getDoneBefore() <= SHOWN) {
            shown.add(new Evidence(EvidenceKind.DONE_BEFORE, success));
        }
        return shown;
    }

    private Evidence rehearsed() {
        return new Evidence(EvidenceKind.REHEARSED_ROLLBACK, "https://ci.example.org/rehearsals/" + dice.between(1, 999_999));
    }

    /// Whoever hears that the policy will not have it rehearses the rollback first.
    Rfc rehearsed(Rfc rfc) {
        RiskAnswers answers = RiskAnswers.newBuilder(rfc.getRiskAnswers()).setRollbackAutomated(SHOWN).build();
        List<Evidence> shown = new ArrayList<>(rfc.getEvidence());
        shown.add(rehearsed());
        return Rfc.newBuilder(rfc).setRiskAnswers(answers).setEvidence(shown).build();
    }

    /// The plan turned out to need more.
    Rfc amended(Rfc rfc) {
        return Rfc.newBuilder(rfc)
                .setVersion(rfc.getVersion() + "+" + dice.between(1, 99))
                .setDigest(null)
                .setImplementationPlan(rfc.getImplementationPlan() + " Before that, warm the caches.")
                .build();
    }

    /// Done already, and told now.
    Rfc late(Service service, Instant at) {
        Rfc asked = ask(ChangeType.NORMAL, service, at, false);
        world.appointments.giveBack(service.name(), asked.getWindow());
        Instant done = at.minusSeconds(dice.between(2, 72) * 3600L);
        return Rfc.newBuilder(asked)
                .setType(ChangeType.LATENT)
                .setWindow(new Window(done.minusSeconds(dice.between(5, 90) * 60L), done))
                .build();
    }

    /// As change-service registers what runs somewhere although nobody released it.
    static Rfc drift(Rfc last, String service, String environment, String authorised, String observed, Instant at) {
        RiskAnswers before = last.getRiskAnswers();
        return new Rfc(
                ChangeType.LATENT,
                service + " in " + environment + " runs what nobody released",
                "Authorised is " + authorised + ". Seen there: " + observed,
                "release-service",
                "release-service",
                service,
                "unknown",
                null,
                last.getConfigurationItems(),
                List.of(environment),
                "Unknown: somebody did it outside of any release.",
                "Release " + authorised + " again.",
                "Unknown: nobody showed that it was tested.",
                null,
                false,
                false,
                false,
                new Window(at.minusSeconds(1), at),
                0L,
                new RiskAnswers(
                        5,
                        5,
                        before.getRollbackAutomated(),
                        before.getRecoverableInWindow(),
                        before.getTeamsInvolved(),
                        before.getDataTouched(),
                        before.getBusinessHours(),
                        5),
                null,
                null,
                List.of(),
                0L,
                null,
                List.of(),
                List.of(),
                List.of(),
                new TreeMap<>(),
                List.of("drift"),
                List.of());
    }
}
