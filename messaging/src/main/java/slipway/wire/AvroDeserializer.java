package slipway.wire;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntFunction;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.IndexedRecord;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DatumReader;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;

/// Reads the Confluent wire format; the counterpart of [AvroSerializer], with the same settings as
/// `io.confluent.kafka.serializers.KafkaAvroDeserializer`. With `specific.avro.reader` a record comes as its generated class,
/// or, when this program has no such class (an owner added a fact), as a generic record.
public final class AvroDeserializer implements Deserializer<@Nullable IndexedRecord> {

    static {
        Trust.theContract();
    }

    private @Nullable IntFunction<Schema> schemas;
    private boolean specific;
    private final Map<Schema, DatumReader<IndexedRecord>> readers = new ConcurrentHashMap<>();

    public AvroDeserializer() {}

    /// For bytes whose schemas lie beside them: no registry is asked, and nothing is to be configured.
    ///
    /// @param schemas by their id; throws a [SerializationException] when there is none
    /// @param specific generated classes instead of generic records
    public AvroDeserializer(IntFunction<Schema> schemas, boolean specific) {
        this.schemas = schemas;
        this.specific = specific;
    }

    @Override
    public void configure(Map<String, ?> configs, boolean isKey) {
        WireSettings settings = WireSettings.of(configs, isKey);
        schemas = settings.registry()::schema;
        specific = settings.specific();
    }

    /// @throws RegistryClient.Unavailable when the schema cannot be asked for now
    /// @throws SerializationException when the bytes are not in the wire format, their schema id is unknown, or they do not fit it
    @Override
    public @Nullable IndexedRecord deserialize(String topic, byte @Nullable [] bytes) {
        if (bytes == null) {
            return null;
        }
        if (bytes.length < AvroSerializer.HEADER || bytes[0] != AvroSerializer.MAGIC) {
            throw new SerializationException("not in the Confluent wire format: " + bytes.length + " bytes, "
                    + (bytes.length == 0 ? "empty" : "first byte " + bytes[0]));
        }
        Schema writer = Objects.requireNonNull(schemas, "not configured").apply(ByteBuffer.wrap(bytes, 1, Integer.BYTES).getInt());
        if (writer.getType() != Schema.Type.RECORD) {
            throw new SerializationException("a record is expected, not " + writer.getType());
        }
        int length = bytes.length - AvroSerializer.HEADER;
        BinaryDecoder decoder = DecoderFactory.get().binaryDecoder(bytes, AvroSerializer.HEADER, length, null);
        try {
            IndexedRecord record = readers.computeIfAbsent(writer, schema -> reader(schema, specific))
                    .read(null, decoder);
            if (!decoder.isEnd()) {
                throw new SerializationException("bytes left over after a " + writer.getFullName());
            }
            return record;
        } catch (IOException | RuntimeException e) {
            throw e instanceof SerializationException known
                    ? known
                    : new SerializationException("not a valid " + writer.getFullName() + ": " + e, e);
        } catch (StackOverflowError e) {
            // A schema that holds itself, and bytes that go on saying so; the consumer would be stopped for good.
            throw new SerializationException("too deep for a " + writer.getFullName(), e);
        }
    }

    private static DatumReader<IndexedRecord> reader(Schema writer, boolean specific) {
        Class<?> generated = specific ? SpecificData.get().getClass(writer) : null;
        if (generated == null) {
            return new GenericDatumReader<>(writer);
        }
        Schema reader = SpecificData.get().getSchema(generated);
        return new SpecificDatumReader<>(writer, reader, SpecificData.getForClass(generated));
    }
}
