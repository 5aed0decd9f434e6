package slipway.backup.domain;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import slipway.backup.domain.Retention.Taken;

class RetentionTest {

    /// At three in the night of every day of 2026.
    private static List<Taken> nightly() {
        return LocalDate.of(2026, 1, 1)
                .datesUntil(LocalDate.of(2027, 1, 1))
                .map(day -> taken(day + "T03:00:00Z"))
                .toList();
    }

    private static Taken taken(String at) {
        return new Taken(at.substring(0, 13), Instant.parse(at), true);
    }

    @Test
    void a_year_of_nights_leaves_days_weeks_and_months() {
        Retention retention = new Retention(2, 3, 3, 4, 0, ZoneOffset.UTC);
        assertThat(retention.kept(nightly()).keySet())
                .containsExactlyInAnyOrder(
                        "2026-12-31T03",
                        "2026-12-30T03",
                        "2026-12-29T03",
                        "2026-12-27T03",
                        "2026-12-20T03",
                        "2026-11-30T03",
                        "2026-10-31T03",
                        "2026-09-30T03");
        assertThat(retention.expired(nightly())).hasSize(365 - 8).first().isEqualTo("2026-01-01T03");
    }

    @Test
    void a_set_may_be_of_several_generations_and_says_which() {
        Retention retention = new Retention(1, 1, 1, 1, 1, ZoneOffset.UTC);
        assertThat(retention.kept(nightly()))
                .containsOnlyKeys("2026-12-31T03")
                .hasEntrySatisfying(
                        "2026-12-31T03",
                        why -> assertThat(why)
                                .containsExactly(
                                        "one of the last 1",
                                        "the newest of the day 2026-12-31",
                                        "the newest of the week 2026-W53",
                                        "the newest of the month 2026-12",
                                        "the newest of the year 2026"));
    }

    @Test
    void a_day_begins_where_the_people_are() {
        List<Taken> sets = List.of(taken("2026-03-01T22:30:00Z"), taken("2026-03-01T23:30:00Z"));
        assertThat(new Retention(0, 5, 0, 0, 0, ZoneOffset.UTC).expired(sets)).containsExactly("2026-03-01T22");
        assertThat(new Retention(0, 5, 0, 0, 0, ZoneId.of("Europe/Berlin")).expired(sets)).isEmpty();
    }

    @Test
    void days_without_a_set_do_not_count() {
        List<Taken> sets = List.of(taken("2026-01-01T03:00:00Z"), taken("2026-02-01T03:00:00Z"), taken("2026-03-01T03:00:00Z"));
        assertThat(new Retention(1, 2, 0, 0, 0, ZoneOffset.UTC).expired(sets)).containsExactly("2026-01-01T03");
    }

    @Test
    void what_is_no_way_back_is_no_generation_and_goes_when_a_newer_way_back_is_there() {
        Taken unfit = new Taken("unfit", Instant.parse("2026-03-02T03:00:00Z"), false);
        Retention retention = new Retention(1, 0, 0, 0, 0, ZoneOffset.UTC);
        assertThat(retention.expired(List.of(unfit, taken("2026-03-01T03:00:00Z")))).isEmpty();
        assertThat(retention.expired(List.of(unfit, taken("2026-03-03T03:00:00Z")))).containsExactly("unfit");
        assertThat(retention.expired(List.of(unfit))).isEmpty();
    }

    /// Whoever forgets once more what was forgotten before forgets the same.
    @Property
    void giving_up_every_night_keeps_no_fewer_days_than_giving_up_once(
            @ForAll @Size(max = 60) List<@IntRange(max = 2000) Integer> hours, @ForAll @IntRange(min = 1, max = 9) int daily) {
        Retention retention = new Retention(1, daily, 0, 0, 0, ZoneOffset.UTC);
        Instant from = Instant.parse("2026-01-01T00:00:00Z");
        List<Taken> all = hours.stream()
                .distinct()
                .sorted()
                .map(hour -> new Taken("set-" + hour, from.plusSeconds(3600L * hour), true))
                .toList();
        List<Taken> nightAfterNight = new ArrayList<>();
        for (Taken each : all) {
            nightAfterNight.add(each);
            List<String> expired = retention.expired(nightAfterNight);
            nightAfterNight.removeIf(set -> expired.contains(set.set()));
        }
        assertThat(nightAfterNight.stream().map(Taken::set))
                .containsExactlyElementsOf(all.stream()
                        .map(Taken::set)
                        .filter(set -> !retention.expired(all).contains(set))
                        .toList());
    }
}
