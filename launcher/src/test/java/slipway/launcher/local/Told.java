package slipway.launcher.local;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/// All that a [Supervisor] tells.
///
/// @param lines so far
public record Told(List<String> lines) implements Supervisor.Telling {

    public Told() {
        this(new CopyOnWriteArrayList<>());
    }

    @Override
    public void trouble(String line) {
        lines.add(line);
    }

    @Override
    public void news(String line) {
        lines.add(line);
    }
}
