package slipway.change;

import io.swagger.v3.oas.annotations.Hidden;
import jakarta.servlet.http.HttpSession;
import java.net.URI;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.security.oauth2.core.oidc.user.OidcUser;
import org.springframework.security.web.csrf.CsrfToken;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import slipway.change.domain.ChangeCommand;
import slipway.change.domain.ChangeEvent;
import slipway.change.domain.ChangeState;
import slipway.change.domain.VoteDecision;
import slipway.decider.Wording;
import slipway.http.Person;
import slipway.http.Refusal;

/// The page that a link in a mail opens. Looking at it, however often and by whatever program, decides nothing: a vote is a form that a
/// person who is signed in sends from it, judged like every other vote, for what the page showed.
@Hidden
@Controller
@RequestMapping("/approve/{id}")
class ApprovalController {

    private static final String TOLD = ApprovalController.class.getName() + ".told";
    /// Others vote meanwhile; whoever never gets through is told so.
    private static final int TRIES = 10;

    private final Asking asking;
    private final Ballots ballots;
    private final Pages pages;
    private final Clock clock;

    ApprovalController(Asking asking, Ballots ballots, Pages pages, Clock clock) {
        this.asking = asking;
        this.ballots = ballots;
        this.pages = pages;
        this.clock = clock;
    }

    /// What became of the last vote in this session.
    ///
    /// @param reasons empty: it counts
    /// @param written so that nobody has to write it again
    record Told(String change, Instant at, String decision, List<String> reasons, String written) {}

    @GetMapping
    ResponseEntity<String> show(
            @PathVariable String id, @AuthenticationPrincipal OidcUser user, CsrfToken csrf, HttpSession session) {
        Person person = Person.of(user.getIdToken());
        List<ChangeEvent> facts = asking.facts(id);
        ChangeState state = asking.state(id);
        ApprovalPage page = ApprovalPage.of(id, facts, state, seats(id, state, person));
        Told told = session.getAttribute(TOLD) instanceof Told each && each.change().equals(id) ? each : null;
        Map<String, Object> model = new HashMap<>();
        model.put("page", page);
        model.put("person", person.id());
        model.put("told", told);
        model.put("csrf", csrf);
        model.put("action", pages.address("/approve/" + id));
        model.put("out", pages.address(SignIn.OUT));
        return html(HttpStatus.OK, pages.render("approve", model));
    }

    /// In one's own place, and in that of everybody who is asked and lets this person vote for them.
    private List<ApprovalPage.Seat> seats(String id, ChangeState state, Person person) {
        List<ApprovalPage.Seat> seats = new ArrayList<>(List.of(seat(id, state, null, person)));
        for (String principal : ballots.principals(person)) {
            ApprovalPage.Seat seat = seat(id, state, principal, person);
            if (seat.mayVote()) {
                seats.add(seat);
            }
        }
        return seats;
    }

    private ApprovalPage.Seat seat(String id, ChangeState state, @Nullable String principal, Person person) {
        return new ApprovalPage.Seat(
                principal,
                ballots.reasonsAgainst(id, state, new Ballots.Wish(principal, null, VoteDecision.APPROVE, null, null), person),
                ballots.reasonsAgainst(id, state, new Ballots.Wish(principal, null, VoteDecision.REJECT, "to see whether", null), person));
    }

    /// @param plan digest of the plan that the page showed
    /// @param shown how many facts its content was made of
    @PostMapping
    ResponseEntity<String> vote(
            @PathVariable String id,
            @RequestParam(defaultValue = "") String decision,
            @RequestParam(defaultValue = "") String reason,
            @RequestParam(defaultValue = "") String inPlaceOf,
            @RequestParam(defaultValue = "") String plan,
            @RequestParam(defaultValue = "") String shown,
            @AuthenticationPrincipal OidcUser user,
            HttpSession session) {
        Person person = Person.of(user.getIdToken());
        // Browsers send the line ends of mails.
        String written = reason.replace("\r\n", "\n").strip();
        Ballots.Wish wish = new Ballots.Wish(
                inPlaceOf.isBlank() ? null : inPlaceOf,
                null,
                switch (decision) {
                    case "approve" -> VoteDecision.APPROVE;
                    case "reject" -> VoteDecision.REJECT;
                    default -> VoteDecision.UNKNOWN;
                },
                written.isEmpty() ? null : written,
                plan);
        asking.facts(id);
        List<String> reasons = Ballots.faults(wish.decision(), written);
        if (reasons.isEmpty()) {
            reasons = cast(id, wish, shown, person);
        }
        session.setAttribute(
                TOLD,
                new Told(
                        id,
                        clock.instant().truncatedTo(ChronoUnit.SECONDS),
                        wish.decision() == VoteDecision.APPROVE ? "approval" : "rejection",
                        reasons,
                        reasons.isEmpty() ? "" : written.substring(0, Math.min(written.length(), Wording.TEXT))));
        return ResponseEntity.status(HttpStatus.SEE_OTHER)
                .location(URI.create(pages.address("/approve/" + id)))
                .build();
    }

    /// @return every reason against it; empty: it counts
    private List<String> cast(String id, Ballots.Wish wish, String shown, Person person) {
        for (int i = 0; i < TRIES; i++) {
            List<ChangeEvent> facts = asking.facts(id);
            if (!String.valueOf(ApprovalPage.shown(facts)).equals(shown)) {
                return List.of(id + " is not what you were shown any more. Below is what it is now: look at it again");
            }
            ChangeCommand vote = ballots.vote(id, wish, person);
            try {
                // For this very state: a vote must not slip past what was changed in between.
                ballots.attempt(id, person, () -> asking.decide(id, vote, person, (long) facts.size()));
                return List.of();
            } catch (Refusal refusal) {
                if (refusal.getStatusCode() != HttpStatus.PRECONDITION_FAILED) {
                    return refusal.reasons();
                }
            }
        }
        return List.of("much happens to " + id + " in this very moment: vote again");
    }

    @ExceptionHandler
    ResponseEntity<String> refused(Refusal refusal) {
        HttpStatus status = HttpStatus.valueOf(refusal.getStatusCode().value());
        return html(status, pages.notice(String.valueOf(refusal.getBody().getTitle()), refusal.reasons()));
    }

    private static ResponseEntity<String> html(HttpStatus status, String page) {
        return ResponseEntity.status(status).header("Content-Type", Pages.HTML).body(page);
    }
}
