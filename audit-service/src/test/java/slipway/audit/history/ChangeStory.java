package slipway.audit.history;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;
import slipway.audit.history.Chronicle.Aggregate;
import slipway.audit.history.Chronicle.Why;
import slipway.audit.history.Company.Service;
import slipway.events.ApprovedBy;
import slipway.events.ChangeType;
import slipway.events.Conflict;
import slipway.events.ConflictKind;
import slipway.events.FieldChange;
import slipway.events.HoldKind;
import slipway.events.Meta;
import slipway.events.Outcome;
import slipway.events.PolicyResult;
import slipway.events.RevocationCause;
import slipway.events.Rfc;
import slipway.events.RiskLevel;
import slipway.events.ShapePart;
import slipway.events.Window;
import slipway.events.change.ApprovalSuperseded;
import slipway.events.change.ChangeAmended;
import slipway.events.change.ChangeApproved;
import slipway.events.change.ChangeCancelled;
import slipway.events.change.ChangeExpired;
import slipway.events.change.ChangeHeld;
import slipway.events.change.ChangeHoldLifted;
import slipway.events.change.ChangeReclassified;
import slipway.events.change.ChangeScheduled;
import slipway.events.change.ConflictDetected;
import slipway.events.change.ConflictResolved;
import slipway.events.change.ImpactAssessed;
import slipway.events.change.ImplementationAuthorised;
import slipway.events.change.ImplementationRefused;
import slipway.events.change.ImplementationRevoked;
import slipway.events.change.PolicyEvaluated;
import slipway.events.change.RFCDrafted;
import slipway.events.change.RFCSubmitted;
import slipway.events.change.RiskAssessed;
import slipway.events.change.ScheduledWindowMissed;

/// A change from its request to its start; [Approval] has the votes, [Aftermath] what comes after the release.
final class ChangeStory {

    static final String SERVICE = "change-service";
    static final Duration APPROVAL_LASTS = Duration.ofDays(14);

    enum State {
        ASSESSING,
        WAITING,
        APPROVED,
        SCHEDULED,
        IMPLEMENTING,
        MONITORING,
        ROLLING_BACK,
        REVIEW,
        OVER
    }

    /// What is to become of it, as far as people decide it.
    enum Fate {
        CARRIED_OUT,
        CANCELLED,
        HELD,
        NOT_STARTED
    }

    final World world;
    final Chronicle chronicle;
    final Chronicle.Story story;
    final Dice dice;
    final int number;
    final Aggregate aggregate;
    final Approval approval;
    final Aftermath aftermath;
    private final Service service;
    private final Set<String> authors = new TreeSet<>();
    private final Set<Breach> broken = new TreeSet<>();
    private Rfc rfc;
    private String planDigest;
    State state = State.ASSESSING;
    RiskLevel risk = RiskLevel.LOW;
    boolean unratified;
    private boolean standard;
    private Fate fate = Fate.CARRIED_OUT;
    private List<String> approvers = List.of();
    private Instant validUntil = Instant.MAX;
    private long epoch = 1;
    private int phase;
    private @Nullable String heldBy;
    private @Nullable ReleaseStory release;
    private @Nullable List<ShapePart> stood;

    ChangeStory(World world, int number, Dice dice, Service service, Rfc rfc) {
        this.world = world;
        this.chronicle = world.chronicle;
        this.story = chronicle.new Story();
        this.dice = dice;
        this.number = number;
        this.service = service;
        this.rfc = rfc;
        this.planDigest = Canonical.plan(rfc);
        this.standard = rfc.getType() == ChangeType.STANDARD;
        this.aggregate = world.change("CHG-" + number);
        this.approval = new Approval(this);
        this.aftermath = new Aftermath(this);
    }

    String id() {
        return aggregate.id();
    }

    Service service() {
        return service;
    }

    Rfc rfc() {
        return rfc;
    }

    String planDigest() {
        return planDigest;
    }

    Window window() {
        return rfc.getWindow();
    }

    @Nullable ReleaseStory release() {
        return release;
    }

    Set<String> own() {
        return world.own(rfc, authors);
    }

    void isFated(Fate to) {
        fate = to;
    }

    /// Whether nothing is broken by it.
    boolean isPlain() {
        return broken.isEmpty();
    }

    /// One change breaks one thing, and then goes on as if nothing had been.
    boolean breaks(Breach breach) {
        boolean does = rfc.getType() == ChangeType.NORMAL && approval.isByPeople() && fate == Fate.CARRIED_OUT && isPlain()
                && world.breaks(breach, number, id());
        if (does) {
            broken.add(breach);
        }
        return does;
    }

    Meta tell(Why why, Function<Meta, SpecificRecord> fact) {
        return chronicle.tell(aggregate, why, fact);
    }

    /// Until the state is another.
    void later(Instant when, Runnable what) {
        int mine = phase;
        story.at(when, () -> {
            if (mine == phase) {
                what.run();
            }
        });
    }

    void become(State next) {
        state = next;
        phase++;
        if (next == State.APPROVED || next == State.SCHEDULED) {
            world.waits(this);
        } else {
            world.waitsNoLonger(this);
        }
    }

    /// Written down first, and sent in when it has been slept over.
    void draft(Instant until) {
        Why requester = Why.person(rfc.getRequester());
        tell(requester, meta -> new RFCDrafted(meta, rfc, 1, List.of(rfc.getRequester()), new TreeMap<>()));
        story.at(until, () -> submit(requester, null, null));
    }

    /// @param source who brought it from elsewhere; null: a person
    void submit(Why why, @Nullable String source, @Nullable String sourceId) {
        List<String> writers = source == null ? List.of(rfc.getRequester()) : List.of();
        authors.addAll(writers);
        Meta submitted = tell(why, meta -> new RFCSubmitted(meta, rfc, planDigest, source, sourceId, writers));
        // What follows in the same decision is recorded when it is, and happened then.
        assess(why.occurred(null), submitted.getRecordedAt());
    }

    /// @param now the moment of the whole decision
    private void assess(Why why, Instant now) {
        become(State.ASSESSING);
        ImpactAssessed[] impact = new ImpactAssessed[1];
        RiskAssessed[] assessed = new RiskAssessed[1];
        tell(why, meta -> impact[0] = world.judging.impact(meta, rfc));
        tell(why, meta -> assessed[0] = world.judging.risk(meta, rfc, impact[0], world.failed()));
        risk = assessed[0].getLevel();
        Instant until = Working.earlier(now.plus(APPROVAL_LASTS), outer().getNotAfter());
        if (standard) {
            List<String> against = againstTemplate();
            if (against.isEmpty()) {
                approved(tell(why, meta -> new ChangeApproved(
                        meta, ApprovedBy.TEMPLATE, List.of("template " + rfc.getTemplateRef()), planDigest, until)), List.of("template " + rfc.getTemplateRef()), until);
                return;
            }
            standard = false;
            tell(why, meta -> new ChangeReclassified(meta, ChangeType.STANDARD, ChangeType.NORMAL, against));
        }
        List<String> evidence = world.judging.evidence(rfc);
        PolicyEvaluated[] policy = new PolicyEvaluated[1];
        tell(why, meta -> policy[0] = world.judging.policy(meta, rfc, impact[0], risk, evidence, authors));
        if (policy[0].getAnswer() == PolicyResult.AUTO) {
            List<String> by = List.of("policy " + Judging.POLICY);
            approved(tell(why, meta -> new ChangeApproved(meta, ApprovedBy.POLICY, by, planDigest, until)), by, until);
        } else if (rfc.getType() == ChangeType.LATENT) {
            aftermath.registeredLate(why, policy[0].getRequiredStages(), now);
        } else {
            become(State.WAITING);
            approval.ask(why, policy[0].getRequiredStages(), now, until);
        }
    }

    private List<String> againstTemplate() {
        List<String> reasons = new ArrayList<>();
        String ref = rfc.getTemplateRef();
        if (!world.live(ref)) {
            reasons.add("template " + ref + " is suspended");
        }
        if (risk.compareTo(RiskLevel.MODERATE) > 0) {
            reasons.add("the risk is " + risk + ", template " + ref + " covers " + RiskLevel.MODERATE);
        }
        return reasons;
    }

    Window outer() {
        return rfc.getEnvelope() == null ? rfc.getWindow() : rfc.getEnvelope();
    }

    /// It may be scheduled.
    ///
    /// @param because the fact that says so, or where it is left out the last vote
    void approved(Meta because, List<String> by, Instant until) {
        become(State.APPROVED);
        approvers = by;
        validUntil = until;
        later(until, () -> expire(because, "approved only until " + until));
        schedule(because);
    }

    private void schedule(Meta because) {
        World.Frozen freeze = world.freezes().get(rfc.getService());
        if (freeze != null && window().getNotBefore().isBefore(freeze.until())) {
            freeze(freeze, because);
            return;
        }
        become(State.SCHEDULED);
        ChangeScheduled[] scheduled = new ChangeScheduled[1];
        Meta meta = tell(Why.reaction(SERVICE, because), each -> scheduled[0] = new ChangeScheduled(
                each,
                rfc.getWindow(),
                "RSV-" + id(),
                planDigest,
                rfc.getService(),
                rfc.getVersion(),
                rfc.getDigest(),
                rfc.getEnvironments(),
                rfc.getConfigurationItems(),
                rfc.getRestoreDataOnRollback(),
                rfc.getRequester(),
                rfc.getImplementer(),
                approvers,
                rfc.getRollbackSeconds(),
                rfc.getTitle(),
                rfc.getLinks(),
                List.copyOf(authors)));
        if (release == null) {
            release = new ReleaseStory(world, story, dice, this, aggregate);
        }
        ReleaseStory its = release;
        boolean starts = fate != Fate.NOT_STARTED;
        story.after(1, () -> its.plan(scheduled[0], starts));
        later(window().getNotAfter(), () -> miss(meta));
        live();
    }

    /// What people do to it before it starts.
    private void live() {
        long left = Working.seconds(chronicle.now(), window().getNotBefore());
        switch (fate) {
            case CANCELLED -> {
                if (left > 60) {
                    later(chronicle.now().plusSeconds(left * dice.between(20, 90) / 100), () -> cancel("the customer no longer wants it"));
                }
            }
            case HELD -> {
                if (left > 60) {
                    later(chronicle.now().plusSeconds(left * dice.between(20, 90) / 100), this::hold);
                }
            }
            case NOT_STARTED, CARRIED_OUT -> {}
        }
    }

    void cancel(String reason) {
        Meta cancelled = tell(Why.person(rfc.getRequester()), meta -> new ChangeCancelled(meta, rfc.getRequester(), reason));
        end(cancelled, "the change was cancelled: " + reason);
    }

    void expire(Meta because, String reason) {
        Meta expired = tell(Why.reaction(SERVICE, because), meta -> new ChangeExpired(meta, reason));
        end(expired, "the change expired: " + reason);
    }

    /// Nothing was touched.
    void end(Meta because, String reason) {
        become(State.OVER);
        world.appointments.giveBack(rfc.getService(), window());
        ReleaseStory its = release;
        if (its != null) {
            story.after(1, () -> its.abort(because, reason));
        }
    }

    private void hold() {
        String manager = dice.one(world.company.group(Company.MANAGERS));
        String reason = "the supplier has not confirmed yet";
        heldBy = manager;
        tell(Why.person(manager), meta -> new ChangeHeld(meta, HoldKind.MANUAL, manager, reason));
        // Until shortly before it begins, or shortly after.
        int seconds = dice.in(400) ? dice.between(300, 600) : dice.between(-7200, -60);
        story.at(window().getNotBefore().plusSeconds(seconds), () -> lift(manager, manager + ": the supplier has confirmed"));
    }

    private void lift(String ref, String reason) {
        if (state == State.OVER) {
            return;
        }
        heldBy = null;
        Meta lifted = tell(Why.person(ref), meta -> new ChangeHoldLifted(meta, HoldKind.MANUAL, ref, reason));
        goOn(lifted);
    }

    private void goOn(Meta lifted) {
        ReleaseStory its = release;
        Instant latest = window().getNotBefore().plus(Requests.LATE);
        if (state == State.SCHEDULED && its != null && chronicle.now().isBefore(latest)) {
            story.after(1, () -> its.goOn(lifted));
        }
    }

    /// A freeze came into its way.
    void freeze(World.Frozen freeze, Meta because) {
        Why why = Why.reaction(SERVICE, because);
        heldBy = freeze.id();
        tell(why, meta -> new ConflictDetected(meta, rfc.getService(), freeze.id(), freeze.reason(), ConflictKind.FREEZE));
        tell(why, meta -> new ChangeHeld(meta, HoldKind.FREEZE, freeze.id(), freeze.reason()));
    }

    boolean isHeld() {
        return heldBy != null;
    }

    boolean isFrozenBy(World.Frozen freeze) {
        return freeze.id().equals(heldBy);
    }

    void thaw(World.Frozen freeze, Meta lifted) {
        Why why = Why.reaction(SERVICE, lifted);
        heldBy = null;
        tell(why, meta -> new ConflictResolved(
                meta, new Conflict(ConflictKind.FREEZE, rfc.getService(), freeze.id(), freeze.reason())));
        Meta gone = tell(why, meta -> new ChangeHoldLifted(
                meta, HoldKind.FREEZE, freeze.id(), "the freeze no longer concerns this change"));
        if (state == State.APPROVED && chronicle.now().isBefore(window().getNotBefore())) {
            schedule(gone);
        } else {
            goOn(gone);
        }
    }

    private void miss(Meta scheduled) {
        if (!chronicle.now().isBefore(validUntil)) {
            expire(scheduled, "not started until the approval ended at " + validUntil);
            return;
        }
        Window missed = window();
        Meta told = tell(Why.reaction(SERVICE, scheduled), meta -> new ScheduledWindowMissed(meta, missed));
        become(State.APPROVED);
        later(validUntil, () -> expire(told, "approved only until " + validUntil));
        Instant looks = chronicle.now().plusSeconds(dice.between(10, 90) * 60L);
        later(looks, () -> move(missed));
    }

    /// Within its envelope, nobody has to be asked.
    private void move(Window missed) {
        Window free = world.appointments.take(
                rfc.getService(), chronicle.now(), chronicle.now().plusSeconds(1800), Requests.length(rfc.getEnvironments()), Requests.BACK);
        if (free.getNotAfter().isAfter(outer().getNotAfter()) || !free.getNotBefore().isBefore(validUntil)) {
            world.appointments.giveBack(rfc.getService(), free);
            return;
        }
        fate = Fate.CARRIED_OUT;
        rfc = Rfc.newBuilder(rfc).setWindow(free).build();
        String by = rfc.getRequester();
        Meta amended = tell(Why.person(by), meta -> new ChangeAmended(
                meta, rfc, planDigest, List.of(new FieldChange("window", words(missed), words(free))), false, by, List.of(by)));
        schedule(amended);
    }

    private static String words(Window window) {
        return "Window[notBefore=" + window.getNotBefore() + ", notAfter=" + window.getNotAfter() + "]";
    }

    /// The plan became another one: whatever was voted for no longer counts.
    void amend(Rfc next, List<String> voters) {
        Why requester = Why.person(rfc.getRequester());
        Rfc before = rfc;
        Meta superseded =
                tell(requester, meta -> new ApprovalSuperseded(meta, planDigest, voters, "the plan was amended"));
        rfc = next;
        planDigest = Canonical.plan(next);
        List<FieldChange> diff = new ArrayList<>();
        diff.add(new FieldChange("version", before.getVersion(), next.getVersion()));
        if (before.getDigest() != null) {
            diff.add(new FieldChange("digest", before.getDigest(), ""));
        }
        diff.add(new FieldChange("implementationPlan", before.getImplementationPlan(), next.getImplementationPlan()));
        tell(requester, meta -> new ChangeAmended(
                meta, next, planDigest, diff, true, next.getRequester(), List.of(next.getRequester())));
        assess(requester, superseded.getRecordedAt());
    }

    /// Its template is no way to be approved any more.
    void fallToNormal(String reason, Meta suspended) {
        if (!standard || rfc.getTemplateRef() == null || !suspended.getAggregateId().equals("TPL-" + rfc.getTemplateRef())) {
            return;
        }
        Why why = Why.reaction(SERVICE, suspended);
        Meta superseded = tell(why, meta -> new ApprovalSuperseded(meta, planDigest, approvers, reason));
        fate = Fate.CARRIED_OUT;
        assess(why, superseded.getRecordedAt());
    }

    /// Leave to start, or not.
    void answer(Meta asked, ReleaseStory its, String environment, int resumesAt) {
        Why why = Why.reaction(SERVICE, asked);
        List<String> reasons = new ArrayList<>();
        if (heldBy != null) {
            reasons.add("held by " + heldBy);
        }
        if (state != State.SCHEDULED && state != State.IMPLEMENTING) {
            reasons.add("the change is " + state + ", not SCHEDULED or IMPLEMENTING");
        }
        if (!reasons.isEmpty()) {
            Meta refused = tell(why, meta -> new ImplementationRefused(meta, its.id(), environment, reasons));
            story.after(1, () -> its.refused(refused, reasons));
            return;
        }
        if (state == State.SCHEDULED) {
            become(State.IMPLEMENTING);
        }
        long given = epoch;
        String authorisation = "AUT-" + its.id() + "-" + environment + "-" + given;
        Meta authorised = tell(why, meta -> new ImplementationAuthorised(
                meta, its.id(), environment, authorisation, given, window()));
        List<ShapePart> shape = stood;
        boolean stale = environment.equals("prod") && resumesAt == 0 && breaks(Breach.STALE_EPOCH);
        if (stale) {
            revoke("somebody saw an alert");
        }
        if (resumesAt > 0 && shape != null) {
            story.after(1, () -> its.resume(authorised, authorisation, given, resumesAt, shape));
        } else {
            // Within a minute it could not have known.
            story.after(stale ? 120 : 1, () -> its.start(authorised, authorisation, given));
        }
    }

    private Meta revoke(String reason) {
        String manager = dice.one(world.company.group(Company.MANAGERS));
        Why why = Why.person(manager);
        tell(why, meta -> new ChangeHeld(meta, HoldKind.MANUAL, manager, reason));
        epoch++;
        Meta revoked = tell(why, meta -> new ImplementationRevoked(
                meta, "REL-" + id(), epoch, manager + " holds the change: " + reason, RevocationCause.HOLD));
        story.after(dice.between(120, 500), () -> {
            Meta lifted = tell(why, meta -> new ChangeHoldLifted(
                    meta, HoldKind.MANUAL, manager, manager + ": it was another service"));
            resumable(lifted);
        });
        return revoked;
    }

    private int nextStep;
    private @Nullable Meta lifted;

    /// Somebody wants to look before it goes on.
    void holdRunning() {
        ReleaseStory its = release;
        if (state == State.IMPLEMENTING && its != null && isPlain()) {
            String reason = "an alert in the neighbourhood";
            Meta revoked = revoke(reason);
            its.revoked(revoked, epoch, revoked.getActor().getId() + " holds the change: " + reason);
        }
    }

    void standsStill(int next, List<ShapePart> shape) {
        stood = shape;
        nextStep = next;
        Meta gone = lifted;
        if (gone != null) {
            resumable(gone);
        }
    }

    /// Both have come: it stands, and nothing holds it any more.
    private void resumable(Meta gone) {
        lifted = gone;
        ReleaseStory its = release;
        if (its != null && nextStep > 0 && state == State.IMPLEMENTING) {
            int step = nextStep;
            nextStep = 0;
            story.after(1, () -> its.askToResume(gone, step));
        }
    }

    void deployed(Meta deployed) {
        aftermath.watch(deployed);
    }

    void rollsBack(Meta triggered, String reason) {
        aftermath.rollsBack(triggered, reason);
    }

    void rolledBack(Meta completed, String cause) {
        aftermath.review(completed, Outcome.BACKED_OUT, cause);
    }

    void notRolledBack(Meta failed, String cause) {
        aftermath.review(failed, Outcome.FAILED_NOT_BACKED_OUT, cause);
    }
}
