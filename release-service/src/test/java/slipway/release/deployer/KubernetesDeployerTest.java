package slipway.release.deployer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import slipway.http.Form;
import slipway.release.deployer.DeployerContract.Step;
import slipway.release.domain.Shape;
import slipway.release.domain.Shape.Part;
import slipway.release.domain.StepKind;

@Timeout(180)
class KubernetesDeployerTest {

    private static final String OLD = DeployerContract.OLD;
    private static final String NEW = DeployerContract.NEW;
    private static final String REPOSITORY = "registry.example/shop@";
    private static final String TWO = """
            kubeconfig: kubeconfig
            context: shop
            namespace: shop
            deployments: [shop-blue, shop-green]
            service: shop
            slotLabel: slot
            replicas: 4
            timeoutSeconds: 5
            intervalMillis: 20
            """;
    private static final String ONE = """
            kubeconfig: kubeconfig
            context: shop
            namespace: shop
            deployments: [shop-blue]
            container: app
            replicas: 4
            maxSurge: 25%
            maxUnavailable: "0"
            timeoutSeconds: 5
            intervalMillis: 20
            """;

    @TempDir
    Path folder;

    private final KubernetesDeployer deployer = new KubernetesDeployer();
    private FakeCluster cluster;

    @BeforeEach
    void a_cluster() throws IOException {
        cluster = new FakeCluster();
        cluster.kubeconfig(folder);
        running_old_in_blue();
    }

    @AfterEach
    void gone() {
        deployer.close();
        cluster.close();
    }

    private void running_old_in_blue() {
        cluster.deployment("shop-blue", "blue", REPOSITORY + OLD, 4);
        cluster.deployment("shop-green", "green", "registry.example/shop:nothing", 0);
        Service service = new ServiceBuilder()
                .withNewMetadata()
                .withName("shop")
                .withNamespace("shop")
                .endMetadata()
                .withNewSpec()
                .withSelector(Map.of("app", "shop", "slot", "blue"))
                .endSpec()
                .build();
        if (service() == null) {
            cluster.client.resource(service).create();
        } else {
            cluster.client.resource(service).update();
        }
    }

    private @Nullable Service service() {
        return cluster.client.services().inNamespace("shop").withName("shop").get();
    }

    private static Shape shape(@Nullable String blue, int blueWeight, @Nullable String green, int greenWeight) {
        return Shape.of(new Part("shop-blue", blue, blueWeight), new Part("shop-green", green, greenWeight));
    }

    private static Move move(Shape from, Shape to) {
        return new Move("REL-CHG-7/prod/1", NEW, REPOSITORY + NEW, from, to);
    }

    private Target target(String settings) {
        Form form = DeployerContract.form(settings);
        Target target = deployer.target(form, folder);
        assertThat(form.faults()).isEmpty();
        return target;
    }

    private static List<Step> way(Object... kindsAndShapes) {
        List<Step> way = new java.util.ArrayList<>();
        Shape from = (Shape) kindsAndShapes[0];
        for (int i = 1; i < kindsAndShapes.length; i += 2) {
            Shape to = (Shape) kindsAndShapes[i + 1];
            way.add(new Step((StepKind) kindsAndShapes[i], move(from, to)));
            from = to;
        }
        return way;
    }

    abstract class Contract implements DeployerContract {

        @Override
        public Deployer deployer() {
            return deployer;
        }

        @Override
        public Path folder() {
            return folder;
        }

        @Override
        public int effects() {
            return cluster.wire.writes();
        }

        @Override
        public boolean diesAt(int act, Move move) throws Exception {
            return cluster.wire.diesAt(act, () -> target().apply(move));
        }

        @Override
        public void silence() {
            cluster.wire.close();
        }
    }

    @Nested
    class Two_slots extends Contract {

        @Override
        public String settings() {
            return TWO;
        }

        @Override
        public Shape fresh() {
            running_old_in_blue();
            return shape(OLD, 100, null, 0);
        }

        @Override
        public List<List<Step>> ways() {
            Shape before = shape(OLD, 100, null, 0);
            return List.of(
                    way(
                            before,
                            StepKind.WEIGHT,
                            shape(OLD, 90, NEW, 10),
                            StepKind.WEIGHT,
                            shape(OLD, 40, NEW, 60),
                            StepKind.WEIGHT,
                            shape(OLD, 0, NEW, 100),
                            StepKind.RETIRE,
                            shape(null, 0, NEW, 100)),
                    way(
                            before,
                            StepKind.PREVIEW,
                            shape(OLD, 100, NEW, 0),
                            StepKind.CUTOVER,
                            shape(OLD, 0, NEW, 100)),
                    way(before, StepKind.SWITCH, shape(NEW, 100, null, 0)));
        }

        @Override
        public String faultySettings() {
            return """
                    kubeconfig: kubeconfig
                    namespace: Shop_1
                    deployments: [shop, shop]
                    replicas: 1
                    maxSurge: "a lot"
                    maxUnavailable: "-1"
                    timeoutSeconds: 0
                    token: abc
                    """;
        }

        @Override
        public List<String> faultyFields() {
            return List.of(
                    "timeoutSeconds",
                    "intervalMillis",
                    "namespace",
                    "deployments",
                    "service",
                    "slotLabel",
                    "replicas",
                    "maxSurge",
                    "maxSurge",
                    "maxUnavailable",
                    "token");
        }
    }

    @Nested
    class One_deployment extends Contract {

        @Override
        public String settings() {
            return ONE;
        }

        @Override
        public Shape fresh() {
            running_old_in_blue();
            return Shape.of(new Part("shop-blue", OLD, 100));
        }

        @Override
        public List<List<Step>> ways() {
            return List.of(way(
                    Shape.of(new Part("shop-blue", OLD, 100)),
                    StepKind.SWITCH,
                    Shape.of(new Part("shop-blue", NEW, 100))));
        }

        @Override
        public String faultySettings() {
            return "{deployments: [shop], service: shop, namespace: shop, maxSurge: '0', maxUnavailable: 0%, replicas: 0,"
                    + " timeoutSeconds: 1, intervalMillis: 1}";
        }

        @Override
        public List<String> faultyFields() {
            return List.of("service", "replicas", "maxUnavailable");
        }

        @Test
        @Override
        public void it_can_do_what_it_says_and_says_what_it_can_do() {
            assertThat(deployer().skills()).as("the others need slots").contains(StepKind.SWITCH);
        }

        @Test
        void is_updated_as_gently_as_it_is_said() throws Exception {
            target().apply(ways().getFirst().getFirst().move());
            assertThat(cluster.deployment("shop-blue").getSpec().getStrategy().getRollingUpdate())
                    .returns("25%", rolling -> rolling.getMaxSurge().getStrVal())
                    .returns(0, rolling -> rolling.getMaxUnavailable().getIntVal());
        }

        @Test
        void has_no_shares_to_give() {
            Move half = move(Shape.of(new Part("shop-blue", OLD, 100)), Shape.of(new Part("shop-blue", NEW, 50)));
            assertThatThrownBy(() -> target().apply(half)).hasMessageContaining("cannot be made");
            assertThat(cluster.wire.writes()).isZero();
        }
    }

    @Test
    void a_share_is_one_of_replicas_rounded_up_and_never_all() throws Exception {
        Shape from = shape(OLD, 100, null, 0);
        for (int[] row : new int[][] {{1, 1}, {25, 1}, {26, 2}, {60, 3}, {99, 3}}) {
            target(TWO).apply(move(from, shape(OLD, 100 - row[0], NEW, row[0])));
            assertThat(cluster.deployment("shop-green").getSpec().getReplicas()).as(row[0] + " %").isEqualTo(row[1]);
            assertThat(cluster.deployment("shop-blue").getSpec().getReplicas()).isEqualTo(4 - row[1]);
            assertThat(service().getSpec().getSelector()).isEqualTo(Map.of("app", "shop"));
        }
    }

    @Test
    void replicas_that_are_not_those_of_the_weight_tell_their_real_share() throws Exception {
        target(TWO).apply(move(shape(OLD, 100, null, 0), shape(OLD, 90, NEW, 10)));
        cluster.client.apps().deployments().inNamespace("shop").withName("shop-green").scale(3);
        cluster.settle("shop-green");
        assertThat(target(TWO).probe()).isEqualTo(shape(OLD, 50, NEW, 50));
    }

    @Test
    void an_image_that_cannot_be_pulled_is_told_and_left_again() throws Exception {
        cluster.missing.add(REPOSITORY + NEW);
        String impatient = TWO.replace("timeoutSeconds: 5", "timeoutSeconds: 1");
        Move preview = move(shape(OLD, 100, null, 0), shape(OLD, 100, NEW, 0));
        assertThatThrownBy(() -> target(impatient).apply(preview))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("after 1 s: shop-green: of 4 replicas")
                .hasMessageContaining("ImagePullBackOff: Back-off pulling image");
        assertThatThrownBy(() -> target(TWO).probe())
                .isInstanceOf(IOException.class)
                .hasMessageContaining("shop-green is in motion");
        target(TWO).undo(move(preview.to(), preview.from()));
        assertThat(target(TWO).probe()).isEqualTo(preview.from());
    }

    @Test
    void when_kubernetes_gives_up_so_do_we_at_once() {
        cluster.missing.add(REPOSITORY + NEW);
        cluster.impatient = true;
        assertThatThrownBy(() -> target(TWO.replace("timeoutSeconds: 5", "timeoutSeconds: 600"))
                        .apply(move(shape(OLD, 100, null, 0), shape(OLD, 100, NEW, 0))))
                .isInstanceOf(Cluster.Stuck.class)
                .hasMessageContaining("ProgressDeadlineExceeded: ReplicaSet \"shop-green-5d\" has timed out progressing.")
                .hasMessageContaining("ImagePullBackOff");
    }

    @Test
    void an_api_server_that_is_busy_for_a_while_is_asked_again() throws Exception {
        cluster.wire.busy.set(5);
        Move there = move(Shape.of(new Part("shop-blue", OLD, 100)), Shape.of(new Part("shop-blue", NEW, 100)));
        target(ONE).apply(there);
        assertThat(cluster.wire.busy).hasValue(0);
        assertThat(target(ONE).probe()).isEqualTo(there.to());
    }

    @Test
    void what_is_named_by_a_tag_is_neither_deployed_nor_believed() {
        Move tagged = new Move("k", NEW, "registry.example/shop:1.2", shape(OLD, 100, null, 0), shape(OLD, 100, NEW, 0));
        assertThatThrownBy(() -> target(TWO).apply(tagged)).hasMessageContaining("does not name an image by the digest");
        Move other = new Move("k", NEW, REPOSITORY + OLD, shape(OLD, 100, null, 0), shape(OLD, 100, NEW, 0));
        assertThatThrownBy(() -> target(TWO).apply(other)).hasMessageContaining("does not name an image by the digest");
        assertThat(cluster.wire.writes()).isZero();
        cluster.deployment("shop-green", "green", "registry.example/shop:latest", 1);
        assertThatThrownBy(() -> target(TWO).probe()).hasMessageContaining("is named by no digest");
    }

    @Test
    void the_way_back_leads_to_the_registry_that_it_came_from() throws Exception {
        cluster.deployment("shop-blue", "blue", "old.example/shop@" + OLD, 4);
        Move there = move(Shape.of(new Part("shop-blue", OLD, 100)), Shape.of(new Part("shop-blue", NEW, 100)));
        target(ONE).apply(there);
        target(ONE).undo(new Move("k", NEW, REPOSITORY + NEW, there.to(), there.from()));
        assertThat(cluster.deployment("shop-blue").getSpec().getTemplate().getSpec().getContainers().getFirst().getImage())
                .isEqualTo("old.example/shop@" + OLD);
    }

    @Test
    void what_is_not_there_is_named() {
        assertThatThrownBy(() -> target(TWO.replace("shop-green", "shop-red")).probe())
                .isInstanceOf(IOException.class)
                .hasMessage("there is no Deployment shop-red in shop");
        assertThatThrownBy(() -> target(TWO.replace("service: shop", "service: web")).probe())
                .hasMessage("there is no Service web in shop");
        assertThatThrownBy(() -> target(TWO.replace("context: shop", "context: moon")).probe())
                .hasMessage("there is no context moon in the kubeconfig");
        assertThatThrownBy(() -> target(TWO.replace("kubeconfig: kubeconfig", "kubeconfig: gone")).probe())
                .hasMessageContaining("there is no kubeconfig");
        assertThatThrownBy(() -> target(ONE.replace("container: app", "container: web")).probe())
                .hasMessageContaining("it is not known which container of shop-blue is meant: [app]");
    }

    @Test
    void a_label_that_tells_no_slots_apart_chooses_nobody() {
        assertThatThrownBy(() -> target(TWO.replace("slotLabel: slot", "slotLabel: colour"))
                        .apply(move(shape(OLD, 100, null, 0), shape(OLD, 0, NEW, 100))))
                .hasMessageContaining("have no label colour");
        assertThat(service().getSpec().getSelector()).isEqualTo(Map.of("app", "shop", "slot", "blue"));
    }
}
