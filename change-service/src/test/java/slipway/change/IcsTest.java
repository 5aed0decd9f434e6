package slipway.change;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import slipway.change.Ics.Entry;
import slipway.change.calendar.FreezeScope;
import slipway.change.calendar.Recurrence;

class IcsTest {

    private static final Instant AT = Instant.parse("2026-03-02T10:00:00Z");

    private static final Entry SALE = new Entry(
            "FRZ-1",
            "Winter sale; hands off, please",
            "Two lines:\nmoney",
            "FREEZE",
            new FreezeScope(List.of("prod"), List.of(), List.of("web", "shop")),
            new Recurrence(
                    "2026-01-07T08:00",
                    "Europe/Paris",
                    "P10D",
                    "FREQ=YEARLY;UNTIL=20300101T000000Z",
                    List.of("2028-01-07T08:00")));

    private static final Entry ONCE = new Entry(
            "CHG-7",
            "Inventory 2.1.0",
            "",
            "CHANGE",
            FreezeScope.EVERYTHING,
            new Recurrence("2026-03-02T11:00", "UTC", "PT2H", null, List.of()));

    @Test
    void what_is_written_is_read_again() {
        String text = Ics.write(List.of(SALE, ONCE), AT);
        assertThat(text)
                .contains("BEGIN:VTIMEZONE", "TZID:Europe/Paris", "DTSTART;TZID=Europe/Paris:20260107T080000")
                .contains("DTSTART:20260302T110000Z")
                .contains("DTSTAMP:20260302T100000Z");
        Ics.Imported read = Ics.read(text);
        assertThat(read.faults()).isEmpty();
        assertThat(read.entries()).containsExactly(SALE, ONCE);
    }

    @Test
    void an_event_of_another_program_with_an_end_is_understood() {
        Ics.Imported read = Ics.read(
                """
                BEGIN:VCALENDAR
                VERSION:2.0
                PRODID:-//other//EN
                BEGIN:VEVENT
                UID:other-1
                DTSTAMP:20260101T000000Z
                SUMMARY:Patch night
                DTSTART;TZID=America/New_York:20260301T220000
                DTEND;TZID=America/New_York:20260302T020000
                RRULE:FREQ=WEEKLY;BYDAY=SU
                EXDATE;TZID=America/New_York:20260308T220000,20260315T220000
                END:VEVENT
                END:VCALENDAR
                """
                        .replace("\n", "\r\n"));
        assertThat(read.faults()).isEmpty();
        assertThat(read.entries())
                .singleElement()
                .extracting(Entry::when)
                .isEqualTo(new Recurrence(
                        "2026-03-01T22:00",
                        "America/New_York",
                        "PT4H",
                        "FREQ=WEEKLY;BYDAY=SU",
                        List.of("2026-03-08T22:00", "2026-03-15T22:00")));
    }

    @Test
    void every_event_that_nobody_can_place_is_named() {
        Ics.Imported read = Ics.read(
                """
                BEGIN:VCALENDAR
                VERSION:2.0
                PRODID:-//other//EN
                BEGIN:VEVENT
                UID:day
                DTSTART;VALUE=DATE:20260301
                DTEND;VALUE=DATE:20260302
                END:VEVENT
                BEGIN:VEVENT
                UID:floating
                DTSTART:20260301T220000
                DURATION:PT1H
                END:VEVENT
                BEGIN:VEVENT
                UID:endless
                DTSTART:20260301T220000Z
                END:VEVENT
                END:VCALENDAR
                """
                        .replace("\n", "\r\n"));
        assertThat(read.faults())
                .satisfiesExactly(
                        fault -> assertThat(fault).startsWith("day.DTSTART: 20260301 is a whole day"),
                        fault -> assertThat(fault).startsWith("floating.DTSTART: 20260301T220000 has no zone"),
                        fault -> assertThat(fault).startsWith("endless.DTEND: is missing"));
        assertThat(Ics.read("hello").faults()).singleElement().asString().startsWith("calendar: is no iCalendar");
        assertThat(Ics.read("x".repeat(600_000)).faults()).hasSize(1);
    }
}
