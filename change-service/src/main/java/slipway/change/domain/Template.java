package slipway.change.domain;

import com.google.re2j.Pattern;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A kind of change that is approved beforehand, within bounds. Published once and never changed.
///
/// @param version 1, 2, 3… per name
/// @param services services it may be used for
/// @param configurationItems items it may touch
/// @param environments environments it may go to
/// @param maxRisk the highest risk that it covers
/// @param maxSeconds the longest window, seconds
/// @param outageExpected whether customers may notice
/// @param restoreDataOnRollback whether a rollback may also restore data
/// @param live false while it is suspended
public record Template(
        String name,
        int version,
        String title,
        List<String> services,
        List<String> configurationItems,
        List<String> environments,
        String implementationPlan,
        String rollbackPlan,
        String testPlan,
        RiskLevel maxRisk,
        long maxSeconds,
        List<ParameterBound> parameters,
        boolean outageExpected,
        boolean restoreDataOnRollback,
        boolean live) {

    /// What a parameter may be: text of a pattern, or a whole number between two.
    ///
    /// @param pattern regular expression (RE2: its time is linear) that the whole value matches
    public record ParameterBound(
            String name, @Nullable String pattern, @Nullable Long least, @Nullable Long most) {

        /// One way to write each number: whatever reads it later shall not read another.
        private static final Pattern WHOLE = Pattern.compile("0|-?[1-9][0-9]*");

        @Nullable String against(@Nullable String value) {
            if (value == null) {
                return "parameters." + name + ": is missing";
            }
            if (pattern != null && !Pattern.matches(pattern, value)) {
                return "parameters." + name + ": '" + value + "' is not of the form " + pattern;
            }
            if (least == null && most == null) {
                return null;
            }
            if (!WHOLE.matcher(value).matches()) {
                return "parameters." + name + ": '" + value + "' is no whole number";
            }
            try {
                long number = Long.parseLong(value);
                boolean inside = (least == null || number >= least) && (most == null || number <= most);
                return inside
                        ? null
                        : "parameters." + name + ": must be " + (least == null ? "at most " + most
                                : most == null ? "at least " + least : least + " to " + most) + ", not " + value;
            } catch (NumberFormatException _) {
                return "parameters." + name + ": '" + value + "' is no whole number";
            }
        }
    }

    /// `name@version`, as requests name it.
    public String ref() {
        return name + "@" + version;
    }

    Template live(boolean approves) {
        return new Template(
                name,
                version,
                title,
                services,
                configurationItems,
                environments,
                implementationPlan,
                rollbackPlan,
                testPlan,
                maxRisk,
                maxSeconds,
                parameters,
                outageExpected,
                restoreDataOnRollback,
                approves);
    }

    /// Everything in which a request is not the kind of change that was approved; empty: it is.
    public List<String> against(Rfc rfc, RiskLevel risk) {
        List<String> reasons = new ArrayList<>();
        if (!live) {
            reasons.add("template " + ref() + " is suspended");
        }
        within("service", List.of(rfc.service()), services, reasons);
        within("configurationItems", rfc.configurationItems(), configurationItems, reasons);
        within("environments", rfc.environments(), environments, reasons);
        same("implementationPlan", rfc.implementationPlan(), implementationPlan, reasons);
        same("rollbackPlan", rfc.rollbackPlan(), rollbackPlan, reasons);
        same("testPlan", rfc.testPlan(), testPlan, reasons);
        if (risk.compareTo(maxRisk) > 0) {
            reasons.add("the risk is " + risk + ", template " + ref() + " covers " + maxRisk);
        }
        if (rfc.outageExpected() && !outageExpected) {
            reasons.add("outageExpected: template " + ref() + " is for what nobody notices");
        }
        if (rfc.restoreDataOnRollback() && !restoreDataOnRollback) {
            reasons.add("restoreDataOnRollback: template " + ref() + " restores no data");
        }
        if (rfc.irreversible()) {
            reasons.add("irreversible: what cannot be taken back is not approved beforehand");
        }
        if (rfc.window().length().compareTo(Duration.ofSeconds(maxSeconds)) > 0) {
            reasons.add("window: is longer than " + Duration.ofSeconds(maxSeconds));
        }
        parameters.stream()
                .map(bound -> bound.against(rfc.parameters().get(bound.name())))
                .filter(Objects::nonNull)
                .forEach(reasons::add);
        List<String> known = parameters.stream().map(ParameterBound::name).toList();
        rfc.parameters().keySet().stream()
                .filter(name -> !known.contains(name))
                .sorted()
                .forEach(name -> reasons.add("parameters." + name + ": template " + ref() + " has no such parameter"));
        return reasons;
    }

    private void within(String field, List<String> values, List<String> allowed, List<String> reasons) {
        values.stream()
                .filter(value -> !allowed.contains(value))
                .forEach(value -> reasons.add(field + ": template " + ref() + " is not for " + value));
    }

    private void same(String field, String text, String approved, List<String> reasons) {
        if (!text.isBlank() && !text.strip().equals(approved.strip())) {
            reasons.add(field + ": is another than that of template " + ref());
        }
    }
}
