package slipway.backup;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import slipway.backup.domain.BackupCommand;
import slipway.backup.domain.BackupEvent;
import slipway.backup.domain.BackupState;
import slipway.backup.domain.RestoreCommand;
import slipway.backup.domain.RestoreEvent;
import slipway.backup.domain.RestoreState;
import slipway.backup.domain.VerificationLevel;
import slipway.decider.Wording;
import slipway.http.Form;
import slipway.http.Person;
import slipway.http.Refusal;
import slipway.messaging.Cause;
import slipway.messaging.Decisions;
import slipway.messaging.Outcome;

/// What people do with a backup set. 404: no such set; 403: not for this person; 409: not in the state it is in; 422: what was sent has
/// faults.
@RestController
@RequestMapping("/backups/{id}")
class KeepingController {

    private static final Set<String> MAY_ACT = Set.of("operators", "change-managers");
    private static final String MAY_APPROVE = "approvers";

    private final Decisions<BackupCommand, BackupState, BackupEvent> sets;
    private final Decisions<RestoreCommand, RestoreState, RestoreEvent> restores;
    private final BackupController reading;
    private final BackupRegister register;
    private final Plans plans;
    private final Rollouts rollouts;
    private final Clock clock;
    private final Duration proposalValid;

    KeepingController(
            Decisions<BackupCommand, BackupState, BackupEvent> sets,
            Decisions<RestoreCommand, RestoreState, RestoreEvent> restores,
            BackupController reading,
            BackupRegister register,
            Plans plans,
            Rollouts rollouts,
            Clock clock,
            BackupProperties places) {
        this.sets = sets;
        this.restores = restores;
        this.reading = reading;
        this.register = register;
        this.plans = plans;
        this.rollouts = rollouts;
        this.clock = clock;
        this.proposalValid = places.proposals();
    }

    /// Proves it again: `level` V2 reads every copy to its end, V4 restores it into scratch, too.
    @PostMapping("/verify")
    BackupController.View verify(
            @PathVariable String id, @RequestBody Form form, @AuthenticationPrincipal Jwt token) {
        Person person = person(token);
        reading.show(id);
        String reason = form.text("reason");
        String level = form.has("level") ? form.text("level") : "V2";
        List<String> faults = faults(form, reason);
        if (!List.of("V2", "V4").contains(level)) {
            faults.add("level: V2 or V4 is needed; V4 is V5 where the plan has a smoke test");
        }
        refuse(faults, List.of());
        return decide(
                id,
                List.of(),
                person,
                new BackupCommand.RequestVerification(VerificationLevel.valueOf(level), words(person, reason)));
    }

    @PostMapping("/pin")
    BackupController.View pin(@PathVariable String id, @RequestBody Form form, @AuthenticationPrincipal Jwt token) {
        Person person = person(token);
        reading.show(id);
        String reason = form.text("reason");
        return decide(id, faults(form, reason), person, new BackupCommand.Pin(person.id(), reason));
    }

    /// Ends the hold of a person; that of a release ends when the release is closed.
    @PostMapping("/unpin")
    BackupController.View unpin(@PathVariable String id, @RequestBody Form form, @AuthenticationPrincipal Jwt token) {
        Person person = person(token);
        BackupRegister.Line line = reading.show(id).backup();
        String reason = form.text("reason");
        String holder = form.has("holder") ? form.text("holder") : person.id();
        List<String> faults = faults(form, reason);
        if (faults.isEmpty() && register.isRelease(holder)) {
            faults.add("holder: " + holder + " is a release: it holds the set until it is closed");
        } else if (faults.isEmpty() && isRestoring(holder)) {
            faults.add("holder: " + holder + " is under way");
        } else if (faults.isEmpty() && !line.heldBy().contains(holder)) {
            faults.add("holder: " + holder + " does not hold it; " + (line.heldBy().isEmpty() ? "nobody does" : String.join(", ", line.heldBy()) + " does"));
        }
        return decide(id, faults, person, new BackupCommand.Unpin(holder, words(person, reason)));
    }

    private boolean isRestoring(String restore) {
        return switch (restores.state(restore)) {
            case RestoreState.Requested _, RestoreState.Secured _ -> true;
            case RestoreState.Unknown _, RestoreState.Proposed _, RestoreState.Failed _, RestoreState.Completed _ -> false;
        };
    }

    /// Asks for a restore over live data: `items` (none: all that can be), `to` (a moment, where the recipe can), `withoutSafetyBackup` (items
    /// that are not kept before they are overwritten, such as those of which nothing is left), `despiteReleases` (that are at work there as far
    /// as is known here, and are known to the person to be not).
    @PostMapping("/restore")
    BackupController.View restore(
            @PathVariable String id, @RequestBody Form form, @AuthenticationPrincipal Jwt token) {
        Person person = person(token);
        reading.show(id);
        String reason = form.text("reason");
        List<String> chosen = form.has("items") ? form.texts("items").stream().distinct().toList() : List.of();
        Instant to = form.has("to") ? form.time("to", clock.instant()) : null;
        List<String> without = form.has("withoutSafetyBackup") ? form.texts("withoutSafetyBackup").stream().distinct().toList() : List.of();
        List<String> despite = form.has("despiteReleases") ? form.texts("despiteReleases") : List.of();
        List<String> faults = faults(form, reason);
        BackupState state = sets.state(id);
        if (faults.isEmpty() && state instanceof BackupState.Known known) {
            faults.addAll(unable(known.of(), chosen, to));
        }
        // Whoever approves reads what it is of, where that is not all.
        List<String> items = chosen.isEmpty() && faults.isEmpty() && state instanceof BackupState.Known known ? able(known.of()) : chosen;
        RestoreCommand propose = new RestoreCommand.ProposeRestore(
                id,
                new RestoreState.Extent(items, to, without),
                reason,
                person.everybody(),
                state,
                atWork(state),
                despite,
                clock.instant().plus(proposalValid));
        return restore(id, faults, () -> restores.decide(RestoreEvent.aggregateOf(id), propose, cause(person)));
    }

    private List<String> atWork(BackupState set) {
        return set instanceof BackupState.Known known ? rollouts.at(known.of().plan(), known.of().environment()) : List.of();
    }

    /// Items that can be put back; empty: these are all.
    private List<String> able(BackupState.Origin of) {
        return plans.find(of.plan())
                .map(plan -> able(plan, of))
                .filter(able -> able.size() < of.items().size())
                .orElse(List.of());
    }

    private List<String> able(Plan plan, BackupState.Origin of) {
        return plan.items().stream()
                .filter(item -> of.items().contains(item.name()))
                .filter(plans::putsBack)
                .map(item -> item.name())
                .toList();
    }

    /// What a restore by hand cannot do, in words.
    private List<String> unable(BackupState.Origin of, List<String> chosen, @Nullable Instant to) {
        List<String> faults = new ArrayList<>();
        if (to != null && to.isAfter(clock.instant())) {
            faults.add("to: " + to + " is still to come");
        }
        Optional<Plan> plan = plans.find(of.plan());
        if (plan.isEmpty()) {
            faults.add("there is no backup plan " + of.plan() + " any more, which says where its data are");
            return faults;
        }
        List<String> able = able(plan.get(), of);
        chosen.stream().filter(item -> of.items().contains(item) && !able.contains(item)).forEach(item ->
                faults.add("items: " + item + " is put back with the tools of its system; its kit says how: ./slipway backup kit"));
        if (chosen.isEmpty() && able.isEmpty()) {
            faults.add("none of its items can be put back here; its kit says how: ./slipway backup kit");
        }
        if (to != null) {
            plan.get().items().stream()
                    .filter(item -> chosen.isEmpty() ? able.contains(item.name()) : chosen.contains(item.name()))
                    .filter(item -> !plans.recipe(item).restoresToAMoment(item))
                    .forEach(item -> faults.add("to: " + item.name() + " can be restored only as it was captured"));
        }
        return faults;
    }

    /// `proposal`: the number of what was read, as it is in the answer to `GET`. 409: something else is asked for by now.
    @PostMapping("/approve-restore")
    BackupController.View approve(
            @PathVariable String id, @RequestBody Form form, @AuthenticationPrincipal Jwt token) {
        Person person = Person.of(token);
        person.needs(MAY_APPROVE);
        reading.show(id);
        if (!form.has("proposal")) {
            form.fault("proposal", "is needed: the number of the proposal that was read");
        }
        long proposal = form.number("proposal");
        BackupState set = sets.state(id);
        RestoreCommand approve =
                new RestoreCommand.ApproveRestore(person.everybody(), set, atWork(set), clock.instant());
        return restore(
                id,
                form.faults(),
                () -> restores.decideAt(proposal, RestoreEvent.aggregateOf(id), approve, cause(person)));
    }

    /// Whoever asked for it may take that back like this.
    @PostMapping("/decline-restore")
    BackupController.View decline(
            @PathVariable String id, @RequestBody Form form, @AuthenticationPrincipal Jwt token) {
        Person person = person(token);
        reading.show(id);
        String reason = form.text("reason");
        RestoreCommand decline = new RestoreCommand.DeclineRestore(words(person, reason));
        return restore(
                id,
                faults(form, reason),
                () -> restores.decide(RestoreEvent.aggregateOf(id), decline, cause(person)));
    }

    private BackupController.View decide(String id, List<String> faults, Person person, BackupCommand command) {
        refuse(faults, List.of());
        if (sets.decide(id, command, cause(person)) instanceof Outcome.Refused<BackupState>(var reasons)) {
            refuse(List.of(), reasons);
        }
        return reading.show(id);
    }

    private BackupController.View restore(String id, List<String> faults, Supplier<Outcome<RestoreState>> decision) {
        refuse(faults, List.of());
        try {
            switch (decision.get()) {
                case Outcome.Accepted<RestoreState> _ -> {}
                case Outcome.Refused<RestoreState>(var reasons) -> refuse(List.of(), reasons);
                case Outcome.Outdated<RestoreState> _ ->
                    refuse(List.of(), List.of("that is not what is asked for by now: look at it again"));
            }
        } catch (DuplicateKeyException e) {
            refuse(List.of(), List.of("live data of its plan are being restored from another set"));
        }
        return reading.show(id);
    }

    private static void refuse(List<String> faults, List<String> conflicts) {
        if (!faults.isEmpty()) {
            throw Refusal.unacceptable(faults);
        }
        if (!conflicts.isEmpty()) {
            throw Refusal.conflict(conflicts);
        }
    }

    private static Cause cause(Person person) {
        return Cause.person(person.id(), person.actors(), null);
    }

    private static List<String> faults(Form form, String reason) {
        List<String> faults = new ArrayList<>(form.faults());
        // One that is no text is not missing, too.
        if (faults.stream().noneMatch(fault -> fault.startsWith("reason:"))) {
            faults.addAll(Wording.reason("reason", reason));
        }
        return faults;
    }

    private static String words(Person person, String reason) {
        return person.id() + ": " + reason;
    }

    /// @throws Refusal 403
    static Person person(Jwt token) {
        Person person = Person.of(token);
        if (person.groups().stream().noneMatch(MAY_ACT::contains)) {
            throw Refusal.forbidden(person.id() + " is in none of the groups " + MAY_ACT.stream().sorted().toList());
        }
        return person;
    }
}
