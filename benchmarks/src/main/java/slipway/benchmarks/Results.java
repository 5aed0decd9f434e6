package slipway.benchmarks;

import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// What was measured, as a table; rates beside that of the raw consumer, which no reader of the same log can beat.
final class Results {

    private final List<String> lines = new ArrayList<>();
    private final PrintStream out;
    private double base;

    Results(PrintStream out) {
        this.out = out;
    }

    /// The rate that others are held against.
    void base(String what, long facts, long bytes, Duration took) {
        base = rate(facts, took);
        rate(what, facts, took, "second of two; %,.1f MB/s".formatted(bytes / 1e6 / seconds(took)));
    }

    /// @param remark how it was measured, or what else was seen
    void rate(String what, long facts, Duration took, String remark) {
        double rate = rate(facts, took);
        line("%-28s %,12d %10.1f %,12.0f %8s   %s".formatted(
                what, facts, seconds(took), rate, base == 0 ? "" : "%.2f".formatted(rate / base), remark));
    }

    /// @param nanos of each, in their order of size
    void latency(String what, List<Long> nanos) {
        line("%-28s %,12d      p50 %.1f ms, p95 %.1f ms, p99 %.1f ms, most %.1f ms".formatted(
                what,
                nanos.size(),
                nanos.get(nanos.size() / 2) / 1e6,
                nanos.get(nanos.size() * 95 / 100) / 1e6,
                nanos.get(nanos.size() * 99 / 100) / 1e6,
                nanos.getLast() / 1e6));
    }

    private void line(String line) {
        lines.add(line);
        out.println("  " + line.strip());
    }

    void print() {
        out.println();
        out.println("%-28s %12s %10s %12s %8s   %s".formatted("what", "facts", "seconds", "facts/s", "× raw", "how"));
        lines.forEach(out::println);
    }

    private static double rate(long facts, Duration took) {
        return facts / seconds(took);
    }

    private static double seconds(Duration took) {
        return Math.max(1, took.toMillis()) / 1000.0;
    }
}
