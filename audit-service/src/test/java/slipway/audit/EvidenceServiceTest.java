package slipway.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.Test;
import slipway.events.Topics;
import slipway.events.change.RFCRefused;
import slipway.messaging.RunningService;
import slipway.messaging.RunningService.Answer;

/// Evidence packs as the running service gives them.
class EvidenceServiceTest {

    private static final String OLU = "olu:auditors";

    private final TheLedger ledger = TheLedger.running();
    private final RunningService service = ledger.service();

    private Answer ask(String who, String query) {
        return service.ask(who, "GET", "/evidence?" + query, "application/json", "");
    }

    private String refused(String change) {
        service.publish(
                Topics.CHANGE,
                new RFCRefused(RunningService.meta(change, 1, change), "a new cable", "elsewhere", change, List.of("which cable?")),
                change);
        ledger.signedFor(change);
        return change;
    }

    @Test
    void a_pack_is_a_zip_for_auditors_once_its_facts_are_signed_for() throws Exception {
        String change = refused("CHG-E1");
        byte[] pack = service.bytes("/evidence?change=" + change, OLU);
        try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(pack))) {
            assertThat(zip.getNextEntry().getName()).isEqualTo("manifest.json");
            assertThat(new String(zip.readAllBytes(), StandardCharsets.UTF_8)).contains("\"change\":\"" + change + "\"", "\"createdBy\":\"olu\"");
        }
    }

    @Test
    void it_is_for_auditors_and_operators_only() {
        assertThat(ask("dana:developers", "change=CHG-1").status()).isEqualTo(403);
    }

    @Test
    void nobody_knows_what_never_was() {
        Answer answer = ask(OLU, "change=CHG-NONE");
        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.reasons()).containsExactly("there is no change CHG-NONE");
    }

    @Test
    void every_wrong_parameter_is_named_at_once() {
        Answer answer = ask(OLU, "from=March&to=2026-04-01T00:00:00Z&sample=0&seed=x&kept=7,0,some");
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.reasons()).containsExactlyInAnyOrder(
                "from: 'March' is no time, such as 2026-03-01 or 2026-03-01T10:00:00Z",
                "sample: has to be from 1 to 100, and not 0",
                "seed: 'x' is no whole number",
                "kept: has to be from 1 to 9223372036854775807, and not 0",
                "kept: 'some' is no whole number");
        assertThat(ask(OLU, "").reasons()).hasSize(4);
        assertThat(ask(OLU, "change=CHG-1&seed=1").reasons()).isEqualTo(List.of("change: one change has no period and no sample; say either"));
        assertThat(ask(OLU, "from=2026-04-01T00:00:00Z&to=2026-03-01T00:00:00Z&sample=1&seed=1").reasons()).containsExactly("to: is not after from");
    }

    @Test
    void what_is_not_signed_for_is_not_given_away_and_it_is_told_what_to_wait_for() {
        String change = refused("CHG-E2");
        // As when another instance that signs has died with its leaves half written: this fact is no leaf.
        ledger.jdbc().sql("alter table ledger disable trigger all").update();
        try {
            ledger.jdbc().sql("create table kept_back as select * from ledger where aggregate_id = ?").param(change).update();
            ledger.jdbc().sql(
                            """
                            insert into ledger select topic, partition, 999999999, type, aggregate_id, 2, 'unsigned-' || event_id, correlation_id, causation_id, actor,
                                actor_kind, on_behalf_of, occurred_at, recorded_at, wire, hash, prev_hash, chain_holds, payload from kept_back
                            """)
                    .update();
            Answer answer = ask(OLU, "change=" + change);
            assertThat(answer.status()).isEqualTo(409);
            assertThat(answer.reasons()).singleElement().asString().contains("facts that are not signed for yet: 1", "ask again when GET /log has a checkpoint of more than");
        } finally {
            ledger.jdbc().sql("delete from ledger where log_offset = 999999999").update();
            ledger.jdbc().sql("drop table if exists kept_back").update();
            ledger.jdbc().sql("alter table ledger enable trigger all").update();
        }
    }
}
