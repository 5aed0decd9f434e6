package slipway.messaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.IndexedRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificDatumWriter;
import org.junit.jupiter.api.Test;
import slipway.events.Actor;
import slipway.events.ActorKind;
import slipway.events.Meta;
import slipway.events.Topics;
import slipway.events.change.ChangeCancelled;
import slipway.wire.Trust;

class FactTest {

    static {
        Trust.theContract();
    }

    @Test
    void a_type_that_this_program_does_not_know_still_tells_its_meta() throws IOException {
        assertThat(Fact.metaOf(generic(cancelled()))).isEqualTo(META);
    }

    @Test
    void a_record_without_meta_is_no_fact() {
        Schema schema = META.getSchema();

        assertThatThrownBy(() -> Fact.metaOf(META)).hasMessageContaining(schema.getFullName() + " has no meta");
    }

    @Test
    void a_fact_of_ours_goes_on_with_its_story_a_request_from_outside_begins_one() {
        assertThat(fact(Topics.CHANGE).causeFor("release-service").correlationId()).isEqualTo("CHG-1");
        assertThat(fact(Topics.CHANGE_REQUESTS).causeFor("change-service").correlationId())
                .isNull();
    }

    @Test
    void a_service_acts_on_behalf_of_the_person_at_the_beginning() {
        Cause first = fact(Topics.CHANGE).causeFor("release-service");
        assertThat(first.actor()).isEqualTo(new Actor("release-service", ActorKind.SERVICE, "dana"));

        Meta next = Meta.newBuilder(META).setActor(first.actor()).build();
        assertThat(Cause.fact("backup-service", next).actor().getOnBehalfOf()).isEqualTo("dana");
    }

    @Test
    void two_rows_of_one_name_are_refused_because_their_jobs_would_be_confused() {
        Reactions.Table table = Reactions.table()
                .decide(ChangeCancelled.class, "abort", _ -> List.of())
                .perform(ChangeCancelled.class, "abort", _ -> List.of());

        assertThatThrownBy(table::build).hasMessageContaining("'abort'");
    }

    @Test
    void each_fact_is_a_span_of_its_storys_trace() {
        String parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

        assertThat(Traceparent.within(parent))
                .startsWith("00-0af7651916cd43dd8448eb211c80319c-")
                .isNotEqualTo(parent);
        assertThat(Traceparent.within("rubbish")).matches("00-[0-9a-f]{32}-[0-9a-f]{16}-01");
    }

    private static final Meta META = new Meta(
            "e-1",
            "CHG-1",
            7L,
            Instant.ofEpochMilli(1),
            Instant.ofEpochMilli(2),
            new Actor("dana", ActorKind.HUMAN, null),
            "CHG-1",
            null,
            null,
            null);

    private static ChangeCancelled cancelled() {
        return new ChangeCancelled(META, "dana", "no longer needed");
    }

    private static Fact fact(String topic) {
        return new Fact(topic, cancelled(), META, new byte[0], null, null, null);
    }

    private static IndexedRecord generic(ChangeCancelled record) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(bytes, null);
        new SpecificDatumWriter<>(ChangeCancelled.class).write(record, encoder);
        encoder.flush();
        return new GenericDatumReader<IndexedRecord>(record.getSchema())
                .read(null, DecoderFactory.get().binaryDecoder(bytes.toByteArray(), null));
    }
}
