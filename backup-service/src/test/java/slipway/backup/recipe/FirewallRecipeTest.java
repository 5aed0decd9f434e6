package slipway.backup.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
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
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import slipway.backup.recipe.LiveRecipes.Captured;
import slipway.program.Installed;
import slipway.program.Programs;
import slipway.program.Running;

/// A real firewall of the kernel, in a network namespace of its own: captured, damaged, restored and compared.
class FirewallRecipeTest {

    private static final String RULES =
            """
            table inet shop {
              set office { type ipv4_addr; elements = { 192.0.2.1, 192.0.2.7 } }
              chain input {
                type filter hook input priority 0; policy drop;
                ip saddr @office tcp dport 22 counter accept
                tcp dport 443 accept
              }
            }
            """;

    @TempDir
    private Path folder;

    private final AtomicReference<String> failure = new AtomicReference<>("");
    private Running keeper;
    private Item item;
    private Recipe nftables;

    @BeforeEach
    void start() throws Exception {
        String nft = Installed.program("nft");
        List.of("unshare", "nsenter", "socat", "nc").forEach(Installed::program);
        Programs.Ended namespaces =
                Programs.run(List.of("unshare", "--net", nft, "list", "ruleset"), folder, Map.of(), Duration.ofSeconds(10));
        // Where it may not have a namespace of its own, a person's test is left out; in CI it fails below.
        assumeTrue(namespaces.exit() == 0 || "true".equals(System.getenv("CI")), namespaces.words());
        keeper = Programs.start(List.of("unshare", "--net", "sleep", "600"), folder, Map.of());
        Path namespace = Path.of("/proc/" + keeper.handle().pid() + "/ns/net");
        Awaitility.await().until(() -> !Files.readSymbolicLink(namespace)
                .equals(Files.readSymbolicLink(Path.of("/proc/self/ns/net"))));
        item = new Item("firewall", "nftables", Map.of("namespace", namespace.toString(), "reach", "", "reachPort", "443", "revertAfter", "60"));
        nftables = recipe("nftables", folder.resolve("work"));
    }

    @AfterEach
    void stop() {
        if (keeper != null) {
            keeper.close();
        }
    }

    private void load(String rules) throws Exception {
        Path file = Files.writeString(folder.resolve("rules.nft"), rules);
        Programs.Ended ended = Programs.run(
                List.of("nsenter", "--net=" + item.text("namespace"), Installed.program("nft"), "-f", file.toString()),
                folder,
                Map.of(),
                Duration.ofSeconds(10));
        assertThat(ended.exit()).as(ended.words()).isZero();
    }

    @Test
    void every_rule_comes_back_after_all_were_flushed() throws Exception {
        load(RULES);
        Captured captured = capture(nftables, item);
        load("flush ruleset\n");
        assertThat(restore(nftables, item, captured, folder.resolve("scratch"))).isEqualTo(captured.capture().contents());
        load("table inet other { chain input { type filter hook input priority 0; policy accept;\n}\n}\n");
        assertThat(LiveRecipes.overwrite(nftables, item, captured, folder.resolve("scratch")))
                .isEqualTo(captured.capture().contents());
        assertThat(folder.resolve("scratch/ruleset.nft")).content().contains("192.0.2.7", "policy drop", "dport 443");
    }

    @Test
    void a_firewall_without_rules_is_nothing_to_keep_though_nft_says_0() {
        assertThatThrownBy(() -> capture(nftables, item)).hasMessageContaining("does not have ^table ");
    }

    @Test
    void rules_that_lack_one_are_other_rules_and_broken_ones_are_none() throws Exception {
        load(RULES);
        Captured captured = capture(nftables, item);
        Captured less = damaged(captured, folder, "ruleset.nft", bytes -> new String(bytes, StandardCharsets.UTF_8)
                .replace("tcp dport 443 accept", "")
                .getBytes(StandardCharsets.UTF_8));
        assertThat(restore(nftables, item, less, folder.resolve("less"))).isNotEqualTo(captured.capture().contents());
        Captured cut = damaged(captured, folder, "ruleset.nft", LiveRecipes::cut);
        assertThatThrownBy(() -> restore(nftables, item, cut, folder.resolve("cut")))
                .hasMessageContaining("unshare failed with exit 1");
    }

    private String rules() throws Exception {
        return inside(Installed.program("nft"), "-s", "list", "ruleset").out();
    }

    private Programs.Ended inside(String... argv) throws Exception {
        List<String> all = new ArrayList<>(List.of("nsenter", "--net=" + item.text("namespace")));
        all.addAll(List.of(argv));
        return Programs.run(all, folder, Map.of(), Duration.ofSeconds(10));
    }

    private Item reaching(int port, String revertAfter) {
        Map<String, String> given = new HashMap<>(item.parameters());
        given.putAll(Map.of("reach", "127.0.0.1", "reachPort", String.valueOf(port), "revertAfter", revertAfter));
        return new Item("firewall", "nftables", given);
    }

    private static final String OPEN = "flush ruleset\ntable inet open { chain input { type filter hook input priority 0; policy accept;\n}\n}\n";

    @Test
    void rules_that_cut_off_what_has_to_be_reached_are_a_failure_and_those_from_before_can_be_written_back() throws Exception {
        assertThat(inside(Installed.program("ip"), "link", "set", "lo", "up").exit()).isZero();
        Item reaching = reaching(443, "60");
        load(RULES.replace("tcp dport 443 accept", ""));
        Captured closed = capture(nftables, reaching);
        restore(nftables, reaching, closed, folder.resolve("closed"));
        load(OPEN);
        Captured open = capture(nftables, reaching);
        restore(nftables, reaching, open, folder.resolve("open"));
        try (Running server = Programs.start(
                List.of("nsenter", "--net=" + item.text("namespace"), "socat", "TCP-LISTEN:443,fork,reuseaddr", "SYSTEM:true"), folder, Map.of())) {
            Awaitility.await().until(() -> server.runs() && inside("nc", "-z", "127.0.0.1", "443").exit() == 0);
            assertThatThrownBy(() -> LiveRecipes.overwrite(nftables, reaching, closed, folder.resolve("closed")))
                    .hasMessageContaining("nsenter failed with exit 1");
            assertThat(LiveRecipes.overwrite(nftables, reaching, open, folder.resolve("open"))).isEqualTo(open.capture().contents());
            assertThat(rules()).contains("table inet open").doesNotContain("shop");
        }
    }

    /// What waits with the rules from before: nft, and socat, which ends that in time.
    private List<ProcessHandle> guards(String program) {
        return ProcessHandle.allProcesses()
                .filter(each -> each.info().commandLine().filter(line -> line.contains(folder + "/") && line.contains("/in-time")).isPresent())
                .filter(each -> each.info().command().filter(command -> command.matches(".*/" + program + "[0-9]*")).isPresent())
                .toList();
    }

    private Thread overwriting(Item item, Captured captured, Path tree) {
        return Thread.ofVirtual().start(() -> {
            try {
                LiveRecipes.overwrite(nftables, item, captured, tree);
            } catch (Exception e) {
                failure.set(e.getMessage());
            }
        });
    }

    private Captured closed(Item reaching, String rule) throws Exception {
        assertThat(inside(Installed.program("ip"), "link", "set", "lo", "up").exit()).isZero();
        load(RULES.replace("tcp dport 443 accept", rule));
        Captured closed = capture(nftables, reaching);
        restore(nftables, reaching, closed, folder.resolve("closed"));
        load(OPEN);
        return closed;
    }

    /// A restore that does not come to its end: here it waits for an answer that these rules drop.
    @Test
    void the_rules_from_before_come_back_by_themselves() throws Exception {
        Item reaching = reaching(443, "60");
        Captured closed = closed(reaching, "");
        String before = rules();
        Thread restoring = overwriting(reaching, closed, folder.resolve("closed"));
        Awaitility.await().until(() -> rules().contains("policy drop"));
        assertThat(guards("socat")).hasSize(1).allMatch(ProcessHandle::destroy);
        Awaitility.await().until(() -> rules().equals(before));
        restoring.join();
        assertThat(rules()).isEqualTo(before);
    }

    /// The attempt before was ended when the new rules were live.
    @Test
    void done_again_it_still_takes_back_to_the_rules_from_before() throws Exception {
        Captured closed = closed(reaching(443, "60"), "tcp dport 443 reject with tcp reset");
        String before = rules();
        assertThatThrownBy(() -> LiveRecipes.overwrite(nftables, reaching(443, "60"), closed, folder.resolve("closed")))
                .hasMessageContaining("nsenter failed with exit 1");
        assertThat(rules()).contains("policy drop");
        Thread again = overwriting(reaching(443, "1"), closed, folder.resolve("closed"));
        Awaitility.await().until(() -> rules().equals(before));
        again.join();
        assertThat(rules()).isEqualTo(before);
    }

    @Test
    void a_restore_fails_when_nobody_is_left_who_would_bring_the_rules_back() throws Exception {
        Item reaching = reaching(443, "60");
        Captured closed = closed(reaching, "");
        try (Running server = Programs.start(
                List.of("nsenter", "--net=" + item.text("namespace"), "socat", "TCP-LISTEN:443,fork,reuseaddr", "SYSTEM:true"), folder, Map.of())) {
            Awaitility.await().until(() -> server.runs() && inside("nc", "-z", "127.0.0.1", "443").exit() == 0);
            Thread restoring = overwriting(reaching, closed, folder.resolve("closed"));
            Awaitility.await().until(() -> rules().contains("policy drop"));
            assertThat(guards("nft")).hasSize(1).allMatch(ProcessHandle::destroyForcibly);
            load(OPEN);
            restoring.join();
            assertThat(failure.get()).startsWith("socat failed with");
        }
    }

    /// What is through is not taken back.
    @Test
    void nobody_takes_back_rules_that_were_put_back() throws Exception {
        load(RULES);
        Captured captured = capture(nftables, item);
        restore(nftables, item, captured, folder.resolve("scratch"));
        load(OPEN);
        assertThat(LiveRecipes.overwrite(nftables, item, captured, folder.resolve("scratch"))).isEqualTo(captured.capture().contents());
        assertThat(guards(".*")).isEmpty();
        assertThat(rules()).contains("table inet shop");
    }
}
