package slipway.change.calendar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Which rules are taken, which are refused and why, and those that libraries get wrong.
class RuleTest {

    private static Recurrence utc(String start, String rule) {
        return new Recurrence(start, "UTC", "PT1H", rule, List.of());
    }

    private static Window window(String from, String to) {
        return new Window(Instant.parse(from + "T00:00:00Z"), Instant.parse(to + "T00:00:00Z"));
    }

    private static List<String> days(Recurrence recurrence, String from, String to) {
        assertThat(recurrence.faults("")).isEmpty();
        return recurrence.occurrences(window(from, to)).stream()
                .map(each -> each.notBefore().toString().substring(0, 10))
                .toList();
    }

    @Test
    void fridays_in_december_are_in_december_and_fridays() {
        assertThat(days(utc("2026-12-04T22:00", "FREQ=WEEKLY;BYDAY=FR;BYMONTH=12"), "2026-12-01", "2027-12-31"))
                .containsExactly(
                        "2026-12-04", "2026-12-11", "2026-12-18", "2026-12-25",
                        "2027-12-03", "2027-12-10", "2027-12-17", "2027-12-24");
        assertThat(days(utc("2026-12-28T22:00", "FREQ=WEEKLY;BYDAY=MO,FR;BYMONTH=12"), "2026-12-01", "2027-02-01"))
                .containsExactly("2026-12-28");
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29", "FREQ=YEARLY", "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=29",
        "FREQ=MONTHLY;BYMONTHDAY=29;BYMONTH=2", "FREQ=YEARLY;BYDAY=SU,MO,TU,WE,TH,FR,SA;BYMONTHDAY=29;BYMONTH=2",
    })
    void the_29th_of_february_is_never_forgotten(String rule) {
        assertThat(days(utc("2024-02-29T22:00", rule), "2024-01-01", "2041-01-01"))
                .containsExactly("2024-02-29", "2028-02-29", "2032-02-29", "2036-02-29", "2040-02-29");
        assertThat(days(utc("2096-02-29T22:00", rule), "2096-03-01", "2105-01-01")).containsExactly("2104-02-29");
    }

    @Test
    void the_rarest_days_are_found_decades_later() {
        // a 29 February that is a Thursday comes every 28 years
        assertThat(days(utc("2024-02-29T22:00", "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=29;BYDAY=TH"), "2024-03-01", "2081-01-01"))
                .containsExactly("2052-02-29", "2080-02-29");
        assertThat(days(utc("1970-01-01T22:00", "FREQ=DAILY;INTERVAL=1000;BYMONTH=1"), "1971-01-01", "2150-01-01"))
                .isNotEmpty()
                .allMatch(day -> day.substring(5, 7).equals("01"));
    }

    @Test
    void weeks_begin_on_monday_wherever_the_machine_is() {
        List<List<String>> found = new ArrayList<>();
        Locale before = Locale.getDefault();
        try {
            for (Locale locale : List.of(Locale.FRANCE, Locale.US, Locale.forLanguageTag("ar-EG"))) {
                Locale.setDefault(locale);
                found.add(days(utc("2026-01-06T08:00", "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,SU"), "2026-01-01", "2026-02-01"));
            }
        } finally {
            Locale.setDefault(before);
        }
        assertThat(found).containsOnly(List.of("2026-01-06", "2026-01-11", "2026-01-20", "2026-01-25"));
    }

    @Test
    void the_last_working_day_of_a_month_and_the_days_a_month_has() {
        assertThat(days(utc("2026-01-30T10:00", "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1"), "2026-01-01", "2026-07-01"))
                .containsExactly("2026-01-30", "2026-02-27", "2026-03-31", "2026-04-30", "2026-05-29", "2026-06-30");
        assertThat(days(utc("2026-01-31T10:00", "FREQ=MONTHLY"), "2026-01-01", "2026-07-01"))
                .containsExactly("2026-01-31", "2026-03-31", "2026-05-31");
    }

    @Test
    void the_53rd_week_is_there_in_years_that_have_one_and_the_last_week_in_every_year() {
        assertThat(days(utc("2020-12-28T00:00", "FREQ=YEARLY;BYWEEKNO=53"), "2020-01-01", "2040-01-01"))
                .containsExactly("2020-12-28", "2026-12-28", "2032-12-27", "2037-12-28");
        assertThat(days(utc("2020-12-31T00:00", "FREQ=YEARLY;BYWEEKNO=-1;BYDAY=TH,FR"), "2020-12-01", "2022-12-01"))
                .containsExactly("2020-12-31", "2021-01-01", "2021-12-30", "2021-12-31");
        assertThat(days(utc("2020-12-31T00:00", "FREQ=YEARLY;BYYEARDAY=-1,366"), "2020-12-01", "2024-12-31"))
                .containsExactly("2020-12-31", "2021-12-31", "2022-12-31", "2023-12-31");
    }

    @Test
    void what_is_excepted_has_been_counted() {
        Recurrence recurrence =
                new Recurrence("2026-01-05T08:00", "UTC", "PT1H", "FREQ=DAILY;COUNT=3", List.of("2026-01-06T08:00"));
        assertThat(days(recurrence, "2026-01-01", "2026-02-01")).containsExactly("2026-01-05", "2026-01-07");
    }

    @ParameterizedTest
    @CsvSource({
        "20260703T200000Z, 3",
        "20260703T195959Z, 2",
        "20260703T220000, 3",
        "20260703T215959, 2",
        "20260703, 3",
        "20260702, 2",
    })
    void until_is_the_last_moment_at_which_it_may_start(String until, int times) {
        Recurrence daily =
                new Recurrence("2026-07-01T22:00", "Europe/Paris", "PT1H", "FREQ=DAILY;UNTIL=" + until, List.of());
        assertThat(daily.faults("")).isEmpty();
        assertThat(daily.occurrences(window("2026-01-01", "2027-01-01"))).hasSize(times);
        assertThat(daily.plain().occurrences(window("2026-01-01", "2027-01-01"))).hasSize(times);
    }

    @Test
    void in_plain_words_it_is_what_every_program_reads_alike() {
        Recurrence odd = new Recurrence(
                "2026-07-01T22:00", "Europe/Paris", "P1W2DT24H", "byday=we,mo,we;wkst=mo;freq=weekly;until=20260901", List.of());
        assertThat(odd.faults("")).isEmpty();
        assertThat(odd.plain()).isEqualTo(new Recurrence(
                "2026-07-01T22:00", "Europe/Paris", "P9DT24H", "FREQ=WEEKLY;UNTIL=20260901T215959Z;BYDAY=MO,WE", List.of()));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', value = {
        "FREQ=DAILY;NOW | 'NOW' is not of the form NAME=VALUE",
        "FREQ=DAILY;BYDAY= | 'BYDAY=' is not of the form",
        "FREQ=DAILY; | '' is not of the form",
        "INTERVAL=2 | FREQ must be one of DAILY, WEEKLY, MONTHLY, YEARLY",
        "FREQ=FORTNIGHTLY | FREQ must be one of DAILY, WEEKLY, MONTHLY, YEARLY, not 'FORTNIGHTLY'",
        "FREQ=HOURLY | FREQ must be",
        "FREQ=MINUTELY | FREQ must be",
        "FREQ=SECONDLY | FREQ must be",
        "FREQ=DAILY;FREQ=DAILY | FREQ is there twice",
        "FREQ=DAILY;COUNT=0 | COUNT must be 1 to 10000, not '0'",
        "FREQ=DAILY;COUNT=10001 | COUNT must be",
        "FREQ=DAILY;COUNT=2;UNTIL=20270101T000000Z | has both UNTIL and COUNT",
        "FREQ=DAILY;UNTIL=2027 | UNTIL must be",
        "FREQ=DAILY;UNTIL=20260231 | UNTIL must be",
        "FREQ=DAILY;UNTIL=20260701T120000+02 | UNTIL must be",
        "FREQ=DAILY;INTERVAL=0 | INTERVAL must be 1 to 1000, not '0'",
        "FREQ=DAILY;INTERVAL=99999999999 | INTERVAL must be",
        "FREQ=DAILY;BYDAY=1MO | BYDAY with a number goes with FREQ=MONTHLY and FREQ=YEARLY only",
        "FREQ=MONTHLY;BYDAY=0WE | BYDAY must be",
        "FREQ=MONTHLY;BYDAY=WEDNESDAY | BYDAY must be",
        "FREQ=YEARLY;BYDAY=54WE | BYDAY must be",
        "FREQ=YEARLY;BYWEEKNO=27;BYDAY=1WE | BYDAY with a number does not go with BYWEEKNO",
        "FREQ=YEARLY;BYWEEKNO=27;INTERVAL=2 | BYWEEKNO does not go with INTERVAL or BYSETPOS",
        "FREQ=YEARLY;BYWEEKNO=27;BYSETPOS=1 | BYWEEKNO does not go with INTERVAL or BYSETPOS",
        "FREQ=MONTHLY;BYWEEKNO=1 | BYWEEKNO goes with FREQ=YEARLY only",
        "FREQ=MONTHLY;BYYEARDAY=1 | BYYEARDAY goes with FREQ=YEARLY only",
        "FREQ=WEEKLY;BYMONTHDAY=1 | BYMONTHDAY does not go with FREQ=WEEKLY",
        "FREQ=MONTHLY;BYMONTHDAY=0 | BYMONTHDAY must be",
        "FREQ=YEARLY;BYMONTH=13 | BYMONTH must be 1 to 12, not '13'",
        "FREQ=YEARLY;BYMONTH=-1 | BYMONTH must be",
        "FREQ=DAILY;BYHOUR=24 | BYHOUR must be",
        "FREQ=DAILY;BYHOUR=22, | BYHOUR must be 0 to 23, not ''",
        "FREQ=DAILY;BYMINUTE=60 | BYMINUTE must be",
        "FREQ=DAILY;BYSETPOS=1 | BYSETPOS needs another BY part",
        "FREQ=DAILY;BYSECOND=0 | BYSECOND is not supported",
        "FREQ=DAILY;RSCALE=GREGORIAN | RSCALE is not supported",
        "FREQ=DAILY;BYEASTER=0 | BYEASTER is not supported",
        "FREQ=DAILY;WKST=XX | WKST must be a day",
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30 | 'FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30' never happens",
        "FREQ=DAILY;UNTIL=20260101T000000Z | 'FREQ=DAILY;UNTIL=20260101T000000Z' never happens, UNTIL is before",
    })
    void what_cannot_be_kept_is_refused_by_name(String rule, String fault) {
        assertThat(utc("2026-07-01T22:00", rule).faults("when."))
                .singleElement()
                .asString()
                .startsWith("when.rule: " + fault);
    }

    @Test
    void every_quarter_of_an_hour_is_the_most() {
        String hours = "FREQ=DAILY;BYHOUR=0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23;BYMINUTE=0,15,30,45";
        assertThat(utc("2026-07-01T22:00", hours).faults("")).isEmpty();
        assertThat(utc("2026-07-01T22:00", hours + ",50").faults("")).singleElement().asString().contains("more than 96 times a day");
    }

    @Test
    void a_start_that_its_own_rule_does_not_mean_is_refused_and_the_first_one_that_it_means_is_named() {
        assertThat(utc("2026-07-01T22:00", "FREQ=WEEKLY;BYDAY=FR").faults("when."))
                .containsExactly(
                        "when.start: 2026-07-01T22:00 is no start that 'FREQ=WEEKLY;BYDAY=FR' means; the first one is 2026-07-03T22:00");
        List<String> start = List.of("2026-07-01T22:00");
        assertThat(new Recurrence("2026-07-01T22:00", "UTC", "PT1H", "FREQ=WEEKLY;BYDAY=FR", start).faults("")).isEmpty();
        assertThat(new Recurrence("2026-07-01T22:00", "UTC", "PT1H", "FREQ=WEEKLY;BYDAY=FR;COUNT=3", start).faults(""))
                .hasSize(1);
    }

    @Test
    void a_rule_that_cannot_be_read_is_never_a_time_without_occurrences() {
        assertThatThrownBy(() -> utc("2026-07-01T22:00", "FREQ=DAILY;BYEASTER=0").occurrences(window("2026-07-01", "2026-07-02")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("rule: BYEASTER is not supported");
    }
}
