package slipway.wire;

import java.util.Map;
import org.apache.kafka.common.config.ConfigException;
import org.jspecify.annotations.Nullable;

/// The settings of serializer and deserializer, by the keys of Confluent's, so that a user swaps one class name.
///
/// @param registry `schema.registry.url`, with `basic.auth.credentials.source=USER_INFO` and `basic.auth.user.info`
/// @param register `auto.register.schemas`, default true; false only looks up
/// @param subjects `value.subject.name.strategy` (or `key.…`): how a subject is named
/// @param specific `specific.avro.reader`, default false: generated classes instead of generic records
record WireSettings(RegistryClient registry, boolean register, Subjects subjects, boolean specific) {

    /// Confluent's three strategies, chosen by its class names or their last part. Default here: TopicRecordNameStrategy,
    /// because several record types share a topic.
    enum Subjects {
        TopicNameStrategy,
        RecordNameStrategy,
        TopicRecordNameStrategy;

        String subject(String topic, boolean key, String record) {
            return switch (this) {
                case TopicNameStrategy -> topic + (key ? "-key" : "-value");
                case RecordNameStrategy -> record;
                case TopicRecordNameStrategy -> topic + "-" + record;
            };
        }
    }

    static WireSettings of(Map<String, ?> configs, boolean key) {
        String url = text(configs, "schema.registry.url", null);
        if (url == null) {
            throw new ConfigException("schema.registry.url is missing");
        }
        String source = text(configs, "basic.auth.credentials.source", "URL");
        String user = "USER_INFO".equals(source) ? text(configs, "basic.auth.user.info", null) : null;
        String strategy =
                text(configs, (key ? "key" : "value") + ".subject.name.strategy", "TopicRecordNameStrategy");
        return new WireSettings(
                new RegistryClient(url, user),
                Boolean.parseBoolean(text(configs, "auto.register.schemas", "true")),
                subjects(strategy),
                Boolean.parseBoolean(text(configs, "specific.avro.reader", "false")));
    }

    private static Subjects subjects(String strategy) {
        try {
            return Subjects.valueOf(strategy.substring(strategy.lastIndexOf('.') + 1));
        } catch (IllegalArgumentException e) {
            throw new ConfigException("subject.name.strategy", strategy, "is none of Confluent's three");
        }
    }

    private static @Nullable String text(Map<String, ?> configs, String key, @Nullable String otherwise) {
        Object value = configs.get(key);
        return switch (value) {
            case null -> otherwise;
            case Class<?> type -> type.getName();
            case java.util.List<?> list -> String.join(",", list.stream().map(Object::toString).toList());
            default -> value.toString();
        };
    }
}
