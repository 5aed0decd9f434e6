package slipway.change;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;
import org.springframework.web.context.request.RequestAttributes;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.filter.OncePerRequestFilter;
import slipway.change.domain.ChangeCommand;
import slipway.change.domain.ChangeEvent;
import slipway.change.domain.ChangeState;
import slipway.events.ActorKind;
import slipway.http.Person;
import slipway.messaging.Cause;
import slipway.messaging.Decisions;

/// Whoever tries to vote and may not leaves a trace in the story of the change: with a wrong token or none (outside of all
/// other filters, because those end such a request), and against the rules. The same one again within a minute does not, so
/// that nobody fills the log from outside.
@Component
@Order(Ordered.HIGHEST_PRECEDENCE)
class Attempts extends OncePerRequestFilter {

    private static final Logger LOG = LoggerFactory.getLogger(Attempts.class);
    private static final Pattern VOTE = Pattern.compile(
            "/changes/(?<api>[^/]+)/(?:votes|ratification|break-glass)|/approve/(?<page>[^/]+)");
    private static final String TOLD = Attempts.class.getName();
    private static final Duration AGAIN = Duration.ofMinutes(1);
    private static final int REMEMBERED = 1000;

    private final Decisions<ChangeCommand, ChangeState, ChangeEvent> changes;
    private final Clock clock;
    private final Map<String, Instant> told = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Instant> eldest) {
            return size() > REMEMBERED;
        }
    };

    Attempts(Decisions<ChangeCommand, ChangeState, ChangeEvent> changes, Clock clock) {
        this.changes = changes;
        this.clock = clock;
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        chain.doFilter(request, response);
        // Decoded: %2D is a hyphen here as it is to the controller.
        Matcher vote = VOTE.matcher(request.getServletPath());
        int status = response.getStatus();
        boolean turnedAway = status == HttpServletResponse.SC_UNAUTHORIZED || status == HttpServletResponse.SC_FORBIDDEN;
        boolean toldAlready = request.getAttribute(TOLD) != null;
        if (turnedAway && !toldAlready && "POST".equals(request.getMethod()) && vote.matches()) {
            boolean page = vote.group("page") != null;
            String change = vote.group(page ? "page" : "api");
            refused(
                    change,
                    "somebody at " + request.getRemoteAddr(),
                    List.of("HTTP " + status + (page ? ": not signed in, or not by the form of the page" : ": no token, or one that is not good")),
                    Cause.service("change-service").of(change));
        }
    }

    /// Of somebody whose token is good.
    void refused(String changeId, Person person, List<String> reasons) {
        RequestAttributes request = RequestContextHolder.getRequestAttributes();
        if (request != null) {
            request.setAttribute(TOLD, true, RequestAttributes.SCOPE_REQUEST);
        }
        refused(changeId, person.id(), reasons, Cause.person(person.id(), person.actors(), changeId));
    }

    private void refused(String changeId, String who, List<String> reasons, Cause cause) {
        boolean authenticated = cause.actor().getKind() == ActorKind.HUMAN || cause.actor().getOnBehalfOf() != null;
        boolean votable = changes.state(changeId) instanceof ChangeState.Known open
                && (open instanceof ChangeState.AwaitingApproval || open.dossier().isUnratified());
        if (!votable || !first(changeId + "\n" + who)) {
            return;
        }
        try {
            // In the story of the change, but not one of its facts: nobody from outside may move what people amend by sequence.
            changes.decide(
                    "ATT-" + changeId,
                    new ChangeCommand.NoteAttempt(who, authenticated, reasons),
                    cause);
        } catch (RuntimeException e) {
            // They are refused all the same.
            LOG.warn("{}: an attempt of {} cannot be noted: {}", changeId, who, e.toString());
        }
    }

    private boolean first(String attempt) {
        Instant now = clock.instant();
        synchronized (told) {
            Instant last = told.get(attempt);
            if (last != null && now.isBefore(last.plus(AGAIN))) {
                return false;
            }
            told.remove(attempt);
            told.put(attempt, now);
            return true;
        }
    }
}
