package slipway.audit.history;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;
import slipway.events.ChangeType;
import slipway.events.Rfc;
import slipway.events.Window;

/// What change-service digests, written down as it does: every value with its length. Written anew, so that a slip there shows.
final class Canonical {

    private final StringBuilder text = new StringBuilder();

    Canonical field(String name, @Nullable Object value) {
        String written = value == null ? "" : value.toString();
        text.append(name).append(value == null ? "-" : "=").append(written.length()).append(':').append(written).append('\n');
        return this;
    }

    Canonical list(String name, List<String> values) {
        field(name, values.size());
        values.forEach(value -> field(name, value));
        return this;
    }

    Canonical set(String name, List<String> values) {
        return list(name, values.stream().distinct().sorted().toList());
    }

    String digest() {
        return "sha256:" + sha256(text.toString().getBytes(StandardCharsets.UTF_8));
    }

    static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /// What an approval binds to.
    static String plan(Rfc rfc) {
        Window outer = rfc.getEnvelope() == null ? rfc.getWindow() : rfc.getEnvelope();
        Canonical text = new Canonical()
                .field("type", rfc.getType())
                .field("implementer", rfc.getImplementer())
                .field("service", rfc.getService())
                .field("version", rfc.getVersion())
                .field("digest", rfc.getDigest())
                .set("artifacts", rfc.getArtifacts())
                .set("configurationItems", rfc.getConfigurationItems())
                .list("environments", rfc.getEnvironments())
                .field("implementationPlan", rfc.getImplementationPlan())
                .field("rollbackPlan", rfc.getRollbackPlan())
                .field("testPlan", rfc.getTestPlan())
                .field("outageExpected", rfc.getOutageExpected())
                .field("irreversible", rfc.getIrreversible())
                .field("restoreDataOnRollback", rfc.getRestoreDataOnRollback())
                .field("notBefore", outer.getNotBefore().toEpochMilli())
                .field("notAfter", outer.getNotAfter().toEpochMilli())
                .field("length", rfc.getType() == ChangeType.STANDARD ? length(rfc.getWindow()) : "")
                .field("rollbackSeconds", rfc.getRollbackSeconds())
                .field("soakSeconds", rfc.getSoakSeconds())
                .field("templateRef", rfc.getTemplateRef())
                .field("incidentRef", rfc.getIncidentRef());
        Judging.factors(rfc.getRiskAnswers()).forEach(factor -> text.field(factor.getName(), factor.getAnswer()));
        rfc.getEvidence()
                .forEach(shown -> text.field("evidence", shown.getKind()).field("reference", shown.getReference()));
        rfc.getParameters().keySet().stream()
                .sorted()
                .forEach(name -> text.field("parameter", name).field("value", rfc.getParameters().get(name)));
        return text.digest();
    }

    private static Object length(Window window) {
        return Duration.between(window.getNotBefore(), window.getNotAfter());
    }
}
