package slipway.http;

import java.io.IOException;
import java.io.Writer;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ErrorReportValve;
import org.apache.coyote.ActionCode;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.converter.json.ProblemDetailJacksonMixin;
import tools.jackson.databind.json.JsonMapper;

/// The last to answer: what no controller ever saw, such as an address that cannot be read, is a problem with reasons like any other
/// refusal, and tells nothing about the server. Tomcat makes it by its name.
public final class ServerFaults extends ErrorReportValve {

    private static final Logger LOG = LoggerFactory.getLogger(ServerFaults.class);

    /// As Spring's own writes problems: `reasons` beside the other members, and nothing for what there is not.
    private static final JsonMapper JSON = JsonMapper.builder()
            .addMixIn(ProblemDetail.class, ProblemDetailJacksonMixin.class)
            .build();

    public ServerFaults() {}

    @Override
    protected void report(Request request, Response response, @Nullable Throwable fault) {
        if (response.getStatus() < 400 || response.getContentWritten() > 0 || !response.setErrorReported()) {
            return;
        }
        AtomicBoolean connected = new AtomicBoolean();
        response.getCoyoteResponse().action(ActionCode.IS_IO_ALLOWED, connected);
        if (!connected.get()) {
            return;
        }
        HttpStatus known = HttpStatus.resolve(response.getStatus());
        HttpStatus status = known == null ? HttpStatus.INTERNAL_SERVER_ERROR : known;
        try {
            response.setContentType(MediaType.APPLICATION_PROBLEM_JSON_VALUE);
            response.setCharacterEncoding("utf-8");
            Writer writer = response.getReporter();
            if (writer != null) {
                writer.write(JSON.writeValueAsString(Refusal.problem(status, status.getReasonPhrase(), List.of(reason(status, why(response, fault))))));
                response.finishResponse();
            }
        } catch (IOException e) {
            LOG.debug("whoever asked is gone", e);
        }
    }

    private static String reason(HttpStatus status, String why) {
        return switch (status) {
            case BAD_REQUEST ->
                why.isEmpty()
                        ? "the address, the method or a header of the request cannot be read"
                        : "the request cannot be read: " + why;
            case NOT_FOUND -> "there is nothing at this address";
            case HTTP_VERSION_NOT_SUPPORTED -> "this version of HTTP is not spoken here";
            default ->
                status.is5xxServerError()
                        ? "this is a fault of the service; its log has more"
                        : "the request cannot be served: " + (why.isEmpty() ? status.getReasonPhrase() : why);
        };
    }

    /// In the words of the server, which name what it stumbled over; empty: it has none.
    private static String why(Response response, @Nullable Throwable fault) {
        String said = fault == null ? response.getMessage() : fault.getMessage();
        // That may be either of the two: to the server the address is in the header.
        return said == null ? "" : said.replace("Request header is too large", "address and headers are too long");
    }
}
