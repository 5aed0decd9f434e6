package slipway.backup.recipe;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import slipway.backup.recipe.Declared.Verb;
import slipway.http.Form;
import slipway.http.Refusal;

/// Reads a recipe from YAML; its shape is `recipe.schema.json`. Every fault is named at once, also gaps that nothing fills, programs
/// that are not in its list, and secrets that would be written where others can read them.
final class RecipeFile {

    /// Of a parameter, a port, a gap.
    static final Pattern NAME = Pattern.compile("[a-z][A-Za-z0-9]*");
    private static final Pattern ID = Pattern.compile("[a-z0-9][a-z0-9-]{0,62}");

    /// What each verb has beside the parameters: a private folder, another one that is in memory, the files that are captured or were restored, who we are, a word
    /// that nobody else knows, for what is only there while it works, the same name at every attempt, for what is made elsewhere, and
    /// the name that was used when it was captured.
    private static final Set<String> OWN = Set.of("work", "memory", "tree", "me", "token", "name", "captured");

    private final Form form;
    private final Map<String, Parameter> parameters = new LinkedHashMap<>();
    private final Set<String> programs = new HashSet<>();
    private final Set<String> gaps = new HashSet<>(OWN);

    private RecipeFile(Form form) {
        this.form = form;
    }

    /// @param where for messages
    /// @throws IllegalArgumentException naming every fault
    static Declared read(String where, byte[] yaml) {
        try {
            Form form = Form.read(yaml, Form.YAML);
            Declared declared = new RecipeFile(form).declared();
            List<String> faults = form.faults();
            if (!faults.isEmpty()) {
                throw Refusal.unacceptable(faults);
            }
            return declared;
        } catch (Refusal refusal) {
            throw new IllegalArgumentException(where + ": " + String.join("; ", refusal.reasons()));
        }
    }

    private Declared declared() {
        String id = needed(form, "id");
        if (!ID.matcher(id).matches()) {
            form.fault("id", "'" + id + "' has to be small letters, digits and hyphens");
        }
        if (form.smallNumber("version") < 1) {
            form.fault("version", "a number from 1 on is needed");
        }
        List<List<String>> installed = form.texts("programs").stream()
                .map(each -> List.of(each.split("\\|")))
                .toList();
        installed.forEach(names -> names.forEach(this::program));
        List<Parameter> all = parameters();
        List<String> ports = form.texts("ports");
        ports.forEach(port -> {
            if (!NAME.matcher(port).matches()) {
                form.fault("ports", "'" + port + "' cannot be the name of a port");
            }
            gaps.add("port." + port);
        });
        Map<Verb, List<Act>> verbs = new EnumMap<>(Verb.class);
        for (Verb verb : Verb.values()) {
            String word = word(verb);
            if (form.has(word)) {
                ActForm acts = new ActForm(parameters, programs, new HashSet<>(gaps));
                verbs.put(verb, form.parts(word).stream().map(each -> acts.act(verb, each)).toList());
            }
        }
        for (Verb verb : List.of(Verb.CAPTURE, Verb.LOOK, Verb.RESTORE_SCRATCH)) {
            if (verbs.getOrDefault(verb, List.of()).isEmpty()) {
                form.fault(word(verb), "is missing: what is not captured, restored and compared is no backup");
            }
        }
        if (form.flag("stream") && form.has("verify")) {
            form.fault("verify", "there is no file to verify in a stream; whoever restores it reads it to its end");
        }
        if (form.has("restore") && form.has("replaces")) {
            form.fault("restore", "it writes a tree over what cannot be replaced: with `replaces` there is nothing to do");
        }
        Map<String, String> scratch = form.entries("scratch");
        scratch.forEach((name, value) -> {
            if (!parameters.containsKey(name)) {
                form.fault("scratch." + name, "there is no such parameter");
            }
            new ActForm(parameters, programs, gaps).known(form, "scratch." + name, value, false);
        });
        return new Declared(
                id,
                form.smallNumber("version"),
                restores(),
                needed(form, "system"),
                covers(),
                chosen(form, "category", Category.class),
                chosen(form, "tier", Tier.class),
                needed(form, "summary"),
                needed(form, "consistency"),
                form.flag("stream"),
                installed,
                all,
                ports,
                scratch,
                replaces(),
                form.texts("traps"),
                form.texts("byHand"),
                form.texts("provenBy"),
                verbs);
    }

    private List<Integer> restores() {
        List<Integer> earlier = form.numbers("restores");
        if (earlier.stream().anyMatch(each -> each < 1 || each >= form.smallNumber("version"))) {
            form.fault("restores", "are earlier versions, from 1 on");
        }
        return earlier;
    }

    private Map<String, Tier> covers() {
        Map<String, Tier> covers = new LinkedHashMap<>();
        Form others = form.part("covers");
        form.entries("covers").keySet().forEach(name -> covers.put(name, chosen(others, name, Tier.class)));
        return covers;
    }

    private static <E extends Enum<E>> E chosen(Form form, String field, Class<E> words) {
        String text = needed(form, field);
        Optional<E> found = Arrays.stream(words.getEnumConstants())
                .filter(each -> each.name().equals(text))
                .findFirst();
        if (found.isEmpty() && !text.isBlank()) {
            form.fault(field, "must be one of " + List.of(words.getEnumConstants()) + ", not '" + text + "'");
        }
        return found.orElse(words.getEnumConstants()[0]);
    }

    private void program(String name) {
        if (!name.matches("[A-Za-z0-9][A-Za-z0-9._+-]*")) {
            form.fault("programs", "'" + name + "' is no name of a program; where it lies, the service is told");
        }
        Deputies.fault(name).ifPresent(why -> form.fault("programs", why));
        programs.add(name);
    }

    private List<Parameter> parameters() {
        form.named("parameters").forEach((name, each) -> {
            Parameter.Type type = Arrays.stream(Parameter.Type.values())
                    .filter(known -> known.name().equals(each.text("type")))
                    .findFirst()
                    .orElseGet(() -> {
                        each.fault("type", "must be one of " + List.of(Parameter.Type.values()));
                        return Parameter.Type.TEXT;
                    });
            Parameter parameter = new Parameter(name, type, each.optionalText("usual"), needed(each, "doc"));
            if (parameter.usual() != null) {
                parameter.fault(parameter.usual()).ifPresent(fault -> each.fault("usual", fault));
            }
            if (!NAME.matcher(name).matches() || OWN.contains(name)) {
                each.fault("type", "'" + name + "' cannot be the name of a parameter");
            }
            parameters.put(name, parameter);
            gaps.add(type == Parameter.Type.SECRET ? name + ".file" : name);
            if (type == Parameter.Type.PATH) {
                gaps.add(name + ".real");
            }
        });
        return List.copyOf(parameters.values());
    }

    private @Nullable String replaces() {
        String name = form.optionalText("replaces");
        if (name != null && (!parameters.containsKey(name) || !parameters.get(name).type().isPath())) {
            form.fault("replaces", "'" + name + "' is no parameter of type PATH");
        }
        if (name != null && form.flag("stream")) {
            form.fault("replaces", "a stream is no tree that could lie there");
        }
        return name;
    }

    private static String word(Verb verb) {
        return verb == Verb.RESTORE_SCRATCH ? "restoreScratch" : verb.name().toLowerCase(Locale.ROOT);
    }

    static String needed(Form form, String field) {
        String text = form.text(field);
        if (text.isBlank()) {
            form.fault(field, "is missing");
        }
        return text;
    }
}
