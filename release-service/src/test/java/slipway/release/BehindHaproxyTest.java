package slipway.release;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import slipway.messaging.RunningService;
import slipway.release.analysis.Verdict;
import slipway.release.domain.ReleaseEvent.CanaryAnalysisCompleted;
import slipway.release.domain.ReleaseEvent.ReleaseDeployed;
import slipway.release.domain.ReleaseEvent.RollbackCompleted;
import slipway.release.domain.ReleaseEvent.RolloutStepCompleted;

/// Releases before a real HAProxy, while people use what is released.
class BehindHaproxyTest {

    @TempDir
    Path folder;

    private static List<String> steps(Neighbours thread) {
        return thread.all(RolloutStepCompleted.class).stream()
                .filter(step -> step.environment().equals("prod"))
                .map(step -> step.kind() + " " + step.name())
                .toList();
    }

    private static void more(Load load, int answers) {
        int until = load.size() + answers;
        await().atMost(Duration.ofSeconds(60)).until(() -> load.size() > until);
    }

    @Test
    void a_blue_green_switch_under_load_loses_no_request() throws Exception {
        try (ShopFront shop = new ShopFront(folder);
                RunningService service = shop.service("strategy: BLUE_GREEN\nkeepSeconds: 2")) {
            Load load = new Load(shop.proxy.url());
            try (load) {
                more(load, 400);
                Neighbours thread = Neighbours.of(service).schedule("2.1.0").until(ReleaseDeployed.class, 2);
                assertThat(steps(thread))
                        .containsExactly(
                                "PREVIEW new", "ANALYSE new", "CUTOVER prod", "ANALYSE new", "BAKE 2 s", "RETIRE old", "VALIDATE prod");
                more(load, 400);
            }
            assertThat(load.size()).isGreaterThan(1_000);
            assertThat(load.answers()).filteredOn(answer -> answer.status() != 200).isEmpty();
            for (int client = 0; client < Load.clients(); client++) {
                List<String> changes = new ArrayList<>();
                for (Load.Answer answer : load.of(client)) {
                    if (changes.isEmpty() || !changes.getLast().equals(answer.said())) {
                        changes.add(answer.said());
                    }
                }
                assertThat(changes).as("what client %d met", client).containsExactly("2.0.0", "2.1.0");
            }
            assertThat(folder.resolve("blue1/current")).as("retired").doesNotExist();
        }
    }

    @Test
    void a_bad_canary_is_met_by_its_share_found_in_prometheus_and_met_by_nobody_again() throws Exception {
        try (ShopFront shop = new ShopFront(folder);
                PrometheusServer prometheus = PrometheusServer.start(folder, shop.proxy.metrics());
                RunningService service = shop.service(
                        """
                        strategy: CANARY
                        weights: [10]
                        analysis: errors
                        prometheus: {url: "%s"}
                        analyses:
                          errors:
                            judge: THRESHOLD
                            metrics:
                              share:
                                query: >-
                                  sum(increase(haproxy_server_http_responses_total{proxy="shop",server=~"{part}[0-9]",code="5xx"}[3s]))
                                  / sum(increase(haproxy_server_http_responses_total{proxy="shop",server=~"{part}[0-9]"}[3s]))
                                traffic:
                                  query: sum(increase(haproxy_server_http_responses_total{proxy="shop",server=~"{part}[0-9]"}[3s]))
                                  minimum: 5
                                successCondition: result[0] < 0.05
                                initialDelayMillis: 4000
                                count: 3
                                intervalMillis: 500
                        """
                                .formatted(prometheus.url()))) {
            Load load = new Load(shop.proxy.url());
            Neighbours thread;
            try (load) {
                more(load, 400);
                thread = Neighbours.of(service).schedule("2.1.0-bad").until(RollbackCompleted.class, 1);
                more(load, 400);
            }
            CanaryAnalysisCompleted analysis = thread.all(CanaryAnalysisCompleted.class).getFirst();
            assertThat(analysis.verdict()).as(analysis.reason()).isEqualTo(Verdict.FAIL);
            assertThat(analysis.samples()).allSatisfy(sample -> {
                assertThat(sample.instance()).isEqualTo("green");
                assertThat(sample.values()).as("all that it answers is 5xx").containsExactly(1.0);
            });
            assertThat(steps(thread)).containsExactly("PREVIEW new", "WEIGHT 10 %", "REVERT prod");

            List<Load.Answer> answers = load.answers();
            List<Integer> bad = new ArrayList<>();
            for (int i = 0; i < answers.size(); i++) {
                if (answers.get(i).said().equals("2.1.0-bad")) {
                    bad.add(i);
                }
            }
            assertThat(bad).as("who met the canary").hasSizeGreaterThan(20);
            assertThat(bad.getFirst()).as("before it nobody did").isGreaterThan(400);
            assertThat(bad.getLast()).as("after it nobody did").isLessThan(answers.size() - 400);
            // Round robin by weights goes round in 200 requests, and four clients' answers overtake each other.
            int all = bad.getLast() - bad.getFirst() + 1;
            assertThat(bad.size()).as("of %d", all).isCloseTo(all / 10, within(8));
            Set<String> others = answers.stream()
                    .filter(answer -> !answer.said().equals("2.1.0-bad"))
                    .map(answer -> answer.status() + " " + answer.said())
                    .collect(Collectors.toSet());
            assertThat(others).containsExactly("200 2.0.0");
            assertThat(folder.resolve("green1/current")).doesNotExist();
        }
    }
}
