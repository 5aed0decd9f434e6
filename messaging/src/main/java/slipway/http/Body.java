package slipway.http;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.springframework.http.MediaType;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.dataformat.yaml.YAMLFactory;
import tools.jackson.dataformat.yaml.YAMLMapper;

/// JSON or YAML as it was sent, read strictly: nothing twice, nothing behind it, nothing that means something else than it looks like.
final class Body {

    static final int LARGEST = 512 * 1024;
    static final int LARGEST_BULK = 64 * 1024 * 1024;

    static final LoadSettings YAML_SETTINGS =
            LoadSettings.builder().setCodePointLimit(LARGEST_BULK).build();

    private static final ObjectMapper JSON_READER = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
            .build();

    private static final ObjectMapper YAML_READER = YAMLMapper.builder(
                    YAMLFactory.builder().loadSettings(YAML_SETTINGS).build())
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
            .build();

    private static final ObjectMapper CANONICAL = JsonMapper.builder()
            .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
            .build();

    private Body() {}

    /// @param type JSON, or YAML in any of its names
    /// @param largest number of bytes
    /// @return an object
    /// @throws Refusal 400, with line and column, when it cannot be read as that
    static JsonNode read(byte[] body, MediaType type, int largest) {
        if (body.length == 0) {
            throw Refusal.malformed(List.of("the body is empty"));
        }
        if (body.length > largest) {
            throw Refusal.malformed(List.of("the body is larger than " + largest + " bytes"));
        }
        String text = Unread.text(body);
        boolean yaml = type.getSubtype().contains("yaml");
        if (yaml) {
            WrittenOut.check(text);
        }
        try {
            JsonNode root = yaml ? YAML_READER.readTree(Unread.reader(text)) : JSON_READER.readTree(text);
            if (!root.isObject()) {
                throw Refusal.malformed(List.of("the body must be fields with values, not " + kind(root)));
            }
            return root;
        } catch (JacksonException e) {
            throw Unread.refusal(e);
        }
    }

    /// SHA-256 of its canonical JSON, in hexadecimal; comments and order of fields do not count.
    static String sha256(JsonNode node) {
        try {
            byte[] json = CANONICAL.writeValueAsBytes(CANONICAL.treeToValue(node, Object.class));
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(json));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /// What it is, in the words of who wrote it.
    static String kind(JsonNode value) {
        return switch (value.getNodeType()) {
            case ARRAY -> "a list";
            case OBJECT, POJO -> "fields with values";
            case NUMBER, BOOLEAN -> value.toString();
            case STRING, BINARY -> "text";
            case NULL, MISSING -> "nothing";
        };
    }
}
