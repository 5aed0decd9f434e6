package slipway.change;

import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import slipway.change.policy.Policy;
import slipway.change.policy.PolicyText;
import slipway.change.policy.PolicyText.Effect;
import slipway.change.policy.PolicyText.Rule;
import slipway.change.policy.PolicyText.Share;
import slipway.change.policy.PolicyText.StageText;
import slipway.http.Form;
import slipway.http.Refusal;

/// An approval policy as YAML.
public final class PolicyForm {

    private static final Pattern SHARE = Pattern.compile("(\\d{1,4})/(\\d{1,4})");

    private PolicyForm() {}

    /// @throws Refusal 400 when it is no YAML, 422 naming every fault
    public static Policy read(byte[] yaml) {
        Form form = Form.read(yaml, Form.YAML);
        PolicyText text = new PolicyText(
                form.text("name"),
                form.text("version"),
                new String(yaml, StandardCharsets.UTF_8),
                form.parts("rules").stream().map(PolicyForm::rule).toList(),
                form.parts("stages").stream().map(PolicyForm::stage).toList());
        List<String> unread = form.faults();
        if (!unread.isEmpty()) {
            throw Refusal.unacceptable(unread);
        }
        return switch (Policy.read(text)) {
            case Policy.Reading.Sound(var policy) -> policy;
            case Policy.Reading.Faulty(var faults) -> throw Refusal.unacceptable(faults);
        };
    }

    private static Rule rule(Form form) {
        List<Effect> effects = new ArrayList<>();
        if (form.flag("auto")) {
            effects.add(new Effect.Auto());
        }
        List<String> stages = form.texts("require");
        if (form.has("require")) {
            effects.add(new Effect.Require(stages));
        }
        String denial = form.optionalText("deny");
        if (denial != null) {
            effects.add(new Effect.Deny(denial));
        }
        if (effects.size() != 1) {
            form.fault("rule", "says one of auto: true, require: [stages] or deny: reason, not " + effects.size());
        }
        String when = required(form, "when");
        return new Rule(form.text("name"), when, effects.isEmpty() ? new Effect.Auto() : effects.getFirst());
    }

    private static StageText stage(Form form) {
        return new StageText(
                form.text("name"),
                required(form, "voters"),
                form.smallNumber("atLeast"),
                share(form),
                form.optionalText("veto"),
                duration(form, "waits", true),
                form.optionalText("escalation"),
                duration(form, "escalationWaits", form.has("escalation")));
    }

    private static String required(Form form, String name) {
        String text = form.text(name);
        if (text.isBlank()) {
            form.fault(name, "is missing; a condition in CEL");
        }
        return text;
    }

    private static @Nullable Share share(Form form) {
        String text = form.optionalText("share");
        if (text == null) {
            return null;
        }
        Matcher parts = SHARE.matcher(text);
        if (!parts.matches()) {
            form.fault("share", "'" + text + "' is no share; write 2/3");
            return null;
        }
        return new Share(Integer.parseInt(parts.group(1)), Integer.parseInt(parts.group(2)));
    }

    /// Days are of 24 hours.
    private static Duration duration(Form form, String name, boolean needed) {
        String text = form.text(name);
        if (text.isBlank()) {
            if (needed) {
                form.fault(name, "is missing; an ISO 8601 duration such as P3D or PT4H");
            }
            return Duration.ZERO;
        }
        try {
            return Duration.parse(text);
        } catch (DateTimeException | ArithmeticException _) {
            form.fault(name, "'" + text + "' is no duration; write P3D or PT4H");
            return Duration.ZERO;
        }
    }
}
