package slipway.launcher.local;

import java.nio.file.Path;
import java.util.Map;
import slipway.launcher.local.Ports.For;

/// A broker whose clients say who they are (SASL), and which denies what nobody allowed. Its administrator is there from the start, with
/// PLAIN; all others are made with SCRAM.
public final class SecuredKafka implements AutoCloseable {

    private static final String ADMIN = "administrator";
    private static final String PASSWORD = "of the administrator";

    private final KafkaInProcess kafka;

    private SecuredKafka(KafkaInProcess kafka) {
        this.kafka = kafka;
    }

    public static SecuredKafka start(Path directory) {
        return start(directory, Ports.free());
    }

    public static SecuredKafka start(Path directory, Ports ports) {
        KafkaInProcess kafka = new KafkaInProcess(
                new KafkaNode(1, directory, ports.of(For.KAFKA), ports.of(For.CONTROLLER)),
                Map.ofEntries(
                        Map.entry("listener.security.protocol.map", "PLAINTEXT:SASL_PLAINTEXT,CONTROLLER:SASL_PLAINTEXT"),
                        Map.entry("sasl.enabled.mechanisms", "PLAIN,SCRAM-SHA-512"),
                        Map.entry("sasl.mechanism.inter.broker.protocol", "PLAIN"),
                        Map.entry("sasl.mechanism.controller.protocol", "PLAIN"),
                        Map.entry(
                                "listener.name.plaintext.plain.sasl.jaas.config",
                                jaas("plain.Plain", ADMIN, PASSWORD, accepted())),
                        Map.entry("listener.name.plaintext.scram-sha-512.sasl.jaas.config", jaas("scram.Scram", ADMIN, PASSWORD, "")),
                        Map.entry("listener.name.controller.sasl.enabled.mechanisms", "PLAIN"),
                        Map.entry(
                                "listener.name.controller.plain.sasl.jaas.config",
                                jaas("plain.Plain", ADMIN, PASSWORD, accepted())),
                        Map.entry("authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer"),
                        Map.entry("super.users", "User:" + ADMIN)));
        kafka.start(Local.Telling.NOBODY);
        return new SecuredKafka(kafka);
    }

    private static String accepted() {
        return " user_" + ADMIN + "=\"" + PASSWORD + "\"";
    }

    private static String jaas(String module, String user, String password, String more) {
        return "org.apache.kafka.common.security." + module + "LoginModule required username=\"" + user + "\" password=\""
                + password + "\"" + more + ";";
    }

    public String address() {
        return kafka.address();
    }

    /// A file of properties.
    public String adminSettings() {
        return "security.protocol=SASL_PLAINTEXT\nsasl.mechanism=PLAIN\nsasl.jaas.config=" + jaas("plain.Plain", ADMIN, PASSWORD, "")
                + "\n";
    }

    public Map<String, Object> settingsOf(String user, String password) {
        return Map.of(
                "bootstrap.servers", kafka.address(),
                "security.protocol", "SASL_PLAINTEXT",
                "sasl.mechanism", "SCRAM-SHA-512",
                "sasl.jaas.config", jaas("scram.Scram", user, password, ""));
    }

    @Override
    public void close() {
        kafka.close();
    }
}
