package slipway.http;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.util.LinkedHashSet;
import java.util.List;

/// A service cannot start as it is set up: every fault of its files and settings, each once, with its place. People read that instead of a stack trace.
public final class Misconfigured extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    private final transient List<String> faults;

    /// @param faults at least one, each with its file or setting
    public Misconfigured(List<String> faults) {
        List<String> each = List.copyOf(new LinkedHashSet<>(faults));
        super((each.size() == 1 ? "1 fault" : each.size() + " faults") + " in its files and settings:\n- " + String.join("\n- ", each));
        this.faults = each;
    }

    public List<String> faults() {
        return faults;
    }

    /// How a file is read that people wrote.
    @FunctionalInterface
    public interface Reading<T> {

        /// @throws Refusal naming every fault in it
        T read() throws IOException;
    }

    /// @param where which file that is, as its faults begin
    /// @throws Misconfigured naming every fault
    public static <T> T reading(String where, Reading<T> file) {
        try {
            return file.read();
        } catch (NoSuchFileException _) {
            throw new Misconfigured(List.of(where + ": is not there"));
        } catch (AccessDeniedException _) {
            throw new Misconfigured(List.of(where + ": may not be read"));
        } catch (IOException e) {
            throw new Misconfigured(List.of(where + ": cannot be read: " + e));
        } catch (Refusal e) {
            throw new Misconfigured(e.reasons().stream().map(fault -> where + ": " + fault).toList());
        }
    }
}
