package slipway.change;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.CookieManager;
import java.net.CookiePolicy;
import java.net.HttpCookie;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.springframework.core.env.Environment;
import org.springframework.web.util.HtmlUtils;

/// What a browser without JavaScript does: it keeps cookies, goes where it is sent, and sends the forms of a page as they are.
final class Browser {

    private static final Pattern HIDDEN = Pattern.compile("<input type=\"hidden\" name=\"([^\"]*)\" value=\"([^\"]*)\">");

    private final CookieManager cookies = new CookieManager(null, CookiePolicy.ACCEPT_ALL);
    private final HttpClient http = HttpClient.newBuilder().cookieHandler(cookies).build();
    private final String base =
            "http://localhost:" + TheService.service().bean(Environment.class).getProperty("local.server.port");

    /// Somebody who has opened the page of a change, and signed in on the way.
    static Browser of(String person, String change, String... groups) {
        TheService.ISSUER.signsIn(person, groups);
        Browser browser = new Browser();
        HttpResponse<String> page = browser.open("/approve/" + change);
        assertThat(page.statusCode()).as("%s", page.body()).isEqualTo(200);
        return browser;
    }

    /// One request, wherever it leads.
    HttpResponse<String> get(String address) {
        return send(HttpRequest.newBuilder(uri(address)));
    }

    /// The page that it leads to in the end.
    HttpResponse<String> open(String address) {
        HttpResponse<String> answer = get(address);
        for (int i = 0; i < 10 && answer.statusCode() / 100 == 3; i++) {
            answer = get(answer.uri().resolve(answer.headers().firstValue("Location").orElseThrow()).toString());
        }
        return answer;
    }

    HttpResponse<String> post(String address, Map<String, String> form) {
        String body = form.entrySet().stream()
                .map(each -> URLEncoder.encode(each.getKey(), UTF_8) + "=" + URLEncoder.encode(each.getValue(), UTF_8))
                .collect(Collectors.joining("&"));
        return send(HttpRequest.newBuilder(uri(address))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    /// Opens the page and presses one of its buttons.
    ///
    /// @return the page that it ends on
    String vote(String change, String decision, String reason) {
        return sendForm(change, form(open("/approve/" + change).body()), decision, reason);
    }

    /// Presses a button of a page that was opened before.
    String sendForm(String change, Map<String, String> form, String decision, String reason) {
        Map<String, String> filled = new TreeMap<>(form);
        filled.put("decision", decision);
        filled.put("reason", reason);
        HttpResponse<String> answer = post("/approve/" + change, filled);
        assertThat(answer.statusCode()).as("%s", answer.body()).isEqualTo(303);
        return open(answer.headers().firstValue("Location").orElseThrow()).body();
    }

    /// What the last form of a page sends with it.
    static Map<String, String> form(String page) {
        Map<String, String> form = new TreeMap<>();
        Matcher hidden = HIDDEN.matcher(page.substring(page.lastIndexOf("<form")));
        while (hidden.find()) {
            form.put(HtmlUtils.htmlUnescape(hidden.group(1)), HtmlUtils.htmlUnescape(hidden.group(2)));
        }
        return form;
    }

    String session() {
        return cookies.getCookieStore().getCookies().stream()
                .filter(cookie -> cookie.getName().equals("slipway"))
                .map(HttpCookie::getValue)
                .findFirst()
                .orElse("");
    }

    HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    URI uri(String address) {
        return URI.create(base).resolve(address);
    }
}
