package slipway.audit.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import slipway.audit.domain.Invariant;
import slipway.audit.evidence.Finding.Verdict;
import slipway.events.backup.BackupVerified;
import slipway.events.change.ImplementationAuthorised;
import slipway.events.release.CanaryAnalysisCompleted;
import slipway.events.release.PackageTested;
import slipway.events.release.ReleaseStarted;
import slipway.events.release.RollbackTriggered;

class RolloutsTest {

    private static final String WINDOW = "'window':{'notBefore':'2026-03-01T09:00:00Z','notAfter':'2026-03-01T12:00:00Z'}";
    private static final String OVER = "'window':{'notBefore':'2026-03-01T07:00:00Z','notAfter':'2026-03-01T08:00:00Z'}";

    private static Told analysed(String... verdicts) {
        Told told = new Told();
        for (String verdict : verdicts) {
            told.release(CanaryAnalysisCompleted.class, "{'environment':'prod','step':3,'verdict':'" + verdict + "'}");
        }
        return told;
    }

    @ParameterizedTest
    @ValueSource(strings = {"FAIL", "ERROR", "INCONCLUSIVE", "UNKNOWN"})
    void whatever_is_no_pass_is_taken_back_there_and_then(String verdict) {
        assertThat(Rollouts.validated(analysed("PASS").story()).verdict()).isEqualTo(Verdict.MET);
        assertThat(Rollouts.validated(analysed(verdict).story()))
                .extracting(Finding::verdict, Finding::why)
                .containsExactly(Verdict.NOT_MET, "the analysis in prod said " + verdict + " and it was not taken back there");
        assertThat(Rollouts.validated(analysed(verdict, "PASS").story()).verdict()).as("measured anew").isEqualTo(Verdict.MET);
        String back = "{'environment':'prod','environments':['prod','test']}";
        assertThat(Rollouts.validated(analysed(verdict).release(RollbackTriggered.class, back).story()).verdict()).isEqualTo(Verdict.MET);
        assertThat(Rollouts.validated(analysed(verdict).fact("REL-2", RollbackTriggered.class, back).story()).verdict()).isEqualTo(Verdict.NOT_MET);
        assertThat(Rollouts.validated(analysed(verdict).release(RollbackTriggered.class, "{'environment':'test','environments':['test']}").story()).verdict())
                .isEqualTo(Verdict.NOT_MET);
        assertThat(Rollouts.validated(new Told()
                                .release(RollbackTriggered.class, back)
                                .release(CanaryAnalysisCompleted.class, "{'environment':'prod','step':3,'verdict':'" + verdict + "'}")
                                .story())
                        .verdict())
                .as("before it")
                .isEqualTo(Verdict.NOT_MET);
    }

    private static Verdict scheduled(String leave, String start) {
        return Rollouts.scheduled(new Told().change(ImplementationAuthorised.class, leave).release(ReleaseStarted.class, start).story()).verdict();
    }

    @Test
    void a_rollout_is_within_the_window_of_the_leave_that_it_shows_and_of_no_other() {
        String start = "{'environment':'prod','authorisationId':'A','epoch':2,'leaves':[{'changeId':'CHG-0','authorisationId':'Z','epoch':1},"
                + "{'changeId':'CHG-1','authorisationId':'A','epoch':2}]}";
        String leave = "{'releaseId':'REL-1','environment':'prod','authorisationId':'A','epoch':2,";
        assertThat(scheduled(leave + WINDOW + "}", start)).isEqualTo(Verdict.MET);
        assertThat(scheduled(leave + OVER + "}", start)).isEqualTo(Verdict.NOT_MET);
        for (String other : new String[] {
            leave.replace("REL-1", "REL-2"), leave.replace("prod", "test"), leave.replace("'A'", "'B'"), leave.replace("2", "1")
        }) {
            assertThat(scheduled(other + WINDOW + "}", start)).as(other).isEqualTo(Verdict.NOT_MET);
        }
        assertThat(scheduled(leave + WINDOW + "}", "{'environment':'prod','authorisationId':'A','epoch':2,'leaves':[]}"))
                .as("before a release could carry several")
                .isEqualTo(Verdict.MET);
    }

    private static Finding tested(String digest, String checks) {
        return Rollouts.tested(new Told()
                .release(PackageTested.class, "{'digest':'" + digest + "','checks':" + checks + "}")
                .release(ReleaseStarted.class, "{'environment':'prod','digest':'sha256:a'}")
                .story());
    }

    @Test
    void what_was_rolled_out_was_tested_and_nothing_measured_is_no_test() {
        String passed = "[{'name':'digest','passed':true}]";
        assertThat(tested("sha256:a", passed).verdict()).isEqualTo(Verdict.MET);
        assertThat(tested("sha256:b", passed).why()).as("another one").contains("no check of it is recorded");
        assertThat(tested("sha256:a", "[]").verdict()).isEqualTo(Verdict.NOT_MET);
        assertThat(tested("sha256:a", "[{'name':'digest','passed':true},{'name':'content','passed':false}]").why()).endsWith("failed content");
        assertThat(Rollouts.tested(new Told()
                                .release(ReleaseStarted.class, "{'environment':'prod','digest':'sha256:a'}")
                                .release(PackageTested.class, "{'digest':'sha256:a','checks':" + passed + "}")
                                .story())
                        .verdict())
                .as("too late")
                .isEqualTo(Verdict.NOT_MET);
    }

    @Test
    void a_backup_that_was_found_corrupt_is_no_way_back() {
        Told told = new Told()
                .fact("BKP-1", BackupVerified.class, "{'level':'V2'}")
                .release(ReleaseStarted.class, "{'environment':'prod','backupSetId':'BKP-1'}");
        assertThat(Rollouts.secured(told.story()).why()).isEqualTo("a way back for prod from BKP-1, proven to V2");
        Finding finding = Rollouts.secured(told.breaks(Invariant.START_HAS_A_WAY_BACK, "backup set BKP-1 brought nothing back: BackupCorrupted").story());
        assertThat(finding.verdict()).isEqualTo(Verdict.NOT_MET);
        assertThat(finding.why()).contains("BackupCorrupted");
    }
}
