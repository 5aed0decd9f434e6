package slipway.change;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.Principal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.UnexpectedRollbackException;
import org.springframework.transaction.support.TransactionTemplate;
import org.springframework.web.filter.OncePerRequestFilter;
import org.springframework.web.servlet.HandlerExceptionResolver;
import org.springframework.web.util.ContentCachingResponseWrapper;
import slipway.http.Refusal;
import slipway.messaging.Journal;

/// POST with an `Idempotency-Key`: however often it comes, it is done once, and answered as the first time. What it did and its
/// answer are stored together. What was refused is not kept: sent again, it is judged again.
///
/// A key is one person's; with another request it is refused (draft-ietf-httpapi-idempotency-key-header).
@Component
class IdempotentRequests extends OncePerRequestFilter {

    static final String HEADER = "Idempotency-Key";

    private static final int LONGEST_KEY = 200;
    private static final int LARGEST_BODY = 512 * 1024;

    private final JdbcClient jdbc;
    private final TransactionTemplate transaction;
    private final HandlerExceptionResolver problems;

    IdempotentRequests(
            JdbcClient jdbc,
            TransactionTemplate transaction,
            @Qualifier("handlerExceptionResolver") HandlerExceptionResolver problems) {
        this.jdbc = jdbc;
        this.transaction = transaction;
        this.problems = problems;
    }

    private record Known(
            String sha256,
            int status,
            @Nullable String contentType,
            @Nullable String location,
            @Nullable String etag,
            byte[] body) {

        static Known of(ResultSet row, int number) throws SQLException {
            return new Known(
                    row.getString("sha256"),
                    row.getInt("status"),
                    row.getString("content_type"),
                    row.getString("location"),
                    row.getString("etag"),
                    row.getBytes("body"));
        }
    }

    @Override
    protected boolean shouldNotFilter(HttpServletRequest request) {
        return !HttpMethod.POST.matches(request.getMethod())
                || request.getHeader(HEADER) == null
                // Deliveries are known by what their source says, and are stored before anything is done.
                || request.getRequestURI().startsWith("/ingest/")
                || request.getUserPrincipal() == null;
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        try {
            answer(request, response, chain);
        } catch (Refusal refusal) {
            problems.resolveException(request, response, null, refusal);
        }
    }

    private void answer(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        String key = request.getHeader(HEADER);
        if (key.isBlank() || key.length() > LONGEST_KEY) {
            throw Refusal.malformed(List.of(HEADER + ": must have 1 to " + LONGEST_KEY + " characters"));
        }
        byte[] body = request.getInputStream().readNBytes(LARGEST_BODY + 1);
        if (body.length > LARGEST_BODY) {
            throw Refusal.malformed(List.of("the body is larger than " + LARGEST_BODY + " bytes"));
        }
        Principal person = Objects.requireNonNull(request.getUserPrincipal());
        ContentCachingResponseWrapper kept = new ContentCachingResponseWrapper(response);
        try {
            transaction.execute(_ -> {
                once(person.getName(), key, sha256(request, body), new Again(request, body), kept, chain);
                return true;
            });
        } catch (UnexpectedRollbackException e) {
            // A refusal of the database, which was answered as one; nothing was done.
            if (kept.getStatus() < HttpServletResponse.SC_BAD_REQUEST) {
                throw e;
            }
        } catch (Passing passing) {
            passing.rethrow();
        }
        kept.copyBodyToResponse();
    }

    private void once(
            String person,
            String key,
            String sha256,
            HttpServletRequest request,
            ContentCachingResponseWrapper response,
            FilterChain chain) {
        // The same request at the same moment waits here for the first one.
        jdbc.sql("select pg_advisory_xact_lock(hashtextextended(?, 3))")
                .param(person + "\n" + key)
                .query((row, _) -> true)
                .single();
        Optional<Known> known = jdbc.sql("select * from idempotent_request where person = ? and key = ?")
                .params(person, key)
                .query(Known::of)
                .optional();
        try {
            if (known.isPresent()) {
                repeat(known.get(), sha256, response);
                return;
            }
            chain.doFilter(request, response);
        } catch (ServletException | IOException e) {
            throw new Passing(e);
        }
        if (response.getStatus() < HttpServletResponse.SC_MULTIPLE_CHOICES) {
            jdbc.sql(
                            """
                            insert into idempotent_request
                                (person, key, sha256, status, content_type, location, etag, body)
                            values (?, ?, ?, ?, ?, ?, ?, ?)
                            """)
                    .param(1, person)
                    .param(2, key)
                    .param(3, sha256)
                    .param(4, response.getStatus())
                    .param(5, response.getContentType())
                    .param(6, response.getHeader(HttpHeaders.LOCATION))
                    .param(7, response.getHeader(HttpHeaders.ETAG))
                    .param(8, response.getContentAsByteArray())
                    .update();
        }
    }

    private static void repeat(Known known, String sha256, HttpServletResponse response) throws IOException {
        if (!known.sha256().equals(sha256)) {
            throw Refusal.unacceptable(List.of(HEADER + ": came before with another request"));
        }
        response.setStatus(known.status());
        if (known.contentType() != null) {
            response.setContentType(known.contentType());
        }
        if (known.location() != null) {
            response.setHeader(HttpHeaders.LOCATION, known.location());
        }
        if (known.etag() != null) {
            response.setHeader(HttpHeaders.ETAG, known.etag());
        }
        response.getOutputStream().write(known.body());
    }

    private static String sha256(HttpServletRequest request, byte[] body) {
        String line = request.getRequestURI() + "?" + request.getQueryString() + "\n" + request.getContentType() + "\n";
        byte[] head = line.getBytes(StandardCharsets.UTF_8);
        byte[] all = new byte[head.length + body.length];
        System.arraycopy(head, 0, all, 0, head.length);
        System.arraycopy(body, 0, all, head.length, body.length);
        return Journal.hash(all);
    }

    /// Carries a checked exception through the transaction, which it takes back.
    private static final class Passing extends RuntimeException {
        Passing(Exception cause) {
            super(cause);
        }

        void rethrow() throws ServletException, IOException {
            if (getCause() instanceof IOException io) {
                throw io;
            }
            throw (ServletException) getCause();
        }
    }

    /// The request with its body to be read once more.
    private static final class Again extends HttpServletRequestWrapper {

        private final ByteArrayInputStream body;

        Again(HttpServletRequest request, byte[] body) {
            super(request);
            this.body = new ByteArrayInputStream(body);
        }

        @Override
        public ServletInputStream getInputStream() {
            return new ServletInputStream() {
                @Override
                public int read() {
                    return body.read();
                }

                @Override
                public boolean isFinished() {
                    return body.available() == 0;
                }

                @Override
                public boolean isReady() {
                    return true;
                }

                @Override
                public void setReadListener(ReadListener listener) {
                    throw new UnsupportedOperationException("it is all there");
                }
            };
        }
    }
}
