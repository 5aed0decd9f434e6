package slipway.audit;

import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import slipway.audit.anchor.Anchor;
import slipway.audit.anchor.DirectoryAnchor;
import slipway.audit.anchor.GitAnchor;
import slipway.audit.anchor.Witness;
import slipway.audit.transparency.VerifyingKey;
import slipway.http.Misconfigured;

/// Where checkpoints are kept besides; all of it may be left out.
///
/// @param directory with one file for each
/// @param git a clone of a repository
/// @param witness address of a witness, before `/add-checkpoint`
/// @param witnessKey by which its signatures are verified
@ConfigurationProperties("slipway.audit.anchor")
record AnchorSettings(
        @DefaultValue("") String directory,
        @DefaultValue("") String git,
        @DefaultValue("") String witness,
        @DefaultValue("") String witnessKey) {

    private static final Duration TO_CONNECT = Duration.ofSeconds(5);

    /// @throws Misconfigured naming every fault
    List<Anchor> anchors() {
        List<String> faults = new ArrayList<>();
        List<Anchor> anchors = new ArrayList<>();
        if (!directory.isBlank()) {
            anchors.add(new DirectoryAnchor(Path.of(directory.strip())));
        }
        if (!git.isBlank()) {
            Path clone = Path.of(git.strip());
            if (!Files.exists(clone.resolve(".git"))) {
                faults.add("slipway.audit.anchor.git: " + clone + " is no clone of a Git repository");
            }
            anchors.add(new GitAnchor(clone));
        }
        if (witness.isBlank() != witnessKey.isBlank()) {
            faults.add("slipway.audit.anchor: a witness has both an address (witness) and a key (witness-key)");
        } else if (!witness.isBlank()) {
            witness(faults).ifPresent(anchors::add);
        }
        if (!faults.isEmpty()) {
            throw new Misconfigured(faults);
        }
        return anchors;
    }

    private Optional<Anchor> witness(List<String> faults) {
        try {
            VerifyingKey key = VerifyingKey.parse(witnessKey);
            if (key.use() != VerifyingKey.Use.COSIGNATURE) {
                faults.add("slipway.audit.anchor.witness-key: the key of " + key.name() + " is of a log, and of no witness");
            }
            URI address = URI.create(witness.strip().replaceAll("/+$", ""));
            if (!"https".equals(address.getScheme()) && !"http".equals(address.getScheme())) {
                faults.add("slipway.audit.anchor.witness: an address such as https://witness.example.org is needed");
            }
            HttpClient http = HttpClient.newBuilder().connectTimeout(TO_CONNECT).build();
            return Optional.of(new Witness(address, key, http));
        } catch (IllegalArgumentException e) {
            faults.add("slipway.audit.anchor: " + e.getMessage());
            return Optional.empty();
        }
    }
}
