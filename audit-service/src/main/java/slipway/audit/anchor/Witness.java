package slipway.audit.anchor;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import slipway.audit.transparency.Hash;
import slipway.audit.transparency.LogCheck.Kept;
import slipway.audit.transparency.Note;
import slipway.audit.transparency.Tree;
import slipway.audit.transparency.VerifyingKey;

/// Somebody who signs that they saw a checkpoint, and only if it continues the last one that they saw.
/// [C2SP tlog-witness](https://c2sp.org/tlog-witness), [tlog-cosignature](https://c2sp.org/tlog-cosignature) with Ed25519.
///
/// @param address before `/add-checkpoint`
/// @param key of its cosignatures
public record Witness(URI address, VerifyingKey key, HttpClient http) implements Anchor {

    private static final Duration PATIENCE = Duration.ofSeconds(15);
    private static final int LONGEST = 64 * 1024;
    private static final int OK = 200;
    private static final int CONFLICT = 409;

    @Override
    public String name() {
        return "witness " + key.name();
    }

    @Override
    public String keep(Tree tree, String note, long earlier) throws IOException, InterruptedException {
        HttpResponse<String> answer = ask(tree, note, earlier);
        if (answer.statusCode() == CONFLICT) {
            // It says what it saw last: another instance asked meanwhile, or this one died before it wrote the answer down.
            long seen = size(answer.body());
            if (seen > tree.size()) {
                throw new IOException(name() + " has seen " + seen + " leaves, and the log has " + tree.size() + ": it was set back");
            }
            answer = ask(tree, note, seen);
        }
        if (answer.statusCode() != OK) {
            throw new IOException(name() + " answers " + answer.statusCode() + ": " + answer.body().strip().lines().findFirst().orElse(""));
        }
        String both = note + answer.body();
        try {
            Note.cosigned(both, key);
        } catch (IllegalArgumentException e) {
            throw new IOException(name() + ": " + e.getMessage(), e);
        }
        return both;
    }

    private HttpResponse<String> ask(Tree tree, String note, long earlier) throws IOException, InterruptedException {
        StringBuilder body = new StringBuilder("old " + earlier + "\n");
        for (Hash hash : earlier == 0 ? List.<Hash>of() : tree.consistency(earlier)) {
            body.append(hash).append('\n');
        }
        body.append('\n').append(note);
        HttpRequest request = HttpRequest.newBuilder(URI.create(address + "/add-checkpoint"))
                .timeout(PATIENCE)
                .POST(HttpRequest.BodyPublishers.ofString(body.toString()))
                .build();
        return http.send(request, HttpResponse.BodyHandlers.limiting(HttpResponse.BodyHandlers.ofString(), LONGEST));
    }

    private long size(String body) throws IOException {
        String text = body.strip();
        if (!text.matches("0|[1-9][0-9]{0,17}")) {
            throw new IOException(name() + " answers " + CONFLICT + " without a size");
        }
        return Long.parseLong(text);
    }

    /// It keeps its signatures to itself; they are remembered here.
    @Override
    public List<Kept> kept() {
        return List.of();
    }
}
