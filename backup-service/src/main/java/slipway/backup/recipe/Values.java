package slipway.backup.recipe;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/// What the gaps of a recipe's acts are filled with: parameters, secrets in files of their own, reserved ports, and what its programs said.
final class Values {

    private final Declared recipe;
    private final Secrets secrets;
    private final Hands hands;
    private final Map<String, String> values = new HashMap<>();

    /// @param home private folder, for secrets
    /// @param tree where the files are that are captured or were restored
    /// @param given parameters, and what else fills gaps
    Values(Path home, Path tree, Declared recipe, Map<String, String> given, Hands hands) throws IOException, InterruptedException {
        this.recipe = recipe;
        this.hands = hands;
        this.secrets = new Secrets(home);
        values.putAll(given);
        values.put("work", home.toString());
        values.put("tree", tree.toString());
        values.put("me", System.getProperty("user.name"));
        values.put("token", UUID.randomUUID().toString());
        for (String port : recipe.ports()) {
            values.put("port." + port, String.valueOf(freePort()));
        }
        for (Parameter each : recipe.parameters()) {
            if (each.type() == Parameter.Type.SECRET) {
                keep(each.name(), secret(each));
            }
        }
        followLinks();
    }

    /// Whoever replaces a file by another one replaces what a link leads to, and not the link.
    private void followLinks() {
        for (Parameter each : recipe.parameters()) {
            String value = values.getOrDefault(each.name(), "");
            if (each.type() == Parameter.Type.PATH && !value.isEmpty()) {
values.put(each.name() + ".real", real(Path.of(value)).toString());
            }
        }
    }

    /// Itself where it leads to nothing that has a path, such as a namespace of a process.
    private static Path real(Path path) {
        try {
            return path.toRealPath();
        } catch (IOException e) {
            return path;
        }
    }

    private String secret(Parameter parameter) throws Hindered, InterruptedException {
        try {
            return new SecretSource(values.get(parameter.name()), hands).value();
        } catch (IOException e) {
            throw new Hindered(parameter.name() + " cannot be had: " + e.getMessage());
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private void keep(String name, String value) throws IOException {
        values.put(name + ".file", secrets.keep(name, value).toString());
    }

    /// From now on they are those of the restored copy.
    void turnToCopy() throws IOException {
        Map<String, String> filled = new HashMap<>();
        recipe.scratch().forEach((name, value) -> filled.put(name, Gaps.fill(value, values)));
        for (Map.Entry<String, String> each : filled.entrySet()) {
            if (secrets.has(each.getKey())) {
                keep(each.getKey(), each.getValue());
            } else {
                values.put(each.getKey(), each.getValue());
            }
        }
        followLinks();
    }

    /// As they are now, of secrets the file.
    Map<String, String> parameters() {
        Map<String, String> now = new HashMap<>();
        for (Parameter each : recipe.parameters()) {
            String name = each.type() == Parameter.Type.SECRET ? each.name() + ".file" : each.name();
            now.put(name, values.getOrDefault(name, ""));
        }
        return now;
    }

    /// Whether something fills it, and not with nothing.
    boolean given(String name) {
        return !values.getOrDefault(name, "").isEmpty();
    }

    /// What programs said fills gaps, too.
    void learn(Map<String, String> more) {
        values.putAll(more);
    }

    /// Without anything that must not be seen.
    String hide(String text) {
        return secrets.hide(text);
    }

    Map<String, String> now() {
        return values;
    }

    List<String> fill(List<String> argv) {
        return Gaps.fill(argv, values);
    }

    String fill(String text) {
        return Gaps.fill(text, values);
    }

    /// Where nobody else can read it.
    String fillHidden(String text) {
        Map<String, String> all = new HashMap<>(values);
        all.putAll(secrets.shown());
        return Gaps.fill(text, all);
    }
}
