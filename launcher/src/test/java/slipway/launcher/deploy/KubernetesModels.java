package slipway.launcher.deploy;

import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.databind.type.LogicalType;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.openshift.api.model.monitoring.v1.PrometheusRule;
import io.fabric8.openshift.api.model.monitoring.v1.ServiceMonitor;
import io.kubernetes.client.openapi.models.V1ConfigMap;
import io.kubernetes.client.openapi.models.V1Deployment;
import io.kubernetes.client.openapi.models.V1Ingress;
import io.kubernetes.client.openapi.models.V1Job;
import io.kubernetes.client.openapi.models.V1Namespace;
import io.kubernetes.client.openapi.models.V1NetworkPolicy;
import io.kubernetes.client.openapi.models.V1PersistentVolumeClaim;
import io.kubernetes.client.openapi.models.V1PodDisruptionBudget;
import io.kubernetes.client.openapi.models.V1Service;
import io.kubernetes.client.openapi.models.V1ServiceAccount;
import io.kubernetes.client.openapi.models.V1StatefulSet;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Whether a cluster would take an object, by the models that are made of Kubernetes' OpenAPI document (and, for those of the Prometheus
/// operator, of its custom resources): a field that they do not know, one that is missing, and a value of another type are faults.
///
/// Reading is not enough, as the models take a number where a text has to be: what they write again has to be what was read.
final class KubernetesModels {

    private interface Model {
        String readAndWritten(String json) throws IOException;
    }

    /// The models of the operator are made for Jackson 2.
    private static final ObjectMapper STRICT = new ObjectMapper()
            .setAnnotationIntrospector(new JacksonAnnotationIntrospector() {
                /// What is not known is not kept, but refused.
                @Override
                public Boolean hasAnySetter(Annotated any) {
                    return false;
                }
            })
            .addMixIn(IntOrString.class, Bare.class)
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

    private interface Bare {
        @JsonValue
        Object getValue();
    }

    static {
        STRICT.coercionConfigFor(LogicalType.Textual).setCoercion(CoercionInputShape.Integer, CoercionAction.Fail);
    }

    private static final Map<String, Model> MODELS = Map.ofEntries(
            Map.entry("apps/v1 Deployment", json -> V1Deployment.fromJson(json).toJson()),
            Map.entry("apps/v1 StatefulSet", json -> V1StatefulSet.fromJson(json).toJson()),
            Map.entry("batch/v1 Job", json -> V1Job.fromJson(json).toJson()),
            Map.entry("networking.k8s.io/v1 Ingress", json -> V1Ingress.fromJson(json).toJson()),
            Map.entry("networking.k8s.io/v1 NetworkPolicy", json -> V1NetworkPolicy.fromJson(json).toJson()),
            Map.entry("policy/v1 PodDisruptionBudget", json -> V1PodDisruptionBudget.fromJson(json).toJson()),
            Map.entry("v1 ConfigMap", json -> V1ConfigMap.fromJson(json).toJson()),
            Map.entry("v1 Namespace", json -> V1Namespace.fromJson(json).toJson()),
            Map.entry("v1 PersistentVolumeClaim", json -> V1PersistentVolumeClaim.fromJson(json).toJson()),
            Map.entry("v1 Service", json -> V1Service.fromJson(json).toJson()),
            Map.entry("v1 ServiceAccount", json -> V1ServiceAccount.fromJson(json).toJson()),
            Map.entry("monitoring.coreos.com/v1 PrometheusRule", json -> strictly(json, PrometheusRule.class)),
            Map.entry("monitoring.coreos.com/v1 ServiceMonitor", json -> strictly(json, ServiceMonitor.class)));

    private KubernetesModels() {}

    private static String strictly(String json, Class<?> type) throws JsonProcessingException {
        return STRICT.writeValueAsString(STRICT.readValue(json, type));
    }

    /// Every fault, with its place.
    static List<String> faults(JsonNode object) {
        String kind = object.path("apiVersion").asString() + " " + object.path("kind").asString();
        Model model = MODELS.get(kind);
        if (model == null) {
            return List.of("nothing is known of " + kind);
        }
        try {
            List<String> faults = new ArrayList<>();
            compare("", object, JsonMapper.shared().readTree(model.readAndWritten(object.toString())), faults);
            return faults;
        } catch (IOException | RuntimeException e) {
            return List.of(String.valueOf(e.getMessage()));
        }
    }

    /// The models add empty lists and maps of their own.
    private static void compare(String place, JsonNode given, JsonNode written, List<String> faults) {
        if (given.isObject() && (written.isObject() || given.isEmpty())) {
            given.propertyStream()
                    .forEach(each -> compare(place + "/" + each.getKey(), each.getValue(), written.path(each.getKey()), faults));
        } else if (given.isArray() && (given.size() == written.size() || given.isEmpty())) {
            for (int i = 0; i < given.size(); i++) {
                compare(place + "/" + i, given.get(i), written.path(i), faults);
            }
        } else if (!given.equals(written)) {
            faults.add(place + ": " + given + " is read as " + written);
        }
    }
}
