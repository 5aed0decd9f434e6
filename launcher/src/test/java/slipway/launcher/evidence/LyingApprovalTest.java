package slipway.launcher.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import slipway.audit.history.Happening;
import slipway.events.ApprovedBy;
import slipway.events.ChangeType;
import slipway.events.change.ApprovalPolicyPublished;
import slipway.events.change.ApprovalRequested;
import slipway.events.change.ApprovalVoteCast;
import slipway.events.change.ChangeAmended;
import slipway.events.change.ChangeApproved;
import slipway.events.change.EmergencyBypassInvoked;
import slipway.events.change.PolicyEvaluated;
import slipway.events.change.RFCSubmitted;
import slipway.events.change.StandardTemplatePublished;
import slipway.events.release.CanaryAnalysisCompleted;
import slipway.events.release.ReleasePlanned;
import slipway.launcher.evidence.Decision.Result;

/// A ledger that told of approvals and verdicts that were not given as the rules ask for it, and signed that.
class LyingApprovalTest {

    @TempDir
    private static Path home;

    private static PackBench bench;

    @BeforeAll
    static void a_year_that_a_ledger_signed_for() throws IOException {
        bench = new PackBench(home);
    }

    @AfterAll
    static void close() {
        bench.close();
    }

    private static <F> List<String> differing(Class<F> type, Consumer<F> told) {
        return differing(bench.lie(_ -> false, bench.of(type, told)));
    }

    private static List<String> differing(Verification found) {
        return found.decisions().stream().filter(each -> each.result() == Result.DIFFERS).map(Decision::words).toList();
    }

    private static String requester() {
        return bench.few.stream()
                .filter(each -> each.fact() instanceof RFCSubmitted && each.key().equals(bench.change))
                .map(each -> ((RFCSubmitted) each.fact()).getRfc().getRequester())
                .findFirst()
                .orElseThrow();
    }

    @Test
    void others_who_were_asked_than_the_policy_said_are_found() {
        assertThat(differing(ApprovalRequested.class, asked -> SignedYear.set(asked.getStage(), "eligible", List.of("mallory"))))
                .anySatisfy(each -> assertThat(each).startsWith("the policy asks for ").contains("mallory"));
    }

    @Test
    void a_plan_about_which_no_policy_was_asked_is_approved_by_nobody() {
        Verification found = bench.lie(each -> each.fact() instanceof PolicyEvaluated && each.key().equals(bench.change), _ -> {});
        assertThat(differing(found)).contains("approved by people, and no policy was asked about this plan");
        assertThat(differing(ChangeApproved.class, approved -> SignedYear.set(approved, "by", ApprovedBy.POLICY)))
                .contains("approved by a policy, and the last answer of one about this plan is APPROVAL_REQUIRED");
    }

    @Test
    void an_answer_about_the_plan_before_an_amendment_is_none_about_this_one() {
        Set<String> approved = bench.few.stream()
                .filter(each -> each.fact() instanceof ChangeApproved told && told.getBy() == ApprovedBy.HUMAN)
                .map(Happening::key)
                .collect(Collectors.toSet());
        String amended = of(ChangeAmended.class, each -> each.getMaterial() && approved.contains(each.getMeta().getAggregateId()));
        AtomicInteger answers = new AtomicInteger();
        Verification found = bench.verified(Packs.of(
                bench.lying(each -> each.fact() instanceof PolicyEvaluated && each.key().equals(amended) && answers.getAndIncrement() > 0, _ -> {}),
                Set.of(amended)));
        assertThat(differing(found)).contains("approved by people, and no policy was asked about this plan");
    }

    @Test
    void whoever_asked_for_it_and_has_a_hand_in_its_approval_is_found() {
        assertThat(differing(ApprovalVoteCast.class, vote -> SignedYear.set(vote, "through", List.of(requester()))))
                .anySatisfy(each -> assertThat(each).startsWith("[" + requester() + "] asked for it").endsWith("and approved it"));
    }

    @Test
    void an_approval_of_another_plan_is_found() {
        assertThat(differing(ChangeApproved.class, approved -> SignedYear.set(approved, "planDigest", "sha256:another")))
                .anySatisfy(each -> assertThat(each).startsWith("approved is the plan sha256:another"));
    }

    @Test
    void a_glass_that_nobody_broke_or_not_in_an_emergency_is_found() {
        assertThat(differing(ChangeApproved.class, approved -> SignedYear.set(approved, "by", ApprovedBy.BREAK_GLASS)))
                .contains("nobody broke the glass before it");
        String emergency = of(EmergencyBypassInvoked.class, _ -> true);
        Verification found = bench.verified(Packs.of(
                bench.lying(_ -> false, fact -> {
                    if (fact instanceof EmergencyBypassInvoked bypass) {
                        SignedYear.set(bypass, "incidentRef", "");
                    }
                }),
                Set.of(emergency)));
        assertThat(differing(found)).contains("the glass was broken for no incident");
        Verification planned = bench.verified(Packs.of(
                bench.lying(_ -> false, fact -> {
                    if (fact instanceof RFCSubmitted asked && asked.getMeta().getAggregateId().equals(emergency)) {
                        SignedYear.set(asked.getRfc(), "type", ChangeType.NORMAL);
                    }
                }),
                Set.of(emergency)));
        assertThat(differing(planned)).contains("the glass was broken for a NORMAL change");
    }

    private static <F> String of(Class<F> type, Predicate<F> which) {
        return bench.few.stream()
                .filter(each -> type.isInstance(each.fact()) && which.test(type.cast(each.fact())))
                .map(Happening::key)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void a_template_that_the_request_does_not_keep_to_is_found() {
        String standard = of(ChangeApproved.class, approved -> approved.getBy() == ApprovedBy.TEMPLATE);
        assertThat(bench.verified(Packs.of(bench.signed, Set.of(standard))).decisions())
                .filteredOn(each -> each.of().endsWith(standard))
                .extracting(Decision::result)
                .containsOnly(Result.MATCH);
        Verification found = bench.verified(Packs.of(
                bench.lying(_ -> false, fact -> {
                    if (fact instanceof StandardTemplatePublished template) {
                        SignedYear.set(template, "environments", List.of("dev"));
                    }
                }),
                Set.of(standard)));
        assertThat(differing(found)).anySatisfy(each -> assertThat(each).contains("is not for prod"));
        Packs without = Packs.of(bench.signed, Set.of(standard));
        without.rows.removeIf(row -> row.aggregate().startsWith("TPL-"));
        assertThat(bench.verified(without).faults())
                .anySatisfy(fault -> assertThat(fault).startsWith("a decision was made by template ").endsWith("left out"));
    }

    @Test
    void a_policy_that_was_asked_about_another_plan_is_found() {
        Map.of("environments", "[moon]", "authors", "[mallory]", "evidence", "[INCIDENT, TESTED]", "type", "LATENT").forEach((name, lie) -> {
            List<String> found = differing(PolicyEvaluated.class, told -> {
                Map<String, String> inputs = new TreeMap<>(told.getInputs());
                inputs.put(name, lie);
                SignedYear.set(told, "inputs", inputs);
            });
            assertThat(found).anySatisfy(each -> assertThat(each).contains("it was asked with " + name + " " + lie + ", and recorded before is "));
        });
    }

    @Test
    void a_policy_that_was_published_after_it_answered_is_found() {
        Verification found = bench.lie(_ -> false, fact -> {
            if (fact instanceof ApprovalPolicyPublished policy) {
                SignedYear.set(policy.getMeta(), "recordedAt", Instant.parse("2025-12-31T23:59:59Z"));
            }
        });
        assertThat(differing(found)).anySatisfy(each -> assertThat(each).contains("was published at 2025-12-31T23:59:59Z, and this was recorded at "));
    }

    @Test
    void limits_that_were_not_planned_are_no_limits() {
        assertThat(differing(CanaryAnalysisCompleted.class, told -> SignedYear.set(
                        told.getAnalysis().getMetrics().getFirst().getThreshold(), "failureLimit", 1000)))
                .anySatisfy(each -> assertThat(each).contains("that is none of the plan's for "));
        Verification found = bench.lie(_ -> false, bench.of(ReleasePlanned.class, planned -> planned.getStages().forEach(stage -> SignedYear.set(stage, "analyses", List.of()))));
        assertThat(found.holds()).isTrue();
        assertThat(found.decisions()).anySatisfy(each -> {
            assertThat(each.result()).isEqualTo(Result.CANNOT);
            assertThat(each.words()).startsWith("the plan before it says nothing of how ");
        });
    }
}
