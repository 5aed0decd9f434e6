package slipway.change.domain;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import slipway.change.calendar.Window;
import slipway.decider.Wording;

/// Whether a request can be taken at all. Every fault is found, as `field: what`; a field that could not even be read is
/// named once, as it was found while reading.
final class RfcChecks {

    private static final int LONGEST_LINE = Wording.LINE;
    private static final int LONGEST_TEXT = Wording.TEXT;
    private static final int LONGEST_LIST = 100;
    private static final long LONGEST_SOAK_SECONDS = 30L * 24 * 60 * 60;
    private static final Duration FARTHEST_AHEAD = Duration.ofDays(730);
    private static final Duration LONGEST_BACK = Duration.ofDays(30);
    private static final Pattern DIGEST = Pattern.compile("sha256:[0-9a-f]{64}");
    /// Something that others can look up: a URL, or the id of a ticket, a change, a vulnerability.
    private static final Pattern REFERENCE =
            Pattern.compile("https?://[^\\s/]+\\S*|[A-Za-z][A-Za-z0-9_]*-[A-Za-z0-9-]*[0-9][A-Za-z0-9-]*");
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._+-]*");

    private final Rfc rfc;
    private final Inventory inventory;
    private final Environments environments;
    private final Instant at;
    private final @Nullable Window agreed;
    private final List<String> faults;
    private final Set<String> unreadable = new HashSet<>();

    private RfcChecks(
            Rfc rfc, List<String> unread, Circumstances now, @Nullable Window agreed) {
        this.agreed = agreed;
        this.rfc = rfc;
        this.inventory = now.inventory();
        this.environments = now.environments();
        this.at = now.at();
        this.faults = new ArrayList<>(unread);
        unread.forEach(fault -> unreadable.add(field(fault)));
    }

    static List<String> faults(Rfc rfc, List<String> unread, Circumstances now) {
        return new RfcChecks(rfc, unread, now, null).all();
    }

    /// A window that stays as it was may have begun meanwhile.
    static List<String> amended(Rfc rfc, List<String> unread, Rfc before, Circumstances now) {
        return new RfcChecks(rfc, unread, now, before.window()).all();
    }

    private List<String> all() {
        words();
        people();
        target();
        plans();
        window();
        answers();
        extras();
        return List.copyOf(faults);
    }

    private void words() {
        switch (rfc.type()) {
            case NORMAL -> {}
            case STANDARD -> present("templateRef", rfc.templateRef());
            case EMERGENCY -> {
                boolean exploited =
                        rfc.evidence().stream().anyMatch(shown -> shown.kind() == EvidenceKind.EXPLOITED_CVE);
                if (!exploited) {
                    present("incidentRef", rfc.incidentRef());
                }
            }
            case LATENT -> {}
            case UNKNOWN -> fault("type", "is missing; NORMAL, STANDARD, EMERGENCY or LATENT");
        }
        optional("templateRef", rfc.templateRef(), LONGEST_LINE);
        optional("incidentRef", rfc.incidentRef(), LONGEST_LINE);
        required("title", rfc.title(), LONGEST_LINE);
        required("justification", rfc.justification(), LONGEST_TEXT);
        optional("communicationPlan", rfc.communicationPlan(), LONGEST_TEXT);
        list("links", rfc.links(), false);
    }

    private void people() {
        person("requester", rfc.requester());
        person("implementer", rfc.implementer());
    }

    private void person(String field, String id) {
        if (required(field, id, LONGEST_LINE) && !inventory.knowsPerson(id)) {
            fault(field, "nobody called '" + id + "' is in the inventory");
        }
    }

    private void target() {
        name("service", rfc.service());
        name("version", rfc.version());
        if (rfc.digest() != null && !DIGEST.matcher(rfc.digest()).matches()) {
            fault("digest", "must be sha256: and 64 hexadecimal digits");
        }
        if (list("configurationItems", rfc.configurationItems(), true)) {
            rfc.configurationItems().stream()
                    .filter(ci -> inventory.item(ci).isEmpty())
                    .forEach(ci -> fault("configurationItems", "there is no configuration item '" + ci + "'"));
        }
        if (list("environments", rfc.environments(), true)) {
            environments.faultsInOrder("environments", rfc.environments()).forEach(each ->
                    fault("environments", each.substring("environments: ".length())));
        }
    }

    private void plans() {
        required("implementationPlan", rfc.implementationPlan(), LONGEST_TEXT);
        required("rollbackPlan", rfc.rollbackPlan(), LONGEST_TEXT);
        required("testPlan", rfc.testPlan(), LONGEST_TEXT);
        if (rfc.soakSeconds() < 0 || rfc.soakSeconds() > LONGEST_SOAK_SECONDS) {
            fault("soakSeconds", "must be 0 to " + LONGEST_SOAK_SECONDS + " (30 days)");
        }
    }

    private void window() {
        if (unreadable.contains("window.notBefore") || unreadable.contains("window.notAfter")) {
            return;
        }
        Window window = rfc.window();
        if (!window.notBefore().isBefore(window.notAfter())) {
            fault("window", "must end after it starts, not " + window.notBefore() + " to " + window.notAfter());
        }
        if (window.notAfter().isAfter(at.plus(FARTHEST_AHEAD))) {
            fault("window", "ends more than " + FARTHEST_AHEAD.toDays() + " days ahead: " + window.notAfter());
        }
        if (!window.equals(agreed)) {
            begins(window);
        }
        Window envelope = rfc.envelope();
        if (envelope != null && envelope.notAfter().isAfter(at.plus(FARTHEST_AHEAD))) {
            fault("envelope", "ends more than " + FARTHEST_AHEAD.toDays() + " days ahead: " + envelope.notAfter());
        }
        if (envelope != null && !envelope.covers(window)) {
            fault("envelope", "must hold the window " + window.notBefore() + " to " + window.notAfter());
        }
    }

    private void begins(Window window) {
        if (rfc.type() == ChangeType.LATENT) {
            if (window.opensAfter(at)) {
                fault("window", "starts in the future: a LATENT change was made already");
            }
        } else if (window.notBefore().isBefore(at.minus(LONGEST_BACK))) {
            fault("window", "starts more than " + LONGEST_BACK.toDays() + " days ago: " + window.notBefore());
        } else if (window.isOver(at)) {
            fault("window", "is in the past: it ended at " + window.notAfter());
        } else if (window.notBefore().isBefore(at) && rfc.type() != ChangeType.EMERGENCY) {
            fault("window", "starts in the past: " + window.notBefore());
        } else if (!window.notBefore().isBefore(at.plus(Assessment.APPROVAL_LASTS))) {
            fault("window", "opens at " + window.notBefore() + ", but an approval lasts "
                    + Assessment.APPROVAL_LASTS.toDays() + " days and would end before: start before "
                    + at.plus(Assessment.APPROVAL_LASTS) + ", or keep it as a draft until then");
        }
    }

    private void extras() {
        if (rfc.rollbackSeconds() < 0 || rfc.rollbackSeconds() > LONGEST_SOAK_SECONDS) {
            fault("rollbackSeconds", "must be 0 to " + LONGEST_SOAK_SECONDS + " (30 days)");
        }
        rfc.artifacts().stream()
                .filter(digest -> !DIGEST.matcher(digest).matches())
                .forEach(digest -> fault("artifacts", "'" + digest + "' must be sha256: and 64 hexadecimal digits"));
        list("artifacts", rfc.artifacts(), false);
        list("tags", rfc.tags(), false);
        if (list("watchers", rfc.watchers(), false)) {
            rfc.watchers().stream()
                    .filter(person -> !inventory.knowsPerson(person))
                    .forEach(person -> fault("watchers", "nobody called '" + person + "' is in the inventory"));
        }
        few("successCriteria", rfc.successCriteria().size());
        rfc.successCriteria().forEach(criterion -> {
            if (inventory.item(criterion.configurationItem()).isEmpty()) {
                fault("successCriteria", "there is no configuration item '" + criterion.configurationItem() + "'");
            }
            if (criterion.withinMillis() < 0) {
                fault("successCriteria", "withinMillis must be 0 or more, not " + criterion.withinMillis());
            }
        });
        few("evidence", rfc.evidence().size());
        rfc.evidence().forEach(shown -> {
            if (shown.kind() == EvidenceKind.UNKNOWN) {
                fault("evidence", "kind is missing; TESTED, REHEARSED_ROLLBACK, DONE_BEFORE or EXPLOITED_CVE");
            }
            if (required("evidence", shown.reference(), LONGEST_LINE)
                    && !REFERENCE.matcher(shown.reference()).matches()) {
                fault("evidence", "'" + shown.reference()
                        + "' cannot be looked up; name a URL, a ticket or a change, such as SHOP-118 or CHG-7");
            }
            evidence(shown.kind(), rfc.riskAnswers());
        });
        few("parameters", rfc.parameters().size());
        rfc.parameters().forEach((name, value) -> {
            optional("parameters", name, LONGEST_LINE);
            optional("parameters." + name, value, LONGEST_TEXT);
        });
    }

    /// Whoever shows that it was tested cannot answer that it was not.
    private void evidence(EvidenceKind kind, RiskAnswers answers) {
        switch (kind) {
            case TESTED -> agrees(kind, "testEvidence", answers.testEvidence());
            case REHEARSED_ROLLBACK -> agrees(kind, "rollbackAutomated", answers.rollbackAutomated());
            case DONE_BEFORE -> agrees(kind, "doneBefore", answers.doneBefore());
            case EXPLOITED_CVE, UNKNOWN -> {}
        }
    }

    private void agrees(EvidenceKind kind, String question, int answer) {
        if (answer > Risk.SHOWN) {
            fault("evidence", kind + " contradicts riskAnswers." + question + ", which is " + answer + "; "
                    + Risk.SHOWN + " at most when there is evidence");
        }
    }

    private void few(String field, int size) {
        if (size > LONGEST_LIST) {
            fault(field, "has more than " + LONGEST_LIST + " entries");
        }
    }

    private void answers() {
        Risk.factors(rfc.riskAnswers()).forEach(factor -> {
            if (factor.answer() == 0) {
                fault("riskAnswers." + factor.name(), "is missing; 1 (harmless) to 5 (dangerous)");
            } else if (factor.answer() < 1 || factor.answer() > 5) {
                fault("riskAnswers." + factor.name(), "must be 1 to 5, not " + factor.answer());
            }
        });
    }

    private void present(String field, @Nullable String text) {
        if (text == null || text.isBlank()) {
            fault(field, "is missing");
        }
    }

    private boolean required(String field, @Nullable String text, int longest) {
        if (text == null || text.isBlank()) {
            fault(field, "is missing");
            return false;
        }
        return optional(field, text, longest);
    }

    private boolean optional(String field, @Nullable String text, int longest) {
        if (text == null) {
            return true;
        }
        List<String> found = longest == LONGEST_LINE ? Wording.line("", text) : Wording.lines("", text, longest);
        found.forEach(each -> fault(field, each.substring(": ".length())));
        return found.isEmpty();
    }

    private void name(String field, String name) {
        if (required(field, name, LONGEST_LINE) && !NAME.matcher(name).matches()) {
            fault(field, "'" + name + "' may only have letters, digits and . _ + -");
        }
    }

    private boolean list(String field, List<String> values, boolean needed) {
        if (needed && values.isEmpty()) {
            fault(field, "is missing; name at least one");
            return false;
        }
        if (values.size() > LONGEST_LIST) {
            fault(field, "has more than " + LONGEST_LIST + " entries");
            return false;
        }
        Set<String> seen = new HashSet<>();
        values.stream()
                .filter(value -> !seen.add(value))
                .forEach(value -> fault(field, "'" + value + "' is there twice"));
        return values.stream().allMatch(value -> required(field, value, LONGEST_LINE));
    }

    private void fault(String field, String what) {
        String root = field.contains(".") ? field.substring(0, field.indexOf('.')) : field;
        if (!unreadable.contains(field) && !unreadable.contains(root)) {
            faults.add(field + ": " + what);
        }
    }

    private static String field(String fault) {
        int colon = fault.indexOf(':');
        return colon < 0 ? fault : fault.substring(0, colon);
    }
}
