package slipway.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import slipway.change.domain.ChangeEvent.ImpactAssessed;
import slipway.change.domain.Impact;
import slipway.change.domain.Inventory;
import slipway.change.domain.Inventory.Item;

/// The impact of one item in an inventory of 100,000 with 300,000 edges between them, laid at random from a fixed seed, cycles
/// included: nearly everything is reached, which is the worst case.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class ImpactBenchmark {

    private static final int ITEMS = 100_000;
    private static final int EDGES_EACH = 3;

    private Inventory inventory = new Inventory(List.of(), List.of());

    @Setup
    public void lay() {
        Random random = new Random(7);
        List<Item> items = new ArrayList<>();
        for (int i = 0; i < ITEMS; i++) {
            List<String> impacts = random.ints(EDGES_EACH, 0, ITEMS)
                    .mapToObj(other -> "ci-" + other)
                    .toList();
            items.add(new Item("ci-" + i, "Item " + i, 1 + i % 5, 1 + i % 4, "owners", impacts, List.of(), List.of()));
        }
        inventory = new Inventory(List.of(), items);
    }

    @Benchmark
    public ImpactAssessed impact() {
        return Impact.of(List.of("ci-0"), inventory);
    }
}
