package slipway.http;

import java.util.List;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.web.ErrorResponseException;

/// A refusal over HTTP: `application/problem+json` (RFC 9457) whose `reasons` names every fault at once.
public final class Refusal extends ErrorResponseException {

    private final List<String> reasons;

    private Refusal(HttpStatus status, String title, List<String> reasons) {
        super(status, problem(status, title, reasons), null);
        this.reasons = List.copyOf(reasons);
    }

    /// 422: well-formed, but not acceptable.
    public static Refusal unacceptable(List<String> reasons) {
        return new Refusal(HttpStatus.UNPROCESSABLE_ENTITY, "Not acceptable", reasons);
    }

    /// 400: not even readable.
    public static Refusal malformed(List<String> reasons) {
        return new Refusal(HttpStatus.BAD_REQUEST, "Malformed", reasons);
    }

    /// 401: nobody proved who it comes from.
    public static Refusal unproven(String reason) {
        return new Refusal(HttpStatus.UNAUTHORIZED, "Not proven", List.of(reason));
    }

    /// 403: not for this person.
    public static Refusal forbidden(String reason) {
        return new Refusal(HttpStatus.FORBIDDEN, "Not allowed", List.of(reason));
    }

    /// 404: there is no such thing.
    public static Refusal unknown(String reason) {
        return new Refusal(HttpStatus.NOT_FOUND, "Not found", List.of(reason));
    }

    /// 409: not in the state it is in.
    public static Refusal conflict(List<String> reasons) {
        return new Refusal(HttpStatus.CONFLICT, "Not now", reasons);
    }

    /// 412: meant for a state that is no longer.
    public static Refusal outdated(String reason) {
        return new Refusal(HttpStatus.PRECONDITION_FAILED, "Outdated", List.of(reason));
    }

    /// 413: more than is taken.
    public static Refusal tooLarge(String reason) {
        return new Refusal(HttpStatus.CONTENT_TOO_LARGE, "Too large", List.of(reason));
    }

    /// 503: not as this service is set up, or not now.
    public static Refusal unavailable(String reason) {
        return new Refusal(HttpStatus.SERVICE_UNAVAILABLE, "Not now", List.of(reason));
    }

    public List<String> reasons() {
        return reasons;
    }

    static ProblemDetail problem(HttpStatus status, String title, List<String> reasons) {
        ProblemDetail problem = ProblemDetail.forStatusAndDetail(status, String.join("; ", reasons));
        problem.setTitle(title);
        problem.setProperty("reasons", reasons);
        return problem;
    }
}
