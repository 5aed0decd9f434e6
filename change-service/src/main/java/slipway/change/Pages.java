package slipway.change;

import io.pebbletemplates.pebble.PebbleEngine;
import io.pebbletemplates.pebble.loader.ClasspathLoader;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;

/// Pages for a browser: text of others is never markup, nothing is loaded, nothing runs, and the only style is the one that comes with it.
final class Pages {

    static final String HTML = "text/html;charset=UTF-8";

    private static final String FOLDER = "pages";

    private final PebbleEngine engine;
    private final String style;
    private final SignIn signIn;

    Pages(SignIn signIn) {
        this.signIn = signIn;
        ClasspathLoader loader = new ClasspathLoader(Pages.class.getClassLoader());
        loader.setPrefix(FOLDER);
        loader.setSuffix(".html");
        engine = new PebbleEngine.Builder()
                .loader(loader)
                .autoEscaping(true)
                .strictVariables(true)
                .build();
        style = read("style.css");
    }

    private static String read(String name) {
        try (InputStream file = Objects.requireNonNull(
                Pages.class.getClassLoader().getResourceAsStream(FOLDER + "/" + name), name)) {
            return new String(file.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// What a browser may do with any of them.
    String policy() {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(style.getBytes(StandardCharsets.UTF_8));
            return "default-src 'none'; style-src 'sha256-" + Base64.getEncoder().encodeToString(hash)
                    + "'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /// Where a browser finds what is at this path.
    String address(String path) {
        return signIn.base() + path;
    }

    String render(String page, Map<String, ?> model) {
        Map<String, Object> all = new HashMap<>(model);
        all.put("style", style);
        StringWriter html = new StringWriter();
        try {
            engine.getTemplate(page).evaluate(html, all);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return html.toString();
    }

    String notice(String title, List<String> lines) {
        return render("notice", Map.of("title", title, "lines", lines));
    }

    void send(HttpServletResponse response, HttpStatus status, String title, List<String> lines) throws IOException {
        response.setStatus(status.value());
        response.setContentType(HTML);
        response.getOutputStream().write(notice(title, lines).getBytes(StandardCharsets.UTF_8));
    }

    void redirect(HttpServletResponse response, HttpStatus status, String path) {
        response.setStatus(status.value());
        response.setHeader(HttpHeaders.LOCATION, address(path));
    }
}
