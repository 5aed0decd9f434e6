package slipway.launcher;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import slipway.launcher.local.Ports;
import slipway.launcher.local.Ports.For;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;

/// Who asks a service, and how the answer is shown: the options that all commands share.
final class Caller {

    @Option(names = "--as", paramLabel = "WHO", defaultValue = "dana", description = "Default: ${DEFAULT-VALUE}")
    private String who = "";

    @Option(names = "--output", defaultValue = "table", description = "table or json")
    private Output output = Output.TABLE;

    private final For service;

    Caller() {
        this(For.CHANGE);
    }

    private Caller(For service) {
        this.service = service;
    }

    /// The same for release-service.
    static final class OfReleases {

        @Mixin
        private final Caller caller = new Caller(For.RELEASE);

        Caller caller() {
            return caller;
        }
    }

    /// The same for backup-service.
    static final class OfBackups {

        @Mixin
        private final Caller caller = new Caller(For.BACKUP);

        Caller caller() {
            return caller;
        }
    }

    /// The same for notification-service.
    static final class OfNotifications {

        @Mixin
        private final Caller caller = new Caller(For.NOTIFICATION);

        Caller caller() {
            return caller;
        }
    }

    /// The same for audit-service.
    static final class OfAudit {

        @Mixin
        private final Caller caller = new Caller(For.AUDIT);

        Caller caller() {
            return caller;
        }
    }

    /// The same person at another service.
    Caller at(For other) {
        Caller there = new Caller(other);
        there.who = who;
        there.output = output;
        return there;
    }

    /// @throws Refused when the answer is no
    JsonNode get(String path) {
        return ask("GET", path, null, "application/json");
    }

    JsonNode post(String path, Map<String, ?> body) {
        return send("POST", path, body);
    }

    JsonNode send(String method, String path, Map<String, ?> body) {
        return ask(method, path, new JsonMapper().writeValueAsBytes(body), "application/json");
    }

    /// Sends a file as it is, so that the answer speaks of the person's own lines.
    JsonNode send(String method, String path, Path file) {
        return ask(method, path, read(file), type(file));
    }

    JsonNode ask(String method, String path, byte @Nullable [] body, String type) {
        try (Api api = new Api(Ports.standard())) {
            Api.Answer answer = Refused.unless(api.ask(service, who, method, path, body, type));
            return answer.body().isBlank()
                    ? JsonNodeFactory.instance.objectNode()
                    : answer.json();
        }
    }

    String text(String path) {
        try (Api api = new Api(Ports.standard())) {
            return Refused.unless(api.get(service, who, path)).body();
        }
    }

    /// As it comes, byte by byte, however long it is.
    void copy(String path, OutputStream to) {
        try (Api api = new Api(Ports.standard())) {
            Refused.unless(api.copy(service, who, path, to));
        }
    }

    /// As JSON when it was asked for, otherwise as the table shows it.
    int show(JsonNode answer, Consumer<JsonNode> table) {
        if (output == Output.JSON) {
            System.out.println(answer.toPrettyString());
        } else {
            table.accept(answer);
        }
        return 0;
    }

    static byte[] read(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    /// Its text, as of a file that holds one secret or name.
    static String text(Path file) {
        return new String(read(file), StandardCharsets.UTF_8).strip();
    }

    static Refused unreadable(Path file, IOException e) {
        String why = e instanceof NoSuchFileException ? "there is no such file" : e.getMessage();
        return new Refused(Refused.REFUSED, List.of("cannot read " + file + ": " + why));
    }

    private static String type(Path file) {
        String name = file.toString();
        if (name.endsWith(".json")) {
            return "application/json";
        }
        return name.endsWith(".ics") ? "text/calendar" : "application/yaml";
    }
}
