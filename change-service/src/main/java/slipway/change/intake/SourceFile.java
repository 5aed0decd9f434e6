package slipway.change.intake;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import slipway.change.intake.Source.Format;
import slipway.change.intake.Source.Rule;
import slipway.change.intake.Source.Verb;
import slipway.http.Form;
import slipway.http.Refusal;
import tools.jackson.databind.JsonNode;

/// The file of a source as YAML; its schema is `intake/source.schema.json`.
final class SourceFile {

    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]{0,39}");
    private static final Pattern HEADER = Pattern.compile("[A-Za-z0-9-]{1,60}");
    /// What a header must not have in its name to be kept: those carry what lets people in.
    private static final Pattern SECRET = Pattern.compile("authori[sz]ation|cookie|token|secret|password|api-?key|credential");
    private static final List<String> ALWAYS = List.of("content-type", "user-agent", "traceparent");

    private SourceFile() {}

    /// @throws Refusal 400 when it is no YAML, 422 naming every fault
    static Source read(byte[] yaml) {
        Form form = Form.read(yaml, Form.YAML);
        List<String> faults = new ArrayList<>();
        String name = form.text("source");
        if (!NAME.matcher(name).matches()) {
            form.fault("source", "must be a name of small letters, digits and hyphens, not '" + name + "'");
        }
        String summary = form.text("summary");
        Format format = form.has("format") ? word(form, "format", Format.class, Format.JSON) : Format.JSON;
        Signature signature = signature(form.part("signature"));
        List<String> headers = headers(form, signature);
        String key = form.optionalText("key");
        Expression known = key == null ? null : Expression.value("key", key, faults);
        Expression split = optional("split", form.optionalText("split"), faults);
        List<Form> parts = form.parts("rules");
        if (parts.isEmpty()) {
            form.fault("rules", "is missing; without rules nothing is taken");
        }
        Set<String> names = new HashSet<>();
        List<Rule> rules = new ArrayList<>();
        for (Form part : parts) {
            Rule rule = rule(part, faults);
            if (!names.add(rule.name())) {
                part.fault("name", "there is another rule '" + rule.name() + "'");
            }
            rules.add(rule);
        }
        List<String> all = form.faultsWith(faults);
        if (!all.isEmpty()) {
            throw Refusal.unacceptable(all);
        }
        return new Source(name, summary, format, signature, headers, known, split, List.copyOf(rules));
    }

    static boolean isSecret(String header) {
        return SECRET.matcher(header).find();
    }

    private static Signature signature(Form form) {
        Signature.Kind kind = word(form, "kind", Signature.Kind.class, Signature.Kind.NONE);
        String header = form.optionalText("header");
        return new Signature(
                kind, (header == null ? kind.usualHeader() : header).toLowerCase(Locale.ROOT), form.flag("unique"));
    }

    private static List<String> headers(Form form, Signature signature) {
        List<String> named = form.texts("headers");
        for (String header : named) {
            String small = header.toLowerCase(Locale.ROOT);
            if (!HEADER.matcher(header).matches()) {
                form.fault("headers", "'" + header + "' is no name of a header");
            } else if (isSecret(small) || small.equals(signature.header()) && signature.kept().isEmpty()) {
                form.fault("headers", header + " may carry a secret, and is never kept");
            }
        }
        return Stream.of(ALWAYS, named, signature.kept())
                .flatMap(List::stream)
                .map(each -> each.toLowerCase(Locale.ROOT))
                .distinct()
                .toList();
    }

    private static Rule rule(Form form, List<String> faults) {
        String name = form.text("name");
        if (name.isBlank()) {
            form.fault("name", "is missing");
        }
        String where = "rule " + name + ", ";
        String when = form.text("when");
        if (when.isBlank()) {
            form.fault("when", "is missing; a condition in CEL");
        }
        Expression condition = Expression.condition(where + "when", when.isBlank() ? "false" : when, faults);
        Verb then = word(form, "then", Verb.class, Verb.IGNORE);
        JsonNode with = form.written("with");
        String reason = form.optionalText("reason");
        List<String> accounts = form.texts("accounts");
        String subject = form.optionalText("subject");
        String change = form.optionalText("change");
        String service = form.optionalText("service");
        String from = form.optionalText("from");
        List<String> about = form.texts("about");
        boolean joins = form.flag("joins");
        boolean mirrors = form.flag("mirrors");
        // Of an unknown word nobody knows what belongs to it.
        if (isOne(form.text("then"), Verb.class)) {
            boolean writes = then.writes();
            if (writes != with.isObject()) {
                form.fault("with", writes ? "is missing; what is written, by its fields" : "is for rules that write something");
            }
            if (!then.asks() && !accounts.isEmpty()) {
                form.fault("accounts", "nobody is asked for by a rule that leads to " + then);
            }
            if (!then.hasSubject() && subject != null) {
                form.fault("subject", "is not for a rule that leads to " + then);
            }
            if (!then.ofChange() && change != null) {
                form.fault("change", "is for evidence and gates");
            }
            if (!then.ofChange() && service != null) {
                form.fault("service", "is for evidence and gates");
            }
            if (!then.mayBeAbout() && !about.isEmpty()) {
                form.fault("about", "is not for a rule that leads to " + then);
            }
            if (joins && (then != Verb.DRAFT || about.isEmpty())) {
                form.fault("joins", "is for drafts that are about something");
            }
            if (mirrors && (then != Verb.DRAFT || subject == null)) {
                form.fault("mirrors", "is for drafts with a subject");
            }
            if (then == Verb.WITHDRAW && subject == null) {
                form.fault("subject", "is needed: which change is given up");
            }
            boolean one = (change == null) != (subject == null);
            boolean found = !about.isEmpty() && change == null && subject == null;
            if (then.ofChange() && !one && !found) {
                form.fault(
                        then.hasSubject() ? "subject" : "about",
                        "or change is needed" + (then.hasSubject() ? ", one of them" : "") + ": which change it is about");
            }
            if (then == Verb.LINK && (subject == null || about.isEmpty())) {
                form.fault("subject", "and about are needed: which change is about what");
            }
            if (then != Verb.LINK && from != null) {
                form.fault("from", "is for links");
            }
            if (then != Verb.IGNORE && reason != null) {
                form.fault("reason", "is for rules that ignore");
            }
        }
        Content content = with.isObject() ? Content.read(where + "with", with, faults) : null;
        return new Rule(
                name,
                condition == null ? never() : condition,
                then,
                reason,
                all(where + "accounts", accounts, faults),
                optional(where + "subject", subject, faults),
                optional(where + "change", change, faults),
                optional(where + "service", service, faults),
                optional(where + "from", from, faults),
                all(where + "about", about, faults),
                joins,
                mirrors,
                content instanceof Content.Fields fields ? fields : new Content.Fields(Map.of()));
    }

    private static <E extends Enum<E>> E word(Form form, String name, Class<E> words, E otherwise) {
        String text = form.text(name);
        return Arrays.stream(words.getEnumConstants())
                .filter(word -> word.name().equalsIgnoreCase(text))
                .findFirst()
                .orElseGet(() -> {
                    form.fault(name, (text.isEmpty() ? "is missing; one of " : "is '" + text + "', not one of ")
                            + List.of(words.getEnumConstants()));
                    return otherwise;
                });
    }

    private static <E extends Enum<E>> boolean isOne(String text, Class<E> words) {
        return Arrays.stream(words.getEnumConstants()).anyMatch(word -> word.name().equalsIgnoreCase(text));
    }

    private static Expression never() {
        return Objects.requireNonNull(Expression.condition("", "false", new ArrayList<>()));
    }

    private static List<Expression> all(String where, List<String> texts, List<String> faults) {
        List<Expression> all = new ArrayList<>();
        for (int i = 0; i < texts.size(); i++) {
            Expression each = Expression.value(where + "[" + i + "]", texts.get(i), faults);
            if (each != null) {
                all.add(each);
            }
        }
        return List.copyOf(all);
    }

    private static @Nullable Expression optional(String where, @Nullable String text, List<String> faults) {
        return text == null ? null : Expression.value(where, text, faults);
    }
}
