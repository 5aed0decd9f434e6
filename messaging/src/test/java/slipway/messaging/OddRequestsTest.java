package slipway.messaging;

import static org.assertj.core.api.Assertions.assertThat;
import static slipway.messaging.TheToy.ISSUER;
import static slipway.messaging.TheToy.uri;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Requests that no client of ours sends, written byte by byte.
class OddRequestsTest {

    private static final JsonMapper JSON = new JsonMapper();
    private static final String LONG = "/" + "a".repeat(20_000);

    private static String answer(String requestLine, String... headers) throws IOException {
        try (Socket socket = new Socket("localhost", uri("/").getPort())) {
            socket.getOutputStream()
                    .write((requestLine + "\r\nHost: localhost\r\nAccept: text/html\r\nConnection: close\r\n"
                                    + String.join("", headers) + "\r\n")
                            .getBytes(StandardCharsets.UTF_8));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /releases/%00 HTTP/1.1",
                "GET /releases/a%2Fb HTTP/1.1",
                "GET // HTTP/1.1",
                "GET //releases HTTP/1.1",
                "GET /releases/%zz HTTP/1.1",
                "GET /releases/%ff HTTP/1.1",
                "GET /releases/..%2f HTTP/1.1",
                "GET /../../etc HTTP/1.1",
                "GET /releases;a=b HTTP/1.1",
                "GET /releases/%5c HTTP/1.1",
                "GET /a{b}|c HTTP/1.1",
                "GET long HTTP/1.1",
                "GET /error HTTP/1.1",
                "TRACE /releases HTTP/1.1",
                "PROPFIND /releases HTTP/1.1",
                "NO/METHOD /releases HTTP/1.1",
                "GET /releases HTTP/9.9",
                "rubbish"
            })
    void what_cannot_be_served_is_a_problem_with_reasons_and_tells_nothing_of_the_server(String requestLine)
            throws IOException {
        String answer = answer(requestLine.replace("long", LONG));
        problem(answer);
    }

    /// The same shape as of every other refusal.
    private static JsonNode problem(String answer) {
        assertThat(answer).matches("(?s)HTTP/1\\.1 [45]\\d\\d .*");
        assertThat(answer.toLowerCase(Locale.ROOT)).doesNotContain("<html", "tomcat", "apache", "exception", "spring");
        assertThat(answer).contains("application/problem+json");
        String body = answer.substring(answer.indexOf("\r\n\r\n") + 4);
        JsonNode problem = JSON.readTree(body);
        assertThat(problem.propertyNames()).contains("title", "status", "detail", "reasons").doesNotContain("properties");
        assertThat(problem).noneMatch(JsonNode::isNull);
        assertThat(problem.get("reasons").get(0)).isEqualTo(problem.get("detail"));
        return problem;
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '=',
            value = {
                "GET /releases/a%2Fb HTTP/1.1 = encoded slash",
                "GET /releases/%zz HTTP/1.1   = hexadecimal encoding",
                "GET //releases HTTP/1.1      = String \"//\"",
                "GET /a{b}|c HTTP/1.1         = request target",
                "GET long HTTP/1.1            = address and headers are too long",
                "TRACE /releases HTTP/1.1     = TRACE method is not allowed",
                "PROPFIND /releases HTTP/1.1  = method \"PROPFIND\"",
                "NO/METHOD /releases HTTP/1.1 = method name",
                "GET /releases HTTP/9.9       = this version of HTTP"
            })
    void what_it_is_that_cannot_be_served_is_said(String requestLine, String what) throws IOException {
        assertThat(problem(answer(requestLine.replace("long", LONG))).get("detail").stringValue()).contains(what);
    }

    @Test
    void what_a_controller_cannot_read_of_a_request_is_the_fault_of_who_sent_it() throws IOException {
        String dana = "Authorization: Bearer " + ISSUER.token("dana", "developers") + "\r\n";
        assertThat(answer("GET /toy?q=a HTTP/1.0", dana, "If-Match: \"7\"\r\n")).contains("200", "{q=a} for 7");
        for (String odd : List.of("q=%ff", "q=%zz", "%ff=q", "q=%c3%28")) {
            String answer = answer("GET /toy?" + odd + " HTTP/1.0", dana);
            assertThat(answer).as(odd).startsWith("HTTP/1.1 400 ");
            assertThat(problem(answer).get("detail").stringValue()).matches("the parameters cannot be read: Character decoding failed. Parameter \\[.*] with value \\[.*]");
        }
        for (String odd : List.of("\"７\"", "\"\u0001\"")) {
            String answer = answer("GET /toy HTTP/1.0", dana, "If-Match: " + odd + "\r\n");
            assertThat(answer).as(odd).startsWith("HTTP/1.1 400 ");
            problem(answer);
        }
    }
}
