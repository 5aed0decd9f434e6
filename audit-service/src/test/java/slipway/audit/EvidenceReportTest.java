package slipway.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.apache.pdfbox.Loader;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.text.PDFTextStripper;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import slipway.audit.evidence.BackupManifests;
import slipway.audit.evidence.Scope;
import slipway.audit.evidence.Written;
import slipway.audit.history.Happening;
import slipway.events.Rfc;
import slipway.events.change.ApprovalVoteCast;
import slipway.events.change.RFCSubmitted;
import slipway.http.Misconfigured;
import tools.jackson.databind.JsonNode;

/// What a pack is for people.
class EvidenceReportTest {

    @TempDir
    static Path directory;

    private static Packing packing;

    @BeforeAll
    static void sign() {
        packing = Packing.ofTheYear(directory);
    }

    // The report

    @Test
    void the_report_is_well_formed_loads_nothing_and_runs_nothing() throws Exception {
        String html = Packing.text(packing.pack(new Scope.OfChange(Packing.voted())), "report.html");
        DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new ByteArrayInputStream(html.getBytes(StandardCharsets.UTF_8)));
        assertThat(html).startsWith("<!DOCTYPE html>").doesNotContain("<script", "<bookmark", " src=", "url(", "@import", "href=\"http");
    }

    @Test
    void words_of_others_are_never_markup_and_hide_nothing(@TempDir Path there) throws Exception {
        String title = "<script>alert('&')</script> über Größe → 😀\u001B";
        RFCSubmitted some = (RFCSubmitted) Year.facts().stream().filter(each -> each.fact() instanceof RFCSubmitted).findFirst().orElseThrow().fact();
        Rfc rfc = Rfc.newBuilder(some.getRfc()).setTitle(title).setJustification("a\u0000b\u0007c \uD800 gpj.\u202Eexe end").build();
        Written pack;
        try (Workbench bench = new Workbench("part")) {
            bench.live(bench.log().send("CHG-1", 1, meta -> new RFCSubmitted(meta, rfc, null, null, null, List.of())));
            pack = Packing.of(bench, there).pack(new Scope.OfChange("CHG-1"));
        }
        String html = Packing.text(pack, "report.html");
        assertThat(html).doesNotContain("<script").contains("&lt;script&gt;", "über Größe →", "a\uFFFDb\uFFFDc", "gpj.\uFFFDexe");
        DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new ByteArrayInputStream(html.getBytes(StandardCharsets.UTF_8)));
        assertThat(pdf(pack)).contains("<script>alert('&')</script> über Größe →");
    }

    private static String pdf(Written pack) throws IOException {
        try (PDDocument pdf = Loader.loadPDF(pack.files().get("report.pdf"))) {
            return new PDFTextStripper().getText(pdf);
        }
    }

    @Test
    void the_pdf_says_the_same_with_every_vote_and_its_title() throws Exception {
        String change = Packing.voted();
        Written pack = packing.pack(new Scope.OfChange(change));
        String text = pdf(pack).replaceAll("\\s+", " ");
        assertThat(text).contains("Evidence of " + change, "Proofs, and how to verify this without us", "CC8.1", "A.8.32");
        Year.facts().stream()
                .filter(each -> each.key().equals(change))
                .map(Happening::fact)
                .filter(ApprovalVoteCast.class::isInstance)
                .map(ApprovalVoteCast.class::cast)
                .forEach(vote -> assertThat(text).contains(vote.getVoter(), "APPROVE in stage " + vote.getStage()));
        String html = Packing.text(pack, "report.html");
        Year.facts().stream()
                .filter(each -> each.key().equals(change) && each.fact() instanceof RFCSubmitted)
                .forEach(each -> assertThat(html).contains(((RFCSubmitted) each.fact()).getRfc().getRequester()));
    }

    // Backups

    @Test
    void manifests_are_asked_of_backup_service_as_whoever_wants_the_pack_and_false_ones_are_left_out() throws Exception {
        String change = Packing.voted();
        List<JsonNode> sets = Packing.lines(packing.pack(new Scope.OfChange(change)), "facts.jsonl").stream()
                .filter(each -> each.get("type").stringValue().equals("BackupCompleted"))
                .toList();
        assertThat(sets).isNotEmpty();
        List<String> asked = new ArrayList<>();
        HttpServer backups = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        backups.createContext("/", exchange -> {
            asked.add(exchange.getRequestURI() + " " + exchange.getRequestHeaders().getFirst("Authorization"));
            byte[] bytes = "{}".getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        });
        backups.start();
        String address = "http://127.0.0.1:" + backups.getAddress().getPort();
        Written pack;
        try {
            pack = packing.packs(address + "/").write(new Scope.OfChange(change), List.of(), "olu", "secret").orElseThrow();
        } finally {
            backups.stop(0);
        }
        assertThat(asked).contains("/backups/" + sets.getFirst().get("aggregate").stringValue() + "/manifest Bearer secret");
        assertThat(pack.files().keySet()).noneMatch(each -> each.startsWith("backups/"));
        assertThat(Packing.text(pack, "report.html")).contains("what backup-service gives is not the manifest of the fact").doesNotContain("secret");
        Written down = packing.packs(address).write(new Scope.OfChange(change), List.of(), "olu", "secret").orElseThrow();
        assertThat(Packing.text(down, "report.html")).contains("backup-service cannot be asked");
        assertThat(Packing.text(packing.pack(new Scope.OfChange(change)), "report.html")).contains("backup-service was not asked");
    }

    @ParameterizedTest
    @ValueSource(strings = {"backup-service:7603", "localhost:7603", "ftp://backup", "https://", "https:backup", "/backups", "http://a b"})
    void what_is_no_address_of_backup_service_is_told_at_the_start(String address) {
        assertThatThrownBy(() -> new BackupManifests(address)).isInstanceOf(Misconfigured.class).hasMessageContaining("slipway.audit.backup-url: '" + address + "'");
    }
}
