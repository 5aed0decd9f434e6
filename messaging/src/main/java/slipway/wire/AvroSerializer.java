package slipway.wire;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Objects;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericContainer;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DatumWriter;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;

/// Avro in the Confluent wire format: byte 0, schema id as 4 bytes big-endian, Avro binary. Same bytes and same settings as
/// `io.confluent.kafka.serializers.KafkaAvroSerializer`, which is not on Maven Central; see [WireSettings].
///
/// Format: Confluent Schema Registry documentation, "Wire format".
public final class AvroSerializer implements Serializer<Object> {

    static final byte MAGIC = 0;
    static final int HEADER = 5;

    static {
        Trust.theContract();
    }

    private @Nullable WireSettings settings;
    private boolean key;

    public AvroSerializer() {}

    @Override
    public void configure(Map<String, ?> configs, boolean isKey) {
        settings = WireSettings.of(configs, isKey);
        key = isKey;
    }

    /// @throws SerializationException when the value is no Avro record, or the registry refuses its schema
    @Override
    public byte @Nullable [] serialize(String topic, @Nullable Object value) {
        if (value == null) {
            return null;
        }
        if (!(value instanceof GenericContainer record)) {
            throw new SerializationException(value.getClass() + " is no Avro record");
        }
        int id = id(topic, record.getSchema());
        ByteArrayOutputStream out = new ByteArrayOutputStream(256);
        out.write(MAGIC);
        out.writeBytes(ByteBuffer.allocate(Integer.BYTES).putInt(id).array());
        BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(out, null);
        try {
            writer(record).write(record, encoder);
            encoder.flush();
        } catch (IOException | RuntimeException e) {
            throw new SerializationException("not a valid " + record.getSchema().getFullName() + ": " + e.getMessage(), e);
        }
        return out.toByteArray();
    }

    /// Registers (or looks up) a schema before it is first used, so that a fault shows at the start.
    public int id(String topic, Schema schema) {
        WireSettings to = Objects.requireNonNull(settings, "not configured");
        String subject = to.subjects().subject(topic, key, schema.getFullName());
        return to.register() ? to.registry().register(subject, schema) : to.registry().lookUp(subject, schema);
    }

    private static DatumWriter<Object> writer(GenericContainer record) {
        Schema schema = record.getSchema();
        return record instanceof SpecificRecord
                ? new SpecificDatumWriter<>(schema, SpecificData.getForSchema(schema))
                : new GenericDatumWriter<>(schema, GenericData.get());
    }
}
