package slipway.audit.domain;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import slipway.audit.domain.Chain.Link.Contradiction;
import slipway.audit.domain.Chain.Link.Gap;
import slipway.audit.domain.Chain.Link.Next;
import slipway.audit.domain.Chain.Link.Repetition;

class ChainTest {

    private final Chain chain = new Chain();

    @Test
    void facts_in_sequence_that_name_the_hash_before_them_hold() {
        assertThat(chain.follow(Sample.fact("CHG-1", 1))).isEqualTo(new Next(true));
        assertThat(chain.follow(Sample.fact("CHG-2", 1))).isEqualTo(new Next(true));
        assertThat(chain.follow(Sample.fact("CHG-1", 2))).isEqualTo(new Next(true));
        assertThat(chain.aggregates()).isEqualTo(2);
    }

    @Test
    void a_fact_that_names_another_hash_breaks_the_chain() {
        chain.follow(Sample.fact("CHG-1", 1));

        assertThat(chain.follow(Sample.with(Sample.fact("CHG-1", 2), "mine", "forged"))).isEqualTo(new Next(false));
        assertThat(chain.follow(Sample.with(Sample.fact("CHG-1", 3), "next", null))).isEqualTo(new Next(false));
    }

    @Test
    void a_first_fact_has_nothing_before_it() {
        assertThat(chain.follow(Sample.with(Sample.fact("CHG-1", 1), "mine", "something"))).isEqualTo(new Next(false));
    }

    @Test
    void a_missing_fact_is_a_gap_that_later_facts_do_not_close() {
        chain.follow(Sample.fact("CHG-1", 1));

        assertThat(chain.follow(Sample.fact("CHG-1", 3))).isEqualTo(new Gap(2));
        assertThat(chain.follow(Sample.fact("CHG-1", 4))).isEqualTo(new Gap(2));
        assertThat(chain.follow(Sample.fact("CHG-1", 2))).isEqualTo(new Next(true));
    }

    @Test
    void the_same_bytes_again_are_a_repetition_and_other_bytes_a_contradiction() {
        chain.follow(Sample.fact("CHG-1", 1));
        chain.follow(Sample.fact("CHG-1", 2));

        assertThat(chain.follow(Sample.fact("CHG-1", 1))).isEqualTo(new Repetition());
        assertThat(chain.follow(Sample.fact("CHG-1", 2))).isEqualTo(new Repetition());
        assertThat(chain.follow(Sample.with(Sample.fact("CHG-1", 2), "other", null))).isEqualTo(new Contradiction());
        assertThat(chain.follow(Sample.fact("CHG-1", 0))).isEqualTo(new Contradiction());
    }
}
