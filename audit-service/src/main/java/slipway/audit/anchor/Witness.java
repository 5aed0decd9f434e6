package slipway.audit.anchor;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
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

    /// Not signed by the log; twice another size than it knows; no continuation of what it knows.
    private static final Set<Integer> REFUSALS = Set.of(403, CONFLICT, 422);

    @Override
    public String name() {
        return "witness " + key.name();
    }

    @Override
    public String keep(Tree tree, String note, long earlier) throws IOException, InterruptedException {
        HttpResponse<String> answer = ask(tree, note, earlier);
        if (answer.statusCode() == CONFLICT) {
            // It says what it saw last: another instance asked meanwhile, or this one died before it wrote the answer down.
            long seen = seen(tree, answer);
            answer = ask(tree, note, seen);
            if (answer.statusCode() == CONFLICT && seen(tree, answer) > seen) {
                throw new IOException(name() + " was asked by another at once");
            }
        }
        if (answer.statusCode() != OK) {
            String said = name() + " answers " + answer.statusCode() + ": " + answer.body().strip().lines().findFirst().orElse("");
            throw REFUSALS.contains(answer.statusCode()) ? new AnchorRefused(said) : new IOException(said);
        }
        return note + signature(note, answer.body()) + "\n";
    }

    /// The one line that it signed; of what else it may say, nothing is kept.
    private String signature(String note, String answer) throws IOException {
        IllegalArgumentException none = new IllegalArgumentException("it answers without a signature");
        for (String line : answer.lines().toList()) {
            try {
                Note.cosigned(note + line + "\n", key);
                return line;
            } catch (IllegalArgumentException e) {
                none = e;
            }
        }
        throw new IOException(name() + ": " + none.getMessage(), none);
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

    /// @throws AnchorAhead when that is more than the tree has
    private long seen(Tree tree, HttpResponse<String> conflict) throws IOException {
        String text = conflict.body().strip();
        if (!text.matches("0|[1-9][0-9]{0,17}")) {
            throw new IOException(name() + " answers " + CONFLICT + " without a size");
        }
        long seen = Long.parseLong(text);
        if (seen > tree.size()) {
            throw new AnchorAhead(seen, tree.size());
        }
        return seen;
    }

    /// It keeps its signatures to itself; they are remembered here.
    @Override
    public Optional<List<Kept>> kept() {
        return Optional.empty();
    }

    @Override
    public boolean said(String remembered) {
        try {
            Note.cosigned(remembered, key);
            return true;
        } catch (IllegalArgumentException _) {
            return false;
        }
    }
}
