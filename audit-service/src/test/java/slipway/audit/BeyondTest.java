package slipway.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import slipway.audit.domain.Partition;
import slipway.events.Topics;

/// A ledger with two facts that were read, and one at a place that the topic does not have.
class BeyondTest {

    private static final Partition PARTITION = new Partition(Topics.CHANGE, 0);
    private static final String NAMED =
            "ChangeCancelled, fact 2 of CHG-1 at change.events-0@2 is in the ledger, and change.events-0 ends at offset 2: the tail of the topic was cut, or the fact was put in";

    private Workbench bench;
    private Beyond beyond;
    private Leaves leaves;

    @BeforeEach
    void open() throws IOException {
        bench = new Workbench();
        bench.live(bench.log().cancelled("CHG-1", 1, "why"));
        bench.live(bench.log().cancelled("CHG-2", 1, "why"));
        bench.live(bench.log().cancelled("CHG-1", 2, "nobody read this"));
        beyond = new Beyond(bench.jdbc(), new CaughtUp(() -> ReplayTest.group(2, 2), List.of(Topics.CHANGE)));
        leaves = new Leaves(bench.jdbc(), bench.transaction());
    }

    @AfterEach
    void close() {
        bench.close();
    }

    @Test
    void it_is_named_before_it_is_a_leaf_and_keeps_no_other_from_being_one() {
        assertThat(beyond.unsigned()).isEqualTo(new Beyond.Found(Map.of(PARTITION, 2L), List.of(NAMED)));
        assertThat(leaves.grow(10, beyond.unsigned().ends())).isEqualTo(2);
        assertThat(leaves.count()).isEqualTo(2);
        assertThat(beyond.leaves(0).names()).isEmpty();
        assertThat(beyond.all().names()).containsExactly(NAMED);
    }

    @Test
    void it_is_named_as_a_leaf_too_as_long_as_nobody_signed_for_it() {
        leaves.grow(10, Map.of());
        assertThat(beyond.unsigned().names()).isEmpty();
        assertThat(beyond.leaves(2).names()).containsExactly(NAMED);
        assertThat(beyond.leaves(3).names()).isEmpty();
    }

    @Test
    void of_a_topic_that_is_not_there_nobody_knows_where_it_ends() {
        CaughtUp nowhere = new CaughtUp(() -> ReplayTest.group(2, 2), List.of(Topics.RELEASE));
        assertThatThrownBy(nowhere::ends).isInstanceOf(CaughtUp.Unknown.class).hasMessageContaining("there is no topic release.events");
    }
}
