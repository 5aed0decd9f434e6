package slipway.change.intake;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import slipway.http.Form;
import slipway.http.Refusal;
import tools.jackson.databind.JsonNode;

/// What this installation knows about its sources: the file `slipway.intake.file`.
///
/// @param sources by their names
record Installation(Map<String, Here> sources) {

    private static final Logger LOG = LoggerFactory.getLogger(Installation.class);
    private static final int SHORTEST_SECRET = 16;

    /// @param secretFiles each with one secret; all of them are good
    /// @param people ids of ours by the accounts that they have there
    /// @param settings as rules see them
    /// @param app that answers there; null: nobody is called back
    record Here(List<Path> secretFiles, Map<String, String> people, Object settings, @Nullable GitHubApp app) {

        static final Here NOTHING = new Here(List.of(), Map.of(), Map.of(), null);

        /// Read anew for each delivery: a secret is replaced while the service runs. A file that was emptied for that, or has so little in it that it can be
        /// guessed, lets nobody in.
        ///
        /// @throws IOException when one is gone
        List<byte[]> secrets() throws IOException {
            List<byte[]> secrets = new ArrayList<>();
            for (Path file : secretFiles) {
                byte[] secret = secret(file);
                if (secret.length < SHORTEST_SECRET) {
                    LOG.error("{} has less than {} bytes, and lets nobody in", file, SHORTEST_SECRET);
                } else {
                    secrets.add(secret);
                }
            }
            return secrets;
        }
    }

    Here of(String source) {
        return sources.getOrDefault(source, Here.NOTHING);
    }

    /// @param known names of the sources that there are
    /// @throws Refusal naming every fault
    static Installation read(byte[] yaml, Set<String> known) {
        Form form = Form.read(yaml, Form.YAML);
        Map<String, Here> sources = new LinkedHashMap<>();
        form.named("sources").forEach((name, part) -> {
            if (!known.contains(name)) {
                form.fault("sources", "there is no source " + name + "; there are " + String.join(", ", known.stream().sorted().toList()));
            }
            sources.put(name, here(part));
        });
        List<String> faults = form.faults();
        if (!faults.isEmpty()) {
            throw Refusal.unacceptable(faults);
        }
        return new Installation(Map.copyOf(sources));
    }

    private static Here here(Form form) {
        List<Path> files = form.texts("secretFiles").stream().map(Path::of).toList();
        for (Path file : files) {
            try {
                if (secret(file).length < SHORTEST_SECRET) {
                    form.fault("secretFiles", file + " has less than " + SHORTEST_SECRET + " bytes: that can be guessed");
                }
            } catch (IOException _) {
                form.fault("secretFiles", file + " cannot be read");
            }
        }
        JsonNode settings = form.written("settings");
        if (!settings.isMissingNode() && !settings.isObject()) {
            form.fault("settings", "must be fields with values");
        }
        return new Here(
                files,
                Map.copyOf(form.entries("people")),
                settings.isObject() ? Expression.of(settings) : Map.of(),
                form.has("app") ? app(form.part("app")) : null);
    }

    private static GitHubApp app(Form form) {
        String api = form.has("api") ? form.text("api") : GitHubApp.PUBLIC_API.toString();
        GitHubApp app = new GitHubApp(form.text("id"), Path.of(form.text("privateKeyFile")), uri(form, api));
        if (app.id().isBlank()) {
            form.fault("id", "is missing; the id of the app");
        }
        try {
            app.key();
        } catch (IOException e) {
            form.fault("privateKeyFile", Files.isReadable(app.privateKeyFile()) ? String.valueOf(e.getMessage()) : app.privateKeyFile() + " cannot be read");
        }
        return app;
    }

    /// Over a network nobody reads the app's token.
    private static URI uri(Form form, String api) {
        if (!api.matches("https://[^/?#@]+(/[^?#]*[^/?#])?|http://(localhost|127\\.0\\.0\\.1)(:\\d+)?")) {
            form.fault("api", "must be an https URL without a slash at its end, not '" + api + "'");
            return GitHubApp.PUBLIC_API;
        }
        return URI.create(api);
    }

    /// Without the line end that editors leave.
    private static byte[] secret(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        int end = bytes.length;
        while (end > 0 && (bytes[end - 1] == '\n' || bytes[end - 1] == '\r')) {
            end--;
        }
        return Arrays.copyOf(bytes, end);
    }
}
