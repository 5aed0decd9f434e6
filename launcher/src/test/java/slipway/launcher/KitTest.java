package slipway.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KitTest {

    @TempDir
    private Path home;

    private static byte[] zip(String name) throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            zip.putNextEntry(new ZipEntry(name));
            zip.write("content".getBytes());
        }
        return bytes.toByteArray();
    }

    @Test
    void a_kit_is_written_into_a_directory_of_its_own_and_nothing_is_written_over() throws Exception {
        Path out = home.resolve("kit");
        assertThat(Kit.unpack(zip("restore.sh"), out)).containsExactly(out.resolve("restore.sh"));
        assertThat(out.resolve("restore.sh")).hasContent("content");
        assertThatThrownBy(() -> Kit.unpack(zip("restore.sh"), out)).isInstanceOf(Refused.class);
    }

    @Test
    void a_name_that_leads_elsewhere_is_refused() throws Exception {
        for (String name : new String[] {"../restore.sh", "/etc/passwd", "a/b", ".profile", "a\nb"}) {
            assertThatThrownBy(() -> Kit.unpack(zip(name), home.resolve("kit-" + name.hashCode())))
                    .isInstanceOf(Refused.class);
        }
        try (var all = Files.walk(home)) {
            assertThat(all.filter(Files::isRegularFile)).isEmpty();
        }
    }
}
