package slipway.audit.domain;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;
import slipway.audit.domain.Digest.Partition;

class DigestTest {

    @Test
    void equal_ledgers_have_equal_digests_in_whatever_order_their_partitions_come() {
        Digest one = new Digest();
        one.add(at("a", 0, 1), true);
        one.add(at("b", 3, 1), true);
        one.add(at("a", 0, 2), true);
        Digest other = new Digest();
        other.add(at("b", 3, 1), true);
        other.add(at("a", 0, 1), true);
        other.add(at("a", 0, 2), true);

        assertThat(one.hex()).hasSize(64).isEqualTo(other.hex()).isEqualTo(one.hex());
        assertThat(one.counts()).isEqualTo(Map.of(new Partition("a", 0), 2L, new Partition("b", 3), 1L));
    }

    @Test
    void whatever_differs_shows() {
        String base = digest(Sample.fact("CHG-1", 1), true);

        assertThat(digest(Sample.fact("CHG-1", 1), false)).isNotEqualTo(base);
        assertThat(digest(Sample.fact("CHG-2", 1), true)).isNotEqualTo(base);
        assertThat(digest(Sample.fact("CHG-1", 1, "cause", Sample.NOON), true)).isNotEqualTo(base);
        assertThat(digest(Sample.fact("CHG-1", 1, null, Sample.NOON.plusMillis(1)), true)).isNotEqualTo(base);
        assertThat(digest(Sample.with(Sample.fact("CHG-1", 1), "other", null), true)).isNotEqualTo(base);
        assertThat(new Digest().hex()).isNotEqualTo(base);
    }

    @Test
    void hashes_are_those_of_everybody_else() {
        assertThat(Digest.hash("abc".getBytes(StandardCharsets.US_ASCII)))
                .isEqualTo("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }

    private static String digest(Entry entry, boolean holds) {
        Digest digest = new Digest();
        digest.add(entry, holds);
        return digest.hex();
    }

    private static Entry at(String topic, int partition, long offset) {
        Entry fact = Sample.fact("CHG-1", offset);
        return new Entry(
                new Entry.Place(topic, partition, offset),
                fact.type(),
                fact.aggregateId(),
                fact.sequence(),
                fact.eventId(),
                fact.correlationId(),
                fact.causationId(),
                fact.actor(),
                fact.actorKind(),
                fact.onBehalfOf(),
                fact.occurredAt(),
                fact.recordedAt(),
                fact.hash(),
                fact.prevHash(),
                fact.payload());
    }
}
