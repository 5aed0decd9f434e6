package slipway.backup.recipe;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import slipway.program.Programs;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/// Where a secret is to be had: `file:/path`, `env:NAME` of this service, or `command:["vault", "kv", "get", …]`, whose output it is.
/// It is read anew for every use, and nothing that is told to people contains it.
///
/// @param hands run the command, which they find where programs of recipes are
record SecretSource(String reference, Hands hands) {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /// What a command needs to find its server, and to be let in: of the environment of this service, it gets this and no more.
    private static final Pattern HANDED_ON = Pattern.compile(
            "VAULT_\\w+|AWS_\\w+|AZURE_CONFIG_DIR|CLOUDSDK_CONFIG|GOOGLE_APPLICATION_CREDENTIALS|SSL_CERT_(FILE|DIR)|(HTTPS?|NO)_PROXY|(https?|no)_proxy");

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

    private String said(String argv) throws IOException, InterruptedException {
        List<String> words;
        try {
            words = List.of(JSON.readValue(argv, String[].class));
        } catch (JacksonException e) {
            throw new IOException("the command of a secret is no list of words", e);
        }
        if (words.isEmpty()) {
            throw new IOException("the command of a secret has no words");
        }
        List<List<String>> known = List.of(List.of(words.getFirst()));
        Programs.Ended ended = hands.run(
                new Hands.Call(known, words, Path.of("/"), handedOn(System.getenv()), PATIENCE, _ -> {}), null, null);
        if (ended.exit() != 0) {
            throw new IOException(words.getFirst() + " gives no secret: exit code " + ended.exit());
        }
        return ended.out();
    }

    static Map<String, String> handedOn(Map<String, String> environment) {
        return environment.entrySet().stream()
                .filter(each -> HANDED_ON.matcher(each.getKey()).matches())
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }
}
