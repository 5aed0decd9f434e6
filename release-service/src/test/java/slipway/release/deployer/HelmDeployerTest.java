package slipway.release.deployer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import slipway.http.Form;
import slipway.release.domain.Shape;
import slipway.release.domain.Shape.Part;
import slipway.release.domain.StepKind;

@Timeout(120)
class HelmDeployerTest implements DeployerContract {

    @TempDir
    Path folder;

    private Path state;

    @BeforeEach
    void a_helm() throws IOException {
        state = Files.createDirectories(folder.resolve("helm-state"));
        Path program = state.resolve("helm");
        try (InputStream script = Objects.requireNonNull(getClass().getResourceAsStream("helm.sh"))) {
            Files.copy(script, program);
        }
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.createDirectories(state.resolve("revisions"));
        fresh();
    }

    @Override
    public Deployer deployer() {
        return new HelmDeployer(Duration.ZERO);
    }

    @Override
    public String settings() {
        return """
                program: helm-state/helm
                kubeconfig: kubeconfig
                context: prod
                release: shop
                namespace: shops
                chart: oci://registry.example/charts/shop
                version: 1.0.0
                values: [values.yaml]
                repositoryValue: image.repository
                timeoutSeconds: 1
                """.replace("helm-state/helm", state.resolve("helm").toString());
    }

    @Override
    public Path folder() {
        return folder;
    }

    @Override
    public Shape fresh() throws IOException {
        try (Stream<Path> revisions = Files.list(state.resolve("revisions"))) {
            for (Path each : revisions.toList()) {
                Files.delete(each);
            }
        }
        Files.deleteIfExists(state.resolve("die"));
        revision(1, "superseded", "sha256:" + "9".repeat(64), Instant.now());
        revision(2, "deployed", OLD, Instant.now());
        Files.writeString(state.resolve("cluster"), OLD + "\n");
        return shape(OLD);
    }

    private void revision(int number, String status, String digest, Instant updated) throws IOException {
        Files.writeString(
                state.resolve("revisions/" + number), status + "\n" + digest + "\nby a test\n" + updated + "\n");
    }

    private static Shape shape(@Nullable String digest) {
        return Shape.of(new Part("shop", digest, digest == null ? 0 : 100));
    }

    private static final Move SWITCH =
            new Move("REL-CHG-7/prod/1", NEW, "registry.example/shop@" + NEW, shape(OLD), shape(NEW));
    private static final Move BACK = new Move("REL-CHG-7/prod/2", NEW, SWITCH.reference(), shape(NEW), shape(OLD));

    @Override
    public List<List<Step>> ways() {
        return List.of(List.of(new Step(StepKind.SWITCH, SWITCH)));
    }

    @Override
    public int effects() {
        return lines("ledger").size();
    }

    private List<String> lines(String file) {
        try {
            return Files.exists(state.resolve(file)) ? Files.readAllLines(state.resolve(file)) : List.of();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /// Whoever died left a lock, which is waited for until the time is over.
    @Override
    public Target patient() {
        return target();
    }

    @Override
    public boolean diesAt(int act, Move move) throws Exception {
        Files.writeString(state.resolve("die"), act + "\n");
        try {
            target().apply(move);
        } catch (IOException e) {
            // Helm was killed, and with it whoever waited for it.
        }
        return !Files.deleteIfExists(state.resolve("die"));
    }

    @Override
    public void silence() throws IOException {
        Files.createFile(state.resolve("away"));
    }

    @Override
    public String faultySettings() {
        return """
                release: "-x"
                chart: --post-renderer=evil
                values: yes
                digestValue: "a,b=c"
                repositoryValue: "{}"
                rollbackOnFailure: perhaps
                password: abc
                """;
    }

    @Override
    public List<String> faultyFields() {
        return List.of(
                "release",
                "namespace",
                "chart",
                "values",
                "timeoutSeconds",
                "digestValue",
                "repositoryValue",
                "rollbackOnFailure",
                "password");
    }

    private Target target(String more) {
        Form form = DeployerContract.form(settings() + more);
        Target target = deployer().target(form, folder);
        assertThat(form.faults()).isEmpty();
        return target;
    }

    @Test
    void helm_is_given_each_argument_as_one() throws Exception {
        target("rollbackOnFailure: true\n").apply(SWITCH);
        assertThat(lines("calls")).endsWith("upgrade --install shop oci://registry.example/charts/shop"
                + " --version 1.0.0 --values " + folder.resolve("values.yaml") + " --set-string image.digest=" + NEW
                + " --set-string image.repository=registry.example/shop --atomic"
                + " --description Slipway REL-CHG-7/prod/1 --wait --timeout 1s --namespace shops --kube-context prod");
    }

    @Test
    void what_never_gets_ready_is_told_and_is_no_shape_and_leads_back() throws Exception {
        Files.writeString(state.resolve("bad"), NEW + "\n");
        assertThatThrownBy(() -> target().apply(SWITCH))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("helm upgrade shop: exit 1: Error: UPGRADE FAILED: context deadline exceeded");
        assertThatThrownBy(() -> target().probe())
                .hasMessageContaining("its revision 3 is failed: Upgrade \"shop\" failed: context deadline exceeded");
        target().undo(BACK);
        assertThat(target().probe()).isEqualTo(shape(OLD));
        assertThat(lines("cluster")).containsExactly(OLD);
    }

    @Test
    void helm_may_go_back_by_itself_and_the_step_has_failed_all_the_same() throws Exception {
        Files.writeString(state.resolve("bad"), NEW + "\n");
        assertThatThrownBy(() -> target("rollbackOnFailure: true\n").apply(SWITCH)).isInstanceOf(IOException.class);
        assertThat(target().probe()).isEqualTo(shape(OLD));
    }

    @Test
    void a_helm_at_work_is_waited_for() throws Exception {
        revision(3, "pending-upgrade", NEW, Instant.now());
        Thread other = Thread.ofPlatform().start(() -> {
            try {
                Thread.sleep(800);
                revision(3, "deployed", NEW, Instant.now());
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
        target().apply(SWITCH);
        other.join();
        assertThat(lines("calls")).noneMatch(call -> call.startsWith("rollback") || call.startsWith("upgrade"));
    }

    @Test
    void a_lock_that_somebody_elses_dead_helm_left_is_taken_off_first() throws Exception {
        revision(3, "pending-upgrade", "sha256:" + "7".repeat(64), Instant.now().minusSeconds(60));
        assertThatThrownBy(() -> target().probe()).hasMessageContaining("its revision 3 is pending-upgrade");
        target().apply(SWITCH);
        assertThat(target().probe()).isEqualTo(shape(NEW));
        assertThat(lines("calls")).anyMatch(call -> call.startsWith("rollback shop 2 "));
    }

    @Test
    void the_first_release_is_installed_and_taken_away_again() throws Exception {
        for (int number = 1; number <= 2; number++) {
            Files.delete(state.resolve("revisions/" + number));
        }
        assertThat(target().probe()).isEqualTo(shape(null));
        target().apply(new Move("k", NEW, SWITCH.reference(), shape(null), shape(NEW)));
        assertThat(target().probe()).isEqualTo(shape(NEW));
        Move undo = new Move("k", NEW, SWITCH.reference(), shape(NEW), shape(null));
        target().undo(undo);
        target().undo(undo);
        assertThat(target().probe()).isEqualTo(shape(null));
        assertThat(lines("calls").stream().filter(call -> call.startsWith("uninstall"))).hasSize(1);
    }

    @Test
    void without_a_revision_to_go_back_to_it_stays_and_says_so() throws Exception {
        target().apply(SWITCH);
        Files.delete(state.resolve("revisions/2"));
        assertThatThrownBy(() -> target().undo(BACK)).hasMessageContaining("helm keeps no revision of shop with " + OLD);
        assertThat(lines("cluster")).containsExactly(NEW);
    }

    @Test
    void a_release_that_was_given_no_digest_is_no_shape() throws Exception {
        revision(2, "deployed", "latest", Instant.now());
        assertThatThrownBy(() -> target().probe()).hasMessageContaining("the revision 2 of shop has no digest at image.digest");
    }
}
