package slipway.backup.vault;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/// What a backup set is: enough to check and restore it without asking anybody.
///
/// @param format of this record, 1
/// @param createdAt when the last item was sealed
public record Manifest(int format, String set, String plan, Instant createdAt, List<Entry> items) {

    /// The only format so far.
    public static final int FORMAT = 1;

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
            .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
            .build();

    /// One sealed item.
    ///
    /// @param file its name in the set's directory
    /// @param sha256 of the ciphertext, hexadecimal
    /// @param bytes of ciphertext
    /// @param contents what the source looked like, by name: a restored copy has to look the same
    /// @param notes what the recipe has to know to restore it
    public record Entry(
            String item,
            String category,
            String system,
            String recipe,
            String file,
            String sha256,
            String plaintextSha256,
            long bytes,
            String consistency,
            String fingerprint,
            Instant recoveryPoint,
            Map<String, String> contents,
            Map<String, String> notes) {}

    /// The same manifest always gives the same bytes: names in order, no white space.
    byte[] canonical() {
        return JSON.writeValueAsBytes(this);
    }

    /// @throws Corrupt when these bytes are no manifest
    static Manifest read(byte[] bytes) throws Corrupt {
        try {
            return JSON.readValue(bytes, Manifest.class);
        } catch (JacksonException e) {
            throw new Corrupt("its manifest cannot be read");
        }
    }

    static String digest(byte[] canonical) {
        return "sha256:" + Digest.of(canonical);
    }

    public String digest() {
        return digest(canonical());
    }
}
