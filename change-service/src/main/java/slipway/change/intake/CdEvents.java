package slipway.change.intake;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// [CDEvents](https://cdevents.dev) 0.3 to 0.5 within CloudEvents. 0.3 by the schemas that its Java SDK carries; for what is newer there
/// is no such artifact, and what the specification says of the subjects that we know is checked here.
final class CdEvents {

    static final String PREFIX = "dev.cdevents.";

    private static final Pattern TYPE = Pattern.compile("dev\\.cdevents\\.([a-z]+)\\.([a-z]+)\\.(\\d+\\.\\d+\\.\\d+(?:-[A-Za-z0-9.]+)?)");
    private static final Pattern VERSION = Pattern.compile("0\\.([345])\\.\\d+(?:-[A-Za-z0-9.]+)?");
    private static final Map<String, Set<String>> PREDICATES = Map.of(
            "change", Set.of("created", "updated", "reviewed", "merged", "abandoned"),
            "artifact", Set.of("packaged", "signed", "published", "downloaded", "deleted"),
            "service", Set.of("deployed", "upgraded", "rolledback", "removed", "published"),
            "incident", Set.of("detected", "reported", "resolved"),
            "testsuiterun", Set.of("queued", "started", "finished"),
            "pipelinerun", Set.of("queued", "started", "finished"));
    /// What the content of a subject has to have, by subject and predicate.
    private static final Map<String, List<String>> NEEDED = Map.ofEntries(
            Map.entry("artifact.packaged", List.of("change")),
            Map.entry("artifact.signed", List.of("signature")),
            Map.entry("service.deployed", List.of("environment", "artifactId")),
            Map.entry("service.upgraded", List.of("environment", "artifactId")),
            Map.entry("service.rolledback", List.of("environment", "artifactId")),
            Map.entry("service.removed", List.of("environment")),
            Map.entry("service.published", List.of("environment")),
            Map.entry("incident.detected", List.of("environment")),
            Map.entry("incident.reported", List.of("environment", "ticketURI")),
            Map.entry("incident.resolved", List.of("environment")),
            Map.entry("testsuiterun.queued", List.of("environment")),
            Map.entry("testsuiterun.started", List.of("environment")),
            Map.entry("testsuiterun.finished", List.of("outcome", "environment")));

    /// How a run may end; `outcome` of what is not here is not looked at.
    private static final Map<String, Set<String>> OUTCOMES = Map.of(
            "testsuiterun.finished", Set.of("pass", "fail", "cancel", "error"),
            "pipelinerun.finished", Set.of("success", "failure", "cancel", "error"));

    private static final SchemaRegistry REGISTRY = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);
    private static final Map<String, Schema> SCHEMAS = new ConcurrentHashMap<>();

    private CdEvents() {}

    /// @param event a sound CloudEvent; of another kind it is none of ours
    /// @param faults gets each as `data.…: what`
    static void check(ObjectNode event, List<String> faults) {
        String type = event.path("type").asString("");
        if (!type.startsWith(PREFIX)) {
            return;
        }
        Matcher parts = TYPE.matcher(type);
        if (!parts.matches()) {
            faults.add("type: is no type of CDEvents: dev.cdevents.SUBJECT.PREDICATE.VERSION");
            return;
        }
        if (!(event.path("data") instanceof ObjectNode data) || !(data.path("context") instanceof ObjectNode context)) {
            faults.add("data.context: is missing; a CDEvent is JSON with context and subject");
            return;
        }
        String version = version(context, faults);
        same(event, "id", context, faults);
        same(event, "source", context, faults);
        same(event, "type", context, faults);
        Optional<Schema> schema = version.startsWith("0.3.") ? schema(parts.group(1) + parts.group(2)) : Optional.empty();
        if (schema.isPresent()) {
            bySchema(schema.get(), data, faults);
        } else if (!version.isEmpty()) {
            bySpecification(parts.group(1), parts.group(2), data, faults);
        }
    }

    /// `version` until 0.4, `specversion` from 0.5 on; either is taken.
    private static String version(ObjectNode context, List<String> faults) {
        String version = context.path("version").asString("");
        String specversion = context.path("specversion").asString("");
        if (!version.isEmpty() && !specversion.isEmpty() && !version.equals(specversion)) {
            faults.add("data.context.specversion: is " + specversion + ", but version is " + version);
            return "";
        }
        String either = specversion.isEmpty() ? version : specversion;
        if (!VERSION.matcher(either).matches()) {
            faults.add("data.context." + (specversion.isEmpty() ? "version" : "specversion") + ": must be 0.3 to 0.5, as in 0.4.1, not '"
                    + either + "'");
            return "";
        }
        return either;
    }

    private static void same(ObjectNode event, String name, ObjectNode context, List<String> faults) {
        if (!context.path(name).equals(event.path(name))) {
            faults.add("data.context." + name + ": is not that of the CloudEvent");
        }
    }

    private static void bySchema(Schema schema, ObjectNode data, List<String> faults) {
        ObjectNode old = data.deepCopy();
        if (old.path("context") instanceof ObjectNode context && context.has("specversion")) {
            JsonNode version = context.remove("specversion");
            context.set("version", version);
        }
        schema.validate(old.toString(), InputFormat.JSON)
                .forEach(error -> faults.add("data" + error.getInstanceLocation().toString().replace('/', '.') + ": " + error.getMessage()));
    }

    private static void bySpecification(String subject, String predicate, ObjectNode data, List<String> faults) {
        Set<String> predicates = PREDICATES.get(subject);
        if (predicates != null && !predicates.contains(predicate)) {
            faults.add("type: " + subject + " has no predicate " + predicate + ", but " + predicates.stream().sorted().toList());
        }
        try {
            OffsetDateTime.parse(data.path("context").path("timestamp").asString(""));
        } catch (DateTimeException _) {
            faults.add("data.context.timestamp: must be as RFC 3339 says, 2026-03-02T10:00:00Z");
        }
        if (data.path("subject").path("id").asString("").isBlank()) {
            faults.add("data.subject.id: is missing");
        }
        JsonNode content = data.path("subject").path("content");
        if (!content.isObject()) {
            faults.add("data.subject.content: is missing");
            return;
        }
        for (String needed : NEEDED.getOrDefault(subject + "." + predicate, List.of())) {
            if (content.path(needed).isMissingNode() || content.path(needed).isNull()) {
                faults.add("data.subject.content." + needed + ": is missing");
            }
        }
        Set<String> outcomes = OUTCOMES.getOrDefault(subject + "." + predicate, Set.of());
        if (!outcomes.isEmpty() && content.has("outcome") && !outcomes.contains(content.path("outcome").asString(""))) {
            faults.add("data.subject.content.outcome: must be one of " + outcomes.stream().sorted().toList());
        }
        JsonNode named = data.path("subject").path("type");
        if (!named.isMissingNode() && !named.asString("").equalsIgnoreCase(subject)) {
            faults.add("data.subject.type: is " + named + ", and the event is of " + subject);
        }
        if (content.has("environment") && content.path("environment").path("id").asString("").isBlank()) {
            faults.add("data.subject.content.environment.id: is missing");
        }
        if (content.has("artifactId") && !content.path("artifactId").asString("").startsWith("pkg:")) {
            faults.add("data.subject.content.artifactId: is no package URL, which begins with pkg:");
        }
    }

    private static Optional<Schema> schema(String name) {
        Schema known = SCHEMAS.get(name);
        if (known != null) {
            return Optional.of(known);
        }
        try (InputStream json = CdEvents.class.getResourceAsStream("/dev/cdevents/spec/schemas/" + name + ".json")) {
            if (json == null) {
                return Optional.empty();
            }
            Schema schema = REGISTRY.getSchema(new String(json.readAllBytes(), StandardCharsets.UTF_8), InputFormat.JSON);
            SCHEMAS.put(name, schema);
            return Optional.of(schema);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
