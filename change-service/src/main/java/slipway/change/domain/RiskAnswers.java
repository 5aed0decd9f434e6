package slipway.change.domain;

/// The eight questions about likelihood, each answered from 1 (harmless) to 5 (dangerous); 0 is no answer.
public record RiskAnswers(
        int testEvidence,
        int doneBefore,
        int rollbackAutomated,
        int recoverableInWindow,
        int teamsInvolved,
        int dataTouched,
        int businessHours,
        int leadTime) {

    RiskAnswers tested(int answer) {
        return new RiskAnswers(
                answer, doneBefore, rollbackAutomated, recoverableInWindow, teamsInvolved, dataTouched, businessHours, leadTime);
    }
}
