package slipway.launcher.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static slipway.launcher.deploy.Chart.SERVICES;
import static slipway.launcher.deploy.Chart.YAML;
import static slipway.launcher.deploy.Chart.container;
import static slipway.launcher.deploy.Chart.one;
import static slipway.launcher.deploy.Chart.pod;
import static slipway.launcher.deploy.Chart.rendered;
import static slipway.launcher.deploy.Chart.service;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.RecordComponent;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import picocli.CommandLine;
import picocli.CommandLine.ParseResult;
import slipway.launcher.deploy.Chart.Rendered;
import software.amazon.awssdk.profiles.ProfileFileSystemSetting;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Whether the settings that the chart gives are those that the services read, and what they name is there.
class ChartEnvironmentTest {

    private static final Pattern PLACEHOLDER = Pattern.compile("\\$\\{([A-Z][A-Z0-9_]*)[:}]");
    private static final List<Rendered> LEAST = rendered();
    private static final List<Rendered> ALL = rendered(List.of(Chart.LEAST, Chart.everything()));

    /// Read by Java, by programs that services run, and by the SDK of AWS.
    private static final Set<String> OF_OTHERS =
            Set.of("JAVA_TOOL_OPTIONS", "HOME", ProfileFileSystemSetting.AWS_SHARED_CREDENTIALS_FILE.environmentVariable());

    @Test
    void every_variable_that_the_chart_sets_is_one_that_the_service_reads() throws IOException {
        for (String name : SERVICES) {
            Set<String> placeholders = placeholders(name);
            Set<String> properties = properties(name);
            for (List<Rendered> chart : List.of(LEAST, ALL)) {
                assertThat(container(service(chart, name)).path("env").valueStream().map(each -> each.path("name").asString()))
                        .filteredOn(variable -> !OF_OTHERS.contains(variable) && !variable.equals("TZ"))
                        .as(name)
                        .allMatch(variable -> placeholders.contains(variable) || isOneOf(variable, properties));
            }
        }
    }

    @Test
    void every_secret_that_is_a_property_is_one_that_the_service_reads() throws IOException {
        for (String name : SERVICES) {
            Set<String> properties = properties(name);
            assertThat(paths(service(ALL, name), "secrets")).as(name)
                    .contains("spring.datasource.password")
                    .allMatch(file -> isOneOf(file.replace("-", "").replace('.', '_').toUpperCase(Locale.ROOT), properties));
        }
    }

    /// Some of their names have dots, and Spring has to make them of variables.
    @Test
    void settings_of_clients_arrive_under_the_names_that_these_know() {
        assertThat(bound("change", "spring.kafka.properties")).containsExactly(Map.entry("sasl.mechanism", "SCRAM-SHA-512"));
        assertThat(bound("notification", "spring.mail.properties"))
                .containsOnly(Map.entry("mail.smtp.auth", "true"), Map.entry("mail.smtp.starttls.required", "true"));
        assertThat(bound("backup", "slipway.backup.s3")).containsEntry("pathstyle", "true").containsEntry("mode", "COMPLIANCE");
    }

    private static Map<String, String> bound(String name, String prefix) {
        Map<String, Object> variables = new LinkedHashMap<>();
        container(service(ALL, name)).path("env").forEach(each -> variables.put(each.path("name").asString(), each.path("value").asString()));
        StandardEnvironment environment = new StandardEnvironment();
        environment.getPropertySources().replace(
                StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME,
                new SystemEnvironmentPropertySource(StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME, variables));
        return Binder.get(environment).bind(prefix, Bindable.mapOf(String.class, String.class)).get();
    }

    @Test
    void secrets_lie_where_the_services_look_for_them() throws IOException {
        String folder = YAML.readTree(Files.readString(settings("change").getLast())).at("/spring/config/import").asString();
        for (Rendered each : Chart.services(ALL)) {
            String mounted = container(each).path("volumeMounts").valueStream()
                    .filter(mount -> mount.path("name").asString().equals("secrets"))
                    .map(mount -> mount.path("mountPath").asString())
                    .findFirst()
                    .orElseThrow();
            assertThat(folder).as(each.toString()).isEqualTo("optional:configtree:${SLIPWAY_SECRETS:" + mounted + "}/");
        }
    }

    @Test
    void the_command_line_understands_what_the_job_says_and_the_files_are_there() throws Exception {
        for (List<Rendered> chart : List.of(LEAST, ALL)) {
            Rendered job = one(chart, "Job", "slipway-setup");
            List<String> words = container(job).path("args").valueStream().map(JsonNode::asString).toList();
            ParseResult understood = new CommandLine(Class.forName("slipway.launcher.Slipway")).parseArgs(words.toArray(String[]::new));
            assertThat(understood.subcommand().commandSpec().name()).isEqualTo("setup");
            List<String> mounts = container(job).path("volumeMounts").findValuesAsString("mountPath");
            assertThat(words).filteredOn(word -> word.startsWith("/run/"))
                    .allMatch(word -> mounts.contains(word)
                            || mounts.contains(Path.of(word).getParent().toString()) && paths(job, "secrets").contains(Path.of(word).getFileName().toString()));
        }
    }

    @Test
    void no_variable_is_set_twice() {
        for (Rendered each : Chart.workloads(ALL)) {
            assertThat(container(each).path("env").findValuesAsString("name")).as(each.toString()).doesNotHaveDuplicates();
        }
    }

    @Test
    void every_file_that_a_setting_names_is_mounted_there_and_what_is_written_has_a_volume() {
        for (String name : SERVICES) {
            Rendered service = service(ALL, name);
            List<String> mounts = container(service).path("volumeMounts").findValuesAsString("mountPath");
            for (JsonNode variable : container(service).path("env")) {
                for (String value : variable.path("value").asString().split(",")) {
                    if (value.startsWith("/run/secrets/slipway-files/")) {
                        assertThat(paths(service, "secret-files")).as(name).contains(Path.of(value).getFileName().toString());
                    } else if (value.startsWith("/etc/slipway/")) {
                        assertThat(one(ALL, "ConfigMap", "slipway-" + name).at("/data").propertyNames())
                                .as(name)
                                .contains(Path.of(value).getFileName().toString());
                    } else if (value.startsWith("/")) {
                        assertThat(mounts).as(name + ": " + value).anyMatch(mount -> Path.of(value).startsWith(mount));
                    }
                }
            }
        }
    }

    @Test
    void a_folder_of_work_belongs_to_one_instance_and_keys_and_copies_to_all() {
        for (Rendered backup : List.of(service(LEAST, "backup"), service(ALL, "backup"))) {
            JsonNode work = pod(backup).path("volumes").valueStream()
                    .filter(each -> each.path("name").asString().equals("work"))
                    .findFirst()
                    .orElseThrow();
            assertThat(work.has("emptyDir")).isTrue();
            assertThat(container(backup).path("volumeMounts").toString()).contains("{\"name\":\"work\",\"mountPath\":\"/var/lib/slipway/work\"}");
            assertThat(pod(backup).path("volumes").toString()).contains("\"name\":\"data\",\"persistentVolumeClaim\"");
        }
        assertThat(locations(LEAST)).isEqualTo("/var/lib/slipway/location-1,/var/lib/slipway/elsewhere/location-2");
        assertThat(locations(ALL)).isEqualTo("/var/lib/slipway/location-1,s3://slipway/prod,rclone:elsewhere:backups");
    }

    private static String locations(List<Rendered> chart) {
        return container(service(chart, "backup")).path("env").valueStream()
                .filter(each -> each.path("name").asString().equals("SLIPWAY_BACKUP_LOCATIONS"))
                .findFirst()
                .orElseThrow()
                .path("value")
                .asString();
    }

    @Test
    void ports_are_those_at_which_the_services_listen() throws IOException {
        for (String name : SERVICES) {
            JsonNode settings = YAML.readTree(Files.readString(own(name)));
            int port = settings.at("/server/port").asInt(settings.path("server.port").asInt());
            assertThat(container(service(LEAST, name)).at("/ports/0/containerPort").asInt()).as(name).isEqualTo(port);
            assertThat(one(LEAST, "Service", "slipway-" + name).at("/spec/ports/0/port").asInt()).as(name).isEqualTo(port);
        }
    }

    private static List<String> paths(Rendered workload, String volume) {
        return pod(workload).path("volumes").valueStream()
                .filter(each -> each.path("name").asString().equals(volume))
                .flatMap(each -> each.findValuesAsString("path").stream())
                .toList();
    }

    private static Path own(String name) {
        return Path.of("..", name + "-service", "src", "main", "resources", name + "-service.yml");
    }

    private static List<Path> settings(String name) {
        return List.of(own(name), Path.of("..", "messaging", "src", "main", "resources", "slipway-defaults.yml"));
    }

    private static Set<String> placeholders(String name) throws IOException {
        Set<String> all = new TreeSet<>();
        for (Path file : settings(name)) {
            all.addAll(PLACEHOLDER.matcher(Files.readString(file)).results().map((MatchResult found) -> found.group(1)).collect(Collectors.toSet()));
        }
        return all;
    }

    /// Spring finds a property by a variable of its name in capitals, with `_` for dots and nothing for dashes.
    private static boolean isOneOf(String variable, Set<String> properties) {
        return properties.stream()
                .map(each -> each.replace("-", "").replace('.', '_').toUpperCase(Locale.ROOT))
                .anyMatch(each -> each.endsWith("*") ? variable.startsWith(each.substring(0, each.length() - 1)) : variable.equals(each));
    }

    /// What the service and Spring know. Of a map, whose keys are anybody's, `name.*`.
    private static Set<String> properties(String name) throws IOException {
        Set<String> all = new HashSet<>();
        for (Path file : settings(name)) {
            flatten("", YAML.readTree(Files.readString(file)), all);
        }
        for (URL metadata : Collections.list(
                ChartEnvironmentTest.class.getClassLoader().getResources("META-INF/spring-configuration-metadata.json"))) {
            try (InputStream content = metadata.openStream()) {
                for (JsonNode each : JsonMapper.shared().readTree(content).path("properties")) {
                    boolean map = each.path("type").asString("").startsWith("java.util.Map");
                    all.add(each.path("name").asString() + (map ? ".*" : ""));
                }
            }
        }
        if (name.equals("backup")) {
            components("slipway.backup", "slipway.backup.BackupProperties").forEach(all::add);
        }
        return all;
    }

    private static void flatten(String prefix, JsonNode node, Set<String> into) {
        if (node.isObject()) {
            node.propertyStream().forEach(each -> flatten(prefix + (prefix.isEmpty() ? "" : ".") + each.getKey(), each.getValue(), into));
        } else {
            into.add(prefix);
        }
    }

    private static Stream<String> components(String prefix, String type) {
        try {
            return Stream.of(Class.forName(type).getRecordComponents()).flatMap((RecordComponent each) -> {
                String property = prefix + "." + each.getName();
                return each.getType().isRecord() ? components(property, each.getType().getName()) : Stream.of(property);
            });
        } catch (ClassNotFoundException e) {
            throw new AssertionError(e);
        }
    }
}
