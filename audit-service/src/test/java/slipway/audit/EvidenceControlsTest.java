package slipway.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import slipway.audit.domain.Entry;
import slipway.audit.evidence.Scope;
import slipway.audit.evidence.Written;
import slipway.audit.history.Breach;
import slipway.audit.history.Happening;
import slipway.events.Meta;
import slipway.events.Rfc;
import slipway.events.Strategy;
import slipway.events.Topics;
import slipway.events.VoteDecision;
import slipway.events.change.ApprovalVoteCast;
import slipway.events.change.EmergencyBypassInvoked;
import slipway.events.change.RFCSubmitted;
import slipway.events.release.ReleaseStarted;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What a pack says of a small year in which everything went wrong once: what was done without authority, and which control is met.
class EvidenceControlsTest {

    private static final JsonMapper JSON = new JsonMapper();

    @TempDir
    static Path directory;

    private static Packing packing;

    @BeforeAll
    static void sign() {
        packing = Packing.ofTheYear(directory);
    }

    @Test
    void what_was_deployed_without_an_approved_change_is_told_of_the_whole_period_and_proven() throws Exception {
        Scope whole = new Scope.OfPeriod(Instant.parse("2025-01-01T00:00:00Z"), Instant.parse("2026-01-01T00:00:00Z"), 1, 1);
        Written pack = packing.pack(whole);
        JsonNode completeness = JSON.readTree(Packing.text(pack, "completeness.json"));
        String culprit = Packing.story(Breach.STARTED_WITHOUT_APPROVAL);
        List<String> started = Year.facts().stream()
                .filter(each -> each.fact() instanceof ReleaseStarted && each.meta().getCorrelationId().equals(culprit))
                .map(each -> each.meta().getEventId())
                .toList();
        List<JsonNode> told = completeness.get("deploymentsWithoutAChange").valueStream().toList();
        assertThat(told.stream().map(each -> each.get("eventId").stringValue())).containsAll(started);
        assertThat(told.stream().map(each -> each.get("story").stringValue())).containsOnly(culprit, Packing.story(Breach.STALE_EPOCH));
        assertThat(told).allSatisfy(each -> assertThat(each.get("wrong").stringValue()).startsWith(each.get("story").stringValue() + ": "));
        assertThat(Packing.ids(Packing.lines(pack, "facts.jsonl"))).containsAll(told.stream().map(each -> each.get("eventId").stringValue()).toList());
        assertThat(completeness.get("driftsAndUnauthorised").size())
                .isEqualTo((int) Year.facts().stream().filter(each -> Set.of("EnvironmentDriftDetected", "UnauthorisedChangeDetected").contains(each.type())).count());
        assertThat(completeness.get("selected").intValue()).isOne();
        assertThat(Packing.text(pack, "report.html")).contains(culprit);
    }

    @Test
    void a_rollout_that_shows_no_leaves_is_that_of_its_story(@TempDir Path there) throws Exception {
        try (Workbench bench = new Workbench("part")) {
            Log.Sent sent = bench.log().send("REL-X2", 1, meta -> new ReleaseStarted(
                    Meta.newBuilder(meta).setCorrelationId("CHG-X2").setEventId("x2").build(),
                    "prod", "a", Strategy.ROLLING, "BKP-X2", "AUT-X2", 1L, 1L, List.of(), List.of(), false));
            bench.live(new Log.Sent(new Entry.Place(Topics.RELEASE, 0, 0), sent.wire(), sent.fact()));
            Written pack = Packing.of(bench, there).pack(new Scope.OfPeriod(Log.AT.minusSeconds(60), Log.AT.plusSeconds(60), 1, 1));
            JsonNode told = JSON.readTree(Packing.text(pack, "completeness.json")).get("deploymentsWithoutAChange");
            assertThat(told).singleElement().satisfies(each -> assertThat(Packing.texts(each.get("changes"))).containsExactly("CHG-X2"));
        }
    }

    @Test
    void what_is_complete_of_one_change_is_told_without_counts_of_others(@TempDir Path there) throws Exception {
        try (Workbench bench = new Workbench("part")) {
            bench.live(bench.log().refused("CHG-1"));
            Written pack = Packing.of(bench, there).pack(new Scope.OfChange("CHG-1"));
            assertThat(Packing.text(pack, "completeness.json")).isEqualTo(
                    """
                    {"period":{"from":"2026-03-01T10:15:31.123Z","to":"2026-03-01T10:15:31.124Z"},"deploymentsWithoutAChange":[],\
                    "driftsAndUnauthorised":[],"breachesFound":[],"moreThanListed":false}""");
        }
    }

    @Test
    void a_vote_in_the_place_of_who_asked_is_their_own(@TempDir Path there) throws Exception {
        try (Workbench bench = new Workbench("part")) {
            Rfc rfc = Year.facts().stream().map(Happening::fact).filter(RFCSubmitted.class::isInstance).map(RFCSubmitted.class::cast).findFirst().orElseThrow().getRfc();
            bench.live(bench.log().send("CHG-1", 1, meta -> new RFCSubmitted(meta, rfc, null, null, null, List.of())));
            bench.live(bench.log().send(
                    "CHG-1", 2, meta -> new ApprovalVoteCast(meta, "owners", "somebody", VoteDecision.APPROVE, null, rfc.getRequester(), List.of())));
            JsonNode verdict = Objects.requireNonNull(Packing.verdicts(Packing.of(bench, there).pack(new Scope.OfChange("CHG-1"))).get("CC8.1"));
            assertThat(verdict.get("verdict").stringValue()).isEqualTo("NOT_MET");
            assertThat(verdict.get("why").stringValue()).contains(rfc.getRequester() + " approved a change of their own");
        }
    }

    // Controls

    @Test
    void an_orderly_change_meets_every_control_by_facts_that_are_in_the_pack() throws Exception {
        Written pack = packing.pack(new Scope.OfChange(Packing.voted()));
        Map<String, JsonNode> verdicts = Packing.verdicts(pack);
        assertThat(verdicts).containsOnlyKeys("CC8.1", "A.8.32", "Change enablement");
        assertThat(verdicts.values()).allSatisfy(each -> {
            assertThat(each.get("verdict").stringValue()).as("%s", each).isEqualTo("MET");
            assertThat(Packing.ids(Packing.lines(pack, "facts.jsonl"))).containsAll(Packing.texts(each.get("facts")));
        });
    }

    @Test
    void what_was_broken_is_not_met_and_named() throws Exception {
        Map<Breach, String> said = Map.of(
                Breach.STARTED_WITHOUT_APPROVAL, "it was not approved when it got leave",
                Breach.STALE_EPOCH, "had been revoked",
                Breach.BACKUP_NOT_VERIFIED, "was not verified to",
                Breach.OWN_APPROVAL, "approved a change of their own");
        for (Map.Entry<Breach, String> each : said.entrySet()) {
            JsonNode verdict = Objects.requireNonNull(Packing.verdicts(packing.pack(new Scope.OfChange(Packing.story(each.getKey())))).get("CC8.1"));
            assertThat(verdict.get("verdict").stringValue()).as("%s", each).isEqualTo("NOT_MET");
            assertThat(verdict.get("why").stringValue()).contains(each.getValue());
        }
    }

    @Test
    void an_emergency_is_met_when_it_was_ratified_and_a_change_made_without_leave_never_is() throws Exception {
        String emergency = Year.facts().stream()
                .filter(each -> each.fact() instanceof EmergencyBypassInvoked)
                .map(Happening::key)
                .filter(each -> Year.facts().stream().anyMatch(fact -> fact.key().equals(each) && fact.type().equals("RetroactiveApprovalRecorded")))
                .findFirst()
                .orElseThrow();
        assertThat(Packing.verdicts(packing.pack(new Scope.OfChange(emergency))).get("CC8.1").get("why").stringValue()).contains("an emergency, let through by", "ratified by");
        String late = Year.facts().stream().filter(each -> each.type().equals("UnauthorisedChangeDetected")).map(Happening::key).findFirst().orElseThrow();
        JsonNode verdict = Packing.verdicts(packing.pack(new Scope.OfChange(late))).get("A.8.32");
        assertThat(verdict.get("verdict").stringValue()).isEqualTo("NOT_MET");
        assertThat(verdict.get("why").stringValue()).contains("it was made before anybody could approve it");
    }
}
