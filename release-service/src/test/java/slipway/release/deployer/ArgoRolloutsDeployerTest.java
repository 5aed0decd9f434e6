package slipway.release.deployer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import slipway.release.domain.Shape;
import slipway.release.domain.Shape.Part;
import slipway.release.domain.StepKind;

@Timeout(180)
class ArgoRolloutsDeployerTest implements DeployerContract {

    private static final String REPOSITORY = "registry.example/shop@";

    @TempDir
    Path folder;

    private final ArgoRolloutsDeployer deployer = new ArgoRolloutsDeployer();
    private FakeCluster cluster;
    private FakeRollouts rollouts;

    @BeforeEach
    void a_cluster() throws Exception {
        cluster = new FakeCluster();
        cluster.kubeconfig(folder);
        rollouts = new FakeRollouts(cluster);
        fresh();
    }

    @AfterEach
    void gone() {
        deployer.close();
        rollouts.close();
        cluster.close();
    }

    @Override
    public Deployer deployer() {
        return deployer;
    }

    @Override
    public String settings() {
        return """
                kubeconfig: kubeconfig
                context: shop
                namespace: shop
                rollout: shop
                timeoutSeconds: 5
                intervalMillis: 20
                """;
    }

    @Override
    public Path folder() {
        return folder;
    }

    @Override
    public Shape fresh() throws Exception {
        rollouts.running(REPOSITORY + OLD);
        return shape(OLD, 100, null, 0);
    }

    private static Shape shape(@Nullable String blue, int blueWeight, @Nullable String green, int greenWeight) {
        return Shape.of(new Part("blue", blue, blueWeight), new Part("green", green, greenWeight));
    }

    private static Move move(Shape from, Shape to) {
        return new Move("REL-CHG-7/prod/1", NEW, REPOSITORY + NEW, from, to);
    }

    private static Shape canary(int weight) {
        return shape(OLD, 100 - weight, NEW, weight);
    }

    private static final Shape BEFORE = shape(OLD, 100, null, 0);

    @Override
    public List<List<Step>> ways() {
        return List.of(
                List.of(
                        new Step(StepKind.WEIGHT, move(BEFORE, canary(10))),
                        new Step(StepKind.WEIGHT, move(canary(10), canary(50))),
                        new Step(StepKind.WEIGHT, move(canary(50), canary(100))),
                        new Step(StepKind.RETIRE, move(canary(100), shape(null, 0, NEW, 100)))),
                List.of(new Step(StepKind.CUTOVER, move(BEFORE, canary(100)))));
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

    @Override
    public String faultySettings() {
        return "{rollout: Shop, timeoutSeconds: x, token: abc}";
    }

    @Override
    public List<String> faultyFields() {
        return List.of("rollout", "namespace", "timeoutSeconds", "timeoutSeconds", "intervalMillis", "token");
    }

    @Test
    void what_never_gets_ready_is_told_in_its_controllers_words_and_leads_back() throws Exception {
        rollouts.bad.add(REPOSITORY + NEW);
        assertThatThrownBy(() -> target().apply(move(BEFORE, canary(10))))
                .isInstanceOf(Cluster.Stuck.class)
                .hasMessageContaining("shop is degraded: ProgressDeadlineExceeded: ReplicaSet \"shop-6cf78c66c5\" has timed out");
        assertThatThrownBy(() -> target().probe())
                .isInstanceOf(IOException.class)
                .hasMessageContaining("is degraded: ProgressDeadlineExceeded");
        target().undo(move(canary(10), BEFORE));
        assertThat(target().probe()).isEqualTo(BEFORE);
    }

    @Test
    void what_its_controller_aborts_is_seen_without_traffic_and_can_be_tried_again() throws Exception {
        rollouts.aborts = true;
        assertThatThrownBy(() -> target().apply(move(BEFORE, canary(10))))
                .hasMessageContaining("RolloutAborted")
                .hasMessageContaining("Metric \"errors\" assessed Failed");
        assertThat(target().probe()).isEqualTo(canary(0));
        rollouts.aborts = false;
        target().apply(move(canary(0), canary(20)));
        assertThat(target().probe()).isEqualTo(canary(20));
    }

    @Test
    void the_slots_take_turns() throws Exception {
        target().apply(move(BEFORE, canary(100)));
        target().apply(move(canary(100), shape(null, 0, NEW, 100)));
        String third = "sha256:" + "0".repeat(63) + "c";
        Move next = new Move(
                "REL-CHG-8/prod/1", third, REPOSITORY + third, shape(null, 0, NEW, 100), shape(third, 30, NEW, 70));
        target().apply(next);
        assertThat(target().probe()).isEqualTo(next.to());
        target().undo(new Move(next.key(), third, next.reference(), next.to(), next.from()));
        assertThat(target().probe()).isEqualTo(next.from());
    }

    @Test
    void a_canary_that_was_never_promoted_is_before_the_next_one() throws Exception {
        target().apply(move(BEFORE, canary(100)));
        String third = "sha256:" + "0".repeat(63) + "c";
        Move next = new Move("REL-CHG-8/prod/1", third, REPOSITORY + third, canary(100), shape(third, 30, NEW, 70));
        target().apply(next);
        assertThat(target().probe()).isEqualTo(next.to());
    }

    @Test
    void what_is_named_by_a_tag_is_neither_deployed_nor_believed() throws Exception {
        Move tagged = new Move("k", NEW, "registry.example/shop:1.2", BEFORE, canary(10));
        assertThatThrownBy(() -> target().apply(tagged)).hasMessageContaining("does not name an image by the digest");
        assertThat(cluster.wire.writes()).isZero();
        rollouts.running("registry.example/shop:latest");
        assertThatThrownBy(() -> target().probe()).hasMessageContaining("is named by no digest");
    }

    @Test
    void what_is_stable_and_was_not_expected_gets_no_canary() {
        Move other = move(BEFORE, shape("sha256:" + "7".repeat(64), 90, NEW, 10));
        assertThatThrownBy(() -> target().apply(other)).hasMessageContaining("as stable and not sha256:7777");
        assertThat(cluster.wire.writes()).isZero();
    }
}
