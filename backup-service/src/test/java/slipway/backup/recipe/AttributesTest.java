package slipway.backup.recipe;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What neither Java nor the tar knows of a file: it is lost, and not in silence.
class AttributesTest {

    @TempDir
    private Path source;

    private final Recipe recipe = new DirectoryRecipe(Clock.systemUTC());

    /// As `setfattr` does, which is seldom installed.
    static void set(Path path, String attribute, byte[] value) throws Throwable {
        Linker linker = Linker.nativeLinker();
        MethodHandle call = linker.downcallHandle(
                linker.defaultLookup().find("lsetxattr").orElseThrow(),
                FunctionDescriptor.of(
                        ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.ADDRESS, ValueLayout.ADDRESS, ValueLayout.JAVA_LONG,
                        ValueLayout.JAVA_INT));
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment bytes = arena.allocateFrom(ValueLayout.JAVA_BYTE, value);
            assertThat((int) call.invokeExact(
                            arena.allocateFrom(path.toString()), arena.allocateFrom(attribute), bytes, (long) value.length, 0))
                    .isZero();
        }
    }

    private Map<String, String> noted() throws Exception {
        Item item = new Item("configuration", "directory", Map.of("path", source.toString()));
        return recipe.capture(item, "BKP-1", new ByteArrayOutputStream()).notes();
    }

    @Test
    void what_only_the_file_system_knows_of_a_file_is_told_by_the_files_name() throws Throwable {
        Files.createDirectory(source.resolve("shared"));
        Files.writeString(source.resolve("big"), "1");
        Files.createSymbolicLink(source.resolve("link"), Path.of("big"));
        assertThat(noted()).doesNotContainKey("warnings");
        Path read = Files.writeString(source.resolve("nä me"), "1");
        // The owner may do all, user 1 may read, nobody else anything.
        ByteBuffer list = ByteBuffer.allocate(44).order(ByteOrder.LITTLE_ENDIAN).putInt(2);
        for (int[] each : new int[][] {{0x01, 7, -1}, {0x02, 4, 1}, {0x04, 0, -1}, {0x10, 4, -1}, {0x20, 0, -1}}) {
            list.putShort((short) each[0]).putShort((short) each[1]).putInt(each[2]);
        }
        set(read, "system.posix_acl_access", list.array());
        set(source.resolve("shared"), "system.posix_acl_default", list.array());
        set(source.resolve("big"), "user.note", new byte[] {1});
        String told = "shared (system.posix_acl_default); big (user.note); nä me (system.posix_acl_access)";
        if (Inode.of(source).uid() == 0) {
            Path program = Files.writeString(source.resolve("program"), "#!/bin/true");
            // Ports below 1024, effective at once.
            set(program, "security.capability", ByteBuffer.allocate(20).order(ByteOrder.LITTLE_ENDIAN).putInt(0x02000001).putInt(1 << 10).array());
            told += "; program (security.capability)";
        }
        String warnings = noted().get("warnings");
        assertThat(warnings).startsWith("has attributes that are not kept: ");
        assertThat(warnings.substring(warnings.indexOf(": ") + 2).split("; ")).containsExactlyInAnyOrder(told.split("; "));
        for (int i = 0; i < 30; i++) {
            set(Files.writeString(source.resolve("more" + i), "1"), "user.note", new byte[] {1});
        }
        assertThat(noted().get("warnings")).matches(".*; and 1[34] more");
    }
}
