package slipway.launcher;

import java.util.List;

/// The answer was no: one line per reason on the error stream, and an exit code that a script can tell apart.
public final class Refused extends RuntimeException {

    /// The input is not acceptable.
    public static final int REFUSED = 2;
    /// Not yet decided.
    public static final int PENDING = 10;
    /// Not for this person, or decided against.
    public static final int DENIED = 11;
    /// Not in the state it is in.
    public static final int BLOCKED = 12;

    private final int exitCode;
    private final List<String> reasons;

    public Refused(int exitCode, List<String> reasons) {
        super(String.join("; ", reasons));
        this.exitCode = exitCode;
        this.reasons = List.copyOf(reasons);
    }

    /// The answer when it is good.
    ///
    /// @throws Refused otherwise
    static Api.Answer unless(Api.Answer answer) {
        if (answer.isGood()) {
            return answer;
        }
        int code = switch (answer.status()) {
            case 400, 404, 422 -> REFUSED;
            case 401, 403 -> DENIED;
            case 409, 412 -> BLOCKED;
            default -> 1;
        };
        throw new Refused(code, answer.reasons());
    }

    int exitCode() {
        return exitCode;
    }

    List<String> reasons() {
        return reasons;
    }
}
