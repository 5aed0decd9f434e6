package slipway.change;

import java.util.List;
import org.springframework.http.MediaType;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import slipway.change.domain.PolicyDecider;
import slipway.change.policy.Policy;
import slipway.change.policy.PolicyCheck;
import slipway.http.Document;
import slipway.http.Person;
import slipway.messaging.Cause;

/// The approval policy over HTTP. Its text is YAML, and kept as it was written.
@RestController
@RequestMapping("/policy")
class PolicyController {

    private final Publishing publishing;
    private final Policies policies;

    PolicyController(Publishing publishing, Policies policies) {
        this.publishing = publishing;
        this.policies = policies;
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
