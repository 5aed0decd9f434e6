package slipway.backup.domain;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import slipway.backup.domain.Coverage.Covering;
import slipway.backup.domain.Coverage.Exemption;
import slipway.backup.domain.Coverage.Standing;

class CoverageTest {

    private static final List<String> CATEGORIES = List.of("databases", "logs");
    private static final Exemption WORD = new Exemption("rosa", "shipped elsewhere");
    private static final Coverage SAID = new Coverage(Map.of("shop", Map.of("logs", WORD)));
    private static final List<Covering> ORDERS = List.of(new Covering("orders", "databases", List.of("shop")));

    @Test
    void each_category_is_covered_or_somebody_said_that_there_is_nothing_to_cover() {
        assertThat(SAID.gaps(List.of("shop"), CATEGORIES, ORDERS)).isEmpty();
        assertThat(SAID.standing("shop", "databases", ORDERS)).isEqualTo(new Standing.Covered(List.of("orders")));
        assertThat(SAID.standing("shop", "logs", ORDERS)).isEqualTo(new Standing.Exempted(WORD));
    }

    @Test
    void nobody_s_word_counts_for_a_configuration_item_of_which_nothing_was_said() {
        assertThat(SAID.gaps(List.of("shop", "pay"), CATEGORIES, List.of()))
                .containsExactly("shop: databases", "pay: databases, logs");
    }

    @Test
    void what_belongs_to_one_configuration_item_covers_no_other() {
        assertThat(SAID.gaps(List.of("pay"), CATEGORIES, ORDERS)).containsExactly("pay: databases, logs");
        assertThat(SAID.gaps(List.of("pay"), CATEGORIES, List.of(new Covering("all", "databases", List.of()))))
                .containsExactly("pay: logs");
    }

    @Test
    void where_nobody_asks_for_coverage_nothing_is_missing_and_an_empty_map_is_somebody_s_question() {
        assertThat(new Coverage(null).gaps(List.of("shop"), CATEGORIES, List.of())).isEmpty();
        assertThat(new Coverage(Map.of()).gaps(List.of("shop"), CATEGORIES, List.of()))
                .containsExactly("shop: databases, logs");
    }
}
