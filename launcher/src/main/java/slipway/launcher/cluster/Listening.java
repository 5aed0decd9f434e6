package slipway.launcher.cluster;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;
import slipway.events.Topics;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/// What a service says of itself in its own file: that one place holds for its rights, too.
///
/// @param service its name, which is also its user and its consumer group
/// @param topic which it owns
/// @param listens which it reads
public record Listening(String service, String topic, List<String> listens) {

    /// All services.
    public static List<Listening> all() {
        return Topics.SERVICES.stream().map(Listening::of).toList();
    }

    private static Listening of(String name) {
        String file = "/" + name + ".yml";
        try (InputStream settings = Listening.class.getResourceAsStream(file)) {
            JsonNode said = new YAMLMapper().readTree(settings).path("slipway");
            return new Listening(
                    said.get("service").asString(),
                    said.get("topic").asString(),
                    Arrays.asList(said.get("listens").asString().split(",")));
        } catch (IOException e) {
            throw new Unprepared("cannot read " + file + ": " + e.getMessage(), e);
        }
    }
}
