package slipway.launcher.local;

import java.util.List;
import java.util.Map;
import org.springframework.web.util.HtmlUtils;

/// What the local issuer shows a browser.
final class SignInPage {

    /// It sends its form on to the service that asked, wherever on this machine that is.
    static final String POLICY = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'";

    private static final String PAGE =
            """
            <!DOCTYPE html>
            <html lang="en">
            <head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark"><title>Who are you?</title></head>
            <body>
            %s</body>
            </html>
            """;

    private SignInPage() {}

    /// @param asked is asked again with whoever is chosen
    static String choice(List<People.Person> people, Map<String, String> asked) {
        StringBuilder html = new StringBuilder("<h1>Who are you?</h1>\n<p>For development on this machine only: nobody is asked for a password.</p>\n")
                .append("<form method=\"post\" action=\"/authorize\">\n");
        asked.forEach((name, value) -> {
            if (!name.equals("person")) {
                html.append("<input type=\"hidden\" name=\"%s\" value=\"%s\">\n".formatted(escaped(name), escaped(value)));
            }
        });
        people.forEach(each -> html.append("<p><button name=\"person\" value=\"%s\">%s</button> %s</p>\n"
                .formatted(escaped(each.id()), escaped(each.name()), escaped(each.id() + ": " + String.join(", ", each.groups())))));
        return PAGE.formatted(html.append("</form>\n"));
    }

    static String faults(List<String> faults) {
        StringBuilder html = new StringBuilder("<h1>Nobody can sign in like this</h1>\n<ul>\n");
        faults.forEach(fault -> html.append("<li>").append(escaped(fault)).append("</li>\n"));
        return PAGE.formatted(html.append("</ul>\n"));
    }

    private static String escaped(String text) {
        return HtmlUtils.htmlEscape(text);
    }
}
