package slipway.backup.recipe;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// What a file has that neither Java nor the tar knows: lists of access (ACLs), capabilities, notes of users. Linux is asked by the call that
/// `getfattr` makes, as that is seldom installed.
final class Attributes implements AutoCloseable {

    /// The kernel gives no longer list.
    private static final int LONGEST = 1 << 16;
    private static final int NO_SUCH_FILE = 2;
    private static final int NOT_SUPPORTED = 95;
    /// Labels of SELinux are those of the place: whoever moves files there labels them anew.
    private static final String LABEL = "security.selinux";

    private static final StructLayout STATE = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO = STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));
    private static final Optional<MethodHandle> LIST = list();

    private final Arena arena = Arena.ofConfined();
    private final MemorySegment names = arena.allocate(LONGEST);
    private final MemorySegment state = arena.allocate(STATE);

    private static Optional<MethodHandle> list() {
        try {
            Linker linker = Linker.nativeLinker();
            return linker.defaultLookup()
                    .find("llistxattr")
                    .map(call -> linker.downcallHandle(
                            call,
                            FunctionDescriptor.of(
                                    ValueLayout.JAVA_LONG, ValueLayout.ADDRESS, ValueLayout.ADDRESS, ValueLayout.JAVA_LONG),
                            Linker.Option.captureCallState("errno")));
        } catch (IllegalCallerException | UnsupportedOperationException e) {
            return Optional.empty();
        }
    }

    /// Whether this system can be asked.
    static boolean known() {
        return LIST.isPresent();
    }

    /// By the names that the system gives them, such as `security.capability`; of a symbolic link, those of the link itself. None where
    /// nobody can be asked.
    List<String> of(Path path) throws IOException {
        if (LIST.isEmpty()) {
            return List.of();
        }
        try (Arena call = Arena.ofConfined()) {
            MemorySegment name = call.allocateFrom(path.toString());
            long bytes = (long) LIST.get().invokeExact(state, name, names, (long) LONGEST);
            if (bytes < 0) {
                int errno = (int) ERRNO.get(state, 0L);
                if (errno == NO_SUCH_FILE || errno == NOT_SUPPORTED) {
                    return List.of();
                }
                throw new IOException(path + " does not tell its attributes: error " + errno);
            }
            String all = StandardCharsets.UTF_8.decode(names.asSlice(0, bytes).asByteBuffer()).toString();
            return Stream.of(all.split("\0")).filter(each -> !each.isEmpty() && !each.equals(LABEL)).sorted().toList();
        } catch (IOException | RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        arena.close();
    }
}
