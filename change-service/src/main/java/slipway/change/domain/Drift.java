package slipway.change.domain;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import slipway.change.calendar.Window;

/// A change that nobody asked for, found because an environment runs what nobody released there.
public final class Drift {

    /// Who noticed it; nobody knows who did it.
    public static final String FOUND_BY = "release-service";

    private static final int UNKNOWN = 5;

    private Drift() {}

    /// @param last the change that was implemented there last: what was touched now is what it touched
    /// @param authorisedDigest what it left there; null: nothing
    /// @param observed what runs there now, in words
    public static Rfc registered(
            Rfc last,
            String service,
            String environment,
            @Nullable String authorisedDigest,
            String observed,
            Instant at) {
        RiskAnswers before = last.riskAnswers();
        String authorised = authorisedDigest == null ? "nothing" : authorisedDigest;
        return new Rfc(
                ChangeType.LATENT,
                service + " in " + environment + " runs what nobody released",
                "Authorised is " + authorised + ". Seen there: " + observed,
                FOUND_BY,
                FOUND_BY,
                service,
                "unknown",
                null,
                last.configurationItems(),
                List.of(environment),
                "Unknown: somebody did it outside of any release.",
                "Release " + authorised + " again.",
                "Unknown: nobody showed that it was tested.",
                null,
                false,
                false,
                false,
                new Window(at.minus(Duration.ofSeconds(1)), at),
                0,
                // What nobody can answer is answered as badly as can be.
                new RiskAnswers(
                        UNKNOWN,
                        UNKNOWN,
                        before.rollbackAutomated(),
                        before.recoverableInWindow(),
                        before.teamsInvolved(),
                        before.dataTouched(),
                        before.businessHours(),
                        UNKNOWN),
                null,
                null,
                List.of(),
                0,
                null,
                List.of(),
                List.of(),
                List.of(),
                Map.of(),
                List.of("drift"),
                List.of());
    }
}
