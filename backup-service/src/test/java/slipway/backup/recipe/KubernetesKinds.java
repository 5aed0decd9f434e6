package slipway.backup.recipe;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// What the stub of a Kubernetes API says of the kinds that it knows, as discovery and OpenAPI documents, so that a real `kubectl`
/// finds them, and finds out that it may ask for a dry run.
final class KubernetesKinds {

    /// @param all whether `kubectl get all` has it
    record Kind(String group, String version, String plural, String kind, boolean all) {

        String base() {
            return group.isEmpty() ? "/api/" + version : "/apis/" + group + "/" + version;
        }

        String apiVersion() {
            return group.isEmpty() ? version : group + "/" + version;
        }
    }

    static final List<Kind> ALL = List.of(
            new Kind("", "v1", "configmaps", "ConfigMap", false),
            new Kind("", "v1", "secrets", "Secret", false),
            new Kind("", "v1", "services", "Service", true),
            new Kind("", "v1", "pods", "Pod", true),
            new Kind("", "v1", "events", "Event", false),
            new Kind("", "v1", "endpoints", "Endpoints", false),
            new Kind("apps", "v1", "deployments", "Deployment", true),
            new Kind("apps", "v1", "replicasets", "ReplicaSet", true),
            new Kind("batch", "v1", "jobs", "Job", true),
            new Kind("networking.k8s.io", "v1", "ingresses", "Ingress", false),
            new Kind("shop.example", "v1", "tills", "Till", false));

    private static final List<String> VERBS = List.of("create", "delete", "get", "list", "patch", "update");

    private KubernetesKinds() {}

    static Map<String, Object> versions() {
        return Map.of("kind", "APIVersions", "versions", List.of("v1"));
    }

    static Map<String, Object> groups() {
        List<Map<String, Object>> groups = ALL.stream()
                .filter(each -> !each.group().isEmpty())
                .map(each -> {
                    Map<String, String> version = Map.of("groupVersion", each.apiVersion(), "version", each.version());
                    return Map.of("name", each.group(), "versions", List.of(version), "preferredVersion", version);
                })
                .distinct()
                .toList();
        return Map.of("kind", "APIGroupList", "apiVersion", "v1", "groups", groups);
    }

    /// @param base such as `/apis/apps/v1`
    static Map<String, Object> resources(String base) {
        List<Kind> kinds = ALL.stream().filter(each -> each.base().equals(base)).toList();
        List<Map<String, Object>> resources = kinds.stream()
                .map(each -> Map.<String, Object>of(
                        "name", each.plural(),
                        "singularName", "",
                        "namespaced", true,
                        "kind", each.kind(),
                        "verbs", VERBS,
                        "categories", each.all() ? List.of("all") : List.of()))
                .toList();
        return Map.of(
                "kind", "APIResourceList",
                "apiVersion", "v1",
                "groupVersion", kinds.getFirst().apiVersion(),
                "resources", resources);
    }

    /// OpenAPI 2 in the only form in which `kubectl` takes it, protocol buffers: of each kind, that a patch may be a dry run, and that the
    /// server looks at its fields.
    static byte[] openApi() {
        byte[] paths = ALL.stream()
                .map(each -> part(2, all(text(1, each.base() + "/namespaces/{namespace}/" + each.plural() + "/{name}"), part(2, part(8, patch(each))))))
                .reduce(new byte[0], KubernetesKinds::all);
        return all(text(1, "2.0"), part(2, all(text(1, "Kubernetes"), text(2, "v1"))), part(8, paths));
    }

    private static byte[] patch(Kind kind) {
        byte[] parameters = Stream.of("dryRun", "fieldValidation", "fieldManager")
                .map(name -> part(8, part(1, part(2, part(3, all(text(2, "query"), text(4, name)))))))
                .reduce(new byte[0], KubernetesKinds::all);
        String yaml = "{group: '%s', version: %s, kind: %s}".formatted(kind.group(), kind.version(), kind.kind());
        return all(parameters, part(13, all(text(1, "x-kubernetes-group-version-kind"), part(2, text(2, yaml)))));
    }

    private static byte[] text(int field, String text) {
        return part(field, text.getBytes(StandardCharsets.UTF_8));
    }

    /// A field with a length.
    private static byte[] part(int field, byte[] bytes) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        number(out, field << 3 | 2);
        number(out, bytes.length);
        out.writeBytes(bytes);
        return out.toByteArray();
    }

    private static void number(ByteArrayOutputStream out, int number) {
        int rest = number;
        while (rest > 0x7f) {
            out.write(rest & 0x7f | 0x80);
            rest >>>= 7;
        }
        out.write(rest);
    }

    private static byte[] all(byte[]... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }
}
