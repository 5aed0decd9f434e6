package slipway.backup.recipe;

import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// The secrets of one item while a verb works: in files that nobody else may read, and in nothing that is told to people.
final class Secrets {

    private static final String HIDDEN = "***";

    private static final Pattern BETWEEN = Pattern.compile("[\\s\"',]+");
    private static final int LONG = 12;
    /// Of less than this, what is left without its ends is so short that it would be found everywhere.
    private static final int SHORT = 6;

    private final Path folder;
    private final Map<String, String> values = new HashMap<>();

    Secrets(Path folder) {
        this.folder = folder;
    }

    boolean has(String name) {
        return values.containsKey(name);
    }

    /// @return the file that holds it
    Path keep(String name, String value) throws IOException {
        values.put(name, value);
        return write(folder.resolve("secret-" + name), value);
    }

    /// Nobody else may read it, not even for a moment.
    static Path write(Path file, String text) throws IOException {
        Files.deleteIfExists(file);
        Path made = Files.createFile(
                file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        return Files.writeString(made, text);
    }

    /// What fills gaps in files and in environments: a secret as it is, and as it stands between double quotes.
    Map<String, String> shown() {
        Map<String, String> shown = new HashMap<>();
        values.forEach((name, value) -> {
            shown.put(name + ".value", value);
            shown.put(name + ".quoted", '"' + escaped(value) + '"');
        });
        return shown;
    }

    private static String escaped(String value) {
        return value.replace("\\", "\\\\").replace("\"", "\\\"");
    }

    /// Without any of them, also as programs write them in URLs, in JSON and in headers.
    String hide(String text) {
        List<String> forms = values.values().stream()
                .flatMap(Secrets::forms)
                // The longest first: one may begin as another.
                .sorted(Comparator.comparing(String::length).reversed())
                .toList();
        String hidden = text;
        for (String form : forms) {
            hidden = hidden.replace(form, HIDDEN);
        }
        return hidden;
    }

    /// In Base64 of something longer, such as `user:password` in a header: it begins at any of three places of a group, and the letters at its
    /// ends depend on what is beside it.
    private static Stream<String> within(byte[] value) {
        if (value.length < SHORT) {
            return Stream.of();
        }
        return IntStream.range(0, 3).mapToObj(shift -> {
            byte[] shifted = new byte[shift + value.length];
            System.arraycopy(value, 0, shifted, shift, value.length);
            String letters = Base64.getEncoder().withoutPadding().encodeToString(shifted);
            return letters.substring(shift == 0 ? 0 : shift + 1, shifted.length * 8 / 6);
        });
    }

    /// Of a whole file, such as a kubeconfig, a program shows a part: its long words are hidden, too.
    private static Stream<String> forms(String value) {
        Stream<String> whole = Stream.of(
                value,
                escaped(value),
                URLEncoder.encode(value, StandardCharsets.UTF_8),
                URLEncoder.encode(value, StandardCharsets.UTF_8).replace("+", "%20"),
                HexFormat.of().formatHex(value.getBytes(StandardCharsets.UTF_8)),
                Base64.getEncoder().encodeToString(value.getBytes(StandardCharsets.UTF_8)));
        whole = Stream.concat(whole, within(value.getBytes(StandardCharsets.UTF_8)));
        return value.contains("\n")
                ? Stream.concat(whole, BETWEEN.splitAsStream(value).filter(word -> word.length() >= LONG))
                : whole;
    }
}
