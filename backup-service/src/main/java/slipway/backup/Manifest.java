package slipway.backup;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/// What a backup set holds: the file `manifest.json` beside the sealed items, signed in `manifest.sig`. Always the same bytes for
/// the same content: fields in this order, names of contents sorted.
///
/// @param keyId which key the items can be read with, besides the recovery key
record Manifest(
        String backupSetId, String releaseId, String environment, String plan, String keyId, List<Item> items) {

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    /// @param file sealed with age, beside the manifest
    /// @param sha256 of the sealed file
    /// @param bytes of the sealed file
    /// @param plaintextSha256 of what was captured
    record Item(
            String name,
            String recipe,
            String category,
            String system,
            String consistency,
            String file,
            String sha256,
            long bytes,
            String plaintextSha256,
            Recipe.Evidence evidence) {}

    byte[] bytes() {
        return JSON.writeValueAsBytes(this);
    }

    String digest() {
        return "sha256:" + Digests.of(bytes());
    }

    /// @throws JacksonException when it is none
    static Manifest read(byte[] bytes) {
        return JSON.readValue(bytes, Manifest.class);
    }

    /// The oldest moment of its items: what a restore brings back is nowhere older.
    Instant recoveryPoint() {
        return items.stream()
                .map(item -> item.evidence().recoveryPoint())
                .min(Comparator.naturalOrder())
                .orElse(Instant.EPOCH);
    }

    long sealedBytes() {
        return items.stream().mapToLong(Item::bytes).sum();
    }
}
