package slipway.change.domain;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;
import slipway.change.calendar.Window;

/// A change that nobody asked for, found because an environment runs what nobody released there.
public final class Drift {

    /// Who noticed it; nobody knows who did it.
    public static final String FOUND_BY = "release-service";

    private static final int UNKNOWN = 5;

    private Drift() {}

    /// @param last the changes that were implemented there last, at least one: what was touched now is what they touched
    /// @param authorisedDigest what they left there; null: nothing
    /// @param serves whether anything serves there
    /// @param observed what runs there now, in words
    public static Rfc registered(
            List<Rfc> last,
            String service,
            String environment,
            @Nullable String authorisedDigest,
            boolean serves,
            String observed,
            Instant at) {
        String authorised = authorisedDigest == null ? "nothing" : authorisedDigest;
        return new Rfc(
                ChangeType.LATENT,
                serves
                        ? service + " in " + environment + " runs what nobody released"
                        : "nothing serves what was released of " + service + " in " + environment,
                "Authorised is " + authorised + ". Seen there: " + observed,
                FOUND_BY,
                FOUND_BY,
                service,
                "unknown",
                null,
                last.stream()
                        .flatMap(each -> each.configurationItems().stream())
                        .distinct()
                        .toList(),
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
                        worst(last, RiskAnswers::rollbackAutomated),
                        worst(last, RiskAnswers::recoverableInWindow),
                        worst(last, RiskAnswers::teamsInvolved),
                        worst(last, RiskAnswers::dataTouched),
                        worst(last, RiskAnswers::businessHours),
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

    private static int worst(List<Rfc> all, ToIntFunction<RiskAnswers> answer) {
        return all.stream().map(Rfc::riskAnswers).mapToInt(answer).max().orElse(UNKNOWN);
    }
}
