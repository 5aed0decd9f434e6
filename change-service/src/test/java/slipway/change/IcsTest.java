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

    private static Ics.Imported event(String... lines) {
        return Ics.read("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//other//EN\r\nBEGIN:VEVENT\r\nUID:x\r\n"
                + String.join("\r\n", lines) + "\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n");
    }

    @Test
    void an_end_is_exactly_so_much_later_even_when_the_clocks_change_in_between() {
        assertThat(event(
                                "DTSTART;TZID=Europe/Paris:20261024T220000",
                                "DTEND;TZID=Europe/Paris:20261025T060000")
                        .entries())
                .singleElement()
                .extracting(entry -> entry.when().duration())
                .isEqualTo("PT9H");
    }

    @Test
    void a_day_stays_a_day_and_24_hours_stay_24_hours_on_the_way_out_and_in() {
        for (String length : List.of("P1D", "PT24H", "P14D", "PT336H", "P1DT12H")) {
            Recurrence when = new Recurrence("2026-03-28T22:00", "Europe/Paris", length, "FREQ=DAILY", List.of());
            Entry entry = new Entry("x", "x", "", "FREEZE", FreezeScope.EVERYTHING, when);
            String text = Ics.write(List.of(entry), AT);
            assertThat(text).contains("DURATION:" + length + "\r\n");
            assertThat(Ics.read(text).entries()).containsExactly(entry);
        }
    }

    @Test
    void a_rule_goes_out_as_the_standard_wants_it() {
        Recurrence when = new Recurrence(
                "2026-03-02T22:00", "Europe/Paris", "PT1H", "until=20260401;freq=weekly;byday=mo", List.of());
        Entry entry = new Entry("x", "x", "", "FREEZE", FreezeScope.EVERYTHING, when);
        assertThat(Ics.write(List.of(entry), AT))
                .contains("RRULE:FREQ=WEEKLY;UNTIL=20260401T215959Z;BYDAY=MO\r\n");
    }

    @Test
    void an_exception_in_another_zone_is_the_same_moment() {
        assertThat(event(
                                "DTSTART;TZID=Europe/Paris:20260301T220000",
                                "DURATION:PT1H",
                                "RRULE:FREQ=DAILY",
                                "EXDATE:20260302T210000Z",
                                "EXDATE;TZID=\"America/New_York\":20260303T160000,20260304T160000")
                        .entries())
                .singleElement()
                .extracting(entry -> entry.when().except())
                .isEqualTo(List.of("2026-03-02T22:00", "2026-03-03T22:00", "2026-03-04T22:00"));
    }

    @Test
    void an_alarm_lends_nothing_to_its_event() {
        assertThat(event(
                                "BEGIN:VALARM",
                                "DESCRIPTION:wake up",
                                "DURATION:PT5M",
                                "END:VALARM",
                                "DTSTART:20260301T220000Z",
                                "DURATION:PT1H")
                        .entries())
                .singleElement()
                .satisfies(entry -> assertThat(entry.when().duration()).isEqualTo("PT1H"))
                .satisfies(entry -> assertThat(entry.description()).isEmpty());
    }

    @Test
    void what_cannot_be_kept_is_refused_by_name_and_what_is_cancelled_is_no_event() {
        String[] weekly = {"DTSTART:20260302T220000Z", "DURATION:PT1H", "RRULE:FREQ=WEEKLY;BYDAY=MO"};
        for (String line : List.of("RDATE:20260303T220000Z", "EXRULE:FREQ=DAILY", "RECURRENCE-ID:20260302T220000Z")) {
            assertThat(event(weekly[0], weekly[1], weekly[2], line).faults())
                    .containsExactly("x." + line.substring(0, line.indexOf(':'))
                            + ": is not supported; make it an event of its own");
        }
        assertThat(event(weekly[0], weekly[1], weekly[2], "RRULE:FREQ=DAILY").faults())
                .containsExactly("x.RRULE: is there twice");
        assertThat(event(weekly[0], weekly[1], "RRULE:FREQ=WEEKLY;BYDAY=MO;BYEASTER=0").faults())
                .containsExactly("x.rule: BYEASTER is not supported");
        assertThat(event("DTSTART;TZID=Romance Standard Time:20260302T220000", weekly[1]).faults())
                .containsExactly("x.DTSTART: 'Romance Standard Time' is no IANA zone such as Europe/Paris");
        assertThat(event(weekly[0], weekly[1], weekly[2], "STATUS:CANCELLED")).isEqualTo(new Ics.Imported(List.of(), List.of(), false));
    }

    @Test
    void whole_days_begin_in_the_zone_that_is_named_and_stay_days() {
        String text = """
                BEGIN:VCALENDAR
                VERSION:2.0
                PRODID:-//other//EN
                ZONE
                BEGIN:VEVENT
                UID:fair
                SUMMARY:Fair
                DTSTART;VALUE=DATE:20261024
                DTEND;VALUE=DATE:20261027
                RRULE:FREQ=YEARLY
                EXDATE;VALUE=DATE:20271024
                END:VEVENT
                BEGIN:VEVENT
                UID:day
                SUMMARY:One day
                DTSTART;VALUE=DATE:20261101
                END:VEVENT
                END:VCALENDAR
                """
                .replace("\n", "\r\n");
        Recurrence fair = new Recurrence(
                "2026-10-24T00:00", "Europe/Paris", "P3D", "FREQ=YEARLY", List.of("2027-10-24T00:00"));
        Recurrence day = new Recurrence("2026-11-01T00:00", "Europe/Paris", "P1D", null, List.of());
        assertThat(Ics.read(text.replace("ZONE\r\n", ""), "Europe/Paris").entries())
                .extracting(Entry::when)
                .containsExactly(fair, day);
        assertThat(Ics.read(text.replace("ZONE", "X-WR-TIMEZONE:Europe/Paris")).entries())
                .extracting(Entry::when)
                .containsExactly(fair, day);
    }

    @Test
    void what_takes_nobody_s_time_is_no_freeze_and_our_own_calendar_is_known() {
        assertThat(event("DTSTART:20260302T220000Z", "DURATION:PT1H", "TRANSP:TRANSPARENT").entries()).isEmpty();
        assertThat(event("DTSTART:20260302T220000Z", "DURATION:PT1H", "TRANSP:OPAQUE").entries()).hasSize(1);
        assertThat(Ics.read(Ics.write(List.of(SALE), AT)).own()).isTrue();
        assertThat(event("DTSTART:20260302T220000Z", "DURATION:PT1H").own()).isFalse();
    }
}
