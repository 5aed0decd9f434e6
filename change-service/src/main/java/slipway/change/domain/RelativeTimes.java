package slipway.change.domain;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import slipway.change.calendar.Window;

/// Times of a draft that are meant from the moment of its submission: `now+PT2H` said on Monday is two hours from now on Friday.
///
/// @param after ISO 8601 durations by the name of the field, such as `window.notBefore`
public record RelativeTimes(Map<String, String> after) {

    public static final RelativeTimes NONE = new RelativeTimes(Map.of());

    /// The request as it is meant at this moment.
    public Rfc at(Rfc rfc, Instant now) {
        if (after.isEmpty()) {
            return rfc;
        }
        Window envelope = rfc.envelope();
        return rfc.within(at("window", rfc.window(), now), envelope == null ? null : at("envelope", envelope, now));
    }

    private Window at(String name, Window window, Instant now) {
        return new Window(
                at(after.get(name + ".notBefore"), window.notBefore(), now),
                at(after.get(name + ".notAfter"), window.notAfter(), now));
    }

    private static Instant at(@Nullable String after, Instant otherwise, Instant now) {
        return after == null ? otherwise : now.plus(Duration.parse(after));
    }
}
