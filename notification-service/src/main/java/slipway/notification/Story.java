package slipway.notification;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import slipway.notification.Appointment.Span;
import slipway.notification.template.Plain;

/// What is known of a change from its facts so far, for facts that do not say it themselves.
///
/// @param service empty: not known, as everything here
/// @param watchers people who want to know
/// @param window the desired one, or the one that was given; null: not known
/// @param restoresData whether a rollback brings data back, too; null: not known
/// @param status how it stands, in words
record Story(
        String service,
        String risk,
        String type,
        List<String> environments,
        String requester,
        String implementer,
        List<String> watchers,
        String title,
        String version,
        @Nullable Span window,
        @Nullable Boolean restoresData,
        String status) {

    static final Story UNKNOWN = new Story("", "", "", List.of(), "", "", List.of(), "", "", null, null, "");

    boolean isKnown() {
        return !equals(UNKNOWN);
    }

    /// What a template sees of it.
    Map<String, @Nullable Object> values() {
        Map<String, @Nullable Object> values = new LinkedHashMap<>();
        values.put("title", Plain.line(title));
        values.put("service", Plain.line(service));
        values.put("version", Plain.line(version));
        values.put("environments", lines(environments));
        values.put("risk", risk);
        values.put("type", type);
        values.put("requester", Plain.line(requester));
        values.put("implementer", Plain.line(implementer));
        values.put("watchers", lines(watchers));
        values.put("window", window == null ? null : Map.of("notBefore", window.from(), "notAfter", window.to()));
        values.put("restoresData", restoresData);
        values.put("status", Plain.line(status));
        return values;
    }

    private static List<String> lines(List<String> texts) {
        return texts.stream().map(Plain::line).toList();
    }
}
