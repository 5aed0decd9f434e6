package slipway.messaging;

import static org.assertj.core.api.Assertions.assertThat;
import static slipway.messaging.TheToy.uri;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Requests that no client of ours sends, written byte by byte.
class OddRequestsTest {

    private static final String LONG = "/" + "a".repeat(20_000);

    private static String answer(String requestLine) throws IOException {
        try (Socket socket = new Socket("localhost", uri("/").getPort())) {
            socket.getOutputStream()
                    .write((requestLine + "\r\nHost: localhost\r\nAccept: text/html\r\nConnection: close\r\n\r\n")
                            .getBytes(StandardCharsets.ISO_8859_1));
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
        String body = answer.substring(answer.indexOf("\r\n\r\n") + 4);
        assertThat(answer).matches("(?s)HTTP/1\\.1 [45]\\d\\d .*");
        assertThat(answer.toLowerCase(Locale.ROOT)).doesNotContain("<html", "tomcat", "apache", "exception", "spring");
        assertThat(answer).contains("application/problem+json");
        assertThat(body).contains("\"reasons\":[\"");
    }
}
