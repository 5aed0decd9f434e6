package slipway.backup;

import java.time.Instant;
import java.time.LocalDateTime;
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
            if (expression.next(LocalDateTime.now(zone)) == null) {
                throw new IllegalArgumentException("no such time ever comes");
            }
            if (bothDays(given)) {
                throw new IllegalArgumentException(
                        "a day of the month and a day of the week: some take it for either, some for both; write two schedules, or one of them as *");
            }
            return new Cron(given, expression, zone);
        } catch (IllegalArgumentException e) {
            String why = String.valueOf(e.getMessage()).replace("\"0 " + given + "\"", "\"" + given + "\"");
            throw new IllegalArgumentException("'" + text + "' is no time that cron knows: " + why, e);
        }
    }

    private static boolean bothDays(String given) {
        String[] fields = given.split("\\s+");
        return fields.length == 5 && !fields[2].matches("[*?]") && !fields[4].matches("[*?]");
    }

    /// The first time after that moment. A time of the wall clock that a day does not have comes when it would have been; one that it has
    /// twice comes once.
    Instant after(Instant moment) {
        LocalDateTime local = LocalDateTime.ofInstant(moment, zone);
        while (true) {
            local = expression.next(local);
            if (local == null) {
                throw new IllegalStateException(text + " never comes again after " + moment);
            }
            Instant next = ZonedDateTime.ofLocal(local, zone, null).toInstant();
            if (next.isAfter(moment)) {
                return next;
            }
        }
    }

    /// Another text or another zone is another time.
    String identity() {
        return text + " " + zone;
    }
}
