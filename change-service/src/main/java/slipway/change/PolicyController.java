package slipway.change;

import java.time.Clock;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import slipway.change.domain.PolicyDecider;
import slipway.change.hindsight.Backtest;
import slipway.change.policy.Policy;
import slipway.change.policy.PolicyCheck;
import slipway.http.Document;
import slipway.http.Person;
import slipway.http.Refusal;
import slipway.messaging.Cause;

/// The approval policy over HTTP. Its text is YAML, and kept as it was written.
@RestController
@RequestMapping("/policy")
class PolicyController {

    /// So many changes are listed when nobody says how many.
    static final String LISTED = "100";

    private final Publishing publishing;
    private final Policies policies;
    private final Hindsight hindsight;
    private final Clock clock;

    PolicyController(Publishing publishing, Policies policies, Hindsight hindsight, Clock clock) {
        this.publishing = publishing;
        this.policies = policies;
        this.hindsight = hindsight;
        this.clock = clock;
    }

    /// @param text as it was published
    record View(String name, String version, String hash, String text) {

        static View of(Policy policy) {
            return new View(policy.name(), policy.version(), policy.hash(), policy.source());
        }
    }

    @GetMapping
    View show() {
        return View.of(policies.current());
    }

    @GetMapping("/versions")
    List<Policies.Line> versions() {
        return policies.all();
    }

    /// Faults and warnings with their counterexamples; nothing is stored.
    @PostMapping(path = "/check", consumes = MediaType.APPLICATION_YAML_VALUE)
    PolicyCheck.Findings check(@RequestBody Document yaml, @AuthenticationPrincipal Jwt token) {
        // It is calculated for everything that may be asked: work that not everybody may give us.
        Person.of(token).needs(PolicyDecider.PUBLISHERS);
        return publishing.check(PolicyForm.read(yaml.bytes()));
    }

    /// What it would have answered to everything that was asked since then, and what became of that; nothing is stored. One that could not
    /// be published is refused with every fault.
    ///
    /// @param since a day, a moment, or `90d`
    /// @param until likewise; without it: now
    /// @param limit so many of each list; totals are of all
    @PostMapping(path = "/backtests", consumes = MediaType.APPLICATION_YAML_VALUE)
    Backtest.Report backtest(
            @RequestBody Document yaml,
            @RequestParam String since,
            @RequestParam(required = false) @Nullable String until,
            @RequestParam(defaultValue = LISTED) int limit,
            @AuthenticationPrincipal Jwt token) {
        Person.of(token).needs(PolicyDecider.PUBLISHERS);
        Period period = Period.read(since, until, limit, clock.instant());
        Policy candidate = PolicyForm.read(yaml.bytes());
        List<String> faults = publishing.check(candidate).faults();
        if (!faults.isEmpty()) {
            throw Refusal.unacceptable(faults);
        }
        return hindsight.backtest(candidate, period.time(), period.listed());
    }

    /// From now on requests are judged by this one; 422 names every fault, and then the one so far goes on holding.
    @PutMapping(consumes = MediaType.APPLICATION_YAML_VALUE)
    PolicyCheck.Findings publish(@RequestBody Document yaml, @AuthenticationPrincipal Jwt token) {
        Person person = Person.of(token);
        person.needs(PolicyDecider.PUBLISHERS);
        return publishing.publish(
                PolicyForm.read(yaml.bytes()),
                Asking.asker(person),
                false,
                Cause.person(person.id(), person.actors(), null));
    }
}
