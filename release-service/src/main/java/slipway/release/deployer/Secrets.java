package slipway.release.deployer;

import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import slipway.http.Form;

/// Secrets by the files that they lie in. They are read anew for every use, so that one can be renewed at any time, and nothing
/// that is told to people contains them.
///
/// @param files by name
public record Secrets(Map<String, Path> files) {

    static final String HIDDEN = "***";

    /// @param form with the field `secrets`: names and paths of files
    public static Secrets read(Form form, Path folder) {
        Map<String, Path> files = new LinkedHashMap<>();
        form.entries("secrets").forEach((name, file) -> files.put(name, folder.resolve(file).normalize()));
        return new Secrets(files);
    }

    /// Where it lies.
    Path file(String name) throws IOException {
        Path file = files.get(name);
        if (file == null) {
            throw new IOException("there is no secret " + name);
        }
        return file;
    }

    /// @throws IOException when the file cannot be read, or holds nothing or several lines
    String value(String name) throws IOException {
        Path file = file(name);
        String value;
        try {
            value = Files.readString(file).strip();
        } catch (IOException e) {
            throw new IOException("the secret " + name + " cannot be read from " + file, e);
        }
        if (value.isEmpty() || value.lines().count() > 1) {
            throw new IOException("the secret " + name + " in " + file + " has to be one line");
        }
        return value;
    }

    /// A text without any of the secrets, however they were written into a request.
    String hide(String text) {
        String hidden = text;
        // The longest first: one may begin as another.
        List<String> all = files.keySet().stream()
                .flatMap(name -> forms(name).stream())
                .sorted(Comparator.comparing(String::length).reversed())
                .toList();
        for (String written : all) {
            hidden = hidden.replace(written, HIDDEN);
        }
        return hidden;
    }

    private List<String> forms(String name) {
        try {
            String value = value(name);
            List<String> forms = new ArrayList<>(List.of(value));
            for (Gaps.Place place : Gaps.Place.values()) {
                forms.add(place.write(value));
            }
            // Basic's user and password come back one by one, or encoded, too.
            String bare = value.substring(value.lastIndexOf(' ') + 1);
            forms.add(bare);
            forms.add(URLEncoder.encode(bare, StandardCharsets.UTF_8));
            return forms;
        } catch (IOException e) {
            return List.of();
        }
    }
}
