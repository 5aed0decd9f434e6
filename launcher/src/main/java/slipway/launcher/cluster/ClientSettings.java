package slipway.launcher.cluster;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;

/// How a client gets into a cluster, as Kafka's own tools are told: a file of properties (`security.protocol`, `sasl.jaas.config`, …).
public final class ClientSettings {

    private ClientSettings() {}

    public static Map<String, Object> read(Path file) throws IOException {
        Properties given = new Properties();
        try (Reader reader = Files.newBufferedReader(file)) {
            given.load(reader);
        }
        Map<String, Object> settings = new HashMap<>();
        given.stringPropertyNames().forEach(name -> settings.put(name, given.getProperty(name)));
        return settings;
    }
}
