package slipway.backup.recipe;

import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;

/// A capture whose program goes on until somebody ends it, in a process of its own: `WORK FILE SECRET`.
final class LongCapture {

    private LongCapture() {}

    static void main(String[] words) throws Exception {
        String recipe = """
                id: it
                version: 1
                system: it
                category: STORAGE
                tier: CONTRACT_ONLY
                summary: It.
                consistency: none
                programs: [cp, sleep]
                parameters:
                  file: {type: PATH, doc: what is captured}
                  password: {type: SECRET, doc: of nothing}
                look: [{survey: "{file}"}]
                capture: [{run: [cp, "{file}", "{tree}/data"]}, {run: [sleep, "300"]}]
                restoreScratch: [{run: [cp, "{tree}/data", "{work}/data"]}]
                """;
        new RecipeFiles(Path.of(words[0]), ProgramFolders.USUAL, Clock.systemUTC())
                .read("it", recipe.getBytes(StandardCharsets.UTF_8))
                .capture(
                        new Item("it", "it", Map.of("file", words[1], "password", "file:" + words[2])),
                        "BKP-1",
                        OutputStream.nullOutputStream());
    }

    static Process start(Path work, Path file, Path secret) throws Exception {
        return new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        LongCapture.class.getName(),
                        work.toString(),
                        file.toString(),
                        secret.toString()))
                .inheritIO()
                .start();
    }
}
