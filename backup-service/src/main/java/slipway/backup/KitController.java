package slipway.backup;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import slipway.backup.domain.BackupCommand;
import slipway.backup.domain.BackupEvent;
import slipway.backup.domain.BackupState;
import slipway.backup.vault.Corrupt;
import slipway.backup.vault.Vault;
import slipway.http.Refusal;
import slipway.messaging.Decisions;

/// What restores a set without this product, to be kept elsewhere before that is needed. Holds no secret.
@RestController
@RequestMapping("/backups/{id}")
class KitController {

    private static final String README = "README.txt";
    private static final String MANIFEST = "manifest.json";

    private final Decisions<BackupCommand, BackupState, BackupEvent> sets;
    private final BackupController reading;
    private final Vault vault;

    KitController(
            Decisions<BackupCommand, BackupState, BackupEvent> sets, BackupController reading, Vault vault) {
        this.sets = sets;
        this.reading = reading;
        this.vault = vault;
    }

    /// 404: no such set; 409: it was not sealed, no location has a sound copy that can be read now, or it was sealed before there were kits.
    ///
    /// @return a ZIP archive of a few small files, without folders
    @GetMapping(value = "/kit", produces = "application/zip")
    byte[] kit(@PathVariable String id) throws IOException, InterruptedException {
        BackupState.Sealed sealed = sealed(id);
        Map<String, byte[]> files = files(id, sealed.seal().manifestDigest());
        if (!files.containsKey("restore.sh")) {
            throw Refusal.conflict(List.of(id + " was sealed before there were kits; docs/backups.md says how it is opened with age alone"));
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            for (Map.Entry<String, byte[]> each : files.entrySet()) {
                put(zip, each.getKey(), each.getValue());
            }
            put(zip, README, readme(id, sealed.seal()).getBytes(StandardCharsets.UTF_8));
        }
        return bytes.toByteArray();
    }

    /// What the set is, as it lies beside its items: its SHA-256 is the `manifestDigest` of its facts. 404 and 409 as for the kit.
    ///
    /// @return exactly the bytes that were signed
    @GetMapping(value = "/manifest", produces = MediaType.APPLICATION_JSON_VALUE)
    byte[] manifest(@PathVariable String id) throws InterruptedException {
        return files(id, sealed(id).seal().manifestDigest()).get(MANIFEST);
    }

    private BackupState.Sealed sealed(String id) {
        reading.show(id);
        if (sets.state(id) instanceof BackupState.Sealed sealed) {
            return sealed;
        }
        throw Refusal.conflict(List.of(id + " was not sealed, or is no way back any more"));
    }

    private Map<String, byte[]> files(String id, String digest) throws InterruptedException {
        try {
            return vault.kit(id, digest);
        } catch (Corrupt | IOException e) {
            throw Refusal.conflict(List.of(id + ": no copy of it can be read: " + e.getMessage()));
        }
    }

    private static void put(ZipOutputStream zip, String name, byte[] bytes) throws IOException {
        zip.putNextEntry(new ZipEntry(name));
        zip.write(bytes);
        zip.closeEntry();
    }

    private String readme(String id, BackupState.Seal seal) {
        StringBuilder copies = new StringBuilder();
        vault.places(id).forEach(place -> copies.append("    ").append(place).append('\n'));
        return """
                How to restore backup set %s when nothing of Slipway is left.

                Where copies of it lie; ./slipway backup show names those that are missing:

                %s
                1. Fetch one of them into a folder SET: cp -r DIRECTORY SET, aws s3 cp --recursive s3://BUCKET/SET SET,
                   rclone copy REMOTE:PATH/SET SET.
                2. Take the recovery key out of its safe.
                3. sh restore.sh --set SET --key recovery.key --into restored

                restore.sh here is the one that lies in the set. Run this one: whoever can write to a location can write to the one there.
                The manifest of the set has the SHA-256 %s, and is signed by %s.
                restore.txt says what the items are, and how each is put back once it is opened.
                """
                .formatted(id, copies, seal.manifestDigest().replace("sha256:", ""), seal.keyId());
    }
}
