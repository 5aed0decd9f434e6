package slipway.audit;

import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import slipway.audit.transparency.SigningKey;
import slipway.audit.transparency.TileLog;
import slipway.http.Refusal;

/// The transparency log as others read it, under `/log`: the addresses are those of
/// [C2SP tlog-tiles](https://c2sp.org/tlog-tiles). Hashes and places only; for every signed-in person.
@RestController
class LogController {

    private static final String PREFIX = "/log/";

    private final TileLog files;
    private final SigningKey key;
    private final LedgerLog log;
    private final Anchoring anchoring;

    LogController(TileLog files, SigningKey key, LedgerLog log, Anchoring anchoring) {
        this.files = files;
        this.key = key;
        this.log = log;
        this.anchoring = anchoring;
    }

    /// How it stands.
    ///
    /// @param key by which its checkpoints are verified, in the form of C2SP signed-note
    /// @param checkpoint the last one that was signed; empty: none yet
    /// @param trouble why nothing is signed now; empty: all is well
    /// @param anchors who keeps checkpoints besides
    record Standing(String key, String checkpoint, String trouble, List<Anchoring.Standing> anchors) {}

    @GetMapping("/log")
    Standing standing() {
        return new Standing(key.verifying().toString(), files.checkpoint().orElse(""), log.trouble(), anchoring.standing());
    }

    @GetMapping(value = "/log/checkpoint", produces = MediaType.TEXT_PLAIN_VALUE)
    String checkpoint() {
        return files.checkpoint().orElseThrow(() -> Refusal.unknown("nothing was signed yet"));
    }

    /// Tiles and what their leaves stand for.
    @GetMapping(value = "/log/tile/**", produces = MediaType.APPLICATION_OCTET_STREAM_VALUE)
    byte[] tile(HttpServletRequest request) {
        String path = request.getRequestURI().substring(PREFIX.length());
        return files.file(path).orElseThrow(() -> Refusal.unknown("the log has no " + path));
    }
}
