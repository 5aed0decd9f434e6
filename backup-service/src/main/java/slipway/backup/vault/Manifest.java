package slipway.backup.vault;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/// What a backup set is: enough to check and restore it without asking anybody.
///
/// @param format of this record, 1
/// @param createdAt when the last item was sealed
/// @param kit what lies in the clear beside the items; sets that were sealed before there were kits have none
public record Manifest(
        int format,
        String set,
        String plan,
        Instant createdAt,
        List<Entry> items,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) List<Listed> kit) {

    /// @param kit null in what was written before there were kits
    public Manifest(
            int format, String set, String plan, Instant createdAt, List<Entry> items, @Nullable List<Listed> kit) {
        this.format = format;
        this.set = set;
        this.plan = plan;
        this.createdAt = createdAt;
        this.items = items;
        this.kit = kit == null ? List.of() : List.copyOf(kit);
    }

    /// The only format so far.
    public static final int FORMAT = 1;

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
            .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
            .build();

    /// One file of the set.
    ///
    /// @param file its name in the set's directory
    /// @param sha256 of its bytes, hexadecimal
    public record Listed(String file, String sha256, long bytes) {}

    /// Every file but the manifest and its signature.
    List<Listed> files() {
        List<Listed> files = new ArrayList<>(kit);
        items.forEach(entry -> files.add(new Listed(entry.file(), entry.sha256(), entry.bytes())));
        return files;
    }

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
