package slipway.change;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpSession;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.springframework.web.filter.OncePerRequestFilter;

/// A session ends so long after its sign-in, however busy it is: groups and people are asked of the issuer again.
final class EndOfSession extends OncePerRequestFilter {

    static final String BEGAN = EndOfSession.class.getName() + ".began";

    private final Duration longest;
    private final Clock clock;

    EndOfSession(Duration longest, Clock clock) {
        this.longest = longest;
        this.clock = clock;
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        HttpSession session = request.getSession(false);
        if (session != null
                && session.getAttribute(BEGAN) instanceof Instant began
                && !clock.instant().isBefore(began.plus(longest))) {
            session.invalidate();
        }
        chain.doFilter(request, response);
    }
}
