package slipway.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import slipway.audit.evidence.Bounds;
import slipway.audit.evidence.EvidencePacks;
import slipway.audit.evidence.Scope;
import slipway.audit.evidence.Written;

/// When no pack is given.
class EvidenceRefusedTest {

    @TempDir
    Path directory;

    @Test
    void what_led_to_it_may_still_be_unread() throws Exception {
        try (Workbench bench = new Workbench("part")) {
            bench.live(bench.log().refused("CHG-2"));
            bench.live(bench.log().cancelled("CHG-2", 2, "CHG-2", "CHG-1#1"));
            assertThatThrownBy(() -> Packing.of(bench, directory.resolve("before")).pack(new Scope.OfChange("CHG-2")))
                    .isInstanceOf(EvidencePacks.NotNow.class)
                    .hasMessageContaining("ChangeCancelled, fact 2 of CHG-2, because of fact CHG-1#1");
            bench.live(bench.log().cancelled("CHG-1", 1, "why"));
            Written pack = Packing.of(bench, directory.resolve("after")).pack(new Scope.OfChange("CHG-2"));
            assertThat(Packing.ids(Packing.lines(pack, "facts.jsonl"))).containsExactlyInAnyOrder("CHG-1#1", "CHG-2#1", "CHG-2#2");
        }
    }

    @Test
    void when_nothing_is_signed_any_more_a_pack_would_lack_what_came_since() {
        Packing packing = Packing.ofTheYear(directory);
        packing.trouble = "the ledger was set back";
        assertThatThrownBy(() -> packing.pack(new Scope.OfChange(Packing.voted())))
                .isInstanceOf(EvidencePacks.NotNow.class)
                .hasMessage("nothing is signed any more, and a pack would lack what came since: the ledger was set back");
    }

    @Test
    void a_freeze_is_no_change() throws Exception {
        String freeze = Year.facts().stream().filter(each -> each.type().equals("FreezeDeclared")).findFirst().orElseThrow().key();
        assertThat(Packing.ofTheYear(directory).packs("").write(new Scope.OfChange(freeze), List.of(), "olu", "token")).isEmpty();
    }

    @Test
    void what_nobody_would_open_is_not_made() {
        Packing packing = Packing.ofTheYear(directory);
        Scope scope = new Scope.OfChange(Packing.voted());
        for (Bounds bounds : List.of(new Bounds(10_000, 1_000), new Bounds(10_000, 100_000), new Bounds(9, 256L << 20))) {
            assertThatThrownBy(() -> packing.packs("", bounds).write(scope, List.of(), "olu", "token"))
                    .as("%s", bounds)
                    .isInstanceOf(EvidencePacks.TooLarge.class)
                    .hasMessageContaining("draw fewer changes");
        }
    }

    @Test
    void one_is_made_after_the_other() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch told = new CountDownLatch(1);
        ExecutorService threads = Executors.newCachedThreadPool();
        HttpServer backups = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        backups.createContext("/", exchange -> {
            asked.countDown();
            try {
                told.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            exchange.sendResponseHeaders(404, -1);
            exchange.close();
        });
        backups.start();
        try {
            EvidencePacks packs = Packing.ofTheYear(directory).packs("http://127.0.0.1:" + backups.getAddress().getPort());
            Scope scope = new Scope.OfChange(Packing.voted());
            Future<?> first = threads.submit(() -> packs.write(scope, List.of(), "olu", "token"));
            asked.await();
            assertThatThrownBy(() -> packs.write(scope, List.of(), "olu", "token"))
                    .isInstanceOf(EvidencePacks.NotNow.class)
                    .hasMessage("another pack is being made: ask again when it is done");
            told.countDown();
            first.get();
            assertThat(packs.write(scope, List.of(), "olu", "token")).isPresent();
        } finally {
            told.countDown();
            backups.stop(0);
            threads.shutdown();
        }
    }
}
