package slipway.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.SerializationException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import slipway.events.Actor;
import slipway.events.ActorKind;
import slipway.events.Meta;
import slipway.events.change.ChangeCancelled;

/// The wire against a registry that answers as Confluent's does, as far as this test goes; the launcher's own registry and
/// the whole path are tested there.
class WireTest {

    private FakeRegistry registry;

    @BeforeEach
    void open() throws IOException {
        registry = new FakeRegistry();
    }

    @AfterEach
    void close() {
        registry.close();
    }

    @Test
    void a_record_is_a_zero_byte_the_schema_id_and_avro_binary_and_comes_back_as_its_class() {
        byte[] wire = serializer(Map.of()).serialize("change.events", cancelled());

        assertThat(wire[0]).isZero();
        assertThat(ByteBuffer.wrap(wire, 1, 4).getInt()).isEqualTo(258);
        assertThat(deserializer(true).deserialize("change.events", wire)).isEqualTo(cancelled());
        assertThat(deserializer(false).deserialize("change.events", wire)).isInstanceOf(GenericRecord.class);
    }

    @Test
    void the_schema_is_registered_once_in_plain_form_under_topic_and_record() {
        AvroSerializer serializer = serializer(Map.of());
        serializer.serialize("change.events", cancelled());
        serializer.serialize("change.events", cancelled());

        assertThat(registry.asked).containsExactly("POST /subjects/change.events-slipway.events.change.ChangeCancelled/versions");
        assertThat(registry.schemas.getFirst()).doesNotContain("avro.java.string");
    }

    @Test
    void without_auto_registration_the_schema_is_only_looked_up() {
        AvroSerializer serializer = serializer(Map.of("auto.register.schemas", "false"));
        assertThatThrownBy(() -> serializer.serialize("change.events", cancelled()))
                .isInstanceOf(RegistryClient.Rejected.class);
        serializer(Map.of()).serialize("change.events", cancelled());
        registry.asked.clear();
        serializer.serialize("change.events", cancelled());

        assertThat(registry.asked).containsExactly("POST /subjects/change.events-slipway.events.change.ChangeCancelled");
    }

    @Test
    void confluents_names_of_subject_strategies_are_understood_and_others_refused() {
        serializer(Map.of("value.subject.name.strategy", "io.confluent.kafka.serializers.subject.TopicNameStrategy"))
                .serialize("change.events", cancelled());

        assertThat(registry.asked).containsExactly("POST /subjects/change.events-value/versions");
        assertThatThrownBy(() -> serializer(Map.of("value.subject.name.strategy", "com.example.Mine")))
                .isInstanceOf(ConfigException.class);
    }

    @Test
    void bytes_that_are_not_in_the_wire_format_are_refused_for_good() {
        byte[] wire = serializer(Map.of()).serialize("t", cancelled());
        AvroDeserializer deserializer = deserializer(true);

        for (byte[] poison : List.of(
                new byte[0],
                "{\"not\":\"avro\"}".getBytes(StandardCharsets.UTF_8),
                Arrays.copyOf(wire, wire.length - 3),
                Arrays.copyOf(wire, wire.length + 1))) {
            assertThatThrownBy(() -> deserializer.deserialize("t", poison))
                    .isInstanceOf(SerializationException.class)
                    .isNotInstanceOf(RegistryClient.Unavailable.class);
        }
    }

    @Test
    void an_unknown_schema_id_is_refused_for_good_but_a_silent_registry_is_worth_another_try() {
        byte[] unknown = ByteBuffer.allocate(9).put((byte) 0).putInt(4711).array();
        assertThatThrownBy(() -> deserializer(true).deserialize("t", unknown))
                .isInstanceOf(RegistryClient.Rejected.class)
                .hasMessageContaining("40403");

        registry.failWith = 503;
        assertThatThrownBy(() -> deserializer(true).deserialize("t", unknown))
                .isInstanceOf(RegistryClient.Unavailable.class);
        registry.close();
        assertThatThrownBy(() -> deserializer(true).deserialize("t", unknown))
                .isInstanceOf(RegistryClient.Unavailable.class);
    }

    @Test
    void an_incompatible_schema_is_refused_for_good() {
        registry.failWith = 409;

        assertThatThrownBy(() -> serializer(Map.of()).serialize("change.events", cancelled()))
                .isInstanceOf(RegistryClient.Rejected.class)
                .hasMessageContaining("409");
    }

    @Test
    void a_type_that_this_program_does_not_know_comes_as_a_generic_record() {
        Schema added = SchemaBuilder.record("AddedLater")
                .namespace("slipway.events.change")
                .fields()
                .requiredString("what")
                .endRecord();
        GenericRecord record = new GenericData.Record(added);
        record.put("what", "new");
        byte[] wire = serializer(Map.of()).serialize("change.events", record);

        assertThat(deserializer(true).deserialize("change.events", wire).get(0)).hasToString("new");
    }

    private AvroSerializer serializer(Map<String, Object> more) {
        AvroSerializer serializer = new AvroSerializer();
        Map<String, Object> configs = new HashMap<>(more);
        configs.put("schema.registry.url", registry.url());
        serializer.configure(configs, false);
        return serializer;
    }

    private AvroDeserializer deserializer(boolean specific) {
        AvroDeserializer deserializer = new AvroDeserializer();
        deserializer.configure(Map.of("schema.registry.url", registry.url(), "specific.avro.reader", specific), false);
        return deserializer;
    }

    private static ChangeCancelled cancelled() {
        Meta meta = new Meta(
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
        return new ChangeCancelled(meta, "dana", "no longer needed");
    }
}
