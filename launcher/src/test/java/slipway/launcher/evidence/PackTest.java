package slipway.launcher.evidence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Zips that nobody should open.
class PackTest {

    private static final Map.Entry<String, byte[]> MANIFEST = file("manifest.json", "{\"format\":\"slipway-evidence/1\",\"files\":[]}");

    @TempDir
    private Path home;

    private Path zip;

    @BeforeEach
    void somewhere() {
        zip = home.resolve("pack.zip");
    }

    private static Map.Entry<String, byte[]> file(String name, String text) {
        return Map.entry(name, text.getBytes(StandardCharsets.UTF_8));
    }

    private void refused(String why) {
        assertThatThrownBy(() -> Pack.open(zip)).isInstanceOf(Unreadable.class).hasMessageContaining(why);
        try (var all = Files.walk(home)) {
            assertThat(all.filter(Files::isRegularFile)).as("nothing is unpacked").containsExactly(zip);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void a_name_that_leads_elsewhere_is_refused() {
        for (String name : List.of("../x", "/etc/passwd", "log/../../x", "log//x", ".hidden", "log\\x", "a\nb", "log/", "x".repeat(300))) {
            Packs.zip(zip, List.of(MANIFEST, file(name, "content")));
            refused("a file in it has an odd name: ");
        }
    }

    @Test
    void two_files_of_one_name_are_refused() throws IOException {
        Packs.zip(zip, List.of(MANIFEST, file("report.html", "one"), file("Report.html", "two")));
        refused("two files in it have one name");
        // No program writes such a zip: a name is changed afterwards, in both places where it stands.
        Packs.zip(zip, List.of(MANIFEST, file("report-1.html", "one"), file("report-2.html", "two")));
        rename("report-2.html", "report-1.html");
        refused("two files in it have one name: report-1.html");
    }

    private void rename(String from, String to) throws IOException {
        String bytes = Files.readString(zip, StandardCharsets.ISO_8859_1);
        Files.writeString(zip, bytes.replace(from, to), StandardCharsets.ISO_8859_1);
    }

    @Test
    void a_zip_that_says_one_thing_from_its_beginning_and_another_by_its_directory_is_refused() throws IOException {
        Packs.zip(zip, List.of(MANIFEST, file("report-1.html", "one")));
        String bytes = Files.readString(zip, StandardCharsets.ISO_8859_1);
        int inDirectory = bytes.lastIndexOf("report-1.html");
        Files.writeString(
                zip, bytes.substring(0, inDirectory) + "report-2.html" + bytes.substring(inDirectory + "report-2.html".length()), StandardCharsets.ISO_8859_1);
        refused("names other files than there are in it");

        Packs.zip(zip, List.of(MANIFEST));
        byte[] pack = Files.readAllBytes(zip);
        byte[] behind = new byte[pack.length + 3];
        System.arraycopy(pack, 0, behind, 3, pack.length);
        Files.write(zip, behind);
        refused("");
    }

    @Test
    void a_bomb_is_not_blown_up() throws IOException {
        try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(zip))) {
            byte[] nothing = new byte[1024 * 1024];
            for (String name : List.of("one", "two")) {
                out.putNextEntry(new ZipEntry(name));
                for (int i = 0; i < Pack.MOST_BYTES / nothing.length / 2 + 1; i++) {
                    out.write(nothing);
                }
            }
        }
        assertThat(Files.size(zip)).isLessThan(1024 * 1024);
        refused("unpacked it has more than");
    }

    @Test
    void more_files_than_anybody_could_mean_are_refused() throws IOException {
        try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(zip))) {
            for (int i = 0; i <= Pack.MOST_FILES; i++) {
                out.putNextEntry(new ZipEntry("f" + i));
            }
        }
        refused("there are more than");
    }

    @Test
    void what_is_no_pack_is_refused() throws IOException {
        assertThatThrownBy(() -> Pack.open(home)).isInstanceOf(Unreadable.class);
        Files.write(zip, new byte[] {1, 2, 3});
        refused("");
        Packs.zip(zip, List.of(file("facts.jsonl", "")));
        refused("there is no manifest.json in it");
        Packs.zip(zip, List.of(file("manifest.json", "{\"format\":\"slipway-evidence/1\",\"format\":\"slipway-evidence/1\"}")));
        refused("is no object of JSON");
        Packs.zip(zip, List.of(file("manifest.json", "{\"format\":\"slipway-evidence/2\"}")));
        refused("this program reads slipway-evidence/1");
        Packs.zip(zip, List.of(MANIFEST, file("report.html", "one")));
        byte[] whole = Files.readAllBytes(zip);
        Files.write(zip, Arrays.copyOf(whole, whole.length - 30));
        refused("");
    }
}
