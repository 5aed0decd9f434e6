package slipway.backup.recipe;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import slipway.program.Programs;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/// Where a secret is to be had: `file:/path`, `env:NAME` of this service, or `command:["vault", "kv", "get", …]`, whose output it is.
/// It is read anew for every use, and nothing that is told to people contains it.
record SecretSource(String reference) {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final JsonMapper JSON = new JsonMapper();

    /// @throws IOException when it is not there; the message does not contain it
    String value() throws IOException, InterruptedException {
        int colon = reference.indexOf(':');
        String rest = reference.substring(colon + 1);
        String value =
                switch (reference.substring(0, colon)) {
                    case "file" -> Files.readString(Path.of(rest));
                    case "env" -> System.getenv().getOrDefault(rest, "");
                    case "command" -> said(rest);
                    default -> throw new IOException("a secret is file:…, env:… or command:[…]");
                };
        String bare = value.endsWith("\n") ? value.substring(0, value.length() - 1) : value;
        if (bare.isEmpty()) {
            throw new IOException("there is nothing in " + where());
        }
        return bare;
    }

    /// What may be told of it.
    private String where() {
        return reference.startsWith("command:") ? "what the command of a secret says" : reference;
    }

    private static String said(String argv) throws IOException, InterruptedException {
        List<String> words;
        try {
            words = List.of(JSON.readValue(argv, String[].class));
        } catch (JacksonException e) {
            throw new IOException("the command of a secret is no list of words", e);
        }
        Programs.Ended ended = Programs.run(words, Path.of("/"), Map.of(), PATIENCE);
        if (ended.exit() != 0) {
            throw new IOException(words.getFirst() + " gives no secret: exit code " + ended.exit());
        }
        return ended.out();
    }
}
