package slipway.change.domain;

/// Risk of a change, in growing order.
public enum RiskLevel {
    LOW,
    MODERATE,
    HIGH,
    EXTREME,
    UNKNOWN;

    /// @param score impact × likelihood, 1 to 25
    static RiskLevel ofScore(int score) {
        if (score <= 4) {
            return LOW;
        }
        if (score <= 9) {
            return MODERATE;
        }
        return score <= 14 ? HIGH : EXTREME;
    }

    RiskLevel oneUp() {
        return switch (this) {
            case LOW -> MODERATE;
            case MODERATE -> HIGH;
            case HIGH, EXTREME -> EXTREME;
            case UNKNOWN -> UNKNOWN;
        };
    }

    RiskLevel atLeast(RiskLevel floor) {
        return compareTo(floor) >= 0 ? this : floor;
    }
}
