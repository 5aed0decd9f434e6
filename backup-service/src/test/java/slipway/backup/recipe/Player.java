package slipway.backup.recipe;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import slipway.backup.recipe.Documented.Answer;
import slipway.program.Programs;
import slipway.program.Running;

/// Answers as documented; whatever is not documented must not be run.
final class Player implements Hands {

    private static final Pattern MEMORY = Pattern.compile("/dev/shm/slipway-" + ProcessWord.PATTERN + "-[0-9a-f-]{36}");
    private static final Pattern NAMED = Pattern.compile("slipway-[0-9a-f]{16}");

    /// Of those that Linux gives to whoever asks for any.
    private static final Pattern FREE_PORT = Pattern.compile("\\b(3[2-9][0-9]{3}|[45][0-9]{4}|6[0-5][0-9]{3})\\b");

    private final List<Answer> answers;
    private final Set<Answer> used = new HashSet<>();
    private String captured = "";

    Player(List<Answer> answers) {
        this.answers = answers;
    }

    List<List<String>> unused() {
        return answers.stream().filter(each -> !used.contains(each)).map(Answer::run).toList();
    }

    boolean unused(Answer answer) {
        return !used.contains(answer);
    }

    @Override
    public Programs.Ended run(Call call, @Nullable InputStream in, @Nullable OutputStream out) throws IOException {
        Answer answer = answer(call);
        if (out != null) {
            out.write(answer.says().getBytes(StandardCharsets.UTF_8));
        }
        return answer.exit() == 0
                ? new Programs.Ended(0, answer.says(), "")
                : new Programs.Ended(answer.exit(), "", answer.says());
    }

    /// Something goes on, as a server would.
    @Override
    public Running start(Call call) throws IOException {
        answer(call);
        return Programs.start(List.of("sleep", "300"), call.folder(), Map.of());
    }

    private Answer answer(Call call) throws IOException {
        if (NAMED.matcher(call.folder().getFileName().toString()).matches()) {
            captured = call.folder().getFileName().toString();
        }
        Map<String, Path> places = Map.of("{work}", call.folder(), "{tree}", tree(call.folder()), "{memory}", memory(call.argv()));
        List<String> argv = call.argv().stream().map(each -> named(placed(each, places))).toList();
        assertThat(call.known()).as("its programs").anySatisfy(names -> assertThat(names).contains(argv.getFirst()));
        assertThat(String.join(" ", argv)).doesNotContain(Documented.SECRET);
        Answer answer = answers.stream()
                .filter(each -> each.run().equals(argv))
                .findFirst()
                .orElseThrow(() -> new AssertionError("not documented: " + argv));
        used.add(answer);
        for (Map.Entry<String, String> made : answer.makes().entrySet()) {
            String file = made.getKey();
            for (Map.Entry<String, Path> place : places.entrySet()) {
                file = file.replace(place.getKey(), place.getValue().toString());
            }
            // As programs make them that run with our mask, whatever that of the test is.
            Files.createDirectories(
                    Path.of(file).getParent(), PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            Files.setPosixFilePermissions(
                    Files.writeString(Path.of(file), made.getValue()), PosixFilePermissions.fromString("rw-------"));
        }
        return answer;
    }

    /// Of a capture it lies beside its folder, of a restored copy before its folder.
    private static Path tree(Path folder) {
        String name = folder.getFileName().toString();
        return folder.resolveSibling(
                name.startsWith(".") ? name.substring(1, name.length() - ".work".length()) : name + ".tree");
    }

    /// The one that an argument names, if any does.
    private static Path memory(List<String> argv) {
        Matcher found = MEMORY.matcher(String.join(" ", argv));
        return Path.of(found.find() ? found.group() : "/none");
    }

    private static String placed(String word, Map<String, Path> places) {
        // The tree first: its path begins as that of the folder.
        return word.replace(places.get("{tree}").toString(), "{tree}")
                .replace(places.get("{memory}").toString(), "{memory}")
                .replace(places.get("{work}").toString(), "{work}");
    }

    private String named(String word) {
        String named = NAMED.matcher(word)
                .replaceAll(found -> found.group().equals(captured) ? "{captured}" : "{name}");
        return FREE_PORT.matcher(named).replaceAll("{port}");
    }
}
