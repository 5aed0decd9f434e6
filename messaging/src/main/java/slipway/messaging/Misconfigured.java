package slipway.messaging;

import java.util.LinkedHashSet;
import java.util.List;

/// A service cannot start as it is set up: every fault of its files and settings, each once, with its place. People read that instead of a stack trace.
public final class Misconfigured extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    private final transient List<String> faults;

    /// @param faults at least one, each with its file or setting
    public Misconfigured(List<String> faults) {
        super(message(List.copyOf(new LinkedHashSet<>(faults))));
        this.faults = List.copyOf(new LinkedHashSet<>(faults));
    }

    public List<String> faults() {
        return faults;
    }

    private static String message(List<String> faults) {
        return (faults.size() == 1 ? "1 fault" : faults.size() + " faults") + " in its files and settings:\n- " + String.join("\n- ", faults);
    }
}
