package slipway.release;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.SQLException;
import java.util.Objects;
import java.util.stream.Collectors;
import slipway.release.packages.Packages;
import tools.jackson.core.JacksonException;

/// What went wrong, in words for people who did not write the program.
final class Fault {

    private Fault() {}

    /// A service that is being stopped interrupts its effects, and the platform calls that a fault of reading or writing. It is
    /// no verdict about the work: it is looked at again at the next start.
    static void unlessStopping() throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException("the service is being stopped");
        }
    }

    /// Our own sentences as they are; those of the platform, often a bare path, with the kind of fault before them.
    static String inWords(Exception fault) {
        if (fault instanceof UncheckedIOException unchecked) {
            return inWords(Objects.requireNonNull(unchecked.getCause()));
        }
        if (fault instanceof JacksonException unread) {
            return unread.getOriginalMessage() + where(unread);
        }
        boolean sentence = fault.getClass() == IOException.class
                || fault instanceof SQLException
                || fault instanceof IllegalArgumentException
                || fault instanceof Packages.Unfit;
        String message = fault.getMessage();
        return sentence && message != null
                ? message
                : fault.getClass().getSimpleName() + (message == null ? "" : ": " + message);
    }

    /// The path of fields where there is one: records are read as a whole, and their line is that of their end.
    private static String where(JacksonException fault) {
        String path = fault.getPath().stream()
                .map(step -> step.getPropertyName() == null ? "[" + step.getIndex() + "]" : step.getPropertyName())
                .collect(Collectors.joining("."));
        if (!path.isEmpty()) {
            return " (" + path + ")";
        }
        return fault.getLocation() == null ? "" : " (line " + fault.getLocation().getLineNr() + ")";
    }
}
