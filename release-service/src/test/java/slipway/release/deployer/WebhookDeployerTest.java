package slipway.release.deployer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import slipway.http.Form;
import slipway.release.domain.Shape;
import slipway.release.domain.Shape.Part;
import slipway.release.domain.StepKind;

@Timeout(60)
class WebhookDeployerTest {

    private static final String BOTH = """
            part: shop
            environment: prod
            secrets: {token: token.txt}
            timeoutSeconds: 5
            intervalMillis: 10
            probe: {url: "URL/live", at: /image, headers: {Authorization: "Bearer {secret:token}"}}
            """;
    private static final String LIKE_GITHUB = BOTH + """
            trigger:
              url: URL/dispatches
              headers: {Authorization: "Bearer {secret:token}", Content-Type: application/json}
              body: '{"ref":"main","inputs":{"key":"{key}","digest":"{digest}","environment":"{environment}"}}'
            run:
              url: URL/runs?event=workflow_dispatch
              headers: {Authorization: "Bearer {secret:token}"}
              list: /workflow_runs
              field: /display_title
              at: /id
            status:
              url: URL/runs/{run}
              headers: {Authorization: "Bearer {secret:token}"}
              at: /conclusion
              success: [success]
              failure: [failure, cancelled, timed_out]
            """;
    private static final String LIKE_GITLAB = BOTH + """
            trigger:
              url: URL/trigger
              headers: {Authorization: "Bearer {secret:token}"}
              body: "variables={reference} {digest}"
            run: {at: /id}
            status:
              url: URL/runs/{run}
              headers: {Authorization: "Bearer {secret:token}"}
              at: /conclusion
              success: [success]
              failure: [failure]
            """;
    private static final String LIKE_JENKINS = BOTH + """
            trigger:
              url: URL/build
              headers: {Authorization: "Bearer {secret:token}"}
              body: "{digest}"
            run:
              url: "{location}api/json"
              headers: {Authorization: "Bearer {secret:token}"}
              at: /executable/url
            status:
              url: "{run}"
              headers: {Authorization: "Bearer {secret:token}"}
              at: /conclusion
              success: [success]
              failure: [failure]
            """;

    @TempDir
    Path folder;

    private final FakePipeline pipeline = new FakePipeline();
    private HttpServer server;
    private Wire wire;

    @BeforeEach
    void a_server() throws IOException {
        Files.writeString(folder.resolve("token.txt"), FakePipeline.TOKEN + "\n");
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", exchange -> {
            try (exchange) {
                pipeline.answer(exchange);
            }
        });
        server.start();
        wire = new Wire(URI.create("http://localhost:" + server.getAddress().getPort()));
        pipeline.begin(DeployerContract.OLD);
        pipeline.url = wire.url().toString();
    }

    @AfterEach
    void gone() {
        wire.close();
        server.stop(0);
    }

    private static Shape shape(String digest) {
        return Shape.of(new Part("shop", digest, Shape.ALL));
    }

    private static final Move SWITCH = new Move(
            "REL-CHG-7/prod/1",
            DeployerContract.NEW,
            "registry.example/shop@" + DeployerContract.NEW,
            shape(DeployerContract.OLD),
            shape(DeployerContract.NEW));

    private Target target(String settings) {
        Form form = DeployerContract.form(settings.replace("URL", wire.url().toString()));
        Target target = new WebhookDeployer(Duration.ofSeconds(2)).target(form, folder);
        assertThat(form.faults()).isEmpty();
        return target;
    }

    abstract class Contract implements DeployerContract {

        abstract String example();

        @Override
        public Deployer deployer() {
            return new WebhookDeployer(Duration.ofSeconds(2));
        }

        @Override
        public String settings() {
            return example().replace("URL", wire.url().toString());
        }

        @Override
        public Path folder() {
            return folder;
        }

        @Override
        public Shape fresh() {
            pipeline.begin(OLD);
            return shape(OLD);
        }

        @Override
        public List<List<Step>> ways() {
            return List.of(List.of(new Step(StepKind.SWITCH, SWITCH)));
        }

        @Override
        public int effects() {
            return pipeline.runs.size();
        }

        @Override
        public boolean diesAt(int act, Move move) throws Exception {
            return wire.diesAt(act, () -> target().apply(move));
        }

        @Override
        public void silence() {
            wire.close();
        }

        @Override
        public String faultySettings() {
            return """
                    part: shop
                    secrets: {token: token.txt}
                    timeoutSeconds: 0
                    intervalMillis: soon
                    typo: 1
                    trigger:
                      method: FETCH
                      url: https://user:password@ci.example/
                      headers: {Authorization: Bearer abc, Host: here, X-Run: "{run}", X-Gap: "{secret:other}"}
                      body: "{environment}"
                    run: {url: "ftp://ci.example", list: no pointer, at: /id}
                    status: {url: "https://ci.example/{secret:token}", success: [], running: [a]}
                    probe: {url: "https://ci.example/{digest}"}
                    """;
        }

        @Override
        public List<String> faultyFields() {
            return List.of(
                    "timeoutSeconds",
                    "intervalMillis",
                    "intervalMillis",
                    "typo",
                    "trigger.method",
                    "trigger.url",
                    "trigger.headers.Authorization",
                    "trigger.headers.Host",
                    "trigger.headers.X-Run",
                    "trigger.headers.X-Gap",
                    "trigger.body",
                    "run.url",
                    "run.list",
                    "run.field",
                    "status.url",
                    "status.at",
                    "status.success",
                    "status.failure",
                    "probe.url",
                    "probe.at");
        }
    }

    @Nested
    class Where_runs_are_listed_with_their_keys extends Contract {
        @Override
        String example() {
            return LIKE_GITHUB;
        }
    }

    @Nested
    class Where_the_key_in_the_header_is_kept extends Contract {
        @Override
        String example() {
            return LIKE_GITLAB;
        }
    }

    @Test
    void jenkins_names_a_run_only_when_it_leaves_the_queue() throws Exception {
        pipeline.lag = 2;
        target(LIKE_JENKINS).apply(SWITCH);
        assertThat(target(LIKE_JENKINS).probe()).isEqualTo(SWITCH.to());
        assertThat(pipeline.runs).hasSize(1);
    }

    @Test
    void github_lists_a_run_only_after_a_while() throws Exception {
        pipeline.lag = 3;
        target(LIKE_GITHUB).apply(SWITCH);
        assertThat(target(LIKE_GITHUB).probe()).isEqualTo(SWITCH.to());
        assertThat(pipeline.runs).hasSize(1);
    }

    @Test
    void what_is_filled_in_stays_one_value() throws Exception {
        Move odd = new Move("REL \"7\"/&x", SWITCH.digest(), SWITCH.reference(), SWITCH.from(), SWITCH.to());
        target(LIKE_GITHUB).apply(odd);
        assertThat(pipeline.runs).singleElement().returns("REL \"7\"/&x", run -> run.key);
        assertThat(pipeline.heard).anyMatch(line -> line.contains("\"environment\":\"prod\""));
    }

    @Test
    void a_run_that_fails_is_told_and_tried_again_by_the_next_try() throws Exception {
        pipeline.failing = true;
        assertThatThrownBy(() -> target(LIKE_GITHUB).apply(SWITCH))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("the run 0")
                .hasMessageContaining("ended with failure");
        assertThat(target(LIKE_GITHUB).probe()).isEqualTo(SWITCH.from());
        pipeline.failing = false;
        target(LIKE_GITHUB).apply(SWITCH);
        assertThat(target(LIKE_GITHUB).probe()).isEqualTo(SWITCH.to());
        assertThat(pipeline.runs).hasSize(2);
    }

    @Test
    void what_the_server_refuses_is_told_once_in_its_words_and_without_our_secret() {
        assertThatThrownBy(() -> {
                    Files.writeString(folder.resolve("token.txt"), "wrong");
                    target(LIKE_GITHUB).apply(SWITCH);
                })
                .isInstanceOf(HttpCall.Refused.class)
                .hasMessageContaining("401")
                .hasMessageContaining("Bad credentials Bearer ***")
                .hasMessageNotContaining("wrong");
        assertThat(pipeline.heard).hasSize(1);
    }

    @Test
    void a_server_that_is_busy_for_a_while_is_asked_again_how_far_it_is() throws Exception {
        Target target = target(LIKE_GITLAB);
        // The probe, the trigger, and then trouble.
        Thread trouble = Thread.ofVirtual().start(() -> {
            while (pipeline.runs.isEmpty()) {
                Thread.onSpinWait();
            }
            synchronized (pipeline) {
                pipeline.troubles.addAll(List.of(503, 429, 500));
            }
        });
        target.apply(SWITCH);
        trouble.join();
        assertThat(target.probe()).isEqualTo(SWITCH.to());
        assertThat(pipeline.runs).hasSize(1);
    }

    @Test
    void one_that_refuses_to_say_how_far_it_is_is_not_asked_again() throws Exception {
        pipeline.troubles.addAll(List.of(404));
        assertThatThrownBy(() -> target(LIKE_GITHUB).probe())
                .isInstanceOf(HttpCall.Refused.class)
                .hasMessageContaining("404 {\"message\":\"trouble 404 with ***\"}");
        assertThat(pipeline.heard).hasSize(1);
        pipeline.troubles.addAll(List.of(503));
        assertThatThrownBy(() -> target(LIKE_GITHUB).apply(SWITCH))
                .isInstanceOf(IOException.class)
                .isNotInstanceOf(HttpCall.Refused.class)
                .hasMessageContaining("503")
                .hasMessageNotContaining(FakePipeline.TOKEN);
    }

    @Test
    void a_run_without_end_is_left_after_its_time() {
        String impatient = LIKE_GITLAB.replace("timeoutSeconds: 5", "timeoutSeconds: 1").replace("/conclusion", "/nowhere");
        assertThatThrownBy(() -> target(impatient).apply(SWITCH))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("waited 1 s in vain for the end of the run 0");
    }

    @Test
    void what_it_says_and_the_settings_do_not_know_is_no_success() {
        String unknown = LIKE_GITLAB.replace("timeoutSeconds: 5", "timeoutSeconds: 1").replace("success: [success]", "success: [ok]");
        assertThatThrownBy(() -> target(unknown).apply(SWITCH))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("tells 'success', of which the settings do not say what it means");
    }

    @Test
    void nothing_that_runs_is_told_and_nothing_that_is_told_is_a_fault() throws Exception {
        pipeline.running = null;
        assertThat(target(LIKE_GITHUB).probe()).isEqualTo(Shape.of(new Part("shop", null, 0)));
        pipeline.running = "latest";
        assertThatThrownBy(() -> target(LIKE_GITHUB).probe())
                .hasMessageContaining("tells no digest at /image");
        assertThatThrownBy(() -> target(LIKE_GITHUB.replace("at: /image", "at: /images/0")).probe())
                .hasMessageContaining("tells nothing at /images/0");
    }

    @Test
    void an_answer_that_leads_elsewhere_does_not_lead_our_secrets_there() throws Exception {
        pipeline.url = "http://127.0.0.1:9";
        assertThatThrownBy(() -> target(LIKE_JENKINS).apply(SWITCH))
                .hasMessageContaining("leads to http://127.0.0.1:9, where our secrets do not go");
    }

    @Test
    void back_to_nothing_no_request_is_known() {
        Move undo = new Move(SWITCH.key(), SWITCH.digest(), SWITCH.reference(), SWITCH.to(), Shape.of(new Part("shop", null, 0)));
        assertThatThrownBy(() -> target(LIKE_GITHUB).undo(undo)).hasMessageContaining("no request is known");
    }
}
