package slipway.http;

import java.util.List;
import org.apache.tomcat.util.http.InvalidParameterException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.TransientDataAccessException;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.web.firewall.RequestRejectedException;
import org.springframework.transaction.TransactionException;
import org.springframework.web.ErrorResponse;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.context.request.WebRequest;
import org.springframework.web.servlet.mvc.method.annotation.ResponseEntityExceptionHandler;
import slipway.messaging.Newer;

/// Every refusal has the same shape, those that Spring gives included: a problem with its `reasons`.
@RestControllerAdvice
final class Problems extends ResponseEntityExceptionHandler {

    private static final Logger LOG = LoggerFactory.getLogger(Problems.class);

    @Override
    protected @Nullable ResponseEntity<Object> handleHttpMessageNotReadable(
            HttpMessageNotReadableException fault, HttpHeaders headers, HttpStatusCode status, WebRequest request) {
        Refusal empty = Refusal.malformed(List.of("the body is empty"));
        return handleExceptionInternal(empty, empty.getBody(), headers, status, request);
    }

    /// The database is away or too busy: worth another try, and nobody needs to read its words.
    @ExceptionHandler({TransientDataAccessException.class, DataAccessResourceFailureException.class, TransactionException.class})
    @Nullable ResponseEntity<Object> away(Exception fault, WebRequest request) {
        LOG.warn("a request failed at the database: {}", fault.toString());
        ProblemDetail problem = Refusal.problem(
                HttpStatus.SERVICE_UNAVAILABLE, "Not now", List.of("the database does not answer; try again"));
        return handleExceptionInternal(fault, problem, new HttpHeaders(), HttpStatus.SERVICE_UNAVAILABLE, request);
    }

    /// Another instance may be of the version that can.
    @ExceptionHandler
    @Nullable ResponseEntity<Object> newer(Newer fault, WebRequest request) {
        LOG.warn("a request is for a newer version: {}", fault.getMessage());
        ProblemDetail problem =
                Refusal.problem(HttpStatus.SERVICE_UNAVAILABLE, "Not here", List.of(String.valueOf(fault.getMessage())));
        return handleExceptionInternal(fault, problem, new HttpHeaders(), HttpStatus.SERVICE_UNAVAILABLE, request);
    }

    /// Parameters that are no UTF-8, or not written as such: the server tells only whoever reads them.
    @ExceptionHandler
    @Nullable ResponseEntity<Object> unreadable(InvalidParameterException fault, WebRequest request) {
        // After that it is about what the server does instead, which is not done here.
        String what = String.valueOf(fault.getMessage()).replaceFirst(" has been ignored.*", "");
        Refusal refusal = Refusal.malformed(List.of("the parameters cannot be read: " + what));
        return handleExceptionInternal(
                refusal, refusal.getBody(), new HttpHeaders(), refusal.getStatusCode(), request);
    }

    /// Ours, not theirs: the log has it all, and nobody outside needs to read it.
    @ExceptionHandler(RuntimeException.class)
    @Nullable ResponseEntity<Object> broken(RuntimeException fault, WebRequest request) throws Exception {
        if (fault instanceof ErrorResponse known) {
            return handleExceptionInternal(
                    fault, known.getBody(), known.getHeaders(), known.getStatusCode(), request);
        }
        if (fault instanceof AccessDeniedException
                || fault instanceof AuthenticationException
                || fault instanceof RequestRejectedException) {
            // Security has an answer of its own.
            throw fault;
        }
        LOG.error("a request failed", fault);
        ProblemDetail problem = Refusal.problem(
                HttpStatus.INTERNAL_SERVER_ERROR, "Our fault", List.of("this is a fault of the service; its log has more"));
        return handleExceptionInternal(fault, problem, new HttpHeaders(), HttpStatus.INTERNAL_SERVER_ERROR, request);
    }

    @Override
    protected ResponseEntity<Object> createResponseEntity(
            @Nullable Object body, HttpHeaders headers, HttpStatusCode status, WebRequest request) {
        if (body instanceof ProblemDetail problem
                && (problem.getProperties() == null || !problem.getProperties().containsKey("reasons"))) {
            problem.setProperty("reasons", List.of(String.valueOf(problem.getDetail())));
        }
        return super.createResponseEntity(body, headers, status, request);
    }
}
