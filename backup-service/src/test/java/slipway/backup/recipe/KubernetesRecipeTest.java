package slipway.backup.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static slipway.backup.recipe.LiveRecipes.capture;
import static slipway.backup.recipe.LiveRecipes.damaged;
import static slipway.backup.recipe.LiveRecipes.recipe;
import static slipway.backup.recipe.LiveRecipes.restore;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import slipway.backup.recipe.LiveRecipes.Captured;
import slipway.program.Installed;
import slipway.program.Programs;

/// Objects of a cluster, by the real `kubectl` from a stub of its API: captured, changed there, restored on trial, compared, and put back by
/// hand as a person would.
class KubernetesRecipeTest {

    private static final String SETTINGS = """
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: settings}
            data: {currency: EUR}
            """;
    private static final String PASSWORD = """
            apiVersion: v1
            kind: Secret
            metadata: {name: db}
            data: {password: cGxhbnRlZA==}
            """;

    @TempDir
    private Path folder;

    private String kubectl = "";
    private KubernetesStub cluster;
    private Item item;

    @BeforeEach
    void start() throws Exception {
        kubectl = Installed.program("kubectl");
        cluster = new KubernetesStub();
        Path kubeconfig = Files.writeString(folder.resolve("kubeconfig"), cluster.kubeconfig());
        item = new Item("it", "it", new HashMap<>(Map.of(
                "kubeconfig", "file:" + kubeconfig, "namespace", "shop", "kinds", "configmaps,secrets")));
    }

    @AfterEach
    void stop() {
        cluster.close();
    }

    private Programs.Ended ended(String... words) throws Exception {
        List<String> argv = new ArrayList<>(List.of(kubectl, "--kubeconfig=" + folder.resolve("kubeconfig"), "--namespace=shop"));
        argv.addAll(List.of(words));
        return Programs.run(
                argv, folder, Map.of("HOME", folder.toString(), "PATH", "/usr/bin:/bin"), Duration.ofMinutes(1));
    }

    private String kubectl(String... words) throws Exception {
        Programs.Ended ended = ended(words);
        assertThat(ended.exit()).as(ended.words()).isZero();
        return ended.out();
    }

    private void apply(String... manifests) throws Exception {
        kubectl("apply", "--filename=" + Files.writeString(folder.resolve("applied.yaml"), String.join("---\n", manifests)));
    }

    @Test
    void configuration_comes_back_without_what_the_cluster_added_and_a_trial_changes_nothing() throws Exception {
        Recipe objects = recipe("kubernetes-objects", folder.resolve("work"));
        apply(SETTINGS, PASSWORD);
        Captured captured = capture(objects, item);
        assertThat(captured.capture().contents()).containsEntry("objects", "2");
        assertThat(new String(captured.bytes(), StandardCharsets.UTF_8))
                .contains("cGxhbnRlZA==")
                .doesNotContain("\"uid\"", "resourceVersion", "managedFields", "creationTimestamp", "last-applied");
        String raw = kubectl("get", "configmaps,secrets", "--output=json");

        apply(SETTINGS.replace("EUR", "USD"));
        kubectl("delete", "secret", "db");
        Map<String, String> changed = objects.look(item);
        assertThat(changed).containsEntry("objects", "1");
        assertThat(restore(objects, item, captured, folder.resolve("scratch"))).isEqualTo(captured.capture().contents());
        assertThat(objects.look(item)).as("it was a dry run").isEqualTo(changed);

        assertThat(ended("apply", "--filename=" + Files.writeString(folder.resolve("raw.json"), raw)).words())
                .as("what `get` shows, as it is")
                .contains("Conflict");
        apply(SETTINGS.replace("settings", "made-since"));
        kubectl("patch", "configmap", "settings", "--type=merge", "--patch={\"data\": {\"added\": \"by an edit\"}}");
        for (int again = 0; again < 2; again++) {
            assertThat(LiveRecipes.overwrite(objects, item, captured, folder.resolve("scratch")))
                    .isEqualTo(captured.capture().contents());
        }
    }

    @Test
    void what_a_controller_made_is_its_own_and_neither_compared_nor_put_back() throws Exception {
        Recipe objects = recipe("kubernetes-objects", folder.resolve("work"));
        String made = SETTINGS.replace("{name: settings}", "{name: made, ownerReferences: [{apiVersion: shop.example/v1, kind: Till, name: front, uid: \"1\", controller: true}]}");
        apply(SETTINGS, made);
        Captured captured = capture(objects, item);
        assertThat(captured.capture().contents()).containsEntry("objects", "1");
        assertThat(new String(captured.bytes(), StandardCharsets.UTF_8)).doesNotContain("\"made\"");

        apply(made.replace("EUR", "USD"));
        assertThat(objects.look(item)).as("its controller changes it at any time").isEqualTo(captured.capture().contents());
        assertThat(restore(objects, item, captured, folder.resolve("scratch"))).isEqualTo(captured.capture().contents());
        assertThat(LiveRecipes.overwrite(objects, item, captured, folder.resolve("scratch"))).isEqualTo(captured.capture().contents());
        assertThat(kubectl("get", "configmap", "made", "--output=json")).contains("USD");

        assertThat(objects.restores(2)).isTrue();
        assertThat(objects.look(item, Map.of())).as("as version 2 looked").containsEntry("objects", "2");
    }

    @Test
    void objects_that_the_cluster_does_not_take_are_no_backup() throws Exception {
        Recipe objects = recipe("kubernetes-objects", folder.resolve("work"));
        apply(SETTINGS, PASSWORD);
        Captured captured = capture(objects, item);
        Captured wrong = damaged(captured, folder, "objects.json", bytes -> new String(bytes, StandardCharsets.UTF_8)
                .replace("\"cGxhbnRlZA==\"", "7")
                .getBytes(StandardCharsets.UTF_8));
        assertThatThrownBy(() -> restore(objects, item, wrong, folder.resolve("wrong")))
                .hasMessageContaining("kubectl failed with exit 1");
    }

    @Test
    void a_namespace_without_objects_and_objects_that_nobody_may_see_are_no_backup() throws Exception {
        Recipe objects = recipe("kubernetes-objects", folder.resolve("work"));
        assertThat(ended("get", "configmaps,secrets", "--output=json").exit()).as("kubectl is content").isZero();
        assertThatThrownBy(() -> capture(objects, item)).hasMessageContaining("has 0 at /items, at least 1");

        apply(SETTINGS);
        cluster.forbid("secrets");
        assertThatThrownBy(() -> capture(objects, item))
                .hasMessageContaining("secrets is forbidden")
                .hasMessageNotContaining(KubernetesStub.TOKEN);
    }

    @Test
    void manifests_are_of_every_kind_and_not_only_of_those_that_get_all_shows() throws Exception {
        Recipe manifests = recipe("kubernetes-manifests", folder.resolve("work"));
        apply(SETTINGS, PASSWORD, """
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: shop}
                spec: {replicas: 2}
                """, """
                apiVersion: shop.example/v1
                kind: Till
                metadata: {name: front}
                spec: {drawer: open}
                """, """
                apiVersion: v1
                kind: Pod
                metadata: {name: shop-1, ownerReferences: [{apiVersion: apps/v1, kind: ReplicaSet, name: shop, uid: "1"}]}
                """, """
                apiVersion: batch/v1
                kind: Job
                metadata: {name: nightly-1, ownerReferences: [{apiVersion: batch/v1, kind: CronJob, name: nightly, uid: "2"}]}
                """);
        assertThat(kubectl("get", "all", "--output=name"))
                .contains("deployment.apps/shop", "pod/shop-1")
                .doesNotContain("configmap", "secret", "till");
        Map<String, String> given = new HashMap<>(item.parameters());
        given.remove("kinds");
        Item namespace = new Item("it", "it", given);
        Captured captured = capture(manifests, namespace);
        assertThat(captured.capture().contents()).as("two belong to others").containsEntry("objects", "4");
        assertThat(new String(captured.bytes(), StandardCharsets.UTF_8)).contains("\"Till\"", "\"Secret\"").doesNotContain("nightly-1");

        kubectl("delete", "tills.shop.example", "front");
        assertThat(manifests.look(namespace)).containsEntry("objects", "3");
        assertThat(restore(manifests, namespace, captured, folder.resolve("scratch")))
                .isEqualTo(captured.capture().contents());
        kubectl("apply", "--filename=" + folder.resolve("scratch/objects.json"));
        assertThat(manifests.look(namespace)).isEqualTo(captured.capture().contents());
    }
}
