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
import slipway.events.FieldChange;
import slipway.events.Meta;
import slipway.events.Outcome;
import slipway.events.PolicyResult;
import slipway.events.Rfc;
import slipway.events.RiskLevel;
import slipway.events.Window;
import slipway.events.change.ApprovalSuperseded;
import slipway.events.change.ChangeAmended;
import slipway.events.change.ChangeApproved;
import slipway.events.change.ChangeCancelled;
import slipway.events.change.ChangeExpired;
import slipway.events.change.ChangeReclassified;
import slipway.events.change.ImpactAssessed;
import slipway.events.change.PolicyEvaluated;
import slipway.events.change.RFCDrafted;
import slipway.events.change.RFCSubmitted;
import slipway.events.change.RiskAssessed;

/// A change from its request to its approval; [Approval] has the votes, [Place] the calendar, [Leave] the start, [Aftermath] what comes after the release.
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

    final World world;
    final Chronicle chronicle;
    final Chronicle.Story story;
    final Dice dice;
    final int number;
    final Aggregate aggregate;
    final Approval approval;
    final Place place;
    final Leave leave;
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
    private List<String> approvers = List.of();
    private Instant validUntil = Instant.MAX;
    private int phase;
    private @Nullable ReleaseStory release;

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
        this.place = new Place(this);
        this.leave = new Leave(this);
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

    Set<String> authors() {
        return authors;
    }

    List<String> approvers() {
        return approvers;
    }

    Instant validUntil() {
        return validUntil;
    }

    /// The window moves within its envelope: the same plan.
    void moveTo(Window window) {
        rfc = Rfc.newBuilder(rfc).setWindow(window).build();
    }

    ReleaseStory itsRelease() {
        ReleaseStory its = release;
        if (its == null) {
            its = new ReleaseStory(world, story, dice, this, aggregate);
            release = its;
        }
        return its;
    }

    @Nullable ReleaseStory release() {
        return release;
    }

    Set<String> own() {
        return world.own(rfc, authors);
    }

    /// Whether nothing is broken by it.
    boolean isPlain() {
        return broken.isEmpty();
    }

    /// One change breaks one thing, and then goes on as if nothing had been.
    boolean breaks(Breach breach) {
        boolean does = rfc.getType() == ChangeType.NORMAL && approval.isByPeople() && place.isCarriedOut() && isPlain()
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
        place.schedule(because);
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
        place.isFated(Place.Fate.CARRIED_OUT);
        assess(why, superseded.getRecordedAt());
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
