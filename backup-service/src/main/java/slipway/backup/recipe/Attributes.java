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
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/// What a file has that neither Java nor the tar knows: lists of access (ACLs), capabilities, notes of users. Linux is asked by the call that
/// `getfattr` makes, as that is seldom installed.
final class Attributes implements AutoCloseable {

    /// The kernel gives no longer list.
    private static final int LONGEST = 1 << 16;
    private static final int NO_SUCH_FILE = 2;
    private static final int NO_SUCH_ATTRIBUTE = 61;
    private static final int NOT_SUPPORTED = 95;
    /// Labels of SELinux are those of the place: whoever moves files there labels them anew.
    private static final String LABEL = "security.selinux";

    private static final StructLayout STATE = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO = STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));
    private static final Optional<MethodHandle> LIST =
            call("llistxattr", ValueLayout.ADDRESS, ValueLayout.ADDRESS, ValueLayout.JAVA_LONG);
    private static final Optional<MethodHandle> GET =
            call("lgetxattr", ValueLayout.ADDRESS, ValueLayout.ADDRESS, ValueLayout.ADDRESS, ValueLayout.JAVA_LONG);

    private final Arena arena = Arena.ofConfined();
    private final MemorySegment answer = arena.allocate(LONGEST);
    private final MemorySegment state = arena.allocate(STATE);

    private static Optional<MethodHandle> call(String name, MemoryLayout... takes) {
        try {
            Linker linker = Linker.nativeLinker();
            return linker.defaultLookup()
                    .find(name)
                    .map(call -> linker.downcallHandle(
                            call,
                            FunctionDescriptor.of(ValueLayout.JAVA_LONG, takes),
                            Linker.Option.captureCallState("errno")));
        } catch (IllegalCallerException | UnsupportedOperationException e) {
            return Optional.empty();
        }
    }

    /// Whether this system can be asked.
    static boolean known() {
        return LIST.isPresent() && GET.isPresent();
    }

    /// Whether any file system of Linux takes it back; the others are words of one (`system.nfs4_acl`) or of whoever mounted it (`trusted.…`).
    static boolean isComparable(String name) {
        return name.startsWith("user.") || name.startsWith("system.posix_acl_") || name.equals("security.capability");
    }

    /// Over the names and values of those of every file that can be compared.
    ///
    /// @param wanted as in [Tree#write]
    static String digest(Path directory, Predicate<Path> wanted) throws IOException {
        List<String> lines = new ArrayList<>();
        try (Attributes attributes = new Attributes()) {
            Oddities.walk(directory, wanted, path -> {
                for (String name : attributes.of(path)) {
                    if (isComparable(name)) {
                        lines.add(directory.relativize(path) + " " + name + " " + attributes.value(path, name));
                    }
                }
            });
        }
        return TreeLook.digest(lines);
    }

    /// By the names that the system gives them, such as `security.capability`; of a symbolic link, those of the link itself. None where
    /// nobody can be asked.
    List<String> of(Path path) throws IOException {
        if (LIST.isEmpty()) {
            return List.of();
        }
        try (Arena call = Arena.ofConfined()) {
            MemorySegment file = call.allocateFrom(path.toString());
            byte[] all = said((long) LIST.get().invokeExact(state, file, answer, (long) LONGEST), path);
            return Stream.of(new String(all, StandardCharsets.UTF_8).split("\0"))
                    .filter(each -> !each.isEmpty() && !each.equals(LABEL))
                    .sorted()
                    .toList();
        } catch (IOException | RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    /// Hexadecimal.
    private String value(Path path, String name) throws IOException {
        try (Arena call = Arena.ofConfined()) {
            MemorySegment file = call.allocateFrom(path.toString());
            MemorySegment attribute = call.allocateFrom(name);
            return HexFormat.of()
                    .formatHex(said((long) GET.orElseThrow().invokeExact(state, file, attribute, answer, (long) LONGEST), path));
        } catch (IOException | RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    private byte[] said(long bytes, Path path) throws IOException {
        if (bytes >= 0) {
            return answer.asSlice(0, bytes).toArray(ValueLayout.JAVA_BYTE);
        }
        int errno = (int) ERRNO.get(state, 0L);
        if (errno == NO_SUCH_FILE || errno == NO_SUCH_ATTRIBUTE || errno == NOT_SUPPORTED) {
            return new byte[0];
        }
        throw new IOException(path + " does not tell its attributes: error " + errno);
    }

    @Override
    public void close() {
        arena.close();
    }
}
