package slipway.backup;

import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import org.springframework.scheduling.support.CronExpression;

/// When something is done again and again: the five fields of cron, minute first, or `@daily` and the like.
///
/// @param zone whose wall clock it is
record Cron(String text, CronExpression expression, ZoneId zone) {

    /// @throws IllegalArgumentException with words for a person
    static Cron of(String text, ZoneId zone) {
        String given = text.strip();
        if (!given.startsWith("@") && given.split("\\s+").length != 5) {
            throw new IllegalArgumentException("'" + text + "' has to be the five fields of cron, as 30 2 * * 1-5");
        }
        try {
            // The platform's begins with seconds.
            CronExpression expression = CronExpression.parse(given.startsWith("@") ? given : "0 " + given);
            if (expression.next(ZonedDateTime.now(zone)) == null) {
                throw new IllegalArgumentException("no such time ever comes");
            }
            return new Cron(given, expression, zone);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("'" + text + "' is no time that cron knows: " + e.getMessage(), e);
        }
    }

    /// The first time after that moment.
    Instant after(Instant moment) {
        ZonedDateTime next = expression.next(moment.atZone(zone));
        if (next == null) {
            throw new IllegalStateException(text + " never comes again after " + moment);
        }
        return next.toInstant();
    }

    /// Another text or another zone is another time.
    String identity() {
        return text + " " + zone;
    }
}
