package slipway.release;

import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.FileSystemResource;
import org.springframework.core.io.Resource;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.transaction.support.TransactionTemplate;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import slipway.http.Form;
import slipway.http.Person;
import slipway.http.Refusal;
import slipway.messaging.Cause;
import slipway.messaging.Decisions;
import slipway.release.domain.ReleaseCommand;
import slipway.release.domain.ReleaseEvent;
import slipway.release.domain.ReleaseEvent.ReleasePlanned;
import slipway.release.domain.ReleaseState;

/// Plans that people write, and what they leave to read. 404: no such release or evidence; 403: not for this person;
/// 409: another release carries the change by now; 412: it went on since it was looked at (`If-Match`); 422: with every fault of the
/// plan.
@RestController
@RequestMapping("/releases")
class PlanController {

    private static final MediaType MARKDOWN = MediaType.parseMediaType("text/markdown;charset=UTF-8");

    private final Decisions<ReleaseCommand, ReleaseState, ReleaseEvent> releases;
    private final ReleaseController reading;
    private final ControlController control;
    private final Following following;
    private final Catalogue catalogue;
    private final Evidence evidence;
    private final TransactionTemplate transaction;

    PlanController(
            Decisions<ReleaseCommand, ReleaseState, ReleaseEvent> releases,
            ReleaseController reading,
            ControlController control,
            Following following,
            Catalogue catalogue,
            Evidence evidence,
            TransactionTemplate transaction) {
        this.releases = releases;
        this.reading = reading;
        this.control = control;
        this.following = following;
        this.catalogue = catalogue;
        this.evidence = evidence;
        this.transaction = transaction;
    }

    /// The release of the first change carries all of them; the others' releases are joined into it, all or none.
    @PostMapping
    ResponseEntity<ReleaseView> plan(
            @RequestBody Form form,
            @AuthenticationPrincipal Jwt token,
            @RequestHeader(name = HttpHeaders.IF_MATCH, required = false) @Nullable String match) {
        Person person = control.actor(token);
        return reading.show(Objects.requireNonNull(transaction.execute(_ -> planned(form, person, match))));
    }

    /// Read and decided in one transaction: what it was written for holds until it is stored.
    ///
    /// @param match the ETag of the release of the first change; null: whatever it is
    private String planned(Form form, Person person, @Nullable String match) {
        ReleasePlanned plan = PlanForm.read(form, catalogue, this::scheduled);
        String first = plan.changeIds().getFirst();
        String id = following.own(first);
        // In the order of their names: two plans for the same changes wait for each other instead of locking each other out.
        TreeMap<String, ReleaseCommand> commands = new TreeMap<>();
        plan.changeIds().forEach(each -> commands.put(
                following.own(each), new ReleaseCommand.Join(id, "planned together with " + first)));
        commands.put(id, new ReleaseCommand.Plan(plan));
        plan.changeIds().forEach(each -> leavesNobodyOut(following.carrier(each), plan));
        if (!following.carrier(first).equals(id)) {
            throw Refusal.unacceptable(List.of("changes: " + first + " is carried by " + following.carrier(first)
                    + "; name the change first whose release that is"));
        }
        commands.forEach((release, command) ->
                decide(release, command, person, first, release.equals(id) ? match : null));
        return id;
    }

    /// One that was joined has no release of its own any more.
    private void leavesNobodyOut(String id, ReleasePlanned plan) {
        if (releases.state(id) instanceof ReleaseState.Open open) {
            List<String> left = open.journey().changeIds().stream()
                    .filter(each -> !plan.changeIds().contains(each))
                    .map(each -> "changes: " + each + " is carried by " + id + " and cannot be left out any more")
                    .toList();
            if (!left.isEmpty()) {
                throw Refusal.unacceptable(left);
            }
        }
    }

    private void decide(
            String release, ReleaseCommand command, Person person, String changeId, @Nullable String match) {
        List<String> refused =
                control.decide(release, command, Cause.person(person.id(), person.actors(), changeId), match);
        if (!refused.isEmpty()) {
            throw Refusal.conflict(refused.stream().map(reason -> release + ": " + reason).toList());
        }
        // Asked for twice it holds already.
        if (command instanceof ReleaseCommand.Plan(var plan)
                && !(releases.state(release) instanceof ReleaseState.Open open
                        && open.journey().plan().equals(plan))) {
            throw Refusal.conflict(List.of(release + " cannot be planned anew: it is "
                    + releases.state(release).status()));
        }
    }

    /// The plan by which a scheduled change would be released so far, as long as nothing of it was started.
    private PlanForm.Own scheduled(String changeId) {
        String id = following.carrier(changeId);
        ReleaseState state = releases.state(id);
        String status = state.status();
        return switch (state) {
            case ReleaseState.Nothing _ ->
                new PlanForm.Own.None(
                        changeId + " is not scheduled, as far as is known here; if it was only just now, try again in a moment");
            case ReleaseState.Open open when open.journey().touched().isEmpty() ->
                new PlanForm.Own.Plan(open.journey().plan());
            case ReleaseState.Released _,
                    ReleaseState.RolledBack _,
                    ReleaseState.Resolved _,
                    ReleaseState.Aborted _,
                    ReleaseState.Closed _ ->
                new PlanForm.Own.None("the release of " + changeId + " is over: " + id + " is " + status);
            case ReleaseState.Open _ ->
                new PlanForm.Own.None("the release of " + changeId + " was started: " + id + " is " + status);
            case ReleaseState.Joined(var into) ->
                new PlanForm.Own.None("the release of " + changeId + " was joined into " + into);
        };
    }

    /// What a release brings, made from its facts, in Markdown.
    @GetMapping("/{id}/notes")
    ResponseEntity<String> notes(@PathVariable String id) {
        reading.view(id);
        return ResponseEntity.ok().contentType(MARKDOWN).body(ReleaseNotes.of(id, releases.facts(id)));
    }

    /// What a program said, or its report.
    @GetMapping("/{id}/evidence/{digest}")
    ResponseEntity<Resource> evidence(@PathVariable String id, @PathVariable String digest) {
        reading.view(id);
        Path file = evidence.find(id, digest)
                .orElseThrow(() -> Refusal.unknown("there is no evidence " + digest + " of " + id));
        return ResponseEntity.ok().contentType(MediaType.APPLICATION_OCTET_STREAM).body(new FileSystemResource(file));
    }
}
